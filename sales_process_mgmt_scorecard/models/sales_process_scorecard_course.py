# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime

from odoo.addons.sales_process_mgmt.models.sales_process_guard import on_records

MANAGER = "sales_team.group_sale_manager"


class SalesProcessScorecardCourse(models.AbstractModel):
    """From draft to closed, and opened anew; scorecards inherit it."""

    _name = "sales.process.scorecard.course"
    _description = "Course of a Scorecard"

    @on_records
    def action_discuss(self):
        """It was talked over: the person is told, and may say something.

        :raise AccessError: for whoever does not decide
        """
        self._check_may_decide()
        for card in self:
            # sudo: the state is the system's, after the check above
            row = card.sudo()._lock_rows()
            if row.state != "draft":
                raise UserError(self.env._("This scorecard was discussed already."))
            row._count()
            row._check_marks()
            row.write({"state": "discussed", "date_discussed": self.env.cr.now()})
            self.env["sales.process.notice"]._tell(
                row.user_id, row._render_discussed, row
            )

    @on_records
    def action_back(self):
        """Back to draft, before it is closed.

        :raise AccessError: for whoever does not decide
        """
        self._check_may_decide()
        for card in self:
            # sudo: the state is the system's, after the check above
            row = card.sudo()._lock_rows()
            if row.state != "discussed":
                raise UserError(
                    self.env._("Only a discussed scorecard goes back to draft.")
                )
            row.write({"state": "draft", "date_discussed": False})

    @on_records
    def action_close(self):
        """Close for good: nothing in it changes any more.

        :raise AccessError: for whoever does not decide
        :raise UserError: before the month is over, or before it was discussed
        """
        self._check_may_decide()
        for card in self:
            # sudo: written by the system after the check above
            row = card.sudo()._lock_rows()
            if row.state != "discussed":
                raise UserError(
                    self.env._("Discuss the scorecard first, then close it.")
                )
            row._check_over()
            row._check_peers()
            row._count()
            row._check_marks()
            row.write(
                {
                    "state": "closed",
                    "closed_by_id": self.env.uid,
                    "date_closed": self.env.cr.now(),
                }
            )
            self.env["sales.process.notice"]._tell(row.user_id, row._render_closed, row)

    def _check_over(self):
        """A month is closed when it is over where the person works.

        :raise UserError: one sentence
        """
        self.ensure_one()
        if self.team_id._get_process_today(self.user_id) <= self.date_to:
            raise UserError(
                self.env._(
                    "%(month)s is not over yet: close it when it is.",
                    month=self._get_month_label(self.env),
                )
            )

    def _check_peers(self):
        """While colleagues may answer, there is no average yet.

        :raise UserError: one sentence
        """
        self.ensure_one()
        waiting = self.env["sales.process.scorecard.rating"].search(
            [
                ("user_id", "=", self.user_id.id),
                ("date_from", "=", self.date_from),
                ("date_due", ">", self.env.cr.now()),
            ],
            limit=1,
        )
        if waiting and any(line.kind == "peers" for line in self.line_ids):
            raise UserError(
                self.env._(
                    "Colleagues may answer until %(moment)s: close it then.",
                    moment=format_datetime(self.env, waiting.date_due),
                )
            )

    def _check_marks(self):
        """Each mark of the leader is given, with a comment.

        :raise UserError: one sentence that names the line
        """
        self.ensure_one()
        for line in self.line_ids.filtered(lambda line: line.kind == "mark"):
            if not line.is_marked or not (line.comment or "").strip():
                if not line.with_env(self.env)._may_mark(self.env.user):
                    raise UserError(
                        self.env._(
                            "%(person)s still has to give the mark “%(line)s” with a "
                            "comment.",
                            person=line.marker_id.name or "",
                            line=line.name,
                        )
                    )
                raise UserError(
                    self.env._(
                        "Give the mark “%(line)s” with a comment first.", line=line.name
                    )
                )

    @on_records
    def action_reopen(self):
        """Open a closed month anew; the closed scorecard stays as it was.

        :return: dict, a window action of the new scorecard
        :raise AccessError: for whoever is no sales administrator, or is the person
        """
        self.ensure_one()
        self._check_may_decide()
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only a sales administrator opens a closed scorecard anew.")
            )
        # sudo: written by the system after the check above
        row = self.sudo()._lock_rows()
        if row.state != "closed" or row.is_replaced:
            raise UserError(
                self.env._("Only a closed scorecard that counts is opened anew.")
            )
        row.is_replaced = True
        self.env.flush_all()
        again = row.create(
            {
                "user_id": row.user_id.id,
                "team_id": row.team_id.id,
                "company_id": row.company_id.id,
                "date_from": row.date_from,
                "date_to": row.date_to,
                "replaces_id": row.id,
                "statement": row.statement,
                "note": row.note,
            }
        )
        again._count()
        again._take_marks(row)
        again._count()
        return {
            "type": "ir.actions.act_window",
            "name": again.display_name,
            "res_model": self._name,
            "res_id": again.id,
            "views": [(False, "form")],
        }

    def _take_marks(self, card):
        """The marks that were given stand on the new scorecard, to be changed."""
        given = {
            (line.team_id, line.item_id): line
            for line in card.line_ids
            if line.is_marked
        }
        for line in self.line_ids:
            if source := given.get((line.team_id, line.item_id)):
                line.write(
                    {
                        "mark": source.mark,
                        "is_marked": True,
                        "comment": source.comment,
                    }
                )

    def _render_discussed(self, env):
        """What the person is told; no number, it is private.

        :param env: environment in the language of whoever reads
        :return: tuple, subject and body
        """
        return env._("Your scorecard was discussed"), env._(
            "Your scorecard for %(month)s is ready to be closed: open it, and write "
            "down what you want to say about it.",
            month=self._get_month_label(env),
        )

    def _render_closed(self, env):
        """What the person is told; no number, it is private.

        :param env: environment in the language of whoever reads
        :return: tuple, subject and body
        """
        return env._("Your scorecard is closed"), env._(
            "Your scorecard for %(month)s is closed: each line says how it was "
            "counted.",
            month=self._get_month_label(env),
        )
