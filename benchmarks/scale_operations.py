"""What benchmarks/bench measures, one step per call; fed to `odoo shell`.

Would catch: what bench would: here stands each step that it measures.
"""

# ruff: noqa: F821  (env is odoo shell's; the result goes to its output)
import json
import os
import resource
import sys
import time
from datetime import timedelta
from unittest.mock import patch

from odoo.tools import SQL

sys.path.insert(0, os.environ["SPM_SCALE_FOLDER"])
import scale_data
import scale_drafts
import scale_homes
import scale_pivots

STEP = os.environ["SPM_SCALE_STEP"]
SIZE = int(os.environ["SPM_SCALE_SIZE"])
ROUNDS = int(os.environ["SPM_SCALE_ROUNDS"])


def timed(operation):
    start = time.perf_counter()
    operation()
    return time.perf_counter() - start


def get_team():
    return env["crm.team"].search([("name", "=", "Scale")], limit=1)


def prepare():
    """A database with SIZE customers."""
    team, users = scale_data.make_organisation(env)
    scale_data.make_leads(env, team, users, SIZE)
    if "sales.process.ownership" in env:
        scale_data.make_ownerships(env, team)
    env["ir.cron"].search([]).active = False
    scale_data.analyze(env)
    return []


def mark_due(count):
    """Let the deadline of ``count`` customers have passed an hour ago."""
    env.cr.execute(
        """
        UPDATE sales_process_ownership
           SET date_deadline = now() AT TIME ZONE 'UTC' - INTERVAL '1 hour'
         WHERE id IN (SELECT id FROM sales_process_ownership
                       WHERE state = 'open' AND origin = 'lead' AND team_id = %s
                    ORDER BY id LIMIT %s)
        """,
        (get_team().id, count),
    )
    env.cr.commit()
    env.invalidate_all()


def release():
    """Release SIZE due customers, ledger, chatter and messages included."""
    samples = []
    for _round in range(ROUNDS):
        mark_due(SIZE)
        before = env["sales.process.release.line"].search_count([])
        samples.append(timed(env["sales.process.release"]._cron_release))
        released = env["sales.process.release.line"].search_count([]) - before
        assert released == SIZE, f"{released} of {SIZE} customers were released"
    return samples


def nothing_due():
    """A run of the scheduled action with nothing to do; its plans use indexes."""
    cron = env["sales.process.release"]._cron_release
    cron()
    samples = []
    for _round in range(ROUNDS * 4):
        env.invalidate_all()
        samples.append(timed(cron))
    plans = explain(cron, "sales_process_ownership")
    assert plans, "The run asked nothing of the ledger"
    for plan in plans:
        assert "Seq Scan on sales_process_ownership" not in plan, plan
        assert "Index" in plan, plan
    return samples


def explain(operation, table):
    """The plans of the queries of an operation that read a table."""
    queries = []
    execute = type(env.cr).execute

    def spy(cr, *args, **kwargs):
        result = execute(cr, *args, **kwargs)
        queries.append(cr._obj.query.decode())
        return result

    with patch.object(type(env.cr), "execute", spy):
        operation()
    plans = []
    for query in queries:
        if f"FROM {table}" in query and query.lstrip().startswith("SELECT"):
            env.cr.execute(SQL("EXPLAIN %s", SQL(query.replace("%", "%%"))))
            plans.append("\n".join(row[0] for row in env.cr.fetchall()))
    return plans


