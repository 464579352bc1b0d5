# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Metrics and plans, work reports and news move into addons of their own.

Tables, columns and rows stay where they are. What Odoo knows about them changes its
addon before anything is loaded: otherwise it would drop the tables when the upgrade
ends, because the core declares them no more.
"""

from odoo.tools import SQL

CORE = "sales_process_mgmt"
METRIC = "sales_process_mgmt_metric"
REPORT = "sales_process_mgmt_report"
# Which external ids move: regular expressions of names, and models of records that
# were named by the demonstration.
KINDS = "(model_|field_|selection__|constraint_|model_inherit__|access_)?"
NAMES = {
    METRIC: (
        rf"^{KINDS}sales_process_(metric|plan|stage_move)(_|$)",
        "^(model|field)_digest_digest(__|$)",
        "^digest_digest_view_form$",
        "^ir_cron_update_plans(_|$)",
    ),
    REPORT: (
        rf"^{KINDS}sales_process_(work_report|intelligence|discipline_report)(_|$)",
        "^(field|selection)__?crm_team__report_",
        "^constraint_crm_team_check_report_",
        "^crm_team_view_(form|kanban_dashboard)_report$",
        "^ir_cron_work_reports(_|$)",
        "^mail_activity_type_work_report(_|$)",
        "^report_work_report(_|$)",
        "^(action_report|paperformat)_work_report$",
    ),
}
MODELS = {
    METRIC: r"^sales\.process\.(metric|plan|stage\.move)(\.|$)",
    REPORT: r"^sales\.process\.(work\.report|intelligence|discipline\.report)(\.|$)",
}
# Constraints and keys of fields that move on a model that stays
CONSTRAINTS = {REPORT: "^crm_team_(check_)?report_"}
# Users change these: an installation would write over what they set.
KEPT = {
    "sales.process.metric": "sales_process_metric",
    "ir.cron": "ir_cron",
    "mail.activity.type": "mail_activity_type",
}


def migrate(cr, version):
    """Give what moves to its addon, and have the addons installed.

    :param str version: from which the core is upgraded; None for a new installation
    """
    if not version:
        return
    cr.execute(
        """
        CREATE TABLE IF NOT EXISTS sales_process_mgmt_kept (
            module varchar NOT NULL, name varchar NOT NULL, content jsonb NOT NULL
        )
        """
    )
    for addon in (METRIC, REPORT):
        module = find_or_create(cr, addon)
        move_external_ids(cr, addon)
        move_tables(cr, addon, module)
        keep(cr, addon)
        mark_loaded(cr, addon)
    # What stands on the new addons is not reached from the core by way of addons that
    # were not installed when the upgrade was marked.
    cr.execute(
        """
        UPDATE ir_module_module SET state = 'to upgrade'
         WHERE state = 'installed' AND starts_with(name, %s)
        """,
        [CORE + "_"],
    )


def find_or_create(cr, addon):
    """Mark an addon for installation: an upgrade looks for no new ones.

    :return: the id of its ir.module.module
    """
    cr.execute(
        """
        UPDATE ir_module_module SET state = 'to install'
         WHERE name = %s AND state IN ('uninstalled', 'to install') RETURNING id
        """,
        [addon],
    )
    row = cr.fetchone()
    if not row:
        cr.execute("SELECT id FROM ir_module_module WHERE name = %s", [addon])
        row = cr.fetchone()
    if not row:
        cr.execute(
            """
            INSERT INTO ir_module_module (name, state, auto_install)
                 VALUES (%s, 'to install', TRUE) RETURNING id
            """,
            [addon],
        )
        row = cr.fetchone()
    return row[0]


def move_external_ids(cr, addon):
    """What the addon declares bears its name from now on."""
    cr.execute(
        """
        UPDATE ir_model_data AS moved SET module = %(addon)s
         WHERE module = %(core)s
           AND (name ~ %(names)s OR model ~ %(models)s)
           AND NOT EXISTS (
                   SELECT FROM ir_model_data AS other
                    WHERE other.module = %(addon)s AND other.name = moved.name
               )
        """,
        {
            "addon": addon,
            "core": CORE,
            "names": "|".join(f"({name})" for name in NAMES[addon]),
            "models": MODELS[addon],
        },
    )


def move_tables(cr, addon, module):
    """Constraints and tables of relations are dropped with the addon they belong to."""
    cr.execute(
        """
        UPDATE ir_model_constraint AS moved SET module = %(module)s
          FROM ir_model, ir_module_module AS core
         WHERE ir_model.id = moved.model AND core.id = moved.module
           AND core.name = %(core)s
           AND (ir_model.model ~ %(models)s OR moved.name ~ %(names)s)
        """,
        {
            "module": module,
            "core": CORE,
            "models": MODELS[addon],
            "names": CONSTRAINTS.get(addon, "^$"),
        },
    )
    cr.execute(
        """
        UPDATE ir_model_relation AS moved SET module = %(module)s
          FROM ir_model, ir_module_module AS core
         WHERE ir_model.id = moved.model AND core.id = moved.module
           AND core.name = %(core)s AND ir_model.model ~ %(models)s
        """,
        {"module": module, "core": CORE, "models": MODELS[addon]},
    )


def keep(cr, addon):
    """Keep records that users change: see ``restore_kept`` in the core's hooks."""
    for model, table in KEPT.items():
        cr.execute(
            SQL(
                """
                INSERT INTO sales_process_mgmt_kept (module, name, content)
                     SELECT %s, %s, to_jsonb(kept)
                       FROM %s AS kept
                       JOIN ir_model_data AS data ON data.res_id = kept.id
                      WHERE data.model = %s AND data.module = %s AND data.noupdate
                """,
                addon,
                table,
                SQL.identifier(table),
                model,
                addon,
            )
        )
    # what a scheduled action does and is called lies in another table
    cr.execute(
        """
        INSERT INTO sales_process_mgmt_kept (module, name, content)
             SELECT %s, 'ir_act_server', to_jsonb(kept)
               FROM ir_act_server AS kept
               JOIN ir_cron ON ir_cron.ir_actions_server_id = kept.id
               JOIN ir_model_data AS data ON data.res_id = ir_cron.id
              WHERE data.model = 'ir.cron' AND data.module = %s AND data.noupdate
        """,
        [addon, addon],
    )


def mark_loaded(cr, addon):
    """The demonstration of the addon is there where that of the core is."""
    cr.execute(
        """
        INSERT INTO ir_model_data (module, name, model, res_id, noupdate)
             SELECT %(addon)s, name, model, res_id, TRUE
               FROM ir_model_data
              WHERE module = %(core)s AND name = 'demo_loaded'
        ON CONFLICT DO NOTHING
        """,
        {"addon": addon, "core": CORE},
    )
