# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common_absence import DAY, DEADLINE, FIRST, SECOND, START, AbsenceCommon

HOUR = timedelta(hours=1)


@tagged("post_install", "-at_install")
class TestWhoEntersAnAbsence(AbsenceCommon):
    """The person, within the team's days; the leader of the person; nobody else."""

    def test_table(self):
        """Who enters what for whom: what it is then, and who has decided."""
        own, leader = ("confirmed", "own"), ("confirmed", "leader")
        asked = ("requested", "own")
        a, b, e = self.salesperson_a, self.salesperson_b, self.salesperson_e
        for actor, person, days, result in (
            (a, a, 3, own),
            (a, a, 4, asked),
            (self.leader_east, a, 4, leader),
            (self.director, a, 4, leader),
            # nobody decides about oneself
            (self.leader_east, self.leader_east, 3, own),
            (self.leader_east, self.leader_east, 4, asked),
            (self.director, self.leader_east, 4, leader),
            # nobody's customers wait for who is in no team
            (self.director, self.director, 300, own),
            # a team that is off asks for nothing
            (e, e, 300, own),
            (b, a, 1, None),
            (self.leader_west, a, 1, None),
            (a, self.leader_east, 1, None),
        ):
            with (
                self.subTest(actor=actor.login, person=person.login, days=days),
                self.env.cr.savepoint() as savepoint,
            ):
                if result is None:
                    with self.assertRaises(AccessError):
                        self._enter(user=actor, days=days, user_id=person.id)
                    continue
                absence = self._enter(user=actor, days=days, user_id=person.id)
                self.assertEqual((absence.state, absence.source), result)
                self.assertEqual(
                    absence.confirmed_by_id,
                    actor if result == leader else actor.browse(),
                )
                savepoint.rollback()

    def test_own_days_are_the_team_s(self):
        for days, state in ((0, "requested"), (1, "confirmed")):
            self.team_east.process_absence_days_own = days
            absence = self._enter(days=1)
            self.assertEqual(absence.state, state, days)
            absence.sudo().state = "cancelled"

    def test_the_strictest_of_several_teams(self):
        """Whoever works in two teams keeps the days of both; one that is off not."""
        self.env["ir.config_parameter"].sudo().set_param(
            "sales_team.membership_multi", True
        )
        for team, days, state in (
            (self.team_west, 2, "requested"),
            (self.team_west, 3, "confirmed"),
            (self.team_off, 2, "confirmed"),
        ):
            with self.subTest(team=team.name, days=days):
                team.process_absence_days_own = days
                member = self.env["crm.team.member"].create(
                    {"crm_team_id": team.id, "user_id": self.salesperson_a.id}
                )
                absence = self._enter(days=3)
                self.assertEqual(absence.state, state)
                absence.sudo().state = "cancelled"
                member.unlink()

    def test_days_are_counted_over_thirty_days(self):
        """Both sides of the span, before and after; nothing but what counted."""
        first = self._enter(days=3)
        for start, days, state in (
            (FIRST + 3 * DAY + 30 * DAY, 1, "confirmed"),
            (FIRST + 3 * DAY + 30 * DAY - SECOND, 1, "requested"),
            (FIRST - 30 * DAY - DAY, 1, "confirmed"),
            (FIRST - 30 * DAY - DAY + SECOND, 1, "requested"),
        ):
            with self.subTest(start=start):
                absence = self._enter(days=days, start=start, moment=START - 60 * DAY)
                self.assertEqual(absence.state, state)
                absence.sudo().state = "cancelled"
        for values in (
            {"state": "cancelled"},
            {"state": "refused"},
            {"state": "requested"},
            {"source": "leader"},
        ):
            with self.subTest(values=values):
                first.sudo().write({"state": "confirmed", "source": "own", **values})
                other = self._enter(days=1, start=FIRST + 4 * DAY)
                self.assertEqual(other.state, "confirmed")
                other.sudo().state = "cancelled"

    def test_the_same_day_is_one_day(self):
        """Two absences on one day, or a part of a day: that day, once."""
        self.team_east.process_absence_days_own = 1
        morning = FIRST + 9 * HOUR
        for start, end, state in (
            (morning, morning + HOUR, "confirmed"),
            (morning + 2 * HOUR, morning + 3 * HOUR, "confirmed"),
            # the last second of the day, and the first one of the next
            (FIRST + 23 * HOUR, FIRST + DAY, "confirmed"),
            (FIRST + 23 * HOUR, FIRST + DAY + SECOND, "requested"),
        ):
            with self.subTest(start=start, end=end):
                absence = self._enter(start=start, date_end=end)
                self.assertEqual(absence.state, state)

    def test_today_is_not_yesterday(self):
        """From midnight of the person's own day on; a day that passed is asked for."""
        midnight = datetime(2027, 2, 28, 16)
        for start, state in (
            (midnight, "confirmed"),
            (midnight - SECOND, "requested"),
        ):
            absence = self._enter(
                start=start, date_end=midnight + DAY, moment="2027-03-01 01:00:00"
            )
            self.assertEqual(absence.state, state, start)
            absence.sudo().state = "cancelled"
        # in New York it is ten in the morning of the Sunday before
        self.salesperson_a.tz = "America/New_York"
        absence = self._enter(
            start=midnight - 10 * HOUR,
            date_end=midnight + DAY,
            moment=midnight - HOUR,
        )
        self.assertEqual(absence.state, "confirmed")

    def test_what_has_begun_is_the_leader_s(self):
        """What went wrong this morning is not undone by leave entered afterwards.

        Until eleven the day may still be entered from its beginning, later only from
        an hour before.
        """
        midnight, night = datetime(2027, 2, 28, 16), datetime(2027, 3, 1, 16)
        noon = datetime(2027, 3, 1, 4)
        for moment, start, state in (
            ("2027-03-01 03:00:00", midnight, "confirmed"),
            ("2027-03-01 03:00:01", midnight, "requested"),
            ("2027-03-01 04:00:00", noon - HOUR, "confirmed"),
            ("2027-03-01 04:00:00", noon - HOUR - SECOND, "requested"),
            ("2027-03-01 15:59:59", noon, "requested"),
            ("2027-03-01 15:59:59", night, "confirmed"),
        ):
            with self.subTest(moment=moment, start=start):
                absence = self._enter(start=start, date_end=night + DAY, moment=moment)
                self.assertEqual(absence.state, state)
                absence.sudo().state = "cancelled"

    def test_what_has_begun_also_without_the_process(self):
        """A team that is switched off may have rules of another area all the same."""
        self.team_east.process_mode = "off"
        midnight = datetime(2027, 2, 28, 16)
        for moment, state in (
            ("2027-03-01 01:00:00", "confirmed"),
            ("2027-03-01 09:00:00", "requested"),
        ):
            absence = self._enter(
                start=midnight, date_end=midnight + DAY, moment=moment
            )
            self.assertEqual(absence.state, state, moment)
            absence.sudo().state = "cancelled"

    def test_without_an_end_the_leader_is_asked(self):
        absence = self._enter(date_end=False)
        self.assertEqual(absence.state, "requested")
        confirmed = self._enter(user=self.leader_east, date_end=False)
        self.assertEqual(confirmed.state, "confirmed")
        with self._at(START):
            own = self._enter(
                user=self.salesperson_e, user_id=self.salesperson_e.id, date_end=False
            )
        self.assertEqual(own.state, "confirmed", "nobody waits for this person")

    def test_ends_after_it_begins(self):
        for end in (FIRST, FIRST - SECOND):
            with self.assertRaisesRegex(Exception, "check"), self.env.cr.savepoint():
                self._enter(date_end=end)

    def test_who_is_asked(self):
        """The leaders of the person; for a leader, whoever is above."""
        self.env["res.users"].search(
            [("id", "not in", (self.director | self.administrator).ids)]
        ).filtered(
            lambda user: user.has_group("sales_team.group_sale_manager")
        ).group_ids -= self.env.ref("sales_team.group_sale_manager")
        above = min(self.director | self.administrator, key=lambda user: user.id)
        before = len(self._messages_to(above))
        self._enter(days=9)
        self.assertEqual(len(self._messages_to(self.leader_east)), 1)
        self.assertFalse(self._messages_to(self.leader_west))
        self.assertEqual(len(self._messages_to(above)), before)
        self._enter(
            user=self.leader_east,
            user_id=self.leader_east.id,
            days=9,
            start=FIRST + 60 * DAY,
        )
        self.assertEqual(len(self._messages_to(self.leader_east)), 1)
        told = self._messages_to(above)
        self.assertEqual(len(told), before + 1)
        self.assertIn("Leader East asks for an absence", told[0].subject)
        # somebody above of another company is not asked
        (self.director | self.administrator).write(
            {
                "company_id": self.company_2.id,
                "company_ids": [(6, 0, self.company_2.ids)],
            }
        )
        self._enter(
            user=self.leader_east,
            user_id=self.leader_east.id,
            days=9,
            start=FIRST + 160 * DAY,
        )
        self.assertEqual(len(self._messages_to(above)), before + 1)

    def test_asked_in_the_language_of_the_leader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.leader_east.lang = "zh_CN"
        self._enter(days=9)
        self.assertNotIn("asks for", self._messages_to(self.leader_east)[0].subject)


