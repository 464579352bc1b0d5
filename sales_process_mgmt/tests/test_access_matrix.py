# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import suppress
from datetime import timedelta

from psycopg2.errors import ReadOnlySqlTransaction

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import SalesProcessCommon
from .common_read_only import ReadOnlyWalk

OPERATIONS = ("read", "write", "create", "unlink")
TEAM = frozenset(["owner", "helper", "all_documents", "leader", "manager"])
LEADERS = frozenset(["leader", "manager"])
OWNER = frozenset(["owner", "leader", "manager"])
HELPERS = frozenset(["owner", "helper", "leader", "manager"])
COMPANY = frozenset(
    [
        "owner",
        "helper",
        "all_documents",
        "leader",
        "other_leader",
        "stranger",
        "desk",
        "manager",
    ]
)
SALES = frozenset(
    [
        "owner",
        "helper",
        "all_documents",
        "leader",
        "other_leader",
        "stranger",
        "desk",
        "other_company",
        "manager",
    ]
)
MANAGER = frozenset(["manager"])
NOBODY = frozenset()
READER = frozenset(["owner"])
EVERYBODY = frozenset(
    [
        "owner",
        "helper",
        "all_documents",
        "leader",
        "other_leader",
        "stranger",
        "desk",
        "other_company",
        "manager",
        "office",
    ]
)
READERS = frozenset(["owner", "all_documents", "leader", "manager"])
# Who may read, write, create and delete. What is not here is no model of ours.
MATRIX = {
    "crm.lead": (TEAM, HELPERS, TEAM, MANAGER),
    "sales.process.ownership": (TEAM, NOBODY, NOBODY, NOBODY),
    "sales.process.ownership.key": (HELPERS, NOBODY, NOBODY, NOBODY),
    "sales.process.followup": (TEAM, OWNER, OWNER, MANAGER),
    "sales.process.certificate": (LEADERS, NOBODY, NOBODY, NOBODY),
    "sales.process.conflict": (OWNER, NOBODY, NOBODY, NOBODY),
    "sales.process.invitation": (READERS, NOBODY, OWNER, NOBODY),
    "sales.process.release.run": (LEADERS, NOBODY, NOBODY, NOBODY),
    "sales.process.release.line": (OWNER, NOBODY, NOBODY, NOBODY),
    "sales.process.duty": (TEAM | {"desk"}, LEADERS, LEADERS, LEADERS),
    "sales.process.duty.swap": (HELPERS, NOBODY, HELPERS, NOBODY),
    "sales.process.handover": (LEADERS, LEADERS, LEADERS, LEADERS),
    "sales.process.handover.line": (LEADERS, LEADERS, LEADERS, LEADERS),
    "sales.process.customer.grade": (EVERYBODY, MANAGER, MANAGER, MANAGER),
    "sales.process.followup.rule": (COMPANY, MANAGER, MANAGER, MANAGER),
    "sales.process.shared.value": (COMPANY, MANAGER, MANAGER, MANAGER),
    "sales.process.calendar.exception": (TEAM, LEADERS, LEADERS, LEADERS),
    "sales.process.absence": (HELPERS, OWNER, OWNER, NOBODY),
    "sales.process.backfill": (MANAGER, NOBODY, NOBODY, NOBODY),
    "sales.process.failure": (MANAGER, NOBODY, NOBODY, NOBODY),
    "sales.process.notice.line": (READER, NOBODY, NOBODY, NOBODY),
    "sales.process.grade.change": (READERS, NOBODY, NOBODY, NOBODY),
    "sales.process.grade.rule": (COMPANY, MANAGER, MANAGER, MANAGER),
    "sales.process.grade.rule.line": (COMPANY, MANAGER, MANAGER, MANAGER),
    "sales.process.grade.standing": (MANAGER, NOBODY, NOBODY, NOBODY),
    "sales.process.revisit": (READERS, NOBODY, NOBODY, NOBODY),
    "sales.process.lookup": (OWNER, NOBODY, NOBODY, NOBODY),
}
# SQL views: nobody writes them, their rows have the rules of what they count.
VIEWS = {
    "sales.process.agenda.item": SALES,
    "sales.process.fact": SALES,
    "sales.process.owed.item": SALES,
    "sales.process.followup.report": SALES,
    "sales.process.ownership.report": SALES,
}


