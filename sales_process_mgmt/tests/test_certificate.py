# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import sales_process_certificate
from .common_followup import FollowupCommon


class CertificateCommon(FollowupCommon):
    def _hand_on(self, user, origin, reason):
        ownership = self.lead.ownership_id.with_user(self.leader_east)
        ownership._hand_over({ownership: user}, origin, reason, note="Moved north")


@tagged("post_install", "-at_install")
class TestCertificate(CertificateCommon):
    """Whose a customer is, on paper, for a dispute."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ownership = cls.lead.ownership_id
        cls.Certificate = cls.env["sales.process.certificate"]

    def _issue(self, user=None, ownership=None):
        user = user or self.leader_east
        return self.Certificate.with_user(user)._issue(
            (ownership or self.ownership).with_user(user)
        )

    def _render(self, certificate, user=None, lang=None):
        report = self.env["ir.actions.report"].with_user(user or self.leader_east)
        if lang:
            report = report.with_context(lang=lang)
        html, _kind = report._render_qweb_html(
            "sales_process_mgmt.report_certificate", certificate.ids
        )
        return html.decode()

    def test_leader_issues_what_the_ledger_knows(self):
        followup = self._log(subject="Wants two hundred pumps in May")
        self.env["sales.process.conflict"].create(
            {
                "user_id": self.salesperson_b.id,
                "owner_id": self.salesperson_a.id,
                "ownership_id": self.ownership.id,
                "team_id": self.team_east.id,
                "company_id": self.company.id,
                "resolution": "refused",
                "state": "resolved",
                "resolved_by_id": self.leader_east.id,
            }
        )
        certificate = self._issue()
        self.assertEqual(certificate.user_id, self.leader_east)
        self.assertEqual(certificate.owner_id, self.salesperson_a)
        self.assertEqual(certificate.team_id, self.team_east)
        self.assertEqual(certificate.customer_name, self.ownership.name)
        self.assertTrue(certificate.is_intact)
        self.assertTrue(certificate.is_current)
        content = certificate.content
        self.assertEqual(
            [row["owner"] for row in content["periods"]], [self.salesperson_a.name]
        )
        self.assertEqual(content["details"], ["13812345678"])
        self.assertEqual(
            [(row["subject"], row["counts"]) for row in content["contacts"]],
            [(followup.subject, True)],
        )
        self.assertEqual(
            [(row["user"], row["decided_by"]) for row in content["conflicts"]],
            [(self.salesperson_b.name, self.leader_east.name)],
        )
        html = self._render(certificate)
        for text in (
            certificate.name,
            certificate.checksum[:8],
            certificate.checksum[-8:],
            self.salesperson_a.name,
            self.salesperson_b.name,
            followup.subject,
            "Refused",
        ):
            self.assertIn(text, html)

    def test_checksum_is_that_of_number_time_and_content(self):
        certificate = self._issue()
        said = json.dumps(
            [
                certificate.name,
                fields.Datetime.to_string(certificate.date),
                certificate.content,
            ],
            sort_keys=True,
            ensure_ascii=False,
        )
        self.assertEqual(
            certificate.checksum, hashlib.sha256(said.encode()).hexdigest()
        )
        self.assertEqual(len(certificate.checksum), 64)

    def test_changed_past_the_system_is_seen(self):
        certificate = self._issue()
        for values in (
            {"content": {**certificate.content, "customer": "Somebody Else"}},
            {"date": certificate.date + timedelta(seconds=1)},
            {"name": "OC/1999/00001"},
        ):
            before = {name: certificate[name] for name in values}
            with self.subTest(changed=sorted(values)):
                certificate.sudo().write(values)
                certificate.invalidate_recordset()
                self.assertFalse(certificate.is_intact)
                certificate.sudo().write(before)
                certificate.invalidate_recordset()
                self.assertTrue(certificate.is_intact)

    def test_twice_is_one_paper_until_something_happens(self):
        first = self._issue()
        self.assertEqual(self._issue(), first)
        self.assertEqual(
            len(self.Certificate.search([("ownership_id", "=", self.ownership.id)])), 1
        )
        self._log(subject="Asked when we deliver to Suzhou")
        first.invalidate_recordset()
        self.assertFalse(first.is_current)
        self.assertTrue(first.is_intact, "it is old, not false")
        second = self._issue()
        self.assertNotEqual(second, first)
        self.assertNotEqual(second.name, first.name)
        self.assertTrue(second.is_current)

    def test_each_person_issues_their_own(self):
        self.assertNotEqual(self._issue(), self._issue(self.director))

    def test_the_whole_chain_is_told(self):
        self._log(subject="First talk about the new hall")
        self._hand_on(self.salesperson_b, "transfer", "transferred")
        now = self.lead.ownership_id
        self.assertNotEqual(now, self.ownership)
        content = self._issue(ownership=now).content
        self.assertEqual(
            [row["owner"] for row in content["periods"]],
            [self.salesperson_a.name, self.salesperson_b.name],
        )
        self.assertEqual(content["periods"][0]["end_reason"], "transferred")
        self.assertEqual(len(content["contacts"]), 1)
        # whoever issues it from the earlier period learns the same
        self.assertEqual(
            self._issue(self.director, self.ownership).content["periods"],
            content["periods"],
        )

    def test_only_who_leads_issues(self):
        for user in (
            self.salesperson_a,
            self.salesperson_b,
            self.salesperson_c,
            self.leader_west,
            self.salesperson_x,
        ):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._issue(user)
        self.assertFalse(
            self.Certificate.search([("ownership_id", "=", self.ownership.id)])
        )
        for user in (self.leader_east, self.director):
            with self.subTest(user=user.login):
                self.assertTrue(self._issue(user))

    def test_button_of_the_customer(self):
        ownership = self.ownership.with_user(self.leader_east)
        action = ownership.action_print_certificate()
        self.assertEqual(action["type"], "ir.actions.report")
        with self.assertRaises(AccessError):
            self.ownership.with_user(self.salesperson_a).action_print_certificate()

    def test_owner_reads_none(self):
        certificate = self._issue()
        for user in (self.salesperson_a, self.salesperson_c, self.leader_west):
            with self.subTest(user=user.login):
                mine = certificate.with_user(user)
                self.assertFalse(mine.search([("id", "=", certificate.id)]))
                with self.assertRaises(AccessError):
                    mine.read(["content"])
                with self.assertRaises(AccessError), mute_logger("odoo.http"):
                    self._render(certificate, user)

    def test_nobody_writes_or_deletes(self):
        certificate = self._issue()
        for user in (self.leader_east, self.director):
            mine = certificate.with_user(user)
            for values in (
                {"content": {}},
                {"checksum": "0"},
                {"owner_id": self.salesperson_b.id},
            ):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    mine.write(values)
            with self.assertRaises(AccessError):
                mine.unlink()
            with self.assertRaises(UserError):
                mine.copy()

    def test_found_by_number_and_checksum(self):
        certificate = self._issue()
        Certificate = self.Certificate.with_user(self.leader_east)
        self.assertEqual(
            Certificate.search(
                [("checksum", "=ilike", certificate.checksum[:12] + "%")]
            ),
            certificate,
        )
        self.assertEqual(
            Certificate.search([("name", "ilike", certificate.name)]), certificate
        )

    def test_numbers_are_taken_once(self):
        names = [
            self._issue(
                ownership=self._create_lead(
                    self.salesperson_a, phone=f"1380000{number:04d}"
                ).ownership_id
            ).name
            for number in range(3)
        ]
        self.assertEqual(len(set(names)), 3)

    def test_times_are_those_of_who_issued(self):
        with self._at("2027-03-01 16:30:00"):
            certificate = self._issue()
        # half past midnight in Shanghai
        self.assertEqual(certificate.tz, "Asia/Shanghai")
        self.assertIn("12:30", certificate._get_paper()["issued"])
        self.assertIn("3/2/27", certificate._get_paper()["issued"])

    def test_a_customer_with_too_many_contacts(self):
        self.patch(sales_process_certificate, "CONTACTS_LIMIT", 2)
        for number in range(3):
            self._record(
                fields.Datetime.now() - timedelta(hours=3 - number),
                subject=f"Told of delivery number {number}",
            )
        certificate = self._issue()
        self.assertEqual(
            [row["subject"][-1] for row in certificate.content["contacts"]],
            ["1", "2"],
        )
        self.assertTrue(certificate._get_paper()["is_cut"])

    def test_what_was_erased_is_not_printed(self):
        certificate = self._issue()
        certificate.sudo().content = False
        certificate.invalidate_recordset()
        self.assertFalse(certificate.is_intact)
        with self.assertRaisesRegex(UserError, "erased"):
            certificate.action_print()

    def test_pooled_customer_has_no_owner_then(self):
        self._hand_on(self.env["res.users"], "pool", "released")
        pooled = self.lead.ownership_id
        self.assertEqual(pooled.state, "pool")
        certificate = self._issue(ownership=pooled)
        self.assertFalse(certificate.owner_id)
        self.assertEqual(
            [row["owner"] for row in certificate.content["periods"]],
            [self.salesperson_a.name, ""],
        )
        self.assertIn("In the Pool", self._render(certificate))

    def test_hostile_texts_are_texts(self):
        self._log(subject="<script>alert(1)</script> was the text of the customer")
        self.assertNotIn("<script>alert", self._render(self._issue()))

    def test_queries_do_not_grow_with_contacts(self):
        for number in range(5):
            self._record(fields.Datetime.now() - timedelta(hours=9 - number))
        content = sales_process_certificate.CertificateContent
        few = self._count_queries(lambda: content(self.ownership.sudo()).gather())
        for number in range(20):
            self._record(fields.Datetime.now() - timedelta(minutes=90 - number))
        many = self._count_queries(lambda: content(self.ownership.sudo()).gather())
        self.assertEqual(few, many)


@tagged("post_install", "-at_install")
class TestPapers(CertificateCommon):
    """A contact and a customer over time, to be signed and filed."""

    def _render(self, report, records, user):
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(user)
            ._render_qweb_html(f"sales_process_mgmt.{report}", records.ids)
        )
        return html.decode()

    def test_negotiation_record(self):
        followup = self._log(
            subject="Two pumps, delivery in May",
            solution="Offered the larger model",
            next_step="Send the drawing",
            location="Suzhou, plant 2",
            channel="visit",
        )
        html = self._render("report_negotiation", followup, self.salesperson_a)
        for text in (
            followup.subject,
            followup.solution,
            followup.next_step,
            followup.location,
            "Visit",
            self.lead.ownership_id.name,
            self.salesperson_a.name,
        ):
            self.assertIn(text, html)
        with self.assertRaises(AccessError), mute_logger("odoo.http"):
            self._render("report_negotiation", followup, self.salesperson_b)

    def test_customer_sheet_is_the_readers(self):
        self._log(subject="First talk about the new hall")
        self._log(subject="Ok")  # too short to count
        ownership = self.lead.ownership_id
        html = self._render("report_customer_sheet", ownership, self.salesperson_a)
        self.assertIn("First talk about the new hall", html)
        self.assertIn("Does not count", html)
        self.assertLess(html.index("First talk"), html.index(">Ok<"))
        with self.assertRaises(AccessError), mute_logger("odoo.http"):
            self._render("report_customer_sheet", ownership, self.salesperson_d)

    def test_customer_sheet_of_a_chain(self):
        self._log(subject="First talk about the new hall")
        self._hand_on(self.salesperson_b, "transfer", "transferred")
        self._log(self.salesperson_b, subject="The hall is built in autumn")
        ownership = self.lead.ownership_id
        html = self._render("report_customer_sheet", ownership, self.leader_east)
        self.assertIn("First talk about the new hall", html)
        self.assertIn("The hall is built in autumn", html)

    def test_sheets_of_many_customers_in_one_question(self):
        leads = self._create_lead(self.salesperson_a, phone="13900000001")
        for number in range(2, 8):
            leads |= self._create_lead(self.salesperson_a, phone=f"1390000000{number}")
        Sheet = self.env["report.sales_process_mgmt.report_customer_sheet"].with_user(
            self.salesperson_a
        )
        Sheet._get_report_values(leads[:1].ownership_id.ids)  # what is kept in memory
        one = self._count_queries(
            lambda: Sheet._get_report_values(leads[:1].ownership_id.ids)
        )
        many = self._count_queries(
            lambda: Sheet._get_report_values(leads.ownership_id.ids)
        )
        self.assertEqual(one, many)

    def test_customer_without_contact(self):
        lead = self._create_lead(self.salesperson_a, phone="13900000099")
        html = self._render(
            "report_customer_sheet", lead.ownership_id, self.salesperson_a
        )
        self.assertIn("No contact has been recorded.", html)
