# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta

from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import str2bool

from ..models.crm_team_duty import DutyRoster
from .common_duty import END, SECOND, START, DutyCommon

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BEFORE = START - 2 * DAY


@tagged("post_install", "-at_install")
class TestWhoIsOnDuty(DutyCommon):
    """Of the team and company, not away, not busy while others are free."""

    def _users(self, moment=START, **values):
        with self._at(moment):
            self.env.invalidate_all()
            return self.team_east._get_duty_users(**values)

    def test_who_is_left_out(self):
        self._create_duty(self.salesperson_a)
        self._create_duty(self.salesperson_b)
        a, b = self.salesperson_a, self.salesperson_b
        member = self.team_east.crm_team_member_ids.filtered(
            lambda row: row.user_id == a
        )
        for change, users in (
            (lambda: None, a | b),
            (lambda: a.write({"active": False}), b),
            (lambda: member.write({"active": False}), b),
            (
                lambda: a.write(
                    {
                        "company_id": self.company_2.id,
                        "company_ids": [Command.set(self.company_2.ids)],
                    }
                ),
                b,
            ),
            (lambda: a.write({"process_availability": "away"}), b),
            (lambda: a.write({"process_availability": "busy"}), b),
            (lambda: (a | b).write({"process_availability": "busy"}), a | b),
            (lambda: (a | b).write({"process_availability": "away"}), a.browse()),
        ):
            with self.env.cr.savepoint() as savepoint:
                change()
                self.assertEqual(self._users() & (a | b), users)
                self.assertEqual(len(self._users()), len(users))
                savepoint.rollback()
            self.env.invalidate_all()

    def test_team_of_no_company(self):
        """People of every company are on duty there."""
        team = self.team_east
        self._create_duty(self.salesperson_a)
        team.company_id = False
        self.assertEqual(self._users(), self.salesperson_a)

    def test_states_of_now_say_nothing_of_later(self):
        """Away at this moment: who is on duty tomorrow is another question."""
        self._create_duty(self.salesperson_a)
        self.salesperson_a.process_availability = "away"
        self.assertFalse(self._users(START))
        self.assertEqual(self._users(START - DAY, at=START), self.salesperson_a)
        self.assertFalse(self._users(START, at=START))

    def test_each_team_by_itself(self):
        """Who is left out of one team is not left out of another one."""
        a, b, d = self.salesperson_a, self.salesperson_b, self.salesperson_d
        for user, team in (
            (a, self.team_east),
            (b, self.team_east),
            (d, self.team_west),
        ):
            self._create_duty(user, team=team)
        teams = self.team_east | self.team_west | self.team_off

        def ask(at=START):
            self.env.invalidate_all()
            with self._at(START):
                found = DutyRoster(teams, at).get_users()
            return [set(found[team].ids) for team in teams]

        for change, east, west in (
            (lambda: None, a | b, d),
            # busy counts within a team: nobody else is free there
            (lambda: d.write({"process_availability": "busy"}), a | b, d),
            (lambda: (a | d).write({"process_availability": "busy"}), b, d),
            (lambda: (a | d).write({"process_availability": "away"}), b, d.browse()),
            (lambda: (b | d).write({"active": False}), a, d.browse()),
        ):
            with self.env.cr.savepoint() as savepoint:
                change()
                self.assertEqual(ask(), [set(east.ids), set(west.ids), set()])
                savepoint.rollback()
            self.env.invalidate_all()

    def test_people_of_several_companies(self):
        """The team's company is one of theirs: as the own one, or as a further one."""
        a = self.salesperson_a
        self._create_duty(a)
        both = self.company | self.company_2
        for own, companies, is_there in (
            (self.company, self.company, True),
            (self.company, both, True),
            (self.company_2, both, True),
            (self.company_2, self.company_2, False),
        ):
            with (
                self.subTest(own=own.name, companies=companies.mapped("name")),
                self.env.cr.savepoint() as savepoint,
            ):
                a.write(
                    {
                        "company_id": own.id,
                        "company_ids": [Command.set(companies.ids)],
                    }
                )
                self.assertEqual(a in self._users(), is_there)
                # a team of no company asks for none
                self.team_east.company_id = False
                self.assertIn(a, self._users())
                savepoint.rollback()
            self.env.invalidate_all()

    def test_leader_and_substitute_are_on_the_roster(self):
        """Who leads is no member; a substitute counts, whoever was planned does not."""
        leader, b = self.leader_east, self.salesperson_b
        self.assertNotIn(leader, self.team_east.member_ids)
        self._create_duty(leader)
        self.assertEqual(self._users(), leader)
        self.team_east.user_id = self.director
        self.assertFalse(self._users(), "does not lead any more")
        self.team_east.user_id = leader
        shift = self._create_duty(self.salesperson_a)
        shift.write({"state": "swapped", "substitute_id": b.id})
        self.assertEqual(self._users(), leader | b)
        self.salesperson_a.active = False
        self.assertEqual(self._users(), leader | b, "who was planned is not asked")
        b.process_availability = "away"
        self.assertEqual(self._users(), leader)

    def test_whoever_asks_gets_the_same(self):
        """The roster decides for everybody; what is read is read as who asks."""
        self._create_duty(self.salesperson_b)
        for user in (self.salesperson_a, self.office_user, self.salesperson_x):
            team = self.team_east.with_user(user)
            with self._at(START):
                found = DutyRoster(team, START).get_users()
            self.assertEqual(found[team], self.salesperson_b)
            self.assertEqual(found[team].env.uid, user.id)
            self.assertFalse(found[team].env.su)

    def test_kinds(self):
        shifts = {
            kind: self._create_duty(user, kind=kind)
            for kind, user in (
                ("all", self.salesperson_a),
                ("reception", self.salesperson_b),
                ("hotline", self.salesperson_c),
            )
        }
        for kind, kinds in (
            (None, ("all", "reception", "hotline")),
            ("reception", ("all", "reception")),
            ("hotline", ("all", "hotline")),
        ):
            users = self._users(kind=kind)
            self.assertEqual(set(users), {shifts[name].user_id for name in kinds})

    def test_customers_that_the_roster_gave(self):
        """Who was given one longest ago is first; taken and brought ones are none."""
        rows = {}
        for number, user in enumerate((self.salesperson_a, self.salesperson_b)):
            self._create_duty(user)
            rows[user] = self._create_lead(
                user, phone=f"1380000000{number}"
            ).ownership_id
        a, b = rows.values()
        for origins, dates, first in (
            (("lead", "lead"), (START, START - DAY), self.salesperson_b),
            (("lead", "lead"), (START - DAY, START), self.salesperson_a),
            (("pool", "reception"), (START, START - DAY), self.salesperson_a),
            (("hotline", "transfer"), (START - DAY, START), self.salesperson_b),
            (("release", "release"), (START - HOUR, START), self.salesperson_a),
            # nobody was given one: the older account
            (("pool", "transfer"), (START, START - DAY), self.salesperson_a),
        ):
            for row, origin, moment in zip((a, b), origins, dates, strict=True):
                row.write({"origin": origin, "date_start": moment})
            self.env.flush_all()
            with self.subTest(origins=origins, dates=dates):
                self.assertEqual(self._users(START + HOUR)[0], first)

    def test_next_shift(self):
        """The next one that is not cancelled; one that begins now is running."""
        self._create_duty(self.salesperson_a)
        later = self._create_duty(self.salesperson_b, START + DAY, END + DAY)
        team = self.team_east.with_user(self.salesperson_a)
        with self._at(START - SECOND):
            self.assertIn("Nobody. Next shift:", team.process_duty_summary)
        team.invalidate_recordset()
        with self._at(START):
            self.assertIn("until", team.process_duty_summary)
        team.invalidate_recordset()
        with self._at(END):
            self.assertIn("Nobody. Next shift:", team.process_duty_summary)
        later.state = "cancelled"
        team.invalidate_recordset()
        with self._at(END):
            self.assertEqual(team.process_duty_summary, "Nobody. No shift is planned.")

    def test_hour_of_the_reader(self):
        """Today by its hour, another day with its date, in the reader's zone."""
        self._create_duty(self.salesperson_a, END, END + HOUR)
        for zone, moment, text in (
            ("Asia/Shanghai", START, r"Next shift: 12:00\sPM$"),
            ("Asia/Shanghai", START - DAY, r"Next shift: 6/2/26, 12:00\sPM$"),
            ("America/New_York", START, r"Next shift: 6/2/26, 12:00\sAM$"),
        ):
            with self._at(moment):
                team = self.team_east.with_context(tz=zone)
                team.invalidate_recordset()
                self.assertRegex(team.process_duty_summary, text)


