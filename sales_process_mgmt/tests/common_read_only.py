# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from pathlib import Path

from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo.modules import get_module_path
from odoo.tools.safe_eval import datetime, safe_eval, time

CORE = "sales_process_mgmt"
# Whose screens carry our fields and rules
GUESTS = ("crm", "sales_team")
# Each sees other screens, or others of their rows
ROLES = ("owner", "helper", "leader", "region", "desk", "manager")
CLIENT = {"lang": "en_US", "tz": "Asia/Shanghai"}
ROWS = 80
NESTED = 40


class ReadOnlyWalk:
    """Showing a screen writes nothing.

    Odoo sends what only reads to a replica. What writes there is refused, and done a
    second time on the primary: slower than without a replica, and a warning in the log.
    """

    def _is_walked_read_only(self, xmlid):
        """Each addon walks over its menus, the core over those that nobody else does.

        :param str xmlid: of a menu
        """
        addon = (xmlid or "").partition(".")[0]
        if self.addon != CORE or addon == CORE:
            return addon == self.addon
        if addon in GUESTS:
            return True
        path = addon.startswith(CORE) and get_module_path(addon)
        return path and not (Path(path) / "tests" / "test_access_matrix.py").exists()

    @contextmanager
    def _read_only(self):
        """As on a replica, where nothing of this transaction has been read yet."""
        self.env.flush_all()
        self.env.invalidate_all()
        with self.env.cr.savepoint():
            self.env.cr.execute("SET TRANSACTION READ ONLY")
            yield
            # what was left to be written is refused here
            self.env.cr.flush()

    def _find_actions(self, user):
        """The actions of the walked menus that somebody sees.

        :return: list of records, each once
        """
        with self._read_only():
            menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
        found = {
            (menu["action_model"], menu["action_id"])
            for menu in menus.values()
            if menu.get("action_id") and self._is_walked_read_only(menu.get("xmlid"))
        }
        return [self.env[model].browse(action) for model, action in sorted(found)]

    def _as_client(self, user):
        return self.env(
            user=user, context={"allowed_company_ids": user.company_ids.ids, **CLIENT}
        )

    def _open_action(self, env, action):
        """What an action of a menu opens.

        :return: dict
        """
        if action._name == "ir.actions.server":
            # /web/action/run goes to the primary
            return env[action._name].browse(action.id).run() or {}
        with self._read_only():
            Action = env[action._name].sudo().browse(action.id)
            if action._name == "ir.actions.act_window":
                return Action._get_action_dict()
            return Action.read()[0]

    def _evaluate(self, env, text, context=()):
        if not isinstance(text, str):
            return text or []
        today = self._today(env.user)
        names = {
            **dict(context),
            "uid": env.uid,
            "active_id": False,
            "active_ids": [],
            "active_model": False,
            "allowed_company_ids": env.companies.ids,
            "current_company_id": env.company.id,
            "context": dict(context),
            "context_today": lambda: today,
            "current_date": str(today),
            "datetime": datetime,
            "relativedelta": relativedelta,
            "time": time,
        }
        return safe_eval(text or "[]", names)

    def _get_fields(self, Model, arch):
        """What a view asks for, with the lists inside of it.

        :return: dict, as of ``web_read``
        """
        asked = {}
        nodes = [arch]
        while nodes:
            node = nodes.pop()
            if node.tag != "field" or node is arch:
                nodes += list(node)
                continue
            name = node.get("name")
            field = Model._fields[name]
            asked.setdefault(name, {})
            if not field.relational:
                continue
            inner = asked[name].setdefault("fields", {"display_name": {}})
            if field.type != "many2one":
                asked[name]["limit"] = NESTED
                Comodel = Model.env[field.comodel_name]
                for view in node:
                    inner |= self._get_fields(Comodel, view)
        return asked

    def _ask(self, Model, view_type, arch, domain):
        """What the web client asks to fill a view."""
        asked = self._get_fields(Model, arch)
        if view_type == "form":
            first = Model.search(domain, limit=1)
            first.web_read(asked)
            if "activity_ids" in Model._fields:
                first.activity_ids.activity_format()
            return
        if view_type in ("pivot", "graph", "cohort"):
            groups = [
                self._group_by(Model, node.get("name"))
                for node in arch.iter("field")
                if node.get("type") != "measure"
                and Model._fields[node.get("name")].store
            ]
            measures = [
                f"{node.get('name')}:{aggregator}"
                for node in arch.iter("field")
                if node.get("type") == "measure"
                and (aggregator := Model._fields[node.get("name")].aggregator)
            ]
            sets = [groups[:count] for count in range(len(groups) + 1)]
            Model.formatted_read_grouping_sets(domain, sets, ["__count", *measures])
            return
        if view_type == "activity":
            Model.env["mail.activity"].get_activity_data(Model._name, domain, ROWS)
        Model.web_search_read(domain, asked, limit=ROWS, count_limit=ROWS + 1)
        group = arch.get("default_group_by")
        if group:
            group = self._group_by(Model, group)
            Model.web_read_group(
                domain,
                [group],
                auto_unfold=True,
                unfold_read_specification=asked,
            )
        for bar in arch.iter("progressbar") if group else ():
            colors = safe_eval(bar.get("colors"))
            Model.read_progress_bar(
                domain, group, {"field": bar.get("field"), "colors": colors}
            )

    def _try_filters(self, env, Model, arch, context):
        """Each filter of the search, alone."""
        for node in arch.iter("filter"):
            if node.get("domain"):
                domain = self._evaluate(env, node.get("domain"), context)
                Model.search_count(domain, limit=1)
            group = self._evaluate(env, node.get("context") or "{}", context)
            group = dict(group).get("group_by")
            for name in [group] if isinstance(group, str) else group or ():
                if Model._fields[name.partition(":")[0]].type != "properties":
                    group = self._group_by(Model, name)
                    Model.web_read_group([], [group], limit=ROWS)

    @staticmethod
    def _group_by(Model, name):
        """What the client asks for: dates by month where the view says nothing."""
        if ":" not in name and Model._fields[name].type in ("date", "datetime"):
            return f"{name}:month"
        return name

    def _show(self, env, action):
        """Everything that the web client asks when an action is opened."""
        context = dict(self._evaluate(env, action.get("context") or "{}"))
        Model = env[action["res_model"]].with_context(**context)
        domain = self._evaluate(env, action.get("domain"), context)
        views = [*action["views"], (action.get("search_view_id") or [False], "search")]
        views = [
            (view[0] if isinstance(view, (list, tuple)) else view, kind)
            for view, kind in views
        ]
        options = {"toolbar": True, "load_filters": True, "action_id": action.get("id")}
        with self._read_only():
            archs = Model.get_views(views, options)["views"]
        for view_type, view in archs.items():
            arch = etree.fromstring(view["arch"])
            with self.subTest(view=view_type), self._read_only():
                if view_type == "search":
                    self._try_filters(env, Model, arch, context)
                else:
                    self._ask(Model, view_type, arch, domain)

    def _show_home(self, env):
        """What home.js asks, in each role of the person."""
        Home = env["sales.process.home"]
        with self._read_only():
            roles = [row["name"] for row in Home.get_home()["roles"]]
            env["sales.process.onboarding"].get_panel()
        for role in roles:
            with self.subTest(home=role), self._read_only():
                Home.get_home(role=role)
                Home.get_cheers(role=role)

    def _show_time_line(self, env):
        lead = self.records["crm.lead"].with_env(env)
        if lead.has_access("read"):
            with self.subTest(screen="time line"), self._read_only():
                env["sales.process.timeline"].get_page("crm.lead", lead.id)

    def test_showing_a_screen_writes_nothing(self):
        opened = set()
        for role in ROLES:
            user = self.roles[role]
            env = self._as_client(user)
            self._show_time_line(env)
            for action in self._find_actions(user):
                with self.subTest(role=role, action=action.xml_id or action.id):
                    window = self._open_action(env, action)
                    if window.get("type") == "ir.actions.act_window":
                        opened.add(action)
                        self._show(env, window)
                    elif window.get("tag") == "sales_process_mgmt.home":
                        opened.add(action)
                        self._show_home(env)
        self.assertTrue(opened)