@tagged("post_install", "-at_install")
class TestAbsenceIsChanged(AbsenceCommon):
    """What is decided stays; the deputy and the note are the person's own."""

    def test_person_changes_what_is_not_decided(self):
        absence = self._enter(days=9).with_user(self.salesperson_a)
        with self._at(START):
            absence.write({"date_end": FIRST + 5 * DAY, "note": "Wedding"})
        self.assertEqual(absence.state, "requested")
        self.assertEqual(self.ownership.date_deadline, DEADLINE)
        with self.assertRaises(AccessError):
            absence.user_id = self.salesperson_b

    def test_person_names_a_deputy_at_any_time(self):
        absence = self._enter(days=1).with_user(self.salesperson_a)
        with self._at(START):
            absence.write({"deputy_id": self.salesperson_b.id, "note": "Wedding"})
            for name, value in (
                ("date_start", FIRST - HOUR),
                ("date_end", FIRST + 2 * DAY),
            ):
                with self.assertRaisesRegex(UserError, "has been decided"):
                    absence[name] = value
        self.assertEqual(absence.deputy_id, self.salesperson_b)

    def test_leader_changes_any(self):
        """The clocks follow, those of both people where it was the wrong person."""
        with self._at(START):
            other = self._customer(self.salesperson_b)
        absence = self._enter(days=1).with_user(self.leader_east)
        self.assertEqual(self.ownership.date_deadline, DEADLINE + DAY)
        with self._at(START):
            absence.date_end = FIRST + 2 * DAY
        self.assertEqual(self.ownership.date_deadline, DEADLINE + 2 * DAY)
        with self._at(START):
            absence.user_id = self.salesperson_b
        self.assertEqual(self.ownership.date_deadline, DEADLINE)
        self.assertEqual(other.date_deadline, DEADLINE + 2 * DAY)

    def test_deleted(self):
        """Nobody but the system deletes one; the clock goes back."""
        absence = self._enter(days=1)
        for user in (self.salesperson_a, self.leader_east):
            with self.assertRaises(AccessError):
                absence.with_user(user).unlink()
        with self._at(START):
            absence.unlink()
        self.assertEqual(self.ownership.date_deadline, DEADLINE)

    def test_colleagues_neither_read_nor_write(self):
        absence = self._enter(days=9)
        for user in (self.salesperson_b, self.leader_west, self.salesperson_x):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    absence.with_user(user).read(["note"])
                with self.assertRaises(AccessError):
                    absence.with_user(user).note = "Mine"
                self.assertFalse(
                    self.Absence.with_user(user).search([("id", "=", absence.id)])
                )


