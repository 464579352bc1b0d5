# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.sales_process_followup import CHANNELS, TEXT_LIMITS
from ..models.sales_process_ownership_work import CustomerWork
from ..tools import labels

# More at once are no work that somebody has done.
MOST_CUSTOMERS = 200


class SalesProcessFollowupBatch(models.TransientModel):
    """One contact with each of several customers, as if each were logged alone."""

    _name = "sales.process.followup.batch"
    _description = "Log Several Follow-Ups"
    _inherit = ["sales.process.guard"]
    _text_limits = {name: TEXT_LIMITS[name] for name in ("subject", "next_step")}

    ownership_ids = fields.Many2many(
        "sales.process.ownership", string="Customers", required=True
    )
    channel = fields.Selection(CHANNELS, required=True, default="call")
    subject = fields.Char(
        string="What was discussed",
        required=True,
        help="It is written into the follow-up of each customer.",
    )
    date = fields.Datetime(
        required=True,
        default=lambda self: self.env["sales.process.followup"]._default_date(),
    )
    next_step = fields.Char()
    date_next = fields.Date(
        string="Next Contact",
        help="Agreed with each of these customers, within the limits of their teams.",
    )
    plan_next = fields.Boolean(string="Plan It", default=True)
    refused_text = fields.Char(
        string="Left Out",
        compute="_compute_refused_text",
        help="For which of these customers no follow-up is logged, and why.",
    )

    @api.depends("ownership_ids")
    @api.depends_context("lang", "uid")
    def _compute_refused_text(self):
        for wizard in self:
            customers = wizard.ownership_ids._origin
            wizard.refused_text = False
            if customers:
                work = CustomerWork(customers)
                _leads, refused = work.split()
                wizard.refused_text = work.tell_refused(refused)

    @api.model
    def _get_most_customers(self):
        return MOST_CUSTOMERS

    def action_log(self):
        """Log a follow-up with each customer that the user may work.

        :return: dict, a notification that says what was logged and what was not
        :raise UserError: where nothing could be logged: what was typed stays
        """
        self.ensure_one()
        customers = self.ownership_ids
        customers.check_access("read")
        most = self._get_most_customers()
        if len(customers) > most:
            raise UserError(
                self.env._(
                    "Choose fewer customers at once, at most: %(count)s.", count=most
                )
            )
        work = CustomerWork(customers)
        by_lead, refused = work.split()
        followups, failed = self._log(list(by_lead))
        refused |= {by_lead[lead]: why for lead, why in failed.items()}
        left_out = work.tell_refused(refused)
        if not followups:
            raise UserError(
                self.env._("Nothing was logged: %(customers)s.", customers=left_out)
            )
        return self.env["sales.process.notice"]._toast(*self._tell(followups, left_out))

    def _log(self, leads):
        """Log a contact on each lead; around what is refused, by halves.

        :param list leads: of crm.lead
        :return: ``(sales.process.followup, {lead: sentence of the refusal})``
        """
        followups, failed = self.env["sales.process.followup"], {}
        parts = [leads] if leads else []
        while parts:
            part = parts.pop()
            try:
                with self.env.cr.savepoint():
                    # each: all at once; halved only where one is refused
                    followups |= followups.create(
                        [
                            {**self._prepare_followup(), "lead_id": row.id}
                            for row in part
                        ]
                    )
            except UserError as error:
                if len(part) == 1:
                    failed[part[0]] = str(error).rstrip(".。")
                    continue
                middle = len(part) // 2
                parts += [part[middle:], part[:middle]]
        return followups, failed

    def _prepare_followup(self):
        return {
            "channel": self.channel,
            "date": self.date,
            "date_next": self.date_next,
            "next_step": self.next_step,
            "plan_next": self.plan_next,
            "subject": self.subject,
        }

    def _tell(self, followups, left_out):
        """What was logged, what does not reset a timer, and who was left out.

        :return: ``(sentence, action or None, kind of the notification)``
        """
        void = followups.filtered(lambda row: not row.counts)
        sentences = [self.env._("Follow-ups logged: %(count)s.", count=len(followups))]
        if void:
            reasons = dict.fromkeys(void.mapped("counts_label"))
            sentences.append(
                self.env._(
                    "%(count)s of them do not reset the timer: %(reasons)s.",
                    count=len(void),
                    reasons=labels.join_clauses(self.env, list(reasons)),
                )
            )
        if left_out:
            sentences.append(self.env._("Left out: %(customers)s.", customers=left_out))
        kind = "warning" if void or left_out else "success"
        return labels.join_sentences(self.env, sentences), None, kind
