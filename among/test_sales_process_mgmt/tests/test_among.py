# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.exceptions import CustomerOwnedError

from .common import EMAIL, PHONE, AmongCommon


@tagged("post_install", "-at_install")
class TestAmong(AmongCommon):
    def test_country_of_a_contact(self):
        """The everyday form of a contact works in the full registry."""
        contact = self.partner.with_user(self.salesperson_a)
        contact.country_id = self.env.ref("base.de")
        self.partner.with_user(self.salesperson_a).write({"city": "Berlin"})
        self._assert_kept()

    # ------------------------------------------------------------
    # NOBODY IS THERE TO READ A REFUSAL
    # ------------------------------------------------------------

    def test_event_registration(self):
        now = self.env.cr.now()
        event = self.env["event.event"].create(
            {
                "name": "Fair",
                "date_begin": now,
                "date_end": now + timedelta(days=1),
            }
        )
        rule = self.env["event.lead.rule"].create(
            {
                "name": "A lead each",
                "event_id": event.id,
                "lead_type": "opportunity",
                "lead_creation_trigger": "create",
                "lead_user_id": self.salesperson_b.id,
            }
        )
        self.env["event.registration"].create(
            [
                {"event_id": event.id, "name": "Known", "email": EMAIL},
                {"event_id": event.id, "name": "New", "email": "new@fair.example"},
            ]
        )
        leads = self.env["crm.lead"].search([("event_lead_rule_id", "=", rule.id)])
        known = leads.filtered(lambda lead: lead.email_normalized == EMAIL)
        self._assert_kept(known)
        self.assertTrue(leads - known)

    def test_survey(self):
        self.salesperson_b.group_ids += self.env.ref("survey.group_survey_manager")
        survey = self.env["survey.survey"].create(
            {
                "title": "Interest",
                "survey_type": "survey",
                "team_id": self.team_east.id,
                "user_id": self.salesperson_b.id,
                "question_and_page_ids": [
                    (
                        0,
                        0,
                        {
                            "title": "Buy?",
                            "question_type": "simple_choice",
                            "suggested_answer_ids": [
                                (0, 0, {"value": "Yes", "generate_lead": True})
                            ],
                        },
                    )
                ],
            }
        )
        question = survey.question_ids
        answers = survey._create_answer(partner=self.partner)
        answers._save_lines(question, question.suggested_answer_ids.id)
        answers._mark_done()
        self._assert_kept(answers.lead_id)

    def test_bought_leads(self):
        """One owned company among bought ones does not lose the whole batch."""
        request = self.env["crm.iap.lead.mining.request"].create(
            {
                "lead_number": 2,
                "team_id": self.team_east.id,
                "user_id": self.salesperson_b.id,
                "lead_type": "opportunity",
            }
        )
        companies = [
            {
                "duns": f"10000000{index}",
                "name": f"Bought {index}",
                "domain": f"bought{index}.example",
                "email": [email],
                "phone": phone,
                "country_code": "CN",
            }
            for index, (email, phone) in enumerate(
                [(EMAIL, PHONE), ("fresh@bought.example", "13912349999")]
            )
        ]
        request.with_user(self.salesperson_b)._create_leads_from_response(companies)
        leads = request.lead_ids.sudo()
        self.assertEqual(len(leads), 2)
        owned = leads.filtered(lambda lead: lead.ownership_id == self.ownership)
        self.assertEqual(len(owned), 1)
        self._assert_kept(owned)
        self.assertEqual((leads - owned).user_id, self.salesperson_b)

    def test_chatbot_forwards(self):
        """The operator to whom a chatbot forwards does not get the customer."""
        lead = (
            self.env["crm.lead"]
            .with_user(self.env.ref("base.public_user"))
            .sudo()
            .create(
                {
                    "name": "Bot",
                    "type": "opportunity",
                    "partner_id": self.partner.id,
                    "user_id": False,
                    "team_id": self.team_east.id,
                }
            )
        )
        lead.user_id = self.salesperson_b
        self._assert_kept()

    def test_till(self):
        """A customer at the till is nobody's deal of the cashier."""
        config = self.env["pos.config"].create({"name": "Till"})
        config.open_ui()
        session = config.current_session_id
        order = self.env["pos.order"].create(
            {
                "session_id": session.id,
                "company_id": self.env.company.id,
                "partner_id": self.partner.id,
                "user_id": self.salesperson_b.id,
                "lines": [],
                "amount_total": 0,
                "amount_tax": 0,
                "amount_paid": 0,
                "amount_return": 0,
            }
        )
        self.assertTrue(order)
        self._assert_kept()

    # ------------------------------------------------------------
    # A COLLEAGUE TRIES
    # ------------------------------------------------------------

    def _make_chat(self):
        self.salesperson_b.group_ids += self.env.ref(
            "im_livechat.im_livechat_group_user"
        )
        return self.env["discuss.channel"].create(
            {
                "name": "Chat",
                "channel_type": "livechat",
                "livechat_operator_id": self.salesperson_b.partner_id.id,
                "channel_member_ids": [
                    (0, 0, {"partner_id": self.salesperson_b.partner_id.id}),
                    (0, 0, {"partner_id": self.partner.id}),
                ],
            }
        )

    def test_livechat_command(self):
        channel = self._make_chat().with_user(self.salesperson_b)
        self._try(lambda: channel.execute_command_lead(body="/lead Wants a quote"))
        leads = self.env["crm.lead"].search([("name", "=", "Wants a quote")])
        self._assert_kept(*leads)

    def _refuse(self, function):
        """What a colleague does is refused, and no mail has gone out."""
        mails = self.env["mail.mail"].sudo()
        before = mails.search_count([])
        with self.assertRaises(CustomerOwnedError), self.env.cr.savepoint():
            function()
        self.env.invalidate_all()
        self.assertEqual(mails.search_count([]), before)

    def test_mailings(self):
        """To a list with the customer's address, or as a test that nobody receives."""
        colleague = self.salesperson_b
        colleague.group_ids += self.env.ref("mass_mailing.group_mass_mailing_user")
        self.env = self.env(user=colleague)
        addresses = self.env["mailing.list"].create({"name": "List"})
        self.env["mailing.contact"].create(
            {"name": "X", "email": EMAIL, "list_ids": [(6, 0, addresses.ids)]}
        )
        mailing = self.env["mailing.mailing"].create(
            {
                "subject": "Hello",
                "mailing_type": "mail",
                "mailing_model_id": self.env["ir.model"].sudo()._get_id("mailing.list"),
                "contact_list_ids": [(6, 0, addresses.ids)],
                "body_html": "<p>Buy from me</p>",
            }
        )
        self._refuse(mailing.action_send_mail)
        for addressee in (EMAIL, f"nobody@example.net\nA <{EMAIL}>"):
            test = self.env["mailing.mailing.test"].create(
                {"mass_mailing_id": mailing.id, "email_to": addressee}
            )
            self._refuse(test.send_mail_test)
        test.email_to = "nobody@example.net"
        test.send_mail_test()

    def test_survey_invitation(self):
        colleague = self.salesperson_b
        colleague.group_ids += self.env.ref("survey.group_survey_user")
        self.env = self.env(user=colleague)
        survey = self.env["survey.survey"].create(
            {"title": "Survey", "access_mode": "public"}
        )
        for values in (
            {"emails": EMAIL},
            {"partner_ids": [(6, 0, self.partner.ids)]},
        ):
            invite = self.env["survey.invite"].create(
                {
                    "survey_id": survey.id,
                    "subject": "Hello",
                    "body": "Buy from me",
                    **values,
                }
            )
            self._refuse(invite.action_invite)

    def test_reseller(self):
        """The owner forwards a lead and stays the owner."""
        for number, seller in enumerate((self.env["res.users"], self.salesperson_b)):
            reseller = self.env["res.partner"].create(
                {
                    "name": f"Reseller {number}",
                    "is_company": True,
                    "email": f"reseller{number}@example.com",
                    "user_id": seller.id,
                }
            )
            self.env["crm.lead.forward.to.partner"].with_user(
                self.salesperson_a
            ).with_context(
                active_model="crm.lead",
                active_ids=self.lead.ids,
                default_composition_mode="mass_mail",
            ).create(
                {
                    "forward_type": "single",
                    "partner_id": reseller.id,
                    "assignation_lines": [
                        (
                            0,
                            0,
                            {
                                "lead_id": self.lead.id,
                                "partner_assigned_id": reseller.id,
                            },
                        )
                    ],
                }
            ).action_forward()
            self._assert_kept(self.lead)
            self.assertEqual(self.lead.partner_assigned_id, reseller)

    def test_sms(self):
        """A colleague sends no text message to the customer."""
        composer = (
            self.env["sms.composer"]
            .with_user(self.salesperson_b)
            .with_context(
                active_model="res.partner",
                active_id=self.partner.id,
                default_res_model="res.partner",
                default_res_id=self.partner.id,
            )
        )
        self.assertIsNone(
            self._try(
                lambda: (
                    composer.create(
                        {"body": "Our offer", "composition_mode": "comment"}
                    ).action_send_sms()
                    or "sent"
                )
            )
        )

    def test_leave_is_an_absence(self):
        """Somebody on validated leave is given no customer."""
        if "sales_process_mgmt_hr_holidays" not in self.env.registry._init_modules:
            self.skipTest("the glue addon is not there")
        self.salesperson_b.action_create_employee()
        kind = self.env["hr.leave.type"].create(
            {
                "name": "Leave",
                "requires_allocation": False,
                "leave_validation_type": "no_validation",
                "request_unit": "day",
            }
        )
        today = self._today(self.salesperson_b)
        leave = (
            self.env["hr.leave"]
            .with_context(leave_skip_state_check=True, leave_fast_create=True)
            .create(
                {
                    "employee_id": self.salesperson_b.employee_id.id,
                    "holiday_status_id": kind.id,
                    "request_date_from": today - timedelta(days=2),
                    "request_date_to": today + timedelta(days=5),
                }
            )
        )
        if leave.state != "validate":
            leave.sudo().action_approve()
        self.assertNotIn(self.salesperson_b, self.team_east._get_duty_users())

    def test_no_document_copies_what_the_pool_hides(self):
        """Odoo fills in telephone and e-mail of a contact in sudo, whoever names it."""
        event = self.env["event.event"].create(
            {
                "name": "Fair",
                "date_begin": self.env.cr.now(),
                "date_end": self.env.cr.now() + timedelta(days=1),
            }
        )
        project = self.env["project.project"].create({"name": "Project"})
        self.ownership.with_user(self.salesperson_a)._give_up("No need this year")
        colleague = self.salesperson_b
        colleague.group_ids += self.env.ref("event.group_event_user")
        colleague.group_ids += self.env.ref("project.group_project_user")
        self.env.flush_all()
        for model, values in (
            ("event.registration", {"event_id": event.id}),
            ("project.task", {"name": "Call", "project_id": project.id}),
        ):
            Model = self.env[model].with_user(colleague)
            named = {"partner_id": self.partner.id}
            with self.subTest(model):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    Model.create({**values, **named})
                row = Model.create(values)
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    row.write(named)
                self.env.invalidate_all()
                self.assertNotIn(PHONE[-8:], str(row.sudo().read()))

    def test_nobody_sees_more(self):
        """A portal reseller reads neither owner, period nor deadline of a lead."""
        portal = self.env["res.users"].create(
            {
                "name": "Portal Reseller",
                "login": "portal_reseller",
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        self.lead.partner_assigned_id = portal.partner_id
        lead = self.lead.with_user(portal)
        self.assertEqual(lead.read(["name"])[0]["name"], self.lead.name)
        ours = [
            name
            for name, field in lead._fields.items()
            if (field._module or "").startswith("sales_process_mgmt")
        ]
        self.assertIn("ownership_id", ours)
        for name in ours:
            with self.subTest(name=name), self.assertRaises(AccessError):
                lead.read([name])
        self.assertFalse(set(ours) & set(lead.fields_get()))
        # the reseller reads of the lead what the portal shows
        self.assertTrue(lead.read(["name", "email_from", "stage_id"]))
