# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter
from datetime import timedelta
from functools import partial
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import HttpCase, tagged

from odoo.addons.bus.models.bus_listener_mixin import BusListenerMixin
from odoo.addons.mail.tests.common import mail_new_test_user

from .common_followup import FollowupCommon
from .common_release import ReleaseCommon

QUERIES = 20


class HomeCommon(FollowupCommon, ReleaseCommon):
    """A home as the person reads it, and the records behind each of its figures."""

    def _get_home(self, user, role=None, **context):
        self.env.flush_all()
        home = self.env["sales.process.home"].with_user(user)
        # as the browser asks
        context = {"lang": "en_US", "tz": user.tz, **context}
        return home.with_context(**context).get_home(role)

    def _get_block(self, home, name):
        return next((row for row in home["blocks"] if row["name"] == name), None)

    def _get_figures(self, home, block):
        found = self._get_block(home, block)
        return {row["name"]: row["value"] for row in found["figures"]} if found else {}

    def _get_todos(self, home):
        """How many to-dos of each kind a home shows."""
        found = self._get_block(home, "todo")
        return Counter(
            row["subtitle"] or row["title"] for row in (found or {"rows": []})["rows"]
        )

    def _get_cells(self, home, record):
        table = self._get_block(home, "table")
        row = next(row for row in table["rows"] if row["id"] == record.id)
        return {name: cell["value"] for name, cell in row["cells"].items()}

    def _iterate_figures(self, home):
        """Each number of a home with what opens from it."""
        for block in home["blocks"]:
            for figure in block.get("figures", ()):
                yield f"{block['name']}.{figure['name']}", figure
            for row in block["rows"] if block["kind"] == "table" else ():
                for name, cell in row["cells"].items():
                    yield f"{block['name']}.{row['id']}.{name}", cell
            for dataset in block.get("datasets", ()):
                for place, value in enumerate(dataset["values"]):
                    yield (
                        f"{block['name']}.{dataset['name']}.{place}",
                        {
                            "value": value,
                            "open": dataset["opens"] and dataset["opens"][place],
                        },
                    )

    def _assert_opens_what_it_counts(self, user, role=None):
        """What opens from a figure holds as many records as the figure says."""
        found = 0
        for name, figure in self._iterate_figures(self._get_home(user, role)):
            opens = figure["open"]
            if not opens or not isinstance(figure["value"], int):
                continue
            if opens.get("domain") is None:
                continue
            with self.subTest(role=role, figure=name):
                model = self.env[self.env.ref(opens["xml_id"]).res_model]
                records = model.with_user(user).search(opens["domain"])
                self.assertEqual(len(records), figure["value"])
                found += 1
        return found


