# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the demonstration's people did lately, and what they plan.

Everything that has a date is made here, in the days of the people concerned: the XML
files next to this one know neither their zone nor their weekday. The moment counts
from the database's clock, so that the demonstration is alive at any hour of any day.
"""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, api, models

from ..models.sales_process_grade_run import GradeRun
from ..tools import deadline as deadline_tools
from ..tools import transaction

MODULE = "sales_process_mgmt"
EAST = ("wang_fang", "li_wei", "zhang_min")
WEST = ("chen_jie", "liu_yang", "zhao_lei")
# (channel, what was discussed, next step, place): one after the other
CONTACTS = (
    ("call", "Discussed price and delivery time", "Call again 再次致电", None),
    (
        "reception",
        "Came to the showroom with two colleagues",
        "Visit the plant 参观工厂",
        None,
    ),
    ("call", "Sent the data sheet, waits for approval", "Bring samples 送样品", None),
    ("hotline", "Asked for a technician", "Ask for the decision 确认采购决定", None),
    ("message", "Confirmed the visit by message", None, None),
    (
        "visit",
        "Showed the new series, asked for a quotation",
        "Send the quotation 发送报价单",
        "Mianyang",
    ),
)
# The western team writes in Chinese
CONTACTS_WEST = (
    ("call", "电话沟通价格和交货期", "再次致电", None),
    ("reception", "客户带两位同事到展厅看样", "参观工厂", None),
    ("call", "已发产品资料，等待审批", "送样品", None),
    ("hotline", "来电询问技术支持", "确认采购决定", None),
    ("message", "微信确认拜访时间", None, None),
    ("visit", "演示新系列产品，客户要求报价", "发送报价单", "绵阳"),
)
# What the device of a visitor said: in Mianyang, each visit in another street
PLACE = (31.4675, 104.6796)
STREET = 0.0031
# (grade, what the customer could buy in a year, days since the last contact)
GRADES = (("a", 500000, 30), ("b", 100000, 60), ("c", 0, 120))
NAMES_IN_CHINESE = {
    "team_east_demo": "杭州展厅",
    "team_region_demo": "直营大区",
    "team_west_demo": "成都外勤组",
}
CHINESE = "zh_CN"


class SalesProcessDemo(models.AbstractModel):
    """Makes the dated part of the demonstration; another addon may add its own."""

    _name = "sales.process.demo"
    _description = "Sales Process Demonstration"

    @api.model
    def _load(self):
        """Make roster, contacts, conflicts and a release run.

        Called by the demo data, once: what users did afterwards is left alone.
        """
        if self._is_loaded(MODULE):
            return
        self._load_people()
        self._load_customers()
        self._load_roster()
        self._load_calendar()
        self._load_followups()
        self._load_absence()
        self._load_language()
        self._load_conflicts()
        self._load_invitation()
        self._load_grades()
        self._load_release()
        self._load_certificate()
        self._set_loaded(MODULE)

    def _is_loaded(self, module):
        """Tell whether the dated part of an addon's demonstration was made before.

        :param str module: the addon
        """
        return bool(self.env.ref(f"{module}.demo_loaded", raise_if_not_found=False))

    def _set_loaded(self, module):
        self._remember({"demo_loaded": self._get("team_east_demo")}, module)

    # ------------------------------------------------------------
    # CLOCK AND NAMES
    # ------------------------------------------------------------

    def _get(self, name):
        return self.env.ref(f"{MODULE}.{name}")

    def _get_user(self, name):
        return self._get(f"user_{name}_demo")

    def _remember(self, records, module=MODULE):
        """Give records a name, theirs for good: an update does not touch them.

        :param dict records: ``{name: record}``
        :param str module: the addon whose names they are
        """
        self.env["ir.model.data"]._update_xmlids(
            [
                {"xml_id": f"{module}.{name}", "record": record, "noupdate": True}
                for name, record in records.items()
            ]
        )

    def _get_zone(self, user):
        return self.env["crm.team"]._get_process_timezone(user)

    def _get_today(self, user):
        """The day on the wall where a person works."""
        return self.env["crm.team"]._get_process_today(user)

    def _get_moment(self, user, day, hour):
        """A moment of a person's day, not later than now."""
        day += timedelta(days=int(hour // 24))
        moment = deadline_tools.local_moment_utc(day, hour % 24, self._get_zone(user))
        return min(moment, self.env.cr.now().replace(microsecond=0))

    @contextmanager
    def _at(self, moment):
        """Let it be an earlier moment for what the product does within.

        :param moment: naive UTC datetime
        """
        self.env.flush_all()
        with patch.object(self.env.cr, "now", lambda: moment):
            yield
            self.env.flush_all()
        self.env.invalidate_all()

    def _win(self, user, revenue, moment, number=0):
        """Somebody sells something more to one of the own customers.

        :param user: res.users
        :param float revenue: what it brings
        :param moment: naive UTC datetime at which it was won
        :param int number: which of the customers
        :return: crm.lead
        """
        Lead = self.env["crm.lead"]
        known = Lead.search(
            [
                ("user_id", "=", user.id),
                ("partner_id", "!=", False),
                ("ownership_id.user_id", "=", user.id),
                ("ownership_id.state", "=", "open"),
            ],
            order="id",
        )
        known = known[number % len(known)]
        lead = Lead.with_user(user).create(
            {
                "name": "Spare parts for the year",
                "type": "opportunity",
                "partner_id": known.partner_id.id,
                "user_id": user.id,
                "team_id": user.sale_team_id.id,
                "expected_revenue": revenue,
            }
        )
        lead.action_set_won()
        self.env.flush_all()
        # the app takes the clock of the wall
        lead = lead.sudo()
        lead.date_closed = moment
        return lead

    # ------------------------------------------------------------
    # PARTS
    # ------------------------------------------------------------

    def _load_people(self):
        """Nobody came today: the people have been in their teams for a year.

        Exams, scorecards and reports begin on the day on which somebody joined, which
        no door lets anybody choose.
        """
        members = self._get("team_region_demo") | self._get("team_east_demo")
        members = (members | self._get("team_west_demo")).crm_team_member_ids
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_team_member SET create_date = create_date - interval '1 year'"
            " WHERE id = ANY(%s)",
            (members.ids,),
        )
        self.env.invalidate_all()

    def _get_leads(self):
        """The leads that somebody works on, and how many days ago was the contact."""
        for team, count, cycle in (("east", 30, 9), ("west", 20, 10)):
            for index in range(count):
                lead = self._get(f"lead_{team}_{index:02d}_demo")
                if not lead.stage_id.is_won:
                    yield f"{team}_{index:02d}", lead, index % cycle

    def _load_customers(self):
        """Customers are known for a week or longer, unless they came today."""
        rows = {}
        for _name, lead, days in self._get_leads():
            if days:
                rows.setdefault(days, lead.ownership_id)
                rows[days] |= lead.ownership_id
        for days, ownerships in rows.items():
            for user, owned in ownerships.grouped("user_id").items():
                day = self._get_today(user) - timedelta(days=days + 6)
                owned.date_start = self._get_moment(user, day, 8.5)

    def _load_roster(self):
        """Two shifts on each day of this week and the next, Saturday and Sunday too."""
        values, names = [], []
        for team, people in (("east", EAST), ("west", WEST)):
            users = [self._get_user(name) for name in people]
            today = self._get_today(users[0])
            zone = self._get_zone(users[0])
            monday = today - timedelta(days=today.weekday())
            bounds = [
                deadline_tools.start_of_day_utc(monday + timedelta(days=day), zone)
                if half == 0
                else deadline_tools.local_moment_utc(
                    monday + timedelta(days=day), 12, zone
                )
                for day in range(15)
                for half in (0, 1)
            ]
            for index in range(28):
                names.append(f"duty_{team}_{index // 2:02d}_{index % 2}_demo")
                values.append(
                    {
                        "team_id": self._get(f"team_{team}_demo").id,
                        "user_id": users[index % 3].id,
                        "date_start": bounds[index],
                        "date_end": bounds[index + 1],
                        "state": "confirmed",
                    }
                )
        duties = self.env["sales.process.duty"].create(values)
        self._remember(dict(zip(names, duties, strict=True)))
        swap = (
            self.env["sales.process.duty.swap"]
            .with_user(self._get_user("wang_fang"))
            .create(
                {
                    "duty_id": self._get("duty_east_12_0_demo").id,
                    "substitute_id": self._get_user("li_wei").id,
                    "reason": "Visit to a customer in Suzhou",
                }
            )
        )
        self._remember({"duty_swap_east_demo": swap})

    def _load_calendar(self):
        today = self._get_today(self._get_user("sun_li"))
        monday = today + timedelta(days=7 - today.weekday())
        exceptions = self.env["sales.process.calendar.exception"].create(
            [
                {
                    "name": "Make-up working day",
                    "team_id": self._get("team_east_demo").id,
                    "date": monday + timedelta(days=5),
                    "is_working": True,
                },
                {
                    "name": "Team outing",
                    "team_id": self._get("team_west_demo").id,
                    "date": monday + timedelta(days=4),
                    "is_working": False,
                },
            ]
        )
        names = ("calendar_exception_east_make_up", "calendar_exception_west_outing")
        self._remember(
            {f"{name}_demo": row for name, row in zip(names, exceptions, strict=True)}
        )

    def _load_followups(self):
        now = self.env.cr.now().replace(microsecond=0)
        values, names = [], []
        for index, (name, lead, days) in enumerate(self._get_leads()):
            contacts = CONTACTS if name.startswith("east") else CONTACTS_WEST
            channel, subject, next_step, location = contacts[index % len(contacts)]
            today = self._get_today(lead.user_id)
            agreed = next_step and days < 6
            names.append(f"followup_{name}_demo")
            values.append(
                {
                    "lead_id": lead.id,
                    "user_id": lead.user_id.id,
                    "date": self._get_moment(
                        lead.user_id, today - timedelta(days=days), 9 + index * 0.15
                    )
                    if days
                    else now - timedelta(minutes=6 + index),
                    "channel": channel,
                    "subject": subject,
                    "next_step": next_step,
                    "location": location,
                    "latitude": location and PLACE[0] + index % 7 * STREET,
                    "longitude": location and PLACE[1] - index % 5 * STREET,
                    "date_next": today + timedelta(days=index % 4) if agreed else False,
                }
            )
        followups = self.env["sales.process.followup"].create(values)
        self._remember(dict(zip(names, followups, strict=True)))

    def _load_absence(self):
        """One of those who are not on duty today is away, a colleague stands in."""
        leader = self._get_user("zhou_tao")
        today = self._get_today(leader)
        # as the roster goes round: see _load_roster
        turn = 2 * today.weekday()
        away, deputy = (
            self._get_user(WEST[(turn + step) % len(WEST)]) for step in (2, 0)
        )
        absence = (
            self.env["sales.process.absence"]
            .with_user(leader)
            .create(
                {
                    "user_id": away.id,
                    "deputy_id": deputy.id,
                    "date_start": self.env.cr.now().replace(microsecond=0),
                    "date_end": deadline_tools.end_of_day_utc(
                        today + timedelta(days=3), self._get_zone(away)
                    ),
                    "note": "到工厂培训",
                }
            )
        )
        self._remember({"absence_west_demo": absence.sudo()})

    def _load_language(self):
        """The western team reads Chinese, where the database knows it."""
        if not self.env["res.lang"]._get_data(code=CHINESE):
            return
        people = [self._get_user(name) for name in ("zhou_tao", *WEST)]
        self.env["res.users"].union(*people).lang = CHINESE
        for name, text in NAMES_IN_CHINESE.items():
            self._get(name).with_context(lang=CHINESE).name = text

    def _load_conflicts(self):
        """Inquiries for somebody else's customer, when nobody was there to refuse."""
        phones = {
            "east_0": ("wang_fang", "+86 138 5111 1213"),
            "east_1": ("wang_fang", "+86 138 5222 1426"),
            "east_2": ("zhang_min", "+86 138 5296 1568"),
            "west_0": ("zhao_lei", "+86 138 6184 3272"),
            "west_1": ("liu_yang", "+86 138 6258 3414"),
        }
        leads = self._create_unattended(
            "website",
            [
                {
                    "name": "Inquiry from the website 网站询盘",
                    "user_id": self._get_user(user).id,
                    "team_id": self._get(f"team_{name[:4]}_demo").id,
                    "phone": phone,
                }
                for name, (user, phone) in phones.items()
            ],
        )
        two_owners = self._create_unattended(
            "gateway",
            [
                {
                    "name": "E-mail with another's telephone 邮件留的是他人电话",
                    "user_id": False,
                    "team_id": self._get("team_east_demo").id,
                    "phone": "+86 138 5074 1142",
                    "email_from": "gao.feng6@example.com",
                }
            ],
        )
        names = [f"lead_conflict_{name}_demo" for name in phones]
        self._remember(dict(zip(names, leads, strict=True)))
        self._remember({"lead_conflict_two_owners_demo": two_owners})

    def _create_unattended(self, door, values):
        company = self.env.ref("base.main_company")
        country = self.env.ref("base.cn")
        common = {
            "type": "opportunity",
            "company_id": company.id,
            "country_id": country.id,
        }
        with transaction.entering(self.env, door):
            return self.env["crm.lead"].create([{**common, **lead} for lead in values])

    def _load_invitation(self):
        """Somebody asks to help with a customer."""
        lead = self._get("lead_east_04_demo")
        invitation = self.env["sales.process.invitation"].create(
            {
                "name": lead.partner_id.display_name,
                "ownership_id": lead.ownership_id.id,
                "user_id": self._get_user("wang_fang").id,
                "note": "The buyer came to the showroom while I was on duty and asked "
                "for a test.",
            }
        )
        invitation._schedule_answer()
        self._remember({"invitation_wang_fang_demo": invitation})

    def _load_grades(self):
        """The showroom grades its customers by contact and potential."""
        leader = self._get_user("sun_li")
        for index, potential in enumerate((900000, 450000, 700000, 120000, 60000)):
            lead = self._get(f"lead_east_{index:02d}_demo")
            lead.partner_id.with_user(leader).process_potential = potential
        rule = self.env["sales.process.grade.rule"].create(
            {
                "name": "Showroom customers",
                "company_id": self.env.ref("base.main_company").id,
                "team_id": self._get("team_east_demo").id,
                "line_ids": [
                    Command.create(
                        {
                            "grade_id": self._get(f"customer_grade_{grade}_demo").id,
                            "potential_min": potential,
                            "contact_days_max": days,
                        }
                    )
                    for grade, potential, days in GRADES
                ],
            }
        )
        rule.action_switch_on()
        run = GradeRun(rule)
        run.process(run.select(100))
        self._remember({"grade_rule_east_demo": rule})

    def _load_release(self):
        """Release what is due, as the first night would have done."""
        Release = self.env["sales.process.release"]
        Release._release(Release._lock_due(100))

    def _load_certificate(self):
        """The leader has written down whose a customer is."""
        self.env["sales.process.certificate"].with_user(
            self._get_user("sun_li")
        )._issue(self._get("lead_east_08_demo").ownership_id)
