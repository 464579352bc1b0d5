# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from ..models.sales_process_lead_card import PERIOD_FACTS
from ..tools import orm
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
        self.assertIs(cls._field_access[0], cls.__mro__)
        self.patch(cls, "_field_access", ((), self.fail, (), None))
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

    def test_marks(self):
        """What the form decides by says what the fields say."""
        flags = ("work_customer", "transfer_customer", "invite_helper")
        users = self.salesperson_a, self.salesperson_c, self.leader_east, self.director
        words = set()
        for mode in ("enforce", "observe", "off"):
            self.team_east.process_mode = mode
            for lead in self.leads:
                for user in users:
                    row = lead.with_user(user).sudo()
                    marks = row.process_marks.split()
                    words.update(marks)
                    with self.subTest(mode=mode, lead=lead.name, user=user.name):
                        found = [row[f"process_can_{name}"] for name in flags]
                        expected = [name.split("_")[0] in marks for name in flags]
                        self.assertEqual(found, expected)
                        self.assertIn(row.process_mode or "none", marks)
                        self.assertEqual(
                            row.process_hold in ("owned", "pool"), "held" in marks
                        )
                        if state := row.process_state:
                            self.assertIn(state, marks)
        self.assertFalse(
            [(one, two) for one in words for two in words if one != two and one in two]
        )
        owner, stranger, leader, _director = (
            self.owned.with_user(user).sudo() for user in users
        )
        self.team_east.process_mode = "enforce"
        self.assertEqual(
            [row.process_marks for row in (owner, stranger, leader)],
            [
                "enforce active open banner held invite work",
                "enforce active open banner held",
                "enforce active open banner held transfer invite work",
            ],
        )
        self.owned.ownership_id.sudo().is_frozen = True
        self.assertIn("frozen", owner.process_marks)

    def test_marks_follow(self):
        """Helpers, invitations and contacts of the same transaction are shown."""
        lead = self.owned.with_user(self.salesperson_a)
        self.assertFalse(lead.process_collaborator_ids)
        self.assertNotIn("contacted", lead.process_marks)
        helper = self.salesperson_b
        self.assertNotIn("work", lead.with_user(helper).sudo().process_marks)
        lead.sudo().ownership_id._add_collaborators(helper)
        self.assertEqual(lead.process_collaborator_ids, helper)
        self.assertIn("work", lead.with_user(helper).process_marks)
        self.assertNotIn("invite", lead.with_user(helper).process_marks)
        self.env["sales.process.followup"].with_user(self.salesperson_a).create(
            {"lead_id": lead.id, "channel": "call", "subject": "Wants an offer"}
        )
        self.assertIn("contacted", lead.process_marks)
        self.assertEqual(lead.process_followup_count, 1)
        self.assertEqual(lead.process_owner_id, self.salesperson_a)
        lead.ownership_id.with_user(self.salesperson_a)._give_up("Too far")
        self.assertIn("pool", lead.sudo().process_marks)
        self.assertFalse(lead.sudo().process_owner_id)

    def test_a_form_asks_once(self):
        """Period, helpers, invitations and contacts of a lead are one query."""
        names = [
            *PERIOD_FACTS,
            "process_marks",
            "process_collaborator_ids",
            "process_open_invitation_count",
            "process_followup_count",
        ]
        for lead in self.owned, self.pooled, self.lost:
            row = lead.with_user(self.leader_east)
            row.read(names)
            # the same again, where people and teams are known
            row.invalidate_recordset(names)
            lead.ownership_id.invalidate_recordset()
            self.assertTrue(row.ownership_id)
            with self.subTest(lead=lead.name), self.assertQueryCount(1):
                row.read(names)

    def test_filters_describe_what_can_be_grouped(self):
        """What nobody groups by is not described at each opening of the pipeline."""
        Lead = self.env["crm.lead"].with_user(self.salesperson_a)
        found = Lead.get_views([(False, "search")])["models"]["crm.lead"]["fields"]
        for name in ("ownership_id", "followup_deadline", "name", "duplicate_lead_ids"):
            self.assertIn(name, found)
        for name in ("process_marks", "process_owner_id", "process_followup_count"):
            self.assertNotIn(name, found)
        ours = Lead._get_inside_fields()
        every = Lead.fields_get(sorted(ours), ["groupable"])
        groupable = {name for name, field in every.items() if field["groupable"]}
        self.assertLess(groupable, {*found})
        # another view brings what it shows
        views = Lead.get_views([(False, "list"), (False, "search")])
        self.assertIn("process_hold", views["models"]["crm.lead"]["fields"])

    def test_rules_of_leads_are_ready(self):
        """What Odoo keeps of the read rule is worked out once, not at each search."""
        for user in (self.salesperson_a, self.leader_east, self.director):
            Lead = self.env["crm.lead"].with_user(user)
            Lead.search([], limit=1)
            rule = Lead.env["ir.rule"]._compute_domain("crm.lead", "read")
            with self.subTest(user=user.name):
                self.assertIs(rule.optimize_full(Lead.sudo()), rule)

    def test_pipelines_are_read_from_an_index(self):
        """Each column that a pipeline, its bars and the rules name is in it."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT array_agg(attname::text)
                  FROM pg_attribute
                 WHERE attrelid = to_regclass('crm_lead_process_pipeline_idx')
                """
            )
        )
        user = self.salesperson_b
        Lead = self.env["crm.lead"].with_user(user)
        rule = Lead.env["ir.rule"]._compute_domain("crm.lead", "read")
        named = {condition.field_expr for condition in rule.iter_conditions()}
        self.assertLessEqual(
            {"user_id", "company_id", "process_is_pooled", "team_id"}, named
        )
        shown = {"stage_id", "expected_revenue", "color", "type", "active", "priority"}
        self.assertLessEqual(named | shown | {"id", "ownership_id"}, {*rows[0][0]})


