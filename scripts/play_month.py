#!/usr/bin/env python3
"""Play one month of a sales team and recompute its numbers.

    scripts/play_month DATABASE [--seed 1] [--notices daily]      (make month)

From 28 September to 2 November 2026, in Shanghai: six people and their leader, three
or four new customers a day, calls and visits, a colleague's customer asked for, a
holiday week with a make-up day, one person ill for a week, one who leaves and hands
over, reports and a plan, a month that ends on a Saturday. Each step is made by the
person whom it concerns, at its moment, and committed; all scheduled actions run each
night.

Then every number of October is recomputed by plain SQL from the source records, person
by person, and held against the metric, the monthly report, the plan and the pivots; the
days of customers are recomputed by a calendar of this script; and the ledger is
checked. Exit code 1 if anything differs.

The database must hold the addons and no customers: scripts/database create NAME.
"""

import argparse
import random
import sys
from collections import Counter
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from unittest.mock import patch

import pytz
from freezegun import freeze_time

import odoo.netsvc
import odoo.sql_db
import odoo.tools
from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry

ZONE = pytz.timezone("Asia/Shanghai")
FIRST, LAST = date(2026, 9, 28), date(2026, 11, 2)
OCTOBER = (date(2026, 10, 1), date(2026, 11, 1))
HOLIDAYS = [date(2026, 10, day) for day in range(1, 8)]
MAKE_UP = date(2026, 10, 10)
ILL = (date(2026, 10, 19), date(2026, 10, 23))
LEAVES_ON = date(2026, 10, 23)
DAYS = 7
NIGHT = time(0, 1)
SUBJECTS = [
    "Asked for the price of {} sets and the delivery time",
    "Showed the drawings, wants {} metres in white",
    "Compared with the offer of a competitor, {} per cent dearer",
    "Will talk to the partner about variant {}",
    "Measured {} rooms, sends the plan by messenger",
]
# What each number means, a second time: the rows and the moment of each, per person.
CONTACTS = (
    "sales_process_followup WHERE (counts OR void_reason = 'no_owner')"
    " AND is_same_day IS NOT TRUE"
)
PERIODS = "sales_process_ownership WHERE"
NUMBERS = {
    "new_customers": f"SELECT user_id, date_start, id FROM {PERIODS}"
    " previous_id IS NULL AND origin <> 'backfill'"
    " AND end_reason IS DISTINCT FROM 'merged'",
    "followups": f"SELECT user_id, date, id FROM {CONTACTS}",
    "calls": f"SELECT user_id, date, id FROM {CONTACTS}"
    " AND channel IN ('call', 'hotline')",
    "visits": f"SELECT user_id, date, id FROM {CONTACTS} AND channel = 'visit'",
    "receptions": f"SELECT user_id, date, id FROM {CONTACTS} AND channel = 'reception'",
    "customers_contacted": "SELECT followup.user_id, followup.date,"
    " COALESCE(period.root_id, period.id)"
    " FROM sales_process_followup AS followup"
    " JOIN sales_process_ownership AS period ON period.id = followup.ownership_id"
    " WHERE followup.counts OR followup.void_reason = 'no_owner'",
    "conflicts": "SELECT user_id, date, id FROM sales_process_conflict",
    "won_count": "SELECT user_id, date_closed, id FROM crm_lead"
    " WHERE won_status = 'won'",
}


def local(day, moment):
    """The naive UTC datetime of a time on the wall in Shanghai."""
    wall = ZONE.localize(datetime.combine(day, moment))
    return wall.astimezone(pytz.utc).replace(tzinfo=None)


@contextmanager
def at(moment):
    """Let it be a moment, for Python and for every connection of this process."""
    with (
        freeze_time(moment),
        patch.object(odoo.sql_db.BaseCursor, "now", lambda cursor: moment),
    ):
        yield


def is_working_day(day):
    if day == MAKE_UP:
        return True
    return day.weekday() < 5 and day not in HOLIDAYS


