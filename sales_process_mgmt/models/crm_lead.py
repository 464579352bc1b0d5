# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL


class _OurAddons(dict):
    """Whether an addon is one of ours; the answer is asked for again and again."""

    def __missing__(self, addon):
        self[addon] = (addon or "").startswith("sales_process_mgmt")
        return self[addon]


IS_OURS = _OurAddons()


def _get_helped_sql(user_id, comparison, lead, alias, query):
    """Compare the customer of a lead with those that a person helps with.

    The list is a value of its own to PostgreSQL: it is made once, and the index of the
    customers of leads finds it.

    :param int user_id: of the person
    :param str comparison: SQL with places for the customer and the list
    :return: SQL; see ``Domain.custom`` for the other arguments
    """
    return SQL(
        comparison,
        # sudo: record rules ask, on behalf of everybody
        lead.sudo()._field_to_sql(alias, "ownership_id", query),
        SQL(
            "ARRAY(SELECT ownership_id FROM sales_process_ownership_collaborator_rel"
            " WHERE user_id = %s)",
            user_id,
        ),
    )


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
    process_mode = fields.Selection(
        lambda self: self._get_selection_of("crm.team", "process_mode"),
        compute="_compute_process_mode",
        search="_search_process_mode",
        help="The mode of the sales team's process.",
    )
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
        # no index: it would be written with every contact, and a filter by it finds
        # many leads
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
    lost_proposed_by_id = fields.Many2one(
        "res.users",
        string="Says It Is Lost",
        copy=False,
        readonly=True,
        help="The helper who says that the customer is lost. The owner decides.",
    )
    lost_proposed_reason_id = fields.Many2one(
        "crm.lost.reason",
        string="Lost Reason of the Helper",
        copy=False,
        readonly=True,
    )
    wechat_id = fields.Char(
        string="WeChat ID",
        help="Used as a hint that two customers may be the same.",
    )
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

    def _has_field_access(self, field, operation):
        """What the process says of a lead is not for portal and other share users.

        By the module of the field, so that no field of ours or of a bridge of ours is
        forgotten: where an app lets a reseller read leads, these stay inside.

        Odoo asks for each value of each lead: whether a person is internal is kept in
        memory, the row of the person is not read for it.
        """
        return super()._has_field_access(field, operation) and (
            not IS_OURS[field._module] or self.env.su or self.env.user.is_process_shown
        )

    # ------------------------------------------------------------
    # PRODUCT LINES
    # ------------------------------------------------------------

    def _check_new_product_lines(self):
        """New leads have joined their customers: each may be one more tag."""
        tagged = self.filtered("tag_ids")._filter_product_lines()
        if tagged:
            tagged._check_product_lines(tagged._get_line_days(without=tagged))

    def write(self, vals):
        tagged = self.browse()
        if "tag_ids" in vals and (tagged := self._filter_product_lines()):
            before = tagged._get_line_days()
        result = super().write(vals)
        if tagged:
            tagged._check_product_lines(before)
        return result

    def _filter_product_lines(self):
        """Leads whose tags may change the period of a customer that is owned.

        :return: crm.lead
        """
        active_ids = self.env["crm.team"]._get_active_process_ids()
        now = self.env.cr.now()
        # sudo: whose customer it is decides, also for who may not read it
        return self.filtered(
            lambda lead: (
                lead.team_id.id in active_ids
                and lead.sudo().ownership_id.state == "open"
                and lead.sudo().ownership_id.date_start < now
                and lead.sudo().ownership_id.team_id._has_product_line_rules()
            )
        )

    def _get_line_days(self, without=()):
        """The follow-up period of each customer by grade and product line.

        :param without: crm.lead that are left out
        :return: ``{ownership: days}``
        """
        # sudo: see _filter_product_lines
        ownerships = self.sudo().ownership_id
        leads = ownerships._get_open_leads()
        if without:
            leads -= without.sudo()
        by_ownership = leads.grouped("ownership_id")
        return {
            row: row.team_id._get_followup_days(
                row.grade_id, by_ownership.get(row, leads.browse()).tag_ids
            )
            for row in ownerships
        }

    def _check_product_lines(self, before):
        """A tag that changes the period of an owned customer is the leader's.

        Whoever registers a customer says what it wants; after that another tag is no
        way to more or fewer days.

        :param dict before: see :meth:`_get_line_days`
        :raise AccessError: one sentence that says whom to ask
        """
        moved = self.env["sales.process.ownership"].sudo()
        for ownership, days in self._get_line_days().items():
            if before.get(ownership) != days:
                moved |= ownership
        # what a person may do does not depend on sudo
        user = self.env.user
        for ownership in moved:
            if not ownership.team_id._is_leader(user):
                self._refuse_product_line(ownership)
        if moved:
            moved._lock_rows()._apply_rules(self.env.cr.now() + timedelta(days=1))

    @api.model
    def _refuse_product_line(self, ownership):
        raise AccessError(
            self.env._(
                "This product line sets another follow-up period for "
                "%(customer)s: ask the leader of %(team)s to set the tag.",
                customer=ownership.name or "",
                team=ownership.team_id.name or "",
            )
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

    @api.model
    def _get_selection_of(self, model_name, field_name):
        """The choices of another model's field, in the reader's language.

        :return: list of pairs of value and label
        """
        field = self.env[model_name]._fields[field_name]
        return field._description_selection(self.env)

    # Not related: a list of leads need not read their team, and Odoo describes, sorts
    # and groups related fields by joins, in each opening of a view.
    @api.depends("team_id.process_mode")
    def _compute_process_mode(self):
        modes = self.env["crm.team"]._get_process_modes()
        for team, leads in self.grouped("team_id").items():
            leads.process_mode = modes.get(team._origin.id, "off" if team else False)

    def _search_process_mode(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = Domain("team_id", "any!", [("process_mode", "in", value)])
        return found | Domain("team_id", "=", False) if False in value else found

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
        owned = self.filtered("ownership_id")
        # a lead that has just been made is nobody's yet: nothing to ask
        (self - owned).process_is_helped = False
        if not owned:
            return
        # sudo: record rules ask, on behalf of everybody
        helped = set(self.env.user.sudo().helped_ownership_ids._ids)
        for lead in owned:
            lead.process_is_helped = lead.ownership_id.id in helped

    def _search_process_is_helped(self, operator, value):
        """Look the helped customers up inside the query, once for all leads."""
        if operator != "in":
            return NotImplemented
        is_helped = Domain.custom(
            to_sql=partial(_get_helped_sql, self.env.uid, "%s = ANY(%s)"),
            predicate=lambda lead: lead.process_is_helped,
        )
        is_other = Domain.custom(
            to_sql=partial(_get_helped_sql, self.env.uid, "(%s = ANY(%s)) IS NOT TRUE"),
            predicate=lambda lead: not lead.process_is_helped,
        )
        return Domain.OR(is_helped if wanted else is_other for wanted in value)

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

    def _check_customer_work(self):
        """Refuse work on leads of a colleague's customer, and keep the attempt.

        The record rules do the same for what writes the lead. Meetings, activities
        and mass mails do not write it.

        :raise CustomerOwnedError: one sentence that says whose customer it is
        """
        Ownership = self.env["sales.process.ownership"]
        user = self.env.user
        if (
            not self
            or not Ownership._is_attended()
            or not user.has_group("sales_team.group_sale_salesman")
        ):
            return
        owned = self - self._filter_workable()
        if not owned:
            return
        # sudo: the period of a colleague's customer
        rows = owned.sudo().ownership_id
        self.env["sales.process.conflict"]._record_after_rollback(
            [row._prepare_work_conflict_values(user, (), True) for row in rows]
        )
        raise rows[0]._make_work_refusal(self.env(su=False), self.env["res.partner"])

    def _filter_in_process(self):
        """The leads of teams that observe or enforce.

        :return: crm.lead
        """
        active_ids = self.env["crm.team"]._get_active_process_ids()
        return self.filtered(lambda lead: lead.team_id.id in active_ids)

    def _check_access(self, operation):
        """Say whose customer it is, instead of naming a record rule."""
        result = super()._check_access(operation)
        if not result or operation == "create":
            return result
        forbidden, make_error = result
        return forbidden, partial(forbidden._make_refusal, make_error)

    def _make_refusal(self, make_error):
        """The error of leads that are refused: whose they are, or Odoo's own.

        :param make_error: function that makes Odoo's error
        """
        leads = self.filtered("id")
        owned = leads - leads._filter_workable()
        return owned[0]._make_owned_error(make_error) if owned else make_error()

    def _make_owned_error(self, make_error):
        """Say whose customer it is to those whom it concerns.

        Whoever may read the lead learns its name, too. A salesperson of the company
        learns the sentence alone; everybody else what Odoo says by itself.

        :param make_error: function that makes Odoo's error
        :return: AccessError
        """
        self.ensure_one()
        user = self.env.user
        # sudo: the ownership may be a stranger's
        ownership = self.sudo().ownership_id
        company = ownership.company_id
        is_readable = self.has_access("read")
        if not is_readable and not (
            user.has_group("sales_team.group_sale_salesman")
            and (not company or company in user.company_ids)
        ):
            return make_error()
        sentence = ownership.with_env(self.env)._get_conflict_sentence(user)
        return AccessError(f"{self.name}: {sentence}" if is_readable else sentence)

    def _check_workable(self):
        """Only the owner, helpers and leaders work a customer in teams that enforce.

        :raise AccessError: with the sentence that says whose customer it is
        """
        strangers = self - self._filter_workable()
        strangers.check_access("read")
        if strangers:
            raise strangers[0]._make_owned_error(AccessError)

    def message_post(self, **kwargs):
        """Say whose customer it is, where Odoo only says that it is forbidden."""
        try:
            return super().message_post(**kwargs)
        except AccessError as error:
            original = error
            raise self._make_refusal(lambda: original) from None
