# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import inspect
import traceback

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import call_kw, get_public_method
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..exceptions import is_one_record_missing
from .common_followup import FollowupCommon

ADDONS = "sales_process_mgmt"
MISSING = 2**31 - 2
VALUES = (
    None,
    False,
    True,
    0,
    -1,
    1.5,
    MISSING,
    2**40,
    10**30,
    float("nan"),
    "",
    "1",
    "x",
    "\x00",
    "\ud800",
    "x" * 100_000,
    "2026-13-45",
    [],
    [None],
    ["x"],
    ["1"],
    ["\x00"],
    [MISSING],
    [2**40],
    [[1]],
    [{}],
    [(0, 0, {})],
    {},
    {"x": 1},
    {"id": "x"},
)
# What Odoo calls with arguments of its own, and asks for itself.
OF_ODOO = {"copy", "create", "load", "onchange", "read", "unlink", "write"}


def _show(value):
    text = repr(value)
    return text if len(text) < 30 else f"{text[:27]}..."


@tagged("post_install", "-at_install")
class TestHostile(FollowupCommon):
    """Whatever a client sends: an answer in one sentence, or none at all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.env["res.partner"].create(
            {"name": "Wang", "email": "wang@example.com", "phone": "13812345678"}
        )
        cls.lead.partner_id = cls.customer
        cls._log(cls)
        cls.env["sales.process.invitation"].create(
            {"ownership_id": cls.ownership.id, "user_id": cls.salesperson_b.id}
        )

    def _get_methods(self):
        """Our public methods: ``(model, name, function)``."""
        found = {}
        for model in self.registry:
            Model = self.env[model]
            for cls in type(Model).mro():
                if not (getattr(cls, "_module", None) or "").startswith(ADDONS):
                    continue
                for name, function in vars(cls).items():
                    function = getattr(function, "__func__", function)
                    if name.startswith("_") or not inspect.isfunction(function):
                        continue
                    inherited = [
                        base
                        for base in type(Model).mro()[:-1]
                        if name in vars(base)
                        and not (base._module or "").startswith(ADDONS)
                    ]
                    if name in OF_ODOO or inherited:
                        continue
                    try:
                        get_public_method(Model, name)
                    except (AccessError, AttributeError):
                        continue
                    found.setdefault((model, name), function)
        return [(*key, function) for key, function in found.items()]

    def _get_records(self, model):
        """What a client may name: nothing, one's own, and what is not there."""
        Model = self.env[model].with_user(self.salesperson_a)
        records = [Model.browse(), Model.browse(MISSING)]
        if not Model._abstract and Model.has_access("read"):
            records.append(Model.search([], limit=1))
        return records

    def _call(self, method, args):
        """Call it, and take it back.

        :return: the failure that no person should read, or None
        """
        try:
            with self.env.cr.savepoint(flush=False) as savepoint:
                method(*args)
                self.env.flush_all()
                savepoint.rollback()
        except UserError as error:
            if len(str(error.args[0] if error.args else "").splitlines()) > 12:
                return error
        except ValueError as error:
            # none or several where one is meant: the request is answered by a sentence
            is_told = is_one_record_missing(error) or (
                method is not call_kw and str(error).startswith("Expected singleton")
            )
            if not is_told:
                return error
        except psycopg2.IntegrityError:
            # Odoo makes a sentence of it, where the call came in
            return None
        except Exception as error:
            return error
        finally:
            self.env.transaction.clear()
        return None

    def test_ids_that_a_button_names(self):
        """Nobody is told that somebody was invited who is not there."""
        ownership = self.ownership.with_user(self.salesperson_a)
        for ids in ([MISSING], ["x"], "1", [True], [-1], {}, [self.env.uid, MISSING]):
            for name in ("action_invite", "action_remove_helpers"):
                if not ids and name == "action_invite":
                    continue
                with (
                    self.subTest(name, ids=ids),
                    self.assertRaisesRegex(UserError, "not there any more"),
                ):
                    getattr(ownership, name)(ids)
        ownership.action_invite([self.salesperson_c.id, self.salesperson_c.id])
        self.assertIn(self.salesperson_c, self.ownership.collaborator_ids)
        ownership.action_remove_helpers(self.salesperson_c.id)
        self.assertNotIn(self.salesperson_c, self.ownership.collaborator_ids)

    @mute_logger("odoo.sql_db", "odoo.models")
    def test_public_methods(self):
        methods = self._get_methods()
        self.assertGreater(len(methods), 60)
        failures = {}
        for model, name, function in methods:
            parameters = list(inspect.signature(function).parameters.values())[1:]
            parameters = [
                row
                for row in parameters
                if row.kind in (row.POSITIONAL_ONLY, row.POSITIONAL_OR_KEYWORD)
            ]
            for records in self._get_records(model):
                tries = [[value] * len(parameters) for value in VALUES]
                for args in tries if parameters else [[]]:
                    error = self._call(getattr(records, name), args)
                    if error:
                        key = f"{model}.{name}"
                        at = traceback.extract_tb(error.__traceback__)[-1]
                        failures.setdefault(key, []).append(
                            f"{records.ids} {[_show(arg) for arg in args]}:"
                            f" {type(error).__name__} {str(error)[:90]}"
                            f" ({at.filename[-40:]}:{at.lineno})"
                        )
        for key, rows in failures.items():
            with self.subTest(key):
                self.fail("\n".join(rows[:6]))

    @mute_logger("odoo.sql_db", "odoo.models", "odoo.addons.base.models.ir_rule")
    def test_none_or_two_where_one_is_meant(self):
        """Each method of ours that a client calls, wizards' too: a sentence or nothing.

        For no record, two, two that are not there, and one that is not.
        """
        failures, tried = [], 0
        for model, name, function in self._get_methods():
            parameters = list(inspect.signature(function).parameters.values())[1:]
            needed = [
                None
                for row in parameters
                if row.default is row.empty and row.kind == row.POSITIONAL_OR_KEYWORD
            ]
            Model = self.env[model].with_user(self.salesperson_a)
            two = [] if Model._abstract else Model.sudo().search([], limit=2).ids
            is_model = getattr(getattr(Model, name), "_api_model", False)
            for ids in ([], two, [MISSING - 1, MISSING], [MISSING]):
                tried += 1
                args = needed if is_model else [ids, *needed]
                error = self._call(call_kw, [Model, name, args, {}])
                if error:
                    failures.append(f"{model}.{name} {ids}: {error!r:.200}")
        self.assertGreater(tried, 100)
        self.assertFalse(failures, "\n".join(failures[:40]))

    def _fails_in_odoo(self, kind, operator, value):
        """Tell whether the database refuses the same of a field of Odoo's."""
        name = {
            "many2one": "user_id",
            "one2many": "activity_ids",
            "many2many": "tag_ids",
            "integer": "color",
            "char": "phone",
            "datetime": "date_open",
            "date": "date_deadline",
            "boolean": "active",
            "selection": "type",
        }[kind]
        error = self._call(self.env["crm.lead"].search, [[(name, operator, value)]])
        return isinstance(error, psycopg2.Error)

    @mute_logger("odoo.sql_db", "odoo.models", "odoo.domains")
    def test_searches(self):
        """Fields of ours that search for themselves refuse what is no value."""
        failures = []
        for model in self.registry:
            Model = self.env[model].with_user(self.salesperson_a)
            if Model._abstract or Model._transient or not Model.has_access("read"):
                continue
            for name, field in Model._fields.items():
                if not (field.search and (field._module or "").startswith(ADDONS)):
                    continue
                if field.related:
                    # Odoo searches for what stands elsewhere
                    continue
                for operator in ("=", "in", "ilike", ">"):
                    for value in VALUES:
                        error = self._call(Model.search, [[(name, operator, value)]])
                        if not error:
                            continue
                        at = traceback.extract_tb(error.__traceback__)[-1]
                        if ADDONS in at.filename or (
                            isinstance(error, psycopg2.Error)
                            and not self._fails_in_odoo(field.type, operator, value)
                        ):
                            failures.append(
                                f"{model}.{name} {operator} {_show(value)}:"
                                f" {type(error).__name__} {str(error)[:90]}"
                                f" ({at.filename[-40:]}:{at.lineno})"
                            )
        self.assertFalse(failures, "\n".join(failures[:40]))

    @mute_logger("odoo.sql_db", "odoo.models")
    def test_defaults_of_a_wrong_type(self):
        """What a link says for a field that does not hold it: one sentence."""
        failures = []
        for model in self.registry:
            Model = self.env[model].with_user(self.salesperson_a)
            if not isinstance(Model, self.registry["sales.process.guard"]):
                continue
            if Model._abstract or not Model.has_access("create"):
                continue
            for name, field in Model._fields.items():
                if not (field._module or "").startswith(ADDONS):
                    continue
                for value in (1.5, 2**40, "zzz", "\x00", ["x"], {"id": "x"}, 1e308):
                    sent = Model.with_context(**{f"default_{name}": value})
                    error = self._call(sent.default_get, [[name]])
                    if error:
                        failures.append(
                            f"{model}.{name} {_show(value)}:"
                            f" {type(error).__name__} {str(error)[:90]}"
                        )
        self.assertFalse(failures, "\n".join(failures[:60]))

    @mute_logger("odoo.sql_db", "odoo.models")
    def test_wizards_with_nothing_filled_in(self):
        """Each of our wizards, made of nothing, says what is missing, or works."""
        failures, tried = [], 0
        for model in self.registry:
            if not model.startswith("sales.process.") or not self.env[model]._transient:
                continue
            methods = [row for row in self._get_methods() if row[0] == model]
            for user in (self.salesperson_a, self.director):
                Model = self.env[model].with_user(user)
                for names in [[], *([name] for _model, name, _function in methods)]:
                    tried += 1

                    def fill(Model=Model, names=names):
                        try:
                            record = Model.create({})
                            Model.env.flush_all()
                            for name in names:
                                getattr(record, name)()
                        except psycopg2.Error as error:
                            raise RuntimeError(str(error)) from error

                    if error := self._call(fill, []):
                        if isinstance(error, TypeError):
                            # a method that asks for arguments
                            continue
                        failures.append(f"{model} {names} {user.name}: {error!r:.200}")
        self.assertGreater(tried, 20)
        self.assertFalse(failures, "\n".join(failures))

    def test_amounts_that_nobody_can_count(self):
        """Of a lead, too: one sentence, where a team is active."""
        lead = self.lead.with_user(self.salesperson_a)
        for value in (1e300, 1e308, -1e308, float("inf"), float("nan")):
            for name in ("expected_revenue", "recurring_revenue"):
                if name not in lead._fields:
                    continue
                with (
                    self.subTest(name, value=value),
                    self.assertRaisesRegex(ValidationError, "out of range"),
                ):
                    lead.write({name: value})
        lead.expected_revenue = 10.0**14
        self.assertTrue(lead.ownership_id.expected_revenue)

    @mute_logger("odoo.sql_db", "odoo.models")
    def test_values_of_forms(self):
        """What a form sends that is no value of the field: our guard stands it."""
        failures = []
        sent = (1.5, 2**40, "x", "\x00", [None], ["x"], [[1]], [[]], [{}], {"id": "x"})
        for model in self.registry:
            Model = self.env[model].with_user(self.salesperson_a)
            if not model.startswith("sales.process.") or Model._abstract:
                continue
            if not Model.has_access("write"):
                continue
            record = Model if Model._transient else Model.search([], limit=1)
            for name, field in Model._fields.items():
                if not (field._module or "").startswith(ADDONS):
                    continue
                for value in sent:
                    for way in ("onchange", "write", "create"):
                        if way == "onchange":
                            method, args = (
                                record.onchange,
                                [
                                    {name: value},
                                    [name],
                                    {name: {}},
                                ],
                            )
                        else:
                            method, args = getattr(record, way), [{name: value}]
                        if way == "write" and not record:
                            continue
                        error = self._call(method, args)
                        if not error:
                            continue
                        at = traceback.extract_tb(error.__traceback__)[-1]
                        if ADDONS in at.filename or (
                            isinstance(error, psycopg2.Error) and way == "onchange"
                        ):
                            failures.append(
                                f"{model}.{name} {way} {_show(value)}:"
                                f" {type(error).__name__} {str(error)[:90]}"
                                f" ({at.filename[-40:]}:{at.lineno})"
                            )
        self.assertFalse(failures, "\n".join(failures[:60]))
