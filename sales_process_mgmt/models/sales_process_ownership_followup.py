# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..tools import deadline as deadline_tools


class SalesProcessOwnership(models.Model):
    """What the follow-ups of a customer mean for its period."""

    _inherit = "sales.process.ownership"

    is_agreed_approved = fields.Boolean(
        string="Agreed Contact Approved",
        readonly=True,
        help="The team leader lets the agreed day stand beyond the team's limit.",
    )
    chain_followup_ids = fields.One2many(
        "sales.process.followup",
        compute="_compute_chain_followup_ids",
        string="Follow-Ups of All Periods",
    )
    followup_count = fields.Integer(compute="_compute_chain_followup_ids")

    @api.depends("followup_ids")
    def _compute_chain_followup_ids(self):
        """Who takes a customer sees its whole history, the record rules permitting."""
        rows = self.env["sales.process.followup"].search(
            [("ownership_id", "in", self.chain_ids.ids)]
        )
        # sudo: a period before may be hidden, its customer is the same
        by_root = rows.grouped(
            lambda row: row.sudo().ownership_id.root_id.id or row.sudo().ownership_id.id
        )
        for ownership in self:
            root = ownership.sudo().root_id.id or ownership._origin.id
            followups = by_root.get(root, rows.browse())
            ownership.chain_followup_ids = followups
            ownership.followup_count = len(followups)

    def _recompute_agreed(self):
        """Take the agreed day again from the follow-ups that count, oldest first.

        An agreement edited or deleted, or entered late, so leaves no trace in the
        deadline. The caller updates the deadlines.
        """
        running = self.filtered(lambda row: row.state == "open")
        periods = running._get_continued_periods()
        followups = (
            self.env["sales.process.followup"]
            .sudo()
            .search(
                [
                    ("ownership_id", "in", [period.id for period in periods]),
                    ("counts", "=", True),
                ],
                order="date, id",
            )
            .grouped(lambda row: periods[row.ownership_id])
        )
        checkers = {}
        tags = running._get_open_tags()
        for ownership in running:
            team = ownership.team_id
            if team not in checkers:
                checkers[team] = team._get_working_day_checker()
            zone = team._get_process_timezone(ownership.user_id)
            days = team._get_followup_days(
                ownership.grade_id, tags.get(ownership.id, ())
            )
            agreed, count, approved = False, 0, False
            for followup in followups.get(ownership, ()):
                normal = deadline_tools.followup_deadline(
                    followup.date, days, zone, checkers[team]
                )
                before = agreed
                agreed, count = followup._apply_agreed(
                    agreed,
                    count,
                    deadline_tools.local_date(normal, zone),
                    deadline_tools.local_date(followup.date, zone),
                )
                if agreed != before:
                    approved = bool(agreed and followup.extension_approved)
            values = {
                "date_agreed": agreed,
                "extension_count": count,
                "is_agreed_approved": approved,
            }
            if any(ownership[name] != value for name, value in values.items()):
                # sudo: the ledger is written by its own methods only
                ownership.sudo().write(values)

    def _absorb_followups(self, others):
        """Contacts of merged customers count for the period that stays.

        :param others: the periods that end
        """
        # sudo: the ledger is written by its own methods only
        followups = (
            self.env["sales.process.followup"]
            .sudo()
            .search_fetch([("ownership_id", "in", others.ids)], ["date_next"])
        )
        if not followups:
            return
        followups._move_to_ownership(self)
        periods = (self | others).sudo()
        if any(
            followups.mapped("date_next")
            + periods.mapped("date_agreed")
            + periods.mapped("extension_count")
        ):
            self.sudo()._recompute_agreed()

    def _get_next_written_steps(self):
        """The next step in the last follow-up of each customer.

        :return: ``{ownership id: (text, date or False)}``
        """
        steps = super()._get_next_written_steps()
        # sudo: the last contact may be a helper's
        rows = (
            self.env["sales.process.followup"]
            .sudo()
            .search(
                [
                    ("ownership_id", "in", self.ids),
                    "|",
                    ("next_step", "!=", False),
                    ("date_next", "!=", False),
                ]
            )
        )
        for row in rows:
            steps.setdefault(row.ownership_id.id, (row.next_step, row.date_next))
        return steps
