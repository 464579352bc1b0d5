# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL


def find_going_metrics(env, modules):
    """The metrics that go with addons: named by them, or counting their records.

    :param env: the environment of the uninstallation
    :param modules: names of the addons that go
    :return: sales.process.metric
    """
    Metric = env["sales.process.metric"]
    Metric.flush_model()
    rows = env.execute_query(
        SQL(
            """
            WITH going AS (
                SELECT model, res_id
                  FROM ir_model_data
                 WHERE model IN (
                       'ir.model', 'ir.model.fields', 'sales.process.metric')
              GROUP BY model, res_id
                HAVING bool_and(module = ANY(%s)))
            SELECT DISTINCT metric.id
              FROM sales_process_metric AS metric
              JOIN going
                ON (going.model = 'sales.process.metric'
                    AND going.res_id = metric.id)
                OR (going.model = 'ir.model' AND going.res_id = metric.model_id)
                OR (going.model = 'ir.model.fields' AND going.res_id IN (
                    metric.date_field_id, metric.user_field_id,
                    metric.measure_field_id))
            """,
            list(modules),
        )
    )
    return Metric.browse(row_id for (row_id,) in rows)


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def module_uninstall(self):
        """Numbers go with the addon that counts them, whatever is planned with them.

        A goal that refuses would leave half of the addon behind.
        """
        find_going_metrics(self.env, self.mapped("name"))._let_go()
        return super().module_uninstall()
