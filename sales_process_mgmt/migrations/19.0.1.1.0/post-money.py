# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

NOTE = (
    "What was expected of the leads won in the period, as typed on the lead. What has "
    "been signed and collected are metrics of their own."
)


def migrate(cr, version):
    """What is typed on a won lead is called expected, where nobody has renamed it.

    The names in other languages come with the translations.
    """
    cr.execute(
        """
        UPDATE sales_process_metric
           SET name = '{"en_US": "Expected revenue of won leads"}'::jsonb,
               note = jsonb_build_object('en_US', %s::text)
         WHERE code = 'won_revenue'
           AND name ->> 'en_US' = 'Won revenue'
        """,
        [NOTE],
    )
