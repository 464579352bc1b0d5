# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Registers of before come in: with their first contact, checked before, once."""

import base64
from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..tools import deadline as deadline_tools
from ..tools.transaction import entering
from .common import SalesProcessCommon

PHONE = "13812345678"
NAMES = ["id", "name", "phone", "user_id", "team_id", "process_date_first_contact"]
MODELS = ("crm.lead", "sales.process.followup", "sales.process.duty")


class ImportCommon(SalesProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.leader_east._get_process_today()
        cls.first = cls.today - timedelta(days=200)

    def _row(self, number, phone, user, first=None, team=None):
        return [
            f"register.{number}",
            f"Customer {number}",
            phone,
            user.name if user else "",
            (team or self.team_east).name,
            str(first or ""),
        ]

    def _load(self, user, rows, names=()):
        names = list(names or NAMES)
        result = self.env["crm.lead"].with_user(user).load(names, rows)
        return self.env["crm.lead"].browse(result["ids"] or ()), result["messages"]


@tagged("post_install", "-at_install")
class TestFirstContact(ImportCommon):
    def test_first_contact_is_kept(self):
        """The period begins on the true day; its clock is a fresh one."""
        self.team_east.process_hold_days_max = 30
        leads, messages = self._load(
            self.leader_east,
            [
                self._row(1, PHONE, self.salesperson_a, self.first),
                self._row(2, "13900000002", self.salesperson_b),
            ],
        )
        self.assertFalse(messages)
        self.assertEqual(leads[0].process_date_first_contact, self.first)
        old, new = leads.ownership_id
        zone = self.team_east._get_process_timezone(self.salesperson_a)
        self.assertEqual(deadline_tools.local_date(old.date_start, zone), self.first)
        self.assertEqual(old.user_id, self.salesperson_a)
        self.assertEqual(old.origin, "import")
        self.assertEqual(old.date_deadline, new.date_deadline)
        self.assertGreater(old.date_deadline, self.env.cr.now())
        self.assertEqual(deadline_tools.local_date(new.date_start, zone), self.today)

    def test_nobody_is_released_the_first_night(self):
        self.team_east.process_hold_days_max = 30
        (lead,), _messages = self._load(
            self.leader_east, [self._row(1, PHONE, self.salesperson_a, self.first)]
        )
        self.env.flush_all()
        with self._at(self.env.cr.now() + timedelta(days=1)):
            due = self.env["sales.process.release"]._lock_due(1000)
        self.assertNotIn(lead.ownership_id, due)
        self.assertEqual(lead.ownership_id.user_id, self.salesperson_a)

    def test_a_colleague_keeps_the_customer(self):
        """However early the day in the file is."""
        owned = self._create_lead(self.salesperson_b, phone=PHONE).ownership_id
        start = owned.date_start
        (lead,), messages = self._load(
            self.leader_east, [self._row(1, PHONE, self.salesperson_a, self.first)]
        )
        self.assertFalse(messages)
        self.assertEqual(lead.ownership_id, owned)
        self.assertEqual(lead.user_id, self.salesperson_b)
        self.assertEqual(owned.date_start, start)
        conflict = self.env["sales.process.conflict"].search(
            [("lead_id", "=", lead.id)]
        )
        self.assertEqual((conflict.door, conflict.resolution), ("import", "routed"))

    def test_who_brings_a_colleagues_customer_does_not_follow_it(self):
        """Whoever follows a lead reads what is said there, and is let in by Odoo."""
        owned = self._create_lead(self.salesperson_b, phone=PHONE).ownership_id
        result = (
            self.env["crm.lead"]
            .with_user(self.salesperson_c)
            .load(["name", "phone", "team_id"], [["Mine", PHONE, self.team_east.name]])
        )
        lead = self.env["crm.lead"].browse(result["ids"])
        self.assertEqual(lead.ownership_id, owned)
        self.assertEqual(lead.user_id, self.salesperson_b)
        self.assertNotIn(self.salesperson_c.partner_id, lead.message_partner_ids)

    def test_the_earlier_row_owns(self):
        """Of one customer twice in a file, whatever the order of the rows."""
        leads, _messages = self._load(
            self.leader_east,
            [
                self._row(1, PHONE, self.salesperson_a),
                self._row(2, PHONE, self.salesperson_b, self.today),
                self._row(3, PHONE, self.salesperson_c, self.first),
            ],
        )
        self.assertEqual(leads.user_id, self.salesperson_c)
        self.assertEqual(len(leads.ownership_id), 1)

    def test_twice_is_once(self):
        rows = [
            self._row(1, PHONE, self.salesperson_a, self.first),
            self._row(2, "13900000002", self.salesperson_b, self.first),
        ]
        leads, _messages = self._load(self.leader_east, rows)
        before = leads.ownership_id.read(["user_id", "date_start", "date_deadline"])
        again, messages = self._load(self.leader_east, rows)
        self.assertFalse(messages)
        self.assertEqual(again, leads)
        self.assertEqual(
            leads.ownership_id.read(["user_id", "date_start", "date_deadline"]), before
        )
        self.assertFalse(
            self.env["sales.process.conflict"].search([("lead_id", "in", leads.ids)])
        )
        # what has begun keeps its beginning
        _none, messages = self._load(
            self.director, [self._row(1, PHONE, self.salesperson_a, self.today)]
        )
        self.assertIn("has an owner already", messages[0]["message"])

    def test_only_leaders_by_import(self):
        """Not a salesperson, not by hand, not by a default, not another's leader."""
        row = [self._row(1, PHONE, self.salesperson_a, self.first)]
        for user in (self.salesperson_a, self.leader_west):
            _leads, messages = self._load(user, row)
            self.assertTrue(messages, user.name)
        Lead = self.env["crm.lead"]
        values = {
            "name": "By hand",
            "phone": PHONE,
            "user_id": self.salesperson_a.id,
            "team_id": self.team_east.id,
        }
        for user in (self.salesperson_a, self.leader_east, self.director):
            with self.subTest(user=user.name):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    Lead.with_user(user).create(
                        {**values, "process_date_first_contact": self.first}
                    )
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    Lead.with_user(user).with_context(
                        default_process_date_first_contact=str(self.first),
                        import_file=True,
                    ).create(values)
        lead = self._create_lead(self.salesperson_a, phone="13900000009")
        for user in (self.salesperson_a, self.leader_east, self.director):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                lead.with_user(user).process_date_first_contact = self.first
        with (
            self.assertRaises(AccessError),
            self.env.cr.savepoint(),
            entering(self.env, "import"),
        ):
            lead.with_user(self.leader_east).process_date_first_contact = self.first
        self.assertFalse(lead.copy().process_date_first_contact)

    def test_days_to_come(self):
        for days, is_refused in ((0, False), (1, True)):
            _leads, messages = self._load(
                self.leader_east,
                [
                    self._row(
                        days, PHONE, self.salesperson_a, self.today + timedelta(days)
                    )
                ],
            )
            self.assertEqual(bool(messages), is_refused, messages)

    def test_a_customer_that_comes_again(self):
        """Goes on with its own history: an import renews no clock."""
        lead = self._create_lead(self.salesperson_a, phone=PHONE)
        old = lead.ownership_id
        deadline = old.date_deadline
        lead.with_user(self.salesperson_a).action_set_lost()
        self.assertEqual(old.state, "ended")
        (again,), _messages = self._load(
            self.director, [self._row(1, PHONE, self.salesperson_a, self.first)]
        )
        new = again.ownership_id
        self.assertEqual(new.previous_id, old)
        self.assertGreaterEqual(new.date_start, old.date_end)
        self.assertGreaterEqual(new.date_deadline, deadline)

    def test_takeover(self):
        """Leads of a team that begins later: the day of the file counts."""
        (lead,), messages = self._load(
            self.director,
            [self._row(1, PHONE, self.salesperson_e, self.first, self.team_off)],
        )
        self.assertFalse(messages)
        self.assertFalse(lead.ownership_id)
        self.env["sales.process.backfill"].search([]).state = "done"
        self.team_off.process_hold_days_max = 30
        self.team_off.process_mode = "enforce"
        with self.enter_registry_test_mode():
            self.env.ref("sales_process_mgmt.ir_cron_backfill").method_direct_trigger()
        self.env.invalidate_all()
        period = lead.ownership_id
        zone = self.team_off._get_process_timezone(self.salesperson_e)
        self.assertEqual(deadline_tools.local_date(period.date_start, zone), self.first)
        self.assertEqual(period.origin, "backfill")
        self.assertGreater(period.date_deadline, self.env.cr.now())

    def test_queries_do_not_grow(self):
        """Ten rows more are no query more for each of them."""

        def count(start, rows):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            leads, messages = self._load(
                self.leader_east,
                [
                    self._row(
                        number, f"1390000{number:04}", self.salesperson_a, self.first
                    )
                    for number in range(start, start + rows)
                ],
            )
            self.env.flush_all()
            self.assertFalse(messages)
            self.assertEqual(len(leads.ownership_id), rows)
            return self.env.cr.sql_log_count - before

        count(0, 2)
        few, many = count(100, 5), count(200, 45)
        # Odoo looks for the first stage of each new lead, as in any import
        self.assertLess(many - 40, few + 20, (few, many))


@tagged("post_install", "-at_install")
class TestImportCheck(ImportCommon, HttpCase):
    def _check(self, user, text, name="register.csv"):
        wizard = (
            self.env["sales.process.import.check"]
            .with_user(user)
            .create(
                {"file": base64.b64encode(text.encode()), "file_name": name},
            )
        )
        action = wizard.action_check()
        self.assertEqual(action["res_id"], wizard.id)
        return str(wizard.result)

    def _write_csv(self, rows, names=()):
        return "\n".join(",".join(row) for row in [names or NAMES, *rows]) + "\n"

    def test_check(self):
        """What it says is what the import does; and it writes nothing."""
        self._create_lead(self.salesperson_b, phone=PHONE)
        mine = self._create_lead(self.salesperson_a, phone="13900000001")
        pooled = self._create_lead(self.salesperson_a, phone="13900000002")
        pooled.ownership_id.with_user(self.leader_east)._give_up("No need")
        self.salesperson_a.process_customer_limit = 2
        rows = [
            self._row(1, PHONE, self.salesperson_a, self.first),
            self._row(2, "13900000001", self.salesperson_a),
            self._row(3, "13900000002", self.salesperson_a),
            self._row(4, "", self.salesperson_a),
            self._row(5, "13900000005", self.salesperson_b),
            self._row(6, "13900000005", self.salesperson_a, self.first),
            self._row(7, "13900000007", self.salesperson_a),
            self._row(8, "13900000008", None),
        ]
        counted = ("crm.lead", "sales.process.conflict", "sales.process.ownership")
        before = [self.env[model].search_count([]) for model in counted]
        said = self._check(self.leader_east, self._write_csv(rows))
        self.assertEqual(
            [self.env[model].search_count([]) for model in counted], before
        )
        text = " ".join(said.split())
        for sentence in ("Belong to somebody else, and stay there </h4>",):
            self.assertNotIn(sentence, text)
        self.assertIn(self.salesperson_b.name, text)
        for part in (
            "Belong to somebody else, and stay there: 2",
            "Lie in the pool, and stay there: 1",
            "Without telephone, e-mail or contact: 1",
            "One more lead of a customer of the same person: 1",
            "New customers: 3",
            "Above the limit",
            "The same customer as in row 7",
            "Row 2",
        ):
            self.assertIn(part, text)
        leads, messages = self._load(self.leader_east, rows)
        self.assertFalse(messages)
        self.assertEqual(leads.mapped("user_id.name")[:1], [self.salesperson_b.name])
        self.assertEqual(leads[1].ownership_id, mine.ownership_id)
        self.assertEqual(leads[2].ownership_id.state, "pool")
        self.assertEqual((leads[4] | leads[5]).user_id, self.salesperson_a)
        # all of it has come: what went to others stays there, also by the same file
        owners = leads.mapped("ownership_id.user_id.id")
        again, messages = self._load(self.leader_east, rows)
        self.assertFalse(messages)
        self.assertEqual(again, leads)
        self.assertEqual(leads.mapped("ownership_id.user_id.id"), owners)
        self.assertEqual(leads[0].user_id, self.salesperson_b)
        self.assertEqual(leads[2].ownership_id.state, "pool")
        text = " ".join(self._check(self.leader_east, self._write_csv(rows)).split())
        self.assertIn("Imported before; nothing new: 5", text)
        self.assertIn("with another owner by now: 3", text)

    def test_who_may_check(self):
        """It tells owners: whoever asks as much as needed anyway."""
        text = self._write_csv([self._row(1, PHONE, self.salesperson_a)])
        for user in (self.salesperson_a, self.salesperson_c):
            with self.assertRaises(AccessError):
                self._check(user, text)
            wizard = self.env["sales.process.import.check"].with_user(user).new({})
            with self.assertRaises(AccessError):
                wizard.action_import()
        for user in (self.leader_east, self.director):
            self.assertIn("New customers: 1", " ".join(self._check(user, text).split()))
        # a leader of elsewhere learns no name
        self.env.company.process_owner_visibility = "team"
        self._create_lead(self.salesperson_a, phone=PHONE)
        said = self._check(
            self.leader_west,
            self._write_csv(
                [self._row(1, PHONE, self.salesperson_d, None, self.team_west)]
            ),
        )
        self.assertIn("stay there: 1", " ".join(said.split()))
        self.assertNotIn(self.salesperson_a.name, said)
        wizard = self.env["sales.process.import.check"].with_user(self.leader_east)
        self.assertEqual(wizard.new({}).action_import()["tag"], "import")
        with self.assertRaises(AccessError):
            wizard.create({"file": b"eA==", "result": "<p>x</p>"})

    def test_files_that_cannot_be_read(self):
        for text in ("\n\n", "zzz\n", "\x00\x01"):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self._check(self.leader_east, text)
        rows = [
            ["x.1", "Odd", PHONE, "Nobody Known", "Team East", ""],
            self._row(2, "13900000001", self.salesperson_a),
        ]
        text = " ".join(self._check(self.leader_east, self._write_csv(rows)).split())
        self.assertIn("Cannot be read; correct them first: 1", text)
        self.assertIn("Nobody Known", text)
        self.assertIn("Row 2", text)
        # no script of the file reaches the page
        rows = [["x.3", "<script>", PHONE, "<img src=x>", "Team East", ""]]
        self.assertNotIn("<img", self._check(self.leader_east, self._write_csv(rows)))
        self.assertIn(
            "no column External ID",
            " ".join(
                self._check(self.leader_east, "name,phone\nOne,13900000003\n").split()
            ),
        )

    def test_queries_do_not_grow(self):
        def count(start, rows):
            text = self._write_csv(
                [
                    self._row(number, f"1390000{number:04}", self.salesperson_a)
                    for number in range(start, start + rows)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._check(self.leader_east, text)
            return self.env.cr.sql_log_count - before

        count(0, 2)
        few, many = count(100, 5), count(200, 105)
        self.assertLess(many, few + 10, (few, many))

    def test_templates(self):
        """Each heading is found again, and the examples are read."""
        self.authenticate("leader_east", "leader_east")
        for model in MODELS:
            with self.subTest(model=model):
                Model = self.env[model].with_user(self.leader_east)
                template = Model.get_import_templates()[0]
                response = self.url_open(template["template"])
                self.assertEqual(response.status_code, 200)
                reader = (
                    self.env["base_import.import"]
                    .with_user(self.leader_east)
                    .create({"res_model": model, "file": response.content})
                )
                preview = reader.parse_preview({"has_headers": True, "sheet": ""})
                self.assertFalse(preview.get("error"))
                self.assertEqual(
                    ["/".join(path) for path in preview["matches"].values()],
                    [path for path, _examples in Model._get_import_columns()],
                )
        for path in ("res.users", "sales.process.ownership", "no.such.model"):
            url = f"/sales_process_mgmt/import_template/{path}"
            self.assertEqual(self.url_open(url).status_code, 404)
        self.authenticate("office_user", "office_user")
        url = "/sales_process_mgmt/import_template/sales.process.duty"
        self.assertEqual(self.url_open(url).status_code, 404)

    def test_followups_and_roster(self):
        """History comes along: contacts of before, and the shifts to come."""
        self._load(
            self.leader_east, [self._row(1, PHONE, self.salesperson_a, self.first)]
        )
        Followup = self.env["sales.process.followup"].with_user(self.leader_east)
        names = [path for path, _examples in Followup._get_import_columns()]
        row = [
            "contact.1",
            "register.1",
            self.salesperson_a.name,
            f"{self.first} 10:00:00",
            "call",
            "Asked for a quotation for two machines",
            "",
        ]
        result = Followup.load(names, [row])
        self.assertFalse(result["messages"])
        contact = Followup.browse(result["ids"])
        self.assertEqual(contact.user_id, self.salesperson_a)
        deadline = contact.sudo().ownership_id.date_deadline
        again = Followup.load(names, [row])
        self.assertEqual((again["ids"], again["messages"]), (result["ids"], []))
        # what is told of March moves no deadline of now
        self.assertEqual(contact.sudo().ownership_id.date_deadline, deadline)
        Duty = self.env["sales.process.duty"].with_user(self.leader_east)
        names = [path for path, _examples in Duty._get_import_columns()]
        day = self.today + timedelta(days=30)
        row = [
            "roster.1",
            self.team_east.name,
            self.salesperson_a.name,
            f"{day} 09:00:00",
            f"{day} 18:00:00",
            "All Customers",
        ]
        result = Duty.load(names, [row])
        self.assertFalse(result["messages"])
        again = Duty.load(names, [row])
        self.assertEqual((again["ids"], again["messages"]), (result["ids"], []))


@tagged("post_install", "-at_install")
class TestExport(SalesProcessCommon):
    """What is ours can be taken along: no field of ours breaks an export."""

    def test_everything_is_exported(self):
        self._create_lead(self.salesperson_a, phone=PHONE)
        self.administrator.group_ids |= self.env.ref("base.group_allow_export")
        self.env.flush_all()
        models = sorted(
            name
            for name, cls in self.registry.items()
            if name.startswith("sales.process.")
            and not cls._abstract
            and not cls._transient
        )
        self.assertGreater(len(models), 20)
        for name in models:
            with self.subTest(model=name):
                Model = self.env[name].with_user(self.administrator)
                stored = [
                    field.name
                    for field in Model._fields.values()
                    if field.store
                    and Model._has_field_access(field, "read")
                    # Odoo gives no external IDs to the rows of a report
                    and (Model._auto or field.name != "id")
                ]
                if not Model.has_access("read"):
                    continue
                rows = Model.search([], limit=5)
                datas = rows.export_data(stored)["datas"]
                self.assertGreaterEqual(len(datas), len(rows))