@tagged("post_install", "-at_install")
class TestAbsenceIsDecided(AbsenceCommon):
    """Once, by the leader of the person, who is told."""

    def test_each_state(self):
        """What each button does with each state."""
        for button, states in (
            ("action_confirm", {"requested": "confirmed"}),
            ("action_refuse", {"requested": "refused", "confirmed": "refused"}),
            (
                "action_cancel",
                {
                    "requested": "cancelled",
                    "confirmed": "cancelled",
                    "refused": "refused",
                    "cancelled": "cancelled",
                },
            ),
        ):
            for state in ("requested", "confirmed", "refused", "cancelled"):
                absence = self._enter(days=9)
                absence.sudo().state = state
                with self.subTest(button=button, state=state), self._at(START):
                    led = absence.with_user(self.leader_east)
                    if state in states:
                        getattr(led, button)()
                        self.assertEqual(absence.state, states[state])
                    else:
                        with self.assertRaisesRegex(UserError, "has been decided"):
                            getattr(led, button)()

    def test_person_is_told(self):
        absence = self._enter(days=9)
        with self._at(START):
            absence.with_user(self.leader_east).action_confirm()
        self.assertEqual(
            self._messages_to(self.salesperson_a)[0].subject,
            "Your absence was confirmed",
        )
        self.assertEqual(absence.confirmed_by_id, self.leader_east)
        with self._at(START):
            absence.with_user(self.director).action_refuse()
        told = self._messages_to(self.salesperson_a)
        self.assertEqual(told[0].subject, "Your absence was refused")
        self.assertEqual(len(told), 2)
        self.assertEqual(absence.confirmed_by_id, self.director)
        self.assertEqual(self.ownership.date_deadline, DEADLINE)

    def test_nobody_decides_about_oneself(self):
        """Not even who decides about all others; and nobody is told of it."""
        absence = self._enter(
            user=self.director, user_id=self.director.id, days=2
        ).with_user(self.director)
        with self._at(START), self.assertRaisesRegex(AccessError, "their own"):
            absence.action_refuse()
        self.assertFalse(self._messages_to(self.director))
        with self._at(START):
            absence.with_user(self.administrator).action_refuse()
        self.assertEqual(
            self._messages_to(self.director).subject, "Your absence was refused"
        )

    def test_who_may_decide(self):
        absence = self._enter(days=9)
        for user, may in (
            (self.leader_east, True),
            (self.director, True),
            (self.salesperson_a, False),
            (self.salesperson_c, False),
            (self.leader_west, False),
        ):
            self.assertEqual(absence.with_user(user).sudo().can_decide, may, user.name)
        for user in (self.salesperson_b, self.salesperson_c, self.office_user):
            for button in ("action_confirm", "action_refuse", "action_cancel"):
                with self.assertRaises(AccessError):
                    getattr(absence.with_user(user), button)()
        self.assertEqual(absence.state, "requested")

    def test_called_off(self):
        """What has been stays: before it begins, in it, at its end, after it."""
        end = FIRST + 9 * DAY
        for moment, state, last in (
            (FIRST - SECOND, "cancelled", end),
            (FIRST, "cancelled", end),
            (FIRST + SECOND, "confirmed", FIRST + SECOND),
            (end - SECOND, "confirmed", end - SECOND),
            (end, "confirmed", end),
            (end + DAY, "confirmed", end),
        ):
            absence = self._enter(user=self.leader_east, days=9)
            with self.subTest(moment=moment), self._at(moment):
                absence.with_user(self.salesperson_a).action_cancel()
                self.assertEqual((absence.state, absence.date_end), (state, last))
            absence.sudo().state = "cancelled"

    def test_called_off_without_an_end(self):
        absence = self._enter(user=self.leader_east, date_end=False)
        with self._at(FIRST + DAY):
            absence.with_user(self.salesperson_a).action_cancel()
        self.assertEqual((absence.state, absence.date_end), ("confirmed", FIRST + DAY))

    def test_asked_for_and_called_off(self):
        """One that nobody has confirmed was none, whenever it is called off."""
        absence = self._enter(days=9)
        with self._at(FIRST + 2 * DAY):
            absence.with_user(self.salesperson_a).action_cancel()
        self.assertEqual(absence.state, "cancelled")
        self.assertEqual(self.ownership.date_deadline, DEADLINE)


