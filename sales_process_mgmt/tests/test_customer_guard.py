# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..exceptions import CustomerOwnedError
from ..tools.transaction import entering
from .common import SalesProcessCommon

START = fields.Datetime.to_datetime("2031-03-04 02:00:00")
# They write to the address, or put it on another contact.
OWNED_ADDRESS = "boss@acme.example"
ADDRESS_WAYS = (
    "address",
    "channel_by_email",
    "mail_of_another_application",
    "mail_of_another_application_copied",
    "merge",
    "portal",
    "template_address",
)


@tagged("post_install", "-at_install")
class TestCustomerGuard(SalesProcessCommon):
    """Every way to work a customer, on lead and contacts, by every role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.office_user.group_ids |= cls.env.ref("base.group_partner_manager")
        cls.portal = cls.env["res.users"].create(
            {
                "name": "Portal",
                "login": "portal_guard",
                "email": "portal_guard@example.com",
                "group_ids": [(6, 0, cls.env.ref("base.group_portal").ids)],
            }
        )
        Partner = cls.env["res.partner"]
        cls.customer = Partner.create(
            {
                "name": "Acme",
                "is_company": True,
                "phone": "+86 138 1111 2222",
                "email": "boss@acme.example",
            }
        )
        cls.child = Partner.create(
            {"name": "Ann", "parent_id": cls.customer.id, "email": "ann@acme.example"}
        )
        cls.twin = Partner.create({"name": "Acme again", "phone": "13811112222"})
        cls.stranger = Partner.create({"name": "Nobody's", "email": "n@else.example"})
        cls.template = cls.env["mail.template"].create(
            {
                "name": "Offer",
                "model_id": cls.env["ir.model"]._get_id("res.partner"),
                "subject": "Offer",
                "body_html": "<p>Offer</p>",
                "partner_to": "{{ object.id }}",
            }
        )
        cls.lead = cls._create_lead(cls.salesperson_a, partner_id=cls.customer.id)
        cls.ownership = cls.lead.ownership_id
        cls.helper = cls.salesperson_b
        cls.ownership._add_collaborators(cls.helper)
        cls.partner_model_id = cls.env["ir.model"]._get_id("res.partner")
        cls.lead_model_id = cls.env["ir.model"]._get_id("crm.lead")
        cls.may = {
            "owner": cls.salesperson_a,
            "helper": cls.helper,
            "leader": cls.leader_east,
            "administrator": cls.administrator,
            "office": cls.office_user,
        }
        cls.may_not = {
            "colleague with all documents": cls.salesperson_c,
            "another team": cls.salesperson_d,
            "a team that is off": cls.salesperson_e,
            "another team's leader": cls.leader_west,
        }

    # ------------------------------------------------------------
    # WAYS
    # ------------------------------------------------------------

    def _activity(self, user, model_id, res_id):
        return (
            self.env["mail.activity"]
            .with_user(user)
            .create(
                {
                    "res_model_id": model_id,
                    "res_id": res_id,
                    "activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
                    "user_id": user.id,
                }
            )
        )

    def _meeting(self, user, **values):
        return (
            self.env["calendar.event"]
            .with_user(user)
            .create(
                {
                    "name": "Meeting",
                    "start": START,
                    "stop": START + timedelta(hours=1),
                    "partner_ids": [(6, 0, user.partner_id.ids)],
                    **values,
                }
            )
        )

    def _way_post(self, user, partner):
        partner.with_user(user).message_post(body="Hello")

    def _way_post_over_the_web(self, user, partner):
        """Odoo asks for access and posts in sudo."""
        request = SimpleNamespace(
            httprequest=SimpleNamespace(path="/mail/message/post")
        )
        with patch("odoo.http.request", request):
            partner.with_user(user).sudo().message_post(body="Hello")

    def _way_post_over_the_web_with_a_slash(self, user, partner):
        """Odoo answers this address, too."""
        request = SimpleNamespace(
            httprequest=SimpleNamespace(path="/mail/message/post/")
        )
        with patch("odoo.http.request", request):
            partner.with_user(user).sudo().message_post(body="Hello")

    def _way_meeting_of_the_contact(self, user, partner):
        """Odoo writes the rows between contacts and meetings past the meeting."""
        meeting = {"name": "Meeting", "start": START, "stop": START}
        partner.with_user(user).write({"meeting_ids": [(0, 0, meeting)]})

    def _way_own_meeting_of_the_contact(self, user, partner):
        meeting = self._meeting(user)
        partner.with_user(user).write({"meeting_ids": [(4, meeting.id)]})

    def _way_follow(self, user, partner):
        """Followers get what is posted."""
        self.stranger.with_user(user).message_subscribe(partner_ids=partner.ids)

    def _way_follow_by_field(self, user, partner):
        self.stranger.with_user(user).write({"message_partner_ids": [(4, partner.id)]})

    def _way_listen(self, user, partner):
        """Followers of the contact get what its owner writes to it."""
        partner.with_user(user).message_subscribe(partner_ids=user.partner_id.ids)

    def _way_let_others_listen(self, user, partner):
        partner.with_user(user).message_subscribe(partner_ids=self.stranger.ids)

    def _way_let_others_listen_by_field(self, user, partner):
        partner.with_user(user).write({"message_partner_ids": [(4, self.stranger.id)]})

    def _way_portal(self, user, partner):
        partner.sudo().email = partner.email or "twin@acme.example"
        self.env["portal.wizard"].with_user(user).create(
            {"partner_ids": [(6, 0, partner.ids)]}
        ).user_ids.action_grant_access()

    def _way_meeting_attendee_changed(self, user, partner):
        meeting = self._meeting(
            user, partner_ids=[(6, 0, (user.partner_id | self.stranger).ids)]
        )
        meeting.attendee_ids.filtered(
            lambda row: row.partner_id == self.stranger
        ).write({"partner_id": partner.id})

    def _way_address(self, user, partner):
        """To the address alone, from somebody else's document."""
        self.stranger.with_user(user).message_post(
            body="Hello",
            message_type="comment",
            outgoing_email_to=partner.email or self.child.email,
        )

    def _way_template(self, user, partner):
        self.template.with_user(user).send_mail(partner.id)

    def _way_template_recipient(self, user, partner):
        """From a document that is nobody's."""
        template = self.template.copy(
            {"partner_to": str(partner.id), "use_default_to": False}
        )
        template.with_user(user).send_mail(self.stranger.id)

    def _way_template_address(self, user, partner):
        self.template.with_user(user).send_mail(
            self.stranger.id,
            email_values={"email_to": partner.email or OWNED_ADDRESS},
        )

    def _way_recipient(self, user, partner):
        self.stranger.with_user(user).message_post(
            body="Hello", partner_ids=partner.ids, message_type="comment"
        )

    def _way_follower(self, user, partner):
        """Somebody who may has let the customer follow what is nobody's."""
        self.stranger.message_subscribe(partner.ids)
        self.stranger.with_user(user).message_post(
            body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment"
        )

    def _way_notify(self, user, partner):
        self.env["mail.thread"].with_user(user).message_notify(
            body="Hello", subject="Hello", partner_ids=partner.ids
        )

    def _bank_account(self, partner):
        return self.env["res.partner.bank"].create(
            {"partner_id": partner.id, "acc_number": f"Account {partner.id}"}
        )

    def _way_bank_account(self, user, partner):
        """Where a refund would go."""
        self.env["res.partner.bank"].with_user(user).create(
            {"partner_id": partner.id, "acc_number": "Mine"}
        )

    def _way_bank_account_of_the_contact(self, user, partner):
        partner.with_user(user).write({"bank_ids": [(0, 0, {"acc_number": "Mine"})]})

    def _way_bank_account_changed(self, user, partner):
        self._bank_account(partner).with_user(user).write({"acc_number": "Mine"})

    def _way_bank_account_moved(self, user, partner):
        account = self._bank_account(self.stranger).with_user(user)
        account.write({"partner_id": partner.id})

    def _way_bank_account_taken_along(self, user, partner):
        account = self._bank_account(partner).with_user(user)
        account.write({"partner_id": self.stranger.id})

    def _way_bank_account_deleted(self, user, partner):
        self._bank_account(partner).with_user(user).unlink()

    def _way_message(self, user, partner):
        self.env["mail.message"].with_user(user).create(
            {"model": "res.partner", "res_id": partner.id, "body": "Hello"}
        )

    def _say_as_owner(self, partner, **values):
        """What the owner has said with the customer before."""
        return partner.with_user(self.salesperson_a).message_post(
            body="Our price", **values
        )

    def _say_as_own(self, user, partner):
        """What somebody has said with a customer who is a colleague's by now."""
        message = self._say_as_owner(partner)
        message.sudo().author_id = user.partner_id
        # where Invoicing is installed, Odoo asks a clerk for the right to it
        is_clerk = user == self.office_user
        return message.with_user(user).sudo(is_clerk)

    def _way_message_changed(self, user, partner):
        self._say_as_own(user, partner).write({"body": "Mine"})

    def _way_message_changed_over_the_web(self, user, partner):
        message = self._say_as_owner(partner, message_type="comment").sudo()
        message.author_id = user.partner_id
        partner.with_user(user)._message_update_content(message, body="Mine")

    def _way_message_deleted(self, user, partner):
        self._say_as_own(user, partner).unlink()

    def _way_reaction(self, user, partner):
        message = self._say_as_owner(partner)
        message.with_user(user).sudo()._message_reaction(
            "👍", "add", user.partner_id, self.env["mail.guest"]
        )

    def _attach(self, partner):
        return self.env["ir.attachment"].create(
            {
                "name": "offer.txt",
                "raw": b"Our price",
                "res_model": "res.partner",
                "res_id": partner.id,
            }
        )

    def _way_file_deleted(self, user, partner):
        self._attach(partner).with_user(user).unlink()

    def _way_file_changed(self, user, partner):
        self._attach(partner).with_user(user).write({"raw": b"Mine"})

    def _way_file_deleted_over_the_web(self, user, partner):
        attachment = self._attach(partner)
        attachment.with_user(user).sudo()._delete_and_notify()

    def _way_channel_by_email(self, user, partner):
        channel = (
            self.env["discuss.channel"].with_user(user)._create_group([], name="Us")
        )
        channel.invite_by_email([partner.email or "boss@acme.example"])

    def _way_channel_member(self, user, partner):
        channel = (
            self.env["discuss.channel"].with_user(user)._create_group([], name="Us")
        )
        channel.add_members(partner_ids=partner.ids)

    def _way_invitation_again(self, user, partner):
        """The meeting is there already, made by nobody of ours."""
        meeting = self._meeting(self.env.ref("base.user_root"))
        meeting.partner_ids |= partner
        meeting.with_user(user).action_sendmail()

    def _compose(self, user, mode, ids, **values):
        composer = (
            self.env["mail.compose.message"]
            .with_user(user)
            .create(
                {
                    "model": "res.partner",
                    "res_ids": repr(ids),
                    "composition_mode": mode,
                    "subject": "Hello",
                    "body": "Hello",
                    **values,
                }
            )
        )
        composer._action_send_mail()

    def _way_compose(self, user, partner):
        self._compose(user, "comment", partner.ids)

    def _way_mass_mail(self, user, partner):
        self._compose(user, "mass_mail", [self.stranger.id, partner.id])

    def _way_mail_of_another_application(self, user, partner):
        """A dialog of another application sends what somebody types where."""
        # sudo: as Odoo's dialogs write it
        self.env["mail.mail"].with_user(user).sudo().create(
            {"email_to": f"A <{partner.email or OWNED_ADDRESS}>", "body_html": "Hello"}
        )

    def _way_mail_of_another_application_copied(self, user, partner):
        self.env["mail.mail"].with_user(user).sudo().create(
            {
                "email_to": "nobody@example.net",
                "email_cc": partner.email or OWNED_ADDRESS,
            }
        )

    def _way_mail_of_another_application_to_contacts(self, user, partner):
        self.env["mail.mail"].with_user(user).sudo().create(
            {"recipient_ids": [(4, self.stranger.id), (6, 0, partner.ids)]}
        )

    def _way_mail_of_another_application_by_ids(self, user, partner):
        self.env["mail.mail"].with_user(user).sudo().create(
            {"recipient_ids": partner.ids}
        )

    def _way_scheduled(self, user, partner):
        self.env["mail.scheduled.message"].with_user(user).create(
            {
                "model": "res.partner",
                "res_id": partner.id,
                "author_id": user.partner_id.id,
                "body": "Later",
                "scheduled_date": START,
            }
        )

    def _way_activity(self, user, partner):
        self._activity(user, self.partner_model_id, partner.id)

    def _way_activity_moved(self, user, partner):
        self._activity(user, self.partner_model_id, self.stranger.id).write(
            {"res_id": partner.id}
        )

    def _way_meeting(self, user, partner):
        self._meeting(user, partner_ids=[(6, 0, (user.partner_id | partner).ids)])

    def _way_meeting_default(self, user, partner):
        self.env["calendar.event"].with_user(user).with_context(
            default_partner_ids=[(6, 0, (user.partner_id | partner).ids)]
        ).create({"name": "M", "start": START, "stop": START + timedelta(hours=1)})

    def _way_meeting_of_document(self, user, partner):
        self._meeting(user, res_model_id=self.partner_model_id, res_id=partner.id)

    def _way_meeting_changed(self, user, partner):
        self._meeting(user).write({"partner_ids": [(4, partner.id)]})

    def _way_meeting_attendee(self, user, partner):
        event = self._meeting(user)
        self.env["calendar.attendee"].with_user(user).create(
            {"event_id": event.id, "partner_id": partner.id}
        )

    def _way_series(self, user, partner):
        self._meeting(
            user,
            partner_ids=[(6, 0, (user.partner_id | partner).ids)],
            recurrency=True,
            rrule_type="daily",
            interval=1,
            end_type="count",
            count=3,
            event_tz="Asia/Shanghai",
        )

    def _way_merge(self, user, partner):
        other = self.stranger.copy({"email": partner.email, "name": "Other"})
        self.env["base.partner.merge.automatic.wizard"].with_user(user)._merge(
            (other | partner).ids, other
        )

    def _ways(self):
        return {
            name[5:]: getattr(self, name) for name in dir(self) if name[:5] == "_way_"
        }

    def _try(self, way, *args):
        """Try something, and take it back.

        :return: the refusal, or None
        """
        self.env.flush_all()
        try:
            with self.env.cr.savepoint(flush=False) as savepoint:
                way(*args)
                self.env.flush_all()
                savepoint.rollback()
        except (UserError, AccessError) as error:
            return error
        finally:
            self.env.invalidate_all()
        return None

    def _record_refusals(self):
        """Keep the attempts that would be recorded after the rollback."""
        kept = []
        model = type(self.env["sales.process.conflict"])
        patcher = patch.object(
            model, "_record_after_rollback", lambda _model, values: kept.extend(values)
        )
        self.startPatcher(patcher)
        return kept

    # ------------------------------------------------------------
    # EVERY WAY, EVERY CONTACT, EVERY ROLE
    # ------------------------------------------------------------

    def test_text_for_an_id(self):
        """The database would take the text for the number that it is not for us."""
        user = self.salesperson_c
        mine = self._create_lead(user)
        for sent in (
            str(self.customer.id),
            float(self.customer.id),
            [self.customer.id],
        ):
            values = {"name": "Text", "user_id": user.id, "partner_id": sent}
            with (
                self.subTest(sent=sent),
                self.assertRaisesRegex(ValidationError, "does not take this value"),
            ):
                self.env["crm.lead"].with_user(user).create(values)
            with (
                self.subTest(sent=sent),
                self.assertRaisesRegex(ValidationError, "does not take this value"),
            ):
                mine.with_user(user).write({"partner_id": sent})
        with self.assertRaisesRegex(ValidationError, "does not take this value"):
            self.env["crm.lead"].with_user(self.salesperson_d).create(
                {"name": "Text", "user_id": str(user.id), "team_id": self.team_east.id}
            )
        self.assertFalse(self.env["crm.lead"].search([("name", "=", "Text")]))

    def test_nobody_uninstalls(self):
        """Odoo says in the context that it does, and so can a client."""
        mine = self.customer.with_user(self.office_user)
        for flag in (False, True, 1):
            with (
                self.subTest(flag=flag),
                self.assertRaisesRegex(UserError, "only the leader of the team"),
            ):
                mine.with_context(_force_unlink=flag).unlink()
        self.assertTrue(self.customer.exists())

    def test_refused(self):
        kept = self._record_refusals()
        contacts = {
            "contact": self.customer,
            "person": self.child,
            "twin with the same phone": self.twin,
        }
        for way_name, way in self._ways().items():
            for contact_name, partner in contacts.items():
                for role, user in self.may_not.items():
                    with self.subTest(way=way_name, on=contact_name, role=role):
                        kept.clear()
                        error = self._try(way, user, partner)
                        self.assertTrue(error, "nobody refused it")
                        self.assertIn("This customer belongs to", str(error))
                        self.assertNotIn("\n", str(error))
                        if user != self.salesperson_c:
                            # 13.13: the name is for the team
                            self.assertNotIn("Salesperson A", str(error))
                        self.assertEqual(
                            {(row["user_id"], row["ownership_id"]) for row in kept},
                            {(user.id, self.ownership.id)},
                        )
                        self.assertEqual(kept[0]["door"], "contact")

    def test_allowed(self):
        for way_name, way in self._ways().items():
            for role, user in self.may.items():
                with self.subTest(way=way_name, role=role):
                    self._assert_allowed(way_name, self._try(way, user, self.customer))
            for role, user in self.may_not.items():
                with self.subTest(way=way_name, role=role, on="nobody's contact"):
                    free = self.env["res.partner"].create(
                        {"name": "Free", "email": f"{way_name}@free.example"}
                    )
                    self._assert_allowed(way_name, self._try(way, user, free))

    def _assert_allowed(self, way_name, error):
        if way_name == "merge":
            # Odoo lets nobody but administrators read all that it merges
            self.assertNotIsInstance(error, CustomerOwnedError)
        else:
            self.assertIsNone(error)

    def test_contact_is_not_hidden(self):
        """Nobody puts the contact where its owner does not find it."""
        for values in (
            {"company_id": self.company_2.id},
            {"user_id": self.salesperson_b.id},
        ):
            for user in (*self.may_not.values(), self.office_user):
                for partner in (self.customer, self.child):
                    with self.subTest(user=user.login, values=values):
                        with self.assertRaises(UserError), self.cr.savepoint():
                            partner.with_user(user).write(values)
                        self.env.invalidate_all()
            self.customer.with_user(self.office_user).write(
                {"company_id": self.company.id, "user_id": self.salesperson_a.id}
            )
            self.customer.with_user(self.leader_east).write(values)
            self.customer.write({"company_id": False, "user_id": False})
        self.stranger.with_user(self.salesperson_b).write(
            {"user_id": self.salesperson_b.id}
        )

    def _hide_from_above(self, user, above, values):
        """As in a request: Odoo writes those below as the user who sent it."""
        above = above.with_user(user)
        with patch.object(self.env.transaction, "default_env", above.env):
            above.write(values)

    def test_contact_is_not_archived_or_moved(self):
        """A colleague archives no owned contact and puts it below nothing else."""
        self._record_refusals()
        mine = self.env["res.partner"].create({"name": "Mine", "is_company": True})
        customer, child = self.customer, self.child
        self.assertEqual(child.parent_id, customer)
        hidden = {
            "archived": {"active": False},
            "salesperson": {"user_id": self.salesperson_e.id},
            "company": {"company_id": self.company_2.id},
        }
        ways = {
            f"{name} by command": lambda user, values=values: self._hide_from_above(
                user, customer, {"child_ids": [Command.update(child.id, values)]}
            )
            for name, values in hidden.items()
        }
        for partner in (customer, child):
            ways |= {
                f"archived, {partner.name}": lambda user, partner=partner: (
                    partner.with_user(user).action_archive()
                ),
                f"written, {partner.name}": lambda user, partner=partner: (
                    partner.with_user(user).write({"active": False})
                ),
                f"moved, {partner.name}": lambda user, partner=partner: (
                    partner.with_user(user).write({"parent_id": mine.id})
                ),
                f"linked, {partner.name}": lambda user, partner=partner: (
                    self._hide_from_above(
                        user, mine, {"child_ids": [Command.link(partner.id)]}
                    )
                ),
                f"set, {partner.name}": lambda user, partner=partner: (
                    self._hide_from_above(
                        user, mine, {"child_ids": [Command.set(partner.ids)]}
                    )
                ),
                f"below a new one, {partner.name}": lambda user, partner=partner: (
                    self.env["res.partner"]
                    .with_user(user)
                    .create({"name": "New", "child_ids": [Command.link(partner.id)]})
                ),
            }
        ways["let go"] = lambda user: self._hide_from_above(
            user, customer, {"child_ids": [Command.unlink(child.id)]}
        )
        for is_company in (True, False):
            customer.is_company = is_company
            for way_name, way in ways.items():
                for role, user in self.may_not.items():
                    with self.subTest(way=way_name, role=role, is_company=is_company):
                        with self.assertRaises(UserError), self.cr.savepoint():
                            way(user)
                        self.env.invalidate_all()
                        self.assertTrue(customer.active and child.active)
                        self.assertFalse(customer.parent_id)
                        self.assertEqual(child.parent_id, customer)
        for role in ("owner", "helper", "leader", "office"):
            for name in ("archived", "moved"):
                with self.subTest(role=role, way=name):
                    way = ways[f"{name}, {child.name}"]
                    self.assertIsNone(self._try(way, self.may[role]))
        self.team_east.process_mode = "observe"
        way = ways[f"archived, {customer.name}"]
        self.assertIsNone(self._try(way, self.salesperson_d))

    def test_owner_is_not_taken_off_the_contact(self):
        """Who follows a contact is the business of who works the customer."""
        self._record_refusals()
        owner = self.salesperson_a.partner_id
        for partner in (self.customer, self.child):
            partner.message_subscribe(owner.ids)
            for role, user in self.may_not.items():
                mine = partner.with_user(user)
                with self.subTest(role=role, partner=partner.name):
                    error = self._try(mine.message_unsubscribe, owner.ids)
                    self.assertIsInstance(error, CustomerOwnedError)
                    # oneself at any time
                    self.assertIsNone(
                        self._try(mine.message_unsubscribe, user.partner_id.ids)
                    )
            self.assertIn(owner, partner.message_partner_ids)
            for role, user in self.may.items():
                with self.subTest(role=role, partner=partner.name):
                    mine = partner.with_user(user)
                    self.assertIsNone(self._try(mine.message_unsubscribe, owner.ids))

    def test_person_is_not_archived_or_moved(self):
        """Where a person is the customer, the contact itself is guarded alone."""
        self._record_refusals()
        self.company.process_customer_scope = "person"
        self._create_lead(self.salesperson_a, partner_id=self.child.id)
        sibling = self.env["res.partner"].create(
            {"name": "Bob", "parent_id": self.customer.id}
        )
        for values in ({"active": False}, {"parent_id": False}):
            with self.subTest(values=values):
                self.assertIsInstance(
                    self._try(
                        lambda values=values: self.child.with_user(
                            self.salesperson_d
                        ).write(values)
                    ),
                    CustomerOwnedError,
                )
                sibling.with_user(self.salesperson_d).write(values)

    def test_refusals_are_answers(self):
        """Whose number it is, is not asked without limit by way of a contact."""
        self._record_refusals()
        kept = []
        self.startPatcher(
            patch.object(
                type(self.env["sales.process.lookup"]),
                "_keep_asked",
                lambda _model, values, _asked: kept.extend(values),
            )
        )
        guess = self.stranger.with_user(self.salesperson_d)
        guess.phone = "13811112222"
        self.assertIsInstance(
            self._try(lambda: guess.message_post(body="Hello")), CustomerOwnedError
        )
        self.assertEqual({row["user_id"] for row in kept}, {self.salesperson_d.id})
        self.assertEqual(sum(row["is_charged"] for row in kept), 1)
        kept.clear()
        # the contact that is the customer tells nothing new
        self._try(self._way_post, self.salesperson_d, self.customer)
        self.assertFalse(kept)

    def test_activity_of_a_colleague(self):
        """What the owner plans on the contact is not a stranger's to finish."""
        self._record_refusals()
        activity = self._activity(
            self.salesperson_a, self.partner_model_id, self.customer.id
        )
        ways = {
            "deleted": lambda row: row.unlink(),
            "done": lambda row: row.action_feedback(feedback="Done"),
            "taken": lambda row: row.write({"user_id": row.env.uid}),
            "put off": lambda row: row.write({"date_deadline": "2040-01-01"}),
        }
        for way_name, way in ways.items():
            for role, user in self.may_not.items():
                with self.subTest(way=way_name, role=role):
                    error = self._try(way, activity.with_user(user))
                    self.assertIsInstance(error, CustomerOwnedError)
            for role, user in self.may.items():
                with self.subTest(way=way_name, role=role):
                    self.assertIsNone(self._try(way, activity.with_user(user)))
        # what the owner asks somebody for is theirs
        activity.user_id = self.salesperson_d
        self.assertIsNone(
            self._try(ways["done"], activity.with_user(self.salesperson_d))
        )

    def test_meeting_of_a_colleague(self):
        """Nobody takes a contact back by changing a colleague's meeting."""
        self._record_refusals()
        with self._at(START - timedelta(days=1)):
            event = self._meeting(
                self.salesperson_a,
                partner_ids=[
                    (6, 0, (self.salesperson_a.partner_id | self.customer).ids)
                ],
                opportunity_id=self.lead.id,
            )
        event.sudo().attendee_ids.process_invited_email = "boss@acme.example"
        later = START + timedelta(days=3)

        def attendee(row):
            return row.attendee_ids.filtered(
                lambda attendee: attendee.partner_id == self.customer
            )

        ways = {
            "moved": lambda row: row.write(
                {"start": later, "stop": later + timedelta(hours=1)}
            ),
            "deleted": lambda row: row.unlink(),
            "archived": lambda row: row.action_archive(),
            "declined for the customer": lambda row: attendee(row).do_decline(),
            "customer taken out": lambda row: attendee(row).unlink(),
            "customer replaced": lambda row: attendee(row).write(
                {"partner_id": self.stranger.id}
            ),
            "taken over": lambda row: row.write({"user_id": row.env.uid}),
            "on another lead": lambda row: row.write({"opportunity_id": False}),
        }
        with self._at(START + timedelta(hours=2)):
            followup = event._process_meetings()
            self.assertTrue(followup.counts)
            for way_name, way in ways.items():
                for role, user in self.may_not.items():
                    with self.subTest(way=way_name, role=role):
                        error = self._try(way, event.with_user(user))
                        self.assertIsInstance(error, CustomerOwnedError)

    def test_meeting_changed_by_the_office(self):
        """People without sales rights work as before, and the contact stays."""
        with self._at(START - timedelta(days=1)):
            event = self._meeting(
                self.salesperson_a,
                partner_ids=[
                    (6, 0, (self.salesperson_a.partner_id | self.customer).ids)
                ],
                opportunity_id=self.lead.id,
            )
        event.sudo().attendee_ids.process_invited_email = "boss@acme.example"
        with self._at(START + timedelta(hours=2)):
            followup = event._process_meetings()
            deadline = self.ownership.date_deadline
            event.with_user(self.office_user).attendee_ids.do_decline()
            event.with_user(self.office_user).unlink()
            self.assertTrue(followup.counts)
            self.assertEqual(self.ownership.date_deadline, deadline)

    def test_lead(self):
        """The lead is guarded in the same ways."""
        self._record_refusals()

        def compose(user, mode):
            self._compose(user, mode, self.lead.ids, model="crm.lead")

        ways = {
            "activity": lambda user: self._activity(
                user, self.lead_model_id, self.lead.id
            ),
            "activity moved": lambda user: self._activity(
                user, self.partner_model_id, self.stranger.id
            ).write({"res_model_id": self.lead_model_id, "res_id": self.lead.id}),
            "meeting": lambda user: self._meeting(user, opportunity_id=self.lead.id),
            "meeting of the document": lambda user: self._meeting(
                user, res_model_id=self.lead_model_id, res_id=self.lead.id
            ),
            "meeting changed": lambda user: self._meeting(user).write(
                {"opportunity_id": self.lead.id}
            ),
            "post": lambda user: self.lead.with_user(user).message_post(body="Hello"),
            "mail": lambda user: compose(user, "comment"),
            "mass mail": lambda user: compose(user, "mass_mail"),
            "merge": lambda user: (
                (
                    self.lead
                    | self._create_lead(user, self.team_east, phone="13899990000")
                )
                .with_user(user)
                .merge_opportunity()
            ),
        }
        for name, way in ways.items():
            for role, user in self.may_not.items():
                with self.subTest(way=name, role=role):
                    error = self._try(way, user)
                    self.assertTrue(error, "nobody refused it")
            for role in ("owner", "leader", "administrator"):
                with self.subTest(way=name, role=role):
                    if name == "merge":
                        continue
                    self.assertIsNone(self._try(way, self.may[role]))

    def test_whoever_follows_a_lead_does_not_write_on_it(self):
        """Odoo lets followers post: to be one gives nobody a colleague's customer."""
        values = {"model": "crm.lead", "res_id": self.lead.id, "body": "Hello"}
        ways = {
            "post": lambda user: self.lead.with_user(user).message_post(body="Hello"),
            "notice": lambda user: self.lead.with_user(user).message_post(
                body="Hello", message_type="notification"
            ),
            "message": lambda user: (
                self.env["mail.message"]
                .with_user(user)
                .create({**values, "message_type": "comment"})
            ),
            "message of defaults": lambda user: (
                self.env["mail.message"]
                .with_user(user)
                .with_context(default_model="crm.lead", default_res_id=self.lead.id)
                .create({"body": "Hello", "message_type": "comment"})
            ),
            "message of one default": lambda user: (
                self.env["mail.message"]
                .with_user(user)
                .with_context(default_res_id=self.lead.id)
                .create({"body": "Hello", "model": "crm.lead"})
            ),
            "message moved": lambda user: (
                self._create_lead(user, phone="13899990000")
                .with_user(user)
                .message_post(body="Hello")
                .write({"res_id": self.lead.id})
            ),
        }
        for role, user in self.may_not.items():
            self.lead.message_subscribe(user.partner_id.ids)
            for name, way in ways.items():
                with self.subTest(way=name, role=role):
                    self.assertTrue(self._try(way, user), "nobody refused it")
        for role in ("owner", "leader", "administrator"):
            with self.subTest(role=role):
                self.assertIsNone(self._try(ways["post"], self.may[role]))

    # ------------------------------------------------------------
    # A COLLEAGUE'S DETAIL ON A CUSTOMER
    # ------------------------------------------------------------

    def _own_elsewhere(self):
        """Customers of another team: one that is owned, one in the pool.

        :return: ``{how it is: details of it for a contact}``
        """
        self.team_west.process_mode = "enforce"
        self._create_lead(self.salesperson_d, phone="13700007777")
        self._create_lead(self.salesperson_d, email_from="theirs@west.example")
        pooled = self._create_lead(
            self.env["res.users"], self.team_west, phone="13700008888"
        )
        self.assertEqual(pooled.ownership_id.state, "pool")
        return {
            "owned": {"phone": "137 0000 7777"},
            "owned, e-mail": {"email": "Theirs <theirs@west.example>"},
            "in the pool": {"phone": "+86 137 0000 8888"},
        }

    def _write_from_above(self, user, values):
        """As in a request: Odoo makes contacts below as the user who sent it."""
        customer = self.customer.with_user(user)
        with patch.object(self.env.transaction, "default_env", customer.env):
            customer.write({"child_ids": [(0, 0, {"name": "N", **values})]})

    def test_sabotage_locks_nobody_out(self):
        """A colleague's detail on the contact takes the customer from nobody."""
        self._record_refusals()
        for how, values in self._own_elsewhere().items():
            for partner in (self.customer, self.child):
                before = {name: partner[name] for name in values}
                partner.with_user(self.office_user).write(values)
                self.env.flush_all()
                for way_name, way in self._ways().items():
                    if way_name in ADDRESS_WAYS:
                        continue
                    with self.subTest(how=how, on=partner.name, way=way_name):
                        self.assertIsNone(self._try(way, self.salesperson_a, partner))
                        # and it is opened to nobody
                        self.assertIsInstance(
                            self._try(way, self.salesperson_d, partner),
                            CustomerOwnedError,
                        )
                # whoever works it edits it, with the detail on it or not
                partner.with_user(self.salesperson_a).name = f"{partner.name} 2"
                partner.with_user(self.salesperson_a).write(
                    {"street": "Road 1", "country_id": self.env.ref("base.vn").id}
                )
                partner.with_user(self.salesperson_a).write(before)

    def test_sabotage_takes_no_further_lead(self):
        """The next lead on an own customer is its owner's, whatever is on the contact.

        By whoever the detail was written there.
        """
        self._record_refusals()
        ways = self._own_elsewhere()
        for how, values in ways.items():
            # a salesperson types the own details, the office any
            typist = self.office_user if "pool" in how else self.salesperson_d
            for partner in (self.customer, self.child):
                before = {name: partner[name] for name in values}
                partner.with_user(typist).write(values)
                self.env.flush_all()
                with self.subTest(how=how, on=partner.name):
                    lead = self._create_lead(self.salesperson_a, partner_id=partner.id)
                    self.assertEqual(lead.ownership_id, self.ownership)
                    mine = lead.with_user(self.salesperson_a)
                    mine.write({"name": "Second", "contact_name": "Mr. Second"})
                    with self.assertRaises(CustomerOwnedError), self.cr.savepoint():
                        self._create_lead(self.salesperson_d, partner_id=partner.id)
                    # what somebody types on the lead alone is asked for as before
                    with self.assertRaises(CustomerOwnedError), self.cr.savepoint():
                        self._create_lead(self.salesperson_a, phone="13700007777")
                partner.with_user(self.office_user).write(before)

    def test_stranger_writes_an_own_detail(self):
        """It is accepted, and whose customer the contact is stays as it was.

        The detail stays the key of who had it, so does the one that was overwritten;
        the owner is told once, and the leader decides about the contradiction.
        """
        self._record_refusals()
        Key = self.env["sales.process.ownership.key"]
        Conflict = self.env["sales.process.conflict"]
        own = self._own_elsewhere()["owned, e-mail"]
        thief = self.salesperson_d
        self.customer.with_user(self.salesperson_a).email = "first@acme.example"
        self.env.flush_all()
        mine = self.env["res.partner"].create({"name": "Mine", **own})
        self._create_lead(thief, partner_id=mine.id)
        before = {row: row.ownership_id for row in Key.search([])}
        conflicts = Conflict.search([])
        self.customer.with_user(thief).write(own)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.customer.email, own["email"])
        self.assertEqual({row: row.ownership_id for row in before}, before)
        holders = {
            value: Key.search([("kind", "=", "email"), ("value", "=", value)])
            for value in ("first@acme.example", "theirs@west.example")
        }
        self.assertEqual(
            [row.ownership_id.user_id for row in holders.values()],
            [self.salesperson_a, thief],
        )
        conflict = Conflict.search([]) - conflicts
        self.assertEqual((conflict.door, conflict.state), ("contact", "open"))
        told = self.env["mail.message"].search(
            [
                ("message_type", "=", "user_notification"),
                ("partner_ids", "in", self.salesperson_a.partner_id.ids),
                ("body", "ilike", "changed"),
            ]
        )
        self.assertTrue(told)
        # the thief merges nothing, the owner works on, also by file
        merge = self.env["base.partner.merge.automatic.wizard"].with_user(thief)
        with self.assertRaises(CustomerOwnedError), self.cr.savepoint():
            merge._merge((self.customer | mine).ids, mine)
        self.assertTrue(self.customer.exists())
        for user in (self.salesperson_a, self.administrator):
            with self.subTest(user=user.name):
                values = {"partner_id": self.customer.id, "name": "By file"}
                with entering(self.env, "import"):
                    lead = self._create_lead(user, **values)
                self.assertEqual(lead.ownership_id, self.ownership)
                self.assertEqual(lead.user_id, self.salesperson_a)

    def test_letter_by_post(self):
        """What another app sends is refused like a message, whoever makes the row."""
        Notification = self.env["mail.notification"]
        values = {"res_partner_id": self.customer.id, "notification_type": "snail"}
        self._record_refusals()
        for role, user in self.may_not.items():
            with self.subTest(role=role):
                mine = Notification.with_user(user).sudo()
                error = self._try(lambda mine=mine: mine.create([values]))
                self.assertIsInstance(error, CustomerOwnedError)
        for role, user in self.may.items():
            with self.subTest(role=role):
                Notification.with_user(user).sudo()._check_other_ways([values])
        # with the app itself, where it is there
        if "snailmail.letter" in self.env:
            letter = {
                "model": "res.partner",
                "res_id": self.salesperson_d.partner_id.id,
                "partner_id": self.customer.id,
                "company_id": self.company.id,
            }
            Letter = self.env["snailmail.letter"].with_user(self.salesperson_d)
            error = self._try(lambda: Letter.create([letter]))
            self.assertIsInstance(error, CustomerOwnedError)

    def test_details_decide_where_the_contact_does_not(self):
        """A contact that is nobody's customer is judged by what is on it."""
        self._record_refusals()
        for how, values in self._own_elsewhere().items():
            with self.subTest(how=how):
                free = self.env["res.partner"].with_user(self.salesperson_a)
                free = free.create({"name": "Free", **values})
                self.assertIsInstance(
                    self._try(self._way_post, self.salesperson_a, free),
                    CustomerOwnedError,
                )

    def test_colleagues_detail_is_not_typed(self):
        """Not on a customer, by no way, and the refusal is an answer that counts."""
        kept = self._record_refusals()
        charged = []
        self.startPatcher(
            patch.object(
                type(self.env["sales.process.lookup"]),
                "_keep_asked",
                lambda _model, values, _asked: charged.extend(values),
            )
        )
        Partner = self.env["res.partner"].with_user(self.salesperson_a)
        new = Partner.create({"name": "New"})
        self._create_lead(self.salesperson_a, partner_id=new.id)
        lead = self._create_lead(self.salesperson_a, partner_id=new.id)
        for how, values in self._own_elsewhere().items():
            free = Partner.create({"name": "Free", **values})
            above = Partner.create({"name": "Above"})
            Partner.create({"name": "Below", "parent_id": above.id, **values})
            ways = {
                "on the customer": lambda values=values: self.customer.with_user(
                    self.salesperson_a
                ).write(values),
                "on a person": lambda values=values: self.child.with_user(
                    self.salesperson_a
                ).write(values),
                "on a contact with an own lead": lambda values=values: new.write(
                    values
                ),
                "by a helper": lambda values=values: self.customer.with_user(
                    self.helper
                ).write(values),
                "a new person": lambda values=values: Partner.create(
                    {"name": "N", "parent_id": self.customer.id, **values}
                ),
                "a new person, from above": lambda values=values: (
                    self._write_from_above(self.salesperson_a, values)
                ),
                "moved below": lambda free=free: free.write(
                    {"parent_id": self.customer.id}
                ),
                "moved below with its people": lambda above=above: above.write(
                    {"parent_id": self.customer.id}
                ),
            }
            for way_name, way in ways.items():
                with self.subTest(how=how, way=way_name):
                    kept.clear()
                    charged.clear()
                    error = self._try(way)
                    self.assertIsInstance(error, CustomerOwnedError)
                    self.assertIn("belongs to another customer", str(error))
                    for name in ("Salesperson", self.team_west.name):
                        self.assertNotIn(name, str(error))
                    self.assertTrue(kept)
                    self.assertTrue(any(row["is_charged"] for row in charged))
            self.env.invalidate_all()
            self.assertFalse(new.phone or new.email)
        self.assertEqual(lead.partner_id, new)

    def test_file_of_a_salesperson(self):
        """Each row that carries a colleague's detail is named; nothing is half done."""
        self._record_refusals()
        found = self._own_elsewhere()["owned"]
        Partner = self.env["res.partner"].with_user(self.salesperson_a)
        before = self.child.phone
        result = Partner.load(
            [".id", "phone"],
            [
                [str(self.customer.id), "13811112222"],
                [str(self.child.id), found["phone"]],
            ],
        )
        self.assertFalse(result["ids"])
        messages = result["messages"]
        # Odoo says the first error of a file for its first row, too
        self.assertEqual(messages[-1]["record"], 1)
        self.assertIn("belongs to another customer", messages[-1]["message"])
        self.env.invalidate_all()
        self.assertEqual(self.child.phone, before)
        result = Partner.load(
            [".id", "phone"], [[str(self.customer.id), "13811112222"]]
        )
        self.assertEqual(result["ids"], self.customer.ids)

    def test_who_types_a_detail(self):
        """Own details, the office and code: as before."""
        found = self._own_elsewhere()["owned"]
        mine = self.customer.with_user(self.salesperson_a)
        mine.write({"phone": "13811112222", "email": "boss2@acme.example"})
        self.child.with_user(self.salesperson_a).phone = "13811112222"
        Conflict = self.env["sales.process.conflict"]
        ways = {
            "office": lambda: self.child.with_user(self.office_user).write(found),
            "code": lambda: (
                self.child.with_user(self.salesperson_a).sudo().write(found)
            ),
            "file of an administrator": lambda: self.assertTrue(
                mine.with_user(self.administrator).load(
                    [".id", "phone"], [[str(self.child.id), found["phone"]]]
                )["ids"]
            ),
            "administrator": lambda: self.child.with_user(self.administrator).write(
                found
            ),
        }
        for way_name, way in ways.items():
            with self.subTest(way=way_name), self.env.cr.savepoint() as savepoint:
                before = Conflict.search([])
                way()
                self.env.flush_all()
                conflict = Conflict.search([]) - before
                self.assertEqual(
                    (conflict.door, conflict.state), ("contact", "open"), way_name
                )
                savepoint.rollback()
                self.env.invalidate_all()
        self.team_west.process_mode = "observe"
        self.child.with_user(self.salesperson_a).write(found)
        self.assertEqual(self.child.phone, found["phone"])

    # ------------------------------------------------------------
    # WHO IS NOT REFUSED
    # ------------------------------------------------------------

    def test_colleagues_meet(self):
        """A meeting without the customer is nobody's business."""
        both = (self.salesperson_d | self.salesperson_c).partner_id
        event = self._meeting(self.salesperson_d, partner_ids=[(6, 0, both.ids)])
        self.assertEqual(event.partner_ids, both)

    def test_guest_of_the_owner(self):
        """Whoever is invited by the owner may move the meeting that stands."""
        everybody = (self.salesperson_a | self.salesperson_c).partner_id | self.customer
        event = self._meeting(self.salesperson_a, partner_ids=[(6, 0, everybody.ids)])
        event.with_user(self.salesperson_c).write(
            {
                "start": START + timedelta(hours=2),
                "stop": START + timedelta(hours=3),
                "partner_ids": [(4, self.salesperson_d.partner_id.id)],
            }
        )
        self.assertIn(self.salesperson_d.partner_id, event.partner_ids)

    def test_finishing_what_a_colleague_planned(self):
        activity = self._activity(
            self.salesperson_a, self.partner_model_id, self.customer.id
        )
        activity.user_id = self.salesperson_c
        activity.with_user(self.salesperson_c).write({"note": "Called"})
        self.assertEqual(activity.user_id, self.salesperson_c)

    def test_automation(self):
        """What an automation does after somebody's edit breaks no edit."""
        sudo_customer = self.customer.with_user(self.salesperson_d).sudo()
        sudo_customer.message_post(body="Checked by the system")
        activity = sudo_customer.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.office_user.id
        )
        self.assertEqual(activity.user_id, self.office_user)

    def test_observed(self):
        """A team that observes takes nothing from anybody."""
        self.team_east.process_mode = "observe"
        for name, way in self._ways().items():
            with self.subTest(way=name):
                self._assert_allowed(
                    name, self._try(way, self.salesperson_d, self.customer)
                )

    def test_other_company(self):
        """Each company has customers of its own."""
        self._way_post(self.salesperson_x, self.customer)
        self.salesperson_x.write({"company_ids": [(4, self.company.id)]})
        # who works for both companies changes nothing by choosing one
        with self.assertRaises(UserError):
            self._way_post(
                self.salesperson_x.with_context(allowed_company_ids=self.company_2.ids),
                self.customer,
            )

    def test_person_scope(self):
        """Where a person is the customer, colleagues of the person are others."""
        self.company.process_customer_scope = "person"
        lead = self._create_lead(self.salesperson_a, partner_id=self.child.id)
        sibling = self.env["res.partner"].create(
            {"name": "Bob", "parent_id": self.customer.id}
        )
        found = self.env["sales.process.ownership"]._find_guarded(self.child | sibling)
        self.assertEqual(found.get(self.child), lead.ownership_id)
        self.assertNotIn(sibling, found)

    # ------------------------------------------------------------
    # NOBODY THERE
    # ------------------------------------------------------------

    def test_what_followers_do_not_hear(self):
        """A note goes to colleagues, and a follower may have chosen not to hear."""
        self.stranger.message_subscribe(self.customer.ids)
        document = self.stranger.with_user(self.salesperson_d)
        comment = {"message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
        self.assertIsNone(self._try(lambda: document.message_post(body="Note")))
        error = self._try(lambda: document.message_post(body="Hello", **comment))
        self.assertIsInstance(error, CustomerOwnedError)
        follower = self.stranger.message_follower_ids.filtered(
            lambda row: row.partner_id == self.customer
        )
        follower.subtype_ids = False
        self.assertIsNone(
            self._try(lambda: document.message_post(body="Hello", **comment))
        )

    def test_unattended(self):
        """Accepted, the owner is told once, attempts are counted."""
        Conflict = self.env["sales.process.conflict"]
        for _time in range(3):
            self.env["calendar.event"].with_user(self.portal).sudo().create(
                {
                    "name": "Booked online",
                    "start": START,
                    "stop": START + timedelta(hours=1),
                    "partner_ids": [(6, 0, self.customer.ids)],
                }
            )
        conflict = Conflict.search([("ownership_id", "=", self.ownership.id)])
        self.assertEqual(len(conflict), 1)
        self.assertEqual(conflict.attempt_count, 3)
        self.assertEqual(conflict.resolution, "routed")
        self.assertEqual(conflict.user_id, self.portal)
        told = self.env["mail.message"].search(
            [
                ("message_type", "=", "user_notification"),
                ("partner_ids", "in", self.salesperson_a.partner_id.ids),
                ("body", "ilike", "They stay yours"),
            ]
        )
        self.assertEqual(len(told), 1)

    def test_mass_mail_sent_by_itself(self):
        """A mailing that somebody has queued is told to the owner, under that name."""
        Conflict = self.env["sales.process.conflict"]
        robot = self.env.ref("base.user_root")
        system = self.env.ref("base.partner_root")
        for author, partner, known in (
            (system, self.customer, 0),
            (self.salesperson_a.partner_id, self.customer, 0),
            (self.helper.partner_id, self.customer, 0),
            (self.salesperson_d.partner_id, self.stranger, 0),
            (self.salesperson_d.partner_id, self.customer, 1),
            (self.salesperson_d.partner_id, self.twin, 1),
        ):
            before = Conflict.search_count([])
            # to the twin, who has none, by the address of the customer
            partner.email = partner.email or self.customer.email
            self._compose(robot, "mass_mail", partner.ids, author_id=author.id)
            self.env.flush_all()
            rows = Conflict.search([("user_id", "=", self.salesperson_d.id)])
            with self.subTest(author=author.name, partner=partner.name):
                self.assertEqual(len(rows), known)
                self.assertEqual(Conflict.search_count([]), max(before, known))
        self.assertEqual(rows.attempt_count, 2)
        self.assertEqual(rows.ownership_id, self.ownership)
        self.assertEqual(rows.resolution, "routed")

    def test_scheduled_message_sent_later(self):
        """Who planned a message while the customer was free sends it no more."""
        message = (
            self.env["mail.scheduled.message"]
            .with_user(self.salesperson_d)
            .create(
                {
                    "model": "res.partner",
                    "res_id": self.stranger.id,
                    "author_id": self.salesperson_d.partner_id.id,
                    "body": "Later",
                    "scheduled_date": START,
                }
            )
        )
        self._create_lead(self.salesperson_a, partner_id=self.stranger.id)
        self.env.flush_all()
        message.sudo().with_context(cron_id=1)._post_message(raise_exception=False)
        self.assertFalse(
            self.stranger.message_ids.filtered(lambda row: "Later" in row.body)
        )

    # ------------------------------------------------------------
    # COST
    # ------------------------------------------------------------

    def test_query_count(self):
        """The number of queries does not depend on the number of contacts."""
        Ownership = self.env["sales.process.ownership"].with_user(self.salesperson_d)
        few = self.env["res.partner"].create(
            [{"name": "One", "email": "one@many.example", "phone": "13900009999"}]
        )
        many = self.env["res.partner"].create(
            [
                {
                    "name": f"C{i}",
                    "email": f"c{i}@many.example",
                    "phone": f"1390000{i:04}",
                }
                for i in range(40)
            ]
        )
        counts = []
        for partners in (few, few, many):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Ownership._find_guarded(partners)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1] + 1)

    def test_typing_query_count(self):
        """What is typed on many contacts at once is asked for once."""
        people = (
            self.env["res.partner"]
            .create(
                [
                    {
                        "name": f"P{i}",
                        "parent_id": self.customer.id,
                        "phone": f"138000{i}",
                    }
                    for i in range(40)
                ]
            )
            .with_user(self.salesperson_a)
        )
        counts = []
        for some in (people[:2], people[:2], people):
            self.env.flush_all()
            self.env.invalidate_all()
            typed = some._get_typed_before({"phone": True})
            typed = {row: (False, *values[1:]) for row, values in typed.items()}
            before = self.env.cr.sql_log_count
            some._check_typed(typed)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertTrue(counts[0])
        self.assertLessEqual(counts[2], counts[1] + 1)
        teams = self.env["crm.team"].with_context(active_test=False).search([])
        teams.process_mode = "off"
        self.assertFalse(self.env["crm.team"]._get_active_process_ids())
        self.env.flush_all()
        with self.assertQueryCount(0):
            self.assertFalse(people._get_typed_before({"phone": True}))

    def test_inert_without_active_team(self):
        teams = self.env["crm.team"].with_context(active_test=False).search([])
        teams.process_mode = "off"
        Ownership = self.env["sales.process.ownership"].with_user(self.salesperson_d)
        self.assertFalse(self.env["crm.team"]._get_active_process_ids())
        partners = self.customer | self.child
        self.env.flush_all()
        with self.assertQueryCount(0):
            self.assertFalse(Ownership._find_guarded(partners))

    def test_company_of_a_contact_is_not_said(self):
        """Odoo works it out from the company above: another word is refused.

        With another one a colleague would sell to the customer, and the owner could
        not any more.
        """
        thief = self.salesperson_b
        self.ownership.sudo().collaborator_ids -= thief
        mine = self.env["res.partner"].create({"name": "Mine", "is_company": True})
        self._create_lead(thief, partner_id=mine.id)
        for partner in (self.customer, self.child):
            before = partner.commercial_partner_id
            for name, value in (
                ("commercial_partner_id", mine.id),
                ("email_normalized", "x@mine.example"),
                ("phone_sanitized", "+8613900000000"),
            ):
                with self.subTest(partner=partner.name, name=name):
                    self._refused_field(partner.with_user(thief).write, {name: value})
                    Partner = self.env["res.partner"].with_user(thief)
                    self._refused_field(Partner.create, {"name": "X", name: value})
            self.assertEqual(partner.commercial_partner_id, before)
            self._try(self._way_post, thief, partner)
        as_default = self.env["res.partner"].with_user(thief)
        as_default = as_default.with_context(default_commercial_partner_id=mine.id)
        made = as_default.create({"name": "X"})
        self.assertEqual(made.commercial_partner_id, made)

    def _refused_field(self, method, values):
        with (
            self.assertRaisesRegex(AccessError, "The system fills in"),
            self.env.cr.savepoint(),
        ):
            method(values)

    def _move_by_clerk(self, contacts, place):
        contacts.with_user(self.office_user).write({"parent_id": place.id})

    def test_clerk_gives_nobody_to_another_customer(self):
        """A person of one customer becomes none of the customer of another owner."""
        other = self.env["res.partner"].create({"name": "Beta", "is_company": True})
        theirs = self._create_lead(
            self.leader_east, team=self.team_east, partner_id=other.id
        )
        self.assertEqual(theirs.ownership_id.user_id, self.leader_east)
        ways = {
            "moved": lambda: self._move_by_clerk(self.child, other),
            "linked": lambda: other.with_user(self.office_user).write(
                {"child_ids": [Command.link(self.child.id)]}
            ),
        }
        for name, way in ways.items():
            with (
                self.subTest(name),
                self.assertRaisesRegex(UserError, "Team East"),
                self.env.cr.savepoint(),
            ):
                way()
            self.assertEqual(self.child.parent_id, self.customer)
        # the owner of the other one is not a clerk's accomplice: still refused
        with self.assertRaises(CustomerOwnedError):
            self.env["sales.process.ownership"].with_user(
                self.salesperson_c
            )._check_customer_work(self.child)

    def test_clerk_keeps_contacts_in_order(self):
        """A person who has changed jobs is moved to a company that is nobody's."""
        for place in (self.stranger, self.env["res.partner"], self.customer):
            with self.subTest(place=place.name):
                self._move_by_clerk(self.child, place)
                self.assertEqual(self.child.parent_id, place)
                # the address is the customer's as before
                with self.assertRaises(CustomerOwnedError):
                    self.env["sales.process.ownership"].with_user(
                        self.salesperson_c
                    )._check_customer_work(self.child)

    def test_other_company_learns_no_team(self):
        """Who works in another company is told neither the owner nor the team."""
        stranger = self.salesperson_x
        ways = {
            "archived": lambda partner: partner.write({"active": False}),
            "moved": lambda partner: partner.write({"parent_id": self.stranger.id}),
            "deleted": lambda partner: partner.unlink(),
            "given another salesperson": lambda partner: partner.write(
                {"user_id": stranger.id}
            ),
        }
        for name, way in ways.items():
            with (
                self.subTest(name),
                self.assertRaises(UserError) as refused,
                self.env.cr.savepoint(),
            ):
                way(self.customer.with_user(stranger))
            self.assertIn("another company", str(refused.exception))
            self.assertNotIn("Team East", str(refused.exception))
            self.assertNotIn(self.salesperson_a.name, str(refused.exception))
        self.assertTrue(self.customer.active)
