# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What always holds in the ledger, as plain SQL that changes nothing.

Each rule selects what breaks it: the id of the row and a short detail. Nothing here
needs Odoo, so that a living database can be checked from outside.
"""

from typing import NamedTuple


class Rule(NamedTuple):
    """A rule of the ledger.

    ``table`` is the table whose ids the query returns.
    """

    name: str
    sentence: str
    table: str
    query: str


# The company in which the customers of a company are exclusive
_SHARED = """
        shared AS (
            SELECT company.id,
                   CASE WHEN COALESCE(root.process_share_branches, TRUE)
                        THEN root.id ELSE company.id END AS owner_id
              FROM res_company AS company
              JOIN res_company AS root
                ON root.id = split_part(company.parent_path, '/', 1)::int)
"""
# What identifies nobody: the company's list, our own, machines
_NOBODYS = r"""
        nobody AS (
            SELECT company_id, kind, value
              FROM sales_process_shared_value
             WHERE state = 'confirmed'
         UNION SELECT NULL, detail.kind, detail.value
              FROM res_partner AS partner
         CROSS JOIN LATERAL (VALUES ('email', partner.email_normalized),
                                    ('phone', partner.phone_sanitized))
                    AS detail(kind, value)
             WHERE partner.id IN (
                   SELECT partner_id FROM res_company
                    UNION SELECT partner_id FROM res_users WHERE NOT share)
         UNION SELECT NULL, 'email', login FROM res_users WHERE NOT share
         UNION SELECT NULL, 'email', alias_full_name FROM mail_alias
         UNION SELECT NULL, 'email',
                      unnest(ARRAY[bounce_alias, catchall_alias, default_from])
                      || '@' || name
                 FROM mail_alias_domain
         UNION SELECT NULL, 'email', smtp_user FROM ir_mail_server
         UNION SELECT NULL, 'email', from_filter FROM ir_mail_server
         UNION SELECT NULL, 'email', "user" FROM fetchmail_server)
