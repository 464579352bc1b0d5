# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import date
from functools import partial, wraps

from odoo import api, models, tools
from odoo.api import NewId
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import format_list

from ..tools import labels, orm, texts
from .sales_process_guard_import import X2MANY

ADDONS = "sales_process_mgmt"
OWN_MODELS = "sales.process."
RELATIONS = ("many2one", *X2MANY)
# Whose values stand in a list; a reference is one of them and an id.
CHOICES = ("selection", "reference")
NUMBERS = ("integer", "float", "monetary")
INTEGER_MAX = texts.INTEGER_MAX
NUMBER_MAX = 10**15
YEARS = (1970, 2199)
BASE_FIELD_ACCESS = models.BaseModel._has_field_access
WITH_AN_ID = (Command.UPDATE, Command.DELETE, Command.UNLINK, Command.LINK)


def on_records(method):
    """A public method of a room: for the records that inherit it, not for the room.

    A room is a model, too, and a client can name it; it has no records.
    """

    @wraps(method)
    def call(self, *args, **kwargs):
        if self._abstract:
            raise AccessError(
                self.env._("This is done with a record: open one and use its buttons.")
            )
        return method(self, *args, **kwargs)

    return call


class SalesProcessGuard(models.AbstractModel):
    """What a client may set, and what only the methods of the server set.

    A field that is declared ``readonly`` is protected wherever its value could come
    from: values, defaults of the context, copies, imports, ``onchange``, commands
    through a parent. So a new field is protected by the same word by which its view
    does not offer it. Values that the server adds to those of a client are added in
    :meth:`_prepare_server_values`, after the client's have been checked.
    """

    _name = "sales.process.guard"
    _inherit = ["sales.process.guard.import", "sales.process.turn"]
    _description = "Guard of Protected Fields"

    @api.model
    def _get_telling_contacts(self):
        """Whatever is guarded knows by its own rules what is hidden from whom."""
        return ()

    # Only server code sets these, too, though they are not declared readonly.
    _protected_fields = frozenset()
    # Declared readonly, but chosen by a client; what they hold is checked where it is
    # used.
    _client_fields = frozenset()
    # A client says these when it creates a record, and never again.
    _fixed_fields = frozenset()
    # Nobody says these when a record is created: who answers it does, later.
    _later_fields = frozenset()
    # {name of a field: characters}
    _text_limits = {}
    # Amounts of Odoo's with which we count.
    _counted_fields = frozenset()
    # Whether a person may copy a record: settings and plans, nothing that is evidence.
    _is_copied = False
    # Whether a record is only for its person and those above: nobody defines a number
    # of it that reports, plans and charts would show to others.
    _is_private = False
    # Whether the system inserts rows past Odoo's ORM, where ``tools/orm`` may:
    # everyday work makes them.
    _is_inserted = False
    # The classes of the model, what they inherit, its fields that stay inside, what is
    # in memory of whether somebody is internal: see _has_field_access.
    _field_access = (None, None, (), None)
    # What is forgotten with a person: names are replaced, texts emptied, in the rows
    # that these fields link to a period of the customer.
    _personal_names = ()
    _personal_texts = ()
    _personal_ownerships = ()

    # ------------------------------------------------------------
    # WHAT IS PROTECTED
    # ------------------------------------------------------------

    @tools.ormcache()
    def _get_protected_fields(self):
        """The fields of this family of addons that only server code sets.

        :return: frozenset of names
        """
        declared = {
            name
            for name, field in self._fields.items()
            if field.readonly
            and name not in models.MAGIC_COLUMNS
            and (field._module or "").startswith(ADDONS)
        }
        return frozenset(declared - self._client_fields) | self._protected_fields

    @tools.ormcache()
    def _get_undefaulted_fields(self):
        """The fields that no default of a client fills in.

        :return: frozenset of names
        """
        return self._get_protected_fields() | self._later_fields

    def _refuse_protected(self, names, fixed=False):
        """Refuse names of fields that are not for clients.

        :param names: names of fields that a client wants to set
        :param bool fixed: whether what is said once only is refused, too
        :raise AccessError: one sentence that names the fields
        """
        if self.env.su:
            return
        refused = self._get_protected_fields().intersection(names)
        if refused:
            raise AccessError(self._get_refusal(refused))
        if fixed and (said := self._fixed_fields.intersection(names)):
            raise AccessError(
                self.env._(
                    "%(fields)s of “%(model)s” is said once, at the beginning: make a "
                    "new one instead.",
                    fields=self._get_labels(said),
                    model=self.env["ir.model"]._get(self._name).name,
                )
            )

    def _get_labels(self, names):
        said = sorted(labels.get_label(self, name) for name in names)
        return format_list(self.env, said)

    @api.model
    def _get_refusal(self, names, records=None):
        """Say that the system fills in some fields.

        :param names: names of fields
        :param records: of which model, by default this one
        :return: str
        """
        records = self if records is None else records
        return records.env._(
            "The system fills in %(fields)s of “%(model)s”: leave it out, and use the "
            "buttons.",
            fields=SalesProcessGuard._get_labels(records, names),
            model=records.env["ir.model"]._get(records._name).name,
        )

    @api.model
    def _find_long(self, vals, limits):
        """The texts that are longer than they may be.

        :param dict vals: values of fields
        :param dict limits: ``{name of a field: characters}``
        :return: list of ``(name, limit)``
        """
        return [
            (name, limit)
            for name, limit in limits.items()
            if len(str(vals.get(name) or "")) > limit
        ]

    @api.model
    def _refuse_long(self, records, name, limit):
        """Refuse a text that is too long, of whatever model.

        :param records: of that model
        :param str name: of the field
        :param int limit: characters
        :raise ValidationError: one sentence that names the field
        """
        raise ValidationError(
            records.env._(
                "“%(field)s” is too long: at most %(limit)s characters.",
                field=labels.get_label(records, name),
                limit=limit,
            )
        )

    def _without_client_defaults(self):
        """The same records, without ``default_`` values of protected fields.

        Nor of those that are said later. A context comes from a client, also where
        server code goes on with it.
        """
        context = self.env.context
        undefaulted = self._get_undefaulted_fields()
        unwanted = [
            key
            for key in context
            if key.startswith("default_") and key[8:] in undefaulted
        ]
        if not unwanted:
            return self
        # replaced, not added to: a key that is left out is gone
        kept = {key: value for key, value in context.items() if key not in unwanted}
        return self.with_env(self.env(context=kept))

    # ------------------------------------------------------------
    # WHO MAY READ
    # ------------------------------------------------------------

    def _check_access(self, operation):
        """Say whose customer it is, instead of naming a record rule."""
        result = super()._check_access(operation)
        if not result or operation == "create":
            return result
        forbidden, make_error = result
        # asked only where it is said: others leave out what they may not read
        return forbidden, partial(forbidden._make_refusal, make_error)

    def _make_refusal(self, make_error):
        """The error of records that are refused: a hook for what knows better.

        :param make_error: function that makes Odoo's error
        :return: AccessError
        """
        return make_error()

    def _has_field_access(self, field, operation):
        """What the process says of a record is not for portal and other share users.

        Customers read their own contact and orders, resellers read leads: what we
        think of them, and whose they are, stays inside.

        Odoo asks for each value of each record, 2,800 times for a list of 80 leads:
        whether a person is internal is read from memory, what is inherited is looked
        up once (``super()`` goes through all the classes of leads, four dozen, at each
        call), and where that is Odoo's own method, it is not called for fields without
        groups, which it gives to everybody.
        """
        classes, inherited, inside, shown = self._field_access
        if classes is not type(self).__mro__:  # another registry, or another addon
            inherited, inside, shown = self._look_up_field_access()
        if field.name in inside:
            env = self.env
            if not env.su and not (
                shown(env).get(env.uid) or env.user.is_process_shown
            ):
                return False
        if inherited is None and not field.groups:
            return True
        return (inherited or BASE_FIELD_ACCESS)(self, field, operation)

    @api.model
    def _look_up_field_access(self):
        """Look up what :meth:`_has_field_access` asks, for this registry.

        :return: the method that is inherited, None for Odoo's own; the names of
            :meth:`_get_inside_fields`; the memory of the field of persons
        """
        cls = type(self)
        inherited = super(SalesProcessGuard, cls)._has_field_access
        if inherited is BASE_FIELD_ACCESS:
            inherited = None
        inside = self._get_inside_fields()
        shown = orm.get_memory(self.env["res.users"], "is_process_shown")
        cls._field_access = cls.__mro__, inherited, inside, shown
        return inherited, inside, shown

    @api.model
    @tools.ormcache()
    def _get_inside_fields(self):
        """The fields of ours on a model of Odoo's; our own have rules of theirs.

        By the addon that has made them, so that no field of ours, or of a bridge of
        ours, is forgotten.

        :return: frozenset of names
        """
        if self._name.startswith(OWN_MODELS):
            return frozenset()
        return frozenset(
            name
            for name, field in self._fields.items()
            if _is_made_by_us(field.related_field if field.inherited else field)
        )

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_protected({name for vals in vals_list for name in vals})
        self._check_sent_ids(vals_list)
        self._check_texts(vals_list)
        self._check_ranges(vals_list)
        cleaned = self._without_client_defaults()
        prepared = self._prepare_server_values(vals_list)
        if not self.env.su and self._name.startswith(OWN_MODELS):
            # who may not is told so, and not what is missing
            self.browse().check_access("create")
            cleaned._check_required(prepared)
        plan = cleaned._get_insert_plan() if self._is_inserted else None
        late = self._get_late_insert() if plan else None
        if plan and orm.can_insert(cleaned, plan, prepared):
            records = orm.insert(cleaned, plan, prepared, late)
        else:
            records = super(SalesProcessGuard, cleaned).create(prepared)
        return records.with_env(self.env)

    def read(self, fields=None, load="_classic_read"):
        """Lists of what hangs on a record are those that the user may read.

        Where no column is read along, Odoo asks its rules in sudo and in memory, and
        takes what they have read there for what the user reads.
        """
        if fields and not self.env.su and self._log_access and self._are_lists(fields):
            self.fetch([*fields, "write_date"])
        return super().read(fields, load=load)

    def _are_lists(self, names):
        return all(
            name in self._fields and self._fields[name].type in X2MANY for name in names
        )

    def _write_multi(self, vals_list):
        if len(self) > orm.FEW_ROWS and orm.update_rows(self, vals_list):
            return None
        return super()._write_multi(vals_list)

    @api.model
    def _get_late_insert(self):
        """With what the row that is made waits to be inserted.

        :return: ``orm.LateInsert``, or None where it is inserted at once
        """
        return

    @tools.ormcache()
    def _get_insert_plan(self):
        """How the system inserts rows that are nothing but columns.

        :return: see :func:`tools.orm.plan_insert`
        """
        return orm.plan_insert(self)

    @tools.ormcache()
    def _get_required_fields(self):
        """The fields without which no row is stored, and that nobody computes.

        :return: frozenset of names
        """
        return frozenset(
            name
            for name, field in self._fields.items()
            if field.required
            and field.store
            and not field.compute
            and field.type not in ("boolean", "one2many", "many2many")
            and not (field.related or field.inherited)
        )

    def _check_required(self, vals_list):
        """Refuse what lacks a value that no column does without.

        :param list vals_list: values to be created
        :raise ValidationError: one sentence that names the field
        """
        for vals in vals_list:
            missing = [
                name
                for name in self._get_required_fields()
                if self._is_unsaid(name, vals.get(name))
                and (name in vals or self._may_default_be_empty(name))
            ]
            unsaid = [name for name in missing if name not in vals]
            defaults = self.default_get(unsaid) if unsaid else {}
            self._refuse_missing(
                name for name in missing if self._is_unsaid(name, defaults.get(name))
            )

    def _may_default_be_empty(self, name):
        """Tell whether to ask what a default says: in dialogs, which are not many.

        And where it finds a record: not everybody leads a team.

        :param str name: of a field without which no row is stored
        :return: bool
        """
        field = self._fields[name]
        return self._transient or not field.default or field.type == "many2one"

    def _check_emptied(self, vals):
        """Refuse to take away a value that no column does without.

        :param dict vals: values to be written
        :raise ValidationError: one sentence that names the field
        """
        self._refuse_missing(
            name
            for name in self._get_required_fields() & vals.keys()
            if self._is_unsaid(name, vals[name])
        )

    def _refuse_missing(self, names):
        if names := set(names):
            raise ValidationError(
                self.env._(
                    "“%(model)s” needs %(fields)s: fill it in.",
                    model=self.env["ir.model"]._get(self._name).name,
                    fields=self._get_labels(names),
                )
            )

    def _is_unsaid(self, name, value):
        """Tell whether a value says nothing; of a number, zero is one.

        :param str name: of a field
        :return: bool
        """
        if value is not False and self._fields[name].type in NUMBERS:
            return value is None or value == ""
        return not value

    def write(self, vals):
        self._refuse_protected(vals, fixed=True)
        self._check_sent_ids([vals])
        self._check_texts([vals])
        self._check_ranges([vals])
        is_asked = not self.env.su and self._name.startswith(OWN_MODELS)
        if is_asked:
            self._check_emptied(vals)
        result = super().write(vals)
        if is_asked:
            self._check_after_write(vals)
        return result

    def unlink(self):
        return super(SalesProcessGuard, orm.without_uninstall(self)).unlink()

    # ------------------------------------------------------------
    # COPIES AND DEFAULTS
    # ------------------------------------------------------------

    @api.model
    def _is_evidence(self):
        """Tell whether records of this model say what has happened.

        :return: bool
        """
        return self._name.startswith(OWN_MODELS) and not (
            self._is_copied or self._transient
        )

    def copy_data(self, default=None):
        """What was said, promised or decided once is not there twice.

        :raise AccessError: one sentence, for a person and one of our own models that
            is no setting
        """
        self._refuse_protected(default or ())
        if not self.env.su and self._is_evidence():
            raise AccessError(
                self.env._(
                    "“%(model)s” says what has happened, and is not copied: make a new "
                    "one.",
                    model=self.env["ir.model"]._get(self._name).name,
                )
            )
        vals_list = super().copy_data(default)
        if self.env.su:
            return vals_list
        protected = self._get_protected_fields()
        return [
            vals
            and {name: value for name, value in vals.items() if name not in protected}
            for vals in vals_list
        ]

    @api.model
    def default_get(self, fields):
        cleaned = self._without_client_defaults()
        context = cleaned.env.context
        for name in fields if not self.env.su else ():
            if f"default_{name}" in context and (
                (field := self._fields.get(name)) and _is_ours(field)
            ):
                self._check_default(name, context[f"default_{name}"])
        values = super(SalesProcessGuard, cleaned).default_get(fields)
        cleaned._drop_user_defaults(values)
        sent = {
            name: values[name]
            for name in values
            if f"default_{name}" in cleaned.env.context
        }
        if sent and not self.env.su:
            values.update(self._believe(sent))
        return values

    def _drop_user_defaults(self, values):
        """Take back defaults that people have stored for protected fields.

        Whoever may log in may store defaults of their own: those are values of a
        client, too.

        :param dict values: as ``default_get`` returns them, changed in place
        """
        stored = self.env["ir.default"]._get_model_defaults(self._name)
        for name in self._get_undefaulted_fields() & stored.keys() & values.keys():
            field = self._fields[name]
            del values[name]
            if field.default:
                value = field.convert_to_cache(field.default(self), self, False)
                values[name] = field.convert_to_write(value, self)

    @api.model
    def _prepare_server_values(self, vals_list):
        """What the server adds to the values that a client sent; to be overridden.

        :param list vals_list: values that have been checked
        :return: list of values that are created
        """
        return vals_list

    def _check_after_write(self, vals):
        """Ask again whether one may, where that follows from what has been written.

        :param dict vals: what a client has written
        :raise AccessError: where the records are not one's own any more
        """
        if self._get_rule_fields("write") & vals.keys():
            self.check_access("write")

    @api.model
    def _get_rule_fields(self, operation):
        """The fields on which the record rules of the user depend.

        :return: set of names
        """
        domain = self.env["ir.rule"]._compute_domain(self._name, operation)
        return {
            condition.field_expr.split(".")[0]
            for condition in Domain(domain).iter_conditions()
        }

    # ------------------------------------------------------------
    # IDS THAT A CLIENT SENDS
    # ------------------------------------------------------------

    def _check_sent_ids(self, vals_list):
        """Refuse what is no id, and records of ours that the user may not read.

        What a record shows of another one is read with sudo in many places: naming
        an id must not open it.
        """
        if self.env.su:
            return
        ids = defaultdict(set)
        for vals in vals_list:
            for name, value in vals.items():
                field = self._fields.get(name)
                if field and field.type in RELATIONS and value:
                    self._check_relation(field, value)
                    # the database takes the text of a number for the number, when all
                    # have been asked about a record that is not there
                    is_one = field.type == "many2one"
                    if (is_one or _is_ours(field)) and not (
                        _is_relation(field, value) and _is_stored(field, value)
                    ):
                        self._refuse_value(field)
                    if field.comodel_name.startswith(OWN_MODELS):
                        ids[field.comodel_name].update(get_ids(field, value))
        for model, found in ids.items():
            self.env[model].browse(found).check_access("read")

    def _compute_display_name(self):
        """Who reads a row reads what it is called, see :func:`orm.name_as_relation`."""
        return orm.name_as_relation(self) or super()._compute_display_name()

    @api.model
    def _search_display_name(self, operator, value):
        """A record without a name of its own is found by whom and what it is about.

        Odoo would find all of them, and say so in the log.
        """
        if self._rec_name or self._rec_names_search:
            return super()._search_display_name(operator, value)
        aggregate = Domain.AND if operator in Domain.NEGATIVE_OPERATORS else Domain.OR
        return aggregate(
            Domain(f"{name}.display_name", operator, value)
            for name in self._get_telling_relations()
            # nobody is refused a search by what one may not read
            if self.env[self._fields[name].comodel_name].has_access("read")
        )

    @tools.ormcache()
    def _get_telling_relations(self):
        """The relations that say which record this is: those it is not without.

        :return: tuple of names
        """
        stored = [
            field
            for name, field in self._fields.items()
            if field.type == "many2one"
            and field.store
            and name not in (*models.MAGIC_COLUMNS, "company_id", "currency_id")
        ]
        needed = [field for field in stored if field.required]
        return tuple(field.name for field in needed or stored)

    @api.model
    def _check_choice(self, field, value):
        """Refuse what is none of the values of a selection, or no ``model,id``.

        :param field: of one of the types in ``CHOICES``
        :param value: what a client sent
        :raise ValidationError: one sentence that names the field
        """
        if not isinstance(value, str):
            self._refuse_value(field)
        if field.type == "reference":
            value, _comma, number = value.partition(",")
            if texts.read_number(number) is None:
                self._refuse_value(field)
        if value not in field.get_values(self.env):
            self._refuse_value(field)

    def _refuse_value(self, field):
        raise ValidationError(
            self.env._(
                "“%(field)s” does not take this value. Reload the page and choose "
                "again.",
                field=labels.get_label(self, field.name),
            )
        )

    @api.model
    def _check_relation(self, field, value):
        """Refuse what names no records, before somebody looks for them.

        :param field: a relation; those of Odoo are Odoo's to check
        :param value: what a client sent
        :raise ValidationError: one sentence that names the field
        """
        if _is_ours(field) and not _is_relation(field, value):
            self._refuse_value(field)

    @api.model
    def _browse_sent(self, model, ids):
        """The records that a client names in an argument of a button.

        :param str model: of which model
        :param ids: whatever was sent; one id, or a list of ids
        :return: records that exist
        :raise UserError: one sentence, where one of them is none
        """
        sent = [ids] if isinstance(ids, int) else ids
        records = self.env[model]
        if isinstance(sent, list | tuple) and all(map(_is_id, sent)):
            records = records.browse(dict.fromkeys(sent))
            if records.exists() == records:
                return records
        raise UserError(
            self.env._(
                "“%(name)s”: one of the chosen records is not there any more. Reload "
                "the page and choose again.",
                name=self.env["ir.model"]._get(model).name,
            )
        )

    def onchange(self, values, field_names, fields_spec):
        """Compute with what a client may set and read, not with what it sends.

        Refused is nothing: a form sends what it shows.
        """
        if self.env.su:
            return super().onchange(values, field_names, fields_spec)
        cleaned = self._without_client_defaults()
        believed = cleaned._believe(values, self)
        changed = [name for name in field_names if name in believed]
        if field_names and not changed:
            return {"value": {}}
        return super(SalesProcessGuard, cleaned).onchange(
            believed, changed, fields_spec
        )

    def _believe(self, values, origin=None):
        """The values of a form without what is not the client's to say.

        Protected fields are as they are stored, or as they begin. Relations hold
        what the user may read.

        :param dict values: as ``onchange`` receives them
        :param origin: the record that is edited; empty for a new one
        :return: dict
        """
        protected = self._get_protected_fields()
        believed, begins = {}, []
        for name, value in values.items():
            field = self._fields.get(name)
            if not field:
                continue
            if name in protected and not field.compute:
                if not origin:
                    begins.append(name)
            elif field.type in RELATIONS and value and _is_ours(field):
                self._check_relation(field, value)
                believed[name] = self._believe_relation(field, value, origin)
            else:
                believed[name] = value
        if begins:
            defaults = self.default_get(begins)
            believed.update({name: defaults.get(name, False) for name in begins})
        return believed

    def _believe_relation(self, field, value, origin):
        Comodel = self.env[field.comodel_name]
        ids = get_ids(field, value)
        # sudo: what is stored may be shown, whether or not it can be read alone
        known = set(origin.sudo()[field.name].ids) if origin else set()
        unknown = Comodel.browse(ids - known)
        # a record that does not exist is nobody's secret, but read by nobody either
        readable = set(unknown.exists()._filtered_access("read").ids) | known
        if field.type == "many2one":
            return value if ids <= readable else False
        if not all(isinstance(command, list | tuple) for command in value):
            return [item for item in value if item in readable]
        guarded = isinstance(Comodel, self.pool["sales.process.guard"])
        commands = []
        for command in value:
            code = command[0]
            if code == Command.SET:
                commands.append((code, 0, [i for i in command[2] if i in readable]))
                continue
            if code in (Command.LINK, Command.UPDATE) and command[1] not in readable:
                if isinstance(command[1], int):
                    continue
            if code in (Command.CREATE, Command.UPDATE) and guarded and command[2]:
                row = Comodel.browse(command[1] if code == Command.UPDATE else ())
                command = (code, command[1], Comodel._believe(command[2], row))
            commands.append(command)
        return commands

    # ------------------------------------------------------------
    # TEXTS AND NUMBERS
    # ------------------------------------------------------------

    @api.model
    def _check_texts(self, vals_list):
        """Refuse texts that are too long: what is written once is read often.

        And those that no column holds, and spaces where something is to be said.

        :param list vals_list: values to be written
        :raise ValidationError: one sentence that names the field
        """
        for vals in vals_list:
            for name, value in vals.items():
                if not isinstance(value, str):
                    continue
                field = self._fields.get(name)
                if not _is_storable(value):
                    raise ValidationError(
                        self.env._(
                            "“%(field)s” holds a character that cannot be saved. Type "
                            "the text again.",
                            field=labels.get_label(self, name) if field else name,
                        )
                    )
                if value.isspace() and not self.env.su and _is_said(field):
                    raise ValidationError(
                        self.env._(
                            "Write something in “%(field)s”.",
                            field=labels.get_label(self, name),
                        )
                    )
            for name, limit in self._find_long(vals, self._text_limits):
                self._refuse_long(self, name, limit)

    def _check_ranges(self, vals_list):
        """Refuse numbers that no column holds, and days of another age.

        :param list vals_list: values to be written
        :raise ValidationError: one sentence that names the field
        """
        if self.env.su:
            return
        for vals in vals_list:
            for name, value in vals.items():
                field = self._fields.get(name)
                if not field or not value or not _is_ours(field):
                    continue
                if field.type in CHOICES:
                    self._check_choice(field, value)
                check_range(self, field, value)
        if self._counted_fields:
            check_counted(self, self._counted_fields, vals_list)

    def _check_default(self, name, value):
        """Refuse a default of the context that is no value of its field.

        :param str name: of a field of ours
        :param value: what a client sent
        :raise ValidationError: one sentence that names the field
        """
        field = self._fields[name]
        if not value:
            return
        if field.type in CHOICES:
            self._check_choice(field, value)
        elif field.type in RELATIONS:
            self._check_relation(field, value)
        elif not _has_type(field, value):
            self._refuse_value(field)
        check_range(self, field, value)


