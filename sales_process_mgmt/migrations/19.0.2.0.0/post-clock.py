# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def migrate(cr, version):
    """Clocks remember the zones in which their days are counted.

    Those that ran before this version were counted in the zone of their owner, else of
    the team leader, else of the company's calendar.
    """
    cr.execute(
        """
        UPDATE sales_process_ownership period
           SET clock_zones = zone.name
          FROM (SELECT row.id,
                       COALESCE(NULLIF(person.tz, ''), NULLIF(boss.tz, ''),
                                calendar.tz) AS name
                  FROM sales_process_ownership row
                  JOIN res_users users ON users.id = row.user_id
                  JOIN res_partner person ON person.id = users.partner_id
                  JOIN crm_team team ON team.id = row.team_id
             LEFT JOIN res_users leader ON leader.id = team.user_id
             LEFT JOIN res_partner boss ON boss.id = leader.partner_id
             LEFT JOIN res_company company
                    ON company.id = COALESCE(team.company_id, users.company_id)
             LEFT JOIN resource_calendar calendar
                    ON calendar.id = company.resource_calendar_id) zone
         WHERE zone.id = period.id
           AND period.clock_zones IS NULL
           AND (period.date_deadline IS NOT NULL
                OR period.date_clock_limit IS NOT NULL)
        """
    )
