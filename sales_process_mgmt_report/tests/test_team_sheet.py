# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.fields import Date
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common_work_report import WorkReportCommon

REPORT = "sales_process_mgmt_report.report_team_sheet"
MONDAY = "2027-03-01 00:00:00"
NEXT = "2027-03-09 10:00:00"


class TeamSheetCommon(WorkReportCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regional = cls._create_region(cls.team_east, cls.team_west, login="region")
        cls.region = cls.team_east.process_parent_id
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE crm_team SET create_date = '2020-01-01'")
        cls.env.invalidate_all()

    def _make_sheet(self, user, teams, **values):
        return (
            self.env["sales.process.team.sheet"]
            .with_user(user)
            .create(
                {"team_ids": teams.ids, "date_from": "2027-03-03", **values},
            )
        )

    def _get_pages(self, sheet, user=None):
        Paper = self.env[f"report.{REPORT}"].with_user(user or sheet.env.user)
        return Paper._get_report_values(sheet.ids)["pages"][sheet.id]

    def _render(self, sheet, user=None):
        report = self.env["ir.actions.report"].with_user(user or sheet.env.user)
        html, _kind = report._render_qweb_html(REPORT, sheet.ids)
        return html.decode()

    def _make_week(self):
        """A works and reports in time and asks for help, B late, C not at all."""
        self._switch_on(self.team_east, self._local(MONDAY), "weekly")
        lead = self._create_lead(self.salesperson_a, phone="13900000001")
        self._register_long_ago(lead)
        noon = self._local("2027-03-02 12:00:00")
        self._follow_up(lead, self.salesperson_a, noon, channel="call")
        lead.ownership_id.date_start = noon
        self._cron(self._local("2027-03-05 12:00:00"))
        for user, text, at in (
            (self.salesperson_a, "需要工程师支持", "2027-03-05 12:00:00"),
            (self.salesperson_b, False, "2027-03-08 12:00:00"),
        ):
            report = self._reports(user, kind="weekly")
            report.with_user(user).write({"summary": "Done", "help_needed": text})
            self._submit(report, self._local(at))
        # what is not submitted is nobody's to read yet
        draft = self._reports(self.salesperson_c, kind="weekly")
        draft.with_user(self.salesperson_c).help_needed = "Not told yet"
        self._cron(self._local(NEXT))


@tagged("post_install", "-at_install")
class TestTeamSheet(TeamSheetCommon):
    """The page of a team says what its leader's report and the discipline say."""

    def test_numbers(self):
        self._make_week()
        with self._at(self._local(NEXT)):
            sheet = self._make_sheet(self.leader_east, self.team_east)
            [page] = self._get_pages(sheet)
            rows = {
                name: dict(zip(page["heads"], values, strict=True))
                for name, values in page["rows"]
            }
            expected = {
                "Contacts": (1, 0, 0),
                "Customers Taken": (1, 0, 0),
                "Customers Lost": (0, 0, 0),
                "In Time": (1, 0, 0),
                "Late": (0, 1, 0),
                "Missing": (0, 0, 1),
                "Help Needed": (1, 0, 0),
            }
            people = self.salesperson_a, self.salesperson_b, self.salesperson_c
            for head, numbers in expected.items():
                for user, number in zip(people, numbers, strict=True):
                    self.assertEqual(rows[user.name][head], number, (user.name, head))
            for code in ("won_count", "customers_expired"):
                metric = self.env["sales.process.metric"].search([("code", "=", code)])
                self.assertEqual(rows[self.salesperson_a.name][metric.name], "0")
            total = dict(zip(page["heads"], page["total"], strict=True))
            # the leader owes a report, too: to the one above
            self.assertEqual(rows[self.leader_east.name]["Missing"], 1)
            self.assertEqual((total["Contacts"], total["Missing"]), (1, 2))
            # by name, with what is missing; and what was asked for
            names = {name: titles for name, _count, titles in page["missing"]}
            self.assertIn("2027-W09", names[self.salesperson_c.name])
            self.assertNotIn(self.salesperson_b.name, names)
            [asked] = page["help"]
            self.assertEqual(asked["user"], self.salesperson_a.name)
            self.assertEqual(asked["text"], "需要工程师支持")
            html = self._render(sheet)
            for text in (
                "Weekly Team Sheet 2027-W09",
                "需要工程师支持",
                "Noto Sans CJK SC",
                self.salesperson_c.name,
                "Reports Missing",
            ):
                self.assertIn(text, html)
            self.assertNotIn("Not told yet", html)
            # the week after knows nothing of it, the month all of it
            later = self._make_sheet(
                self.leader_east, self.team_east, date_from="2027-03-08"
            )
            [page] = self._get_pages(later)
            self.assertFalse(page["help"])
            self.assertFalse(page["missing"])
            self.assertEqual(page["total"][0], 0)
            month = self._make_sheet(self.leader_east, self.team_east, kind="monthly")
            self.assertIn("Monthly Team Sheet 2027-03", self._render(month))
            [page] = self._get_pages(month)
            self.assertEqual(page["total"][0], 1)
            self.assertEqual(len(page["help"]), 1)

    def test_returned_is_not_submitted(self):
        self._make_week()
        report = self._reports(
            self.salesperson_a, kind="weekly", date_from="2027-03-01"
        )
        with self._at(self._local(NEXT)):
            report.with_user(self.leader_east).review_comment = "Which engineer?"
            report.with_user(self.leader_east).action_return()
            sheet = self._make_sheet(self.leader_east, self.team_east)
            self.assertFalse(self._get_pages(sheet)[0]["help"])

    def test_plan_of_the_team(self):
        metric = self.env["sales.process.metric"].search([("code", "=", "followups")])
        with self._at(self._local("2027-02-26 10:00:00")):
            plan = self.env["sales.process.plan"].create(
                {
                    "kind": "weekly",
                    "team_id": self.team_east.id,
                    "user_id": False,
                    "date_from": "2027-03-01",
                    "line_ids": [(0, 0, {"metric_id": metric.id, "goal": 8})],
                }
            )
        sheet = self._make_sheet(self.leader_east, self.team_east)
        self.assertFalse(self._get_pages(sheet)[0]["goals"])
        plan.sudo().state = "agreed"
        plan.line_ids.sudo().write({"actual_value": 4, "has_value": True})
        [goal] = self._get_pages(sheet)[0]["goals"]
        self.assertEqual(
            (goal["name"], goal["goal"], goal["actual"], goal["progress"]),
            (metric.name, "8", "4", 50),
        )
        self.assertIn("Plan of the Team", self._render(sheet))
        # another period has its own
        month = self._make_sheet(self.leader_east, self.team_east, kind="monthly")
        self.assertFalse(self._get_pages(month)[0]["goals"])

    def test_dialog(self):
        """The last whole week, the reader's teams; from a report its own period."""
        Sheet = self.env["sales.process.team.sheet"]
        names = ["date_from", "kind", "team_ids"]
        with self._at(self._local("2027-03-08 00:30:00")):
            for user, teams in (
                (self.leader_east, self.team_east),
                (self.regional, self.team_east | self.team_west),
                (self.director, self.env["crm.team"]),
            ):
                sheet = Sheet.with_user(user).create({})
                self.assertEqual(set(sheet.team_ids), set(teams), user.name)
                self.assertEqual(sheet.date_from, Date.to_date("2027-03-01"))
                self.assertEqual(sheet.date_to, Date.to_date("2027-03-07"))
                self.assertLessEqual(teams, sheet.allowed_team_ids)
                self.assertEqual(
                    Sheet.with_user(user).default_get(names)["kind"], "weekly"
                )
            with self.assertRaises(UserError):
                Sheet.with_user(self.director).create({}).action_print()
        self._switch_on(self.team_east, self._local(MONDAY), "weekly")
        self._cron(self._local("2027-03-05 12:00:00"))
        report = self._reports(self.leader_east, kind="weekly")
        for user in (self.leader_east, self.regional):
            action = report.with_user(user).action_open_team_sheet()
            sheet = Sheet.with_user(user).with_context(**action["context"]).create({})
            self.assertEqual(sheet.team_ids, self.team_east)
            self.assertEqual(sheet.date_from, Date.to_date("2027-03-01"))
            action = sheet.action_print()
            self.assertEqual(action["report_name"], REPORT)
            self.assertEqual(action["context"]["active_ids"], sheet.ids)

    def test_a_page_for_each_team(self):
        both = self.team_east | self.team_west
        sheet = self._make_sheet(self.regional, both)
        self.assertEqual(
            {page["team"] for page in self._get_pages(sheet)},
            {"Team East", "Team West"},
        )
        for user in (self.director, self.administrator):
            self.assertEqual(len(self._get_pages(self._make_sheet(user, both))), 2)

    def test_who_may_not(self):
        """By every way: the button, the paper, a sheet that somebody else made."""
        theirs = self._make_sheet(self.leader_east, self.team_east)
        west = self.env["crm.team"].browse(self.team_west.id)
        for user, teams in (
            (self.salesperson_a, self.team_east),
            (self.salesperson_c, self.team_east),  # reads all leads, leads nobody
            (self.leader_west, self.team_east),
            (self.leader_west, self.team_east | west),
            (self.leader_east, self.region),
        ):
            with self.subTest(user=user.login), mute_logger("odoo.http"):
                with self.assertRaises(AccessError):
                    self._make_sheet(user, teams).action_print()
                for sheet in (self._make_sheet(user, teams), theirs):
                    if sheet == theirs and self.team_east in (
                        user.process_overseen_team_ids
                    ):
                        continue
                    with self.assertRaises(AccessError):
                        self._get_pages(sheet, user)
                    with self.assertRaises(AccessError):
                        self._render(sheet, user)
        for user, teams in (
            (self.office_user, self.team_east),
            # of another company: not even chosen
            (self.regional, self.team_c2),
            (self.salesperson_x, self.team_east),
        ):
            with self.assertRaises(AccessError):
                self._make_sheet(user, teams)
        # who leads no longer prints no more
        self.team_east.user_id = self.salesperson_b
        with self.assertRaises(AccessError):
            self._get_pages(theirs)

    def test_queries(self):
        """As many for a team of twelve as for one of three."""
        self._make_week()
        team = self.team_east
        with self._at(self._local(NEXT)):
            sheet = self._make_sheet(self.leader_east, team)

            def count():
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self._get_pages(sheet)
                return self.env.cr.sql_log_count - before

            count()  # what is kept in memory
            few = count()
            for number in range(9):
                user = self.salesperson_a.copy(
                    {"login": f"more_{number}", "name": f"More {number}"}
                )
                team.crm_team_member_ids = [(0, 0, {"user_id": user.id})]
                lead = self._create_lead(user, phone=f"139000001{number:02}")
                self._register_long_ago(lead)
                self._follow_up(
                    lead, user, self._local("2027-03-04 12:00:00"), channel="call"
                )
            count()
            self.assertEqual(count(), few)
            self.assertEqual(self._get_pages(sheet)[0]["total"][0], 1 + 9)
            self.assertLess(few, 60)


@tagged("post_install", "-at_install")
class TestTeamSheetUrl(TeamSheetCommon, HttpCase):
    def test_by_address(self):
        """The address of the paper asks the same."""
        sheet = self._make_sheet(self.leader_east, self.team_east)
        west = self._make_sheet(self.leader_west, self.team_west)
        own = self._make_sheet(self.salesperson_a, self.team_east)
        other = self._make_sheet(self.leader_west, self.team_east)
        both = self._make_sheet(self.regional, self.team_east | self.team_west)
        for user, ids, status in (
            (self.leader_east, sheet.ids, 200),
            (self.regional, both.ids, 200),
            (self.salesperson_a, sheet.ids, 403),
            (self.salesperson_a, own.ids, 403),
            (self.leader_west, sheet.ids, 403),
            (self.leader_west, other.ids, 403),
            (self.leader_west, west.ids + sheet.ids, 403),
        ):
            self.authenticate(user.login, user.login)
            kinds = ("html",) if status == 200 else ("html", "pdf")
            for kind in kinds:
                ids_text = ",".join(map(str, ids))
                with mute_logger("odoo.http"):
                    answer = self.url_open(f"/report/{kind}/{REPORT}/{ids_text}")
                self.assertEqual(answer.status_code, status, (user.login, kind, ids))
