# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from string import Formatter

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_list

from odoo.addons.sales_process_mgmt.tools.spoken import get_spoken

from ..tools import webhook

# What may stand in braces, by event
PLACEHOLDERS = {
    "received": ("customer", "owner", "team", "origin"),
    "expired": ("customer", "owner", "team"),
    "won": ("customer", "owner", "team"),
    "conflict": ("customer", "owner", "user", "team"),
    "report_missing": ("user", "report", "team"),
    "weekly_summary": (
        "team",
        "from",
        "to",
        "received",
        "expired",
        "won",
        "conflicts",
    ),
}
# So many are named in one message, the rest is counted.
NAMED = 20


class SalesProcessRobotEvent(models.Model):
    """What a group hears of, and in which words."""

    _name = "sales.process.robot.event"
    _description = "Event of a Group Robot"
    _is_copied = True
    _inherit = ["sales.process.robot.listener"]
    _order = "robot_id, id"
    _rec_name = "event"
    _text_limits = {"template": 1000}
    _fixed_fields = frozenset(("event", "robot_id"))

    robot_id = fields.Many2one(
        "sales.process.robot", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="robot_id.company_id", store=True)
    event = fields.Selection(
        [
            ("received", "Customer received"),
            ("expired", "Customer expired"),
            ("won", "Customer won"),
            ("conflict", "Conflict"),
            ("report_missing", "Report missing"),
            ("weekly_summary", "Weekly summary"),
        ],
        required=True,
    )
    template = fields.Text(
        string="Text",
        translate=True,
        help="Empty: the text that comes with the system, in the language of the "
        "group. Values stand in braces, see the list. Telephone numbers and e-mail "
        "addresses are never sent.",
    )
    placeholders = fields.Char(
        string="Values",
        compute="_compute_placeholders",
        help="What may stand in the text, in braces.",
    )

    _event_uniq = models.UniqueIndex(
        "(robot_id, event)", "The robot tells of this event already."
    )

    @api.depends("event")
    def _compute_placeholders(self):
        for row in self:
            names = PLACEHOLDERS.get(row.event, ())
            row.placeholders = " ".join(f"{{{name}}}" for name in names)

    @api.constrains("template", "event")
    def _check_template(self):
        for row in self:
            row._check_text(row.template)

    def _check_text(self, text):
        """Refuse what nobody could fill in, and what no group may read.

        :raise ValidationError: one sentence that says what may stand there
        """
        self.ensure_one()
        if not text:
            return
        if webhook.hide_details(text) != text:
            raise ValidationError(
                self.env._(
                    "No telephone number and no e-mail address is sent to a group: "
                    "take it out of the text."
                )
            )
        known = PLACEHOLDERS[self.event]
        try:
            parts = list(Formatter().parse(text))
        except ValueError:
            parts = [("", "{", "", None)]
        for _literal, name, spec, conversion in parts:
            if name is None:
                continue
            if name not in known or spec or conversion:
                raise ValidationError(
                    self.env._(
                        "“{%(name)s}” means nothing here. What may stand in braces: "
                        "%(known)s.",
                        name=name,
                        known=format_list(self.env, [f"{{{word}}}" for word in known]),
                    )
                )

    # ------------------------------------------------------------
    # WORDS
    # ------------------------------------------------------------

    def _get_text(self):
        """The text of the event, in the language of the environment.

        :return: str
        """
        self.ensure_one()
        if self.template:
            return self.template
        return {
            "received": self.env._("{owner} received {customer} ({origin})."),
            "expired": self.env._(
                "Nobody followed up in time: {owner} lost {customer}."
            ),
            "won": self.env._("{owner} won {customer}."),
            "conflict": self.env._("{user} met {customer}, a customer of {owner}."),
            "report_missing": self.env._("{user} has not submitted: {report}."),
            "weekly_summary": self.env._(
                "{team}, {from} to {to}: {received} customers received, {won} won, "
                "{expired} expired, {conflicts} conflicts."
            ),
        }[self.event]

    def _render(self, values):
        """The text with its values; nothing in a value is markup or calls somebody.

        :param dict values: by placeholder
        :return: str, without telephone numbers and e-mail addresses
        """

        def fill(found):
            name = found[1]
            if name not in values:
                return found[0]
            return webhook.plain(values[name])

        text = re.sub(r"\{(\w+)\}", fill, self._get_text())
        text = text.replace("{{", "{").replace("}}", "}")
        return webhook.hide_details(text)

    def _queue(self, records, get_values):
        """Keep one message of these records for the group.

        :param records: what happened, see ``_hear``
        :param get_values: see ``_hear``
        """
        self.ensure_one()
        robot = self.robot_id
        spoken = self.with_context(lang=get_spoken(self.env, robot.lang))
        rows = records.with_context(lang=get_spoken(self.env, robot.lang))
        lines = [spoken._render(get_values(row)) for row in rows[:NAMED]]
        if len(rows) > NAMED:
            lines.append(spoken.env._("and %(count)s more", count=len(rows) - NAMED))
        label = dict(self._fields["event"]._description_selection(spoken.env))
        title = f"{label[self.event]} · {webhook.plain(robot.team_id.name)}"
        body = "\n".join(lines if len(lines) == 1 else [f"- {line}" for line in lines])
        self.env["sales.process.robot.message"].create(
            {
                "robot_id": robot.id,
                "event": self.event,
                "title": title,
                "text": webhook.cut(f"**{title}**\n\n{body}"),
                "date_due": self.env.cr.now(),
            }
        )
        # sudo: after this transaction, by the system
        cron = self.env.ref("sales_process_mgmt_robot.ir_cron_send").sudo()
        cron._trigger()
