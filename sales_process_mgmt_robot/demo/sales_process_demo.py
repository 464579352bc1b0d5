# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A group robot to look at. It is archived: no address is ever called."""

from datetime import timedelta

from odoo import api, models

MODULE = "sales_process_mgmt_robot"
# Nobody lives there, see RFC 2606
ADDRESS = "https://robot.example.com/cgi-bin/webhook/send?key=demo"


class SalesProcessDemo(models.AbstractModel):
    _inherit = "sales.process.demo"

    @api.model
    def _load_robots(self):
        """Make the robot, and what it once said; called by the demo data, once."""
        if self._is_loaded(MODULE):
            return
        lang = "zh_CN" if self.env["res.lang"]._get_data(code="zh_CN") else "en_US"
        robot = self.env["sales.process.robot"].create(
            {
                "name": "成都外勤群" if lang == "zh_CN" else "Group of Chengdu",
                "active": False,
                "team_id": self._get("team_west_demo").id,
                "kind": "wecom",
                "address": ADDRESS,
                "lang": lang,
            }
        )
        sent = self.env.cr.now().replace(microsecond=0) - timedelta(days=1)
        spoken = robot.with_context(lang=lang)
        text = spoken.env._(
            "This is a test of %(team)s: the robot is ready.",
            team=spoken.team_id.name,
        )
        self.env["sales.process.robot.message"].create(
            {
                "robot_id": robot.id,
                "event": "test",
                "title": text,
                "text": text,
                "state": "sent",
                "date_sent": sent,
                "date_tried": sent,
            }
        )
        self._remember({"robot_west_demo": robot}, MODULE)
        self._set_loaded(MODULE)
