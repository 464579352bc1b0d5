# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL


class SalesProcessStageMove(models.Model):
    """One row for each time a lead went from one stage to another.

    Read from what the chatter tracks, so that the past counts from the first day and a
    move of a stage costs nothing more than without this addon.
    """

    _name = "sales.process.stage.move"
    _description = "Stage Move"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "lead_id"
    _depends = {
        "crm.lead": ["company_id", "stage_id", "team_id"],
        "crm.stage": ["sequence"],
        "mail.message": ["author_id", "date", "model", "res_id"],
        "mail.tracking.value": [
            "field_id",
            "mail_message_id",
            "new_value_integer",
            "old_value_integer",
        ],
    }

    date = fields.Datetime(readonly=True, help="When the lead was moved.")
    user_id = fields.Many2one(
        "res.users", string="Moved By", readonly=True, help="Who moved the lead."
    )
    lead_id = fields.Many2one("crm.lead", readonly=True)
    team_id = fields.Many2one("crm.team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    old_stage_id = fields.Many2one("crm.stage", string="From Stage", readonly=True)
    new_stage_id = fields.Many2one("crm.stage", string="To Stage", readonly=True)
    is_forward = fields.Boolean(
        string="Forward",
        readonly=True,
        help="The new stage stands behind the old one, in today's order of stages.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT tracking.id AS id,
                   message.date AS date,
                   message.create_uid AS user_id,
                   lead.id AS lead_id,
                   lead.team_id AS team_id,
                   lead.company_id AS company_id,
                   old_stage.id AS old_stage_id,
                   new_stage.id AS new_stage_id,
                   COALESCE(
                       (new_stage.sequence, new_stage.id)
                       > (old_stage.sequence, old_stage.id),
                       FALSE
                   ) AS is_forward
              FROM mail_tracking_value tracking
              JOIN mail_message message
                ON message.id = tracking.mail_message_id
               AND message.model = 'crm.lead'
              JOIN crm_lead lead ON lead.id = message.res_id
         LEFT JOIN crm_stage old_stage ON old_stage.id = tracking.old_value_integer
         LEFT JOIN crm_stage new_stage ON new_stage.id = tracking.new_value_integer
             WHERE tracking.field_id = %s
            """,
            self.env["ir.model.fields"]._get("crm.lead", "stage_id").id,
        )