def _is_storable(text):
    """Whether PostgreSQL holds a text: no NUL, and no half of a character."""
    if "\x00" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_said(field):
    """Whether somebody has to say something in a text of ours."""
    return bool(
        field
        and field.required
        and field.type in ("char", "text")
        and _is_ours(field)
        and not field.readonly
    )


def check_range(records, field, value):
    """Refuse a number or a day with which nobody can count.

    :raise ValidationError: one sentence that names the field
    """
    if not _is_in_range(field, value, records.env):
        raise ValidationError(
            records.env._(
                "“%(field)s”: %(value)s is out of range. Enter a usual value.",
                field=labels.get_label(records, field.name),
                value=value,
            )
        )


def check_counted(records, names, vals_list):
    """Refuse amounts of Odoo's fields with which we could not count.

    Nothing where no team is active: then nobody of ours counts.

    :param frozenset names: of fields of Odoo's
    :param list vals_list: what somebody writes
    :raise ValidationError: one sentence that names the field
    """
    if records.env.su:
        return
    for vals in vals_list:
        for name in names & vals.keys():
            value = vals[name]
            if value and records.env["crm.team"]._get_active_process_ids():
                check_range(records, records._fields[name], value)


def _has_type(field, value):
    """Whether Odoo makes a value of the field of what a client sent."""
    if field.type in ("integer", "float", "monetary"):
        try:
            return float(value) is not None
        except (OverflowError, TypeError, ValueError):
            return False
    if field.type in ("char", "text", "html", "date", "datetime"):
        return isinstance(value, str | bytes | int | float | date)
    return True