def automation():
    """What a user builds in stock Odoo: a time rule that writes the salesperson."""
    team = get_team()
    lead_model = env["ir.model"]._get("crm.lead")
    field = env["ir.model.fields"]._get("crm.lead", "date_last_stage_update")
    receiver = env["res.users"].search([("login", "=", "scale_39")])
    rule = env["base.automation"].create(
        {
            "name": "Seven days without contact",
            "model_id": lead_model.id,
            "trigger": "on_time",
            "trg_date_id": field.id,
            "trg_date_range": 7,
            "trg_date_range_mode": "after",
            "trg_date_range_type": "day",
            "filter_domain": f"[('team_id', '=', {team.id})]",
            "last_run": "2000-01-01 00:00:00",
        }
    )
    env["ir.actions.server"].create(
        {
            "name": "To the salesperson on duty",
            "model_id": lead_model.id,
            "base_automation_id": rule.id,
            "state": "code",
            "code": f"record.write({{'user_id': {receiver.id}}})",
        }
    )
    env.cr.commit()
    samples = []
    for _round in range(ROUNDS):
        env.cr.execute(
            """
            UPDATE crm_lead
               SET date_last_stage_update = now() AT TIME ZONE 'UTC'
                                            - INTERVAL '30 days'
             WHERE id IN (SELECT id FROM crm_lead
                           WHERE team_id = %s AND user_id <> %s
                        ORDER BY id LIMIT %s)
            """,
            (team.id, receiver.id, SIZE),
        )
        rule.last_run = "2000-01-01 00:00:00"
        env.cr.commit()
        env.invalidate_all()
        samples.append(timed(env["base.automation"]._cron_process_time_based_actions))
        moved = env["crm.lead"].search_count([("user_id", "=", receiver.id)])
        assert moved >= SIZE, f"{moved} of {SIZE} leads were moved"
        env.cr.execute(
            "UPDATE crm_lead SET date_last_stage_update = now() WHERE user_id = %s",
            (receiver.id,),
        )
        env.cr.commit()
    return samples


def plain_update():
    """One UPDATE of SIZE leads, with a row of a log for each."""
    env.cr.execute(
        "CREATE TABLE IF NOT EXISTS scale_log"
        " (lead_id int, user_id int, date timestamp)"
    )
    env.cr.commit()
    samples = []
    for number in range(ROUNDS):

        def update(number=number):
            env.cr.execute(
                """
                WITH moved AS (
                    UPDATE crm_lead SET user_id = %s, write_date = now()
                     WHERE id IN (SELECT id FROM crm_lead WHERE team_id = %s
                                ORDER BY id OFFSET %s LIMIT %s)
                 RETURNING id, user_id)
                INSERT INTO scale_log SELECT id, user_id, now() FROM moved
                """,
                (env.uid, get_team().id, number * SIZE, SIZE),
            )
            env.cr.commit()

        samples.append(timed(update))
    return samples


def iterate_phones():
    """Telephones of customers all over the table, each once."""
    for number in range(ROUNDS * 10):
        env.invalidate_all()
        yield f"+86139{1 + number * (SIZE // 60 + 7) % SIZE:08d}"


def look_up():
    """Whose customer is this phone? As the registration form asks it."""
    team = get_team()
    Registration = env["sales.process.registration"].with_user(team.user_id)
    samples = []
    for phone in iterate_phones():

        def ask(phone=phone):
            wizard = Registration.new({"team_id": team.id, "phone": phone})
            _identities, result = wizard._look()
            assert result.holders, phone

        samples.append(timed(ask))
    return samples


def owned():
    """Is this phone owned? From the text to the ownership that holds it."""
    # not at the top: stock Odoo is measured with this file, too
    from odoo.addons.sales_process_mgmt.models.res_country import format_number
    from odoo.addons.sales_process_mgmt.tools import identity

    Key = env["sales.process.ownership.key"].sudo()
    company_id = get_team().company_id.id or env.company.id
    samples = []
    for phone in iterate_phones():

        def ask(phone=phone):
            keys = identity.phone_keys(phone, format_number, "CN", 86)
            assert Key._find((company_id, kind, value) for kind, value in keys), phone

        samples.append(timed(ask))
    return samples


def duplicates():
    """Odoo's own search for similar leads, from the text, too: of a draft with it."""
    return measure_duplicates(is_drafted=False)


def duplicates_of_draft():
    """The same where the draft is there and has read its phone."""
    return measure_duplicates(is_drafted=True)


def measure_duplicates(is_drafted):
    team = get_team()
    country = env.ref("base.cn")
    samples = []
    for phone in iterate_phones():

        def draft(phone=phone):
            return env["crm.lead"].new(
                {
                    "phone": phone,
                    "email_from": f"buyer@customer{int(phone[-8:])}.example",
                    "team_id": team.id,
                    "country_id": country.id,
                }
            )

        lead = draft() if is_drafted else None
        if lead:
            assert lead.phone_sanitized == phone

        def ask(lead=lead, draft=draft):
            assert (lead or draft()).duplicate_lead_count

        samples.append(timed(ask))
    return samples


