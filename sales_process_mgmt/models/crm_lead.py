# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

# So many customers that somebody helps with are named to the database one by one.
HELPED_LIST_MAX = 1000


class CrmLead(models.Model):
    _inherit = "crm.lead"

    ownership_id = fields.Many2one(
        "sales.process.ownership",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        readonly=True,
        help="The period of responsibility this lead belongs to. A closed lead keeps "
        "the period in which it closed.",
    )
    process_mode = fields.Selection(related="team_id.process_mode", tracking=False)
    followup_deadline = fields.Datetime(
        compute="_compute_followup_dates",
        store=True,
        index="btree_not_null",
        help="The last second at which the customer still belongs to its owner.",
    )
    date_last_contact = fields.Datetime(
        string="Last Contact",
        compute="_compute_followup_dates",
        store=True,
        index="btree_not_null",
        help="The last contact with the customer that counts.",
    )
    followup_state = fields.Selection(
        [
            ("none", "No Timer"),
            ("on_track", "On Track"),
            ("due_soon", "Due Soon"),
            ("overdue", "Overdue"),
        ],
        compute="_compute_followup_state",
        search="_search_followup_state",
        help="Due soon: the team's first warning has been reached.",
    )
    ownership_pending = fields.Boolean(
        string="Waits for Its Owner",
        index="btree_not_null",
        copy=False,
        readonly=True,
        help="The lead waits for the scheduled action that finds its owner.",
    )
    is_pooled = fields.Boolean(
        string="In the Pool",
        copy=False,
        readonly=True,
        help="The customer lies in the pool: its leads are read when it is taken.",
    )
    process_into_pool = fields.Boolean(
        string="Into the Pool",
        copy=False,
        help="A new customer without salesperson goes straight into the pool of the "
        "team, not to the salesperson on duty.",
    )
    wechat_id = fields.Char(
        string="WeChat ID",
        help="Used as a hint that two customers may be the same.",
    )
    collaborator_ids = fields.Many2many(related="ownership_id.collaborator_ids")
    process_is_helped = fields.Boolean(
        string="Helped by Me",
        compute="_compute_process_is_helped",
        search="_search_process_is_helped",
        help="Whether you help with this customer.",
    )
    can_work_customer = fields.Boolean(
        compute="_compute_can_work_customer",
        help="Whether you may work this customer.",
    )

    # ------------------------------------------------------------
    # WHO IT IS
    # ------------------------------------------------------------

    def _get_customer_name(self):
        """The customer as people call it: the contact, else what was typed.

        The title of the lead says what it is about; it stands in only where nobody
        has been named.

        :return: str
        """
        return (
            self.partner_id.display_name
            or self.partner_name
            or self.contact_name
            or self.name
            or ""
        )

    # ------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------

    # Not on won_status, which Odoo computes at each move of the stage: write() adds the
    # leads for which it has changed.
    @api.depends(
        "ownership_id.date_deadline",
        "ownership_id.date_last_contact",
        "ownership_id.state",
    )
    def _compute_followup_dates(self):
        for lead in self:
            ownership = lead.ownership_id
            lead.date_last_contact = ownership.date_last_contact
            lead.followup_deadline = (
                ownership.date_deadline
                if ownership.state == "open" and lead.won_status == "pending"
                else False
            )

    @api.depends("followup_deadline", "team_id.followup_reminder_first_days")
    def _compute_followup_state(self):
        for lead in self:
            lead.followup_state = lead.team_id._get_followup_state(
                lead.followup_deadline
            )

    def _search_followup_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self.env["crm.team"]._get_followup_state_domain(
            "followup_deadline", value
        )

    @api.depends_context("uid")
    @api.depends("ownership_id.user_id", "ownership_id.collaborator_ids", "user_id")
    def _compute_can_work_customer(self):
        for lead in self:
            lead.can_work_customer = lead._filter_workable() == lead

    @api.depends_context("uid")
    @api.depends("ownership_id")
    def _compute_process_is_helped(self):
        # sudo: record rules ask, on behalf of everybody
        helped = set(self.env.user.sudo().helped_ownership_ids._ids)
        for lead in self:
            lead.process_is_helped = lead.ownership_id.id in helped

    def _search_process_is_helped(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: see _compute_process_is_helped
        helped = self.env.user.sudo().helped_ownership_ids
        if len(helped) > HELPED_LIST_MAX:
            # so long a list is better read where it lies
            is_helped = Domain(
                "ownership_id", "any!", [("collaborator_ids", "in", [self.env.uid])]
            )
        else:
            is_helped = Domain("ownership_id", "in", helped.ids)
        return Domain.OR(is_helped if wanted else ~is_helped for wanted in value)

    # ------------------------------------------------------------
    # EXCLUSIVE RECEPTION
    # ------------------------------------------------------------

    def _filter_workable(self):
        """The leads that the current user may work.

        :return: crm.lead
        """
        user = self.env.user
        # sudo: a stranger may read neither the ownership nor the team
        return self.filtered(
            lambda lead: (
                lead.sudo().process_mode != "enforce"
                or lead.sudo().ownership_id.state not in ("open", "pool")
                or lead.sudo().ownership_id._can_work(user)
            )
        )

    def _filter_in_process(self):
        """The leads of teams that observe or enforce.

        :return: crm.lead
        """
        active_ids = self.env["crm.team"]._get_active_process_ids()
        return self.filtered(lambda lead: lead.team_id.id in active_ids)

    def _check_access(self, operation):
        """Say whose customer it is, instead of naming a record rule."""
        result = super()._check_access(operation)
        if not result or operation not in ("write", "unlink"):
            return result
        forbidden, _make_error = result
        owned = forbidden.filtered("id") - forbidden.filtered("id")._filter_workable()
        if not owned:
            return result
        return forbidden, owned[0]._make_owned_access_error

    def _make_owned_access_error(self):
        self.ensure_one()
        lead = self.sudo()
        return AccessError(
            "%s: %s"
            % (
                lead.name,
                lead.ownership_id.with_env(self.env)._get_conflict_sentence(
                    self.env.user
                ),
            )
        )

    def message_post(self, **kwargs):
        """Say whose customer it is, where Odoo only says that it is forbidden."""
        try:
            return super().message_post(**kwargs)
        except AccessError:
            owned = self - self._filter_workable()
            if owned:
                raise owned[0]._make_owned_access_error() from None
            raise