@tagged("post_install", "-at_install")
class TestAbsenceFromOutOfOffice(AbsenceCommon):
    """The dates of the own preferences are absences: what has been stays."""

    def _write(self, moment, user=None, **values):
        with self._at(moment):
            self.salesperson_a.with_user(user or self.salesperson_a).write(
                {f"out_of_office_{name}": value for name, value in values.items()}
            )

    def _standing(self):
        """``{(start, end): state}`` of what stands."""
        rows = self.Absence.search([("user_id", "=", self.salesperson_a.id)])
        return {
            (row.date_start, row.date_end): row.state
            for row in rows
            if row.state in ("requested", "confirmed")
        }

    def test_back_in_time(self):
        """Whoever clears the dates in the middle was away until then."""
        end = FIRST + 3 * DAY
        self._write(START, **{"from": FIRST, "to": end})
        self.assertEqual(self.ownership.date_deadline, DEADLINE + 3 * DAY)
        back = FIRST + 2 * DAY + HOUR
        self._write(back, **{"from": False, "to": False})
        self.assertEqual(self._standing(), {(FIRST, back): "confirmed"})
        self.assertEqual(self.ownership.date_deadline, DEADLINE + 2 * DAY)
        self.assertFalse(self.salesperson_a._get_absences(back + HOUR, back + HOUR))

    def test_cleared_afterwards(self):
        """The same at the last second, and after it: all of it was an absence."""
        end = FIRST + 3 * DAY
        for moment in (end, end + DAY):
            self._write(START, **{"from": FIRST, "to": end})
            self._write(moment, **{"from": False, "to": False})
            self.assertEqual(self._standing(), {(FIRST, end): "confirmed"}, moment)
            self.assertEqual(self.ownership.date_deadline, DEADLINE + 3 * DAY)
            self.Absence.search([]).sudo().write({"state": "cancelled"})

    def test_cleared_before_it_begins(self):
        for moment in (START, FIRST - SECOND, FIRST):
            self._write(START, **{"from": FIRST, "to": FIRST + 3 * DAY})
            self._write(moment, **{"from": False, "to": False})
            self.assertEqual(self._standing(), {}, moment)
            self.assertEqual(self.ownership.date_deadline, DEADLINE)

    def test_back_earlier_by_the_end(self):
        """A sooner end needs nobody; the absence is the same one."""
        self._write(START, **{"from": FIRST, "to": FIRST + 3 * DAY})
        absence = self.Absence.search([("user_id", "=", self.salesperson_a.id)])
        self._write(FIRST + DAY, to=FIRST + 2 * DAY)
        self.assertEqual(self._standing(), {(FIRST, FIRST + 2 * DAY): "confirmed"})
        self.assertEqual(absence.date_end, FIRST + 2 * DAY)
        self.assertTrue(absence.is_out_of_office)
        # entered again, and after all: nothing happens
        self._write(FIRST + DAY, to=FIRST + 2 * DAY)
        self.assertEqual(len(self._standing()), 1)
        # an end that lies behind is an end, too
        self._write(FIRST + 2 * DAY - HOUR, to=FIRST + DAY)
        self.assertEqual(self._standing(), {(FIRST, FIRST + DAY): "confirmed"})

    def test_ill_for_longer(self):
        """The leader is asked for more; what was confirmed goes on meanwhile."""
        self._write(START, **{"from": FIRST, "to": FIRST + 2 * DAY})
        self._write(FIRST + DAY, to=FIRST + 9 * DAY)
        self.assertEqual(
            self._standing(),
            {
                (FIRST, FIRST + 2 * DAY): "confirmed",
                (FIRST, FIRST + 9 * DAY): "requested",
            },
        )
        moment = FIRST + DAY + HOUR
        self.assertTrue(self.salesperson_a._get_absences(moment, moment))
        self.assertEqual(self.ownership.date_deadline, DEADLINE + 2 * DAY)
        # well again after all, before anybody has decided
        back = FIRST + DAY + 2 * HOUR
        self._write(back, **{"from": False, "to": False})
        self.assertEqual(self._standing(), {(FIRST, back): "confirmed"})

    def test_moved_in_the_middle(self):
        """Dates that begin later end what is under way."""
        self._write(START, **{"from": FIRST, "to": FIRST + 3 * DAY})
        moment = FIRST + DAY + HOUR
        self._write(moment, **{"from": FIRST + 20 * DAY, "to": FIRST + 21 * DAY})
        self.assertEqual(
            self._standing(),
            {
                (FIRST, moment): "confirmed",
                (FIRST + 20 * DAY, FIRST + 21 * DAY): "confirmed",
            },
        )

    def test_dates_that_mean_nothing(self):
        """No start, or an end that is not after it: nobody is away."""
        for values in (
            {"from": FIRST, "to": FIRST},
            {"from": FIRST, "to": FIRST - SECOND},
            {"from": False, "to": FIRST},
        ):
            self._write(START, **values)
            self.assertEqual(self._standing(), {}, values)

    def test_far_away_is_without_an_end(self):
        for end, stored in (
            (datetime(2199, 12, 31), datetime(2199, 12, 31)),
            (datetime(2200, 1, 1), False),
        ):
            self._write(START, **{"from": FIRST, "to": end})
            self.assertEqual(self._standing(), {(FIRST, stored): "requested"})

    def test_deputy_named_beforehand(self):
        """Whoever can be one stands in, now and when named later; nobody else does."""
        person = self.salesperson_a.with_user(self.salesperson_a)
        with self._at(START):
            person.process_deputy_id = self.salesperson_d
        self._write(START, **{"from": FIRST, "to": FIRST + DAY})
        absence = self.Absence.search([("user_id", "=", self.salesperson_a.id)])
        self.assertFalse(absence.deputy_id)
        # saved once more, with somebody who cannot be one: no error
        self._write(START, to=FIRST + DAY)
        for deputy, standing in (
            (self.salesperson_b, self.salesperson_b),
            (self.leader_east, self.leader_east),
            (self.salesperson_d, self.salesperson_b.browse()),
            (self.salesperson_b, self.salesperson_b),
            (self.salesperson_b.browse(), self.salesperson_b.browse()),
        ):
            with self._at(START):
                person.process_deputy_id = deputy
            self.assertEqual(absence.deputy_id, standing, deputy.login)

    def test_dates_of_a_portal_user(self):
        """People outside are in no roster: they are not away."""
        portal = self.env["res.users"].create(
            {
                "name": "Portal",
                "login": "portal_of_absences",
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
                "out_of_office_from": FIRST,
            }
        )
        self.assertFalse(self.Absence.search([("user_id", "=", portal.id)]))

    def test_dates_of_a_new_person(self):
        """Those who come with dates are away as those who enter them."""
        user = self.env["res.users"].create(
            {
                "name": "New",
                "login": "new_of_absences",
                "out_of_office_from": FIRST,
                "out_of_office_to": FIRST + DAY,
            }
        )
        absence = self.Absence.search([("user_id", "=", user.id)])
        self.assertEqual(absence.date_end, FIRST + DAY)
        self.assertTrue(absence.is_out_of_office)


