# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.sales_process_mgmt.tools import texts

SOURCES = {"item": "sales.process.agenda.item", "fact": "sales.process.fact"}


class SalesProcessMeetingLine(models.Model):
    """One row of an agenda, as it was presented.

    What somebody did, or left undone, is read by that person, by the chair and by who
    leads, as the fact is; the team reads what is shown to it.
    """

    _name = "sales.process.meeting.line"
    _description = "Agenda of a Meeting"
    _inherit = ["sales.process.guard"]
    _order = "meeting_id, section_order, sequence, id"
    _fixed_fields = frozenset(("meeting_id",))
    _text_limits = {"name": texts.REASON_LENGTH, "note": texts.NOTE_LENGTH}

    meeting_id = fields.Many2one(
        "sales.process.meeting", required=True, index=True, ondelete="cascade"
    )
    team_id = fields.Many2one(related="meeting_id.team_id", store=True, index=True)
    company_id = fields.Many2one(
        related="meeting_id.company_id", store=True, index=True
    )
    chair_id = fields.Many2one(related="meeting_id.chair_id", store=True)
    sequence = fields.Integer(default=100)
    section = fields.Selection(
        [
            ("decision", "Carried Over"),
            ("item", "To Decide"),
            ("fact", "What Happened"),
            ("figure", "Figures of the Team"),
            ("point", "Further Points"),
        ],
        required=True,
        readonly=True,
        default="point",
    )
    section_order = fields.Integer(
        compute="_compute_section_order", store=True, aggregator=None
    )
    kind = fields.Char(readonly=True, export_string_translation=False)
    topic = fields.Char(compute="_compute_topic")
    name = fields.Char(
        string="What", help="As it was called when the agenda was frozen."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    date = fields.Datetime(string="When", readonly=True)
    date_due = fields.Datetime(string="Due", readonly=True)
    value = fields.Float(
        readonly=True,
        aggregator=None,
        help="As it was presented; what is corrected later does not change it.",
    )
    res_model = fields.Char(readonly=True, export_string_translation=False)
    res_id = fields.Many2oneReference(
        string="Evidence",
        model_field="res_model",
        readonly=True,
        export_string_translation=False,
    )
    note = fields.Text(string="What Was Said")
    is_shared = fields.Boolean(
        string="Shown to the Team",
        default=True,
        help="The whole team reads this row. Without it the person and who leads do.",
    )

    @api.depends("section")
    def _compute_section_order(self):
        order = list(dict(self._fields["section"].selection))
        for line in self:
            line.section_order = order.index(line.section or "point")

    @api.depends("section", "kind")
    @api.depends_context("lang")
    def _compute_topic(self):
        figures = self.filtered(lambda line: line.section == "figure")
        # sudo: what a number is called is no secret
        Metric = self.env["sales.process.metric"].sudo()
        metrics = figures and Metric.with_context(active_test=False).search_fetch(
            [("code", "in", figures.mapped("kind"))], ["code", "name"]
        )
        names = {metric.code: metric.name for metric in metrics}
        for line in self:
            line.topic = (
                names.get(line.kind, line.name)
                if line in figures
                else self._get_topic(line.section, line.kind)
            )

    @api.model
    def _get_topic(self, section, kind):
        """What a kind is called, in the reader's language.

        :return: str
        """
        if section in SOURCES:
            field = self.env[SOURCES[section]]._fields["kind"]
            labels = dict(field._description_selection(self.env))
            # an addon that is gone has taken its words along
            return labels.get(kind) or kind or ""
        sections = dict(self._fields["section"]._description_selection(self.env))
        return sections.get(section, "")

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self.env.su:
            lines._check_edit()
        return lines

    def write(self, vals):
        if not self.env.su:
            self._check_edit()
            if "name" in vals and any(line.section != "point" for line in self):
                raise UserError(
                    self.env._(
                        "The agenda stays as it was presented: add a note instead."
                    )
                )
        return super().write(vals)

    def _check_edit(self):
        """Points and notes are the chair's, until the minutes are sent.

        :raise AccessError: one sentence
        :raise UserError: one sentence
        """
        for meeting in self.meeting_id:
            if not meeting._may_chair(self.env.user):
                raise AccessError(
                    self.env._("Only the chair or the leader writes the agenda.")
                )
            if meeting.state in ("closed", "cancelled"):
                raise UserError(
                    self.env._(
                        "The minutes were sent, or the meeting was not held: nothing "
                        "is changed any more."
                    )
                )

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        """What the team is shown leaves in a file; what concerns one person does not.

        Neither by itself nor through the meeting.

        :raise UserError: where a row is not shown to the team
        """
        if not self.env.su and self.filtered(
            lambda line: not line.is_shared and line.user_id != self.env.user
        ):
            raise UserError(
                self.env._(
                    "Rows that are not shown to the team are not exported: leave them "
                    "out."
                )
            )
        return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)

    def action_open(self):
        """Open what the row rests on, where the user may read it.

        :return: dict, a window action
        :raise UserError: where it is gone, or is not for the user
        """
        self.ensure_one()
        self.check_access("read")
        record = (
            self.env[self.res_model].browse(self.res_id).exists()
            if self.res_model in self.env and self.res_id
            else None
        )
        if not record:
            raise UserError(
                self.env._("There is nothing to open; the row stays as presented.")
            )
        if not record.has_access("read"):
            raise UserError(
                self.env._("You may not open this; the leader of its team can.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": record.display_name,
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }
