# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The regular meeting of the showroom: that of last Monday, and the next agenda."""

from datetime import timedelta

from odoo import api, models

MODULE = "sales_process_mgmt_meeting"
MINUTES = (
    "<p>Two customers of Suzhou compare prices. Wang Fang visits both this week, "
    "Li Wei prepares the samples.</p>"
    "<p>Whoever is on duty writes down each visitor the same day.</p>"
)
# what, who, days until it is due
DECISIONS = (
    ("Visit both customers in Suzhou 带样品拜访苏州两家客户", "wang_fang", 4),
    ("Price list of the new series 新系列展厅价目表", "li_wei", 9),
    ("Call back the weekend's visitors 回访周末来访客户", "zhang_min", 2),
)


class SalesProcessDemo(models.AbstractModel):
    _inherit = "sales.process.demo"

    @api.model
    def _load_meetings(self):
        """Hold last Monday's meeting, prepare the next; called by the demo data."""
        if self._is_loaded(MODULE):
            return
        leader = self._get_user("sun_li")
        today = self._get_today(leader)
        monday = today - timedelta(days=today.weekday() or 7)
        self._get("team_east_demo").process_meeting = True
        series = self._plan_meetings(leader, monday)
        meetings = series.env["sales.process.meeting"].search(
            [("series_id", "=", series.id), ("state", "=", "planned")],
            order="date_start",
        )
        self._hold(meetings.filtered(lambda row: row.date_slot == monday), leader)
        now = self.env.cr.now()
        meetings.filtered(lambda row: row.date_start > now)[:1].action_prepare()
        self._share_experience()
        self._set_loaded(MODULE)

    def _plan_meetings(self, leader, monday):
        with self._at(self._get_moment(leader, monday - timedelta(days=3), 10)):
            series = (
                self.env["sales.process.meeting.series"]
                .with_user(leader)
                .create(
                    {
                        "team_id": self._get("team_east_demo").id,
                        "weekday": "0",
                        "hour": 9,
                        "tz": leader.tz,
                        "place": "Room 3",
                    }
                )
            )
        self._remember({"meeting_series_east_demo": series.sudo()}, MODULE)
        # the weeks ahead, as the night does it
        series.sudo()._plan()
        return series

    def _hold(self, meeting, leader):
        """Begin, take the attendance, decide, end, send the minutes.

        :param meeting: sales.process.meeting of the leader; empty where it was a
            holiday
        """
        if not meeting:
            return
        day = meeting.date
        with self._at(self._get_moment(leader, day, 9.05)):
            meeting.action_start()
            for row in meeting.attendance_ids:
                if row.state == "expected":
                    if row.user_id == self._get_user("zhang_min"):
                        row.action_excuse()
                    else:
                        row.action_present()
            decisions = meeting.env["sales.process.meeting.decision"].create(
                [
                    {
                        "meeting_id": meeting.id,
                        "name": name,
                        "user_id": self._get_user(user).id,
                        "date_due": day + timedelta(days=days),
                    }
                    for name, user, days in DECISIONS
                ]
            )
        with self._at(self._get_moment(leader, day, 9.9)):
            meeting.action_end()
            meeting.minutes = MINUTES
            meeting.action_send()
        with self._at(self._get_moment(leader, day + timedelta(days=1), 16)):
            decisions[2].with_user(self._get_user("zhang_min")).action_done()
        self._remember({"meeting_east_demo": meeting.sudo()}, MODULE)

    def _share_experience(self):
        experience = (
            self.env["sales.process.experience"]
            .with_user(self._get_user("li_wei"))
            .create(
                {
                    "name": "Bring a sample, not a leaflet",
                    "topic": "opening",
                    "story": "The buyer in Suzhou had thrown away three leaflets. The "
                    "sample stood on his desk for a week, and he called us.",
                }
            )
        )
        experience.with_user(self._get_user("wang_fang")).action_thank()
        self._remember({"experience_li_wei_demo": experience.sudo()}, MODULE)