@tagged("post_install", "-at_install")
class TestAbsenceStopsTheClock(AbsenceCommon):
    """Days away do not count: of whom, of which customers, up to how many."""

    def test_limit_of_the_team(self):
        for limit, days in ((0, 0), (1, 1), (4, 4), (14, 5)):
            self.team_east.process_absence_days_max = limit
            absence = self._enter(user=self.leader_east, days=5)
            self.assertEqual(self.ownership.date_deadline, DEADLINE + days * DAY, limit)
            absence.sudo().unlink()

    def test_whose_customers(self):
        """Pursued ones of the person, in teams that use the process."""
        with self._at(START):
            colleague = self._customer(self.salesperson_b)
            won = self._customer(self.salesperson_a)
            won.lead_ids.action_set_won()
        self._enter(user=self.leader_east, days=2)
        self.assertEqual(self.ownership.date_deadline, DEADLINE + 2 * DAY)
        self.assertEqual(colleague.date_deadline, DEADLINE)
        self.assertFalse(won.date_deadline)

    def test_team_that_observes(self):
        with self._at(START):
            customer = self._customer(self.salesperson_d)
        deadline = customer.date_deadline
        self._enter(user=self.leader_west, user_id=self.salesperson_d.id, days=2)
        self.assertEqual(customer.date_deadline, deadline + 2 * DAY)

    def test_held_customers_wait_for_the_leader(self):
        """One does not free what is about to go out by being away; the leader does."""
        self.ownership.is_held = True
        absence = self._enter(days=2)
        self.assertEqual(absence.state, "confirmed")
        self.assertEqual(self.ownership.date_deadline, DEADLINE)
        self._enter(user=self.leader_east, days=2, start=FIRST)
        self.assertEqual(self.ownership.date_deadline, DEADLINE + 2 * DAY)

    def test_days_before_the_last_contact_do_not_count(self):
        """The clock is counted from the last contact on, and so are the days away."""
        self._enter(user=self.leader_east, days=5)
        with self._at(FIRST + 6 * DAY):
            self.env["sales.process.followup"].with_user(self.salesperson_a).create(
                {"lead_id": self.lead.id, "subject": "Back, and called at once"}
            )
        # away until the seventh, contact on the ninth
        self.assertEqual(
            self.ownership.date_deadline, datetime(2027, 3, 16, 15, 59, 59)
        )

    def test_working_days_only(self):
        """A weekend that one is away is not counted twice."""
        self.team_east.process_followup_working_days = True
        with self._at(START):
            customer = self._customer(self.salesperson_a)
        before = customer.date_deadline
        # from Saturday to Sunday
        absence = self._enter(
            user=self.leader_east, start=datetime(2027, 3, 5, 16), days=2
        )
        self.assertEqual(customer.date_deadline, before)
        absence.sudo().unlink()
        # from Friday to Monday: two working days
        self._enter(user=self.leader_east, start=datetime(2027, 3, 4, 16), days=4)
        self.assertEqual(customer.date_deadline, before + 2 * DAY)

    def test_intervals(self):
        """Away at a moment: both ends belong to it, for other people it is none."""
        self._enter(user=self.leader_east, days=2)
        end = FIRST + 2 * DAY
        people = self.salesperson_a | self.salesperson_b
        for since, until, away in (
            (FIRST - SECOND, FIRST - SECOND, False),
            (FIRST, FIRST, True),
            (end, end, True),
            (end + SECOND, end + SECOND, False),
            (FIRST - DAY, FIRST, True),
            (end, end + DAY, True),
            (FIRST - DAY, end + DAY, True),
        ):
            found = people._get_absences(since, until)
            self.assertEqual(
                found, {self.salesperson_a: [(FIRST, end)]} if away else {}, since
            )

    def test_only_confirmed_ones(self):
        for state in ("requested", "refused", "cancelled"):
            absence = self._enter(user=self.leader_east, days=2)
            absence.sudo().state = state
            self.assertFalse(self.salesperson_a._get_absences(FIRST, FIRST), state)
            self.assertEqual(self.ownership.date_deadline, DEADLINE, state)