def backfill():
    """Take over SIZE existing leads."""
    team = get_team()
    env.cr.execute(
        "UPDATE crm_lead SET ownership_id = NULL WHERE team_id = %s", (team.id,)
    )
    env.cr.execute("DELETE FROM sales_process_ownership WHERE team_id = %s", (team.id,))
    env["sales.process.backfill"].search([]).write({"state": "done"})
    env.cr.commit()
    env.invalidate_all()
    env["sales.process.backfill"]._start(team)
    env.cr.commit()
    seconds = timed(env["sales.process.backfill"]._cron_backfill)
    done = env["sales.process.ownership"].search_count([("team_id", "=", team.id)])
    assert done == SIZE, f"{done} of {SIZE} customers were taken over"
    return [seconds]


def plain_insert():
    """The rows of the take-over by one INSERT ... SELECT each."""
    team = get_team()
    env.cr.execute(
        "UPDATE crm_lead SET ownership_id = NULL WHERE team_id = %s", (team.id,)
    )
    env.cr.execute("DELETE FROM sales_process_ownership WHERE team_id = %s", (team.id,))
    env.cr.commit()

    def insert():
        scale_data.make_ownerships(env, team)
        env.cr.commit()

    return [timed(insert)]


def prepare_reports():
    """A database with a year of daily reports of SIZE people."""
    team, _users = scale_data.make_organisation(env)
    count = scale_data.make_reports(env, team, SIZE)
    assert count >= 240 * SIZE, f"{count} reports"
    env["ir.cron"].search([]).active = False
    scale_data.analyze(env)
    return []


def prepare_pivots():
    """SIZE customers with ten follow-ups each, and a year of reports."""
    prepare()
    team = get_team()
    count = scale_pivots.make_followups(env, team)
    assert count == SIZE * scale_pivots.FOLLOWUPS_PER_CUSTOMER, f"{count} follow-ups"
    reports = scale_data.make_reports(env, team, 1000)
    print(f"{count:,} follow-ups, {reports:,} reports", file=sys.stderr)
    scale_data.analyze(env)
    return []


def measure_pivot(name, by_leader=False):
    """A pivot as it opens, and the same question in plain SQL, in turns."""
    team = get_team()
    user = team.user_id if by_leader else env.ref("base.user_admin")
    samples = []
    for _round in range(ROUNDS):
        start = time.perf_counter()
        ours = scale_pivots.ask(env, name, user)
        between = time.perf_counter()
        plain = scale_pivots.ask_plainly(env, name, team if by_leader else None)
        samples.append((between - start, time.perf_counter() - between))
        scale_pivots.compare(ours, plain)
    return samples


def pivot_ownership():
    return measure_pivot("ownership")


def pivot_ownership_leader():
    return measure_pivot("ownership", by_leader=True)


def pivot_followup():
    return measure_pivot("followup")


def pivot_followup_leader():
    return measure_pivot("followup", by_leader=True)


def pivot_discipline():
    return measure_pivot("discipline")


def pivot_discipline_leader():
    return measure_pivot("discipline", by_leader=True)


def prepare_drafts():
    """SIZE people and what they did this week."""
    users = scale_drafts.make_people(env, SIZE)
    scale_drafts.make_week(env, users)
    env["ir.cron"].search([]).active = False
    env.cr.commit()
    return []