class Records(SalesProcessCommon):
    """The roles of the matrix, and one record of each model."""

    # An addon that stands on this one extends the class, and names itself and its
    # rows: tests/test_access_matrix.py and tests/test_guard.py of each are alike.
    addon = "sales_process_mgmt"
    matrix = MATRIX
    sql_views = VIEWS

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_records()

    @classmethod
    def _get_own(cls):
        """The records of the models of the addon that is tested."""
        return {model: cls.records[model] for model in cls.matrix}

    @classmethod
    def _make_records(cls):
        """One record of each model, in the organisation of the roles."""
        env, now = cls.env, cls.env.cr.now()
        east, owner = cls.team_east, cls.salesperson_a
        cls.roles = {
            "owner": owner,
            "helper": cls.salesperson_b,
            "all_documents": cls.salesperson_c,
            "leader": cls.leader_east,
            "other_leader": cls.leader_west,
            "stranger": cls.salesperson_d,
            # the reception, which belongs to no team
            "desk": mail_new_test_user(
                env,
                login="matrix_desk",
                groups="base.group_user,"
                "sales_process_mgmt.group_sales_process_reception",
                company_id=cls.company.id,
            ),
            # who leads the teams above Team East, and above Team West
            "region": cls._create_region(cls.team_east),
            "other_region": cls._create_region(cls.team_west),
            "other_company": cls.salesperson_x,
            "manager": cls.director,
            "office": cls.office_user,
        }
        for user in cls.roles.values():
            user.password = user.login
        lead = cls._create_lead(owner, phone="13812345678")
        ownership = lead.ownership_id
        ownership.collaborator_ids = cls.salesperson_b
        followup = env["sales.process.followup"].with_user(owner)
        followup = followup.create({"lead_id": lead.id, "subject": "Asked for a price"})
        run = env["sales.process.release.run"].create(
            {"team_id": east.id, "company_id": east.company_id.id, "mode": "enforce"}
        )
        duty = env["sales.process.duty"].create(
            {
                "team_id": east.id,
                "user_id": owner.id,
                "date_start": now + timedelta(days=1),
                "date_end": now + timedelta(days=1, hours=8),
                "state": "confirmed",
            }
        )
        handover = env["sales.process.handover"].create(
            {"team_id": east.id, "user_id": owner.id}
        )
        cls.records = {
            "crm.lead": lead,
            "sales.process.ownership": ownership,
            "sales.process.ownership.key": ownership.key_ids[:1],
            "sales.process.followup": followup.sudo(),
            "sales.process.conflict": env["sales.process.conflict"].create(
                {
                    "user_id": cls.salesperson_d.id,
                    "owner_id": owner.id,
                    "ownership_id": ownership.id,
                    "team_id": east.id,
                    "company_id": cls.company.id,
                }
            ),
            "sales.process.invitation": env["sales.process.invitation"].create(
                {"ownership_id": ownership.id, "user_id": cls.salesperson_c.id}
            ),
            "sales.process.release.run": run,
            "sales.process.release.line": env["sales.process.release.line"].create(
                {
                    "run_id": run.id,
                    "ownership_id": ownership.id,
                    "team_id": east.id,
                    "user_id": owner.id,
                    "outcome": "held",
                }
            ),
            "sales.process.duty": duty,
            "sales.process.duty.swap": env["sales.process.duty.swap"]
            .with_user(owner)
            .create({"duty_id": duty.id, "substitute_id": cls.salesperson_b.id})
            .sudo(),
            "sales.process.handover": handover,
            "sales.process.handover.line": env["sales.process.handover.line"].create(
                {"handover_id": handover.id, "ownership_id": ownership.id}
            ),
            "sales.process.customer.grade": env["sales.process.customer.grade"].create(
                {"name": "A"}
            ),
            "sales.process.followup.rule": env["sales.process.followup.rule"].create(
                {"team_id": east.id, "followup_days": 3}
            ),
            "sales.process.shared.value": env["sales.process.shared.value"].create(
                {"kind": "email", "value": "info@example.com"}
            ),
            "sales.process.calendar.exception": env[
                "sales.process.calendar.exception"
            ].create({"name": "Fair", "team_id": east.id, "date": "2027-05-01"}),
            "sales.process.absence": env["sales.process.absence"].create(
                {
                    "user_id": owner.id,
                    "deputy_id": cls.salesperson_b.id,
                    "date_start": now + timedelta(days=40),
                    "date_end": now + timedelta(days=41),
                }
            ),
            "sales.process.backfill": env["sales.process.backfill"].create(
                {"team_ids": east.ids}
            ),
            "sales.process.failure": env["sales.process.failure"].create(
                {
                    "model": east._name,
                    "res_id": east.id,
                    "company_id": cls.company.id,
                    "failure_count": 1,
                    "date_retry": now,
                }
            ),
            "sales.process.lookup": env["sales.process.lookup"].create(
                {"user_id": owner.id, "kind": "registration", "outcome": "new"}
            ),
            "sales.process.notice.line": env["sales.process.notice.line"].create(
                {
                    "user_id": owner.id,
                    "subject": "News",
                    "reason": "work",
                    "date_due": now + timedelta(days=1),
                    "fingerprint": "matrix",
                }
            ),
        }
        cls._make_grade_records(ownership)
        certificates = env["sales.process.certificate"].with_user(cls.director)
        cls.records["sales.process.certificate"] = certificates._issue(
            ownership.with_user(cls.director)
        ).sudo()
        env.flush_all()

    @classmethod
    def _make_grade_records(cls, ownership):
        """A rule for grades, and what it has made of the owner's customer."""
        env = cls.env
        customer = env["res.partner"].create({"name": "Graded"})
        grade = cls.records["sales.process.customer.grade"]
        rule = env["sales.process.grade.rule"].create(
            {
                "name": "By contact",
                "company_id": cls.company.id,
                "line_ids": [(0, 0, {"grade_id": grade.id, "contact_days_max": 30})],
            }
        )
        cls.records |= {
            "sales.process.grade.change": env["sales.process.grade.change"].create(
                {
                    "partner_id": customer.id,
                    "ownership_id": ownership.id,
                    "team_id": cls.team_east.id,
                    "company_id": cls.company.id,
                    "date": env.cr.now(),
                    "source": "rule",
                    "rule_id": rule.id,
                }
            ),
            "sales.process.revisit": env["sales.process.revisit"].create(
                {
                    "name": "Revisited",
                    "ownership_id": ownership.id,
                    "user_id": ownership.user_id.id,
                    "team_id": cls.team_east.id,
                    "company_id": cls.company.id,
                    "date_due": "2027-01-01",
                    "date_open": "2027-01-01",
                    "date_limit": "2027-01-08",
                }
            ),
            "sales.process.grade.rule": rule,
            "sales.process.grade.rule.line": rule.line_ids,
            "sales.process.grade.standing": env["sales.process.grade.standing"].create(
                {"partner_id": customer.id, "date_next": env.cr.now()}
            ),
        }


