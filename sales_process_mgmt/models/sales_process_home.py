# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The home of each role: what matters now, and the action behind each figure.

``get_home`` answers with blocks, in their order. An addon adds its own by overriding
``_get_blocks``; to the table of people or teams it adds columns by
``_get_table_columns``. A block (``make_block``) is a dict:

``name``, ``kind``, ``title``, ``sequence``
    ``kind`` says how it is shown: ``figures`` (tiles), ``customers`` (rows to work),
    ``rows`` (plain rows), ``table`` (figures by person or team), ``goals`` (how far)
    or ``chart`` (lines or bars).
``is_side``
    Whether it stands beside the others where there is room.
``empty``
    What to read where there is nothing, with the way on.
``open``
    Where all of it is seen, as for a figure.

What opens (``make_opens``) is an action with its own domain, so that the list shows
what the figure counts. Figures are counted as the person who reads them, by a number
of queries that does not grow with people or customers.
"""

from odoo import api, models, tools
from odoo.exceptions import AccessError
from odoo.tools import format_date

from ..tools import deadline as deadline_tools
from .sales_process_home_parts import HomeScope, Standing, make_opens
from .sales_process_home_person import PersonHome
from .sales_process_home_team import TeamHome, get_duty_block, get_todo_blocks
from .sales_process_home_waiting import get_waiting_figures

# What blocks ask of teams and of their customers' deadlines.
TEAM_FIELDS = (
    "active",
    "company_id",
    "process_followup_days",
    "process_followup_reminder_first_days",
    "process_followup_working_days",
    "name",
    "process_mode",
    "user_id",
)


class SalesProcessHome(models.AbstractModel):
    _name = "sales.process.home"
    _description = "Home of Each Role"

    # ------------------------------------------------------------
    # ROLES
    # ------------------------------------------------------------

    @api.model
    @tools.ormcache("user_id")
    def _get_standing(self, user_id):
        """The teams with the process that somebody leads, and those of a member.

        Forgotten when members, leaders or modes change: see ``_clear_process_cache``.

        :param int user_id: of res.users
        :return: Standing
        """
        active = self.env["crm.team"]._get_active_process_ids()
        # sudo: in which teams somebody is, kept for whoever asks
        user = self.env["res.users"].sudo().browse(user_id)
        return Standing(
            led=active & set(user.process_led_team_ids.ids),
            joined=active & set(user.crm_team_ids.ids),
            overseen=active & set(user.process_overseen_team_ids.ids),
        )

    @api.model
    def _get_roles(self, user):
        """What somebody is in the sales process; each role has a home and menus.

        :param user: res.users
        :return: tuple of str, the one that comes first opens: ``reception``,
            ``director`` (all teams), ``region`` (several teams), ``leader``,
            ``salesperson``; empty for people without sales rights and where no team
            uses the process
        """
        active = self.env["crm.team"]._get_active_process_ids()
        if not active or not user._is_process_salesperson():
            return ()
        if user._is_process_reception():
            return ("reception",)
        stands = self._get_standing(user.id)
        roles = []
        if user.has_group("sales_team.group_sale_manager") or (
            user.has_group("sales_team.group_sale_salesman_all_leads")
            and not (stands.led or stands.joined)
        ):
            roles.append("director")
        elif len(stands.overseen) > 1 or stands.overseen - stands.led:
            roles.append("region")
        if stands.led:
            roles.append("leader")
        if stands.joined or stands.led or not roles:
            roles.append("salesperson")
        return tuple(roles)

    @api.model
    def _is_in_process(self, user):
        """Whether somebody works in the process: in a team, above teams, at the desk.

        For them the app opens with the home, for everybody else as Odoo opens it.

        :param user: res.users
        :return: bool
        """
        roles = self._get_roles(user)
        if roles != ("salesperson",):
            return bool(roles)
        stands = self._get_standing(user.id)
        return bool(stands.joined or stands.led)

    @api.model
    def _get_menu_roles(self, user):
        """By what the menus of somebody are chosen.

        :param user: res.users
        :return: frozenset of roles, with ``administrator`` for whoever sets the rules
        """
        roles = set(self._get_roles(user))
        if user.has_group("sales_team.group_sale_manager"):
            roles.add("administrator")
        return frozenset(roles)

    @api.model
    def _get_role_names(self):
        return {
            "salesperson": self.env._("My Day"),
            "leader": self.env._("My Team"),
            "region": self.env._("My Teams"),
            "director": self.env._("All Teams"),
            "reception": self.env._("Front Desk"),
        }

    # ------------------------------------------------------------
    # THE ANSWER
    # ------------------------------------------------------------

    @api.readonly
    @api.model
    def get_home(self, role=None):
        """What the current user should see now, in one of the own roles.

        :param str role: by default, and where the user has no such role, the first
        :return: dict with ``role``, ``roles`` (name and label of each), ``blocks``,
            ``buttons``, ``date`` (the user's day, in words), ``is_manager``,
            ``sets_up`` (whether the first steps are for the user) and ``has_cheers``
            (whether :meth:`get_cheers` is worth asking)
        :raise AccessError: for people without sales rights
        """
        user = self.env.user
        if not user._is_process_salesperson():
            raise AccessError(
                self.env._("The home of the sales process is for salespeople.")
            )
        roles = self._get_roles(user)
        names = self._get_role_names()
        role = role if role in roles else next(iter(roles), None)
        scope = self._get_scope(role)
        blocks = self._get_blocks(scope) if role else []
        return {
            "role": role or False,
            "roles": [{"name": name, "label": names[name]} for name in roles],
            "date": format_date(self.env, scope.today, date_format="full"),
            "is_manager": user.has_group("sales_team.group_sale_manager"),
            "buttons": self._get_buttons(scope) if role else [],
            "blocks": sorted(blocks, key=lambda block: block["sequence"]),
            "sets_up": self.env["sales.process.onboarding"]._is_for(user),
            "has_cheers": bool(role) and self._has_cheers(scope),
        }

    @api.model
    def _get_scope(self, role):
        user = self.env.user
        zone = self.env["crm.team"]._get_process_timezone(user)
        now = self.env.cr.now()
        return HomeScope(
            env=self.env,
            role=role,
            user=user,
            teams=self._get_teams(role),
            zone=zone,
            now=now.replace(microsecond=0),
            today=deadline_tools.local_date(now, zone),
        )

    @api.model
    def _get_teams(self, role):
        """The teams that a home is about: those that use the process.

        :param str role: may be empty
        :return: crm.team
        """
        ids = self.env["crm.team"]._get_active_process_ids()
        stands = self._get_standing(self.env.uid)
        if role == "region":
            ids &= stands.overseen
        elif role == "leader":
            ids &= stands.led
        elif role == "salesperson":
            ids &= stands.led | stands.joined
        return self.env["crm.team"].search_fetch(
            [
                ("id", "in", list(ids)),
                ("company_id", "in", [False, *self.env.companies.ids]),
            ],
            TEAM_FIELDS,
        )

    @api.model
    def _get_blocks(self, scope):
        """The blocks of a home; an addon adds its own, see the module.

        :param HomeScope scope: for whom
        :return: list of dicts
        """
        todos = get_todo_blocks(scope)
        if scope.role == "reception":
            return [get_duty_block(scope), *todos]
        if scope.role == "salesperson":
            return PersonHome(scope).get_blocks() + todos
        return TeamHome(scope).get_blocks() + todos

    @api.readonly
    @api.model
    def get_waiting(self):
        """What waits for the current user in all of the own roles, in numbers.

        Told beside the menus, wherever one works.

        :return: list of figures, of what there is; none for people without a role
        """
        roles = self._get_roles(self.env.user)
        return get_waiting_figures({role: self._get_scope(role) for role in roles})

    @api.readonly
    @api.model
    def get_cheers(self, role=None):
        """What is a joy to whoever opens the home; a browser shows each once.

        Asked for when the home stands already: nobody waits for it.

        :param str role: see :meth:`get_home`
        :return: list of dicts: ``key``, by which it is known again, and ``text``
        """
        user = self.env.user
        if not user._is_process_salesperson():
            return []
        roles = self._get_roles(user)
        role = role if role in roles else next(iter(roles), None)
        return self._get_cheers(self._get_scope(role)) if role else []

    @api.model
    def _has_cheers(self, scope):
        """Whether there may be anything to cheer in a home, without a query.

        :param HomeScope scope: for whom
        :return: bool
        """
        return False

    @api.model
    def _get_cheers(self, scope):
        """What to cheer, newest first; an addon adds its own.

        :param HomeScope scope: for whom
        :return: see :meth:`get_cheers`
        """
        return []

    @api.model
    def _get_table_columns(self, scope, by, ids):
        """Columns of the table of people or teams; an addon adds its own.

        :param HomeScope scope: for whom
        :param str by: ``user_id`` or ``team_id``
        :param list ids: of the people or teams in the table
        :return: list of dicts: ``name``, ``label``, ``tone`` (of what is not zero) and
            ``values`` ``{id: (value, what opens)}``
        """
        return TeamHome(scope).get_columns(by, ids)

    @api.model
    def _get_buttons(self, scope):
        """What is done from this home, whatever stands on it; the first one is primary.

        :param HomeScope scope: for whom
        :return: list of dicts
        """
        register = {
            "name": "register",
            "label": self.env._("Register a Customer"),
            "icon": "fa-user-plus",
            "open": make_opens("sales_process_mgmt.sales_process_registration_action"),
        }
        if scope.role == "salesperson":
            return [register]
        if scope.role == "reception":
            # typing a number there tells whose it is, before anything is saved
            whose = {
                "name": "whose",
                "label": self.env._("Whose Customer Is It?"),
                "icon": "fa-search",
            }
            return [register, {**register, **whose}]
        decide = {
            "name": "decide",
            "label": self.env._("Matters to Decide"),
            "icon": "fa-gavel",
            "open": make_opens(
                "sales_process_mgmt.sales_process_agenda_item_action",
                domain=scope.to_decide(),
            ),
        }
        return [decide, register]
