# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .common import SalesProcessCommon

# What the client gives to a column at least, and to the sheet of a form with its
# conversation beside it in a window of 1,440 pixels
LEAST = {
    "boolean": 20,
    # with a year in Chinese
    "date": 105,
    "datetime": 155,
    "float": 93,
    "integer": 71,
    "monetary": 105,
}
TEXTS = ("char", "html", "many2one", "text")
GROWS_NOT = ("boolean", "float", "integer", "monetary")
LETTER = 7
PADDING = 10
TOGGLE = 33
SHEET = 852
WORDS = 140
# What a card reads of its record
RECORD_VALUE = re.compile(r"\brecord\.(\w+)\.(?:raw_)?value\b")
# The title of a day that stands for its month
MONTH = re.compile(r"(\w+ )?Month")


@tagged("post_install", "-at_install")
class TestViews(SalesProcessCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.roles = (
            cls.salesperson_a,
            cls.salesperson_c,
            cls.leader_east,
            cls.director,
        )
        cls.lead = cls._create_lead(cls.salesperson_a, phone="13812345601")
        cls.ownership = cls.lead.ownership_id

    def _get_actions(self):
        """All window actions of the family, as far as it is installed."""
        data = self.env["ir.model.data"].search(
            [
                ("module", "=like", "sales_process_mgmt%"),
                ("model", "=", "ir.actions.act_window"),
            ]
        )
        return self.env["ir.actions.act_window"].browse(data.mapped("res_id"))

    def test_every_action_for_every_role(self):
        """Each action opens, in each view, for each role that may read its model."""
        for action in self._get_actions():
            for user in self.roles:
                Model = self.env[action.res_model].with_user(user)
                if not Model.has_access("read"):
                    continue
                views = [(view_id, kind) for view_id, kind in action.views]
                search = action.search_view_id.id or False
                with self.subTest(action=action.xml_id, user=user.login):
                    result = Model.get_views([*views, (search, "search")])
                    for _view_id, kind in views:
                        self.assertIn(kind, result["views"])
                    self._read_with(Model, result)

    def _read_with(self, Model, result):
        """Read what the list and kanban would read, as the client does."""
        for kind in ("list", "kanban"):
            view = result["views"].get(kind)
            if not view or Model.is_transient():
                continue
            arch = etree.fromstring(view["arch"])
            names = {
                node.get("name")
                for node in arch.iter("field")
                if node.get("name") in Model._fields
                and not any(parent.tag == "field" for parent in node.iterancestors())
            }
            Model.web_search_read([], {name: {} for name in names}, limit=5)

    def _get_views(self, *kinds):
        """The views of the family, of some kinds, as far as it is installed."""
        views = self.env["ir.ui.view"].search([("type", "in", kinds)])
        return views.filtered(
            lambda view: (view.xml_id or "").startswith("sales_process_mgmt")
        )

    def test_groups_of_a_list_are_not_those_of_a_pivot(self):
        """Where a list opens grouped, the pivot keeps the rows it was made with."""
        pivots = {
            view.model: [
                node.get("name")
                + (f":{node.get('interval')}" if node.get("interval") else "")
                for node in etree.fromstring(view.arch).iter("field")
                if node.get("type") == "row"
            ]
            for view in self._get_views("pivot")
        }
        for action in self._get_actions():
            if "pivot" not in action.view_mode or "default_group_" not in (
                action.context or ""
            ):
                continue
            context = safe_eval(action.context, {"uid": self.env.uid})
            with self.subTest(action=action.xml_id):
                self.assertEqual(
                    context.get("pivot_row_groupby"), pivots[action.res_model]
                )

    def test_no_number_has_idle_zeros(self):
        """Two percent is 2, not 2.0000, where a field holds more than cents."""
        for view in self._get_views("list", "form"):
            with self.subTest(view=view.xml_id):
                arch = etree.fromstring(view.arch)
                self._check_zeros(arch, self.env[view.model])

    def _check_zeros(self, node, Model):
        for child in node.iterchildren(tag=etree.Element):
            inner = Model
            field = Model._fields.get(child.get("name"))
            if child.tag == "field" and field is not None:
                is_seen = not child.get("widget") and child.get("invisible") != "1"
                is_long = child.get("digits", "").endswith(("3]", "4]", "5]", "6]"))
                digits = field.type == "float" and field.get_digits(self.env)
                if digits and digits[1] > 2 and not child.get("digits"):
                    is_long = True
                if is_long and is_seen:
                    self.assertIn(
                        "hide_trailing_zeros", child.get("options", ""), field
                    )
                inner = self.env[field.comodel_name] if field.relational else Model
            self._check_zeros(child, inner)

    def test_nothing_to_fill_in_is_out_of_sight(self):
        """No form waits for a value that is the server's to give.

        The browser asks for each required field that is not itself invisible, also in a
        group that is; a form of the tests asks for none that is readonly.
        """
        rows = self.env["ir.model.access"].search([("perm_create", "=", True)])
        created = set(rows.model_id.mapped("model"))
        for view in self._get_views("form"):
            Model = self.env.get(view.model)
            is_ours = view.mode == "primary" and view.model.startswith("sales.process")
            if not is_ours or view.model not in created or Model.is_transient():
                continue
            arch = etree.fromstring(Model.get_view(view.id, "form")["arch"])
            for node in arch.xpath("//field[not(ancestor::field)][not(@invisible)]"):
                field = Model._fields[node.get("name")]
                is_given = field.default or field.compute
                with self.subTest(view=view.xml_id, field=field.name):
                    self.assertFalse(
                        field.required and field.readonly and not is_given,
                        "required, and nobody can fill it in: invisible='not id'",
                    )

    def test_buttons_call_what_takes_records(self):
        """A button sends the ids of its records: no method of the model takes them."""
        for view in self._get_views("list", "form", "kanban"):
            arch = etree.fromstring(view.arch)
            Model = self.env[view.model]
            # those of the list in a field belong to another model
            names = {
                button.get("name")
                for button in arch.xpath("//button[@type='object']")
                if not any(
                    parent.tag == "field" and parent.get("name") in Model._fields
                    for parent in button.iterancestors()
                )
            }
            for name in names:
                method = getattr(type(Model), name, None)
                with self.subTest(view=view.xml_id, button=name):
                    self.assertFalse(getattr(method, "_api_model", False))

    def test_every_button_of_a_row_has_a_name(self):
        """A list gives a title to the pointer alone: a screen reader needs the text."""
        for view in self._get_views("list", "form"):
            arch = etree.fromstring(view.arch)
            nodes = arch.iter("button") if view.type == "list" else ()
            for button in (*nodes, *arch.xpath("//list//button")):
                with self.subTest(view=view.xml_id, button=button.get("name")):
                    self.assertTrue(button.get("string") or (button.text or "").strip())

    def test_what_a_row_offers_is_done_by_keys(self):
        """Enter on a row opens it: what its buttons do is offered there, too.

        Or above the rows that are chosen, or it is itself what Enter does.
        """
        # these open the record of the row, as Enter does
        opens = {"action_open_review"}
        seen = set()
        for action in self._get_actions():
            views = {kind: view_id for view_id, kind in action.views}
            if "list" not in views:
                continue
            Model = self.env[action.res_model]
            arch = etree.fromstring(Model.get_view(views["list"], "list")["arch"])
            wanted = {button.get("name") for button in arch.xpath("./button[@name]")}
            offered = {button.get("name") for button in arch.xpath("./header/button")}
            offered |= {arch.get("action"), *opens}
            if "form" in views and not arch.get("editable"):
                form = etree.fromstring(Model.get_view(views["form"], "form")["arch"])
                buttons = form.xpath("//button[@name][not(ancestor::list)]")
                offered |= {button.get("name") for button in buttons}
            if wanted:
                seen.add(action.res_model)
            with self.subTest(action=action.xml_id):
                self.assertLessEqual(wanted, offered)
        self.assertGreater(len(seen), 5)

    def test_what_has_a_state_has_a_title(self):
        """A form that is worked on says first what it is about, as Odoo's do."""
        for view in self._get_views("form"):
            if view.mode == "primary" and view.model.startswith("sales.process"):
                arch = view._get_combined_arch()
                with self.subTest(view=view.xml_id):
                    self.assertTrue(
                        arch.find("sheet") is None
                        or not arch.xpath("./header/field[@widget='statusbar']")
                        or arch.xpath("./sheet//*[self::h1 or self::h2 or self::h3]")
                    )

    def test_every_button_has_a_key(self):
        """What a form offers is done by Alt and a key, and found in the palette.

        So is what a list offers for the rows that are chosen. Two buttons that may be
        seen at once do not answer to the same key.
        """
        taken = {"b", "c", "h", "j", "m", "n", "p", "s", "u"}
        for view in self._get_views("form", "list"):
            if view.mode != "primary" or not view.model.startswith("sales.process"):
                continue
            arch = view._get_combined_arch()
            of_rows = "[not(ancestor::list)]" if arch.tag == "form" else ""
            for bar in arch.xpath(f"//*[self::header or self::footer]{of_rows}"):
                by_key = {}
                for button in bar.iter("button"):
                    key = button.get("data-hotkey")
                    others = by_key.setdefault(key, [])
                    name = button.get("name") or button.get("special")
                    with self.subTest(view=view.xml_id, button=name):
                        self.assertTrue(key, "data-hotkey")
                        if bar.tag == "header":
                            self.assertNotIn(key, taken, "the client's own")
                        for other in others:
                            self.assertTrue(
                                button.get("invisible") and other.get("invisible"), key
                            )
                    others.append(button)

    def test_names_have_room(self):
        """A list of six columns and more keeps room for the names of people.

        What a column has not asked for goes to the longest texts, and a name is cut.
        """
        lists = self._get_views("list").filtered(lambda view: view.mode == "primary")
        self.assertGreater(len(lists), 10)
        for view in lists:
            columns = [
                node
                for node in etree.fromstring(view.arch)
                if node.tag in ("field", "button")
                and node.get("column_invisible") not in ("1", "True")
                and node.get("optional") != "hide"
                and not node.get("groups")
            ]
            people = [
                node.get("name")
                for node in columns
                if node.get("widget", "").startswith("many2one_avatar")
                and not node.get("width")
            ]
            with self.subTest(view=view.xml_id):
                self.assertFalse(len(columns) > 5 and people)

    def test_who_creates_can_save(self):
        """Whoever may create and not write has a button: the client shows none."""
        rows = self.env["ir.model.access"].search([("perm_create", "=", True)])
        for view in self._get_views("form"):
            form = view._get_combined_arch()
            is_shown = view.mode == "primary" and form.get("create") not in (
                "0",
                "False",
            )
            is_shown &= form.get("edit") not in ("1", "True")
            access = rows.filtered(
                lambda row, view=view: row.model_id.model == view.model
            )
            if is_shown and access and not all(access.mapped("perm_write")):
                with self.subTest(view=view.xml_id):
                    buttons = form.xpath("./header//button | ./footer//button")
                    self.assertTrue(
                        any(
                            button.get("special") == "save"
                            or button.getparent().tag == "footer"
                            or "id"
                            in (button.get("invisible"), header.get("invisible"))
                            for button in buttons
                            for header in button.iterancestors("header", "footer")
                        )
                    )

    def test_cards_name_people(self):
        """A card about a person says the name: a face alone says it to nobody new."""
        cards = self._get_views("kanban")
        self.assertGreater(len(cards), 10)
        for view in cards:
            for node in etree.fromstring(view.arch).iter("field"):
                if not node.get("widget", "").startswith("many2one_avatar"):
                    continue
                parent = node.getparent()
                classes = f"{node.get('class')} {parent.get('class')}"
                has_name = "display_avatar_name" in node.get("options", "")
                with self.subTest(view=view.xml_id, field=node.get("name")):
                    self.assertTrue(has_name or "fw-bold" not in classes)
                    # in a row the name has the width that the field takes: none
                    if has_name and (parent.tag == "footer" or "d-flex" in classes):
                        self.assertIn("flex-grow-1", node.get("class", ""))

    def test_cards_have_what_they_ask_for(self):
        """What a card asks of its record is a field of the card or of its view."""
        asked_count = 0
        for view in self._get_views("kanban"):
            if view.mode != "primary":
                continue
            arch = view._get_combined_arch()
            loaded = {node.get("name") for node in arch.iter("field")}
            asked = {
                name
                for node in arch.iter(etree.Element)
                for value in node.attrib.values()
                for name in RECORD_VALUE.findall(value)
            }
            asked_count += len(asked)
            with self.subTest(view=view.xml_id):
                self.assertLessEqual(asked, loaded)
        self.assertGreater(asked_count, 3)

    def test_lists_are_cards_on_a_telephone(self):
        """What opens as a list has cards, also what is set once.

        Rows are for what is typed into them, and for figures: what opens as a pivot or
        a graph.
        """
        opened = [
            (action, {kind: view_id for view_id, kind in action.views})
            for action in self._get_actions()
            if action.res_model.startswith("sales.process.")
            and action.view_mode.startswith("list")
        ]
        self.assertGreater(len(opened), 20)
        for action, views in opened:
            Model = self.env[action.res_model]
            rows = etree.fromstring(Model.get_view(views["list"], "list")["arch"])
            with self.subTest(action=action.xml_id):
                self.assertTrue(rows.get("editable") or "kanban" in views)

    def test_second_lines_can_be_read(self):
        """Odoo's muted text is too pale on a grey ground: ours has its own class."""
        views = self._get_views("form", "list", "kanban", "search")
        self.assertTrue(any("o_process_muted" in view.arch for view in views))
        for view in views:
            with self.subTest(view=view.xml_id):
                self.assertNotRegex(view.arch, r"\btext-muted\b")

    def test_pages_for_customers_can_be_read(self):
        """What is shown to somebody outside is as dark as the rest of the page."""
        pages = self._get_views("qweb").filtered(
            lambda view: re.search(r"\b(frontend|portal)_layout\b", view.arch)
        )
        for view in pages:
            with self.subTest(view=view.xml_id):
                self.assertNotRegex(view.arch, r"\btext-(muted|black-50|white-50)\b")

    def test_titles_of_cards_are_whole(self):
        """On a telephone there is no pointer that would show the rest of a title."""
        titles = [
            (view, node)
            for view in self._get_views("kanban")
            for node in etree.fromstring(view.arch).iter("field")
            if "fw-bold" in node.get("class", "").split()
        ]
        self.assertGreater(len(titles), 10)
        for view, node in titles:
            with self.subTest(view=view.xml_id, field=node.get("name")):
                self.assertNotIn("text-truncate", node.get("class").split())

    def test_titles_of_numbers_are_whole(self):
        """A column of numbers or ticks never grows: its title says how wide it is."""
        for view in self._get_views("list", "form"):
            if view.mode == "primary":
                arch = view._get_combined_arch()
                for rows in (arch, *arch.xpath(".//list")):
                    self._check_titles(view, rows)

    def test_months_are_read_as_months(self):
        """A day that stands for its month is not read as one: "October 2026"."""
        for view in self._get_views("list", "form", "kanban"):
            if view.mode != "primary":
                continue
            arch = view._get_combined_arch()
            for node in arch.xpath(".//field[not(@column_invisible='1')]"):
                Model = self.env[view.model]
                for parent in reversed(list(node.iterancestors("field"))):
                    field = Model._fields.get(parent.get("name"))
                    if field is None or not field.relational:
                        break
                    Model = self.env[field.comodel_name]
                field = Model._fields.get(node.get("name"))
                title = field is not None and (node.get("string") or field.string)
                if title and field.type == "date" and MONTH.fullmatch(title):
                    with self.subTest(view=view.xml_id, field=field.name):
                        self.assertEqual(node.get("widget"), "process_month")

    def _check_titles(self, view, rows):
        Model = self.env[view.model]
        if rows.tag != "list":
            return
        parent = rows.getparent()
        if parent is not None:
            field = Model._fields.get(parent.get("name"))
            if field is None or not field.relational:
                return
            Model = self.env[field.comodel_name]
        for node in rows.iterchildren("field"):
            field = Model._fields.get(node.get("name"))
            is_seen = (
                node.get("column_invisible") not in ("1", "True")
                and node.get("optional") != "hide"
                and not node.get("nolabel")
                and node.get("widget") not in ("handle", "progressbar")
            )
            if field is not None and field.type in ("date", "datetime"):
                self._check_day(view, node, field)
            if field is None or not is_seen or field.type not in GROWS_NOT:
                continue
            title = node.get("string") or field.string
            width = int(
                (node.get("width") or str(LEAST[field.type])).removesuffix("px")
            )
            with self.subTest(view=view.xml_id, field=field.name, title=title):
                self.assertGreaterEqual(width, min(len(title) * LETTER, WORDS))

    def _check_day(self, view, node, field):
        """Where it has a width, there is room for a day of another year."""
        width = node.get("width")
        is_day = field.type == "date" or "'show_time': False" in node.get("options", "")
        if width and not node.get("widget"):
            with self.subTest(view=view.xml_id, field=field.name):
                least = LEAST["date" if is_day else "datetime"]
                self.assertGreaterEqual(int(width.removesuffix("px")), least)

    def test_lists_fit_into_their_forms(self):
        """Beside a conversation no column is cut, and the first text can be read."""
        for view in self._get_views("form"):
            arch = view._get_combined_arch()
            Model = self.env[view.model]
            if view.mode != "primary" or arch.find("chatter") is None:
                continue
            for node in arch.xpath(".//field[not(ancestor::field)]"):
                field = Model._fields.get(node.get("name"))
                if field is None or not field.relational:
                    continue
                rows = self.env[field.comodel_name]
                columns = node.find("list")
                named = safe_eval(node.get("context") or "{}", {"id": 0, "uid": 0})
                if columns is None and "list_view_ref" in named:
                    columns = self.env.ref(named["list_view_ref"])._get_combined_arch()
                if columns is not None:
                    with self.subTest(view=view.xml_id, field=field.name):
                        width = self._get_least_width(columns, rows)
                        self.assertLessEqual(width, SHEET)

    def _get_least_width(self, arch, Model):
        columns = [
            node
            for node in arch
            if node.tag == "field"
            and node.get("name") in Model._fields
            and node.get("column_invisible") not in ("1", "True")
            and node.get("optional") != "hide"
        ]
        types = {node: Model._fields[node.get("name")].type for node in columns}
        first = next((node for node in columns if types[node] in TEXTS), None)
        total = TOGGLE if arch.xpath("./field[@optional]") else 0
        for node in columns:
            is_day = "'show_time': False" in node.get("options", "")
            kind = "date" if is_day else types[node]
            least = WORDS if node is first else LEAST.get(kind, 80)
            total += int((node.get("width") or str(least)).removesuffix("px")) + PADDING
        return total

    def test_every_search_filter(self):
        """Each filter of each search view is a domain that can be searched."""
        for action in self._get_actions():
            if not action.search_view_id:
                continue
            Model = self.env[action.res_model].with_user(self.leader_east)
            if not Model.has_access("read"):
                continue
            arch = etree.fromstring(
                Model.get_view(action.search_view_id.id, "search")["arch"]
            )
            for node in arch.iter("filter"):
                with self.subTest(action=action.xml_id, filter=node.get("name")):
                    if domain := node.get("domain"):
                        Model.search(safe_eval(domain, {"uid": self.leader_east.id}))
                    if context := node.get("context"):
                        group = safe_eval(context).get("group_by")
                        Model.formatted_read_group([], [group] if group else [])

    def test_lead_views_for_every_role(self):
        for user in self.roles:
            Lead = self.env["crm.lead"].with_user(user)
            with self.subTest(user=user.login):
                result = Lead.get_views(
                    [
                        (False, "form"),
                        (False, "kanban"),
                        (False, "list"),
                        (False, "search"),
                    ]
                )
                self.assertIn("followup_time_left", result["views"]["form"]["arch"])
                self.assertIn("followup_time_left", result["views"]["kanban"]["arch"])
                self.assertIn("followup_time_left", result["views"]["list"]["arch"])

    # ------------------------------------------------------------
    # WHAT THE VIEWS SAY
    # ------------------------------------------------------------

    def test_buttons_above_the_cards(self):
        """The buttons of other addons stay: Odoo shows one header only."""
        kanban = self.env.ref("crm.crm_case_kanban_view_leads")
        self.env["ir.ui.view"].create(
            {
                "name": "crm.lead.kanban.of.another.addon",
                "model": "crm.lead",
                "inherit_id": kanban.id,
                "arch": """
                    <xpath expr="//kanban" position="inside">
                        <header>
                            <button
                                name="action_set_won"
                                type="object"
                                string="Win"
                                display="always"
                            />
                        </header>
                    </xpath>
                """,
            }
        )
        Lead = self.env["crm.lead"].with_user(self.salesperson_a)
        arch = etree.fromstring(Lead.get_view(kanban.id, "kanban")["arch"])
        self.assertEqual(len(arch.findall("header")), 1)
        names = [button.get("string") for button in arch.findall("header/button")]
        self.assertIn("Win", names)
        self.assertIn("Register a Customer", names)

    def test_salesperson_is_readonly_when_owned(self):
        """An owned lead changes hands by the wizard, not by a click."""
        with (
            Form(
                self.lead.with_user(self.salesperson_a), "crm.crm_lead_view_form"
            ) as form,
            self.assertRaises(AssertionError),
        ):
            form.user_id = self.salesperson_b
        observed = self._create_lead(self.salesperson_d, phone="13812345605")
        with Form(
            observed.with_user(self.leader_west), "crm.crm_lead_view_form"
        ) as form:
            form.user_id = self.leader_west
        self.assertEqual(observed.user_id, self.leader_west)

    def test_who_may_transfer(self):
        for user, may in (
            (self.salesperson_a, False),
            (self.salesperson_c, False),
            (self.leader_east, True),
            (self.director, True),
        ):
            lead = self.lead.with_user(user)
            with self.subTest(user=user.login):
                self.assertEqual(lead.process_can_transfer_customer, may)
        self.ownership._end("lost")
        self.assertFalse(
            self.lead.with_user(self.director).process_can_transfer_customer
        )

    def test_state_of_a_period_and_its_leads(self):
        """Lead and ownership say the same about one deadline, and so does search."""
        now = self.env.cr.now().replace(microsecond=0)
        for deadline, state in (
            (False, "none"),
            (now - timedelta(minutes=1), "overdue"),
            (now + timedelta(minutes=1), "due_soon"),
            # the last day, and two days before it
            (now + timedelta(days=3, minutes=-1), "due_soon"),
            (now + timedelta(days=3, minutes=1), "on_track"),
        ):
            self.ownership.date_deadline = deadline
            self.env.flush_all()
            self.env.invalidate_all()
            with self.subTest(deadline=deadline):
                self.assertEqual(self.ownership.followup_state, state)
                self.assertEqual(self.lead.followup_state, state)
                for record in (self.ownership, self.lead):
                    for other in ("none", "overdue", "due_soon", "on_track"):
                        found = record.search(
                            [("id", "=", record.id), ("followup_state", "=", other)]
                        )
                        self.assertEqual(bool(found), other == state)

    def test_rotting_and_timer_do_not_contradict(self):
        """Where a team enforces the timer, a lead does not rot."""
        stage = self.lead.stage_id
        stage.rotting_threshold_days = 3
        observed = self._create_lead(self.salesperson_d, phone="13812345605")
        loose = self.env["crm.lead"].create(
            {"name": "Loose", "type": "opportunity", "team_id": False}
        )
        leads = self.lead | observed | loose
        leads.write({"stage_id": stage.id})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET date_last_stage_update = %s WHERE id IN %s",
            (fields.Datetime.now() - timedelta(days=5), leads._ids),
        )
        self.env.invalidate_all()
        self.assertFalse(self.lead.is_rotting)
        self.assertTrue(observed.is_rotting)
        self.assertTrue(loose.is_rotting)
        found = leads.search([("id", "in", leads.ids), ("is_rotting", "=", True)])
        self.assertEqual(found, observed | loose)

    def test_next_step_and_lead_facts(self):
        """The next planned activity of the customer, whichever lead it is on."""
        second = self._create_lead(
            self.salesperson_a, phone="13812345601", expected_revenue=300
        )
        self.lead.expected_revenue = 1000
        today = self._today(self.salesperson_a)
        for lead, summary, days in ((self.lead, "Later", 5), (second, "Soon", 1)):
            lead.with_user(self.salesperson_a).activity_schedule(
                "mail.mail_activity_data_call",
                today + timedelta(days=days),
                summary=summary,
                user_id=self.salesperson_a.id,
            )
        self.env.invalidate_all()
        ownership = self.ownership.with_user(self.salesperson_a)
        self.assertEqual(ownership.next_step, "Soon")
        self.assertEqual(ownership.date_next_step, today + timedelta(days=1))
        self.assertEqual(ownership.open_lead_count, 2)
        self.assertEqual(ownership.expected_revenue, 1300)
        second.with_user(self.salesperson_a).action_set_won()
        self.env.invalidate_all()
        self.assertEqual(ownership.next_step, "Later")
        self.assertEqual(
            (ownership.open_lead_count, ownership.closed_lead_count), (1, 1)
        )

    def test_my_customers_queries(self):
        """The list of one's customers costs the same for few and for many."""
        leads = self.env["crm.lead"].create(
            [
                {
                    "name": f"Customer {index}",
                    "user_id": self.salesperson_a.id,
                    "team_id": self.team_east.id,
                    "company_id": self.company.id,
                    "phone": f"139{index:08d}",
                }
                for index in range(30)
            ]
        )
        names = (
            "name",
            "date_deadline",
            "followup_state",
            "next_step",
            "date_next_step",
            "phase",
            "open_lead_count",
            "expected_revenue",
        )
        specification = {name: {} for name in names}

        def count(ownerships):
            # as the client does: nothing but identifiers
            ownerships = ownerships.with_user(self.salesperson_a).browse(ownerships.ids)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            ownerships.web_read(specification)
            return self.cr.sql_log_count - before

        count(leads.ownership_id)
        few = count(leads[:3].ownership_id)
        self.assertLessEqual(count(leads.ownership_id), few + 1)

    def test_partner_shows_what_the_reader_may_see(self):
        """The owner of a contact is shown to those who may see the ownership."""
        partner = self.env["res.partner"].create({"name": "Pumps", "is_company": True})
        self._create_lead(self.salesperson_a, partner_id=partner.id)
        for user, owner in (
            (self.salesperson_a, self.salesperson_a),
            (self.leader_east, self.salesperson_a),
            (self.salesperson_d, self.env["res.users"]),
            (self.office_user, self.env["res.users"]),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(
                    partner.with_user(user).process_current_owner_id, owner
                )

    def test_conflict_does_not_leak(self):
        """Who tried from another team does not learn the owner from the inbox."""
        conflicts = self.env["sales.process.conflict"].create(
            [
                {
                    "name": "Pumps",
                    "user_id": user.id,
                    "owner_id": self.salesperson_a.id,
                    "ownership_id": self.ownership.id,
                    "team_id": self.team_east.id,
                    "company_id": self.company.id,
                }
                for user in (self.salesperson_b, self.salesperson_d)
            ]
        )
        for user, visible in (
            (self.salesperson_a, conflicts),
            (self.salesperson_b, conflicts[0]),
            (self.salesperson_d, conflicts[:0]),
            (self.leader_east, conflicts),
            (self.leader_west, conflicts[:0]),
            (self.director, conflicts),
        ):
            with self.subTest(user=user.login):
                found = conflicts.with_user(user).search([("id", "in", conflicts.ids)])
                self.assertEqual(found.sudo(False).with_env(self.env), visible)

    def test_menus(self):
        """The sales process is in the CRM app, its configuration for administrators."""
        menu = self.env.ref("sales_process_mgmt.sales_process_menu_root")
        configuration = self.env.ref(
            "sales_process_mgmt.sales_process_menu_configuration"
        )
        self.assertEqual(menu.parent_id, self.env.ref("crm.crm_menu_root"))
        visible = self.env["ir.ui.menu"].with_user(self.salesperson_a)
        self.assertIn(menu.id, visible._visible_menu_ids())
        self.assertNotIn(configuration.id, visible._visible_menu_ids())
        visible = self.env["ir.ui.menu"].with_user(self.director)
        self.assertIn(configuration.id, visible._visible_menu_ids())

    def test_nobody_writes_the_ledger(self):
        """The forms have no save button, and saving past them is refused."""
        for record in (
            self.ownership,
            self.env["sales.process.conflict"].create({"name": "Pumps"}),
        ):
            with self.assertRaises(AccessError):
                record.with_user(self.director).write({"name": "Other"})
