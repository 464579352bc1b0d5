# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class SalesProcessReleaseRun(models.Model):
    """What one run of the release did, would have done, or holds for the leader."""

    _name = "sales.process.release.run"
    _description = "Release Run"
    _order = "date desc, id desc"

    name = fields.Char(compute="_compute_name")
    team_id = fields.Many2one("crm.team", required=True, index=True, readonly=True)
    company_id = fields.Many2one("res.company", index="btree_not_null", readonly=True)
    date = fields.Datetime(
        default=lambda self: self.env.cr.now(), required=True, readonly=True
    )
    mode = fields.Selection(
        [
            ("observe", "Observe"),
            ("enforce", "Enforce"),
            ("preview", "Preview"),
        ],
        required=True,
        readonly=True,
        help="Observe: nothing was taken from anybody. Preview: who would lose what "
        "when a change takes effect.",
    )
    state = fields.Selection(
        [
            ("done", "Done"),
            ("held", "Waits for the Leader"),
            ("undone", "Undone"),
        ],
        default="done",
        required=True,
        readonly=True,
        index=True,
    )
    line_ids = fields.One2many(
        "sales.process.release.line", "run_id", string="Customers", readonly=True
    )
    line_count = fields.Integer(string="Customers Due", compute="_compute_counts")
    released_count = fields.Integer(string="Released", compute="_compute_counts")
    held_count = fields.Integer(string="Held", compute="_compute_counts")
    can_lead = fields.Boolean(compute="_compute_can_lead")

    @api.depends("team_id", "date")
    def _compute_name(self):
        for run in self:
            day = fields.Datetime.context_timestamp(run, run.date).date()
            run.name = f"{run.team_id.name} {fields.Date.to_string(day)}"

    @api.depends("line_ids.outcome")
    def _compute_counts(self):
        counts = {}
        for run, outcome, count in self.env["sales.process.release.line"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "outcome"], ["__count"]
        ):
            counts[run, outcome] = count
        for run in self:
            run.line_count = sum(
                count for (owner, _outcome), count in counts.items() if owner == run
            )
            run.released_count = sum(
                counts.get((run, outcome), 0)
                for outcome in ("handed_over", "pool", "waiting")
            )
            run.held_count = counts.get((run, "held"), 0)

    @api.depends_context("uid")
    @api.depends("team_id.user_id")
    def _compute_can_lead(self):
        for run in self:
            # sudo: the team may be a stranger's
            run.can_lead = run.sudo().team_id._is_leader(self.env.user)

    def _check_decide(self):
        self.ensure_one()
        self.check_access("read")
        if not self.can_lead:
            raise AccessError(
                self.env._(
                    "Only the leader of %(team)s or a sales administrator decides "
                    "about a release.",
                    team=self.sudo().team_id.name,
                )
            )

    def _get_held(self):
        """The customers of this run that still wait, locked.

        :return: sales.process.ownership, sudo
        """
        # sudo: the leader decides, the ledger is written by its own methods
        lines = self.sudo().line_ids.filtered(lambda line: line.outcome == "held")
        held = lines.ownership_id._lock_rows()
        return held.filtered("is_held")

    def action_release_held(self):
        """Release the held customers now."""
        self._check_decide()
        held = self._get_held()
        if not held:
            raise UserError(self.env._("No customer of this run waits any more."))
        held.write({"is_held": False})
        run = held._release_team(held.team_id, ceiling=False)
        self.sudo().state = "done"
        return run._get_form_action()

    def action_fresh_period(self):
        """Give the owners of the held customers a full fresh period."""
        self._check_decide()
        held = self._get_held()
        held.write({"is_held": False})
        held._give_fresh_period()
        self.sudo().state = "done"

    def action_undo(self):
        """Give everything back, as long as nobody has worked on what was moved.

        :raise UserError: naming the first customer that has been worked on
        """
        self._check_decide()
        run = self.sudo()
        if run.state != "done" or run.mode != "enforce":
            raise UserError(self.env._("Only a finished release can be undone."))
        lines = run.line_ids.filtered("successor_id")
        running = lines.successor_id._lock_rows()
        for line in lines:
            if line.successor_id not in running or line.successor_id.followup_ids:
                raise UserError(
                    self.env._(
                        "%(customer)s has been worked on since. The run can only be "
                        "undone as a whole.",
                        customer=line.ownership_id.name,
                    )
                )
        note = self.env._("The release was undone by %s.", self.env.user.name)
        by_team = lines.grouped(lambda line: line.ownership_id.team_id)
        for team, team_lines in by_team.items():
            returned = running._hand_over(
                {line.successor_id: line.user_id for line in team_lines},
                "transfer",
                "transferred",
                note,
                team,
            )
            running.browse().union(*returned.values())._give_fresh_period()
        run.state = "undone"

    def _get_form_action(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "view_mode": "form",
            "res_id": self.id,
        }
