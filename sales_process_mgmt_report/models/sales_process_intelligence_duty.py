# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.sales_process_mgmt.tools import texts

from .sales_process_intelligence import TOPICS


class SalesProcessIntelligenceDuty(models.Model):
    """Who in a team listens to what, and tells it each week or each month.

    What is owed is a work report of its own kind: it appears, is reminded of, is
    missing or excused as every other (see ``crm.team._get_report_duties``).
    """

    _name = "sales.process.intelligence.duty"
    _description = "Periodic Intelligence"
    _inherit = ["sales.process.guard"]
    _order = "team_id, kind, topic, id"
    _is_copied = True
    _fixed_fields = frozenset(("team_id",))
    _text_limits = {"note": texts.REASON_LENGTH}

    team_id = fields.Many2one("crm.team", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="team_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [("news_weekly", "Every Week"), ("news_monthly", "Every Month")],
        string="How Often",
        required=True,
        default="news_weekly",
        help="Due at the hour of the weekly or monthly report of the team.",
    )
    topic = fields.Selection(
        TOPICS, required=True, default="competitor", help="What is listened to."
    )
    user_ids = fields.Many2many(
        "res.users",
        "sales_process_intelligence_duty_user_rel",
        "duty_id",
        "user_id",
        string="Who",
        domain=[("share", "=", False)],
        # one who has left is no reason to ask everybody
        context={"active_test": False},
        help="Who owes it, of the people in the team. Empty: everybody.",
    )

    note = fields.Char(string="In Particular", help="What to look at, in a few words.")

    _topic_uniq = models.UniqueIndex(
        "(team_id, kind, topic)",
        "The team tells this topic in this rhythm already: add the person there.",
    )

    @api.depends("kind", "team_id", "topic")
    @api.depends_context("lang")
    def _compute_display_name(self):
        topics = dict(self._fields["topic"]._description_selection(self.env))
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for duty in self:
            duty.display_name = " · ".join(
                filter(None, (kinds.get(duty.kind), topics.get(duty.topic)))
            )

    @api.model_create_multi
    def create(self, vals_list):
        duties = super().create(vals_list)
        self.env["sales.process.work.report"]._trigger_cron()
        return duties

    def write(self, vals):
        result = super().write(vals)
        self.env["sales.process.work.report"]._trigger_cron()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["sales.process.work.report"]._trigger_cron()
        return result

    def _filter_of(self, user):
        """Those of these duties that somebody has.

        :param user: res.users
        :return: sales.process.intelligence.duty
        """
        return self.filtered(lambda row: not row.user_ids or user in row.user_ids)

    @api.model
    def _get_asked(self, teams):
        """What teams ask to be told, in what rhythm.

        :param teams: crm.team
        :return: ``{(team id, kind): sales.process.intelligence.duty}`` in sudo
        """
        # sudo: what a team asks is asked of everybody in it
        return (
            self.sudo()
            .search([("team_id", "in", teams.ids)])
            .grouped(lambda row: (row.team_id.id, row.kind))
        )
