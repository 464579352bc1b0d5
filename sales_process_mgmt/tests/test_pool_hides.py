# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import SalesProcessCommon

PHONE = "+86 138 5629 9501"
EMAIL = "pooled@hidden.example"


@tagged("post_install", "-at_install")
class TestPoolHides(SalesProcessCommon):
    """Telephone and e-mail of a customer in the pool, on every path that we know."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office_user.group_ids |= cls.env.ref("base.group_partner_manager")
        export = cls.env.ref("base.group_allow_export")
        cls.env.ref("base.group_user").implied_ids |= export
        Partner = cls.env["res.partner"]
        cls.customer = Partner.create(
            {"name": "Pooled Co", "is_company": True, "phone": PHONE, "email": EMAIL}
        )
        cls.child = Partner.create(
            {"name": "Ann", "parent_id": cls.customer.id, "phone": PHONE + "1"}
        )
        cls.lead = cls._create_lead(cls.salesperson_a, partner_id=cls.customer.id)
        start = fields.Datetime.now() + timedelta(days=1)
        cls.event = (
            cls.env["calendar.event"]
            .with_user(cls.salesperson_a)
            .create(
                {
                    "name": f"Visit {PHONE}",
                    "description": f"Call {PHONE}",
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    "partner_ids": [
                        (6, 0, (cls.salesperson_a.partner_id | cls.customer).ids)
                    ],
                }
            )
        )
        cls.customer.message_subscribe(partner_ids=cls.customer.ids)
        cls.message = cls.customer.with_user(cls.salesperson_a).message_post(
            body=f"Call {PHONE}", message_type="comment"
        )
        cls.lead.ownership_id.with_user(cls.salesperson_a)._give_up("No need")
        cls.env.flush_all()
        cls.pool = cls.env["sales.process.ownership"].search(
            [("state", "=", "pool"), ("partner_id", "=", cls.customer.id)]
        )
        cls.strangers = {
            "member of the team": cls.salesperson_b,
            "all documents": cls.salesperson_c,
            "another team": cls.salesperson_d,
            "another leader": cls.leader_west,
        }
        cls.readers = {
            "leader": cls.leader_east,
            "administrator": cls.administrator,
            "who has had it": cls.salesperson_a,
            "office": cls.office_user,
        }

    def test_messages_beside_those_of_a_hidden_meeting(self):
        """What is said in a meeting is hidden with it, and breaks no other search."""
        said = self.event.with_user(self.salesperson_a).message_post(
            body=f"They wait at {PHONE}", message_type="comment"
        )
        self.event.partner_ids -= self.salesperson_a.partner_id
        other = self.salesperson_b.partner_id.with_user(self.salesperson_b)
        note = other.message_post(body="Mine", message_type="comment")
        self.env.flush_all()
        ids = (said | note).ids
        domain = [("id", "in", ids)]
        for name, user in {**self.strangers, **self.readers}.items():
            with self.subTest(name):
                self.env.invalidate_all()
                Message = self.env["mail.message"].with_user(user)
                found = Message.search(domain)
                self.assertEqual(found == said | note, name in self.readers)
                self.assertIn(note, found)
                self.assertEqual(Message.search_count(domain), len(found))
                with self.subTest("through the contact"):
                    Message.search([("model", "=", "calendar.event")])

    def test_documents_into_which_details_are_copied(self):
        """Odoo fills them in, in sudo, from the contact that somebody names."""
        self.assertEqual(self.env["res.users"]._get_telling_contacts(), ("partner_id",))
        self.assertEqual(self.lead._get_telling_contacts(), (), "has its own rules")
        self.assertEqual(self.env["crm.stage"]._get_telling_contacts(), ())
        rows = self.env["mail.followers"]
        contacts = self.customer, self.child, self.office_user.partner_id
        for partner in contacts:
            partner.message_subscribe(partner.ids)
            rows |= partner.message_follower_ids.filtered(
                lambda row, partner=partner: row.partner_id == partner
            )
        names = patch.object(
            type(rows), "_get_telling_contacts", lambda _rows: ("partner_id",)
        )
        for role, user in (self.strangers | self.readers).items():
            for row in rows:
                is_told = role in self.readers or row.partner_id == contacts[-1]
                # sudo: as Odoo asks constraints of whoever is there
                check = row.with_user(user).sudo()._check_told_contacts
                with self.subTest(role=role, contact=row.partner_id.name), names:
                    if is_told:
                        check()
                        continue
                    with self.assertRaises(AccessError):
                        check()

    def test_bank_accounts(self):
        """Whoever does not read the contact reads none of its accounts."""
        account = self.env["res.partner.bank"].create(
            {"partner_id": self.child.id, "acc_number": "DE 4711"}
        )
        self.env.flush_all()
        for name, user in {**self.strangers, **self.readers}.items():
            with self.subTest(name):
                self.env.invalidate_all()
                seen = account.with_user(user)
                found = seen.search([("id", "=", account.id)])
                self.assertEqual(bool(found), name in self.readers)
                if name in self.readers:
                    self.assertEqual(seen.acc_number, "DE 4711")
                else:
                    with self.assertRaises(AccessError):
                        seen.read(["acc_number"])

    def test_no_model_tells(self):
        """Whatever there is to read, the customer's details stand in none of it."""
        start = fields.Datetime.now() + timedelta(days=2)
        user = self.salesperson_c
        owner = self.salesperson_a
        series = (
            self.env["calendar.event"]
            .with_user(owner)
            .create(
                {
                    "name": f"Daily {PHONE}",
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    "partner_ids": [(6, 0, (owner.partner_id | self.customer).ids)],
                    "recurrency": True,
                    "rrule_type": "daily",
                    "end_type": "count",
                    "count": 2,
                }
            )
        )
        self.assertTrue(series.recurrence_id)
        self.customer.with_user(self.leader_east).activity_schedule(
            "mail.mail_activity_data_call", summary=f"Call {PHONE}"
        )
        self.env["ir.attachment"].create(
            {
                "name": f"Card {PHONE}",
                "raw": EMAIL.encode(),
                "res_model": "res.partner",
                "res_id": self.customer.id,
            }
        )
        self.env.flush_all()
        readable = []
        for name in sorted(self.env.registry):
            self.env.invalidate_all()
            Model = self.env[name].with_user(user)
            if Model._abstract or Model._transient or not Model.has_access("read"):
                continue
            if not Model._auto and not Model._table_query:
                continue
            try:
                rows = Model.search([], order="id desc", limit=500)
            except UserError:
                # Odoo's own, of models that are only shown through another one
                continue
            if not rows:
                continue
            readable.append(name)
            told = rows.read(self._get_told_fields(rows))
            for row in told:
                said = [
                    field
                    for field, value in row.items()
                    if PHONE[-9:] in str(value) or EMAIL in str(value)
                ]
                with self.subTest(name, id=row["id"]):
                    self.assertFalse(said)
        for name in ("mail.message", "mail.notification", "res.partner"):
            self.assertIn(name, readable)

    def _get_told_fields(self, rows):
        """The fields of rows that their reader may read, one by one."""
        told = []
        for name, field in rows._fields.items():
            if field.type == "binary" or not rows._has_field_access(field, "read"):
                continue
            try:
                rows.read([name])
            except (AccessError, UserError):
                continue
            told.append(name)
        return told

    def test_others_are_not_told_of_the_pool(self):
        """Who is no salesperson reads what Odoo says by itself."""
        portal = mail_new_test_user(
            self.env, login="portal_outside", groups="base.group_portal"
        )
        for records in (self.customer, self.lead):
            with self.assertRaises(AccessError) as refusal:
                records.with_user(portal).read(["name"])
            self.assertNotIn(self.team_east.name, str(refusal.exception))
            self.assertNotIn("in the pool", str(refusal.exception))

    def _paths(self, user):
        """What a person may try, each a function that returns what it was told."""

        def model(name):
            self.env.invalidate_all()
            return self.env[name].with_user(user)

        Partner = "res.partner"
        ids = (self.customer | self.child).ids
        domain = [("id", "in", ids)]
        digits = PHONE[-5:]
        return {
            "read": lambda: model(Partner).browse(ids).read(["phone", "email"]),
            "search_read": lambda: model(Partner).search_read(domain, ["phone"]),
            "search phone": lambda: model(Partner).search_count(
                [*domain, ("phone", "=like", f"%{digits}%")]
            ),
            "search e-mail": lambda: model(Partner).search_count(
                [*domain, ("email", "=", EMAIL)]
            ),
            "name_search": lambda: [
                row for row in model(Partner).name_search(EMAIL) if row[0] in ids
            ],
            "group": lambda: model(Partner).formatted_read_group(
                domain, ["phone"], ["__count"]
            ),
            "export": lambda: (
                model(Partner).browse(ids).export_data(["name", "phone"])["datas"]
            ),
            "names with e-mail": lambda: (
                model(Partner)
                .browse(ids)
                .with_context(show_email=True)
                .web_read({"display_name": {}})
            ),
            "through the pool": lambda: (
                model("sales.process.ownership")
                .browse(self.pool.id)
                .web_read({"partner_id": {"fields": {"phone": {}, "email": {}}}})
            ),
            "search through the pool": lambda: model(
                "sales.process.ownership"
            ).search_count(
                [("id", "=", self.pool.id), ("partner_id.phone", "like", digits)]
            ),
            "group through the pool": lambda: [
                row
                for row in model("sales.process.ownership").formatted_read_group(
                    [("id", "=", self.pool.id)], ["partner_id.phone"], ["__count"]
                )
                if row["partner_id.phone"]
            ],
            "search through leads": lambda: model("crm.lead").search_count(
                [("id", "=", self.lead.id), ("partner_id.phone", "like", digits)]
            ),
            "new lead": lambda: model("crm.lead").onchange(
                {"partner_id": self.customer.id}, ["partner_id"], {"phone": {}}
            )["value"],
            "new lead by default": lambda: (
                model("crm.lead")
                .with_context(default_partner_id=self.customer.id)
                .onchange({}, [], {"phone": {}, "partner_id": {}})["value"]
                .get("phone")
            ),
            "attendees": lambda: model("calendar.attendee").search_read(
                [("event_id", "=", self.event.id)], ["phone", "email"]
            ),
            "meeting": lambda: (
                model("calendar.event").browse(self.event.id).read(["name"])
            ),
            "search meetings": lambda: model("calendar.event").search_count(
                [("description", "like", digits)]
            ),
            "name through the pool": lambda: (
                model("sales.process.ownership")
                .with_context(show_email=True)
                .browse(self.pool.id)
                .read(["partner_id"])
            ),
            "formatted name through the pool": lambda: (
                model("sales.process.ownership")
                .browse(self.pool.id)
                .web_read(
                    {
                        "partner_id": {
                            "fields": {"display_name": {}},
                            "context": {"formatted_display_name": True},
                        }
                    }
                )
            ),
            "followers": lambda: model("mail.followers").search_read(
                [("partner_id", "in", ids)], ["name", "email"]
            ),
            "messages": lambda: model("mail.message").search_read(
                [("model", "=", Partner), ("res_id", "in", ids)], ["body"]
            ),
            "message": lambda: (
                model("mail.message").browse(self.message.id).read(["body"])
            ),
        }

    def test_hidden(self):
        for role, user in self.strangers.items():
            for path in self._paths(user):
                with self.subTest(path=path, role=role):
                    self.assertFalse(self._tell(user, path))

    def _tell(self, user, path):
        """Whether the path tells something of the customer's details.

        :return: bool
        """
        try:
            told = self._paths(user)[path]()
        except AccessError:
            return False
        if isinstance(told, int):
            return bool(told)
        if path == "name_search":
            return bool(told)
        return PHONE[-4:] in str(told) or EMAIL in str(told)

    def test_read(self):
        """Leaders, who has had the customer, and people without sales rights."""
        for role, user in self.readers.items():
            for path in (
                "read",
                "search phone",
                "name_search",
                "export",
                "names with e-mail",
            ):
                with self.subTest(path=path, role=role):
                    self.assertTrue(self._tell(user, path))

    def test_taken(self):
        """Whoever takes the customer reads it, and so does everybody else then."""
        self.pool.with_user(self.salesperson_b).action_take()
        self.env.flush_all()
        self.env.invalidate_all()
        for user in (self.salesperson_b, self.salesperson_d):
            self.assertEqual(self.customer.with_user(user).phone, PHONE)
        self.assertFalse(self.customer.process_pool_team_id)
        self.assertFalse(self.child.process_pool_team_id)

    def test_sentence(self):
        self.env.invalidate_all()
        with self.assertRaisesRegex(AccessError, "in the pool of Team East"):
            self.customer.with_user(self.salesperson_d).read(["phone"])

    def test_new_person_of_the_company(self):
        person = self.env["res.partner"].create(
            {"name": "Bob", "parent_id": self.customer.id, "phone": "13899998888"}
        )
        self.assertEqual(person.process_pool_team_id, self.team_east)
        person.parent_id = False
        self.assertFalse(person.process_pool_team_id)

    def test_person_scope(self):
        self.company.process_customer_scope = "person"
        company = self.env["res.partner"].create({"name": "Co", "is_company": True})
        person, sibling = self.env["res.partner"].create(
            [
                {"name": "Eve", "parent_id": company.id, "phone": "13855554444"},
                {"name": "Joe", "parent_id": company.id},
            ]
        )
        lead = self._create_lead(self.salesperson_a, partner_id=person.id)
        lead.ownership_id.with_user(self.salesperson_a)._give_up("No need")
        self.assertEqual(person.process_pool_team_id, self.team_east)
        self.assertFalse(sibling.process_pool_team_id)
        self.assertFalse(company.process_pool_team_id)

    def test_colleague_is_never_hidden(self):
        """A colleague who was a customer, too, is still read by everybody."""
        partner = self.salesperson_e.partner_id
        lead = self._create_lead(self.salesperson_a, partner_id=partner.id)
        if lead.ownership_id:
            lead.ownership_id.with_user(self.salesperson_a)._give_up("No need")
        self.assertFalse(partner.process_pool_team_id)

    def test_field_is_the_ledgers(self):
        free = self.env["res.partner"].create({"name": "Free"})
        user = self.salesperson_b
        with self.assertRaises(AccessError):
            free.with_user(user).write({"process_pool_team_id": self.team_west.id})
        Partner = self.env["res.partner"].with_user(user)
        with self.assertRaises(AccessError):
            Partner.create({"name": "X", "process_pool_team_id": self.team_west.id})
        made = Partner.with_context(
            default_process_pool_team_id=self.team_west.id
        ).create({"name": "X"})
        self.assertFalse(made.process_pool_team_id)
        self.assertFalse(self.customer.copy().process_pool_team_id)

    # ------------------------------------------------------------
    # TEAMS THAT OBSERVE
    # ------------------------------------------------------------

    def test_observed_pool(self):
        """Its own people go on as before; nobody else reads it."""
        lead = self._create_lead(
            self.env["res.users"], self.team_west, phone="13811112222"
        )
        self.assertTrue(lead.process_is_pooled)
        self.env.invalidate_all()
        readers = self.salesperson_d | self.leader_west | self.administrator
        for user in readers:
            self.assertEqual(lead.with_user(user).phone, "13811112222")
        for user in self.salesperson_b | self.salesperson_c | self.salesperson_e:
            found = self.env["crm.lead"].with_user(user).search([("id", "=", lead.id)])
            self.assertFalse(found)
        # who joins the team reads it at once, who leaves it no more
        member = self.env["crm.team.member"].create(
            {"crm_team_id": self.team_west.id, "user_id": self.salesperson_e.id}
        )
        leads = self.env["crm.lead"].with_user(self.salesperson_e)
        self.assertTrue(leads.search([("id", "=", lead.id)]))
        member.unlink()
        self.assertFalse(leads.search([("id", "=", lead.id)]))

    # ------------------------------------------------------------
    # DUPLICATES
    # ------------------------------------------------------------

    def test_duplicates_are_those_one_reads(self):
        self._create_lead(self.salesperson_a, phone="13877776666")

        def count(user):
            self.env.invalidate_all()
            return (
                self.env["crm.lead"]
                .with_user(user)
                .onchange(
                    {"phone": "13877776666", "name": "q"},
                    ["phone"],
                    {"duplicate_lead_count": {}},
                )["value"]
                .get("duplicate_lead_count", 0)
            )

        self.assertEqual(count(self.salesperson_b), 0)
        self.assertEqual(count(self.salesperson_a), 1)
        self.assertEqual(count(self.leader_east), 1)

    # ------------------------------------------------------------
    # COST
    # ------------------------------------------------------------

    def test_reading_contacts_costs_no_query(self):
        """A contact that lies in no pool is read as in stock Odoo."""
        free = self.env["res.partner"].create(
            [{"name": f"Free {i}"} for i in range(20)]
        )
        rules = self.env["ir.rule"].search(
            [("name", "=", "Sales process: contacts of customers in the pool")]
        )

        def queries():
            self.env.flush_all()
            partners = free.with_user(self.salesperson_b)
            partners.search_read([("id", "in", free.ids)], ["name", "phone"])
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            partners.search_read([("id", "in", free.ids)], ["name", "phone"])
            return self.env.cr.sql_log_count - before

        with_rule = queries()
        rules.active = False
        self.assertEqual(with_rule, queries())

    def test_followers_are_told_nothing(self):
        """Who followed the contact before hears nothing more of it."""
        stranger, owner = self.salesperson_b, self.salesperson_a
        readers = self.leader_east | owner
        # sudo: they followed it before it was in the pool
        self.child.sudo().message_subscribe(
            partner_ids=(readers | stranger).partner_id.ids
        )

        def post(**values):
            return (
                self.child.with_user(self.office_user)
                .sudo()
                .message_post(
                    body=f"Call {PHONE}",
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                    **values,
                )
                .notified_partner_ids
            )

        told = post()
        self.assertLessEqual(readers.partner_id, told)
        self.assertNotIn(stranger.partner_id, told)
        # who writes it names whom it is for
        self.assertIn(stranger.partner_id, post(partner_ids=stranger.partner_id.ids))