class MatrixWalk(ReadOnlyWalk):
    """Every role, every model, every operation, over RPC."""

    @staticmethod
    def _is_allowed(role, operation, allowed):
        """Regional leaders read what the leader below reads, and write no more than
        a leader beside.
        """
        if role == "region":
            role = "leader" if operation == "read" else "other_leader"
        elif role == "other_region":
            role = "other_leader"
        return role in allowed

    def _call(self, model, method, args, user):
        """Call a method over RPC, as the web client does.

        :return: the result, or the name of the exception
        """
        answer = self.url_open(
            "/web/dataset/call_kw",
            json={
                "params": {
                    "model": model,
                    "method": method,
                    "args": args,
                    "kwargs": {
                        "context": {"allowed_company_ids": user.company_ids.ids}
                    },
                }
            },
        ).json()
        return (
            answer["error"]["data"]["name"] if "error" in answer else answer["result"]
        )

    def _get_harmless_values(self, record):
        """A field of the model with the value that it has already."""
        name = next(
            name
            for name, field in record._fields.items()
            if field.type in ("char", "text", "integer", "boolean")
            and field.store
            and not field.compute
            and not field.related
            and name != "id"
        )
        return {name: record[name]}

    @mute_logger(
        "odoo.addons.base.models.ir_model",
        "odoo.addons.base.models.ir_rule",
        "odoo.http",
    )
    def test_every_role_over_rpc(self):
        values = {
            model: self._get_harmless_values(record)
            for model, record in self._get_own().items()
        }
        for role, user in self.roles.items():
            self.authenticate(user.login, user.login)
            for model, record in self._get_own().items():
                rights = zip(OPERATIONS, self.matrix[model], strict=True)
                for operation, allowed in rights:
                    with self.subTest(role=role, model=model, operation=operation):
                        ids = record.ids
                        may = self._is_allowed(role, operation, allowed)
                        self.assertIs(
                            self._call(model, "has_access", [ids, operation], user),
                            may,
                        )
                        if may or operation == "create":
                            continue
                        args = [ids, values[model]] if operation == "write" else [ids]
                        self.assertEqual(
                            self._call(model, operation, args, user),
                            "odoo.exceptions.AccessError",
                        )
            for model, readers in self.sql_views.items():
                for operation in OPERATIONS:
                    allowed = operation == "read" and self._is_allowed(
                        role, "read", readers
                    )
                    with self.subTest(role=role, model=model, operation=operation):
                        self.assertIs(
                            self._call(model, "has_access", [[], operation], user),
                            allowed,
                        )
        for model, record in self._get_own().items():
            self.assertTrue(record.exists(), model)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_no_other_door_shows_it(self):
        """Who may not read a record neither finds, counts, exports nor copies it."""
        people = self.env["res.users"].union(*self.roles.values())
        export = self.env.ref("base.group_allow_export")
        people.write({"group_ids": [(4, export.id)]})
        for role, user in self.roles.items():
            for model, record in self._get_own().items():
                if self._is_allowed(role, "read", self.matrix[model][0]):
                    continue
                with self.subTest(role=role, model=model):
                    self._try_doors(
                        record.with_user(user).with_context(
                            allowed_company_ids=user.company_ids.ids
                        )
                    )

    def _try_doors(self, record):
        """What lists finds nothing, what opens is refused."""
        Model, domain = record.browse(), [("id", "in", record.ids)]
        lists = {
            "search": [domain],
            "search_count": [domain],
            "search_read": [domain, ["id"]],
            "name_search": ["", domain],
            "web_name_search": ["", {"display_name": {}}, domain],
        }
        for name, args in lists.items():
            with suppress(AccessError):
                self.assertFalse(call_kw(Model, name, args, {}), name)
        with suppress(AccessError):
            found = call_kw(Model, "web_search_read", [domain, {"id": {}}], {})
            self.assertFalse(found["records"] or found["length"])
        with suppress(AccessError):
            groups = call_kw(
                Model, "formatted_read_group", [domain, [], ["__count", "id:max"]], {}
            )
            self.assertFalse(groups[0]["__count"] or groups[0]["id:max"])
        name = next(iter(self._get_harmless_values(record.sudo())))
        for method, args in {
            "read": [[name]],
            "web_read": [{name: {}}],
            "export_data": [[name, "display_name"]],
            "copy": [],
            "web_save": [{}, {name: {}}],
            "onchange": [{}, [], {name: {}}],
        }.items():
            with self.assertRaises(AccessError, msg=method):
                self.env.invalidate_all()
                call_kw(Model, method, [record.ids, *args], {})

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_new_forms_open(self):
        """Whoever may make a record gets its empty form, or one sentence."""
        for role, user in self.roles.items():
            for model, record in self._get_own().items():
                Model = record.browse().with_user(user)
                if not Model.has_access("create"):
                    continue
                spec = {
                    name: {}
                    for name in Model._fields
                    if Model._has_field_access(Model._fields[name], "read")
                }
                with self.subTest(role=role, model=model), suppress(UserError):
                    Model.onchange({}, [], spec)

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_regional_leader_moves_nothing(self):
        """No button changes a record of a team below that has a leader."""
        person = self.roles["region"]
        for model, record in self._get_own().items():
            names = [
                name
                for name, field in record._fields.items()
                if field.store and field.column_type and not name.startswith("write_")
            ]
            for button in dir(type(record)):
                method = getattr(type(record), button)
                if not button.startswith("action_") or not callable(method):
                    continue
                with self.subTest(model=model, button=button):
                    before = after = record.read(names)
                    with (
                        # some have no such field, or want to know more
                        suppress(AssertionError, TypeError, UserError),
                        self.env.cr.savepoint(),
                    ):
                        getattr(record.with_user(person), button)()
                        self.env.flush_all()
                        self.env.invalidate_all()
                        after = record.exists().read(names)
                        # whatever it has opened or made
                        raise UserError(button)
                    self.assertEqual(after, before)

    def test_no_model_is_forgotten(self):
        ours = {
            model
            for model, cls in self.registry.items()
            if model.startswith("sales.process.")
            and not cls._transient
            and not cls._abstract
            # an addon that stands on this one has a matrix of its own
            and cls._original_module == self.addon
        }
        self.assertEqual(
            ours, (self.matrix.keys() - {"crm.lead"}) | self.sql_views.keys()
        )


@tagged("post_install", "-at_install")
class TestAccessMatrix(MatrixWalk, Records, HttpCase):
    @mute_logger("odoo.sql_db")
    def test_a_write_is_seen_where_a_screen_is_shown(self):
        with self.assertRaises(ReadOnlySqlTransaction), self._read_only():
            self.team_east.name = "Renamed by looking at it"
        self.assertEqual(self.team_east.name, "Team East")