@tagged("post_install", "-at_install")
class TestOwnSearch(SalesProcessCommon):
    """A search for the own leads finds what the whole read rule lets through."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = (
            *(cls.salesperson_a, cls.salesperson_c, cls.salesperson_d),
            *(cls.leader_east, cls.director),
        )
        cls.leads = cls.env["crm.lead"]
        for number, user in enumerate(cls.people):
            team = cls.team_west if user == cls.salesperson_d else cls.team_east
            for kind in range(3):
                cls.leads |= cls._create_lead(
                    user, team, phone=f"1381234{number}{kind}00", name=f"Kind {kind}"
                )
        cls.env.flush_all()
        # What no method of ours leaves behind: the rules decide by what stands there.
        for name, column, value in (
            ("Kind 1", "process_is_pooled", True),
            ("Kind 2", "company_id", cls.company_2.id),
        ):
            cls.env.cr.execute(
                SQL(
                    "UPDATE crm_lead SET %s = %s WHERE id IN %s",
                    SQL.identifier(column),
                    value,
                    cls.leads.filtered(lambda row, name=name: row.name == name)._ids,
                )
            )
        cls.env.invalidate_all()

    def _get_domains(self, user):
        other = self.salesperson_b.id
        return (
            [("user_id", "=", user.id)],
            [("user_id", "in", [user.id])],
            [("type", "=", "opportunity"), ("user_id", "=", user.id)],
            ["|", ("user_id", "=", user.id), ("name", "=", "Kind 0")],
            ["|", *2 * [("user_id", "=", user.id)]],
            ["!", ("user_id", "=", user.id)],
            [("user_id", "!=", user.id)],
            [("user_id", "in", [user.id, other])],
            [("user_id", "in", [user.id, False])],
            [("user_id", "=", other)],
            [("user_id.id", "=", user.id)],
            [("active", "=", False), ("user_id", "=", user.id)],
            [],
        )

    def test_finds_the_same(self):
        """In whichever way one's own leads are asked for, and beside what."""
        found = 0
        for user in self.people:
            Lead = self.env["crm.lead"].with_user(user)
            for domain in self._get_domains(user):
                rows = Lead.search(domain)
                counts = Lead._read_group(domain, ["name"], ["__count"])
                with patch.object(orm, "is_bound_to", return_value=False):
                    whole = Lead.search(domain)
                    whole_counts = Lead._read_group(domain, ["name"], ["__count"])
                with self.subTest(user=user.name, domain=domain):
                    self.assertEqual(rows, whole)
                    self.assertEqual(counts, whole_counts)
                found += len(rows)
        self.assertGreater(found, 50)

    def test_what_is_hidden_stays_hidden(self):
        """One's own lead in the pool of a team, and one of another company."""
        user = self.salesperson_a
        Lead = self.env["crm.lead"].with_user(user)
        mine = self.leads.filtered(lambda row: row.user_id == user)
        self.assertEqual(len(mine), 3)
        domain = [("user_id", "=", user.id)]
        self.assertEqual(Lead.search(domain).mapped("name"), ["Kind 0"])
        self.assertEqual(Lead.search_count(domain), 1)
        # the rules are asked for whoever asks, and of the companies that are chosen
        user.company_ids |= self.company_2
        both = Lead.with_context(
            allowed_company_ids=[self.env.company.id, self.company_2.id]
        )
        self.assertEqual(
            sorted(both.search(domain).mapped("name")), ["Kind 0", "Kind 2"]
        )
        one = Lead.with_context(allowed_company_ids=self.env.company.ids)
        self.assertEqual(one.search(domain).mapped("name"), ["Kind 0"])
        with self.assertRaises(AccessError):
            self.env["crm.lead"].with_user(self.office_user).search(
                [("user_id", "=", self.office_user.id)]
            )

    def test_less_is_asked(self):
        """Neither whom one helps nor which teams one leads."""
        user = self.salesperson_a
        Lead = self.env["crm.lead"].with_user(user)
        asked = Lead._search([("user_id", "=", user.id)]).select().code
        self.assertIn("process_is_pooled", asked)
        self.assertNotIn("collaborator_rel", asked)
        self.assertIn("collaborator_rel", Lead._search([]).select().code)

    def test_rules_of_others_are_asked(self):
        """One that an administrator adds binds for the own leads, too."""
        user = self.salesperson_a
        domain = [("user_id", "=", user.id)]
        Lead = self.env["crm.lead"].with_user(user)
        self.assertTrue(Lead.search(domain))
        rule = self.env["ir.rule"].create(
            {
                "name": "Never what is called Kind 0",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "domain_force": "[('name', '!=', 'Kind 0')]",
            }
        )
        self.assertFalse(Lead.search(domain))
        rule.domain_force = "[('user_id', '!=', user.id)]"
        self.assertFalse(Lead.search(domain))
        rule.unlink()
        self.assertTrue(Lead.search(domain))

    def test_searches_of_others_are_left_alone(self):
        """Another application that extends the search is told what Odoo tells it."""
        user = self.salesperson_a
        asked = []
        Lead = type(self.env["crm.lead"])
        search = Lead._search

        def listen(leads, *args, bypass_access=False, **kwargs):
            asked.append(bypass_access)
            return search(leads, *args, bypass_access=bypass_access, **kwargs)

        with patch.object(Lead, "_search", listen):
            rows = self.env["crm.lead"].with_user(user)
            query = rows._search([("user_id", "=", user.id)])
        self.assertEqual(asked, [False])
        self.assertIn("collaborator_rel", query.select().code)
