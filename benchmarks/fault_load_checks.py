"""What must hold in the database after fault_load, asked by plain SQL.

Would catch: what a person was told that the database does not hold: two owners, a lost
registration, a message too few.
"""

TOLD = {
    "registered": "subject varchar, phone varchar, lead_id int, user_id int",
    "followed_up": "subject varchar, user_id int, lead_id int",
    "taken": "ownership_id int, user_id int",
    "given": "ownership_id int, user_id int",
}
# Each counts what is wrong. Releases and handovers tell people of lists under headings
# that say how many there are; ``fault_settled`` is when people had stopped working.
CHECKS = {
    "customers with two owners, by phone, e-mail or contact of a company": """
        SELECT count(*) FROM (
            SELECT 1
              FROM sales_process_ownership_key AS key
              JOIN sales_process_ownership AS ownership
                ON ownership.id = key.ownership_id
             WHERE key.active AND ownership.state <> 'ended'
               AND key.kind IN ('phone', 'phone_digits', 'email', 'partner', 'vat')
               AND NOT COALESCE(key.is_soft, FALSE)
          GROUP BY COALESCE(key.company_id, 0), key.kind, key.value
            HAVING count(DISTINCT ownership.id) > 1) AS contested""",
    "leads of one phone and company with two owners": """
        SELECT count(*) FROM (
            SELECT 1 FROM crm_lead
             WHERE active AND phone LIKE '+861%' AND probability < 100
          GROUP BY company_id, replace(phone, ' ', '')
            HAVING count(DISTINCT COALESCE(user_id, 0)) > 1) AS contested""",
    "periods followed by two": """
        SELECT count(*) FROM (
            SELECT 1 FROM sales_process_ownership WHERE previous_id IS NOT NULL
          GROUP BY previous_id HAVING count(*) > 1) AS branched""",
    "periods that no chain reaches from its first one": """
        WITH RECURSIVE reached AS (
            SELECT id, id AS first_id FROM sales_process_ownership
             WHERE previous_id IS NULL
             UNION
            SELECT ownership.id, reached.first_id
              FROM sales_process_ownership AS ownership
              JOIN reached ON reached.id = ownership.previous_id
             WHERE ownership.root_id = reached.first_id)
        SELECT (SELECT count(*) FROM sales_process_ownership)
             - (SELECT count(*) FROM reached)""",
    "running periods without a lead": """
        SELECT count(*) FROM sales_process_ownership AS ownership
         WHERE state <> 'ended' AND NOT EXISTS (
               SELECT 1 FROM crm_lead
                WHERE crm_lead.ownership_id = ownership.id AND crm_lead.active)""",
    "open leads of a period that has ended": """
        SELECT count(*)
          FROM crm_lead AS lead
          JOIN sales_process_ownership AS ownership ON ownership.id = lead.ownership_id
         WHERE lead.active AND lead.probability < 100 AND ownership.state = 'ended'""",
    "open leads without a period, in teams that enforce": """
        SELECT count(*)
          FROM crm_lead AS lead
          JOIN crm_team AS team ON team.id = lead.team_id
         WHERE lead.active AND lead.probability < 100 AND lead.ownership_id IS NULL
           AND team.process_mode = 'enforce'""",
    "registrations that were confirmed, and have no lead or two": """
        SELECT count(*) FROM fault_registered AS told
         WHERE (SELECT count(*) FROM crm_lead
                 WHERE crm_lead.name = told.subject AND crm_lead.id = told.lead_id
                   AND crm_lead.ownership_id IS NOT NULL) <> 1
            OR (SELECT count(*) FROM crm_lead
                 WHERE crm_lead.name = told.subject) <> 1
            OR (SELECT count(*) FROM sales_process_followup AS followup
                 WHERE followup.subject = told.subject) <> 1""",
    "registrations of leads that nobody confirmed": """
        SELECT count(*) FROM crm_lead
         WHERE name LIKE 'Load inquiry %'
           AND name NOT IN (SELECT subject FROM fault_registered)""",
    "registrations that were confirmed, and never had that owner": """
        SELECT count(*) FROM fault_registered AS told
         WHERE NOT EXISTS (
               SELECT 1
                 FROM sales_process_ownership_key AS key
                 JOIN sales_process_ownership AS ownership
                   ON ownership.id = key.ownership_id
                WHERE key.kind = 'phone'
                  AND key.value = told.phone
                  AND ownership.user_id = COALESCE(told.user_id, ownership.user_id))
            OR NOT EXISTS (
               SELECT 1 FROM sales_process_ownership_key AS key
                WHERE key.kind = 'phone' AND key.value = told.phone AND key.active)""",
    "follow-ups that were confirmed, and are missing or double": """
        SELECT count(*) FROM (
            SELECT subject, user_id, lead_id, count(*) AS number
              FROM fault_followed_up GROUP BY 1, 2, 3) AS told
         WHERE number <> (SELECT count(*) FROM sales_process_followup AS followup
                           WHERE followup.subject = told.subject
                             AND followup.user_id = told.user_id
                             AND followup.lead_id = told.lead_id)""",
    "follow-ups that nobody was told of": """
        SELECT count(*) FROM sales_process_followup
         WHERE (subject LIKE 'Load call %' OR subject LIKE 'Load pasted %'
                OR subject LIKE 'Load activity %')
           AND subject NOT IN (SELECT subject FROM fault_followed_up)""",
    "texts that count twice": """
        SELECT count(*) FROM (
            SELECT 1
              FROM sales_process_followup AS followup
              JOIN sales_process_ownership AS ownership
                ON ownership.id = followup.ownership_id
             WHERE followup.counts AND followup.source IN ('manual', 'activity')
          GROUP BY followup.user_id, followup.subject,
                   COALESCE(ownership.root_id, ownership.id)
            HAVING count(*) > 1) AS repeated""",
    "takes and transfers that were confirmed, and have no successor or two": """
        SELECT count(*)
          FROM (SELECT * FROM fault_taken UNION ALL SELECT * FROM fault_given) AS told
         WHERE (SELECT count(*) FROM sales_process_ownership AS successor
                 WHERE successor.previous_id = told.ownership_id
                   AND successor.user_id = told.user_id) <> 1""",
    "handovers that are done, with customers that were not handed over": """
        SELECT count(*)
          FROM sales_process_handover_line AS line
          JOIN sales_process_handover AS handover ON handover.id = line.handover_id
     LEFT JOIN sales_process_ownership AS successor ON successor.id = line.successor_id
         WHERE handover.state = 'done' AND line.outcome IS NULL
           AND (successor.previous_id IS DISTINCT FROM line.ownership_id
                OR successor.user_id IS DISTINCT FROM line.new_user_id)""",
    "questions to be invited that are open twice": """
        SELECT count(*) FROM (
            SELECT 1 FROM sales_process_invitation WHERE state = 'asked'
          GROUP BY ownership_id, user_id HAVING count(*) > 1) AS doubled""",
    "customers still due": """
        SELECT count(*)
          FROM sales_process_ownership AS ownership
          JOIN crm_team AS team ON team.id = ownership.team_id
         WHERE ownership.state = 'open' AND team.process_mode = 'enforce'
           AND ownership.date_deadline < (SELECT moment FROM fault_settled)""",
    "released customers without a line of a release, or with two": """
        SELECT count(*) FROM sales_process_ownership AS ownership
         WHERE end_reason = 'expired'
           AND (SELECT count(*) FROM sales_process_release_line AS line
                 WHERE line.ownership_id = ownership.id
                   AND line.outcome IN ('handed_over', 'pool', 'waiting')) <> 1""",
    "lines of a release of customers that were not released": """
        SELECT count(*)
          FROM sales_process_release_line AS line
          JOIN sales_process_ownership AS ownership ON ownership.id = line.ownership_id
         WHERE line.outcome = 'failed' OR ownership.state <> 'ended'""",
    "releases that people were not told of": """
        SELECT count(*) FROM sales_process_release_run WHERE is_told IS NOT TRUE""",
    "customers people lost, told of twice or never": """
        SELECT abs((SELECT COALESCE(sum(told[1]::int), 0)
                      FROM mail_message,
                           regexp_matches(subject, 'that were released: ([0-9]+)', 'g')
                               AS told)
                 - (SELECT count(*) FROM sales_process_release_line
                     WHERE user_id IS NOT NULL
                       AND outcome IN ('handed_over', 'pool', 'waiting')))""",
    "customers people received, told of twice or never": """
        SELECT abs((SELECT COALESCE(sum(told[1]::int), 0)
                      FROM mail_message,
                           regexp_matches(subject, 'handed to you: ([0-9]+)', 'g')
                               AS told)
                 - (SELECT count(*) FROM sales_process_release_line
                     WHERE outcome IN ('handed_over', 'assigned'))
                 - (SELECT count(*) FROM sales_process_handover_line
                     WHERE successor_id IS NOT NULL))""",
    "customers people were warned of twice": """
        SELECT count(*) FROM (
            SELECT 1
              FROM mail_message AS message
              JOIN mail_notification AS told ON told.mail_message_id = message.id,
                   regexp_matches(message.body, '<li>(.*?)</li>', 'g') AS item
             WHERE message.subject LIKE 'Customers to contact in time:%'
          GROUP BY told.res_partner_id, item[1]
            HAVING count(*) > 1) AS doubled""",
    "warnings that people were not told of": """
        SELECT count(*) FROM sales_process_ownership WHERE is_warning_untold""",
    "activities of a warning that are double": """
        SELECT count(*) FROM (
            SELECT 1
              FROM mail_activity AS activity
              JOIN ir_model_data AS data
                ON data.res_id = activity.activity_type_id
               AND data.model = 'mail.activity.type'
               AND data.name = 'mail_activity_type_warning'
             WHERE activity.active
          GROUP BY activity.res_id, activity.user_id
            HAVING count(*) > 1) AS doubled""",
    "meetings recorded twice, or not at all": """
        SELECT count(*)
          FROM calendar_event AS event
          JOIN crm_lead AS lead ON lead.id = event.opportunity_id
          JOIN sales_process_ownership AS ownership ON ownership.id = lead.ownership_id
         WHERE event.stop < (SELECT moment FROM fault_settled)
           AND ownership.state = 'open'
           AND (SELECT count(*) FROM sales_process_followup AS followup
                 WHERE followup.calendar_event_id = event.id) <> 1""",
    "leads of the team that is taken over, without a period": """
        SELECT count(*)
          FROM crm_lead AS lead
          JOIN crm_team AS team ON team.id = lead.team_id
         WHERE team.name->>'en_US' = 'Load, taken over'
           AND lead.ownership_id IS NULL""",
}
# What the scheduled actions did meanwhile: a test without it would show nothing.
WORK = {
    "released": "SELECT count(*) FROM sales_process_ownership"
    " WHERE end_reason = 'expired'",
    "runs of the release": "SELECT count(*) FROM sales_process_release_run",
    "warned of": "SELECT count(*) FROM sales_process_ownership WHERE warning_level > 0",
    "meetings recorded": "SELECT count(*) FROM sales_process_followup"
    " WHERE calendar_event_id IS NOT NULL",
    "taken over": "SELECT count(*) FROM sales_process_ownership"
    " WHERE origin = 'backfill'",
    "handed over": "SELECT count(*) FROM sales_process_handover_line"
    " WHERE successor_id IS NOT NULL",
}
WORK_OF_CRONS = ("released", "warned of", "meetings recorded", "taken over")


def write_told(database, people):
    """Put what the clients were told into tables, to be compared."""
    for name, columns in TOLD.items():
        database.execute(f"CREATE TABLE fault_{name} ({columns})")
        rows = [row for person in people for row in person.told[name]]
        for row in rows:
            marks = ", ".join(["%s"] * len(row))
            database.execute(
                f"INSERT INTO fault_{name} VALUES ({marks})",  # noqa: S608  (ours)
                row,
            )


def count_wrong(database):
    """How often each check is broken.

    :return: ``{name: count}``
    """
    return {name: database.execute(query)[0][0] for name, query in CHECKS.items()}
