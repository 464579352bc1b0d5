# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import tools
from odoo.fields import Domain
from odoo.tools import SQL

from .tools import orm

FAMILY = "sales_process_mgmt"
# What Odoo names after a model, in the addon that it comes from.
NAMED = (
    "ir.model",
    "ir.model.constraint",
    "ir.model.fields",
    "ir.model.fields.selection",
    "ir.model.inherit",
)


def pre_init_hook(env):
    """Create the columns on leads empty, so that no million rows are computed.

    :param env: the environment of the installation
    """
    env.cr.execute(
        SQL(
            """
            ALTER TABLE crm_lead
              ADD COLUMN IF NOT EXISTS ownership_id integer,
              ADD COLUMN IF NOT EXISTS followup_deadline timestamp,
              ADD COLUMN IF NOT EXISTS date_last_contact timestamp,
              ADD COLUMN IF NOT EXISTS process_is_pooled boolean
            """
        )
    )


def post_init_hook(env):
    """Start safely: existing teams only observe, their leads are taken over.

    :param env: the environment of the installation
    """
    every = env["crm.team"].with_context(active_test=False).search([])
    # a region has no customers of its own
    regions = every.process_parent_id.filtered(lambda team: not team.member_ids)
    idle = every.filtered(lambda team: team.process_mode in ("off", False))
    (idle - regions).write({"process_mode": "observe"})
    env["sales.process.ownership.key"]._log_health()


def leave_crm_working(env, module):
    """Activities of the types of an addon of this family become to-dos.

    Teams, people and leads of the demonstration stay, as ordinary ones: what is kept
    of them in the ledger, until its tables go, would not let Odoo delete them.

    :param env: the environment of the uninstallation
    :param str module: the addon that goes
    """
    env["ir.model.data"].search(
        [("module", "=", module), ("name", "like", "_demo")]
    ).filtered(lambda row: not row.model.startswith(("sales.process.", "ir."))).unlink()
    env["ir.model.data"].search(
        [("module", "=", module), ("name", "=", "demo_loaded")]
    ).unlink()
    types = env["ir.model.data"].search(
        [("module", "=", module), ("model", "=", "mail.activity.type")]
    )
    todo = env.ref("mail.mail_activity_data_todo", raise_if_not_found=False)
    activities = (
        env["mail.activity"]
        .with_context(active_test=False)
        .search([("activity_type_id", "in", types.mapped("res_id"))])
    )
    activities.write({"activity_type_id": todo.id if todo else False})
    # What the addon noted there for itself: it has no name that Odoo would know.
    env["ir.config_parameter"].search([("key", "=like", f"{module}.%")]).unlink()


def drop_refusing_keys(env, modules):
    """What goes with addons does not hold back what else goes with them.

    Odoo deletes the records that an addon has named before it drops the tables and
    columns of the addon. Rows of those that refuse a deletion (a line of a scorecard,
    of a metric) go all the same, a moment later: until then Odoo would be refused,
    say so as an error in its log, and ask again for each record. What stays refuses
    as before.

    :param env: the environment of the uninstallation
    :param modules: names of the addons of ours that go
    """
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """
            SELECT place.relname, key.conname
              FROM pg_constraint AS key
              JOIN pg_class AS place ON place.oid = key.conrelid
              JOIN ir_model_constraint AS named ON named.name = key.conname
              JOIN ir_module_module AS module ON module.id = named.module
             WHERE key.contype = 'f' AND key.confdeltype IN ('a', 'r')
               AND key.connamespace = current_schema::regnamespace
          GROUP BY place.oid, key.oid
            HAVING bool_and(module.name = ANY(%s))
            """,
            list(modules),
        )
    )
    for table, name in rows:
        # each: a statement a table, while an addon goes
        env.cr.execute(
            SQL(
                "ALTER TABLE %s DROP CONSTRAINT %s",
                SQL.identifier(table),
                SQL.identifier(name),
            )
        )


def forget_parents(env, modules):
    """Odoo's list of what its models inherit is without what goes with addons.

    :param env: the environment of the uninstallation
    :param modules: names of the addons of ours that go
    """
    lost = orm.find_lost_parents(env, modules)
    env["ir.model.inherit"].search(
        Domain.OR(
            Domain("model_id.model", "=", model)
            & Domain("parent_id.model", "in", list(parents))
            for model, parents in lost.items()
        )
    ).unlink()


def forget_names(env):
    """Odoo keeps, in its own addons, names of what is gone with models of ours.

    Their mixins and the choices of the fields that they had from these go with their
    models, and nobody asks for their names.

    :param env: the environment of the uninstallation
    """
    env.flush_all()
    for model in NAMED:
        # each: five tables of names
        env.cr.execute(
            SQL(
                """
                DELETE FROM ir_model_data AS data
                 WHERE data.model = %s
                   AND data.name ~ '^[a-z]+(_[a-z]+)?_+sales_process_'
                   AND NOT EXISTS (SELECT FROM %s AS row WHERE row.id = data.res_id)
                """,
                model,
                SQL.identifier(env[model]._table),
            )
        )


def restore_kept(env, module):
    """Give records what users had set before they moved to an addon of their own.

    The migration to 19.0.2.0.0 has kept them; an installation writes its data over
    what is there, also where an upgrade would not.

    :param env: the environment of the installation
    :param str module: the addon that has been installed
    """
    if not tools.sql.table_exists(env.cr, "sales_process_mgmt_kept"):
        return
    env.flush_all()
    kept = "sales_process_mgmt_kept"
    env.cr.execute(
        SQL(
            "SELECT DISTINCT name FROM %s WHERE module = %s",
            SQL.identifier(kept),
            module,
        )
    )
    for (table,) in env.cr.fetchall():
        names = [
            name for name in tools.sql.table_columns(env.cr, table) if name != "id"
        ]
        columns = SQL(", ").join(map(SQL.identifier, names))
        # each: a statement a table, of few tables
        env.cr.execute(
            SQL(
                """
                UPDATE %(table)s SET (%(columns)s) = (SELECT %(columns)s FROM
                       jsonb_populate_record(NULL::%(table)s, kept.content))
                  FROM sales_process_mgmt_kept AS kept
                 WHERE kept.name = %(name)s AND kept.module = %(module)s
                   AND (kept.content ->> 'id')::integer = %(table)s.id
                """,
                table=SQL.identifier(table),
                columns=columns,
                name=table,
                module=module,
            )
        )
    env.cr.execute(
        SQL("DELETE FROM %s WHERE module = %s", SQL.identifier(kept), module)
    )
    env.cr.execute(SQL("SELECT FROM %s LIMIT 1", SQL.identifier(kept)))
    if not env.cr.rowcount:
        env.cr.execute(SQL("DROP TABLE %s", SQL.identifier(kept)))
    env.invalidate_all(flush=False)
    env.registry.clear_all_caches()
