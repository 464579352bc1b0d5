# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import suppress

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.transaction import entering
from .common import SalesProcessCommon

PHONE = "13812345678"
EMAIL = "wang@example.com"
KEYS = {("phone", f"+86{PHONE}"), ("email", EMAIL)}


class _Undo(Exception):
    """What was tried is taken back."""


@tagged("post_install", "-at_install")
class TestWritePaths(SalesProcessCommon):
    """All ways to write a lead, by all roles, with and without sudo.

    One customer, owned by salesperson A. Whatever is tried, it stays with A and keeps
    its keys, unless the role decides just that.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team_west.process_mode = "enforce"
        cls.lead = cls._create_lead(cls.salesperson_a, phone=PHONE, email_from=EMAIL)
        cls.ownership = cls.lead.ownership_id
        cls.colleague = cls.salesperson_d.copy(
            {"name": "Colleague", "login": "colleague_of_doors"}
        )
        cls.team_east.crm_team_member_ids = [(0, 0, {"user_id": cls.colleague.id})]
        cls.ownership._add_collaborators(cls.salesperson_b)
        cls.portal = cls.env["res.users"].create(
            {
                "name": "Portal",
                "login": "portal_of_doors",
                "group_ids": [(6, 0, cls.env.ref("base.group_portal").ids)],
            }
        )
        cls.won = cls.env["crm.stage"].search([("is_won", "=", True)], limit=1)
        cls.roles = {
            "owner": cls.salesperson_a,
            "helper": cls.salesperson_b,
            "all documents": cls.salesperson_c,
            "colleague": cls.colleague,
            "leader": cls.leader_east,
            "other leader": cls.leader_west,
            "other team": cls.salesperson_d,
            "administrator": cls.director,
            "clerk": cls.office_user,
            "other company": cls.salesperson_x,
            "portal": cls.portal,
            "visitor": cls.env.ref("base.public_user"),
            "system": cls.env.ref("base.user_root"),
        }
        cls.may = {
            "owner": {"close", "release", "correct"},
            "leader": {"close", "release", "correct", "give", "leave", "merge"},
            "administrator": {"close", "release", "correct", "give", "leave", "merge"},
            # an application by itself, such as a rule that an administrator made
            "system": {"close", "correct", "merge", "ledger"},
        }

    # -- the paths: name, what it takes, how it is done --------------------

    def _iterate_paths(self, user):
        me, lead_id = user.id, self.lead.id
        same = {"name": "Mine", "phone": PHONE, "type": "opportunity"}
        mine = {**same, "user_id": me}
        west = self.team_west.id
        yield "create", "", lambda Lead, lead: Lead.create(mine)
        yield (
            "create lead",
            "",
            lambda Lead, lead: Lead.create({**mine, "type": "lead"}),
        )
        for team in (False, self.team_off.id, west):
            yield (
                f"create in team {team}",
                "",
                lambda Lead, lead, team=team: Lead.create({**mine, "team_id": team}),
            )
        for context in (
            {"default_ownership_id": self.ownership.id},
            {
                "default_user_id": me,
                "default_phone": PHONE,
                "default_email_from": EMAIL,
            },
            {"sales_process_door": "import", "sales_process_skip": True},
            {"import_file": True, "sales_process_door": "cron"},
            {"install_mode": True, "sales_process_origin": "transfer"},
        ):
            yield (
                f"create with {sorted(context)}",
                "",
                lambda Lead, lead, context=context: Lead.with_context(**context).create(
                    mine
                ),
            )
            yield (
                f"give to oneself with {sorted(context)}",
                "give",
                lambda Lead, lead, context=context: lead.with_context(**context).write(
                    {"user_id": me}
                ),
            )
        for what, values in (
            ("give", {"user_id": me}),
            ("give", {"user_id": self.colleague.id}),
            ("give", {"user_id": me, "team_id": west}),
            ("release", {"user_id": False}),
            ("leave", {"team_id": self.team_off.id}),
            ("leave", {"team_id": west}),
            ("leave", {"company_id": self.company_2.id}),
            ("", {"team_id": False}),
            ("ledger", {"ownership_id": False}),
            ("ledger", {"process_is_pooled": True}),
            ("correct", {"phone": "13900000001"}),
            ("correct", {"phone": False, "email_from": False}),
            ("close", {"active": False, "probability": 0}),
            ("close", {"stage_id": self.won.id}),
            ("", {"country_id": self.env.ref("base.de").id}),
            ("", {"type": "lead"}),
        ):
            yield (
                f"write {values}",
                what,
                lambda Lead, lead, values=values: lead.write(dict(values)),
            )
            yield (
                f"web_save {values}",
                what,
                lambda Lead, lead, values=values: lead.web_save(dict(values), {}),
            )
        yield "unlink", "close", lambda Lead, lead: lead.unlink()
        yield "copy", "", lambda Lead, lead: lead.copy({"user_id": me})
        yield "lost", "close", lambda Lead, lead: lead.action_set_lost()
        yield "won", "close", lambda Lead, lead: lead.action_set_won()
        yield "archive", "close", lambda Lead, lead: lead.action_archive()
        yield (
            "import a row",
            "",
            lambda Lead, lead: Lead.load(
                ["name", "phone", "user_id/.id"], [["Mine", PHONE, str(me)]]
            ),
        )
        yield (
            "import by id",
            "give",
            lambda Lead, lead: Lead.load(
                [".id", "user_id/.id"], [[str(lead_id), str(me)]]
            ),
        )
        yield (
            "mail",
            "",
            lambda Lead, lead: Lead.message_new(
                {"subject": "Mine", "from": EMAIL, "email_from": EMAIL, "body": ""},
                {"user_id": me, "phone": PHONE},
            ),
        )
        yield (
            "assign",
            "give",
            lambda Lead, lead: lead._handle_salesmen_assignment([me]),
        )
        yield (
            "convert",
            "give",
            lambda Lead, lead: lead.convert_opportunity(
                self.env["res.partner"], user_ids=[me]
            ),
        )
        yield "merge", "merge", self._merge

    def _merge(self, Lead, lead):
        other = Lead.create(
            {"name": "Mine", "phone": "13900000002", "user_id": Lead.env.uid}
        )
        (lead | other).merge_opportunity(user_id=Lead.env.uid)

    # -- what must hold ----------------------------------------------------

    def _get_holders(self):
        """Who holds the contact details of the customer now."""
        keys = self.env["sales.process.ownership.key"].search(
            [("company_id", "=", self.company.id)]
        )
        return {
            (key.kind, key.value): key.ownership_id.user_id
            for key in keys
            if (key.kind, key.value) in KEYS
        }

    def _assert_exact(self):
        self.env.cr.execute(
            "SELECT kind, value FROM sales_process_ownership_key"
            " WHERE active AND NOT is_soft"
            " GROUP BY company_id, kind, value HAVING COUNT(*) > 1"
        )
        self.assertFalse(self.env.cr.fetchall(), "A key has two owners")

    def _try(self, user, su, path, act):
        """Try it, look, and take it back."""
        try:
            with self.env.cr.savepoint():
                Lead = self.env["crm.lead"].with_user(user)
                Lead = Lead.sudo() if su else Lead
                with suppress(UserError), self.env.cr.savepoint():
                    act(Lead, Lead.browse(self.lead.id))
                    self.env.flush_all()
                self.env.invalidate_all()
                self._assert_exact()
                found = (
                    self._get_holders(),
                    self.ownership.state,
                    self.lead.exists().user_id,
                    self.lead.exists().ownership_id,
                )
                raise _Undo
        except _Undo:
            self.env.invalidate_all()
        return found

    @mute_logger("odoo.models", "odoo.addons.base.models.ir_rule", "odoo.sql_db")
    def _try_role(self, role):
        user = self.roles[role]
        may = self.may.get(role, set())
        kept = dict.fromkeys(KEYS, self.salesperson_a)
        for path, what, act in self._iterate_paths(user):
            if what in may:
                continue
            ways = [(False, None), (True, None)]
            if what == "give" or path.startswith("create"):
                ways.append((True, "import"))
            for su, door in ways:
                with (
                    self.subTest(role=role, path=path, su=su, door=door),
                    entering(self.env, door),
                ):
                    holders, state, salesperson, ownership = self._try(
                        user, su, path, act
                    )
                    self.assertEqual(holders, kept)
                    self.assertEqual(state, "open")
                    self.assertEqual(salesperson, self.salesperson_a)
                    self.assertEqual(ownership, self.ownership)

    def test_owner(self):
        self._try_role("owner")

    def test_helper(self):
        self._try_role("helper")

    def test_colleagues(self):
        self._try_role("all documents")
        self._try_role("colleague")

    def test_leaders(self):
        self._try_role("leader")
        self._try_role("other leader")

    def test_strangers(self):
        self._try_role("other team")
        self._try_role("clerk")
        self._try_role("other company")

    def test_visitors(self):
        self._try_role("portal")
        self._try_role("visitor")

    def test_administrator_and_system(self):
        self._try_role("administrator")
        self._try_role("system")