@tagged("post_install", "-at_install")
class TestContactsWhileAway(AbsenceCommon):
    """Who works on a day that was entered alone was not away on it."""

    def _contact(self, moment, source="manual"):
        return self.env["sales.process.followup"].create(
            {
                "lead_id": self.lead.id,
                "user_id": self.salesperson_a.id,
                "date": moment,
                "subject": "A word about delivery",
                "source": source,
            }
        )

    def test_inside_counts_outside_does_not(self):
        absence = self._enter(days=2)
        end = FIRST + 2 * DAY
        with self._at(end + 3 * DAY):
            for moment, count in (
                (FIRST - SECOND, 0),
                (FIRST, 1),
                (end, 2),
                (end + SECOND, 2),
            ):
                self._contact(moment)
                absence.invalidate_recordset()
                self.assertEqual(absence.contradiction_count, count, moment)

    def test_by_hand_only(self):
        """What the system records of mails and meetings is no work of the day."""
        absence = self._enter(days=2)
        with self._at(FIRST + 5 * DAY):
            for source, count in (
                ("mail", 0),
                ("sms", 0),
                ("meeting", 0),
                ("activity", 1),
                ("manual", 2),
            ):
                self._contact(FIRST + HOUR, source)
                absence.invalidate_recordset()
                self.assertEqual(absence.contradiction_count, count, source)

    def test_days_of_the_leader_stand(self):
        """It is shown, and the day stays one of absence."""
        absence = self._enter(user=self.leader_east, days=2)
        with self._at(FIRST + 5 * DAY):
            self._contact(FIRST + HOUR)
        absence.invalidate_recordset()
        self.assertEqual(absence.contradiction_count, 1)
        self.assertTrue(self.salesperson_a._get_absences(FIRST, FIRST + HOUR))

    def test_the_other_days_stay(self):
        """Of three days the second is worked: two parts are left."""
        self._enter(days=3)
        with self._at(FIRST + 5 * DAY):
            self._contact(FIRST + DAY + HOUR)
        self.assertEqual(
            self.salesperson_a._get_absences(FIRST, FIRST + 3 * DAY),
            {
                self.salesperson_a: [
                    (FIRST, FIRST + DAY - SECOND),
                    (FIRST + 2 * DAY, FIRST + 3 * DAY),
                ]
            },
        )

    def test_all_days_worked(self):
        self._enter(days=1)
        with self._at(FIRST + 5 * DAY):
            self._contact(FIRST + HOUR)
        self.assertEqual(self.salesperson_a._get_absences(FIRST, FIRST + DAY), {})