def drafts():
    """The scheduled action makes the week's drafts; the same by plain SQL, in turns."""
    samples, queries = [], set()
    metrics = len(scale_drafts.METRICS)
    for _round in range(ROUNDS):
        scale_drafts.forget_reports(env)
        before = env.cr.sql_log_count
        ours = timed(env["sales.process.work.report"]._cron_work_reports)
        env.cr.commit()
        queries.add(env.cr.sql_log_count - before)
        numbers = scale_drafts.read_numbers(env)
        assert len(numbers) == SIZE * metrics, f"{len(numbers)} numbers"
        scale_drafts.forget_reports(env)
        plain = timed(lambda: scale_drafts.make_drafts_plainly(env))
        same = scale_drafts.read_numbers(env)
        assert numbers.keys() == same.keys()
        wrong = {key for key in same if abs(same[key] - numbers[key]) > 0.006}
        assert not wrong, sorted(wrong)[:3]
        assert len({key[-1] for key, value in same.items() if value}) == metrics
        samples.append((ours, plain))
    print(f"{SIZE} people: {sorted(queries)} queries", file=sys.stderr)
    return samples, max(queries)


def prepare_homes():
    """SIZE customers of 1,000 people in 50 teams."""
    scale_homes.prepare(env, SIZE)
    return []


def homes():
    return scale_homes.measure(env, ROUNDS)


def ask_often(question):
    """Each time as a request of its own, with nothing cached."""
    # what another core helps with would be time that nobody counts
    env.cr.execute("SET max_parallel_workers_per_gather = 0")
    samples = []
    for _round in range(ROUNDS):
        env.invalidate_all()
        samples.append(timed(question))
    return samples


def cockpit():
    """The leader's list as it opens: the groups, and the rows of the first one."""
    Report = env["sales.process.work.report"].with_user(get_team().user_id)
    since = env.cr.now().date() - timedelta(days=35)
    domain = [
        ("user_id", "!=", Report.env.uid),
        ("date_to", ">=", since),
        ("state", "!=", "excused"),
    ]

    def ask():
        groups = Report.formatted_read_group(
            domain, ["period"], ["__count"], order="period desc"
        )
        assert len(groups) >= 20
        first = [*domain, ("period", "=", groups[0]["period"])]
        rows = Report.search_fetch(first, ["user_id", "state", "summary"], limit=80)
        assert len(rows) == min(80, SIZE)

    return ask_often(ask)


def cockpit_sql():
    since = env.cr.now().date() - timedelta(days=35)

    def ask():
        env.cr.execute(
            "SELECT period, count(*) FROM sales_process_work_report"
            " WHERE reviewer_id = %s AND date_to >= %s AND state <> 'excused'"
            " GROUP BY period ORDER BY period DESC",
            (get_team().user_id.id, since),
        )
        first = env.cr.fetchall()[0][0]
        env.cr.execute(
            "SELECT id, user_id, state, summary FROM sales_process_work_report"
            " WHERE reviewer_id = %s AND period = %s AND state <> 'excused'"
            " ORDER BY date_to DESC, kind, id DESC LIMIT 80",
            (get_team().user_id.id, first),
        )
        assert env.cr.fetchall()

    return ask_often(ask)


def discipline():
    """The pivot of a year: everybody by month, in time, late and missing."""
    user = env.ref("base.user_admin")
    Discipline = env["sales.process.discipline.report"].with_user(user)

    def ask():
        rows = Discipline.formatted_read_group(
            [],
            ["user_id", "date_from:month"],
            ["on_time_rate:avg", "late_count:sum", "missing_count:sum"],
        )
        assert len(rows) >= 12 * SIZE

    return ask_often(ask)


def discipline_sql():
    def ask():
        env.cr.execute(
            """
            SELECT user_id, date_trunc('month', date_from),
                   avg(CASE WHEN date_submitted IS NOT NULL
                            THEN CASE WHEN is_late THEN 0 ELSE 100 END
                            WHEN date_due < now() AT TIME ZONE 'UTC' THEN 0 END),
                   sum((date_submitted IS NOT NULL AND is_late)::int),
                   sum((date_submitted IS NULL
                        AND date_due < now() AT TIME ZONE 'UTC')::int)
              FROM sales_process_work_report
             WHERE kind <> 'urgent' AND state <> 'excused'
          GROUP BY 1, 2
            """
        )
        assert len(env.cr.fetchall()) >= 12 * SIZE

    return ask_often(ask)


samples = globals()[STEP]()
queries = None
if isinstance(samples, tuple):
    samples, queries = samples
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print("SCALE " + json.dumps({"samples": samples, "peak_mib": peak, "queries": queries}))
