# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta
from pathlib import Path

from lxml import etree

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.modules import get_module_path
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import find_apps_above
from .test_access_matrix import MANAGER, Records

CORE = "sales_process_mgmt"
# From the lowest on: who may write a model is looked for in this order.
ROLES = ("owner", "helper", "leader", "manager")
# Not on a form, but a client's to say: the record to which a line belongs, and what
# lists write by other means than a field of a form.
WITHOUT_VIEW = {
    "sales.process.customer.grade": {"code"},
    "sales.process.followup": {"latitude", "longitude"},
}
# Who answered is said by the write of the answer, whatever a client sends.
ELSEWHERE = {"calendar.attendee"}
# What a model asks for before it looks at anything else
NEEDED = {"sales.process.shared.value": {"kind": "email", "value": "x@example.com"}}
QUIET = (
    "odoo.addons.base.models.ir_model",
    "odoo.addons.base.models.ir_rule",
    "odoo.orm.models",
    "odoo.sql_db",
)


def is_ours(field):
    return (field._module or "").startswith("sales_process_mgmt")


class GuardCommon(Records):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.all_guarded = [
            name
            for name, model in sorted(cls.registry.items())
            if issubclass(model, cls.registry["sales.process.guard"])
            and not model._abstract
            and model._auto
        ]
        cls.guarded = [name for name in cls.all_guarded if cls._is_walked(name)]

    @classmethod
    def _is_walked(cls, name):
        """Each addon walks over its models, the core over those that nobody else does.

        :param str name: of a guarded model
        """
        addon = cls.registry[name]._original_module
        if cls.addon != CORE or addon == CORE:
            return addon == cls.addon
        path = get_module_path(addon)
        return not (Path(path) / "tests" / "test_guard.py").exists()

    def _get_writer(self, record, operation="write"):
        """The lowest role that may do this with the record.

        :return: res.users, None where nobody may
        """
        for role in ROLES:
            if record.with_user(self.roles[role]).has_access(operation):
                return self.roles[role]
        return None

    def _get_sample(self, record, field):
        """A value of a field that is not the one it has or begins with."""
        current = record[field.name]
        if field.type == "boolean":
            return not current
        if field.type in ("integer", "float", "monetary", "many2one_reference"):
            return (current or 0) + 7
        if field.type == "selection":
            begin = field.default and field.default(record)
            others = [v for v in field.get_values(self.env) if v != current]
            # neither does a new one begin with it, where there is a third one
            return min(reversed(others), key=lambda value: value == begin)
        if field.type == "date":
            return str(date(2027, 3, 4))
        if field.type == "datetime":
            return str(datetime(2027, 3, 4, 5, 6))
        if field.type == "binary":
            return "eA=="
        if field.type in ("char", "text", "html"):
            return "SMUGGLED"
        if field.type == "json":
            return [["SMUGGLED"]]
        Comodel = self.env[field.comodel_name].with_context(active_test=False)
        other = Comodel.search([("id", "not in", current.ids)], limit=1, order="id")
        if field.type == "many2one":
            return other.id or current.id
        return [Command.link(other.id)] if other else [Command.clear()]