@tagged("post_install", "-at_install")
class TestDeputy(AbsenceCommon):
    """A colleague of the team looks after what the person holds, while away."""

    def test_from_the_first_second_to_the_last(self):
        self._enter(days=2, deputy_id=self.salesperson_b.id)
        for moment, helps in (
            (FIRST - SECOND, False),
            (FIRST, True),
            (FIRST + 2 * DAY - SECOND, True),
            (FIRST + 2 * DAY, False),
        ):
            self._tick(moment)
            self.assertEqual(
                self.salesperson_b in self.ownership.collaborator_ids, helps, moment
            )

    def test_only_a_confirmed_absence(self):
        absence = self._enter(days=9, deputy_id=self.salesperson_b.id)
        self._tick(FIRST)
        self.assertFalse(self.ownership.collaborator_ids)
        with self._at(FIRST):
            absence.with_user(self.leader_east).action_confirm()
        self._tick(FIRST + SECOND)
        self.assertEqual(self.ownership.collaborator_ids, self.salesperson_b)
        with self._at(FIRST + HOUR):
            absence.with_user(self.leader_east).action_refuse()
        self._tick(FIRST + HOUR)
        self.assertFalse(self.ownership.collaborator_ids)
        self.assertFalse(absence.helped_ids)

    def test_without_an_end(self):
        absence = self._enter(
            user=self.leader_east, date_end=False, deputy_id=self.salesperson_b.id
        )
        self._tick(FIRST + 200 * DAY)
        self.assertEqual(self.ownership.collaborator_ids, self.salesperson_b)
        with self._at(FIRST + 201 * DAY):
            absence.with_user(self.salesperson_a).action_cancel()
        self._tick(FIRST + 201 * DAY)
        self.assertFalse(self.ownership.collaborator_ids)

    def test_customers_that_come_meanwhile(self):
        """They are looked after, too; the deputy was told once, of how many."""
        absence = self._enter(days=3, deputy_id=self.salesperson_b.id)
        with self._at(START):
            second = self._customer(self.salesperson_a)
        self._tick(FIRST)
        told = self._messages_to(self.salesperson_b)
        self.assertEqual(
            told.subject, "Customers of Salesperson A whom you look after meanwhile: 2"
        )
        with self._at(FIRST + HOUR):
            third = self._customer(self.salesperson_a)
        self._tick(FIRST + DAY)
        self.assertEqual(absence.helped_ids, self.ownership | second | third)
        self.assertEqual(third.collaborator_ids, self.salesperson_b)
        self.assertEqual(self._messages_to(self.salesperson_b), told)

    def test_what_is_not_pursued_needs_nobody(self):
        self.lead.action_set_won()
        absence = self._enter(days=1, deputy_id=self.salesperson_b.id)
        self._tick(FIRST)
        self.assertFalse(absence.helped_ids)
        self.assertFalse(self._messages_to(self.salesperson_b))

    def test_deputy_without_the_company(self):
        """Nobody looks after customers of a company that one has no access to."""
        absence = self._enter(days=1, deputy_id=self.salesperson_b.id)
        self.ownership.sudo().company_id = self.company_2
        self._tick(FIRST)
        self.assertFalse(absence.helped_ids)
        self.assertFalse(self.ownership.collaborator_ids)

    def test_sent_away_meanwhile(self):
        """A deputy whom somebody removed looks after the customer again."""
        absence = self._enter(days=3, deputy_id=self.salesperson_b.id)
        self._tick(FIRST)
        self.ownership._remove_collaborators(self.salesperson_b)
        self._tick(FIRST + HOUR)
        self.assertEqual(self.ownership.collaborator_ids, self.salesperson_b)
        self.assertEqual(absence.helped_ids, self.ownership)

    def test_two_absences_have_their_own_deputies(self):
        self._enter(days=1, deputy_id=self.salesperson_b.id)
        self._enter(
            user=self.leader_east,
            start=FIRST + DAY,
            days=1,
            deputy_id=self.salesperson_c.id,
        )
        self._tick(FIRST)
        self.assertEqual(self.ownership.collaborator_ids, self.salesperson_b)
        self._tick(FIRST + DAY)
        self.assertEqual(self.ownership.collaborator_ids, self.salesperson_c)
        self._tick(FIRST + 2 * DAY)
        self.assertFalse(self.ownership.collaborator_ids)

    def test_lost_meanwhile(self):
        """The history keeps who looked after it; the next period is rid of it."""
        absence = self._enter(days=3, deputy_id=self.salesperson_b.id)
        self._tick(FIRST)
        with self._at(FIRST + HOUR):
            self.lead.with_user(self.salesperson_a).action_set_lost()
        with self._at(FIRST + 2 * HOUR):
            self.lead.with_user(self.salesperson_a).action_unarchive()
        again = self.lead.ownership_id
        self.assertNotEqual(again, self.ownership)
        self._tick(FIRST + 3 * DAY)
        self.assertFalse(again.collaborator_ids)
        self.assertFalse(absence.helped_ids)
        self.assertEqual(self.ownership.collaborator_ids, self.salesperson_b)

    def test_who_can_be_one(self):
        """Of the same team, with sales rights, not oneself; the leader can."""
        for deputy, sentence in (
            (self.salesperson_a, "somebody else than who is away"),
            (self.salesperson_d, "no salesperson of a team"),
            (self.office_user, "no salesperson of a team"),
            (self.leader_east, None),
        ):
            with self.subTest(deputy=deputy.login):
                if sentence:
                    with self.assertRaisesRegex(ValidationError, sentence):
                        self._enter(deputy_id=deputy.id)
                else:
                    self.assertEqual(self._enter(deputy_id=deputy.id).deputy_id, deputy)

    def test_deputy_of_a_leader(self):
        """A leader works customers of the team, and somebody looks after them."""
        with self._at(START):
            customer = self._customer(self.leader_east, self.team_east)
        self._enter(
            user=self.leader_east,
            user_id=self.leader_east.id,
            days=2,
            deputy_id=self.salesperson_b.id,
        )
        self._tick(FIRST)
        self.assertEqual(customer.collaborator_ids, self.salesperson_b)

    def test_checked_when_the_person_changes(self):
        """The deputy of one is no deputy of somebody of another team."""
        absence = self._enter(days=1, deputy_id=self.salesperson_b.id)
        with self.assertRaises(ValidationError), self._at(START):
            absence.with_user(self.director).user_id = self.salesperson_d

    def test_woken_at_start_and_end(self):
        """The scheduled action runs when an absence with a deputy begins and ends."""
        cron = self.env.ref("sales_process_mgmt.ir_cron_absences")
        Trigger = self.env["ir.cron.trigger"]

        def moments():
            return set(Trigger.search([("cron_id", "=", cron.id)]).mapped("call_at"))

        before = moments()
        self._enter(days=1)
        self.assertEqual(moments(), before, "Nobody stands in")
        self._enter(
            user=self.leader_east,
            days=1,
            start=FIRST + 10 * DAY,
            deputy_id=self.salesperson_b.id,
        )
        self.assertLessEqual({FIRST + 10 * DAY, FIRST + 11 * DAY}, moments() - before)


