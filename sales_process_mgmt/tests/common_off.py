# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Everything can be switched off per team: one test for each addon that adds a feature.

An addon's test says what happens in Team Off (``_feed``); what must not follow from it
is the same for all.
"""

from datetime import timedelta

from .common import SalesProcessCommon

ADDONS = "sales_process_mgmt"
# What stands on a switch that is no feature: how something is done, not whether.
HOW = {
    "process_followup_refuse_repeated",
    "process_followup_working_days",
    "process_are_deadlines_extended",
}
# In how many days the scheduled actions run.
DAYS = (1, 8, 40)


class SwitchedOff(SalesProcessCommon):
    """Team Off, its leader and somebody who sells in it, with every switch off."""

    # the models of which an addon's test makes rows by itself, in ``_feed``
    fed = frozenset()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader_off = cls.salesperson_e.copy(
            {"name": "Leader Off", "login": "leader_off"}
        )
        cls.seller_off = cls.salesperson_e
        cls.people = cls.leader_off | cls.seller_off
        cls.team_off.write(
            {
                "user_id": cls.leader_off.id,
                **dict.fromkeys(cls._get_switches(), False),
            }
        )
        cls.env.flush_all()

    @classmethod
    def _get_switches(cls):
        """Every yes-or-no of a team that an addon of ours adds and people set."""
        return [
            name
            for name, field in cls.env["crm.team"]._fields.items()
            if field.type == "boolean"
            and field.store
            and not field.compute
            and not field.readonly
            and (field._module or "").startswith(ADDONS)
            and name not in HOW
        ]

    def _begin(self):
        """A deal of the team: what Odoo tells of it is told with or without us."""
        self.lead = self._create_lead(
            self.seller_off, team_id=self.team_off.id, phone="13812345678"
        )
        self.lead.action_set_won()

    def _feed(self):
        """What an addon knows of: things that are for everybody, and what happened."""

    def _count(self):
        """What there is for the team and its people: ``{what: number}``."""
        partners = self.people.partner_id
        counts = {
            "to-dos": self.env["mail.activity"].search_count(
                [("user_id", "in", self.people.ids)]
            ),
            "messages": self.env["mail.message"].search_count(
                [("partner_ids", "in", partners.ids)]
            ),
            "notifications": self.env["mail.notification"].search_count(
                [("res_partner_id", "in", partners.ids)]
            ),
            "meetings": self.env["calendar.event"].search_count(
                [("partner_ids", "in", partners.ids)]
            ),
        }
        for model, Model in self.env.items():
            if not model.startswith("sales.process.") or Model._abstract:
                continue
            if Model._transient or model in self.fed:
                continue
            for name, values in (("team_id", self.team_off), ("user_id", self.people)):
                field = Model._fields.get(name)
                if field and field.store and field.comodel_name == values._name:
                    counts[model, name] = Model.search_count([(name, "in", values.ids)])
        return counts

    def _run_scheduled_actions(self):
        """Each scheduled action of ours, a day, a week and a month later."""
        crons = self.env["ir.cron"].with_context(active_test=False).search([])
        data = self.env["ir.model.data"].search(
            [("model", "=", "ir.cron"), ("module", "=like", f"{ADDONS}%")]
        )
        crons = crons.filtered(lambda cron: cron.id in data.mapped("res_id"))
        self.assertTrue(crons)
        now = self.env.cr.now()
        for days in DAYS:
            for cron in crons:
                with (
                    self._at(now + timedelta(days=days)),
                    self.enter_registry_test_mode(),
                ):
                    cron.method_direct_trigger()
                self.env.invalidate_all()

    def _assert_nothing_follows(self):
        """Of what happens: no to-do, no notice, no proposal, no row, no menu."""
        self._begin()
        self.env.flush_all()
        before = self._count()
        self._feed()
        self.env.flush_all()
        self._run_scheduled_actions()
        after = self._count()
        for what, number in after.items():
            with self.subTest(what):
                self.assertEqual(number, before[what])
        for user in self.people:
            with self.subTest("menus", user=user.login):
                self.assertFalse(self._get_menus(user))

    def _get_menus(self, user):
        """Menus of what is switched off that somebody sees."""
        Menu = self.env["ir.ui.menu"].with_user(user)
        shown = set(Menu.load_menus(False)) - {"root"}
        return [
            xml_id
            for xml_id in Menu._get_process_switches()
            if self.env["ir.model.data"]._xmlid_to_res_id(
                xml_id, raise_if_not_found=False
            )
            in shown
        ]
