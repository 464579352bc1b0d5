"""The operations that scripts/bench measures; fed to `odoo shell` on its input."""

# ruff: noqa: F821  (env is odoo shell's; the result goes to its output)
import json
import os
import time

from odoo.fields import Command

LEADS = int(os.environ["SPM_BENCH_LEADS"])
MODE = os.environ["SPM_BENCH_MODE"]


def make_salesperson():
    """A salesperson in a team of their own, as an everyday user of the CRM."""
    user = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": "Bench",
                "login": "bench",
                "email": "bench@example.com",
                "group_ids": [
                    Command.link(env.ref("sales_team.group_sale_salesman").id)
                ],
            }
        )
    )
    team = env["crm.team"].create({"name": "Bench", "member_ids": [user.id]})
    if MODE:
        team.process_mode = MODE
    return user, team


def prepare_lead_values(team, user, offset):
    return [
        {
            "name": f"Bench {number}",
            "type": "opportunity",
            "team_id": team.id,
            "user_id": user.id,
            "contact_name": f"Contact {number}",
            "email_from": f"contact{number}@bench{number}.example",
            "phone": f"+32 475 {number // 100:04d} {number % 100:02d}",
        }
        for number in range(offset, offset + LEADS)
    ]


def measure(operation):
    """Seconds and queries of an operation, with everything flushed."""
    finish_request()
    queries = env.cr.sql_log_count
    start = time.perf_counter()
    operation()
    env.flush_all()
    return time.perf_counter() - start, env.cr.sql_log_count - queries


def finish_request():
    """End a step as a request ends: everything written, nothing cached any more."""
    env.flush_all()
    env.invalidate_all()


def run():
    user, team = make_salesperson()
    Lead = env["crm.lead"].with_user(user)
    stages = env["crm.stage"].search([("is_won", "=", False)], limit=2)
    single, batch = (
        prepare_lead_values(team, user, offset) for offset in (10000, 30000)
    )
    warm_up = Lead.create(prepare_lead_values(team, user, 50000)[:5])
    warm_up[0].stage_id = stages[1]
    warm_up[0].message_post(body="Warm up")

    leads = Lead.browse()
    results = {}

    def create_one_by_one():
        nonlocal leads
        for values in single:
            leads += Lead.create(values)
            finish_request()

    def move_stage():
        for lead in leads:
            lead.stage_id = stages[1]
            finish_request()

    def post_message():
        for lead in leads:
            lead.message_post(body="Called the customer", subtype_xmlid="mail.mt_note")
            finish_request()

    results["create, one by one"] = measure(create_one_by_one)
    results["create, in one batch"] = measure(lambda: Lead.create(batch))
    results["move to the next stage"] = measure(move_stage)
    results["post a message"] = measure(post_message)
    return results


try:
    print("BENCH " + json.dumps(run()))
finally:
    env.cr.rollback()
