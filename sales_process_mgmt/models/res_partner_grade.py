# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError


class ResPartner(models.Model):
    """Who sets the grade of a customer, and what it does to its clock."""

    _inherit = "res.partner"

    proposed_grade_id = fields.Many2one(
        "sales.process.customer.grade",
        index="btree_not_null",
        tracking=True,
        help="A grade that changes the follow-up period is set by the team leader. "
        "Propose it here; the leader accepts it with one click.",
    )
    can_set_grade = fields.Boolean(
        compute="_compute_can_set_grade",
        help="Whether you decide about the grade of this customer.",
    )

    @api.depends_context("uid")
    @api.depends("process_grade_id")
    def _compute_can_set_grade(self):
        for partner in self:
            partner.can_set_grade = partner._origin._may_set_grade(self.env.user)

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        graded = partners.filtered("process_grade_id")
        graded._check_grades(dict.fromkeys(graded, graded.process_grade_id.browse()))
        return partners

    def write(self, vals):
        if "proposed_grade_id" in vals:
            proposing = self.filtered(
                lambda row: row.proposed_grade_id.id != vals["proposed_grade_id"]
            )
        before = {}
        if "process_grade_id" in vals:
            before = {partner: partner.process_grade_id for partner in self}
        zones = {partner: partner.tz for partner in self} if "tz" in vals else {}
        result = super().write(vals)
        changed = self.filtered(
            lambda row: row in before and before[row] != row.process_grade_id
        )
        if changed:
            changed._check_grades(before)
            changed._follow_grade()
        moved = self.filtered(lambda row: row in zones and zones[row] != row.tz)
        # sudo: whose clocks run in this zone does not depend on who changes it
        if users := moved.sudo().user_ids:
            self.env["sales.process.ownership"]._follow_zone(users)
        if vals.get("proposed_grade_id"):
            proposing._ask_for_grade()
        return result

    # ------------------------------------------------------------
    # WHO MAY
    # ------------------------------------------------------------

    def _get_graded_ownerships(self):
        """The running periods of these customers and of their contacts, in sudo.

        :return: sales.process.ownership
        """
        if not self.ids:
            return self.env["sales.process.ownership"].sudo()
        # sudo: whose customer it is decides, also for who may not read it
        Ownership = self.env["sales.process.ownership"].sudo()
        return Ownership._find_by_partners(self) | Ownership.search(
            [("partner_id", "child_of", self.ids), ("state", "!=", "ended")]
        )

    def _may_set_grade(self, user):
        """Tell whether ``user`` decides about the grades of these customers.

        The leaders of the teams that own them; any leader where nobody does.

        :return: bool
        """
        if user.has_group("sales_team.group_sale_manager"):
            return True
        teams = self._get_graded_ownerships().team_id
        if teams:
            return all(team._is_leader(user) for team in teams)
        return bool(user.led_team_ids)

    def _check_grades(self, before):
        """Refuse a grade that changes a period, set by somebody who is no leader.

        :param dict before: the grades before, by contact
        :raise AccessError: one sentence that says how to propose it
        """
        if not self or not self.env["crm.team"]._get_active_process_ids():
            return
        # what a person may do does not depend on sudo
        user = self.env.user
        for partner in self:
            grades = before[partner] | partner.process_grade_id
            if grades._changes_period() and not partner._may_set_grade(user):
                raise AccessError(
                    self.env._(
                        "The grade sets the follow-up period, so the team leader sets "
                        "it: propose it as “%(field)s” instead.",
                        field=self._fields["proposed_grade_id"]._description_string(
                            self.env
                        ),
                    )
                )

    # ------------------------------------------------------------
    # WHAT IT DOES
    # ------------------------------------------------------------

    def _follow_grade(self):
        """The clocks follow a grade that a leader has set, from tomorrow on."""
        # sudo: whoever grades a customer may not write the ledger
        rows = self._get_graded_ownerships()._lock_rows()
        rows._apply_rules(self.env.cr.now() + timedelta(days=1))

    def _ask_for_grade(self):
        """A to-do for the leaders of the customers: accept the proposed grade."""
        values_list = []
        model_id = self.env["ir.model"]._get_id("res.partner")
        for partner in self:
            if partner._may_set_grade(self.env.user):
                continue
            for leader in partner._get_graded_ownerships().team_id.user_id:
                env = self.with_context(lang=leader.lang).env
                values_list.append(
                    {
                        "res_model_id": model_id,
                        "res_id": partner.id,
                        "user_id": leader.id,
                        "activity_type_id": self.env.ref(
                            "mail.mail_activity_data_todo"
                        ).id,
                        "summary": env._(
                            "Grade proposed by %(user)s: %(grade)s",
                            user=self.env.user.name,
                            grade=partner.proposed_grade_id.with_env(env).name,
                        ),
                        "date_deadline": leader._get_process_today(),
                    }
                )
        # sudo: the system plans for the leader
        self.env["mail.activity"].sudo().with_context(
            mail_activity_quick_update=True
        ).create(values_list)

    def action_accept_grade(self):
        """The leader makes the proposed grade the grade of the customer."""
        self.check_access("write")
        for partner in self.filtered("proposed_grade_id"):
            partner.write(
                {
                    "process_grade_id": partner.proposed_grade_id.id,
                    "proposed_grade_id": False,
                }
            )