@tagged("post_install", "-at_install")
class TestOwnerWhoComesBack(AbsenceCommon):
    """Who left and comes back keeps the customers that are not due."""

    def _members(self):
        return self.team_east.crm_team_member_ids.filtered(
            lambda row: row.user_id == self.salesperson_a
        )

    def test_held_because_the_owner_left(self):
        """The line of the run says that it stays, and the run is closed."""
        self.team_east.process_release_ceiling_percent = 10
        with self._at(START):
            customers = self._many(self.salesperson_a, 2) | self.ownership
        with self._at(START + HOUR):
            self._members().active = False
            self.assertTrue(all(customers.mapped("has_owner_left")))
            self.Release._release(self.Release._lock_due(1000))
        held = customers.filtered("is_held")
        self.assertEqual(len(held), 2)
        run = self._runs()
        self.assertEqual((run.state, run.held_count), ("held", 2))
        with self._at(START + 2 * HOUR):
            self.team_east.with_context(
                active_test=False
            ).crm_team_member_all_ids.filtered(
                lambda row: row.user_id == self.salesperson_a
            ).active = True
        self.assertFalse(any(held.mapped("is_held")))
        self.assertFalse(any(held.mapped("has_owner_left")))
        self.assertFalse(any(held.mapped("date_held_until")))
        run.invalidate_recordset()
        self.assertEqual((run.state, run.held_count), ("done", 0))
        self.assertEqual(
            set(
                run.line_ids.filtered(lambda row: row.ownership_id in held).mapped(
                    "outcome"
                )
            ),
            {"kept"},
        )

    def test_held_because_it_is_overdue(self):
        """Leaving and coming back frees nothing that waits for the next night."""
        self.team_east.process_release_ceiling_percent = 10
        with self._at(START):
            customers = self._many(self.salesperson_a, 2) | self.ownership
        late = DEADLINE + HOUR
        with self._at(late):
            self.Release._release(self.Release._lock_due(1000))
            held = customers.filtered("is_held")
            self.assertEqual(len(held), 2)
            self._members().active = False
            self.team_east.with_context(
                active_test=False
            ).crm_team_member_all_ids.filtered(
                lambda row: row.user_id == self.salesperson_a
            ).active = True
        self.assertEqual(held.mapped("is_held"), [True, True])
        self.assertFalse(any(held.mapped("has_owner_left")))
        self.assertEqual(self._runs().held_count, 2)
