"""What a database holds, to say what an addon has left there or taken along.

A state is the schema, and a digest of each row of each table. Whatever differs after an
addon came and went is told, in whatever table.
"""

from psycopg2 import sql

# What Odoo writes whenever addons come and go, whoever they are.
VOLATILE = frozenset(
    (
        "bus_bus",
        "bus_presence",
        "ir_attachment",  # bundles of assets; those of a record are named below
        "ir_cron_progress",
        "ir_cron_trigger",
        "ir_logging",
        "ir_profile",
        "orm_signaling_registry",
        "res_device_log",
        "res_users_log",
    )
)
# What was written and tracked stays: it is what happened. Names of our models in it are
# told all the same.
HISTORY = frozenset(
    (
        "mail_followers",
        "mail_followers_mail_message_subtype_rel",
        "mail_message",
        "mail_tracking_value",
    )
)
# Odoo notes foreign keys under no name, and so leaves the notes of every addon.
ROWS = {"ir_model_constraint": "type <> 'f'"}
PASSING = frozenset(
    ("create_date", "create_uid", "lastcall", "nextcall", "write_date", "write_uid")
)
SCHEMA = """
    SELECT 'table ' || relname FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'S')
    UNION
    SELECT 'column ' || attrelid::regclass || '.' || attname || ' '
           || format_type(atttypid, atttypmod)
           || CASE WHEN attnotnull THEN ' not null' ELSE '' END
      FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm')
       AND attnum > 0 AND NOT attisdropped
    UNION
    SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION
    SELECT 'constraint ' || conrelid::regclass || '.' || conname || ' '
           || pg_get_constraintdef(oid)
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION
    SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION
    SELECT 'function ' || proname || ' ' || md5(coalesce(prosrc, ''))
      FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""
COLUMNS = """
    SELECT relname, array_agg(attname::text ORDER BY attname)
      FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
       AND attnum > 0 AND NOT attisdropped
  GROUP BY relname
"""
# Where a name of a model stands in a table of Odoo's.
NAMING = """
    SELECT table_name, column_name FROM information_schema.columns
      JOIN information_schema.tables USING (table_schema, table_name)
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
       AND data_type IN ('character varying', 'text')
       AND column_name IN ('model', 'model_name', 'relation', 'res_model')
"""
# Files of records, of settings and of the website; not what is built from our code.
FILES = """
    SELECT concat_ws(' ', 'file', res_model, res_id, name)
      FROM ir_attachment
     WHERE url IS NULL OR NOT starts_with(url, '/web/assets/')
"""


def count_names(cr, prefix):
    """How often models of ours are named in the tables of others.

    :param cr: a cursor
    :param str prefix: with which the names of the models begin
    :return: dict of ``table.column`` and the number of its rows
    """
    cr.execute(NAMING)
    counts = {}
    for table, column in cr.fetchall():
        query = sql.SQL("SELECT count(*) FROM {} WHERE starts_with({}, %s)")
        cr.execute(
            query.format(sql.Identifier(table), sql.Identifier(column)), [prefix]
        )
        if count := cr.fetchone()[0]:
            counts[f"{table}.{column}"] = count
    return counts


class DatabaseState:
    """The schema and the rows of a database at a moment.

    :param cr: a cursor
    :param like: an earlier state: only columns that it knows are compared, the other
        ones are a difference of the schema already
    """

    def __init__(self, cr, like=None):
        self.schema = self._read(cr, SCHEMA) | self._read(cr, FILES)
        self.names = count_names(cr, "sales.process.")
        cr.execute(COLUMNS)
        self.columns = {
            table: [name for name in names if name not in PASSING]
            for table, names in cr.fetchall()
            if table not in VOLATILE | HISTORY
        }
        self.rows = {}
        for table, names in self.columns.items():
            if like:
                known = like.columns.get(table, ())
                names = [name for name in names if name in known]
            if names:
                self.rows[table] = self._read_rows(cr, table, names)

    @staticmethod
    def _read(cr, query):
        cr.execute(query)
        return {row[0] for row in cr.fetchall()}

    @staticmethod
    def _read_rows(cr, table, names):
        """Digests of the rows; those of a relation count by themselves.

        :return: dict of id, or text of the row, and its digest
        """
        row = sql.SQL("ROW({})::text").format(
            sql.SQL(", ").join(map(sql.Identifier, names))
        )
        key = sql.Identifier("id") if "id" in names else row
        query = sql.SQL("SELECT {}, md5({}) FROM {} WHERE {}").format(
            key, row, sql.Identifier(table), sql.SQL(ROWS.get(table, "true"))
        )
        cr.execute(query)
        return dict(cr.fetchall())

    def compare(self, cr, now):
        """What differs.

        :param cr: a cursor, to look up the rows that differ
        :param now: the later state
        :return: list of str
        """
        said = [f"left: {name}" for name in sorted(now.schema - self.schema)]
        said += [f"gone: {name}" for name in sorted(self.schema - now.schema)]
        said += [
            f"left: {count} rows of {place} name a model of ours"
            for place, count in now.names.items()
            if count > self.names.get(place, 0)
        ]
        for table in sorted(self.rows.keys() & now.rows.keys()):
            before, after = self.rows[table], now.rows[table]
            for word, keys in (
                ("left", after.keys() - before.keys()),
                ("gone", before.keys() - after.keys()),
                (
                    "changed",
                    (before.keys() & after.keys())
                    - dict(before.items() & after.items()).keys(),
                ),
            ):
                said += self._describe(cr, word, table, keys)
        return said

    @staticmethod
    def _describe(cr, word, table, keys):
        """Name some rows that differ.

        :return: list of str
        """
        if not keys:
            return []
        some = sorted(keys, key=str)[:3]
        shown = [f"{word}: {len(keys)} rows of {table}: {some}"]
        if word != "gone" and all(isinstance(key, int) for key in some):
            query = sql.SQL("SELECT to_jsonb(t)::text FROM {} AS t WHERE id IN %s")
            cr.execute(query.format(sql.Identifier(table)), [tuple(some)])
            shown += [f"    {row[0][:400]}" for row in cr.fetchall()]
        return shown
