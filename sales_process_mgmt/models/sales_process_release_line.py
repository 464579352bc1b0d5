# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..tools import labels, orm


class SalesProcessReleaseLine(models.Model):
    _name = "sales.process.release.line"
    _description = "Released Customer"
    _inherit = ["sales.process.guard"]
    _order = "run_id desc, id"
    _rec_name = "ownership_id"
    # a thousand in a batch, nothing but columns
    _is_inserted = True

    run_id = fields.Many2one(
        "sales.process.release.run", required=True, index=True, ondelete="cascade"
    )
    team_id = fields.Many2one(
        "crm.team", index="btree_not_null", related="run_id.team_id", store=True
    )
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", related="run_id.company_id", store=True
    )
    ownership_id = fields.Many2one(
        "sales.process.ownership",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
    )
    successor_id = fields.Many2one(
        "sales.process.ownership", index="btree_not_null", ondelete="set null"
    )
    user_id = fields.Many2one(
        "res.users", index="btree_not_null", string="Owner Before"
    )
    new_user_id = fields.Many2one(
        "res.users", index="btree_not_null", string="New Owner"
    )
    date_deadline = fields.Datetime(
        help="The deadline that had passed, or will have passed."
    )
    outcome = fields.Selection(
        [
            ("handed_over", "Handed Over"),
            ("pool", "To the Pool"),
            ("waiting", "Waits for the Next Shift"),
            ("held", "Held for the Next Night"),
            ("went", "Held, Went Out Later"),
            ("kept", "Held, Stays With the Owner"),
            ("assigned", "Waited, Handed Out"),
            ("observed", "Would Have Been Released"),
            ("failed", "Failed"),
        ],
        required=True,
        index=True,
        help="Held: above the share of one night. What went out later, or had waited "
        "for a shift, is counted once, where it was released.",
    )
    note = fields.Char(string="Reason")

    def _get_message_items(self, kind):
        """The lines of a message: each customer, linked, and what matters about it.

        :return: list of Markup
        """
        details = {}
        items = []
        shown = "successor_id" if kind == "received" else "ownership_id"
        customers = self.mapped(shown)
        names = dict(
            zip(customers._ids, orm.get_cached(customers, "name"), strict=True)
        )
        links = {}
        for customer in customers:
            name = names[customer.id] or self.env._("Customer")
            links[customer.id] = customer._get_html_link(name)
        columns = [
            orm.get_cached(self, name)
            for name in ("user_id", "new_user_id", "note", shown)
        ]
        for line, *key, customer_id in zip(self, *columns, strict=True):
            # said once of all that went from one person to another
            key = tuple(key)
            if key not in details:
                details[key] = line._get_message_detail(kind)
            items.append((links[customer_id], details[key]))
        return labels.join_details(self.env, items)

    def _get_message_detail(self, kind):
        """What matters about a customer, see :meth:`_get_message_items`.

        :return: str, or False
        """
        self.ensure_one()
        before, after = self.user_id.name, self.new_user_id.name
        if kind == "received":
            return before and self.env._("from %(owner)s", owner=before)
        if kind == "lost":
            return self.env._("to %(owner)s", owner=after or self.env._("the pool"))
        return self.note if kind == "failed" else before
