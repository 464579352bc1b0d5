# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.tests.test_guard import QUIET

from .common import ROW, VERSION, PolicyCommon

MONDAY = "2027-03-01 02:00:00"  # ten o'clock in Shanghai
TUESDAY = "2027-03-02 02:00:00"


@tagged("post_install", "-at_install")
class TestPolicy(PolicyCommon):
    """A policy is published, read and confirmed by name."""

    def test_publish_asks_by_name(self):
        """One row and one to-do for each person, until the end of the seventh day."""
        version = self._publish(MONDAY)
        rows = version.acknowledgement_ids
        self.assertEqual(rows.user_id, self.people)
        self.assertEqual(set(rows.mapped("state")), {"to_read"})
        self.assertEqual(
            set(rows.mapped("date_due")), {datetime(2027, 3, 8, 15, 59, 59)}
        )
        todos = self._todos(rows)
        self.assertEqual(todos.user_id, self.people)
        # whoever publishes follows nobody's answer
        self.assertLessEqual(rows.message_partner_ids, self.people.partner_id)
        self.assertEqual(
            {str(day) for day in todos.mapped("date_deadline")}, {"2027-03-08"}
        )
        self.assertIn("Discounts", todos[0].summary)
        self.assertEqual((version.number, version.state), (1, "published"))
        self.assertEqual(str(version.date_effect), "2027-03-01")
        self.assertTrue(version.is_intact)
        message = self.env["mail.message"].search(
            [("subject", "=", "Read and confirm: Discounts")], limit=1
        )
        self.assertIn("/odoo/my-policies", message.body)
        self.assertLessEqual(
            self.people.partner_id, message.notified_partner_ids | message.partner_ids
        )

    def test_only_administrators_publish(self):
        version = self._draft()
        for user in (self.salesperson_a, self.leader_east):
            with self.assertRaises(AccessError):
                version.with_user(user).action_publish()
            with self.assertRaises(AccessError):
                self.env["sales.process.policy"].with_user(user).create(
                    {"name": "Mine"}
                )
            with self.assertRaises(AccessError):
                self.policy.with_user(user).action_new_version()
        self.assertEqual(version.state, "draft")
        self.assertFalse(version.sudo().acknowledgement_ids)

    def test_nothing_to_read_is_not_published(self):
        with self.assertRaisesRegex(UserError, "Write the text"):
            self._draft(text="<p><br></p>").action_publish()

    def test_first_version_is_not_minor(self):
        with self.assertRaisesRegex(UserError, "first version"):
            self._draft(is_minor=True).action_publish()

    def test_confirm_names_version_and_checksum(self):
        version = self._publish(MONDAY)
        row = self._row(self.salesperson_a)
        with self._at(TUESDAY):
            action = row.action_open()
        self.assertEqual(action["tag"], "soft_reload")
        self.assertEqual(row.state, "read")
        self.assertEqual(row.date_read, datetime(2027, 3, 2, 2))
        self._confirm(self.salesperson_a, "2027-03-03 02:00:00")
        self.assertEqual((row.state, row.kind), ("confirmed", "own"))
        self.assertEqual(row.confirmed_hash, version.content_hash)
        self.assertEqual(row.date_answered, datetime(2027, 3, 3, 2))
        self.assertFalse(self._todos(row))
        # others still have theirs, and pressing twice changes nothing
        self.assertEqual(len(self._todos(version.acknowledgement_ids)), 3)
        self._confirm(self.salesperson_a, "2027-03-04 02:00:00")
        self.assertEqual(row.date_answered, datetime(2027, 3, 3, 2))

    def test_opening_marks_only_the_own_row(self):
        self._publish(MONDAY)
        row = self._row(self.salesperson_a)
        row.with_user(self.leader_east).action_open()
        self.assertEqual(row.state, "to_read")
        with self.assertRaises(AccessError):
            row.with_user(self.salesperson_b).action_open()

    # ------------------------------------------------------------
    # 1, 2: A NEWER VERSION
    # ------------------------------------------------------------

    def test_newer_version_asks_all_again(self):
        """Case 1: two of four have confirmed when the second version comes."""
        first = self._publish(MONDAY)
        self._confirm(self.salesperson_a, TUESDAY)
        self._confirm(self.salesperson_b, TUESDAY)
        second = self._publish("2027-03-03 02:00:00")
        self.assertEqual(first.state, "superseded")
        self.assertEqual(self.policy.current_version_id, second)
        mine = self._row(self.salesperson_a, first)
        self.assertEqual(mine.state, "confirmed")
        self.assertEqual(mine.date_answered, datetime(2027, 3, 2, 2))
        waiting = self._row(self.salesperson_c, first)
        self.assertEqual((waiting.state, waiting.close_reason), ("closed", "newer"))
        self.assertFalse(self._todos(first.acknowledgement_ids))
        self.assertEqual(second.acknowledgement_ids.user_id, self.people)
        self.assertEqual(self._todos(second.acknowledgement_ids).user_id, self.people)
        self.assertEqual(
            self._row(self.salesperson_c).date_due, datetime(2027, 3, 10, 15, 59, 59)
        )

    def test_minor_version_asks_who_has_not_confirmed(self):
        """Case 1: those who have confirmed keep it, the others their day."""
        first = self._publish(MONDAY)
        self._confirm(self.salesperson_a, TUESDAY)
        self._confirm(self.salesperson_b, TUESDAY)
        second = self._publish("2027-03-03 02:00:00", is_minor=True)
        waiting = self.salesperson_c | self.leader_east
        self.assertEqual(second.acknowledgement_ids.user_id, waiting)
        self.assertEqual(
            self._row(self.salesperson_c).date_due, datetime(2027, 3, 8, 15, 59, 59)
        )
        self.assertFalse(self._todos(first.acknowledgement_ids))
        # the next minor one, too; a major one asks everybody
        third = self._publish("2027-03-04 02:00:00", is_minor=True)
        self.assertEqual(third.acknowledgement_ids.user_id, waiting)
        fourth = self._publish("2027-03-05 02:00:00")
        self.assertEqual(fourth.acknowledgement_ids.user_id, self.people)

    def test_old_tab_is_refused(self):
        """Case 2: the page shows the first version, the second one is published."""
        first = self._publish(MONDAY)
        self._row(self.salesperson_a).action_open()
        second = self._publish(TUESDAY)
        with self.assertRaisesRegex(UserError, "newer version was published at"):
            self._confirm(self.salesperson_a, TUESDAY, first)
        self.assertEqual(self._row(self.salesperson_a, first).state, "closed")
        row = self._row(self.salesperson_a, second)
        for shown in (
            {},
            {"shown_version_id": first.id, "shown_hash": first.content_hash},
            {"shown_version_id": second.id},
            {"shown_version_id": second.id, "shown_hash": first.content_hash},
            {"shown_version_id": second.id, "shown_hash": True},
            {"shown_version_id": [second.id], "shown_hash": second.content_hash},
        ):
            with self.subTest(shown=shown), self.assertRaises(UserError):
                row.with_context(**shown).action_confirm()
        self.assertEqual(row.state, "to_read")
        self.assertFalse(row.confirmed_hash)

    def test_decline_of_an_old_tab_is_refused(self):
        self._publish(MONDAY)
        row = self._row(self.salesperson_a)
        self._publish(TUESDAY)
        with self.assertRaisesRegex(UserError, "newer version"):
            self._answer(self.salesperson_a, row, "decline", reason="Too much")

    # ------------------------------------------------------------
    # 3: THE TO-DO
    # ------------------------------------------------------------

    def test_todo_confirms_nothing(self):
        """Case 3: finished or deleted, the to-do comes back with the next run."""
        version = self._publish(MONDAY)
        row = self._row(self.salesperson_a)
        todo = self._todos(row)
        todo.with_user(self.salesperson_a).action_feedback(feedback="Done")
        self._todos(self._row(self.salesperson_b)).with_user(self.director).unlink()
        self.env.flush_all()
        self.assertEqual(row.state, "to_read")
        self.assertEqual(self._row(self.salesperson_b).state, "to_read")
        self.assertEqual(len(self._todos(version.acknowledgement_ids)), 2)
        with self._at(TUESDAY):
            self.policy._bring_in_line()
        self.assertEqual(self._todos(version.acknowledgement_ids).user_id, self.people)
        with self._at(TUESDAY):
            self.policy._bring_in_line()
        self.assertEqual(len(self._todos(version.acknowledgement_ids)), 4)

    def test_news_come_once(self):
        self._publish(MONDAY)
        domain = [("subject", "=", "Read and confirm: Discounts")]
        count = self.env["mail.message"].search_count(domain)
        with self._at(TUESDAY):
            self.policy._bring_in_line()
        self.assertEqual(self.env["mail.message"].search_count(domain), count)

    # ------------------------------------------------------------
    # 7: NOTHING CHANGES
    # ------------------------------------------------------------

    @mute_logger(*QUIET)
    def test_published_version_never_changes(self):
        version = self._publish(MONDAY).with_user(self.director)
        for values in (
            {"text": "<p>Ten percent</p>"},
            {"lang": "zh_CN"},
            {"date_effect": "2027-04-01"},
            {"reading_days": 300},
            {"is_minor": True},
            {"change_note": "None"},
            {"attachment_ids": [Command.clear()]},
            {"policy_id": self._create_policy(name="Other").id},
            {"state": "draft"},
            {"number": 9},
            {"content_hash": "0"},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                version.write(values)
        with self.assertRaisesRegex(UserError, "never changes"):
            version.sudo().text = "<p>Ten percent</p>"
        with self.assertRaises(UserError):
            version.unlink()
        with self.assertRaisesRegex(UserError, "never changes"):
            version.policy_id.unlink()
        with self.assertRaises(UserError):
            version.action_publish()
        self.env.invalidate_all()
        self.assertIn("five percent", version.text)
        self.assertTrue(version.is_intact)

    def test_title_stays(self):
        version = self._publish(MONDAY)
        self.policy.with_user(self.director).name = "Rebates"
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(version.name, "Discounts")
        self.assertTrue(version.is_intact)
        self.assertEqual(self._publish(TUESDAY).name, "Rebates")

    def test_files_are_frozen(self):
        """Case 7: no other file of the same name, by nobody, by no way."""
        file = self._file()
        version = self._draft(attachment_ids=[Command.set(file.ids)])
        self.assertEqual((file.res_model, file.res_id), (VERSION, version.id))
        file.with_user(self.director).raw = b"6 %"
        with self._at(MONDAY):
            version.action_publish()
        for user in (self.director, self.administrator, self.salesperson_a):
            mine = file.with_user(user)
            for attack in (
                lambda mine=mine: mine.write({"datas": b"eA=="}),
                lambda mine=mine: mine.write({"raw": b"x"}),
                lambda mine=mine: mine.write({"name": "other.txt"}),
                lambda mine=mine: mine.write({"res_id": 0}),
                lambda mine=mine: mine.write(
                    {"type": "url", "url": "https://x.example"}
                ),
                lambda mine=mine: mine.unlink(),
                lambda mine=mine: mine.sudo()._delete_and_notify(),
            ):
                with self.subTest(user=user.login), self.assertRaises(UserError):
                    attack()
        self.assertEqual(file.raw, b"6 %")
        self.assertEqual(file.with_user(self.salesperson_a).raw, b"6 %")
        name, digest, size = version.files[0]
        self.assertEqual((name, size, len(digest)), ("table.txt", 3, 64))

    def test_change_past_the_system_shows(self):
        """Whoever has changed the text in the database is found by the checksum."""
        version = self._publish(MONDAY)
        row = self._row(self.salesperson_a)
        self.env.cr.execute(
            "UPDATE sales_process_policy_version SET text = '<p>No</p>' WHERE id = %s",
            [version.id],
        )
        self.env.invalidate_all()
        self.assertFalse(version.is_intact)
        with self.assertRaisesRegex(UserError, "checksum"):
            self._confirm(self.salesperson_a, TUESDAY)
        self.assertEqual(row.state, "to_read")

    def test_files_of_others_are_not_taken(self):
        """Whoever writes a version opens no file of another document by it."""
        lead = self._create_lead(self.salesperson_a)
        file = self._file(res_model="crm.lead", res_id=lead.id)
        with self.assertRaises(AccessError):
            self._draft(attachment_ids=[Command.set(file.ids)])
        own = (
            self.env["ir.attachment"]
            .with_user(self.salesperson_b)
            .create({"name": "note.txt", "raw": b"mine"})
        )
        with self.assertRaises(AccessError):
            self._draft(attachment_ids=[Command.link(own.id)])

    def test_links_are_not_published(self):
        file = self._file(type="url", url="https://files.example/a", datas=False)
        version = self._draft(attachment_ids=[Command.set(file.ids)])
        with self.assertRaisesRegex(UserError, "is a link"):
            version.action_publish()

    def test_next_version_begins_with_the_last_one(self):
        file = self._file()
        first = self._draft(attachment_ids=[Command.set(file.ids)])
        with self._at(MONDAY):
            first.action_publish()
        policy = self.policy.with_user(self.director)
        draft = self.env[VERSION].browse(policy.action_new_version()["res_id"])
        self.assertEqual(draft.text, first.text)
        self.assertEqual(draft.attachment_ids.mapped("raw"), [b"5 %"])
        self.assertNotEqual(draft.attachment_ids, first.attachment_ids)
        self.assertEqual(policy.action_new_version()["res_id"], draft.id)
        self.assertFalse(draft.is_minor)
        self.assertEqual(
            draft.with_user(self.director).action_open()["res_id"], draft.id
        )

    # ------------------------------------------------------------
    # 9: LANGUAGE
    # ------------------------------------------------------------

    def test_language_is_kept(self):
        """Case 9: a Chinese text, confirmed by who works in English."""
        self.env["res.lang"]._activate_lang("zh_CN")
        version = self._publish(
            MONDAY, lang="zh_CN", text="<p>折扣不超过百分之五。</p>"
        )
        row = self._confirm(self.salesperson_a, TUESDAY)
        self.assertEqual((row.lang, row.reader_lang), ("zh_CN", "en_US"))
        self.env["res.lang"]._lang_get("zh_CN").active = False
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "sales_process_mgmt_discipline.report_receipt", row.ids
        )
        self.assertIn("简体中文", html.decode())
        self.assertNotIn("zh_CN", html.decode())
        self.assertEqual(row.confirmed_hash, version.content_hash)

    # ------------------------------------------------------------
    # 10: WITHDRAWN
    # ------------------------------------------------------------

    def test_withdraw(self):
        """Case 10: confirmations are kept, to-dos closed, nothing deleted."""
        version = self._publish(MONDAY)
        self._confirm(self.salesperson_a, TUESDAY)
        with self.assertRaises(AccessError):
            self._answer(self.leader_east, version, "withdraw", reason="Mistake")
        with self.assertRaisesRegex(UserError, "why"):
            self._answer(self.director, version, "withdraw", reason="  ")
        with self._at(TUESDAY):
            self._answer(self.director, version, "withdraw", reason="Mistake")
        self.assertEqual(
            (version.state, version.withdraw_reason), ("withdrawn", "Mistake")
        )
        self.assertEqual(version.withdrawn_by_id, self.director)
        self.assertFalse(self.policy.current_version_id)
        rows = version.acknowledgement_ids
        self.assertEqual(len(rows), 4)
        self.assertEqual(sorted(rows.mapped("state")), ["closed"] * 3 + ["confirmed"])
        self.assertEqual(set(rows.mapped("close_reason")) - {False}, {"withdrawn"})
        self.assertFalse(self._todos(rows))
        with self.assertRaisesRegex(UserError, "withdrawn"):
            self._confirm(self.salesperson_b, TUESDAY, version)
        with self.assertRaises(UserError):
            self._answer(self.director, version, "withdraw", reason="Twice")
        with self._at(TUESDAY):
            self.policy._bring_in_line()
        self.assertEqual(
            len(self.env[ROW].search([("policy_id", "=", self.policy.id)])), 4
        )
        again = self._publish("2027-03-04 02:00:00")
        self.assertEqual(again.number, 2)
        self.assertEqual(again.acknowledgement_ids.user_id, self.people)

    # ------------------------------------------------------------
    # 11: NOBODY FOR ANOTHER
    # ------------------------------------------------------------

    def test_nobody_confirms_for_another(self):
        """Case 11: neither leader nor administrator; not by sudo either."""
        version = self._publish(MONDAY)
        row = self._row(self.salesperson_a)
        shown = {"shown_version_id": version.id, "shown_hash": version.content_hash}
        for user in (self.leader_east, self.director, self.salesperson_b):
            for su in (False, True):
                with self.subTest(user=user.login, su=su):
                    asked = row.with_user(user).sudo(su).with_context(**shown)
                    with self.assertRaises(AccessError):
                        asked.action_confirm()
                    with self.assertRaises(AccessError):
                        asked._decline(version.id, version.content_hash, "No")
        for user in (self.salesperson_a, self.director):
            with self.assertRaises(AccessError):
                row.with_user(user).write({"state": "confirmed"})
            with self.assertRaises(AccessError):
                self.env[ROW].with_user(user).create(
                    {"version_id": version.id, "user_id": user.id}
                )
            with self.assertRaises(AccessError):
                row.with_user(user).unlink()
        self.assertEqual(row.state, "to_read")

    @mute_logger(*QUIET)
    def test_nobody_is_drawn_in(self):
        """No message and no follower from outside on what somebody was asked."""
        self._publish(MONDAY)
        row = self._row(self.salesperson_a)
        stranger = self.salesperson_d.partner_id
        for user in (self.salesperson_a, self.leader_east):
            mine = row.with_user(user)
            with self.assertRaises(AccessError):
                mine.message_post(body="Look", partner_ids=stranger.ids)
            with self.assertRaises(AccessError):
                mine.message_subscribe(partner_ids=stranger.ids)
        self.assertNotIn(stranger, row.message_partner_ids)

    def test_signature_on_paper(self):
        """Case 11: another kind, with the scan and who entered it."""
        version = self._publish(MONDAY)
        row = self._row(self.salesperson_a)
        for user in (self.salesperson_a, self.salesperson_b, self.leader_west):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._answer(user, row, "paper", scan=b"eA==")
        with self.assertRaisesRegex(UserError, "scan"):
            self._answer(self.leader_east, row, "paper")
        with self._at(TUESDAY):
            self._answer(
                self.leader_east, row, "paper", scan=b"eA==", scan_name="paper.png"
            )
        self.assertEqual((row.state, row.kind), ("confirmed", "paper"))
        self.assertEqual(row.entered_by_id, self.leader_east)
        self.assertEqual((row.scan, row.scan_name), (b"eA==", "paper.png"))
        self.assertEqual(row.confirmed_hash, version.content_hash)
        self.assertFalse(self._todos(row))
        with self.assertRaises(UserError):
            self._answer(self.leader_east, row, "paper", scan=b"eQ==")
        # nobody enters the own paper, whoever leads
        own = self._row(self.leader_east)
        with self.assertRaises(AccessError):
            self._answer(self.leader_east, own, "paper", scan=b"eA==")

    # ------------------------------------------------------------
    # OTHER ANSWERS
    # ------------------------------------------------------------

    def test_decline(self):
        """Who does not agree says why; the leader reads it; one may think again."""
        self._publish(MONDAY)
        row = self._row(self.salesperson_a)
        row.action_open()
        with self.assertRaisesRegex(UserError, "why"):
            self._answer(self.salesperson_a, row, "decline")
        with self._at(TUESDAY):
            self._answer(self.salesperson_a, row, "decline", reason="Customers leave")
        self.assertEqual((row.state, row.note), ("declined", "Customers leave"))
        self.assertFalse(self._todos(row))
        message = self.env["mail.message"].search(
            [("subject", "like", "does not agree with")], limit=1
        )
        self.assertIn("Customers leave", message.body)
        self.assertEqual(message.partner_ids, self.leader_east.partner_id)
        self.env.flush_all()
        item = self.env["sales.process.agenda.item"].search(
            [("kind", "=", "policy_declined"), ("res_id", "=", row.id)]
        )
        self.assertEqual(
            (item.user_id, item.team_id), (self.salesperson_a, self.team_east)
        )
        self._confirm(self.salesperson_a, "2027-03-03 02:00:00")
        self.assertEqual((row.state, row.note), ("confirmed", False))

    def test_exempt(self):
        """Only who leads the person, nobody oneself; a minor version keeps it."""
        self._publish(MONDAY)
        row = self._row(self.salesperson_a)
        for user in (self.salesperson_a, self.salesperson_b, self.leader_west):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._answer(user, row, "exempt", reason="Why not")
        with self.assertRaises(AccessError):
            self._row(self.leader_east)._exempt("I know it")
        with self._at(TUESDAY):
            self._answer(self.leader_east, row, "exempt", reason="Sells services")
        self.assertEqual((row.state, row.note), ("exempt", "Sells services"))
        self.assertEqual(row.entered_by_id, self.leader_east)
        self.assertFalse(self._todos(row))
        with self.assertRaises(UserError):
            self._confirm(self.salesperson_a, TUESDAY)
        minor = self._publish("2027-03-03 02:00:00", is_minor=True)
        self.assertNotIn(self.salesperson_a, minor.acknowledgement_ids.user_id)

    # ------------------------------------------------------------
    # WHO HAS NOT, AND THE RECEIPT
    # ------------------------------------------------------------

    def test_who_has_not(self):
        version = self._publish(MONDAY)
        self._confirm(self.salesperson_a, TUESDAY)
        policy = self.policy.with_user(self.leader_east)
        self.assertEqual(
            (policy.asked_count, policy.confirmed_count, policy.waiting_count),
            (4, 1, 3),
        )
        # who reads only the own row counts only that one
        own = self.policy.with_user(self.salesperson_a)
        self.assertEqual((own.asked_count, own.waiting_count), (1, 0))
        action = policy.action_view_waiting()
        rows = self.env[ROW].with_user(self.leader_east).search(action["domain"])
        waiting = rows.filtered_domain(
            [("is_current", "=", True), ("state", "!=", "confirmed")]
        )
        self.assertEqual(waiting.user_id, self.people - self.salesperson_a)
        self.assertIn(
            "search_default_group_state", policy.action_view_confirmations()["context"]
        )
        self.assertEqual(
            version.with_user(self.leader_east).action_view_acknowledgements()[
                "domain"
            ],
            [("version_id", "=", version.id)],
        )
        with self._at("2027-03-08 15:59:59"):
            self.assertFalse(self.env[ROW].search([("is_overdue", "=", True)]) & rows)
        with self._at("2027-03-08 16:00:00"):
            late = self.env[ROW].search([("is_overdue", "=", True)]) & rows
        self.assertEqual(late.user_id, self.people - self.salesperson_a)

    def test_receipt(self):
        """The paper says who confirmed what, when where the person works, and how."""
        version = self._publish(MONDAY)
        row = self._row(self.salesperson_a)
        with self.assertRaisesRegex(UserError, "no receipt"):
            row.action_print()
        self._confirm(self.salesperson_a, TUESDAY)
        self.assertEqual(
            row.action_print()["report_name"],
            "sales_process_mgmt_discipline.report_receipt",
        )
        with self.assertRaises(AccessError):
            row.with_user(self.salesperson_b).action_print()
        report = self.env["ir.actions.report"].with_user(self.salesperson_a)
        html, _kind = report._render_qweb_html(
            "sales_process_mgmt_discipline.report_receipt", row.ids
        )
        for text in (
            version.content_hash,
            "Salesperson A",
            "Discounts",
            "Asia/Shanghai",
            "10:00",
        ):
            self.assertIn(text, html.decode())

    def test_empty_and_huge_texts(self):
        self._publish(MONDAY)
        row = self._row(self.salesperson_a)
        with self.assertRaises(ValidationError):
            self._answer(self.salesperson_a, row, "decline", reason="x" * 1001)
        with self.assertRaises(ValidationError):
            self._draft(text="x" * 100_001)