@tagged("post_install", "-at_install")
class TestHome(HomeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._age(cls.ownership, days=2)
        cls.overdue = cls._customer(cls.salesperson_a) | cls._customer(
            cls.salesperson_a
        )
        cls._expire(cls.overdue, seconds=3600)
        cls.due_now = cls._customer(cls.salesperson_b)
        cls._expire(cls.due_now, seconds=-3600)
        cls.west = cls._customer(cls.salesperson_d)

    # ------------------------------------------------------------
    # ROLES
    # ------------------------------------------------------------

    def test_roles(self):
        get_roles = self.env["sales.process.home"]._get_roles
        self.assertEqual(get_roles(self.salesperson_a), ("salesperson",))
        self.assertEqual(get_roles(self.salesperson_c), ("salesperson",))
        self.assertEqual(get_roles(self.leader_east), ("leader", "salesperson"))
        self.assertEqual(get_roles(self.director), ("director",))
        self.assertEqual(get_roles(self.office_user), ())
        # an own team does not use the process, those of others do
        self.assertEqual(get_roles(self.salesperson_e), ("salesperson",))

    def test_leading_two_teams_is_a_region(self):
        self.team_west.user_id = self.leader_east
        self.assertEqual(
            self.env["sales.process.home"]._get_roles(self.leader_east),
            ("region", "leader", "salesperson"),
        )
        home = self._get_home(self.leader_east)
        self.assertEqual(home["role"], "region")
        self.assertEqual(
            {row["id"] for row in self._get_block(home, "table")["rows"]},
            {self.team_east.id, self.team_west.id},
        )

    def test_teams_below_are_a_region(self):
        regional = self._create_region(self.team_east, self.team_west)
        get_roles = self.env["sales.process.home"]._get_roles
        self.assertEqual(get_roles(regional), ("region",))
        self.assertEqual(get_roles(self.leader_east), ("leader", "salesperson"))
        home = self._get_home(regional)
        self.assertEqual(home["role"], "region")
        self.assertEqual(
            {row["id"] for row in self._get_block(home, "table")["rows"]},
            {self.team_east.id, self.team_west.id},
        )

    def test_region_is_asked_what_it_decides(self):
        """Questions of a team that has a leader wait for that leader alone."""
        regional = self._create_region(self.team_east, self.team_west)
        lead = self._create_lead(self.salesperson_a)
        own = self._create_lead(self.leader_east, self.team_east)
        west = self._create_lead(self.salesperson_d, self.team_west)
        Conflict = self.env["sales.process.conflict"]

        def conflict(ownership, user, **values):
            return Conflict.create(
                {
                    "name": "Who has it",
                    "user_id": user.id,
                    "ownership_id": ownership.id,
                    "owner_id": ownership.user_id.id,
                    "team_id": ownership.team_id.id,
                    "company_id": self.company.id,
                    "door": "contact",
                    "state": "open",
                    **values,
                }
            )

        inside = conflict(lead.ownership_id, self.salesperson_b)
        of_leader = conflict(own.ownership_id, self.salesperson_b)
        between = conflict(
            lead.ownership_id,
            self.salesperson_d,
            other_ownership_id=west.ownership_id.id,
        )
        self.env.flush_all()
        Item = self.env["sales.process.agenda.item"].with_user(regional)
        kind = [("kind", "=", "conflict_open")]
        domain = Item._get_deciding_domain(regional) & Domain(kind)
        self.assertEqual(
            set(Item.search(domain).mapped("res_id")), {of_leader.id, between.id}
        )
        # read is all of it
        self.assertEqual(
            set(Item.search(kind).mapped("res_id")),
            {inside.id, of_leader.id, between.id},
        )
        for record, may in ((inside, False), (of_leader, True), (between, True)):
            self.assertIs(record.with_user(regional).can_lead, may)
        self._get_home(regional)
        self.team_east.user_id = False
        domain = Item._get_deciding_domain(regional) & Domain(kind)
        self.assertEqual(len(Item.search(domain)), 3)

    def test_desk_and_director_who_only_reads(self):
        desk = mail_new_test_user(
            self.env,
            login="desk",
            groups="base.group_user,sales_process_mgmt.group_sales_process_reception",
        )
        self.assertEqual(
            self.env["sales.process.home"]._get_roles(desk), ("reception",)
        )
        reader = mail_new_test_user(
            self.env,
            login="reader",
            groups="base.group_user,sales_team.group_sale_salesman_all_leads",
        )
        self.assertEqual(
            self.env["sales.process.home"]._get_roles(reader), ("director",)
        )
        self._put_on_duty(self.salesperson_a, self.salesperson_b)
        home = self._get_home(desk)
        (duty,) = home["blocks"]
        titles = [row["title"] for row in duty["rows"]]
        self.assertIn(self.salesperson_a.name, titles)
        self.assertEqual(sum(bool(row.get("badge")) for row in duty["rows"]), 1)

    def test_a_team_without_a_roster_misses_nobody(self):
        """Nobody on duty is told of teams that have a roster, and of no others."""
        block = self._get_block(self._get_home(self.leader_east), "duty")
        self.assertEqual(block["rows"], [])
        self.assertTrue(block["empty"]["title"])
        now = self.env.cr.now()
        self.env["sales.process.duty"].create(
            {
                "team_id": self.team_east.id,
                "user_id": self.salesperson_a.id,
                "date_start": now - timedelta(days=2),
                "date_end": now - timedelta(days=1),
            }
        )
        block = self._get_block(self._get_home(self.leader_east), "duty")
        self.assertEqual(
            [(row["title"], row["subtitle"]) for row in block["rows"]],
            [("Nobody is on duty", self.team_east.name)],
        )

    def test_nobody_without_the_process(self):
        teams = self.env["crm.team"].with_context(active_test=False)
        teams.search([("process_mode", "!=", "off")]).write({"process_mode": "off"})
        home = self._get_home(self.director)
        self.assertEqual((home["role"], home["blocks"]), (False, []))
        self.assertTrue(home["is_manager"])

    def test_refused_to_strangers(self):
        with self.assertRaises(AccessError):
            self._get_home(self.office_user)

    def test_a_role_one_has_not_is_the_own_one(self):
        for role in ("director", "leader", "nonsense", 7, [], {}):
            with self.subTest(role=role):
                home = self._get_home(self.salesperson_a, role)
                self.assertEqual(home["role"], "salesperson")
                self.assertIsNone(self._get_block(home, "table"))
                cheers = self.env["sales.process.home"].with_user(self.salesperson_a)
                self.assertEqual(cheers.get_cheers(role), [])

    # ------------------------------------------------------------
    # SALESPERSON
    # ------------------------------------------------------------

    def test_my_customers(self):
        home = self._get_home(self.salesperson_a)
        figures = self._get_figures(home, "due")
        self.assertEqual((figures["overdue"], figures["all"]), (2, 3))
        rows = self._get_block(home, "customers")["rows"]
        self.assertEqual(
            [row["id"] for row in rows], [*self.overdue.ids, self.ownership.id]
        )
        self.assertEqual(rows[0]["state"], "overdue")
        self.assertEqual(rows[-1]["phone"], self.other_lead.phone)
        self.assertIn("7 days", rows[-1]["why"])

    def test_due_today_ends_at_midnight_of_the_person(self):
        """Half past eleven in Shanghai: what is due in an hour is tomorrow's."""
        with self._at("2027-03-01 15:30:00"):
            self.due_now.date_deadline = "2027-03-01 15:59:59"
            figures = self._get_figures(self._get_home(self.salesperson_b), "due")
            self.assertEqual((figures["today"], figures["soon"]), (1, 0))
            self.due_now.date_deadline = "2027-03-01 16:00:00"
            figures = self._get_figures(self._get_home(self.salesperson_b), "due")
            self.assertEqual((figures["today"], figures["soon"]), (0, 1))

    def test_month(self):
        self._log()
        self._log(subject="ok", lead=self.other_lead)
        gone = self._customer(self.salesperson_a)
        gone.write(
            {
                "state": "ended",
                "end_reason": "expired",
                "date_end": self.env.cr.now(),
                "date_deadline": False,
            }
        )
        figures = self._get_figures(self._get_home(self.salesperson_a), "month")
        self.assertEqual(figures["lost"], 1)
        self.assertEqual((figures["counting"], figures["void"]), (1, 1))

    def test_planned(self):
        today = self._today(self.salesperson_a)
        schedule = self.lead.with_user(self.salesperson_a).activity_schedule
        for days in (-1, 0, 1):
            schedule(
                "mail.mail_activity_data_call",
                today + timedelta(days=days),
                summary=f"Ring them {days}",
                user_id=self.salesperson_a.id,
            )
        rows = self._get_block(self._get_home(self.salesperson_a), "planned")["rows"]
        self.assertEqual(
            [(row["subtitle"], row["tone"]) for row in rows],
            [("Ring them -1", "danger"), ("Ring them 0", False)],
        )

    def test_what_i_have_to_answer(self):
        self.assertIsNone(self._get_block(self._get_home(self.salesperson_a), "todo"))
        self.env["sales.process.invitation"].create(
            {
                "ownership_id": self.ownership.id,
                "user_id": self.salesperson_b.id,
                "state": "asked",
            }
        )
        self.lead.write({"process_lost_proposed_by_id": self.salesperson_b.id})
        home = self._get_home(self.salesperson_a)
        self.assertEqual(
            self._get_todos(home),
            {"Offer to Help to Answer": 1, "Proposed Loss to Decide": 1},
        )
        self.assertIsNone(self._get_block(self._get_home(self.salesperson_b), "todo"))
        decide = self._get_figures(self._get_home(self.leader_east), "decide")
        self.assertEqual(decide["invitation_asked"], 1)
        self.assertEqual(decide["lost_proposed"], 1)

    def test_todos_are_ones_own(self):
        """Each row opens with one click, and nobody reads what another one owes."""
        invitations = self.env["sales.process.invitation"].create(
            [
                {
                    "ownership_id": self.ownership.id,
                    "user_id": user.id,
                    "state": "asked",
                }
                for user in (self.salesperson_b, self.salesperson_c)
            ]
        )
        block = self._get_block(self._get_home(self.salesperson_a), "todo")
        self.assertFalse(block["is_side"])
        self.assertEqual(
            [row["open"] for row in block["rows"]],
            [{"model": row._name, "res_id": row.id} for row in invitations],
        )
        self.assertEqual(
            len(
                self.env[self.env.ref(block["open"]["xml_id"]).res_model]
                .with_user(self.salesperson_a)
                .search(block["open"]["domain"])
            ),
            2,
        )
        Item = self.env["sales.process.owed.item"]
        for user in (self.salesperson_b, self.leader_east, self.director):
            with self.subTest(user=user.login):
                self.assertFalse(Item.with_user(user).search([]))
                role = "salesperson" if user == self.salesperson_b else None
                home = self._get_home(user, role)
                self.assertIsNone(self._get_block(home, "todo"))
        # the leader decides the same matters, and finds them there alone
        self.ownership.user_id = self.leader_east
        home = self._get_home(self.leader_east)
        self.assertIsNone(self._get_block(home, "todo"))
        self.assertEqual(self._get_figures(home, "decide")["invitation_asked"], 2)
        home = self._get_home(self.leader_east, "salesperson")
        self.assertEqual(len(self._get_block(home, "todo")["rows"]), 2)

    def test_more_todos_than_rows(self):
        """Eight rows are shown, the rest is counted, by one query."""
        members = [
            mail_new_test_user(
                self.env,
                login=f"helper_{number}",
                groups="base.group_user,sales_team.group_sale_salesman",
            )
            for number in range(10)
        ]
        self._get_home(self.salesperson_a)
        before = self._count_queries(partial(self._get_home, self.salesperson_a))
        self.env["sales.process.invitation"].create(
            [
                {
                    "ownership_id": self.ownership.id,
                    "user_id": user.id,
                    "state": "asked",
                }
                for user in members
            ]
        )
        home = self._get_home(self.salesperson_a)
        block = self._get_block(home, "todo")
        self.assertEqual((len(block["rows"]), block["more"]), (8, 2))
        after = self._count_queries(partial(self._get_home, self.salesperson_a))
        self.assertLessEqual(after, before)

    def test_a_proposed_grade_waits_for_the_leader(self):
        grade = self.env["sales.process.customer.grade"].create({"name": "Gold"})
        partner = self.env["res.partner"].create({"name": "Golden Bakery"})
        self.lead.partner_id = partner
        ownership = self.lead.ownership_id
        self.assertEqual(ownership.partner_id, partner)
        partner.process_proposed_grade_id = grade
        home = self._get_home(self.leader_east)
        self.assertEqual(self._get_figures(home, "decide")["grade_proposed"], 1)
        figures = self._get_figures(self._get_home(self.leader_west), "decide")
        self.assertNotIn("grade_proposed", figures)
        cells = self._get_cells(self._get_home(self.director), self.team_east)
        self.assertEqual(cells["waits"], 1)
        partner.with_user(self.leader_east).action_accept_grade()
        home = self._get_home(self.leader_east)
        self.assertNotIn("grade_proposed", self._get_figures(home, "decide"))

    # ------------------------------------------------------------
    # LEADER AND DIRECTOR
    # ------------------------------------------------------------

    def test_by_person(self):
        home = self._get_home(self.leader_east)
        self.assertEqual(home["role"], "leader")
        cells = self._get_cells(home, self.salesperson_a)
        self.assertEqual((cells["overdue"], cells["all"]), (2, 3))
        table = self._get_block(home, "table")
        self.assertEqual(
            table["rows"][0]["id"], self.salesperson_a.id, "most urgent first"
        )
        self.assertNotIn(self.salesperson_d.id, [row["id"] for row in table["rows"]])

    def test_by_team(self):
        home = self._get_home(self.director)
        self.assertEqual(self._get_cells(home, self.team_east)["overdue"], 2)
        self.assertEqual(self._get_cells(home, self.team_west)["all"], 1)

    def test_to_decide(self):
        self.env["sales.process.conflict"].create(
            {
                "name": "Tried",
                "user_id": self.salesperson_b.id,
                "owner_id": self.salesperson_a.id,
                "ownership_id": self.ownership.id,
                "team_id": self.team_east.id,
                "company_id": self.company.id,
                "door": "interactive",
                "state": "open",
            }
        )
        self.overdue[0].is_held = True
        self.env["sales.process.absence"].create(
            {
                "user_id": self.salesperson_b.id,
                "date_start": self.env.cr.now(),
            }
        ).state = "requested"
        figures = self._get_figures(self._get_home(self.leader_east), "decide")
        for kind in ("conflict_open", "customer_held", "absence_asked"):
            self.assertEqual(figures[kind], 1, kind)
        self.assertFalse(self._get_figures(self._get_home(self.leader_west), "decide"))
        self.assertEqual(
            self._get_figures(self._get_home(self.director), "decide"), figures
        )

    def test_who_is_absent(self):
        self.env["sales.process.absence"].create(
            {
                "user_id": self.salesperson_b.id,
                "deputy_id": self.salesperson_a.id,
                "date_start": self.env.cr.now() - timedelta(hours=1),
                "state": "confirmed",
            }
        )
        (row,) = self._get_block(self._get_home(self.leader_east), "absent")["rows"]
        self.assertEqual(row["title"], self.salesperson_b.name)
        self.assertIn(self.salesperson_a.name, row["subtitle"])
        self.assertFalse(
            self._get_block(self._get_home(self.leader_west), "absent")["rows"]
        )

    def test_trend(self):
        """Weeks begin on Monday where the leader is, the running one is the last."""
        with self._at("2027-03-01 02:00:00"):  # Monday, ten o'clock in Shanghai
            self.west.write({"date_start": "2027-02-28 15:59:59"})
            self.due_now.write({"date_start": "2027-02-28 16:00:00"})
            trend = self._get_block(self._get_home(self.director), "trend")
            received = trend["datasets"][0]["values"]
            self.assertEqual(len(trend["labels"]), len(received))
            self.assertEqual(received[-2:], [1, 1])

    # ------------------------------------------------------------
    # WHAT ALL FIGURES KEEP
    # ------------------------------------------------------------

    def test_figures_open_what_they_count(self):
        self.env["sales.process.conflict"].create(
            {
                "name": "Tried",
                "user_id": self.salesperson_b.id,
                "owner_id": self.salesperson_a.id,
                "ownership_id": self.ownership.id,
                "team_id": self.team_east.id,
                "company_id": self.company.id,
                "door": "interactive",
                "state": "open",
            }
        )
        self.assertGreater(self._assert_opens_what_it_counts(self.salesperson_a), 7)
        self.assertGreater(self._assert_opens_what_it_counts(self.leader_east), 10)
        self.assertGreater(self._assert_opens_what_it_counts(self.director), 10)

    def test_other_company(self):
        """What belongs to a company that is not chosen is neither counted nor shown."""
        foreign = self._customer(self.salesperson_x)
        self.director.company_ids |= self.company_2
        one = self._get_home(self.director, allowed_company_ids=self.company.ids)
        teams = {row["id"] for row in self._get_block(one, "table")["rows"]}
        self.assertNotIn(self.team_c2.id, teams)
        both = self._get_home(
            self.director, allowed_company_ids=(self.company | self.company_2).ids
        )
        self.assertEqual(self._get_cells(both, foreign.team_id)["all"], 1)

    def test_queries_do_not_grow(self):
        """The same number of queries with two people and with twenty."""
        users = [self.salesperson_a, self.leader_east, self.director]
        self._put_on_duty(self.salesperson_a, self.salesperson_b)
        for days in (-1, 0):
            self.lead.with_user(self.salesperson_a).activity_schedule(
                "mail.mail_activity_data_call",
                self._today(self.salesperson_a) + timedelta(days=days),
                summary="Ring them",
                user_id=self.salesperson_a.id,
            )
        before = {}
        for user in users:
            self._get_home(user)
            before[user] = self._count_queries(partial(self._get_home, user))
        members = self.env["res.users"].union(
            *(
                mail_new_test_user(
                    self.env,
                    login=f"member_{number}",
                    groups="base.group_user,sales_team.group_sale_salesman",
                    tz="Asia/Shanghai",
                )
                for number in range(20)
            )
        )
        self.env["crm.team.member"].create(
            [{"user_id": user.id, "crm_team_id": self.team_east.id} for user in members]
        )
        for user in members:
            self._customer(user, self.team_east)
        self._many(self.salesperson_a, 9)
        for user in users:
            self._get_home(user)
            after = self._count_queries(partial(self._get_home, user))
            with self.subTest(user=user.login):
                self.assertLessEqual(after, before[user] + 1)
                self.assertLessEqual(after, QUERIES)

    def _get_waiting(self, user):
        self.env.flush_all()
        home = self.env["sales.process.home"].with_user(user)
        return home.with_context(lang="en_US", tz=user.tz).get_waiting()

    def test_waiting(self):
        """Beside the menus stand the numbers of the home, each opens what it counts."""
        home = self._get_home(self.salesperson_a)
        due = self._get_figures(home, "due")
        figures = {row["name"]: row for row in self._get_waiting(self.salesperson_a)}
        self.assertEqual(figures["overdue"]["value"], due["overdue"])
        self.assertGreater(due["overdue"], 0)
        self.assertNotIn("decide", figures)
        self.lead.write({"process_lost_proposed_by_id": self.salesperson_b.id})
        for user in (self.salesperson_a, self.leader_east, self.director):
            for figure in self._get_waiting(user):
                opens = figure["open"]
                model = self.env[self.env.ref(opens["xml_id"]).res_model]
                records = model.with_user(user).search(opens["domain"])
                with self.subTest(user=user.login, figure=figure["name"]):
                    self.assertGreater(figure["value"], 0)
                    self.assertEqual(len(records), figure["value"])

    def test_waiting_matters(self):
        """What is asked waits for the owner and the leader, not for who has asked."""
        self.lead.write({"process_lost_proposed_by_id": self.salesperson_b.id})
        matters = {
            user: {row["name"]: row["value"] for row in self._get_waiting(user)}
            for user in (self.salesperson_a, self.salesperson_b, self.leader_east)
        }
        self.assertEqual(matters[self.salesperson_a]["todo"], 1)
        self.assertEqual(matters[self.leader_east]["decide"], 1)
        # a leader who may answer it finds it once
        self.assertNotIn("todo", matters[self.leader_east])
        self.assertFalse({"todo", "decide"} & set(matters[self.salesperson_b]))

    def test_waiting_for_nobody(self):
        """Who has no part in the process is told nothing, and refused nothing."""
        clerk = mail_new_test_user(
            self.env, login="waiting_clerk", groups="base.group_user"
        )
        self.assertEqual(self._get_waiting(clerk), [])

    def test_waiting_queries(self):
        """It is asked wherever one works: few queries, however much there is."""
        for user, limit in ((self.salesperson_a, 5), (self.leader_east, 7)):
            self._get_waiting(user)
            before = self._count_queries(partial(self._get_waiting, user))
            self._many(self.salesperson_a, 9)
            self._get_waiting(user)
            after = self._count_queries(partial(self._get_waiting, user))
            with self.subTest(user=user.login):
                self.assertEqual(after, before)
                self.assertLessEqual(after, limit)

    def test_front_desk_asks_once_for_all_teams(self):
        """The same number of queries with one team on duty and with six."""
        desk = mail_new_test_user(
            self.env,
            login="desk",
            groups="base.group_user,sales_process_mgmt.group_sales_process_reception",
            tz="Asia/Shanghai",
        )
        self._put_on_duty(self.salesperson_a, self.salesperson_b)
        self._get_home(desk)
        before = self._count_queries(partial(self._get_home, desk))
        for number in range(5):
            members = self.env["res.users"].union(
                *(
                    mail_new_test_user(
                        self.env,
                        login=f"desk_{number}_{place}",
                        groups="base.group_user,sales_team.group_sale_salesman",
                        tz="Asia/Shanghai",
                    )
                    for place in range(2)
                )
            )
            team = self._create_team(f"Desk {number}", "enforce", members[0], members)
            self._put_on_duty(*members, team=team)
        rows = self._get_block(self._get_home(desk), "duty")["rows"]
        self.assertEqual(len(rows), 12)
        after = self._count_queries(partial(self._get_home, desk))
        self.assertLessEqual(after, before)

    # ------------------------------------------------------------
    # NEWS
    # ------------------------------------------------------------

    def _catch_news(self, function):
        """Whom ``function`` sends news, as often as they get one."""
        self.env.cr.precommit.data.pop("sales_process_home", None)
        with patch.object(BusListenerMixin, "_bus_send", autospec=True) as send:
            function()
        return [
            call.args[0]
            for call in send.call_args_list
            if call.args[1] == "sales_process_home"
        ]

    def test_news(self):
        """Who loses and who receives customers gets one message for all of them."""
        customers = self.overdue | self.ownership
        assignments = dict.fromkeys(customers, self.salesperson_b)
        leader = customers.with_user(self.leader_east)
        told = self._catch_news(
            lambda: leader._hand_over(assignments, "transfer", "transferred")
        )
        self.assertEqual(
            sorted(user.login for user in told), ["salesperson_a", "salesperson_b"]
        )

    def test_no_news_of_what_one_does(self):
        """Registering one's own customer costs no message."""
        told = self._catch_news(lambda: self._customer(self.salesperson_a))
        self.assertFalse(told)

    def test_news_of_a_conflict(self):
        values = {
            "name": "Tried",
            "user_id": self.salesperson_b.id,
            "owner_id": self.salesperson_a.id,
            "ownership_id": self.ownership.id,
            "lead_id": False,
            "team_id": self.team_east.id,
            "company_id": self.company.id,
            "door": "interactive",
            "resolution": "refused",
            "state": "resolved",
            "identities": [],
        }
        record = self.env["sales.process.conflict"]._record
        told = self._catch_news(lambda: (record([dict(values)]), record([values])))
        self.assertEqual([user.login for user in told], ["leader_east"])

    # ------------------------------------------------------------
    # WORK FROM THE ROW
    # ------------------------------------------------------------

    def test_log_and_schedule(self):
        action = self.ownership.with_user(self.salesperson_a).action_log_followup()
        self.assertEqual(action["context"]["default_lead_id"], self.other_lead.id)
        self.assertIn(self.ownership.name, action["display_name"], "whose it is")
        with self.assertRaises(AccessError):
            self.ownership.with_user(self.salesperson_d).action_log_followup()
        customers = self.overdue | self.ownership
        action = customers.with_user(self.salesperson_a).action_schedule()
        self.assertEqual(
            set(action["context"]["active_ids"]),
            set((self.overdue.lead_ids | self.other_lead).ids),
        )
        with self.assertRaises(AccessError):
            customers.with_user(self.salesperson_d).action_schedule()

    def test_schedule_with_many(self):
        """One dialog plans a call with each selected customer."""
        customers = self.overdue | self.ownership
        action = customers.with_user(self.salesperson_a).action_schedule()
        self.env["mail.activity.schedule"].with_user(self.salesperson_a).with_context(
            **action["context"]
        ).create(
            {
                "activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
                "summary": "Ring before the fair",
            }
        ).action_schedule_activities()
        leads = self.env["crm.lead"].browse(action["context"]["active_ids"])
        self.assertEqual(
            [lead.activity_ids.summary for lead in leads],
            ["Ring before the fair"] * 3,
        )

    def test_phone_is_for_whoever_may_read_the_lead(self):
        self.assertEqual(
            self.ownership.with_user(self.salesperson_a).phone, self.other_lead.phone
        )
        self.ownership.with_user(self.salesperson_a)._give_up("No need this year")
        self.env.invalidate_all()
        period = self.env["sales.process.ownership"].search(
            [("state", "=", "pool"), ("previous_id", "=", self.ownership.id)]
        )
        self.assertTrue(period)
        for user in (self.salesperson_b, self.leader_east):
            self.assertFalse(period.with_user(user).phone, "hidden until it is taken")

    def test_customer_without_a_lead(self):
        self.lead.sudo().unlink()
        self.other_lead.sudo().unlink()
        own = self.ownership.with_user(self.salesperson_a)
        for method in (own.action_log_followup, own.action_schedule):
            with self.assertRaises(UserError):
                method()

    def test_why_so_many_days(self):
        own = self.ownership.with_user(self.salesperson_a)
        self.assertIn("7 days", own.deadline_reason)
        self.team_east.process_followup_working_days = True
        self.env.invalidate_all()
        self.assertIn("7 working days", own.deadline_reason)
        grade = self.env["sales.process.customer.grade"].create(
            {"name": "Key", "followup_days": 1}
        )
        self.team_east.process_followup_working_days = False
        partner = self.env["res.partner"].create({"name": "Pumps"})
        self.ownership.partner_id = partner
        partner.process_grade_id = grade
        self.env.invalidate_all()
        self.assertIn("1 day for a customer of grade Key", own.deadline_reason)
        self.ownership.date_deadline = False
        self.assertFalse(own.deadline_reason)

    def test_tally_is_what_searches_find(self):
        from ..tools import orm

        Ownership = self.env["sales.process.ownership"].with_user(self.leader_east)
        cases = {
            "overdue": Domain("date_deadline", "<", self.env.cr.now()),
            "none": Domain.FALSE,
            "all": Domain.TRUE,
        }
        base = Domain("state", "=", "open")
        found = orm.tally(Ownership, base, cases)
        for name, case in cases.items():
            self.assertEqual(found[name], Ownership.search_count(base & case), name)
        by_user = orm.tally(Ownership, base, cases, "user_id")
        self.assertEqual(by_user[self.salesperson_a.id]["overdue"], len(self.overdue))
        self.assertEqual(
            orm.tally(Ownership, Domain.FALSE, cases), dict.fromkeys(cases, 0)
        )


@tagged("post_install", "-at_install")
class TestWaitingSession(HomeCommon, HttpCase):
    def test_who_asks_what_waits(self):
        """Only the browser of whoever has a part in the process asks what waits."""
        clerk = mail_new_test_user(
            self.env, login="session_clerk", groups="base.group_user"
        )
        for user, expected in ((self.salesperson_a, True), (clerk, None)):
            self.authenticate(user.login, user.login)
            info = self.make_jsonrpc_request("/web/session/get_session_info", {})
            with self.subTest(user=user.login):
                self.assertIs(info.get("sales_process_waiting"), expected)
