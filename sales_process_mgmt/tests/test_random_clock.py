# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import datetime, timedelta

from psycopg2 import Error

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.exceptions import CustomerOwnedError

from .common_release import ReleaseCommon

DAY = timedelta(days=1)
REFUSALS = (AccessError, UserError, ValidationError, CustomerOwnedError)
SEEDS = 3
ACTS = 40


@tagged("post_install", "-at_install")
class TestRandomClock(ReleaseCommon):
    """Random acts that are no contact, by random people: no deadline is later.

    The way in which the clock was renewed without a contact: one of these acts, twice,
    by somebody else, on another day, before or after the clocks change.
    """

    def setUp(self):
        super().setUp()
        self.team_east.write(
            {
                "process_cooldown_days": 0,
                "process_carousel_limit": 0,
                "process_absence_days_own": 0,
                "process_followup_days": 7,
            }
        )
        stages = self.env["crm.stage"]
        self.won = stages.search([("is_won", "=", True)], limit=1)
        self.new = stages.search([("is_won", "=", False)], limit=1)
        Grade = self.env["sales.process.customer.grade"]
        self.grades = Grade.create(
            [
                {"name": "Short", "followup_days": 2},
                {"name": "Long", "followup_days": 90},
            ]
        )
        self.line, self.tag = self.env["crm.tag"].create(
            [{"name": "Line"}, {"name": "Plain"}]
        )
        self.env["sales.process.followup.rule"].create(
            {"team_id": self.team_east.id, "tag_id": self.line.id, "followup_days": 80}
        )
        self.team_east.process_deadlines_date = False
        self.people = (
            self.salesperson_a,
            self.salesperson_a,
            self.salesperson_b,
            self.salesperson_c,
            self.salesperson_d,
            self.office_user,
        )

    # -- what people do --------------------------------------------------

    def _act_lost(self, lead, user, rng):
        lead.action_set_lost()

    def _act_restore(self, lead, user, rng):
        lead.action_restore()

    def _act_won(self, lead, user, rng):
        lead.stage_id = self.won
        lead.stage_id = self.new

    def _act_lost_and_restored(self, lead, user, rng):
        lead.action_set_lost()
        lead.action_restore()

    def _act_team(self, lead, user, rng):
        lead.team_id = rng.choice((self.team_east, self.team_west, self.team_off)).id

    def _act_no_team(self, lead, user, rng):
        lead.team_id = False
        lead.team_id = self.team_east

    def _act_owner(self, lead, user, rng):
        lead.user_id = user

    def _act_number(self, lead, user, rng):
        lead.phone = f"1370000{rng.randrange(3):04d}"

    def _act_register_again(self, lead, user, rng):
        self.env["crm.lead"].with_user(user).create(
            {
                "name": "Again",
                "phone": lead.sudo().phone,
                "user_id": user.id,
                "team_id": self.team_east.id,
                "type": "opportunity",
                "tag_ids": rng.choice(([], self.line.ids)),
            }
        )

    def _act_grade(self, lead, user, rng):
        lead.sudo().partner_id.with_user(user).process_grade_id = rng.choice(
            self.grades
        )

    def _act_tag(self, lead, user, rng):
        lead.tag_ids |= rng.choice((self.line, self.tag))

    def _act_no_tag(self, lead, user, rng):
        lead.tag_ids = False

    def _act_zone(self, lead, user, rng):
        user.with_user(user).tz = rng.choice(
            ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Pacific/Auckland")
        )

    def _act_country(self, lead, user, rng):
        lead.country_id = self.env.ref(rng.choice(("base.cn", "base.de")))

    def _act_give_up(self, lead, user, rng):
        lead.sudo().ownership_id.with_user(user)._give_up("Random")

    def _act_take(self, lead, user, rng):
        lead.sudo().ownership_id.with_user(user).action_take()

    def _act_away(self, lead, user, rng):
        now = self.env.cr.now()
        user.with_user(user).write(
            {
                "out_of_office_from": now,
                "out_of_office_to": now + rng.randrange(1, 40) * DAY,
            }
        )

    def _act_note(self, lead, user, rng):
        lead.message_post(body="Internal", subtype_xmlid="mail.mt_note")

    def _act_follow_up_of_nothing(self, lead, user, rng):
        followup = (
            self.env["sales.process.followup"]
            .with_user(user)
            .create({"lead_id": lead.id, "subject": ""})
        )
        followup.sudo().unlink()

    def _act_delete(self, lead, user, rng):
        lead.unlink()

    def _act_archive(self, lead, user, rng):
        lead.action_archive()
        lead.action_unarchive()

    # -- what must hold --------------------------------------------------

    def _get_clock(self, owner, phone_chain):
        """The deadline of the customer, where the owner holds it."""
        period = self.env["sales.process.ownership"].search(
            [
                "|",
                ("root_id", "=", phone_chain.id),
                ("id", "=", phone_chain.id),
                ("state", "=", "open"),
                ("user_id", "=", owner.id),
            ]
        )
        return period.date_deadline

    def test_no_deadline_is_later(self):
        acts = sorted(name for name in dir(self) if name.startswith("_act_"))
        # over the change of the clocks in Europe, over the end of a month
        for start in (datetime(2027, 3, 25, 10), datetime(2027, 10, 28, 22)):
            for seed in range(SEEDS):
                with self.subTest(start=start, seed=seed):
                    try:
                        with self.env.cr.savepoint():
                            self._play(random.Random(seed), start, acts)
                            raise _PlayedError
                    except _PlayedError:
                        self.env.invalidate_all()

    def _play(self, rng, start, acts):
        with self._at(start):
            partner = self.env["res.partner"].create(
                {"name": "Random Ltd", "phone": "13712345678"}
            )
            lead = self._create_lead(
                self.salesperson_a, partner_id=partner.id, phone="13712345678"
            )
        root = lead.ownership_id
        limits = {self.salesperson_a: root.date_deadline}
        moment, played = start, []
        # until the last day that a clock which stopped is remembered
        for _number in range(ACTS):
            moment += timedelta(minutes=rng.randrange(1, 60 * 5))
            if moment > root.date_start + 7 * DAY:
                break
            name, user = rng.choice(acts), rng.choice(self.people)
            played.append((name, user.login))
            if not lead.exists():
                break
            with self._at(moment):
                try:
                    with self.env.cr.savepoint():
                        getattr(self, name)(lead.with_user(user), user, rng)
                        self.env.flush_all()
                except (*REFUSALS, Error):
                    self.env.invalidate_all()
                team = self.team_east
                if (
                    team.process_deadlines_date
                    and team.process_deadlines_date <= moment
                ):
                    while team.process_deadlines_date:
                        team._process_deadlines()
            for owner in (self.salesperson_a, self.salesperson_b, self.salesperson_c):
                deadline = self._get_clock(owner, root)
                if not deadline:
                    continue
                limit = limits.setdefault(owner, deadline)
                self.assertLessEqual(deadline, limit, (played, owner.login))
                limits[owner] = min(limit, deadline)


class _PlayedError(Exception):
    """What was played is taken back."""
