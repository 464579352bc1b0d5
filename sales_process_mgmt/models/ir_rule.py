# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from odoo import api, models, tools
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..tools import orm
from .sales_process_guard import OWN_MODELS
from .sales_process_lead_card import get_helped_sql

# Its search is SQL that asks the database each time: what becomes of it is the same.
ASKED_IN_SQL = {"process_is_helped"}
STEADY = {get_helped_sql}


def _ask_as_rule(rule, records, alias, query):
    """The SQL of a rule that is put into a search; see ``Domain.custom``."""
    # sudo: as Odoo asks its rules
    model = records.sudo().with_context(active_test=False)
    return orm.get_condition(model, alias, rule, query)


class IrRule(models.Model):
    _inherit = "ir.rule"

    @api.model
    @tools.ormcache(
        "self.env.uid",
        "self.env.su",
        "model_name",
        "mode",
        "tuple(self._compute_domain_context_values())",
    )
    def _compute_domain(self, model_name, mode="read"):
        """The rules of leads as they are asked, with each lead that is read.

        What somebody types into a dialog of ours is nobody else's to read or change,
        whatever the dialog is.
        """
        domain = super()._compute_domain(model_name, mode)
        if model_name.startswith(OWN_MODELS) and self.env[model_name]._transient:
            own = (
                Domain.TRUE if self.env.su else Domain("create_uid", "=", self.env.uid)
            )
            return domain & own
        if model_name != "crm.lead":
            return domain
        leads = self.env[model_name]
        domain = orm.optimize_once(domain, leads, ASKED_IN_SQL)
        # sudo: as Odoo asks its rules
        return orm.write_once(domain, leads.sudo(), STEADY)

    @api.model
    @tools.ormcache(
        "self.env.uid",
        "model_name",
        "tuple(self._compute_domain_context_values())",
    )
    def _compute_own_domain(self, model_name):
        """What the read rules ask of records whose salesperson the user is.

        :param str model_name: of a model with a salesperson
        :return: Domain that is asked as the rules are: past the rights of the user
        """
        rule = self._compute_domain(model_name, "read")
        left = orm.decide_by(rule, "user_id", self.env.uid)
        records = self.env[model_name]
        left = orm.optimize_once(left, records, ASKED_IN_SQL)
        # sudo: as Odoo asks its rules
        left = orm.write_once(left, records.sudo(), STEADY)
        if left.is_true() or left.is_false():
            return left
        return Domain.custom(to_sql=partial(_ask_as_rule, left))

    @api.model
    def _may_create_any(self, Model):
        """Tell whether the record rules let the user create any record at all.

        :param Model: empty recordset
        :return: bool, false where no record could satisfy them
        """
        return not self._compute_domain(Model._name, "create").is_false()

    def _make_access_error(self, operation, records):
        """Say whose customer it is, instead of naming a record rule.

        A lead that one opens by its link says it as one to be written, and so does an
        activity that has gone with it; a contact in the pool says where it lies.
        """
        # whoever asks a second time is refused a second time
        with orm.forgetting(self.env):
            error = super()._make_access_error(operation, records)
            return self._make_process_error(operation, records, error)

    def _make_process_error(self, operation, records, error):
        """See :meth:`_make_access_error`, which forgets what this reads.

        :param AccessError error: what Odoo says
        """
        if records._name == "res.partner" and not self.env.su:
            if sentence := records.with_env(self.env)._get_pool_refusal():
                return AccessError(sentence)
        if getattr(records, "_is_private", False) and not self.env.su:
            # with the tools of developers Odoo names the record and the rules, and so
            # tells whom a complaint is against
            refusal = AccessError(
                self.env._(
                    "This is private (%(model)s): ask somebody who leads the team.",
                    model=self.env["ir.model"]._get(records._name).name,
                )
            )
            if company := getattr(error, "context", None):
                refusal.context = company
            return refusal
        if operation == "read" and records._name == "crm.lead":
            return records.with_env(self.env)._make_refusal(lambda: error)
        if records._name == "mail.activity" and not self.env.su:
            return records.with_env(self.env)._make_refusal(lambda: error)
        return error
