# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import file_open

from .common import DashboardCommon

ADDON = "sales_process_mgmt_dashboard"
OWNED = "sales.process.ownership.report"
RED = "#DC3545"


@tagged("post_install", "-at_install")
class TestDashboard(DashboardCommon):
    """Who leads sees the numbers of those whom they lead, and nobody else's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.region = cls._create_region(cls.team_east, cls.team_west)
        cls.boards = {
            role: cls.env.ref(f"{ADDON}.spreadsheet_dashboard_{role}")
            for role in ("leader", "region", "director")
        }
        cls.people = {
            "leader": cls.leader_east,
            "region": cls.region,
            "director": cls.director,
        }
        cls.mine = cls._create_lead(cls.salesperson_a, phone="13812345671")
        cls.gone = cls._create_lead(cls.salesperson_b, phone="13812345672")
        cls.others = cls._create_lead(cls.salesperson_d, phone="13812345673")
        cls.foreign = cls._create_lead(cls.salesperson_x, phone="13812345674")
        leads = cls.mine | cls.gone | cls.others | cls.foreign
        cls.periods = leads.ownership_id
        now = cls.env.cr.now().replace(microsecond=0)
        cls.env["sales.process.followup"].with_user(cls.salesperson_a).create(
            {"lead_id": cls.mine.id, "subject": "Price and delivery"}
        )
        cls.env["sales.process.followup"].with_user(cls.salesperson_d).create(
            {"lead_id": cls.others.id, "subject": "Asked for a sample of pumps"}
        )
        for lead, user in ((cls.mine, "a"), (cls.others, "d")):
            cls.env["sales.process.work.report"].sudo().create(
                {
                    "kind": "daily",
                    "user_id": getattr(cls, f"salesperson_{user}").id,
                    "team_id": lead.team_id.id,
                    "date_from": now.date() - timedelta(days=3),
                    "date_to": now.date() - timedelta(days=3),
                    "date_due": now - timedelta(days=2),
                }
            )
        cls.env.flush_all()
        cls.env.cr.execute(
            """
            UPDATE sales_process_ownership
               SET state = 'ended', end_reason = 'expired', date_end = %s
             WHERE id = %s
            """,
            (now, cls.gone.ownership_id.id),
        )
        cls.env.invalidate_all()

    def _sources(self, role):
        return list(self._get_sources(self._load(self.boards[role], self.people[role])))

    def test_every_name_is_there(self):
        for role, board in self.boards.items():
            with self.subTest(role=role):
                self._check_names(self._load(board, self.people[role]))

    def test_every_source_is_read_by_its_role(self):
        """No source fails, and those of customers, contacts and reports have rows."""
        full = {
            OWNED,
            "sales.process.followup.report",
            "sales.process.discipline.report",
        }
        for role, user in self.people.items():
            for source in self._sources(role):
                with self.subTest(role=role, source=source):
                    rows = self._read(source, user)
                    if source["model"] in full:
                        self.assertTrue(rows)

    def test_a_leader_reads_nothing_of_others(self):
        teams = self.team_east
        for source in self._sources("leader"):
            Model = self.env[source["model"]].with_user(self.leader_east)
            with self.subTest(source=source):
                seen = Model.search(source["domain"]).sudo()
                self.assertFalse(seen.team_id - teams)
        held = next(
            source
            for source in self._sources("leader")
            if source["model"] == OWNED and not source.get("groups")
        )
        counted = {
            role: self._count(
                {**held, "groups": ["team_id"], "measures": ["__count"]}, user
            )
            for role, user in {**self.people, "west": self.leader_west}.items()
        }
        self.assertEqual(counted["leader"], 1)
        self.assertEqual(counted["west"], 1)
        self.assertEqual(counted["region"], 2)
        self.assertGreaterEqual(counted["director"], 2)

    def test_expired_customers_are_counted(self):
        """By week, in red, for the leader of whoever lost them."""
        line = next(
            source
            for source in self._sources("leader")
            if source["kind"] == "odoo_line"
        )
        self.assertEqual(line["groups"], ["date_end:week"])
        self.assertEqual(self._count(line, self.leader_east), 1)
        self.assertEqual(self._count(line, self.leader_west), 0)
        data = self._load(self.boards["leader"], self.leader_east)
        chart = next(
            figure["data"]
            for figure in data["sheets"][0]["figures"]
            if figure["data"]["type"] == "odoo_line"
        )
        self.assertEqual(chart["dataSets"], [{"backgroundColor": RED}])

    def test_other_companies_stay_outside(self):
        for role in self.boards:
            for source in self._sources(role):
                if source["model"] != OWNED:
                    continue
                seen = (
                    self.env[OWNED]
                    .with_user(self.director)
                    .with_context(allowed_company_ids=self.company.ids)
                    .search(source["domain"])
                )
                self.assertNotIn(self.foreign.ownership_id, seen.sudo().ownership_id)

    def test_each_role_sees_its_own(self):
        for user, expected in [
            (self.salesperson_a, set()),
            (self.office_user, set()),
            (self.leader_east, {"leader"}),
            (self.region, {"region"}),
            (self.director, {"leader", "region", "director"}),
        ]:
            with self.subTest(user=user.name):
                self.assertEqual(self._get_ours(user) - {"money"}, expected)
        for user in (self.salesperson_a, self.office_user, self.region):
            board = self.boards["leader"].with_user(user)
            with self.assertRaises(AccessError):
                board.read(["spreadsheet_data"])

    def test_an_administrator_of_dashboards_leads_nobody(self):
        self.office_user.group_ids |= self.env.ref(
            "spreadsheet_dashboard.group_dashboard_manager"
        )
        self.assertEqual(self._get_ours(self.office_user), set())
        board = self.boards["leader"].with_user(self.office_user)
        for attack in (
            lambda: board.write({"process_role": False}),
            board.copy,
            board.unlink,
        ):
            with self.assertRaises(AccessError):
                attack()
        self.assertEqual(self.boards["leader"].process_role, "leader")

    def test_who_becomes_a_leader_sees_the_dashboard(self):
        """And no longer when somebody else leads: what is kept is forgotten."""
        self.assertEqual(self._get_ours(self.salesperson_a), set())
        self.team_west.user_id = self.salesperson_a
        self.env.flush_all()
        self.assertIn("leader", self._get_ours(self.salesperson_a))
        self.team_west.user_id = self.leader_west
        self.env.flush_all()
        self.assertEqual(self._get_ours(self.salesperson_a), set())

    def test_a_dashboard_of_others_stays_as_it_was(self):
        other = self.env["spreadsheet.dashboard"].create(
            {
                "name": "Cars",
                "dashboard_group_id": self.boards["leader"].dashboard_group_id.id,
            }
        )
        self.assertTrue(other.with_user(self.office_user).has_access("read"))
        with self.assertRaises(AccessError):
            other.with_user(self.office_user).write({"process_role": "leader"})
        other.process_role = "leader"
        self.assertFalse(other.with_user(self.office_user).has_access("read"))
        self.assertTrue(other.with_user(self.leader_east).has_access("read"))

    def test_menus_open_the_dashboard_of_the_role(self):
        for role, user in self.people.items():
            menus = self.env["ir.ui.menu"].with_user(user).load_menus(False).values()
            ours = {
                menu["xmlid"].rsplit("_", 1)[1]
                for menu in menus
                if (menu.get("xmlid") or "").startswith(f"{ADDON}.")
            }
            self.assertEqual(ours, {role})
            action = self.env.ref(f"{ADDON}.sales_process_dashboard_action_{role}")
            self.assertEqual(action.params, {"dashboard_id": self.boards[role].id})
        menus = self.env["ir.ui.menu"].with_user(self.salesperson_a).load_menus(False)
        self.assertFalse(
            [menu for menu in menus.values() if ADDON in (menu.get("xmlid") or "")]
        )

    def test_samples_hold_numbers_of_nobody(self):
        """Where nobody owns a customer yet a sample is shown; it asks for nothing."""
        for role, board in self.boards.items():
            with file_open(board.sample_dashboard_file_path) as file:
                sample = json.load(file)
            self.assertFalse(sample["pivots"] or sample["lists"])
            self.assertFalse(list(self._get_sources(sample)))
            self.assertNotIn("PIVOT", json.dumps(sample))
            real = self._load(board, self.people[role])
            self.assertEqual(
                len(sample["sheets"][0]["figures"]), len(real["sheets"][0]["figures"])
            )
            headings = ("customers", "contacts", "regions", "plan", "report", "expired")
            for word in self._get_words(real):
                if word.lower().startswith(headings):
                    self.assertIn(word, self._get_words(sample))
        self.assertFalse(
            self.boards["leader"].with_user(self.leader_east)._dashboard_is_empty()
        )