"""
_MACHINE = (
    "(^|[._+-])(no[._-]?reply|do[._-]?not[._-]?reply|dont[._-]?reply|mailer-daemon|"
    "postmaster|bounces?|notifications?)($|[._+@-])"
)

# A unique index keeps doubles away; Odoo goes on without one that cannot be built.
ONE_OWNER = Rule(
    "one_owner",
    "A telephone, e-mail, contact or tax ID belongs to one owner.",
    "sales_process_ownership_key",
    """
    SELECT MAX(id),
           kind || ' ' || value || ' ('
           || string_agg(ownership_id::text, ', ' ORDER BY ownership_id) || ')'
      FROM sales_process_ownership_key
     WHERE active AND NOT COALESCE(is_soft, FALSE)
  GROUP BY COALESCE(company_id, 0), kind, value
    HAVING COUNT(*) > 1
    """,
)

RULES = (
    ONE_OWNER,
    Rule(
        "one_owner_of_branches",
        "Companies that share their customers have one owner for each of them.",
        "sales_process_ownership_key",
        f"""
          WITH {_SHARED}
        SELECT MAX(key.id), key.kind || ' ' || key.value
          FROM sales_process_ownership_key AS key
          JOIN sales_process_ownership AS ownership ON ownership.id = key.ownership_id
          JOIN shared ON shared.id = ownership.company_id
         WHERE key.active AND NOT COALESCE(key.is_soft, FALSE)
      GROUP BY shared.owner_id, key.kind, key.value
        HAVING COUNT(*) > 1
        """,  # noqa: S608, constants of this file
    ),
    Rule(
        "company",
        "Every customer and every key has a company, the one that shares customers.",
        "sales_process_ownership_key",
        f"""
          WITH {_SHARED}
        SELECT key.id, COALESCE(key.company_id::text, 'no company')
          FROM sales_process_ownership_key AS key
          JOIN sales_process_ownership AS ownership ON ownership.id = key.ownership_id
     LEFT JOIN shared ON shared.id = ownership.company_id
         WHERE key.company_id IS NULL
            OR (key.active AND key.company_id IS DISTINCT FROM shared.owner_id)
        """,  # noqa: S608, constants of this file
    ),
    Rule(
        "details_are_keys",
        "What stands on the leads and contacts of an owned customer identifies it.",
        "sales_process_ownership",
        rf"""
          WITH {_SHARED}, {_NOBODYS}, detail AS (
            SELECT lead.ownership_id, 'email' AS kind, lead.email_normalized AS value
              FROM crm_lead AS lead
             WHERE NOT COALESCE(lead.process_ownership_pending, FALSE)
         UNION SELECT lead.ownership_id, 'phone', lead.phone_sanitized
              FROM crm_lead AS lead
             WHERE NOT COALESCE(lead.process_ownership_pending, FALSE)
               AND lead.phone ~ '^\+?[0-9 -]{{8,18}}$'
         UNION SELECT key.ownership_id, detail.kind, detail.value
              FROM sales_process_ownership_key AS key
              JOIN res_partner AS contact
                ON contact.commercial_partner_id = key.value::int
               AND contact.active
         CROSS JOIN LATERAL (
               VALUES ('email', contact.email_normalized),
                      ('phone', CASE WHEN contact.phone ~ '^\+?[0-9 -]{{8,18}}$'
                                     THEN contact.phone_sanitized END))
               AS detail(kind, value)
             WHERE key.active AND key.kind = 'partner'
               AND NOT COALESCE(key.has_more_contacts, FALSE))
        SELECT ownership.id, detail.kind || ' ' || detail.value
          FROM detail
          JOIN sales_process_ownership AS ownership
            ON ownership.id = detail.ownership_id
          JOIN shared ON shared.id = ownership.company_id
         WHERE ownership.state <> 'ended'
           AND detail.value > ''
           AND NOT (detail.kind = 'email' AND detail.value ~ '{_MACHINE}')
           AND NOT EXISTS (
               SELECT 1
                 FROM sales_process_ownership_key AS key
                WHERE key.active
                  AND key.company_id = shared.owner_id
                  AND (key.kind, key.value) = (detail.kind, detail.value))
           AND NOT EXISTS (
               SELECT 1
                 FROM nobody
                WHERE COALESCE(nobody.company_id, shared.owner_id) = shared.owner_id
                  AND (nobody.kind, nobody.value) = (detail.kind, detail.value))
        """,  # noqa: S608, constants of this file
    ),
    Rule(
        "exclusive_index",
        "The index that lets one salesperson own a customer stands and is valid.",
        "sales_process_ownership_key",
        """
        SELECT 0, 'sales_process_ownership_key_active_key_uniq'
         WHERE NOT EXISTS (
               SELECT 1
                 FROM pg_index
                WHERE indexrelid = to_regclass(
                          'sales_process_ownership_key_active_key_uniq')
                  AND indisunique
                  AND indisvalid)
        """,
    ),
    Rule(
        "freed_keys",
        "A period that has ended holds no customer any more.",
        "sales_process_ownership",
        """
        SELECT DISTINCT ownership.id, key.kind || ' ' || key.value
          FROM sales_process_ownership_key AS key
          JOIN sales_process_ownership AS ownership ON ownership.id = key.ownership_id
         WHERE key.active AND ownership.state = 'ended'
        """,
    ),
    Rule(
        "one_running_period",
        "A customer has one running period at most.",
        "sales_process_ownership",
        """
        SELECT MAX(id), COUNT(*) || ' running periods'
          FROM sales_process_ownership
         WHERE state <> 'ended'
      GROUP BY COALESCE(root_id, id)
        HAVING COUNT(*) > 1
        """,
    ),
    Rule(
        "owner_by_state",
        "An owned customer has an owner, one in the pool has none.",
        "sales_process_ownership",
        """
        SELECT id, state
          FROM sales_process_ownership
         WHERE (state = 'open' AND user_id IS NULL)
            OR (state = 'pool' AND user_id IS NOT NULL)
        """,
    ),
    Rule(
        "end_of_period",
        "A period that has ended says when and why, and not before it began.",
        "sales_process_ownership",
        """
        SELECT id, COALESCE(end_reason, 'no reason')
          FROM sales_process_ownership
         WHERE state = 'ended'
           AND (date_end IS NULL OR end_reason IS NULL OR date_end < date_start)
        """,
    ),
    Rule(
        "chain",
        "A period follows one that has ended, of the same customer.",
        "sales_process_ownership",
        """
        SELECT ownership.id, 'after ' || previous.id
          FROM sales_process_ownership AS ownership
          JOIN sales_process_ownership AS previous
            ON previous.id = ownership.previous_id
         WHERE previous.state <> 'ended'
            OR ownership.root_id
               IS DISTINCT FROM COALESCE(previous.root_id, previous.id)
        """,
    ),
    Rule(
        "holder",
        "Every period of a customer knows who is responsible now.",
        "sales_process_ownership",
        """
        SELECT past.id, 'holder ' || COALESCE(past.holder_id::text, 'nobody')
          FROM sales_process_ownership AS past
          JOIN sales_process_ownership AS current
            ON COALESCE(current.root_id, current.id) = COALESCE(past.root_id, past.id)
         WHERE current.state <> 'ended'
           AND past.holder_id IS DISTINCT FROM current.user_id
        """,
    ),
    Rule(
        "salesperson",
        "In a team that enforces, the salesperson of an open lead is its owner.",
        "crm_lead",
        """
        SELECT lead.id, 'ownership ' || ownership.id
          FROM crm_lead AS lead
          JOIN sales_process_ownership AS ownership ON ownership.id = lead.ownership_id
          JOIN crm_team AS team ON team.id = lead.team_id
     LEFT JOIN crm_stage AS stage ON stage.id = lead.stage_id
         WHERE lead.active
           AND COALESCE(lead.probability, 0) < 100
           AND NOT COALESCE(stage.is_won, FALSE)
           AND NOT COALESCE(lead.process_ownership_pending, FALSE)
           AND team.process_mode = 'enforce'
           AND ownership.state <> 'ended'
           AND lead.user_id IS DISTINCT FROM ownership.user_id
        """,
    ),
    Rule(
        "pool_flag",
        "A lead is hidden in the pool exactly while its customer is there.",
        "crm_lead",
        """
        SELECT lead.id, ownership.state
          FROM crm_lead AS lead
          JOIN sales_process_ownership AS ownership ON ownership.id = lead.ownership_id
         WHERE lead.active
           AND COALESCE(lead.process_is_pooled, FALSE) <> (ownership.state = 'pool')
        """,
    ),
    Rule(
        "last_contact",
        "The last contact is the latest follow-up that counts.",
        "sales_process_ownership",
        """
        SELECT ownership.id, latest.date::text
          FROM sales_process_ownership AS ownership
          JOIN (SELECT ownership_id, MAX(date) AS date
                  FROM sales_process_followup
                 WHERE counts
              GROUP BY ownership_id) AS latest
            ON latest.ownership_id = ownership.id
         WHERE ownership.state = 'open'
           -- what is entered too late moves nothing
           AND ownership.is_held IS NOT TRUE
           AND ownership.date_last_contact < latest.date
        """,
    ),
    Rule(
        "clock",
        "Where nothing but a contact could move the clock, the deadline is not later.",
        "sales_process_ownership",
        """
        SELECT id, date_deadline || ' after ' || date_clock_limit
          FROM sales_process_ownership
         WHERE state = 'open' AND phase = 'pursuing'
           AND date_clock_limit IS NOT NULL
           AND GREATEST(date_clock_base, date_last_contact, date_timer_start)
               <= date_clock_base
           AND date_deadline > GREATEST(date_clock_limit, date_clock_floor)
        """,
    ),
    Rule(
        "held_run",
        "A release that waits for the leader has customers that wait.",
        "sales_process_release_run",
        """
        SELECT run.id, run.state
          FROM sales_process_release_run AS run
         WHERE run.state = 'held'
           AND NOT EXISTS (
               SELECT 1 FROM sales_process_release_line AS line
                WHERE line.run_id = run.id AND line.outcome = 'held')
        """,
    ),
    Rule(
        "release_line",
        "A released customer has the period after it that the release names.",
        "sales_process_release_line",
        """
        SELECT line.id, line.outcome
          FROM sales_process_release_line AS line
          JOIN sales_process_release_run AS run ON run.id = line.run_id
     LEFT JOIN sales_process_ownership AS successor ON successor.id = line.successor_id
         WHERE line.outcome IN ('handed_over', 'pool', 'waiting')
           AND run.mode = 'enforce'
           AND (successor.id IS NULL
                OR successor.previous_id IS DISTINCT FROM line.ownership_id)
        """,
    ),
    Rule(
        "released_once",
        "A period is released once.",
        "sales_process_ownership",
        """
        SELECT line.ownership_id, COUNT(*) || ' lines'
          FROM sales_process_release_line AS line
          JOIN sales_process_release_run AS run ON run.id = line.run_id
         WHERE line.successor_id IS NOT NULL
           AND run.mode = 'enforce'
           AND run.state <> 'undone'
      GROUP BY line.ownership_id
        HAVING COUNT(*) > 1
        """,
    ),
    Rule(
        "one_grade_rule",
        "A team has one rule for grades that is switched on, and so has a company.",
        "sales_process_grade_rule",
        """
        SELECT MAX(id), COUNT(*) || ' rules'
          FROM sales_process_grade_rule
         WHERE is_on AND active
      GROUP BY company_id, COALESCE(team_id, 0)
        HAVING COUNT(*) > 1
        """,
    ),
    Rule(
        "grade_by_version",
        "A grade that a rule has given names a version that the rule has had.",
        "sales_process_grade_change",
        """
        SELECT change.id, 'version ' || COALESCE(change.rule_version, 0)
          FROM sales_process_grade_change AS change
     LEFT JOIN sales_process_grade_rule AS rule ON rule.id = change.rule_id
         WHERE change.source = 'rule'
           AND (COALESCE(change.rule_version, 0) < 1
                OR change.rule_version > COALESCE(rule.version, change.rule_version))
        """,
    ),
    Rule(
        "revisit_state",
        "A revisit that is done says when, one that was missed since when, and one "
        "that is due neither done.",
        "sales_process_revisit",
        """
        SELECT id, state
          FROM sales_process_revisit
         WHERE (state = 'done') <> (date_done IS NOT NULL)
            OR COALESCE(is_missed, FALSE) <> (date_missed IS NOT NULL)
            OR date_limit < date_open
        """,
    ),
    Rule(
        "one_revisit",
        "A customer has one revisit that is due.",
        "sales_process_revisit",
        """
        SELECT MAX(id), COUNT(*) || ' due'
          FROM sales_process_revisit
         WHERE state = 'due'
      GROUP BY ownership_id
        HAVING COUNT(*) > 1
        """,
    ),
)
