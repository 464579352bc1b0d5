# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import FRIDAY_BEFORE, MEETING, MONDAY, MeetingCommon


@tagged("post_install", "-at_install")
class TestMeetingQueries(MeetingCommon):
    """What a meeting costs does not grow with the people of the team."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Team West: twenty people
        cls.many = cls.env["res.users"]
        for number in range(19):
            cls.many |= mail_new_test_user(
                cls.env,
                login=f"many_{number}",
                name=f"Many {number}",
                groups="base.group_user,sales_team.group_sale_salesman",
                tz="Asia/Shanghai",
                notification_type="inbox",
                company_id=cls.company.id,
            )
        cls.env["crm.team.member"].create(
            [{"crm_team_id": cls.team_west.id, "user_id": user.id} for user in cls.many]
        )
        cls.team_west.process_meeting = True

    def _create_meeting(self, leader):
        team = self.team_east if leader == self.leader_east else self.team_west
        with self._at(FRIDAY_BEFORE):
            meeting = (
                self.env[MEETING]
                .with_user(leader)
                .create({"team_id": team.id, "date_start": MONDAY})
                .with_env(self.env)
            )
            self.env.flush_all()
        return meeting

    def _count(self, work):
        """The queries of some work, with cold records and warm caches of the system.

        :return: int
        """
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _compare(self, work, most=4):
        """As many for twenty people as for four.

        :param work: function of a leader
        :param int most: queries that may be more
        """
        # what the registry remembers
        for leader in (self.leader_east, self.leader_west):
            work(leader)
        few = self._count(lambda: work(self.leader_east))
        many = self._count(lambda: work(self.leader_west))
        self.assertLessEqual(many, few + most)
        return few

    def test_agenda(self):
        meetings = {}
        for leader in (self.leader_east, self.leader_west):
            meetings[leader] = self._create_meeting(leader)

        def prepare(leader):
            with self._at(MONDAY):
                meetings[leader].with_user(leader).action_prepare()

        prepare(self.leader_west)
        self._compare(prepare)

    def test_start_and_end(self):
        def hold(leader):
            meeting = self._create_meeting(leader)
            with self._at(MONDAY):
                meeting.with_user(leader).action_start()
                rows = meeting.attendance_ids.filtered(
                    lambda row: row.user_id != leader
                )
                rows[0].with_user(leader).action_present()
                meeting.with_user(leader).action_end()

        # an appointment has as many rows as people; Odoo writes them one by one
        self._compare(hold, most=40)

    def test_lists(self):
        """A list of what twenty have missed asks as much as that of four."""
        for leader in (self.leader_east, self.leader_west):
            meeting = self._create_meeting(leader)
            with self._at(MONDAY):
                meeting.with_user(leader).action_start()

        def read(leader):
            specification = {
                name: {}
                for name in ("display_name", "state", "source", "can_mark", "note")
            } | {"user_id": {"fields": {"display_name": {}}}}
            self.env["sales.process.meeting.attendance"].with_user(
                leader
            ).web_search_read([("state", "=", "expected")], specification)

        self._compare(read)

        def read_meetings(leader):
            self.env[MEETING].with_user(leader).web_search_read(
                [("state", "=", "running")],
                {
                    name: {}
                    for name in (
                        "display_name",
                        "date",
                        "state",
                        "agenda_summary",
                        "can_chair",
                        "can_confirm",
                    )
                },
            )

        self._compare(read_meetings)

    def test_leave_of_twenty(self):
        """Leave follows in all rows at once."""
        for leader in (self.leader_east, self.leader_west):
            meeting = self._create_meeting(leader)
            with self._at(MONDAY):
                meeting.with_user(leader).action_start()
        Row = self.env["sales.process.meeting.attendance"]

        def follow(leader):
            few = leader == self.leader_east
            with self._at(MONDAY):
                Row._follow_absences(self.salesperson_a if few else self.many)

        self._compare(follow)
