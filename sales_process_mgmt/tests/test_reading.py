# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.sales_process_lead_card import PERIOD_FACTS
from .common import SalesProcessCommon


@tagged("post_install", "-at_install")
class TestReading(SalesProcessCommon):
    """What lists and forms say of a lead's period is what the period says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        user = cls.salesperson_a
        phones = ("13812345671", "13812345672", "13812345673", "13812345674")
        cls.owned, cls.signed, cls.pooled, cls.lost = cls.leads = cls.env[
            "crm.lead"
        ].union(*(cls._create_lead(user, phone=phone) for phone in phones))
        cls.pooled.ownership_id.with_user(user)._give_up("No need this year")
        cls.lost.with_user(user).action_set_lost()
        cls.signed.with_user(user).action_set_won()
        cls.leads += cls.env["crm.lead"].create({"name": "Of nobody", "team_id": False})
        cls.env.flush_all()
        cls.env.invalidate_all()

    def test_state_in_lists_and_forms(self):
        """Whether leads are read together or one by one."""
        states = {lead: lead.ownership_id.state for lead in self.leads}
        self.assertLess({"open", "pool", "ended"}, {*states.values()})
        self.env.invalidate_all()
        for lead in self.leads:
            self.assertEqual(lead.process_state, states[lead], lead.ownership_id.phase)
        self.env.invalidate_all()
        self.leads.read(["process_state"])
        for lead in self.leads:
            self.assertEqual(lead.process_state, states[lead], lead.ownership_id.phase)
        # given to somebody else, in the same transaction
        self.owned.ownership_id.with_user(self.salesperson_a)._give_up("Too far")
        self.assertEqual(self.leads.mapped("process_state").count("pool"), 2)

    def test_facts_are_found(self):
        """What is shown of the period can be searched for."""
        facts = {"process_state": "state"} | PERIOD_FACTS
        for name, source in facts.items():
            values = {lead.ownership_id[source] for lead in self.leads}
            for value in values:
                value = value.id if hasattr(value, "id") else value
                with self.subTest(name=name, value=value):
                    found = self.leads.search(
                        [(name, "=", value), ("id", "in", self.leads.ids)]
                    )
                    with_archived = self.leads.with_context(active_test=False).search(
                        [(name, "=", value), ("id", "in", self.leads.ids)]
                    )
                    self.assertLessEqual(found, with_archived)
                    self.assertEqual(
                        with_archived,
                        self.leads.filtered_domain([(name, "=", value)]).sorted(),
                    )

    def test_mode_follows_the_team(self):
        """The modes in memory are those of the teams, at once."""
        lead = self.owned
        self.assertEqual(lead.process_mode, "enforce")
        self.assertIn(lead, lead.search([("process_mode", "=", "enforce")]))
        self.team_east.process_mode = "off"
        self.assertEqual(lead.process_mode, "off")
        self.assertNotIn(lead, lead.search([("process_mode", "=", "enforce")]))
        self.assertIn(self.leads[-1], lead.search([("process_mode", "=", False)]))

    def test_shown_values_decide_nothing(self):
        """Whoever sends what a form shows of the period changes nothing by it."""
        lead = self.owned.with_user(self.salesperson_c)
        sent = {"process_mode": "off", "process_state": "ended"}
        self.assertFalse(lead.process_can_work_customer)
        for values in ({"name": "Mine"}, {"user_id": self.salesperson_c.id}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                lead.write(sent | values)
        self.env.invalidate_all()
        self.assertEqual(lead.sudo().process_mode, "enforce")
        self.assertEqual(lead.sudo().user_id, self.salesperson_a)
        # nor do they open another door to a customer that is owned
        draft = {"name": "Again", "type": "lead", "phone": "13812345671"}
        for values, context in (
            (draft | sent, {}),
            (draft, {f"default_{name}": value for name, value in sent.items()}),
        ):
            Lead = self.env["crm.lead"].with_user(self.salesperson_c)
            with self.subTest(context=context), self.assertRaises(UserError):
                Lead.with_context(**context).create(values)

    def test_contacts_and_their_number(self):
        """One list, of all leads of the customer; whoever reads none sees none."""
        owner, stranger = self.salesperson_a, self.salesperson_d
        lead = self.owned
        Followup = self.env["sales.process.followup"].with_user(owner)
        followup = Followup.create(
            {"lead_id": lead.id, "channel": "call", "subject": "Wants an offer"}
        )
        other = lead.copy({"ownership_id": lead.ownership_id.id})
        other.ownership_id = lead.ownership_id
        for row in (lead + other).with_user(owner):
            self.assertEqual(row.process_customer_followup_ids, followup)
            self.assertEqual(row.process_followup_count, 1)
        row = lead.with_user(stranger).sudo().with_user(stranger)
        self.assertEqual(row.sudo().process_followup_count, 1)
        self.assertFalse(Followup.with_user(stranger).search([]))

    def test_contacts_that_do_not_count(self):
        """They are listed, too; whether there are any is asked of all leads at once."""
        lead, other = (self.owned + self.leads[-1]).with_user(self.salesperson_a)
        followup = self.env["sales.process.followup"].create(
            {"lead_id": lead.id, "channel": "call", "subject": "Wants an offer"}
        )
        followup.flush_recordset()
        # as if it had not counted, on the lead of the customer and on another one
        rows = self.owned + self.owned.copy()
        rows[1].ownership_id = rows[0].ownership_id
        rows.date_last_contact = False
        self.env.invalidate_all()
        for row in rows:
            self.env.invalidate_all()
            self.assertFalse(row.date_last_contact)
            self.assertEqual(row.process_customer_followup_ids.ids, followup.ids)
        self.assertFalse(other.sudo().process_customer_followup_ids)
        self.assertEqual(other.sudo().process_followup_count, 0)
        self.assertEqual((lead + other).sudo().mapped("process_followup_count"), [1, 0])
        new = lead.new({"name": "Not saved"})
        self.assertFalse(new.process_customer_followup_ids)

    def test_not_for_portal(self):
        """A reseller who reads leads reads nothing of the process."""
        portal = self.env["res.users"].create(
            {
                "name": "Reseller",
                "login": "reseller_reading",
                "group_ids": [(6, 0, self.env.ref("base.group_portal").ids)],
            }
        )
        fields = self.env["crm.lead"].with_user(portal)._fields
        Lead = self.env["crm.lead"].with_user(portal)
        for name in ("process_state", "process_customer_followup_ids", "ownership_id"):
            self.assertFalse(Lead._has_field_access(fields[name], "read"), name)
        self.assertTrue(Lead._has_field_access(fields["name"], "read"))
        portal.group_ids = self.env.ref("base.group_user")
        self.assertTrue(Lead._has_field_access(fields["process_state"], "read"))

    def test_inherited_check_is_of_this_registry(self):
        """What an addon that comes later says of a field is asked, too."""
        Lead = self.env["crm.lead"].with_user(self.salesperson_a)
        cls, field = type(Lead), Lead._fields["name"]
        self.assertTrue(Lead._has_field_access(field, "read"))
        self.assertIs(cls._inherited_field_access[0], cls.__mro__)
        self.patch(cls, "_inherited_field_access", ((), self.fail, None))
        self.assertTrue(Lead._has_field_access(field, "read"))

    def test_hold(self):
        """Lists learn by one value what forms learn by mode and state."""
        lead = self.owned
        free = lead.copy({"user_id": False})
        for mode in ("enforce", "observe", "off"):
            self.team_east.process_mode = mode
            for lead in self.leads + free:
                is_bound = lead.process_mode == "enforce" and (
                    lead.process_state in ("open", "pool")
                )
                with self.subTest(mode=mode, lead=lead.name, state=lead.process_state):
                    hold = lead.process_hold
                    self.assertEqual(hold in ("owned", "pool"), is_bound)
                    self.assertEqual(
                        hold in ("owned", "observed"), lead.process_state == "open"
                    )

    def test_rules_of_leads_are_ready(self):
        """What Odoo keeps of the read rule is worked out once, not at each search."""
        for user in (self.salesperson_a, self.leader_east, self.director):
            Lead = self.env["crm.lead"].with_user(user)
            Lead.search([], limit=1)
            rule = Lead.env["ir.rule"]._compute_domain("crm.lead", "read")
            with self.subTest(user=user.name):
                self.assertIs(rule.optimize_full(Lead.sudo()), rule)
