# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""In which company the keys of a customer are exclusive.

Needs a cursor only: used before the models of a new version are loaded, too.
"""

from odoo.tools import SQL

SHARED = """
    SELECT company.id,
           CASE WHEN %(share)s THEN root.id ELSE company.id END AS owner_id
      FROM res_company AS company
      JOIN res_company AS root
        ON root.id = split_part(company.parent_path, '/', 1)::int
"""


def move_keys(cr, share="COALESCE(root.process_share_branches, TRUE)"):
    """Move keys to the company that shares the customers of their ownership.

    Where two customers meet in one company and have a detail in common, the older
    period keeps it and the other one loses it.

    :param cr: a cursor
    :param str share: SQL of the condition under which ``root`` shares the customers
        of its branches
    :return: list of ``(losing ownership id, keeping ownership id, company id, kind,
        value)``
    """
    shared = SQL(SHARED, share=SQL(share))
    cr.execute(
        SQL(
            """
        WITH shared AS (%(shared)s), wanted AS (
             SELECT key.id, key.ownership_id, shared.owner_id, key.kind, key.value,
                    FIRST_VALUE(key.ownership_id) OVER same AS keeper_id,
                    ROW_NUMBER() OVER same AS number
               FROM sales_process_ownership_key AS key
               JOIN sales_process_ownership AS ownership
                 ON ownership.id = key.ownership_id
               JOIN shared ON shared.id = ownership.company_id
              WHERE key.active AND NOT COALESCE(key.is_soft, FALSE)
             WINDOW same AS (PARTITION BY shared.owner_id, key.kind, key.value
                             ORDER BY ownership.date_start, ownership.id, key.id))
        UPDATE sales_process_ownership_key AS key
           SET active = FALSE
          FROM wanted
         WHERE wanted.id = key.id AND wanted.number > 1
     RETURNING wanted.ownership_id, wanted.keeper_id, wanted.owner_id, wanted.kind,
               wanted.value
        """,
            shared=shared,
        )
    )
    lost = cr.fetchall()
    cr.execute(
        SQL(
            """
        WITH shared AS (%(shared)s)
        UPDATE sales_process_ownership_key AS key
           SET company_id = shared.owner_id
          FROM sales_process_ownership AS ownership
          JOIN shared ON shared.id = ownership.company_id
         WHERE ownership.id = key.ownership_id
           AND key.company_id IS DISTINCT FROM shared.owner_id
        """,
            shared=shared,
        )
    )
    return [row for row in lost if row[0] != row[1]]