@tagged("post_install", "-at_install")
class TestShift(DutyCommon):
    """What a shift says of itself, and what people may do with it."""

    def test_name(self):
        duty = self._create_duty(self.salesperson_a)
        self.assertEqual(duty.display_name, "Salesperson A, Team East")
        duty.sudo().write({"state": "swapped", "substitute_id": self.salesperson_b.id})
        self.assertEqual(
            duty.display_name, "Salesperson B for Salesperson A, Team East"
        )
        duty.state = "cancelled"
        self.assertEqual(duty.display_name, "Salesperson B, Team East (cancelled)")
        new = self.Duty.new({"team_id": self.team_east.id, "user_id": False})
        self.assertEqual(new.display_name, "Team East")

    def test_when(self):
        """In the zone of who is on duty; the day of the end where it is another."""
        duty = self._create_duty(self.salesperson_a)
        self.assertRegex(
            duty._get_period_text(),
            r"^6/2/26, 9:00\sAM to 12:00\sPM \(Asia/Shanghai\)$",
        )
        duty.date_end = datetime(2026, 6, 2, 16)
        self.assertRegex(duty._get_period_text(), r"to 6/3/26, 12:00\sAM")
        self.salesperson_a.tz = "America/New_York"
        self.assertRegex(
            duty._get_period_text(),
            r"^6/1/26, 9:00\sPM to 6/2/26, 12:00\sPM \(America/New_York\)$",
        )

    def test_who_asks_for_a_swap(self):
        """The person before the shift, the leader until it is over."""
        duty = self._create_duty(self.salesperson_a)
        for user, moment, may in (
            (self.salesperson_a, START - SECOND, True),
            (self.salesperson_a, START, False),
            (self.salesperson_b, START - SECOND, False),
            (self.leader_east, START - SECOND, True),
            (self.leader_east, END - SECOND, True),
            (self.leader_east, END, False),
            (self.leader_west, START - SECOND, False),
        ):
            with self._at(moment), self.subTest(user=user.login, moment=moment):
                own = duty.with_user(user)
                own.invalidate_recordset()
                self.assertEqual(own.sudo().can_ask_swap, may)
        duty.state = "cancelled"
        with self._at(BEFORE):
            self.assertFalse(duty.with_user(self.salesperson_a).can_ask_swap)
            self.assertFalse(self.Duty.new({}).can_ask_swap)

    def test_who_writes_the_roster(self):
        duty = self._create_duty(self.salesperson_a)
        values = {
            "team_id": self.team_east.id,
            "user_id": self.salesperson_b.id,
            "date_start": START,
            "date_end": END,
        }
        with self._at(BEFORE):
            for user in (self.salesperson_a, self.salesperson_c, self.leader_west):
                with self.subTest(user=user.login):
                    for act in (
                        lambda user=user: self.Duty.with_user(user).create(values),
                        lambda user=user: duty.with_user(user).write({"note": "x"}),
                        lambda user=user: duty.with_user(user).action_confirm(),
                        lambda user=user: duty.with_user(user).action_cancel(),
                        lambda user=user: duty.with_user(user).action_plan(),
                        lambda user=user: duty.with_user(user).unlink(),
                    ):
                        with self.assertRaises(AccessError):
                            act()
            duty.with_user(self.leader_east).action_confirm()
        self.assertEqual(duty.state, "confirmed")

    def test_buttons_for_planners_only(self):
        for user, offered in (
            (self.leader_east, True),
            (self.director, True),
            (self.salesperson_a, False),
        ):
            for kind in ("list", "form", "calendar"):
                arch = self.Duty.with_user(user).get_view(view_type=kind)["arch"]
                node = etree.fromstring(arch)
                shown = str2bool(node.get("create", "1"))
                self.assertEqual(shown, offered, (user.login, kind))
                self.assertEqual(node.get("edit") != "0", offered)
            self.assertIs(self.Duty.with_user(user)._is_planner(), offered)

    def test_put_back_on_the_roster(self):
        """Without the substitute; not beside another shift of the same person."""
        duty = self._create_duty(self.salesperson_a)
        duty.sudo().write({"state": "swapped", "substitute_id": self.salesperson_b.id})
        led = duty.with_user(self.leader_east)
        with self._at(BEFORE):
            led.action_cancel()
            led.action_cancel()
            led.action_plan()
        self.assertEqual((duty.state, duty.substitute_id.id), ("planned", False))
        self.assertEqual(duty.duty_user_id, self.salesperson_a)
        with self._at(BEFORE):
            led.action_cancel()
            self._create_duty(self.salesperson_a)
            with self._assert_refused("already on duty", ValidationError):
                led.action_plan()
        self.assertEqual(duty.state, "cancelled")

    def test_past_shifts_stay(self):
        """They tell why customers were handed out as they were."""
        duty = self._create_duty(self.salesperson_a).with_user(self.leader_east)
        for moment, is_cancelled, is_deleted in (
            (START - SECOND, True, True),
            (START, True, False),
            (END - SECOND, True, False),
            (END, False, False),
        ):
            with self._at(moment), self.subTest(moment=moment):
                for button, may, sentence in (
                    ("action_cancel", is_cancelled, "is over and cannot be"),
                    ("unlink", is_deleted, "has started"),
                ):
                    with self.env.cr.savepoint() as savepoint:
                        if may:
                            getattr(duty, button)()
                        else:
                            with self._assert_refused(sentence):
                                getattr(duty, button)()
                        savepoint.rollback()
                    self.env.invalidate_all()

    def test_request_falls_with_the_shift(self):
        """Another time, person or team, or none: the question is another one."""
        for values in (
            {"date_start": START - HOUR},
            {"date_end": END + HOUR},
            {"user_id": self.salesperson_c.id},
            {"state": "cancelled"},
        ):
            with self._at(BEFORE), self.env.cr.savepoint() as savepoint:
                duty = self._create_duty(self.salesperson_a)
                swap = (
                    self.env["sales.process.duty.swap"]
                    .with_user(self.salesperson_a)
                    .create(
                        {"duty_id": duty.id, "substitute_id": self.salesperson_b.id}
                    )
                )
                duty.note = "Bring the key"
                duty.kind = "hotline"
                duty.with_user(self.leader_east).action_confirm()
                self.assertEqual(swap.state, "asked")
                self.assertEqual(duty.open_swap_id, swap)
                duty.write(values)
                self.assertEqual(swap.state, "cancelled", values)
                self.assertFalse(swap.sudo().activity_ids)
                self.assertFalse(duty.open_swap_id)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_release_is_woken(self):
        """At the start, at once where it has begun; not for what is over."""
        cron = self.env.ref("sales_process_mgmt.ir_cron_release")
        Trigger = self.env["ir.cron.trigger"]

        def moments(change):
            before = Trigger.search([("cron_id", "=", cron.id)])
            change()
            after = Trigger.search([("cron_id", "=", cron.id)])
            return (after - before).mapped("call_at")

        with self._at(BEFORE):
            duty = None

            def create():
                nonlocal duty
                duty = self._create_duty(self.salesperson_a)

            self.assertEqual(moments(create), [START])
            self.assertEqual(moments(lambda: duty.write({"note": "x"})), [])
            self.assertEqual(
                moments(lambda: duty.write({"date_start": START + HOUR})),
                [START + HOUR],
            )
            self.assertEqual(moments(lambda: duty.write({"state": "cancelled"})), [])
        with self._at(START + 2 * HOUR):
            self.assertEqual(
                moments(lambda: duty.write({"state": "confirmed"})), [START + 2 * HOUR]
            )
        with self._at(END):
            self.assertEqual(moments(lambda: duty.write({"state": "planned"})), [])

    def test_availability_wakes_the_release(self):
        """Whoever is there again receives what waits; who goes away receives none."""
        cron = self.env.ref("sales_process_mgmt.ir_cron_release")
        Trigger = self.env["ir.cron.trigger"]
        self._create_duty(self.salesperson_a)
        with self._at(START + HOUR):
            for user, state, is_woken in (
                (self.salesperson_a, "away", False),
                (self.salesperson_a, "busy", True),
                (self.salesperson_a, "available", True),
                (self.salesperson_b, "available", False),
            ):
                before = Trigger.search_count([("cron_id", "=", cron.id)])
                user.with_user(user).process_availability = state
                after = Trigger.search_count([("cron_id", "=", cron.id)])
                self.assertEqual(after - before, int(is_woken), (user.login, state))


