# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError

# The number of the digest and the metric that counts it.
KPI_METRICS = {
    "kpi_sales_process_new_customers": "new_customers",
    "kpi_sales_process_followups": "followups",
    "kpi_sales_process_expired": "customers_expired",
    "kpi_sales_process_won_revenue": "won_revenue",
}


class DigestDigest(models.Model):
    """Numbers of the metrics in the digest mail: the same as in the reports."""

    _inherit = "digest.digest"

    kpi_sales_process_new_customers = fields.Boolean("New Customers")
    kpi_sales_process_new_customers_value = fields.Integer(
        compute="_compute_kpi_sales_process"
    )
    kpi_sales_process_followups = fields.Boolean("Follow-Ups")
    kpi_sales_process_followups_value = fields.Integer(
        compute="_compute_kpi_sales_process"
    )
    kpi_sales_process_expired = fields.Boolean("Customers Expired")
    kpi_sales_process_expired_value = fields.Integer(
        compute="_compute_kpi_sales_process"
    )
    kpi_sales_process_won_revenue = fields.Boolean("Expected Revenue of Won Leads")
    kpi_sales_process_won_revenue_value = fields.Monetary(
        compute="_compute_kpi_sales_process"
    )

    @api.depends_context("company", "end_datetime", "start_datetime", "uid")
    def _compute_kpi_sales_process(self):
        if not self.env.user.has_group("sales_team.group_sale_salesman"):
            # The digest leaves such numbers out of the mail
            raise AccessError(self.env._("Numbers of sales are for salespeople only."))
        start, end, _companies = self._get_kpi_compute_parameters()
        start, end = (
            fields.Datetime.to_datetime(start),
            fields.Datetime.to_datetime(end),
        )
        if not start or not end:
            # Shown outside of a mail: there is no period to count
            self.update({f"{name}_value": 0 for name in KPI_METRICS})
            return
        # sudo: which metrics there are is no secret; an archived one counts here too
        metrics = (
            self.env["sales.process.metric"]
            .sudo()
            .with_context(active_test=False)
            .search([("code", "in", list(KPI_METRICS.values()))])
        )
        by_code = {metric.code: metric for metric in metrics}
        found = {}
        for digest in self:
            company = digest.company_id or self.env.company
            if company not in found:
                rows = [
                    (company.id, user_id, start, end)
                    for user_id in self._get_kpi_people(company)
                ]
                found[company] = metrics._evaluate_buckets(rows, company)
            for name, code in KPI_METRICS.items():
                values = found[company].get(by_code.get(code), {})
                digest[f"{name}_value"] = values.get(company.id) or 0

    def _get_kpi_people(self, company):
        """Whose numbers the reader of the digest may know.

        :return: list of user ids
        """
        user = self.env.user
        if user.has_group("sales_team.group_sale_salesman_all_leads"):
            domain = [("share", "=", False), ("company_ids", "in", company.ids)]
            # sudo: a sum over everybody, for those who may read all documents
            return self.env["res.users"].sudo().search(domain).ids
        # sudo: the members of the teams one leads
        led = self.env["crm.team"].sudo().search([("user_id", "=", user.id)])
        return (user | led.crm_team_member_ids.user_id.with_env(self.env)).ids

    def _compute_kpis_actions(self, company, user):
        result = super()._compute_kpis_actions(company, user)
        menu = self.env.ref("crm.crm_menu_root").id
        for name, action in (
            ("kpi_sales_process_new_customers", "sales_process_ownership_action"),
            ("kpi_sales_process_followups", "sales_process_followup_report_action"),
            ("kpi_sales_process_expired", "sales_process_ownership_report_action"),
            ("kpi_sales_process_won_revenue", "sales_process_ownership_report_action"),
        ):
            result[name] = f"sales_process_mgmt.{action}?menu_id={menu}"
        return result
