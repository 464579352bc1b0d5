# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class SalesProcessCollection(models.Model):
    """A debt of a customer that belongs to somebody else by now.

    Who has signed the customer collects it; the customer stays with its owner.
    """

    _name = "sales.process.collection"
    _description = "Debt to Collect"
    _inherit = ["sales.process.guard", "mail.thread", "mail.activity.mixin"]
    _order = "date_open desc, id desc"
    _rec_name = "ownership_id"
    _mail_post_access = "read"

    ownership_id = fields.Many2one(
        "sales.process.ownership",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The period of responsibility in which the debt was made.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Collected By",
        readonly=True,
        index="btree_not_null",
        help="Who owned the customer when it signed.",
    )
    team_id = fields.Many2one("crm.team", readonly=True, index="btree_not_null")
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_due = fields.Monetary(
        string="To Collect",
        related="ownership_id.amount_due",
        help="What the customer still owes, in the currency of the company.",
    )
    state = fields.Selection(
        [("open", "To Collect"), ("done", "Settled")],
        default="open",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    date_open = fields.Datetime(string="Since", required=True, readonly=True)
    date_done = fields.Datetime(string="Settled On", readonly=True)

    _open_uniq = models.UniqueIndex(
        "(ownership_id) WHERE state = 'open'",
        "This debt is being collected already.",
    )

    @api.model
    def _open_for(self, owing, running):
        """Open collections for periods with a debt, and close those without.

        :param owing: sales.process.ownership whose debts are not the running owner's
        :param running: the open collections of all periods that were looked at
        """
        # sudo: opened by the system when a customer goes, whoever lets it go
        Collection = self.sudo()
        settled = running.filtered(lambda row: row.ownership_id not in owing)
        now = self.env.cr.now()
        settled.write({"state": "done", "date_done": now})
        settled.activity_unlink(["sales_process_mgmt_account.mail_activity_type_debt"])
        created = Collection.with_context(mail_create_nosubscribe=True).create(
            [
                {
                    "ownership_id": period.id,
                    "user_id": period.user_id.id,
                    "team_id": period.team_id.id,
                    "company_id": period.company_id.id,
                    "date_open": now,
                }
                for period in owing - running.ownership_id
            ]
        )
        for row in created:
            person = row.user_id if row.user_id.active else row.team_id._get_leaders()
            leader = row.team_id._get_leaders()
            notice = self.env["sales.process.notice"]
            if person:
                notice._plan(
                    row,
                    "sales_process_mgmt_account.mail_activity_type_debt",
                    person,
                    row._get_title,
                )
            if leader and leader != person:
                notice._tell(leader, row._render_told, row, why="leader")

    def _get_title(self, env):
        return env._("Money to collect from an earlier customer")

    def _render_told(self, env):
        """What the leader is told of a debt that an earlier owner collects.

        :param env: environment in the language of whoever reads
        :return: tuple, subject and body
        """
        return self._get_title(env), env._(
            "%(customer)s owes money again. %(user)s, who signed it, collects; the "
            "customer stays with its owner.",
            customer=self.ownership_id.name or "",
            user=self.user_id.name or "",
        )
