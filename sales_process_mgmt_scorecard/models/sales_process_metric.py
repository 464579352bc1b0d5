# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

# What names a number; a line keeps what it was called and what was counted.
NAMING = (
    ("sales.process.scorecard.line", "metric_id"),
    ("sales.process.scorecard.item", "metric_id"),
    ("sales.process.scorecard.version", "team_metric_id"),
)


class SalesProcessMetric(models.Model):
    _inherit = "sales.process.metric"

    def _let_go(self):
        """A closed month stays as it was; in others there is nothing to judge."""
        for model, name in NAMING if self else ():
            Model = self.env[model]
            Model.flush_model([name])
            # each: a statement a model, while an addon goes
            self.env.cr.execute(
                SQL(
                    "UPDATE %(table)s SET %(name)s = NULL"
                    " WHERE %(name)s = ANY(%(ids)s)",
                    table=SQL.identifier(Model._table),
                    name=SQL.identifier(name),
                    ids=list(self.ids),
                )
            )
        return super()._let_go()
