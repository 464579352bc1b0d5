# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_work_report import WorkReportCommon

MONDAY = "2027-03-01 00:00"
FRIDAY = "2027-03-05 10:00"
SUNDAY = "2027-03-07 18:00"


@tagged("post_install", "-at_install")
class TestReportLevels(WorkReportCommon):
    """Reports go up two levels: to the leader, to the region, to the director."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.regional = cls._create_region(cls.team_east, cls.team_west, login="region")
        cls.region = cls.team_east.process_parent_id
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE crm_team SET create_date = '2020-01-01'")
        cls.env.invalidate_all()

    def _make_weekly(self):
        for team in (self.team_east, self.team_west, self.region):
            self._switch_on(team, self._local(MONDAY), "weekly")
        self._cron(self._local(FRIDAY))
        return {report.user_id: report for report in self._reports(kind="weekly")}

    def test_to_whom(self):
        above = self.env["crm.team"]._find_above(self.company, self.regional)
        for team, user, reader in (
            (self.team_east, self.salesperson_a, self.leader_east),
            (self.team_east, self.leader_east, self.regional),
            (self.team_west, self.leader_west, self.regional),
            (self.region, self.regional, above),
        ):
            self.assertEqual(team._get_reviewer(user), reader, user.name)
        # whoever the team names comes first
        self.team_east.process_report_to_id = self.director
        self.region.process_report_to_id = self.director
        self.assertEqual(self.team_east._get_reviewer(self.leader_east), self.director)
        self.assertEqual(self.region._get_reviewer(self.regional), self.director)
        # where nobody leads the region reads, and who leads from above reads none
        self.team_west.user_id = False
        self.assertEqual(
            self.team_west._get_reviewer(self.salesperson_d), self.regional
        )
        self.assertEqual(
            self.team_off._get_reviewer(self.salesperson_e), self.env["res.users"]
        )

    def test_who_owes(self):
        reports = self._make_weekly()
        for user in (self.salesperson_a, self.leader_east, self.regional):
            self.assertIn(user, reports)
        self.assertEqual(reports[self.leader_east].reviewer_id, self.regional)
        self.assertNotEqual(reports[self.regional].reviewer_id, self.regional)
        # without region and without anybody named a leader submits none
        self.team_west.process_parent_id = False
        self.assertNotIn(
            (self.leader_west.id, self.company.id, "weekly"),
            self.team_west._get_report_duties(),
        )

    def test_regional_leader_reviews_leaders_and_reads_the_others(self):
        reports = self._make_weekly()
        own, person = reports[self.leader_east], reports[self.salesperson_a]
        self._submit(own, self._local(FRIDAY))
        self._submit(person, self._local(FRIDAY))
        with self._at(self._local(SUNDAY)):
            as_regional = person.with_user(self.regional)
            self.assertTrue(as_regional.has_access("read"))
            self.assertFalse(as_regional.has_access("write"))
            self.assertFalse(as_regional.can_review)
            with self.assertRaises(AccessError):
                as_regional.action_review()
            own.with_user(self.regional).action_review()
            self.assertEqual(own.state, "reviewed")
            self.assertFalse(own.with_user(self.leader_west).has_access("read"))

    def test_team_in_numbers(self):
        lead = self._create_lead(self.salesperson_a)
        self._register_long_ago(lead)
        reports = self._make_weekly()
        at = self._local(FRIDAY)
        self._follow_up(lead, self.salesperson_a, at, channel="call")
        with self._at(at):
            other = self._create_lead(self.salesperson_b, name="Gone <b>away</b>")
            other.ownership_id.date_start = at
            other.with_user(self.salesperson_b).action_set_lost()
            self.env.flush_all()
        leader, regional = reports[self.leader_east], reports[self.regional]
        with self._at(at):
            rows = {
                row[0]: row[1:]
                for row in leader.with_user(self.leader_east)._get_team_numbers()[
                    "rows"
                ]
            }
        self.assertEqual(rows[self.salesperson_a.name][0], 1)
        self.assertEqual(rows[self.salesperson_b.name][1:3], [1, 1])
        self.assertNotIn(self.leader_east.name, rows)
        self._submit(leader, at)
        table = leader.with_user(self.regional).team_table
        self.assertIn(self.salesperson_a.name, table)
        self.assertNotIn("<b>away", table)
        # what was told stands, whatever comes later
        self._follow_up(
            lead, self.salesperson_a, at, channel="visit", subject="Later, another one"
        )
        self.env.invalidate_all()
        self.assertEqual(leader.with_user(self.regional).team_table, table)
        with self._at(at):
            numbers = regional.with_user(self.regional)._get_team_numbers()
        self.assertEqual(numbers["by"], "team_id")
        names = [row[0] for row in numbers["rows"]]
        self.assertEqual(names, sorted([self.team_east.name, self.team_west.name]))
        # a salesperson's report says nothing of colleagues
        self._submit(reports[self.salesperson_a], at)
        self.assertFalse(reports[self.salesperson_a].team_table)
        self.assertFalse(reports[self.salesperson_a].team_numbers)

    def test_numbers_are_not_written(self):
        report = self._make_weekly()[self.leader_east]
        with self.assertRaises(AccessError), self._at(self._local(FRIDAY)):
            report.with_user(self.leader_east).write({"team_numbers": {"rows": []}})
