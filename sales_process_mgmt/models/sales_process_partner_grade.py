# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The grade of a customer, set by hand or proposed."""

from datetime import timedelta

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError, UserError

from ..tools import labels
from ..tools.spoken import get_spoken
from ..tools.transaction import is_grading
from .sales_process_guard import on_records


class SalesProcessPartnerGrade(models.AbstractModel):
    """Who sets the grade of a customer, and how it follows; contacts inherit it."""

    _name = "sales.process.partner.grade"
    _description = "Grade of a Contact"

    @api.depends_context("uid")
    @api.depends("process_grade_id")
    def _compute_process_can_set_grade(self):
        for partner in self:
            partner.process_can_set_grade = partner._origin._may_set_grade(
                self.env.user
            )

    # ------------------------------------------------------------
    # WHO SETS THE GRADE
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
        rows = self._get_graded_ownerships()
        if rows.team_id:
            return all(row._may_decide(user) for row in rows)
        return bool(
            user.process_led_team_ids or user.has_group("sales_team.group_sale_manager")
        )

    def _check_given(self, name):
        """Refuse a grade that is not given any more; who has it keeps it.

        :param str name: field of a grade
        :raise UserError: one sentence
        """
        if self.env.su:
            return
        for grade in self[name].filtered(lambda grade: not grade.active):
            raise UserError(
                self.env._(
                    "The grade “%(grade)s” is not given any more: choose another one.",
                    grade=grade.display_name,
                )
            )

    def _check_grades(self, before):
        """Refuse a grade that changes a period, set by somebody who is no leader.

        :param dict before: the grades before, by contact
        :raise AccessError: one sentence that says how to propose it
        :raise UserError: for a grade that is in the archive
        """
        self._check_given("process_grade_id")
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
                        field=labels.get_label(self, "process_proposed_grade_id"),
                    )
                )

    def _follow_grade(self):
        """The clocks follow a grade that a leader has set, from tomorrow on."""
        # sudo: whoever grades a customer may not write the ledger
        rows = self._get_graded_ownerships()._lock_rows()
        rows._apply_rules(self.env.cr.now() + timedelta(days=1))
        self.env["sales.process.revisit"]._follow_cycle(rows)

    def _check_potential(self):
        """Refuse a potential by somebody who does not decide about the grade.

        :raise AccessError: one sentence that says whom to ask
        """
        user = self.env.user
        if not self.env["crm.team"]._get_active_process_ids() or all(
            partner._may_set_grade(user) for partner in self
        ):
            return
        raise AccessError(
            self.env._(
                "The potential decides about the grade, so the team leader sets it: "
                "ask your leader."
            )
        )

    def _record_grade(self, before):
        """Tell on the time line who has changed the grades.

        :param dict before: the grades before, by contact
        """
        if self.env["crm.team"]._get_active_process_ids() and not is_grading(self.env):
            self.env["sales.process.grade.change"]._record_hand(
                {partner: before[partner] for partner in self}
            )

    def _sign_grade(self):
        """Remember who has set the grade: nobody does it for the own customer."""
        # sudo: the field is the system's
        partners = self.sudo()
        graded = partners.filtered("process_grade_id")
        graded.process_grade_user_id = self.env.user
        (partners - graded).process_grade_user_id = False

    def _propose_own_grade(self, user):
        """A grade that the owner of the customer has set becomes a proposal.

        :param user: res.users
        """
        self.ensure_one()
        grade = self.process_grade_id
        # Superuser: taking a grade back is no decision
        self.with_user(SUPERUSER_ID).write({"process_grade_id": False})
        # sudo: in the name of who has set it, see _ask_for_grade
        self.with_user(user).sudo().write({"process_proposed_grade_id": grade.id})

    def _ask_for_grade(self):
        """A to-do for the leaders of the customers: accept the proposed grade."""
        values_list = []
        model_id = self.env["ir.model"]._get_id("res.partner")
        for partner in self:
            if partner._may_set_grade(self.env.user):
                continue
            deciders = self.env["res.users"]
            for row in partner._get_graded_ownerships():
                team = row.team_id
                deciders |= team._get_deciders(row.user_id, row.company_id)
            for leader in deciders:
                env = self.with_context(lang=get_spoken(self.env, leader.lang)).env
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
                            grade=partner.process_proposed_grade_id.with_env(env).name,
                        ),
                        "date_deadline": leader._get_process_today(),
                    }
                )
        # sudo: the system plans for the leader
        self.env["mail.activity"].sudo().with_context(
            mail_activity_quick_update=True
        ).create(values_list)

    @on_records
    def action_accept_grade(self):
        """The leader makes the proposed grade the grade of the customer."""
        self.check_access("write")
        for partner in self.filtered("process_proposed_grade_id"):
            partner.write(
                {
                    "process_grade_id": partner.process_proposed_grade_id.id,
                    "process_proposed_grade_id": False,
                }
            )

    @on_records
    def action_open_grade_setting(self):
        """Set the grade by hand, with a reason and until a day.

        :return: dict, a window action
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Set Grade"),
            "res_model": "sales.process.grade.setting",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_partner_id": self.commercial_partner_id.id,
                "default_grade_id": (
                    self.process_proposed_grade_id or self.process_grade_id
                ).id,
            },
        }

    @on_records
    def action_open_grade_changes(self):
        """Why the customer has its grade: all changes, newest first.

        :return: dict, a window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_process_mgmt.sales_process_grade_change_action"
        )
        return {
            **action,
            "domain": [("partner_id", "=", self.commercial_partner_id.id)],
        }