class GuardWalk:
    """What only server code sets is set by nobody else, by no way.

    Walks over all models and all their protected fields: one that is added later is
    tried by the same ways.
    """

    # so many attempts at least, lest the walk finds nothing to try
    least_values = 200
    least_commands = 20
    # Models that administrators alone write, and that are evidence all the same.
    kept = frozenset()

    def _get_real_rows(self):
        """Values of records as people make them, by the model.

        :return: ``{model: callable(text) -> values}``
        """
        lead = self.records["crm.lead"]
        return {
            "sales.process.followup": lambda n: {"lead_id": lead.id, "subject": n},
        }

    def test_no_model_is_forgotten(self):
        """Every model that has rows with fields which only server code sets."""
        ours = {
            name
            for name, model in self.registry.items()
            if model._auto
            and not model._abstract
            and (
                name.startswith("sales.process.")
                or any(
                    is_ours(field) and field.store and field.readonly
                    for field_name, field in model._fields.items()
                    if field_name not in models.MAGIC_COLUMNS
                )
            )
        }
        self.assertFalse(
            ours - ELSEWHERE - set(self.all_guarded),
            "Inherit sales.process.guard, so that nobody writes what only server code "
            "sets",
        )

    def _walk(self):
        for model in self.guarded:
            Model = self.env[model]
            record = self.records.get(model, Model)
            for name in sorted(Model._get_protected_fields()):
                if not Model._fields[name].store:
                    continue
                yield model, record, Model._fields[name]

    def _snapshot(self, record):
        self.env.flush_all()
        self.env.invalidate_all()
        names = [n for n in record._get_protected_fields() if record._fields[n].store]
        return record.sudo().read(names, load="") if record else []

    @mute_logger(*QUIET)
    def test_values(self):
        """Named in the values of create, write, web_save, copy: refused by name."""
        tried = 0
        for model, record, field in self._walk():
            value = self._get_sample(record, field)
            values = {field.name: value}
            fresh = {**NEEDED.get(model, {}), **values}
            user = self.roles["owner"]
            if record:
                user = self._get_writer(record) or self._get_writer(record, "create")
            if not user:
                # no role may write such rows: so says the access matrix
                continue
            mine = record.with_user(user)
            before = self._snapshot(record)
            ways = {
                "create": lambda mine=mine, v=fresh: mine.browse().create(v),
                "web_save": lambda mine=mine, v=fresh: mine.browse().web_save(v, {}),
            }
            if record and mine.has_access("write"):
                ways |= {
                    "write": lambda mine=mine, v=values: mine.write(v),
                    "web_save": lambda mine=mine, v=values: mine.web_save(v, {}),
                    "copy": lambda mine=mine, v=values: mine.copy(v),
                }
            for way, attack in ways.items():
                with self.subTest(model=model, field=field.name, way=way):
                    with self.assertRaises(AccessError):
                        attack()
                    tried += 1
            with self.subTest(model=model, field=field.name):
                self.assertEqual(self._snapshot(record), before)
        self.assertGreater(tried, self.least_values)

    def _walk_written(self):
        """Records with who writes them, and the fields that may be said again.

        :return: iterator of ``(record of its writer, field)``
        """
        for model in self.guarded:
            record = self.records.get(model)
            user = record and self._get_writer(record)
            if not user:
                continue
            kept = record._get_protected_fields() | record._fixed_fields
            kept |= set(models.MAGIC_COLUMNS)
            for name in sorted(record._fields.keys() - kept):
                yield record.with_user(user), record._fields[name]

    @mute_logger(*QUIET)
    def test_what_is_needed_is_not_taken_away(self):
        """One sentence of ours, not what the database says of an empty column."""
        for record, field in self._walk_written():
            if field.name not in record._get_required_fields() or not (
                record._name.startswith("sales.process.")
            ):
                continue
            with self.subTest(model=record._name, field=field.name):
                try:
                    with self.env.cr.savepoint():
                        record.write({field.name: False})
                        self.env.flush_all()
                except UserError:
                    continue
                # filled in again by the model itself
                self.assertTrue(record[field.name])

    @mute_logger(*QUIET)
    def test_a_relation_is_a_number(self):
        """A list, tuple, dict, text or float for one record is one sentence."""
        # an app that is loaded after ours reads its own values before we see them
        above = set(find_apps_above(self.env).mapped("name"))
        for record, field in self._walk_written():
            if field.type != "many2one" or not field.store or field._module in above:
                continue
            number = record.sudo()[field.name].id or 1
            for value in ([number], (number,), {"id": number}, str(number), 1.5):
                values = {**NEEDED.get(record._name, {}), field.name: value}
                for way in (record.write, record.browse().create):
                    with (
                        self.subTest(record._name, values=values, way=way.__name__),
                        self.assertRaises(UserError),
                    ):
                        way({field.name: value} if way == record.write else values)
                        self.env.flush_all()

    @mute_logger(*QUIET, "odoo.http")
    def test_who_may_not_read_a_document_does_not_print_it(self):
        """Its address names any number; what sudo has read before opens nothing."""
        reports = self.env["ir.actions.report"].search(
            [("report_name", "=like", "sales\\_process\\_mgmt%")]
        )
        for report in reports.filtered(lambda row: row.model in self.guarded):
            record = self.records.get(report.model)
            for role, user in self.roles.items():
                if not record or record.with_user(user).has_access("read"):
                    continue
                # as a template does that begins with who it is about
                self.env.invalidate_all()
                record.sudo().mapped("display_name")
                printer = self.env["ir.actions.report"].with_user(user)
                with (
                    self.subTest(report=report.report_name, role=role),
                    self.assertRaises(AccessError),
                ):
                    printer._render_qweb_html(report.report_name, record.ids)

    @mute_logger(*QUIET)
    def test_defaults(self):
        """A ``default_`` of the context is no value, whoever creates, also sudo."""
        for model, record, field in self._walk():
            value = self._get_sample(record, field)
            for user, su in ((self.roles["owner"], False), (self.director, True)):
                Model = self.env[model].with_user(user).sudo(su)
                plain = Model.default_get([field.name])
                named = Model.with_context(**{f"default_{field.name}": value})
                with self.subTest(model=model, field=field.name, su=su):
                    found = named.default_get([field.name])
                    if field.type != "datetime":
                        self.assertEqual(found, plain)
                    self.assertNotIn("SMUGGLED", repr(found))

    @mute_logger(*QUIET)
    def test_stored_defaults(self):
        """Nor is a default that somebody has stored for themselves, or for all."""
        for model, record, field in self._walk():
            if field.type in ("one2many", "many2many", "json"):
                continue
            user = self.roles["owner"]
            value = self._get_sample(record, field)
            Model = self.env[model].with_user(user)
            plain = Model.default_get([field.name])
            for whose in (user.id, False):
                self.env["ir.default"].set(model, field.name, value, user_id=whose)
                found = Model.default_get([field.name])
                with self.subTest(model=model, field=field.name, whose=whose):
                    self.assertEqual(found.keys(), plain.keys())
                    if field.type != "datetime":
                        self.assertEqual(found, plain)

    @mute_logger(*QUIET)
    def test_defaults_of_a_real_create(self):
        """A record made with all such defaults is as one that is made without."""
        now = self.env.cr.now().replace(microsecond=0)
        for model, values in self._get_real_rows().items():
            with self.subTest(model=model):
                Model = self.env[model].with_user(self.salesperson_a)
                names = [
                    name
                    for name in Model._get_undefaulted_fields()
                    if Model._fields[name].store
                    and Model._fields[name].type not in ("one2many", "many2many")
                ]
                context = {
                    f"default_{name}": self._get_sample(Model, Model._fields[name])
                    for name in names
                }
                plain = Model.create(values("One")).sudo()
                smuggled = Model.with_context(**context).create(values("Two")).sudo()
                for name in names:
                    if name in ("date_to", "period"):
                        continue
                    one, two = plain[name], smuggled[name]
                    if isinstance(one, datetime) and isinstance(two, datetime):
                        self.assertLess(abs(one - two), timedelta(minutes=1), name)
                    else:
                        self.assertEqual(one, two, name)
                self.assertLess(smuggled.create_date, now + timedelta(days=1))

    @mute_logger(*QUIET)
    def test_copies(self):
        """A copy begins anew; of what is evidence there is none, whoever asks."""
        for model in self.guarded:
            record = self.records.get(model, self.env[model])
            user = record and self._get_writer(record)
            if record._is_evidence():
                # any person, also where there is none of them yet
                for person in {user or self.salesperson_a, self.director}:
                    with (
                        self.subTest(model=model, user=person.login),
                        self.assertRaisesRegex(AccessError, "is not copied"),
                    ):
                        record.with_user(person).copy_data()
                continue
            if not user or model == "crm.lead":
                continue
            with self.subTest(model=model):
                copied = record.with_user(user).copy_data()[0]
                self.assertFalse(
                    record._get_protected_fields().intersection(copied), copied
                )

    def test_settings_are_copied(self):
        """What administrators alone make and change is a setting: it is copied."""
        for model, (_read, write, create, _unlink) in self.matrix.items():
            if write == create == MANAGER and model not in self.kept:
                with self.subTest(model=model):
                    self.assertFalse(self.env[model]._is_evidence())

    @mute_logger(*QUIET)
    def test_onchange(self):
        """A form computes with what is stored or what a new record begins with."""
        for model, record, field in self._walk():
            if field.compute:
                continue
            value = self._get_sample(record, field)
            if field.type in ("one2many", "many2many"):
                continue
            user = self.roles["owner"]
            if record:
                user = self._get_writer(record) or self._get_writer(record, "create")
            if not user:
                continue
            Model = self.env[model].with_user(user)
            if not Model.has_access("create"):
                continue
            begin = Model.default_get([field.name]).get(field.name, False)
            for changed in ([], [field.name]):
                with self.subTest(model=model, field=field.name, changed=changed):
                    try:
                        answer = Model.onchange(
                            {field.name: value}, changed, {field.name: {}}
                        )
                    except UserError:
                        continue
                    found = answer["value"].get(field.name, begin)
                    if field.type not in ("datetime", "many2one"):
                        self.assertEqual(found or False, begin or False)
                    elif value != begin:
                        self.assertNotEqual(found, value)

    @mute_logger(*QUIET)
    def test_commands_of_a_parent(self):
        """Neither as a row of another record."""
        tried = 0
        for parent_model, parent in self.records.items():
            user = self._get_writer(parent)
            if not user:
                continue
            for lines_field in parent._fields.values():
                line_model = lines_field.comodel_name
                if lines_field.type != "one2many" or line_model not in self.guarded:
                    continue
                line = self.records.get(line_model, self.env[line_model])
                for name in sorted(line._get_protected_fields()):
                    field = line._fields[name]
                    if not field.store:
                        continue
                    before = self._snapshot(line)
                    count = self.env[line_model].search_count([])
                    row = {name: self._get_sample(line, field)}
                    commands = [Command.create(row)]
                    if line:
                        commands.append(Command.update(line.id, row))
                    for command in commands:
                        with (
                            self.subTest(parent=parent_model, field=str(field)),
                            self.assertRaises(UserError),
                        ):
                            parent.with_user(user).write({lines_field.name: [command]})
                        tried += 1
                    self.assertEqual(self._snapshot(line), before)
                    self.assertEqual(self.env[line_model].search_count([]), count)
        self.assertGreater(tried, self.least_commands)

    @mute_logger(*QUIET, "odoo.models")
    def test_import(self):
        """Nor from a file."""
        for model, record, field in self._walk():
            if not record or field.type in ("one2many", "many2many", "json"):
                continue
            user = self._get_writer(record)
            if not user:
                continue
            value = self._get_sample(record, field)
            name = field.name
            if field.type == "many2one":
                name += "/.id"
            if field.type == "boolean":
                value = "1" if value else "0"
            if field.type == "selection":
                value = dict(field._description_selection(self.env))[value]
            before = self._snapshot(record)
            with self.subTest(model=model, field=field.name):
                answer = (
                    self.env[model]
                    .with_user(user)
                    .load([".id", name], [[str(record.id), str(value)]])
                )
                self.assertFalse(answer["ids"], answer)
                self.assertEqual(self._snapshot(record), before)

    def test_fields_are_offered_or_protected(self):
        """A stored field is somewhere offered to people, or it is protected.

        A field that only methods write and that nobody declares ``readonly`` would be
        open to every client.
        """
        offered = self._get_offered()
        for model in self.guarded:
            Model = self.env[model]
            record = self.records.get(model)
            if not model.startswith("sales.process.") or (
                record
                and not self._get_writer(record)
                and not self._get_writer(record, "create")
            ):
                continue
            names = {
                name
                for name, field in Model._fields.items()
                if field.store
                and is_ours(field)
                and name not in models.MAGIC_COLUMNS
                and not Model._transient
            } - Model._get_protected_fields()
            parents = {
                field.inverse_name
                for other in self.env.registry.values()
                for field in other._fields.values()
                if field.type == "one2many" and field.comodel_name == model
            }
            with self.subTest(model=model):
                self.assertFalse(
                    names
                    - offered.get(model, set())
                    - parents
                    - WITHOUT_VIEW.get(model, set())
                )

    def _get_offered(self):
        """The fields that some view lets people write.

        :return: ``{model: set of names}``
        """
        offered = {}
        views = self.env["ir.ui.view"].search(
            [
                ("type", "in", ("form", "list", "kanban")),
                ("mode", "=", "primary"),
                ("model", "!=", False),
            ]
        )
        for view in views:
            if view.model not in self.env or not any(
                map(is_ours, self.env[view.model]._fields.values())
            ):
                continue
            arch = etree.fromstring(
                self.env[view.model].get_view(view.id, view.type)["arch"]
            )
            self._collect(arch, self.env[view.model], offered)
        return offered

    def _collect(self, node, Model, offered):
        for child in node:
            if child.tag != "field":
                self._collect(child, Model, offered)
                continue
            field = Model._fields.get(child.get("name"))
            if field is None:
                continue
            if child.get("readonly") not in ("1", "True"):
                offered.setdefault(Model._name, set()).add(field.name)
            if field.comodel_name:
                self._collect(child, self.env[field.comodel_name], offered)


@tagged("post_install", "-at_install")
class TestGuard(GuardWalk, GuardCommon):
    def test_stored_default_of_a_lead(self):
        """A default that a thief has stored takes nobody's customer."""
        thief = self.salesperson_b
        ownership = self.records["sales.process.ownership"]
        self.env["ir.default"].with_user(thief).set(
            "crm.lead", "ownership_id", ownership.id, user_id=True
        )
        lead = self._create_lead(thief, phone="13899990000")
        self.assertNotEqual(lead.ownership_id, ownership)
        self.assertEqual(ownership.user_id, self.salesperson_a)