@tagged("post_install", "-at_install")
class TestSwapIsPossible(DutyCommon):
    """Refused in one sentence where shift or substitute do not allow it any more."""

    def setUp(self):
        super().setUp()
        self.duty = self._create_duty(self.salesperson_a)
        self.enterContext(self._at(BEFORE))
        self.swap = self._ask(self.salesperson_b)

    def _ask(self, substitute, user=None):
        return (
            self.env["sales.process.duty.swap"]
            .with_user(user or self.salesperson_a)
            .create({"duty_id": self.duty.id, "substitute_id": substitute.id})
        )

    def test_sentences(self):
        member = self.team_east.crm_team_member_ids.filtered(
            lambda row: row.user_id == self.salesperson_b
        )

        def take(user):
            self.env.cr.execute(
                "UPDATE sales_process_duty SET substitute_id = %s, duty_user_id = %s,"
                " state = 'swapped' WHERE id = %s",
                (user.id, user.id, self.duty.id),
            )
            self.env.invalidate_all()

        for change, moment, sentence in (
            (lambda: None, END, "The shift is over"),
            (lambda: take(self.salesperson_c), BEFORE, "Meanwhile somebody else"),
            (lambda: member.write({"active": False}), BEFORE, "does not belong to"),
            (
                lambda: self._create_duty(self.salesperson_b, END - SECOND, END + HOUR),
                BEFORE,
                "Salesperson B is already on duty then",
            ),
            (
                lambda: self._create_duty(self.salesperson_b, START - HOUR, START),
                BEFORE,
                None,
            ),
            (
                lambda: self._create_duty(self.salesperson_b, END, END + HOUR),
                BEFORE,
                None,
            ),
            (lambda: None, END - SECOND, None),
        ):
            with (
                self.subTest(sentence=sentence, moment=moment),
                self._at(moment),
                self.env.cr.savepoint() as savepoint,
            ):
                change()
                swap = self.swap.with_user(self.salesperson_b)
                if sentence:
                    with self._assert_refused(sentence):
                        swap.action_accept()
                    self.assertEqual(self.swap.state, "asked")
                else:
                    swap.action_accept()
                    self.assertEqual(self.swap.state, "accepted")
                    self.assertEqual(self.duty.duty_user_id, self.salesperson_b)
                    self.assertEqual(self.swap.date_answered, moment)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_own_shift(self):
        self.swap.with_user(self.salesperson_a).action_cancel()
        with self._assert_refused("has this shift already"):
            self._ask(self.salesperson_a)

    def test_who_answers(self):
        """The colleague and the leader; who has asked takes it back."""
        for user, accept, cancel in (
            (self.salesperson_b, True, False),
            (self.leader_east, True, False),
            (self.director, True, False),
            (self.salesperson_a, False, True),
            (self.salesperson_c, False, False),
        ):
            swap = self.swap.with_user(user).sudo().with_user(user)
            swap.invalidate_recordset()
            with self.subTest(user=user.login):
                self.assertEqual(swap.sudo().can_answer, accept)
                self.assertEqual(swap.sudo().can_cancel, cancel)
        for button in ("action_accept", "action_refuse"):
            with self.assertRaises(AccessError):
                getattr(self.swap.with_user(self.salesperson_a), button)()
        with self.assertRaises(AccessError):
            self.swap.with_user(self.salesperson_b).action_cancel()

    def test_to_do(self):
        """The day before the shift, or today where that is later, where one is."""
        self.swap.with_user(self.salesperson_a).action_cancel()
        for zone, moment, day in (
            ("Asia/Shanghai", BEFORE, date(2026, 6, 1)),
            ("Asia/Shanghai", START - HOUR, date(2026, 6, 2)),
            # the shift begins on Monday evening there
            ("America/New_York", BEFORE, date(2026, 5, 31)),
        ):
            self.salesperson_b.tz = zone
            with self._at(moment):
                swap = self._ask(self.salesperson_b)
                activity = swap.sudo().activity_ids
                self.assertEqual(activity.user_id, self.salesperson_b)
                self.assertEqual(activity.date_deadline, day, zone)
                self.assertIn("Salesperson A", activity.summary)
                swap.with_user(self.salesperson_a).action_cancel()
                self.assertFalse(swap.sudo().activity_ids)

    def test_answered_twice(self):
        """The second click finds nothing to do, whatever it says."""
        self.swap.with_user(self.salesperson_b).action_refuse()
        for button in ("action_accept", "action_refuse"):
            getattr(self.swap.with_user(self.salesperson_b), button)()
        self.swap.with_user(self.salesperson_a).action_cancel()
        self.assertEqual(self.swap.state, "refused")
        self.assertEqual(self.duty.duty_user_id, self.salesperson_a)

    def test_candidates(self):
        """Of the team, free and there; not who has the shift."""
        self._create_duty(self.salesperson_c, END - SECOND, END + HOUR)
        self.assertEqual(self.swap.candidate_ids, self.salesperson_b | self.leader_east)
        self.env["sales.process.absence"].with_user(self.leader_east).create(
            {
                "user_id": self.salesperson_b.id,
                "date_start": END - SECOND,
                "date_end": END + HOUR,
            }
        )
        self.swap.invalidate_recordset(["candidate_ids"])
        self.assertEqual(self.swap.candidate_ids, self.leader_east)
        self.assertFalse(self.env["sales.process.duty.swap"].new({}).candidate_ids)


