# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SalesProcessCommon

ALLOWED, REFUSED = True, False


@tagged("post_install", "-at_install")
class TestAccessOwnership(SalesProcessCommon):
    """Who may do what: every role, every model, every operation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._create_lead(cls.salesperson_a, phone="13812345678")
        cls.ownership = cls.lead.ownership_id
        cls.ownership.collaborator_ids = cls.salesperson_b
        cls.free_lead = cls._create_lead(cls.salesperson_d, phone="13900000009")
        cls.conflict = cls.env["sales.process.conflict"].create(
            {
                "user_id": cls.salesperson_d.id,
                "owner_id": cls.salesperson_a.id,
                "ownership_id": cls.ownership.id,
                "team_id": cls.team_east.id,
                "company_id": cls.company.id,
            }
        )
        cls.grade = cls.env["sales.process.customer.grade"].create({"name": "A"})
        cls.rule = cls.env["sales.process.followup.rule"].create(
            {"team_id": cls.team_east.id, "followup_days": 3}
        )
        cls.shared = cls.env["sales.process.shared.value"].create(
            {"kind": "email", "value": "info@example.com"}
        )
        cls.roles = {
            "owner": cls.salesperson_a,
            "helper": cls.salesperson_b,
            "all_documents": cls.salesperson_c,
            "leader": cls.leader_east,
            "other_leader": cls.leader_west,
            "stranger": cls.salesperson_d,
            "other_company": cls.salesperson_x,
            "manager": cls.director,
            "office": cls.office_user,
        }

    def _may(self, record, user, operation):
        record = record.with_user(user).with_context(
            allowed_company_ids=user.company_ids.ids
        )
        record.invalidate_recordset()
        return record.has_access(operation)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def _check(self, record, operation, allowed):
        for role, user in self.roles.items():
            with self.subTest(model=record._name, operation=operation, role=role):
                self.assertEqual(
                    self._may(record, user, operation), role in allowed.split()
                )

    def test_lead(self):
        self._check(self.lead, "read", "owner helper all_documents leader manager")
        self._check(self.lead, "write", "owner helper leader manager")
        self._check(self.lead, "unlink", "manager")

    def test_helped_leads_are_known_at_once(self):
        """A helper reads the lead with the invitation, and no more without it."""
        user = self.salesperson_b
        lead = self.lead.with_user(user)
        Lead = self.env["crm.lead"].with_user(user)
        self.assertIn(lead, Lead.search([]))
        self.assertEqual(Lead.search([("process_is_helped", "=", True)]), lead)
        self.assertNotIn(lead, Lead.search([("process_is_helped", "=", False)]))
        self.ownership._remove_collaborators(user)
        self.assertNotIn(lead, Lead.search([]))
        self.assertFalse(lead.has_access("read"))
        self.ownership._add_collaborators(user)
        self.assertIn(lead, Lead.search([]))
        self.assertTrue(lead.has_access("write"))

    def test_leads_that_are_not_helped(self):
        """Both answers together are all leads: also those that are nobody's yet."""
        Lead = self.env["crm.lead"].with_user(self.salesperson_b)
        Lead.create({"name": "Of no customer yet", "user_id": self.salesperson_b.id})
        leads = Lead.search([])
        helped = Lead.search([("process_is_helped", "=", True)])
        others = Lead.search([("process_is_helped", "=", False)])
        self.assertFalse(helped & others)
        self.assertEqual(helped | others, leads)
        self.assertEqual(
            leads.filtered_domain([("process_is_helped", "=", False)]), others
        )

    def test_reading_asks_nothing_more(self):
        """The rules of a team that enforces cost a search of leads no query."""
        Lead = self.env["crm.lead"].with_user(self.salesperson_a)
        Lead.search([]).mapped("name")
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            Lead.search([("type", "=", "opportunity")])
        with self.assertQueryCount(1):
            Lead.search([("type", "=", "lead")])

    def test_reading_one_lead_asks_once(self):
        """Whether the lead is pooled is read with the lead, not after it."""
        lead = self.lead.with_user(self.salesperson_a)
        names = ["name", "company_id", "team_id", "user_id"]
        names += ["process_state", "process_mode", "followup_deadline"]
        lead.web_read({name: {} for name in names})
        self.env.invalidate_all()
        with self.assertQueryCount(2):
            lead.web_read({name: {} for name in names})
            lead.check_access("read")

    def test_list_reads_only_the_state(self):
        """The rest of the period is not read for a list of leads."""
        leads = (self.lead | self.free_lead).with_user(self.director)
        leads.read(["process_state"])
        self.env.invalidate_all()
        leads.read(["process_state", "process_mode"])
        period = self.lead.sudo().ownership_id
        field = period._fields["user_id"]
        self.assertEqual([*field._cache_missing_ids(period)], period.ids)

    def test_lead_in_team_that_observes(self):
        """Nothing is taken from anybody: Odoo's own rules hold."""
        self._check(
            self.free_lead, "write", "all_documents other_leader stranger manager"
        )

    def test_ownership(self):
        self._check(self.ownership, "read", "owner helper all_documents leader manager")
        for operation in ("write", "create", "unlink"):
            self._check(self.ownership, operation, "")

    def test_key(self):
        self._check(self.ownership.key_ids[0], "read", "owner helper leader manager")
        for operation in ("write", "create", "unlink"):
            self._check(self.ownership.key_ids[0], operation, "")

    def test_conflict(self):
        # it names the owner: not even who tried reads it from another team
        self._check(self.conflict, "read", "owner leader manager")
        for operation in ("write", "create", "unlink"):
            self._check(self.conflict, operation, "")

    def test_settings(self):
        everybody = " ".join(self.roles)
        self._check(self.grade, "read", everybody)
        self._check(self.grade, "write", "manager")
        salespeople = "owner helper all_documents leader other_leader stranger manager"
        self._check(self.rule, "read", salespeople)
        self._check(self.rule, "write", "manager")
        self._check(self.shared, "read", salespeople)
        self._check(self.shared, "unlink", "manager")

    def test_post_and_plan_need_the_right(self):
        """Posting and planning on a stranger's customer is refused, readable."""
        lead = self.lead.with_user(self.salesperson_c)
        for work in (
            lambda: lead.message_post(body="Hello", message_type="comment"),
            lambda: lead.activity_schedule("mail.mail_activity_data_call"),
            lambda: lead.write({"description": "Mine"}),
        ):
            with self.assertRaises(AccessError) as refusal:
                work()
            self.assertIn("Salesperson A", str(refusal.exception))

    def test_helper_works(self):
        lead = self.lead.with_user(self.salesperson_b)
        lead.write({"priority": "2"})
        message = lead.message_post(body="Called", message_type="comment")
        activity = lead.activity_schedule("mail.mail_activity_data_call")
        self.assertEqual(self.lead.priority, "2")
        self.assertEqual(message.author_id, self.salesperson_b.partner_id)
        self.assertIn(message, self.lead.message_ids)
        self.assertEqual(activity.create_uid, self.salesperson_b)
        self.assertIn(activity, self.lead.activity_ids)
        self.assertEqual(self.lead.user_id, self.salesperson_a, "whose it was")

    def test_post_with_a_colleagues_lead_of_the_same_email(self):
        """A post that creates the contact does not fail on a colleague's lead."""
        partner = self.env["res.partner"].create(
            {"name": "Li", "email": "li@example.com"}
        )
        other = self._create_lead(self.salesperson_e, email_from="li@example.com")
        mine = self._create_lead(self.salesperson_c, email_from="li@example.com")
        mine.with_user(self.salesperson_c).message_post(
            body="Hello", message_type="comment", partner_ids=partner.ids
        )
        self.assertEqual(mine.partner_id, partner)
        self.assertEqual(other.partner_id, partner)

    def test_only_leaders_decide_conflicts(self):
        for user in (self.salesperson_a, self.salesperson_d):
            for name in ("keep", "transfer", "split", "mark_shared"):
                action = getattr(self.conflict.with_user(user), f"action_{name}")
                with self.assertRaises(AccessError):
                    action()
        self.conflict.with_user(self.leader_east).action_split()
        self.assertIn(self.salesperson_d, self.ownership.collaborator_ids)

    def test_ledger_is_never_deleted(self):
        with self.assertRaises(AccessError):
            self.ownership.with_user(self.director).unlink()
