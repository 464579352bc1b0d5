# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
def migrate(cr, version):
    """Praise knows on which day of who gave it: the same person once a day.

    Of two that slipped through on one day the second keeps none.
    """
    cr.execute("ALTER TABLE sales_process_praise ADD COLUMN IF NOT EXISTS date date")
    cr.execute(
        """
        UPDATE sales_process_praise praise
           SET date = numbered.day
          FROM (SELECT id, day,
                       row_number() OVER (
                           PARTITION BY giver_id, user_id, day ORDER BY id
                       ) AS number
                  FROM (SELECT given.id, given.giver_id, given.user_id,
                               (given.date_given AT TIME ZONE 'UTC' AT TIME ZONE
                                COALESCE(zone.name, 'UTC'))::date AS day
                          FROM sales_process_praise given
                     LEFT JOIN res_users giver ON giver.id = given.giver_id
                     LEFT JOIN res_partner person ON person.id = giver.partner_id
                     LEFT JOIN pg_timezone_names zone ON zone.name = person.tz
                       ) dated
               ) numbered
         WHERE numbered.id = praise.id AND numbered.number = 1
        """
    )