def _is_in_range(field, value, env):
    if field.type in ("date", "datetime"):
        try:
            year = (
                field.to_date(value).year
                if field.type == "date"
                else (field.to_datetime(value).year)
            )
        except (TypeError, ValueError):
            return False
        return YEARS[0] <= year <= YEARS[1]
    if field.type not in ("integer", "float", "monetary"):
        return True
    if isinstance(value, bool):
        return True
    if not isinstance(value, int | float):
        try:
            value = int(value) if field.type == "integer" else float(value)
        except (TypeError, ValueError):
            return False
    if field.type == "integer":
        return abs(value) <= INTEGER_MAX
    digits = field.get_digits(env) if field.type == "float" else None
    bound = 10 ** (digits[0] - digits[1]) if digits else NUMBER_MAX
    return abs(value) < bound  # neither is what is no number


def _is_made_by_us(field):
    return all(addon.startswith(ADDONS) for addon in field._modules or ("",))


def _is_ours(field):
    return (field._module or "").startswith(ADDONS)


def _is_id(value):
    return isinstance(value, NewId) or (
        isinstance(value, int)
        and not isinstance(value, bool)
        and 0 < value <= INTEGER_MAX
    )


def _is_relation(field, value):
    """Whether a value that is not empty names records in a way that Odoo knows."""
    if isinstance(value, models.BaseModel):
        return True
    if field.type == "many2one":
        if isinstance(value, str):
            # what is not saved yet has a text for an id
            return True
        if isinstance(value, dict):
            value = value.get("id")
        elif isinstance(value, list | tuple):
            value = value[0] if value else False
        return not value or _is_id(value)
    return isinstance(value, list | tuple) and all(map(_is_command, value))


