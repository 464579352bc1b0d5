# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

PREFIX = "process_"
# The rules of a team that had no prefix before 19.0.2.1.0.
FORMER_NAMES = (
    "deadlines_date",
    "followup_backdate_days",
    "followup_call_needs",
    "followup_day_limit",
    "followup_days",
    "followup_extension_days",
    "followup_extension_times",
    "followup_min_length",
    "followup_rank_min",
    "followup_refuse_repeated",
    "followup_reminder_first_days",
    "followup_reminder_second_days",
    "followup_rule_ids",
    "followup_visit_needs",
    "followup_working_days",
    "pool_take_limit",
    "release_ceiling_percent",
    "served_policy",
)


class SalesProcessTeamFormer(models.AbstractModel):
    """Rules of a team by the names that they had before they bore a prefix.

    Scripts and server actions that set rules go on with them until 20.0. They are no
    fields: no column, no view, nothing that another application could collide with.
    """

    _name = "sales.process.team.former"
    _description = "Former Names of the Rules of a Team"

    @api.model
    def _rename_former(self, vals):
        """Values by the names of today; what another application calls so is its own.

        :param dict vals: names of fields, former ones, too
        :return: dict
        """
        former = vals.keys() & set(FORMER_NAMES) - self._fields.keys()
        if not former:
            return vals
        return {
            PREFIX + name if name in former else name: value
            for name, value in vals.items()
        }


def _make_former(name):
    def read(records):
        return records[PREFIX + name]

    def write(records, value):
        records[PREFIX + name] = value

    return property(read, write, doc=f"``{PREFIX}{name}``, until 20.0")


for _name in FORMER_NAMES:
    setattr(SalesProcessTeamFormer, _name, _make_former(_name))
