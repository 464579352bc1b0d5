# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.exceptions import AccessError, MissingError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..models import crm_team
from .common import SalesProcessCommon
from .race_common import SalesProcessRaceCase


@tagged("post_install", "-at_install")
class TestMemory(SalesProcessCommon):
    """What servers keep in memory is forgotten when it changes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._create_lead(cls.salesperson_a, phone="13812345678")

    def _forget(self):
        """Begin as another server would, that has kept nothing."""
        self.env.flush_all()
        self.env.registry.clear_cache()
        self.env.invalidate_all()

    def _may(self, user, operation, lead=None):
        return (lead or self.lead).with_user(user).has_access(operation)

    def test_customers_of_an_archived_team_stay_guarded(self):
        self._forget()
        self.assertFalse(self._may(self.salesperson_c, "write"))
        self.team_east.active = False
        self._forget()
        self.assertFalse(self._may(self.salesperson_c, "write"))
        self.assertTrue(self._may(self.leader_east, "read"))
        self.assertTrue(self._may(self.salesperson_a, "write"))
        self.team_east.active = True
        self.assertFalse(self._may(self.salesperson_c, "write"))

    def test_pool_of_an_archived_team_stays_closed(self):
        ownership = self.lead.ownership_id
        ownership._hand_over({ownership: self.env["res.users"]}, "pool", "released")
        self._forget()
        self.assertFalse(self._may(self.salesperson_c, "read"))
        self.team_east.active = False
        self._forget()
        self.assertFalse(self._may(self.salesperson_c, "read"))

    def test_new_leader_at_once(self):
        self.assertFalse(self._may(self.salesperson_b, "write"))
        self.team_east.user_id = self.salesperson_b
        self.assertTrue(self._may(self.salesperson_b, "write"))
        self.assertFalse(self._may(self.leader_east, "write"))

    def test_mode_at_once(self):
        self.assertFalse(self._may(self.salesperson_c, "write"))
        self.team_east.process_mode = "observe"
        self.assertTrue(self._may(self.salesperson_c, "write"))
        self.team_east.process_mode = "enforce"
        self.assertFalse(self._may(self.salesperson_c, "write"))

    def _find_rules(self):
        """What a colleague, and the system, find of the rules of a team."""
        self.env.invalidate_all()
        team = self.team_east.with_user(self.salesperson_a)
        return [
            (row.process_followup_min_length, row.process_followup_days)
            for row in (team, team.sudo())
        ]

    def test_rules_at_once(self):
        self._forget()
        self.assertEqual(self._find_rules(), [(2, 7)] * 2)
        self.team_east.process_followup_min_length = 9
        self.assertEqual(self._find_rules(), [(9, 7)] * 2)
        self.team_west.process_parent_id = self.team_east
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            # the second is refused, the first must not stay
            self.team_east.write(
                {
                    "process_followup_min_length": 5,
                    "process_parent_id": self.team_west.id,
                }
            )
        self.assertEqual(self._find_rules(), [(9, 7)] * 2)
        names = self.env["crm.team"]._get_everyday_names()
        self.assertEqual(
            self.team_east._get_everyday_rules().keys(), names, "all of them are kept"
        )

    def _keep(self):
        """Go on as another transaction, that has changed nothing."""
        self.startPatcher(
            patch.object(crm_team, "has_changed_kept", return_value=False)
        )

    def test_rules_taken_back_by_a_savepoint(self):
        with patch.object(crm_team, "has_changed_kept", return_value=False):
            self._find_rules()
        with self.env.cr.savepoint() as savepoint:
            self.team_east.process_followup_min_length = 9
            self.assertEqual(self._find_rules(), [(9, 7)] * 2)
            savepoint.rollback()
        self.assertEqual(self._find_rules(), [(2, 7)] * 2)

    def test_rules_need_no_query(self):
        self._keep()
        self._find_rules()
        self.env.invalidate_all()
        team = self.team_east.sudo()
        with self.assertQueryCount(0):
            self.assertTrue(team.process_followup_days)
            self.assertEqual(team.process_mode, "enforce")
        self.env.invalidate_all()
        two = (self.team_east | self.team_west).sudo()
        self.assertEqual(set(two.mapped("process_followup_days")), {7})

    def test_rules_in_memory_are_not_for_everybody(self):
        self._keep()
        self._find_rules()
        stranger = new_test_user(self.env, "stranger", groups="base.group_portal")
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            _ = self.team_east.with_user(stranger).process_followup_days

    def test_rules_of_a_team_that_is_gone(self):
        team = self._create_team("Gone", "off", self.leader_west, self.env["res.users"])
        self._keep()
        self.assertEqual(team.process_followup_days, 7)
        team.unlink()
        self.env.invalidate_all()
        with self.assertRaises(MissingError):
            _ = team.process_followup_days

    def test_deleted_calendar(self):
        """A period in working days goes on with the calendar of the company."""
        calendar = self.env["resource.calendar"].create({"name": "Half Days"})
        self.team_east.write(
            {"process_followup_working_days": True, "process_calendar_id": calendar.id}
        )
        self._create_lead(self.salesperson_a, phone="13812345679")
        calendar.unlink()
        self.env.invalidate_all()
        self.assertFalse(self.team_east.process_calendar_id)
        lead = self._create_lead(self.salesperson_a, phone="13812345670")
        self.assertTrue(lead.ownership_id.date_deadline)

    def test_deleted_pool_team(self):
        """Without the team that received them, customers go to the own pool."""
        pool = self._create_team(
            "Pool", "enforce", self.leader_west, self.env["res.users"]
        )
        self.team_east.write(
            {"process_pool_team_id": pool.id, "process_release_to": "pool"}
        )
        self.assertEqual(self.team_east.sudo().process_pool_team_id, pool)
        pool.unlink()
        self.env.invalidate_all()
        self.assertFalse(self.team_east.sudo().process_pool_team_id)
        self.assertNotIn(pool.id, self.env["crm.team"]._get_active_process_ids())

    def test_country_of_a_company_whose_address_follows_another(self):
        belgium, china = self.env.ref("base.be"), self.env.ref("base.cn")
        parent = self.env["res.partner"].create(
            {"name": "Holding", "is_company": True, "country_id": china.id}
        )
        self.company.partner_id.write({"parent_id": parent.id, "type": "contact"})
        self.assertEqual(self.company._get_process_country_id(), china.id)
        parent.country_id = belgium
        self.assertEqual(self.company.country_id, belgium)
        self.assertEqual(self.company._get_process_country_id(), belgium.id)

    def _is_own(self, value, kind="email"):
        details = self.env["sales.process.own.detail"]._get_own_details()
        return (kind, value) in details

    def test_own_details_at_once(self):
        """Whoever changes what is our own is not asked by what was before."""
        user = self.salesperson_c
        partner = user.partner_id
        domain = self.env["mail.alias.domain"].create({"name": "us.example"})
        alias = self.env["mail.alias"].create(
            {
                "alias_name": "old",
                "alias_domain_id": domain.id,
                "alias_model_id": self.env["ir.model"]._get_id("res.partner"),
            }
        )
        outgoing = self.env["ir.mail_server"].create({"name": "Out", "smtp_host": "x"})
        incoming = self.env["fetchmail.server"].create({"name": "In", "user": "old"})
        address = self.env["res.partner"].create({"name": "Other"})
        internal = self.env.ref("base.group_user")
        portal = self.env.ref("base.group_portal")
        changes = (
            (partner, {"email": "new@us.example"}, "email", "new@us.example"),
            (user, {"email": "user@us.example"}, "email", "user@us.example"),
            (
                partner,
                {"country_id": self.env.ref("base.be").id, "phone": "0475 12 34 56"},
                "phone",
                "+32475123456",
            ),
            (
                partner,
                {"country_id": self.env.ref("base.fr").id, "phone": "06 12 34 56 78"},
                "phone",
                "+33612345678",
            ),
            (user, {"login": "login@us.example"}, "email", "login@us.example"),
            (self.company, {"email": "hi@us.example"}, "email", "hi@us.example"),
            (self.company, {"partner_id": address.id}, "partner", str(address.id)),
            (alias, {"alias_name": "new"}, "email", "new@us.example"),
            (domain, {"name": "we.example"}, "email", "new@we.example"),
            (domain, {"catchall_alias": "all"}, "email", "all@we.example"),
            (outgoing, {"from_filter": "o@us.example"}, "email", "o@us.example"),
            (incoming, {"user": "i@us.example"}, "email", "i@us.example"),
        )
        for record, values, kind, value in changes:
            with self.subTest(model=record._name, values=values):
                record.write({name: False for name in values if name == "phone"})
                if (kind, value) != ("email", "new@us.example"):
                    self.assertFalse(self._is_own(value, kind))
                record.write(values)
                self.assertTrue(self._is_own(value, kind))
        user.write({"group_ids": [Command.set(portal.ids)]})
        self.assertFalse(self._is_own("login@us.example"))
        user.write({"group_ids": [Command.set(internal.ids)]})
        self.assertTrue(self._is_own("login@us.example"))
        incoming.unlink()
        self.assertFalse(self._is_own("i@us.example"))
        new = new_test_user(self.env, "another@us.example")
        self.assertTrue(self._is_own("another@us.example"))
        self.assertTrue(self._is_own(str(new.partner_id.id), "partner"))

    def test_own_details_without_a_query(self):
        """Contacts of customers forget nothing; asking costs nothing."""
        customer = self.env["res.partner"].create({"name": "Works"})
        known = self.env["sales.process.own.detail"]._get_own_details()
        customer.email = "office@works.example"
        with self.assertQueryCount(0):
            self.assertIs(
                self.env["sales.process.own.detail"]._get_own_details(), known
            )

    def test_new_colleague_is_no_customer(self):
        """As a salesperson sees it: the number of a new colleague is no customer."""
        self._create_lead(self.salesperson_a, phone="13812345671")
        user = new_test_user(self.env, "newcomer", groups="base.group_user")
        user.partner_id.write(
            {"country_id": self.env.ref("base.cn").id, "phone": "138 1234 5672"}
        )
        lead = self._create_lead(self.salesperson_a, phone="13812345672")
        self.assertFalse(lead.ownership_id.key_ids)


@tagged("post_install", "-at_install")
class TestMemoryTakenBack(SalesProcessRaceCase):
    def test_change_that_is_taken_back(self):
        """A scheduled action that begins again has changed no mode."""
        with self._environment() as env:
            team = env["crm.team"].browse(self.team_id)
            self.assertIn(team.id, env["crm.team"]._get_active_process_ids())
            team.process_mode = "off"
            self.assertNotIn(team.id, env["crm.team"]._get_active_process_ids())
            env.cr.rollback()
            self.assertIn(team.id, env["crm.team"]._get_active_process_ids())

    def test_reader_between_write_and_commit(self):
        """Another thread that reads meanwhile does not keep what was before."""

        def get_rule(env):
            rule = env["ir.rule"]._compute_domain("crm.lead", "write")
            return [str(condition) for condition in rule.iter_conditions()]

        salesperson = self.user_ids[0]
        with self._environment() as env:
            env["crm.team"].browse(self.team_id).process_mode = "observe"
            env.flush_all()
            with self._environment(salesperson) as reader:
                before = get_rule(reader)
        with self._environment(salesperson) as late:
            self.assertNotEqual(get_rule(late), before)
        with self._environment() as env:
            env["crm.team"].browse(self.team_id).process_mode = "enforce"
        with self._environment(salesperson) as late:
            self.assertEqual(get_rule(late), before)

    def test_own_details_between_write_and_commit(self):
        """Neither is a detail forgotten that another thread has read meanwhile."""

        def is_own(env, value):
            details = env["sales.process.own.detail"]._get_own_details()
            return ("email", value) in details

        with self._environment() as env:
            partner = env["res.users"].browse(self.user_ids[0]).partner_id
            before = partner.email
            partner.email = "changed@race.example"
            with self._environment() as reader:
                self.assertFalse(is_own(reader, "changed@race.example"))
        with self._environment() as late:
            self.assertTrue(is_own(late, "changed@race.example"))
            late["res.users"].browse(self.user_ids[0]).partner_id.email = before
        with self._environment() as env:
            self.assertFalse(is_own(env, "changed@race.example"))
            partner = env["res.users"].browse(self.user_ids[0]).partner_id
            partner.email = "changed@race.example"
            self.assertTrue(is_own(env, "changed@race.example"))
            env.cr.rollback()
            self.assertFalse(is_own(env, "changed@race.example"))