def get_deadline(contact, away=()):
    """The last second of a customer after a contact: the seventh working day.

    :param contact: naive UTC datetime
    :param away: dates that do not count for this owner
    :return: naive UTC datetime
    """
    day = pytz.utc.localize(contact).astimezone(ZONE).date()
    left = DAYS
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day) and day not in away
    return local(day, time(23, 59, 59))


class Month:
    """The team, and what it does."""

    def __init__(self, registry, seed, notices=None):
        self.registry = registry
        self.notices = notices
        self.chance = random.Random(seed)
        self.number = 0
        self.logged = Counter()
        self.customers = {}  # telephone: title
        self.problems = []
        self.refusals = Counter()

    @contextmanager
    def acting(self, user_id=SUPERUSER_ID):
        """One request of a person, committed."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, user_id, {"lang": "zh_CN"})

    # -- the team --------------------------------------------------------

    def found(self):
        """Make the team, its calendar, its roster and its rules."""
        with self.acting() as env:
            env.company.country_id = env.ref("base.cn")
            env["crm.team"].search([]).action_archive()
            calendar = env["resource.calendar"].create(
                {"name": "Showroom", "tz": ZONE.zone, "company_id": env.company.id}
            )
            env["resource.calendar.leaves"].create(
                {
                    "name": "National Day",
                    "calendar_id": calendar.id,
                    "company_id": env.company.id,
                    "date_from": local(HOLIDAYS[0], time()),
                    "date_to": local(HOLIDAYS[-1], time(23, 59, 59)),
                }
            )
            salesman = env.ref("sales_team.group_sale_salesman")
            people = (
                env["res.users"]
                .with_context(no_reset_password=True)
                .create(
                    [
                        {
                            "name": name,
                            "login": login,
                            "email": f"{login}@month.example",
                            "tz": ZONE.zone,
                            "lang": "zh_CN",
                            "notification_type": "inbox",
                            "group_ids": [(4, salesman.id)],
                        }
                        for login, name in (
                            ("leader", "周主管"),
                            *((f"person_{n}", f"业务员{n}") for n in range(1, 7)),
                        )
                    ]
                )
            )
            self.leader, self.people = people[0].id, people[1:].ids
            self.ill, self.leaver = self.people[3], self.people[5]
            team = env["crm.team"].create(
                {
                    "name": "滨江销售部",
                    "user_id": self.leader,
                    "company_id": env.company.id,
                    "crm_team_member_ids": [
                        (0, 0, {"user_id": user}) for user in self.people
                    ],
                    "process_calendar_id": calendar.id,
                    "process_followup_working_days": True,
                    "process_followup_days": DAYS,
                    "process_release_ceiling_percent": 0,
                    "process_report_daily": True,
                    "process_report_weekly": True,
                    "process_report_monthly": True,
                }
            )
            if self.notices:
                quiet = (21, 8) if self.notices == "daily" else (0, 0)
                team.process_notice = self.notices
                team.process_quiet_from, team.process_quiet_to = quiet
            team.process_mode = "enforce"
            team.process_date_release_from = False
            self.team = team.id
            env["sales.process.calendar.exception"].create(
                {
                    "name": "Make-up day",
                    "team_id": team.id,
                    "date": MAKE_UP,
                    "is_working": True,
                }
            )
        with self.acting(self.leader) as env:
            roster = env["sales.process.duty.rotation"].create(
                {
                    "team_id": self.team,
                    "date_from": FIRST,
                    "date_to": LAST,
                    "unit": "day",
                }
            )
            roster.action_create()
        with self.acting(self.leader) as env:
            metric = {m.code: m.id for m in env["sales.process.metric"].search([])}
            plan = env["sales.process.plan"].create(
                {
                    "kind": "monthly",
                    "team_id": self.team,
                    "date_from": OCTOBER[0],
                    "line_ids": [
                        (0, 0, {"metric_id": metric[code], "goal": goal})
                        for code, goal in (("followups", 150), ("new_customers", 60))
                    ],
                }
            )
            plan.action_agree()

    # -- one day ---------------------------------------------------------

    def play(self):
        day = FIRST
        while day <= LAST:
            self.play_day(day)
            day += timedelta(days=1)

    def play_day(self, day):
        self.run_actions(local(day, NIGHT))
        if day == ILL[0]:
            with at(local(day, time(7))), self.acting(self.ill) as env:
                env.user.write(
                    {
                        "out_of_office_from": local(ILL[0], time()),
                        "out_of_office_to": local(ILL[1], time(23, 59, 59)),
                    }
                )
        if day == LEAVES_ON:
            self.hand_over(day)
        self.run_actions(local(day, time(9, 5)))
        if is_working_day(day):
            for hour in range(9, 9 + self.chance.choice((3, 3, 4))):
                self.receive(local(day, time(hour, 30)))
            for person in self.get_present(day):
                self.follow_up(person, day)
            if self.chance.random() < 0.3:
                self.ask_for_a_colleague(day)
            if self.chance.random() < 0.2:
                self.win(day)
        if self.notices:
            # as often as a server runs them by day, so that everything is told
            for hour in (11, 13, 15, 16):
                self.run_actions(local(day, time(hour, 5)))
        self.report(day)
        self.run_actions(local(day, time(21)))

    def get_present(self, day):
        return [
            person
            for person in self.people
            if not (person == self.ill and ILL[0] <= day <= ILL[1])
            and not (person == self.leaver and day > LEAVES_ON)
        ]

    def run_actions(self, moment):
        """All scheduled actions of ours, as the server runs them."""
        with at(moment), self.acting() as env:
            records = env["ir.model.data"].search(
                [
                    ("module", "=like", "sales_process_mgmt%"),
                    ("model", "=", "ir.cron"),
                ]
            )
            for cron in env["ir.cron"].browse(records.mapped("res_id")).exists():
                cron.method_direct_trigger()

    def receive(self, moment):
        """A new customer comes in; whoever is on duty registers it."""
        with at(moment):
            with self.acting() as env:
                on_duty = env["crm.team"].browse(self.team)._get_duty_users()
                receiver = on_duty[:1].id or self.people[0]
            self.number += 1
            phone = f"1390571{self.number:04d}"
            with self.acting(receiver) as env:
                wizard = env["sales.process.registration"].create(
                    {
                        "team_id": self.team,
                        "phone": phone,
                        "contact_name": f"客户{self.number}",
                        "channel": "reception",
                        "subject": self.choose_subject(),
                    }
                )
                wizard.action_register()
                self.customers[phone] = wizard.lead_id.id

    def choose_subject(self):
        """What was discussed, with whom: other words each time."""
        names = " ".join(
            "".join(
                self.chance.choice("bdfgklmnprstvz") + self.chance.choice("aeiou")
                for _syllable in range(5)
            )
            for _name in range(2)
        )
        subject = self.chance.choice(SUBJECTS).format(self.chance.randrange(2, 999))
        return f"{subject}; spoke with {names.title()}"

    def follow_up(self, person, day):
        """Two to four contacts with own customers; the third person is lazy."""
        count = self.chance.choice((0, 0, 1)) if person == self.people[2] else 3
        with self.acting(person) as env:
            owned = env["sales.process.ownership"].search(
                [
                    ("user_id", "=", person),
                    ("state", "=", "open"),
                    ("phase", "=", "pursuing"),
                ],
                order="date_deadline, id",
                limit=12,
            )
            leads = [row._get_current_lead().id for row in owned]
        for hour in range(count):
            if not leads:
                return
            lead_id = leads.pop(self.chance.randrange(min(4, len(leads))))
            moment = local(day, time(14 + hour, self.chance.randrange(60)))
            channel = self.chance.choice(("call", "call", "visit"))
            with at(moment), self.acting(person) as env:
                followup = env["sales.process.followup"].create(
                    {
                        "lead_id": lead_id,
                        "channel": channel,
                        "subject": self.choose_subject(),
                        "location": "客户公司" if channel == "visit" else False,
                    }
                )
                self.logged[person, day, followup.counts] += 1
                if not followup.counts:
                    self.problems.append(
                        f"{followup.subject} does not count: {followup.void_reason}"
                    )

    def ask_for_a_colleague(self, day):
        """Somebody types the number of a colleague's customer: refused."""
        person = self.chance.choice(self.get_present(day))
        with self.acting() as env:
            stranger = env["sales.process.ownership"].search(
                [("state", "=", "open"), ("user_id", "!=", person)], limit=40
            )
            phones = stranger.lead_ids.mapped("phone")
        if not phones:
            return
        phone = self.chance.choice(phones)
        moment = local(day, time(17, self.chance.randrange(20)))
        with at(moment):
            try:
                with self.acting(person) as env:
                    env["crm.lead"].create(
                        {"name": "Mine", "phone": phone, "type": "opportunity"}
                    )
                self.problems.append(f"{phone} was taken from its owner by hand")
            except UserError:
                self.refusals[person] += 1

    def win(self, day):
        """A customer signs, where nothing but the CRM tells about it."""
        with self.acting() as env:
            if "sale.order" in env:
                return
        person = self.chance.choice(self.get_present(day))
        with at(local(day, time(17, 30))), self.acting(person) as env:
            owned = env["sales.process.ownership"].search(
                [("user_id", "=", person), ("phase", "=", "pursuing")], limit=1
            )
            owned._get_current_lead().with_env(env).action_set_won()

    def hand_over(self, day):
        """One of the six leaves; the others confirm what they receive."""
        moment = local(day, time(8))
        with at(moment):
            with self.acting(self.leader) as env:
                handover = env["sales.process.handover"].create(
                    {
                        "team_id": self.team,
                        "user_id": self.leaver,
                        "receiver_ids": [(6, 0, self.people[:3])],
                        "reason": "离职",
                    }
                )
                handover.action_propose()
                handover.action_send()
                handover_id, receivers = handover.id, handover.line_ids.new_user_id.ids
            for person in (self.leaver, *receivers):
                with self.acting(person) as env:
                    env["sales.process.handover"].browse(handover_id).action_confirm()
        with at(local(day, time(20))), self.acting() as env:
            env["res.users"].browse(self.leaver).active = False

    def report(self, day):
        """Reports are handed in at 16:45; the lazy person forgets the daily ones."""
        moment = local(day, time(16, 45))
        with at(moment), self.acting() as env:
            owed = env["sales.process.work.report"].search(
                [
                    ("state", "in", ("draft", "missing")),
                    ("user_id", "in", self.get_present(day)),
                    ("date_from", "<=", day),
                    ("date_to", "<=", day),
                ]
            )
            todo = [
                (report.id, report.user_id.id)
                for report in owed
                if report.kind != "daily" or report.user_id.id != self.people[2]
            ]
        for report_id, person in todo:
            with at(moment), self.acting(person) as env:
                report = env["sales.process.work.report"].browse(report_id)
                report.summary = "按计划完成"
                report.action_submit()

    # -- the numbers -----------------------------------------------------

    def get_bounds(self):
        return local(OCTOBER[0], time()), local(OCTOBER[1], time())

    def count(self, cr, query):
        """The distinct rows of each person in October, by plain SQL."""
        start, end = self.get_bounds()
        cr.execute(
            f"SELECT user_id, COUNT(DISTINCT id) FROM ({query}) AS row (user_id, date,"
            " id) WHERE date >= %s AND date < %s GROUP BY user_id",
            [start, end],
        )
        return Counter(dict(cr.fetchall()))

    def check(self):
        """Hold every number against plain SQL."""
        with at(local(LAST, time(22))), self.acting() as env:
            for code, query in NUMBERS.items():
                self.check_number(env, code, query)
            self.check_tally(env)
            self.check_expired(env)
            self.check_clock(env)
            self.check_plan(env)
            self.check_pivot(env)
            self.check_reports(env)
            self.check_ledger(env)

    def count_notices(self):
        """How often each person was told something in the month."""
        with self.acting() as env:
            env.cr.execute(
                "SELECT partner.name, COUNT(*)"
                "  FROM mail_notification AS notification"
                "  JOIN mail_message AS message"
                "    ON message.id = notification.mail_message_id"
                "  JOIN res_partner AS partner"
                "    ON partner.id = notification.res_partner_id"
                " WHERE message.date >= %s AND message.date < %s"
                " GROUP BY partner.name ORDER BY partner.name",
                self.get_bounds(),
            )
            return env.cr.fetchall()

    def expect(self, what, found, wanted):
        if found != wanted:
            self.problems.append(f"{what}: {found!r} instead of {wanted!r}")

    def check_number(self, env, code, query):
        wanted = self.count(env.cr, query)
        metric = env["sales.process.metric"].search([("code", "=", code)])
        bounds = dict.fromkeys((*self.people, self.leader), self.get_bounds())
        values = metric._evaluate(bounds, env.company)[metric]
        for person, value in values.items():
            self.expect(f"{code} of {person}", int(value), wanted[person])
        # the report that was handed in before the month ended has its final number
        reported = env["sales.process.work.report.value"].search(
            [
                ("metric_id", "=", metric.id),
                ("report_id.kind", "=", "monthly"),
                ("report_id.date_from", "=", OCTOBER[0]),
                ("has_final", "=", True),
            ]
        )
        self.expect(f"people with a final {code}", bool(reported), True)
        for value in reported:
            person = value.report_id.user_id.id
            self.expect(
                f"{code} in the report of {person}",
                int(value.value_final),
                wanted[person],
            )

    def check_tally(self, env):
        """What this script did itself is what the database holds."""
        wanted = Counter()
        for (person, day, counts), number in self.logged.items():
            if counts and OCTOBER[0] <= day < OCTOBER[1]:
                wanted[person] += number
        found = self.count(
            env.cr,
            f"SELECT user_id, date, id FROM {CONTACTS}"
            " AND channel IN ('call', 'visit')",
        )
        for person in self.people:
            self.expect(f"logged by {person}", found[person], wanted[person])
        conflicts = self.count(env.cr, NUMBERS["conflicts"])
        self.expect("some attempts were refused", sum(self.refusals.values()) > 0, True)
        self.expect(
            "conflicts at most one an attempt",
            all(conflicts[p] <= self.refusals[p] for p in self.people),
            True,
        )

    def check_expired(self, env):
        """Customers lost count once, and none of them while its owner was ill."""
        wanted = self.count(
            env.cr,
            "SELECT user_id, date_end, id FROM sales_process_ownership"
            " WHERE end_reason = 'expired' AND user_id IS NOT NULL",
        )
        self.expect("somebody lost customers", sum(wanted.values()) > 0, True)
        away = (local(ILL[0], time()), local(ILL[1] + timedelta(days=1), time()))
        env.cr.execute(
            "SELECT COUNT(*) FROM sales_process_ownership WHERE user_id = %s"
            " AND end_reason = 'expired' AND date_end >= %s AND date_end < %s",
            [self.ill, *away],
        )
        self.expect("customers lost while ill", env.cr.fetchone()[0], 0)
        metric = env["sales.process.metric"].search(
            [("code", "=", "customers_expired")]
        )
        bounds = dict.fromkeys(self.people, self.get_bounds())
        for person, value in metric._evaluate(bounds, env.company)[metric].items():
            self.expect(f"expired of {person}", int(value), wanted[person])

    def check_clock(self, env):
        """The deadline of each expired period, by the calendar of this script."""
        env.cr.execute(
            "SELECT id, user_id, date_start, date_last_contact, date_end"
            "  FROM sales_process_ownership"
            " WHERE end_reason = 'expired' AND user_id IS NOT NULL"
        )
        for row_id, person, start, contact, end in env.cr.fetchall():
            if person == self.ill and end > local(ILL[0], time()):
                continue
            since = max(filter(None, (start, contact)))
            deadline = get_deadline(since)
            self.expect(
                f"period {row_id} ended after its deadline", end > deadline, True
            )
            self.expect(
                f"period {row_id} ended the night after",
                end - deadline < timedelta(days=1),
                True,
            )
        env.cr.execute(
            "SELECT id FROM sales_process_ownership WHERE state = 'open'"
            " AND phase = 'pursuing' AND date_deadline < %s",
            [local(LAST, time())],
        )
        self.expect("overdue customers that stayed", env.cr.fetchall(), [])

    def check_plan(self, env):
        plan = env["sales.process.plan"].search(
            [("team_id", "=", self.team), ("date_from", "=", OCTOBER[0])]
        )
        self.expect("the plan is there", len(plan), 1)
        for line in plan.line_ids:
            wanted = self.count(env.cr, NUMBERS[line.metric_id.code])
            self.expect(
                f"the team's {line.metric_id.code} in the plan",
                int(line.actual),
                sum(wanted[p] for p in (*self.people, self.leader)),
            )

    def check_pivot(self, env):
        start, end = self.get_bounds()
        groups = env["sales.process.followup.report"]._read_group(
            [("date", ">=", start), ("date", "<", end), ("is_contact", "=", True)],
            ["user_id"],
            ["__count"],
        )
        wanted = self.count(env.cr, NUMBERS["followups"])
        self.expect("contacts in the pivot", {u.id: n for u, n in groups}, dict(wanted))

    def check_reports(self, env):
        """On time, late and missing, from the reports themselves."""
        env.cr.execute(
            "SELECT user_id,"
            "       COUNT(*) FILTER (WHERE date_submitted <= date_due),"
            "       COUNT(*) FILTER (WHERE date_submitted > date_due),"
            "       COUNT(*) FILTER"
            "       (WHERE date_submitted IS NULL AND state = 'missing')"
            "  FROM sales_process_work_report"
            " WHERE kind <> 'urgent' AND state <> 'excused'"
            "   AND date_to >= %s AND date_to < %s GROUP BY user_id",
            OCTOBER,
        )
        wanted = {row[0]: row[1:] for row in env.cr.fetchall()}
        groups = env["sales.process.discipline.report"]._read_group(
            [("date_to", ">=", OCTOBER[0]), ("date_to", "<", OCTOBER[1])],
            ["user_id"],
            ["on_time_count:sum", "late_count:sum", "missing_count:sum"],
        )
        found = {user.id: tuple(numbers) for user, *numbers in groups}
        for person in self.people:
            self.expect(f"reports of {person}", found.get(person), wanted.get(person))
        self.expect("the lazy one misses reports", wanted[self.people[2]][2] > 5, True)

    def check_ledger(self, env):
        from odoo.addons.sales_process_mgmt.tools.ledger_rules import RULES

        for rule in RULES:
            env.cr.execute(rule.query)
            self.expect(rule.sentence, env.cr.fetchall()[:3], [])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--notices",
        choices=("now", "daily"),
        help="count what people are told, at once or in one message a day",
    )
    arguments = parser.parse_args()
    odoo.tools.config.parse_config(["--no-http", "--log-level=critical"])
    odoo.netsvc.init_logger()
    month = Month(Registry(arguments.database), arguments.seed, arguments.notices)
    with at(local(FIRST - timedelta(days=1), time(12))):
        month.found()
    month.play()
    month.check()
    if arguments.notices:
        for name, number in month.count_notices():
            print(f"{name}: told {number} times in October")
    for problem in month.problems:
        print(f"WRONG {problem}")
    print(
        f"{month.number} customers, {sum(month.logged.values())} contacts,"
        f" {sum(month.refusals.values())} refusals;"
        f" {len(month.problems)} numbers differ."
    )
    sys.exit(bool(month.problems))


if __name__ == "__main__":
    main()