@tagged("post_install", "-at_install")
class TestRosterIsMade(DutyCommon):
    """Places that are filled, left open, changed by hand: as the wizard counts."""

    def setUp(self):
        super().setUp()
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        self.enterContext(self._at(datetime(2026, 5, 31, 4)))

    def _rotate(self, **values):
        return (
            self.env["sales.process.duty.rotation"]
            .with_user(self.leader_east)
            .create(
                {
                    "team_id": self.team_east.id,
                    "date_from": date(2026, 6, 1),
                    "date_to": date(2026, 6, 1),
                    "hours_kind": "own",
                    "hour_from": 9,
                    "hour_to": 17,
                    **values,
                }
            )
        )

    def _shifts(self):
        return self.Duty.search([("team_id", "=", self.team_east.id)])

    def _counts(self, wizard):
        wizard.action_preview()
        return len(wizard.line_ids), wizard.skipped_count, wizard.open_count

    def test_what_fills_a_place(self):
        """Most of it, by shifts for the same customers: half of it is enough."""
        start = datetime(2026, 6, 1, 1)
        for shifts, kind, counts in (
            ([], "all", (1, 0, 0)),
            ([(0, 8, "all")], "all", (0, 1, 0)),
            ([(0, 4, "all")], "all", (0, 1, 0)),
            ([(0, 3.9, "all")], "all", (1, 0, 0)),
            ([(0, 2, "all"), (6, 8, "all")], "all", (0, 1, 0)),
            ([(0, 8, "hotline")], "hotline", (0, 1, 0)),
            ([(0, 8, "hotline")], "reception", (1, 0, 0)),
            ([(0, 8, "all")], "hotline", (0, 1, 0)),
            ([(-8, 0, "all"), (8, 16, "all")], "all", (1, 0, 0)),
        ):
            with (
                self.subTest(shifts=shifts, kind=kind),
                self.env.cr.savepoint() as savepoint,
            ):
                for since, until, shift_kind in shifts:
                    self._create_duty(
                        self.salesperson_a,
                        start + since * HOUR,
                        start + until * HOUR,
                        kind=shift_kind,
                    )
                self.assertEqual(self._counts(self._rotate(kind=kind)), counts)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_more_people_than_there_are(self):
        """Three places, two people: one stays empty, and it is said."""
        people = self.salesperson_a | self.salesperson_b
        wizard = self._rotate(person_count=3, user_ids=[Command.set(people.ids)])
        self.assertEqual(self._counts(wizard), (2, 0, 1))
        result = wizard.action_create()["params"]
        self.assertEqual(result["type"], "warning")
        self.assertEqual(
            result["message"],
            "Shifts created: 2. Places that stay empty, as nobody is free then: 1.",
        )
        self.assertEqual(self._shifts().user_id, people)

    def test_made_again(self):
        self._rotate().action_create()
        result = self._rotate().action_create()["params"]
        self.assertEqual(result["type"], "warning")
        self.assertEqual(
            result["message"],
            "Shifts created: 0. Places that had somebody on duty already: 1.",
        )
        self.assertEqual(len(self._shifts()), 1)

    def test_changed_in_the_preview(self):
        """The person that the leader chose has the shift; a stranger has none."""
        wizard = self._rotate()
        wizard.action_preview()
        wizard.line_ids.user_id = self.salesperson_c
        wizard.action_create()
        self.assertEqual(self._shifts().user_id, self.salesperson_c)
        wizard = self._rotate(date_from=date(2026, 6, 2), date_to=date(2026, 6, 2))
        wizard.action_preview()
        wizard.line_ids.user_id = self.salesperson_d
        with self.assertRaises(UserError):
            wizard.action_create()

    def test_filled_between_preview_and_creation(self):
        wizard = self._rotate()
        wizard.action_preview()
        start = datetime(2026, 6, 1, 1)
        other = self._create_duty(self.salesperson_b, start, start + 8 * HOUR)
        wizard.action_create()
        self.assertEqual(self._shifts(), other)
        self.assertEqual(wizard.skipped_count, 1)

    def test_hours_of_a_day(self):
        """Cut into shifts; over midnight; around the clock."""
        for values, hours in (
            ({}, [(9, 17)]),
            ({"shift_count": 2, "unit": "shift"}, [(9, 13), (13, 17)]),
            ({"hour_from": 22, "hour_to": 6}, [(22, 30)]),
            ({"hour_from": 8, "hour_to": 8}, [(8, 32)]),
            ({"hour_from": 0, "hour_to": 24}, [(0, 24)]),
        ):
            wizard = self._rotate(**values)
            wizard.action_preview()
            midnight = datetime(2026, 5, 31, 16)
            with self.subTest(values=values):
                self.assertEqual(
                    [(row.date_start, row.date_end) for row in wizard.line_ids],
                    [
                        (midnight + since * HOUR, midnight + until * HOUR)
                        for since, until in hours
                    ],
                )

    def test_days_that_are_ticked(self):
        """Closed on Tuesdays; an exception of the team stands above."""
        self.env["sales.process.calendar.exception"].create(
            [
                {"name": "Fair", "team_id": self.team_east.id, "date": "2026-06-02"},
                {
                    "name": "Outing",
                    "team_id": self.team_east.id,
                    "date": "2026-06-03",
                    "is_working": False,
                },
            ]
        )
        wizard = self._rotate(date_to=date(2026, 6, 9), tue=False)
        wizard.action_preview()
        self.assertEqual(
            [(row.date_start + 8 * HOUR).day for row in wizard.line_ids],
            [1, 2, 4, 5, 6, 7, 8],
        )

    def test_balance_with_the_weeks_before(self):
        """Whoever had more lately comes later; none are looked back at: in order."""
        people = self.salesperson_a | self.salesperson_b
        for week, weeks, first in (
            (1, 4, self.salesperson_b),
            (3, 4, self.salesperson_b),
            (5, 4, self.salesperson_a),
            (1, 0, self.salesperson_a),
        ):
            moment = datetime(2026, 6, 1, 1) - timedelta(weeks=week)
            with self.env.cr.savepoint() as savepoint:
                self._create_duty(self.salesperson_a, moment, moment + HOUR)
                wizard = self._rotate(
                    load_weeks=weeks, user_ids=[Command.set(people.ids)]
                )
                wizard.action_preview()
                self.assertEqual(wizard.line_ids.user_id, first, (week, weeks))
                savepoint.rollback()
            self.env.invalidate_all()
