# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from odoo.addons.sales_process_mgmt.tools import texts


class SalesProcessStatement(models.Model):
    """A statement of account that was sent to a customer, with the paper itself.

    It is written by sending alone. Its message to the customer is a contact by the
    same rule as a message on the customer's lead; whoever may read the lead, and does
    not collect, does not read the amounts.
    """

    _name = "sales.process.statement"
    _description = "Statement of Account Sent"
    _inherit = ["sales.process.guard", "mail.thread"]
    _order = "date_sent desc, id desc"
    _mail_post_access = "read"
    _personal_names = ("name",)
    _personal_ownerships = ("ownership_id",)

    name = fields.Char(
        string="Customer", size=texts.NAME_LENGTH, required=True, readonly=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer Contact",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    recipient_id = fields.Many2one(
        "res.partner", string="Sent To", readonly=True, ondelete="set null"
    )
    ownership_id = fields.Many2one(
        "sales.process.ownership",
        string="Customer Period",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="The period of responsibility in which the oldest debt was made.",
    )
    user_id = fields.Many2one(
        "res.users", string="Collected By", readonly=True, index="btree_not_null"
    )
    sent_by_id = fields.Many2one("res.users", readonly=True, index="btree_not_null")
    team_id = fields.Many2one("crm.team", readonly=True, index="btree_not_null")
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(
        string="Open Amount",
        readonly=True,
        aggregator=None,
        help="What the statement says is open, in the currency of the invoices.",
    )
    amount_overdue = fields.Monetary(
        string="Overdue",
        readonly=True,
        aggregator=None,
        help="What of it was overdue on that day; disputed invoices are left out.",
    )
    date_sent = fields.Datetime(string="Sent On", required=True, readonly=True)

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        """What goes to the customer is contact, as from the lead of the customer."""
        recipients = super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
        for statement in self:
            # sudo: who collects may not read the lead any more
            lead = statement.sudo().ownership_id._get_collection_lead()
            if (
                lead
                and lead._filter_in_process()
                and lead._get_message_channel(message, recipients or [], kwargs)
            ):
                lead._log_message_contact(message, "email", recipients or [], [])
        return recipients
