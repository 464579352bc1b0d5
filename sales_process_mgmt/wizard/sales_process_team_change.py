# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools import labels

# The settings whose change is shown before it takes effect.
CHANGE_FIELDS = (
    "process_mode",
    "process_followup_days",
    "process_followup_working_days",
    "process_calendar_id",
    "process_hold_days_max",
)
NAMED_OWNERS = 20


class SalesProcessTeamChange(models.TransientModel):
    """Change the timer of a team, after seeing who would lose what."""

    _name = "sales.process.team.change"
    _description = "Change of a Team's Rules"
    _inherit = ["sales.process.guard"]

    # named by the button that opens the wizard
    _client_fields = frozenset(["team_id"])

    team_id = fields.Many2one("crm.team", required=True, readonly=True)
    company_id = fields.Many2one(related="team_id.company_id")
    process_mode = fields.Selection(
        lambda self: list(
            labels.get_choices(self.env["crm.team"], "process_mode").items()
        ),
        string="First-Contact Responsibility",
        required=True,
    )
    process_followup_days = fields.Integer(
        string="Follow-Up Period (Days)",
        help="A customer without contact for more than so many days is released.",
    )
    process_followup_working_days = fields.Boolean(string="Count Working Days Only")
    process_calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Calendar",
        domain="[('company_id', 'in', [company_id, False])]",
    )
    process_hold_days_max = fields.Integer(
        string="Maximum Holding Time (Days)",
        help="After so many days the customer is released however often it was "
        "contacted. 0: no such limit.",
    )
    date_effective = fields.Datetime(
        string="Takes Effect",
        compute="_compute_date_effective",
        help="Until then the change can be taken back.",
    )
    shown_change = fields.Json(
        readonly=True,
        export_string_translation=False,
        help="The settings for which the figures were asked.",
    )
    is_shown = fields.Boolean(
        compute="_compute_is_shown",
        export_string_translation=False,
        help="Whether the figures are those of the settings as they stand.",
    )
    customer_count = fields.Integer(
        string="Customers With a Timer", compute="_compute_preview"
    )
    moved_count = fields.Integer(
        string="Deadlines That Move", compute="_compute_preview"
    )
    due_count = fields.Integer(
        string="Due by the New Rules",
        compute="_compute_preview",
        help="Customers whose deadline, by the new rules alone, has passed when the "
        "change takes effect.",
    )
    released_count = fields.Integer(
        string="Released After the First Day",
        compute="_compute_preview",
        help="Customers that really go unless they are contacted: nobody becomes "
        "overdue before the end of the day on which the change takes effect, and no "
        "night takes more than the team's share.",
    )
    held_count = fields.Integer(
        string="Wait for Later Nights",
        compute="_compute_preview",
        help="Due as well, but above the team's share of one night.",
    )
    due_summary = fields.Text(
        string="Who Holds Them",
        compute="_compute_preview",
        help="How many customers of each owner are due, and how many really go.",
    )

    @api.model
    def default_get(self, fields):
        """Start from the settings as they are, or as they are planned."""
        values = super().default_get(fields)
        team = self.env["crm.team"].browse(values.get("team_id"))
        if team:
            current = {name: team[name] for name in CHANGE_FIELDS}
            current["process_calendar_id"] = team.process_calendar_id.id
            asked = values.get("process_mode")
            values |= current | (team.process_change or {})
            # the first steps propose to begin with observing
            if asked and values["process_mode"] == "off":
                values["process_mode"] = asked
        return values

    def _get_values(self):
        """The settings that differ from those of the team.

        :return: dict, as for :meth:`write` of the team
        """
        self.ensure_one()
        values = {}
        for name in CHANGE_FIELDS:
            if self[name] != self.team_id[name]:
                value = self[name]
                values[name] = value.id if name == "process_calendar_id" else value
        return values

    def _takes_customers(self):
        """Whether anybody may lose a customer; nothing is taken while observing."""
        return self.process_mode == "enforce"

    @api.depends("process_mode", "team_id")
    def _compute_date_effective(self):
        for wizard in self:
            wizard.date_effective = (
                wizard.team_id._get_effective_date()
                if wizard._takes_customers()
                else fields.Datetime.now()
            )

    @api.depends(*CHANGE_FIELDS, "shown_change", "team_id")
    def _compute_is_shown(self):
        for wizard in self:
            shown = wizard.shown_change
            wizard.is_shown = bool(shown) and shown["values"] == wizard._get_values()

    # Not with each number that is typed: all customers of the team are reckoned anew.
    @api.depends("shown_change", "team_id")
    @api.depends_context("lang")
    def _compute_preview(self):
        for wizard in self:
            preview = dict.fromkeys(("customers", "moved", "due", "released", "held"))
            if wizard.shown_change:
                values = wizard.shown_change["values"]
                preview = wizard.team_id._preview_change(values)
            for name in ("customer", "moved", "due", "released", "held"):
                rows = preview["customers" if name == "customer" else name]
                wizard[f"{name}_count"] = len(rows or ())
            wizard.due_summary = preview["customers"] and wizard._get_due_summary(
                preview["due"], preview["released"]
            )

    def _get_due_summary(self, due, released):
        going = Counter(ownership.user_id for ownership in released)
        counts = Counter(ownership.user_id for ownership in due | released)
        due_counts = Counter(ownership.user_id for ownership in due)
        counts = counts.most_common()
        lines = [
            self.env._(
                "%(user)s: %(due)s due, %(released)s released",
                user=user.name,
                due=due_counts[user],
                released=going[user],
            )
            for user, _count in counts[:NAMED_OWNERS]
        ]
        if len(counts) > NAMED_OWNERS:
            lines.append(
                self.env._(
                    "and %(count)s more people", count=len(counts) - NAMED_OWNERS
                )
            )
        return "\n".join(lines)

    def action_show(self):
        """Reckon what the settings would do, and show it in the dialog.

        :return: dict, a window action
        :raise ValidationError: for numbers that cannot be
        """
        self.ensure_one()
        self._check_numbers()
        # sudo: what is shown is for the system to keep; one's own dialog
        self.sudo().shown_change = {"values": self._get_values()}
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change the Rules"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _check_numbers(self):
        if (
            not 1 <= self.process_followup_days <= 3650
            or not 0 <= self.process_hold_days_max <= 3650
        ):
            raise ValidationError(
                self.env._("A number of days lies between 1 and 3,650.")
            )

    def action_view_due(self):
        """Open the customers that would be due by the new rules.

        :return: dict, a window action
        """
        return self._view_customers("due")

    def action_view_released(self):
        """Open the customers that would really go after the first day.

        :return: dict, a window action
        """
        return self._view_customers("released")

    def _view_customers(self, kind):
        self.ensure_one()
        rows = self.team_id._preview_change(self._get_values())[kind]
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_process_mgmt.sales_process_ownership_action"
        )
        action["domain"] = [("id", "in", rows.ids)]
        action["context"] = {}
        return action

    def action_apply(self):
        """Plan the change for the next day; at once where nothing can be lost.

        :return: dict, closes the dialog
        """
        self.ensure_one()
        if not self.team_id.has_access("write"):
            raise AccessError(
                self.env._("Only a sales administrator changes the rules of a team.")
            )
        values = self._get_values()
        if not values:
            raise UserError(self.env._("Nothing would change."))
        self._check_numbers()
        if self._takes_customers():
            self.team_id._plan_change(values)
        else:
            # sudo: a plan is withdrawn by the system only; access was checked above
            self.team_id.sudo().write(
                {**values, "process_change": False, "process_change_date": False}
            )
        return {"type": "ir.actions.act_window_close"}
