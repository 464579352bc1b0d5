# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.sales_process_mgmt.tools import texts


class SalesProcessDebtEntry(models.AbstractModel):
    """What a customer says about money that it owes: a promise, a dispute.

    Who collects writes it down; who leads the team, and does not collect, decides.
    """

    _name = "sales.process.debt.entry"
    _description = "Entry About a Debt"
    _inherit = ["sales.process.matter", "sales.process.guard"]
    _text_limits = {"note": texts.NOTE_LENGTH}
    _personal_names = ("name",)
    _personal_texts = ("note",)
    _personal_ownerships = ("ownership_id",)

    name = fields.Char(string="Customer", size=texts.NAME_LENGTH, readonly=True)
    ownership_id = fields.Many2one(
        "sales.process.ownership",
        string="Customer Period",
        required=True,
        index=True,
        ondelete="cascade",
        help="The period of responsibility in which the debt was made.",
    )
    chase_id = fields.Many2one(
        "sales.process.chase",
        string="Chased Invoice",
        index="btree_not_null",
        ondelete="set null",
    )
    money_id = fields.Many2one(
        "sales.process.money", index="btree_not_null", ondelete="set null"
    )
    move_id = fields.Many2one(
        "account.move",
        string="Invoice Entry",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    invoice = fields.Char(related="move_id.name", string="Invoice")
    user_id = fields.Many2one(
        "res.users",
        string="Collected By",
        readonly=True,
        index="btree_not_null",
        help="Who signed the customer, and collects.",
    )
    team_id = fields.Many2one("crm.team", readonly=True, index="btree_not_null")
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    can_lead = fields.Boolean(
        compute="_compute_can_lead", help="Whether you lead the team of this customer."
    )

    @api.model
    def _get_debt(self, vals, user):
        """Of which debt somebody writes something down, and for whom.

        :param dict vals: values that name ``chase_id``, ``money_id`` or
            ``ownership_id``, which the user may read
        :param user: res.users who writes it
        :return: dict of values
        :raise UserError: where nothing is owed on it
        :raise AccessError: for whoever neither collects it nor leads the team
        """
        vals = {**self.default_get(["chase_id", "money_id", "ownership_id"]), **vals}
        # sudo: what is asked for is whose debt it is
        money = self.env["sales.process.money"].sudo()
        money = money.browse(vals.get("money_id") or ())
        chases = self.env["sales.process.chase"].sudo()
        chase = chases.browse(vals.get("chase_id") or ())
        named = self.env["sales.process.ownership"].sudo()
        named = named.browse(vals.get("ownership_id") or ())
        period = chase.ownership_id or money.ownership_id or named
        if not period:
            return {}
        if not self.env.su:
            if money and (money.kind != "open" or not money.move_id):
                raise UserError(
                    self.env._("Choose money that is still to be collected.")
                )
            collects = user in (chase.user_id or period.user_id)
            if not collects and not period.team_id._is_leader(user):
                raise AccessError(
                    self.env._(
                        "Only %(user)s, who collects from this customer, or the team "
                        "leader writes this down.",
                        user=(chase.user_id or period.user_id).name or "",
                    )
                )
            # whoever comes second begins again, and counts what the first has entered
            period._lock_rows()
            period._touch_rows()
        return {
            "name": period.name,
            "user_id": (chase.user_id or period.user_id).id,
            "team_id": period.team_id.id,
            "company_id": period.company_id.id,
            "move_id": vals.get("move_id") or (chase or money).move_id.id,
            "ownership_id": period.id,
        }

    @api.depends_context("uid")
    @api.depends("team_id.user_id", "user_id")
    def _compute_can_lead(self):
        for entry in self:
            entry.can_lead = entry._may_decide(self.env.user)

    def _check_decider(self):
        """Refuse who does not lead the customer and the team, or collects this money.

        :raise AccessError: one sentence
        """
        self.check_access("read")
        # sudo: whether somebody leads a team does not depend on reading it
        self.ownership_id.sudo().with_env(self.env)._check_decider()
        return super()._check_decider()

    def _get_people(self):
        """Whom a decision concerns: who signed, and who chases.

        :return: res.users
        """
        return self.ownership_id.user_id | self.user_id