def _is_stored(field, value):
    """Whether a relation is named as it is saved.

    Only a form that is being filled in has a text for an id, or a list or a dict for
    one record.
    """
    is_one = field.type == "many2one"
    return not isinstance(value, str) and not (
        is_one and isinstance(value, list | tuple | dict)
    )


def _is_command(item):
    if not isinstance(item, list | tuple):
        return isinstance(item, models.BaseModel | str) or _is_id(item)
    if not item or item[0] not in set(Command):
        return False
    code, size = item[0], len(item)
    if code == Command.SET:
        return (
            size == 3
            and isinstance(item[2], list | tuple)
            and all(isinstance(row, str) or _is_id(row) for row in item[2])
        )
    if code == Command.CLEAR:
        return True
    if code == Command.CREATE:
        return size == 3 and isinstance(item[2], dict)
    if size < 2 or not (isinstance(item[1], str) or _is_id(item[1])):
        return False
    return code != Command.UPDATE or (size == 3 and isinstance(item[2], dict))


def get_ids(field, value):
    """The ids of existing records in a value that a client sent.

    :return: set of integers
    """
    if field.type == "many2one":
        if isinstance(value, dict):
            value = value.get("id")
        elif isinstance(value, list | tuple):
            value = value[0] if value else False
        value = value.id if isinstance(value, models.BaseModel) else value
        return {value} if isinstance(value, int) and value else set()
    ids = set()
    for item in value:
        if isinstance(item, int):
            ids.add(item)
        elif isinstance(item, list | tuple):
            if item[0] in WITH_AN_ID:
                ids.add(item[1])
            elif item[0] == Command.SET:
                ids.update(item[2])
    return {item for item in ids if isinstance(item, int) and item}
