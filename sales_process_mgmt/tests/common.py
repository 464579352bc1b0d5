# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import freeze_time

from odoo.addons.base.tests.common import BaseCommon
from odoo.addons.mail.tests.common import mail_new_test_user


class ClockMixin:
    """Tests that say what time it is."""

    @contextmanager
    def _at(self, moment):
        """Let it be ``moment`` for Python, and for the transaction.

        :param moment: naive UTC datetime, or its text
        """
        moment = fields.Datetime.to_datetime(moment)
        with freeze_time(moment), patch.object(self.env.cr, "now", lambda: moment):
            yield

    @classmethod
    def _tell_at_once(cls):
        """In new teams, at every hour: digest and quiet hours have their own tests."""
        for name, value in (
            ("process_notice", "now"),
            ("process_quiet_from", 0.0),
            ("process_quiet_to", 0.0),
        ):
            cls.env["ir.default"].set("crm.team", name, value)

    @classmethod
    def _today(cls, user):
        """The date on the wall where a person works, never the server's."""
        return cls.env["crm.team"]._get_process_today(user)


def find_apps_above(env):
    """The apps that are installed beside ours, which none of ours knows.

    What they say and do before us is theirs; on most databases of tests there is none.

    :param env: an environment
    :return: ir.module.module
    """
    installed = env["ir.module.module"].search([("state", "=", "installed")])
    ours = installed.filtered(lambda row: row.name.startswith("sales_process_mgmt"))
    below = ours.upstream_dependencies(exclude_states=("uninstalled", "uninstallable"))
    return installed - ours - below


class SalesProcessCommon(ClockMixin, BaseCommon):
    """The organisation in which the rules are tested.

    Company C1, zone Asia/Shanghai, phones of China

        director (sales administrator)          administrator (sales administrator)
           |
           +-- Team East (enforce)      leader_east
           |      salesperson_a, salesperson_b   own documents
           |      salesperson_c                  all documents
           |
           +-- Team West (observe)      leader_west
           |      salesperson_d                  own documents
           |
           +-- Team Off (off)
                  salesperson_e                  own documents

    Company C2, zone America/New_York: salesperson_x alone, team_c2 (enforce).
    office_user is an internal user without sales rights.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "mail_notify_force_send": False})
        cls.company = cls.env.ref("base.main_company")
        cls.env.company.country_id = cls.env.ref("base.cn")
        # a class of tests registers as many customers as a month
        cls.env.company.process_lookup_limit = 0
        cls._tell_at_once()
        cls.env["crm.team"].search([]).action_archive()
        cls.env["crm.lead"].search([]).action_archive()

        cls.company_2 = cls.env["res.company"].create(
            {
                "name": "Company Two",
                "country_id": cls.env.ref("base.us").id,
                "process_lookup_limit": 0,
            }
        )
        own = (
            "base.group_user,sales_team.group_sale_salesman,base.group_partner_manager"
        )
        all_leads = f"{own},sales_team.group_sale_salesman_all_leads"
        manager = f"{own},sales_team.group_sale_manager"
        for user in cls._create_users(
            {
                "director": manager,
                "administrator": manager,
                "leader_east": own,
                "leader_west": own,
                "salesperson_a": own,
                "salesperson_b": own,
                "salesperson_c": all_leads,
                "salesperson_d": own,
                "salesperson_e": own,
                "office_user": "base.group_user",
            }
        ) + cls._create_users(
            {"salesperson_x": own},
            tz="America/New_York",
            company_id=cls.company_2.id,
            company_ids=cls.company_2.ids,
        ):
            # read each by itself, as requests do
            setattr(cls, user.login, user.browse(user.id))

        cls.team_east = cls._create_team(
            "Team East",
            "enforce",
            cls.leader_east,
            cls.salesperson_a | cls.salesperson_b | cls.salesperson_c,
        )
        cls.team_west = cls._create_team(
            "Team West", "observe", cls.leader_west, cls.salesperson_d
        )
        cls.team_off = cls._create_team(
            "Team Off", "off", cls.env["res.users"], cls.salesperson_e
        )

        cls.team_c2 = cls._create_team(
            "Team C2",
            "enforce",
            cls.env["res.users"],
            cls.salesperson_x,
            company=cls.company_2,
        )

    @classmethod
    def _register_long_ago(cls, leads):
        """Customers of tests that live in a year of their own were there before."""
        leads.ownership_id.date_start = "2020-01-01 00:00:00"
        cls.env.flush_all()

    @classmethod
    def _create_users(cls, groups_by_login, **values):
        """People of a test, at once: one by one they take most of its time.

        :param groups_by_login: dict, XML ids of groups, parted by commas, by login
        :param values: what all of them have
        :return: res.users, in this order
        """
        return (
            cls.env["res.users"]
            .with_context(**mail_new_test_user.keywords["context"])
            .create(
                [
                    {
                        "login": login,
                        "password": login.ljust(8, "x"),
                        "name": login.replace("_", " ").title(),
                        "email": f"{login[0]}.{login[0]}@example.com",
                        "group_ids": [
                            Command.set(
                                [cls.env.ref(name).id for name in groups.split(",")]
                            )
                        ],
                        "tz": "Asia/Shanghai",
                        "notification_type": "inbox",
                        **values,
                    }
                    for login, groups in groups_by_login.items()
                ]
            )
        )

    @classmethod
    def _create_region(cls, *teams, login=None):
        """Put teams below a new one, whose leader sells nothing.

        :return: res.users, who leads the region
        """
        login = login or f"region_{teams[0].id}"
        leader = cls._create_users(
            {login: "base.group_user,sales_team.group_sale_salesman"},
            company_id=cls.company.id,
        )
        region = cls._create_team(
            f"Region of {teams[0].name}", "off", leader, cls.env["res.users"]
        )
        for team in teams:
            team.process_parent_id = region
        return leader

    @classmethod
    def _create_team(cls, name, mode, leader, members, company=None):
        # with Sales, a won lead is a signature only where the team says so
        Team = cls.env["crm.team"]
        signs = (
            {"process_won_signs": True} if "process_won_signs" in Team._fields else {}
        )
        return Team.create(
            {
                **signs,
                "name": name,
                "company_id": (company or cls.company).id,
                "process_mode": mode,
                "user_id": leader.id,
                "use_leads": True,
                "use_opportunities": True,
                "crm_team_member_ids": [
                    (0, 0, {"user_id": member.id}) for member in members
                ],
            }
        )

    @classmethod
    def _create_lead(cls, user, team=None, **values):
        """A lead created by its own salesperson, as the interface does it.

        :param user: res.users, salesperson and creator; empty for a lead of nobody
        :param team: crm.team, by default the user's
        """
        team = team or user.sale_team_id
        return (
            cls.env["crm.lead"]
            .with_user(user or cls.env.user)
            .create(
                {
                    "name": values.pop("name", "Inquiry"),
                    "type": "opportunity",
                    "user_id": user.id,
                    "team_id": team.id,
                    "company_id": team.company_id.id,
                    **values,
                }
            )
            .with_env(cls.env)
        )
