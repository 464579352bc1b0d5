# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import itertools
from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_guard import QUIET, GuardCommon

SECRET = "Hidden Customer"
CONTACT = datetime(2024, 2, 29, 12, 34, 56)


class ReadingCommon(GuardCommon):
    """An id that a client sends opens nothing that ``read`` would refuse."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        lead = cls.records["crm.lead"]
        lead.partner_name = SECRET
        ownership = cls.records["sales.process.ownership"]
        ownership.write({"name": SECRET, "date_last_contact": CONTACT})
        cls.records["sales.process.followup"].subject = SECRET
        cls.records["sales.process.duty.swap"].reason = SECRET
        today = cls.env.cr.now().replace(microsecond=0)
        cls.env["calendar.event"].create(
            {
                "name": SECRET,
                "user_id": cls.salesperson_a.id,
                "partner_ids": [Command.set(cls.salesperson_a.partner_id.ids)],
                "opportunity_id": lead.id,
                "start": today + timedelta(days=1),
                "stop": today + timedelta(days=1, hours=1),
            }
        )
        cls.ids = {
            "res.users": cls.salesperson_a,
            "crm.team": cls.team_east,
            **{name: row for name, row in cls.records.items() if len(row) == 1},
        }
        cls.env.flush_all()

    def _get_spec(self, Model, depth=1):
        return {
            name: {"fields": self._get_spec(self.env[field.comodel_name], depth - 1)}
            if depth and field.comodel_name and field.comodel_name in self.ids
            else {}
            for name, field in Model._fields.items()
            if field.type not in ("binary", "properties", "properties_definition")
        }

    def _get_base(self, model):
        """What a client says of a new record anyway."""
        return {"kind": "daily", "state": "draft", "tz": "UTC"}

    def _attack(self, model, user):
        """Name each colleague's record in each relation of a new record.

        :return: iterator of the field and what the client gets to see
        """
        Model = self.env[model].with_user(user)
        spec = self._get_spec(Model)
        base = {
            name: value
            for name, value in self._get_base(model).items()
            if name in Model._fields
            and (
                Model._fields[name].type != "selection"
                or value in Model._fields[name].get_values(self.env)
            )
        }
        for name, field in sorted(Model._fields.items()):
            target = self.ids.get(field.comodel_name)
            if target is None:
                continue
            value = target.id
            if field.type != "many2one":
                value = [Command.link(target.id)]
            for way, values, changed, context in (
                ("changed", {**base, name: value}, [name], {}),
                ("first", {**base, name: value}, [], {}),
                ("default", base, [], {f"default_{name}": value}),
            ):
                self.env.invalidate_all()
                try:
                    with self.env.cr.savepoint():
                        answer = Model.with_context(**context).onchange(
                            dict(values), changed, spec
                        )
                except (AccessError, UserError):
                    continue
                yield name, way, answer["value"]

    def _assert_tells_nothing(self, model, user):
        tried = 0
        for name, way, value in self._attack(model, user):
            tried += 1
            with self.subTest(model=model, field=name, way=way):
                told = repr(value)
                self.assertNotIn(SECRET, told)
                self.assertNotIn(str(CONTACT), told)
                self.assertNotIn("remaining_count': 1", told)
                self.assertNotIn("13812345678", told)
        return tried


class GuardReadingWalk:
    """Tries it with all models of an addon."""

    # so many attempts at least
    least = 60

    def test_every_field_can_be_read(self):
        """Forms read all at once: no field of ours fails on a record that exists."""
        for model, rows in self._get_own().items():
            names = [
                name
                for name, field in rows._fields.items()
                if (field._module or "").startswith("sales_process_mgmt")
            ]
            for user in (self.env.user, self.leader_east, self.director):
                readable = rows.with_user(user)
                if not readable.has_access("read"):
                    continue
                with self.subTest(model=model, user=user.login):
                    readable.invalidate_recordset()
                    self.assertTrue(readable.read(names) or not rows)

    @mute_logger(*QUIET)
    def test_computed_fields_of_new_records(self):
        tried = 0
        for model in self.guarded:
            tried += self._assert_tells_nothing(model, self.salesperson_d)
        self.assertGreater(tried, self.least)


@tagged("post_install", "-at_install")
class TestGuardReading(GuardReadingWalk, ReadingCommon):
    @mute_logger(*QUIET)
    def test_lists_hold_what_one_may_read(self):
        """Asked alone, a list names nothing that the rules have read in sudo."""
        buyer = self.env["res.partner"].create(
            {"name": "Buyer", "email": "buyer@lists.example"}
        )
        period = self._create_lead(self.salesperson_a, partner_id=buyer.id).ownership_id
        self.assertEqual(buyer.process_ownership_ids, period)
        self.env.flush_all()
        read = 0
        for model, user in itertools.product(
            (*self.records, "res.partner"), self._get_strangers()
        ):
            Model = self.env[model].with_user(user)
            if not Model.has_access("read"):
                continue
            lists = [
                name
                for name, field in Model._fields.items()
                if field.type in ("one2many", "many2many")
                and (field._module or "").startswith("sales_process_mgmt")
                and Model._has_field_access(field, "read")
            ]
            rows = Model.with_context(active_test=False).search(
                [], limit=50, order="id desc"
            )
            for name in lists:
                self.env.invalidate_all()
                found = set().union(
                    *(row[name] for row in rows.read([name]) if row[name])
                )
                self.env.invalidate_all()
                Comodel = Model[name]
                if not found or not Comodel._name.startswith("sales.process."):
                    continue
                with self.subTest(model=model, field=name, user=user.login):
                    seen = Comodel.with_context(active_test=False).search(
                        [("id", "in", list(found))]
                    )
                    self.assertEqual(found, set(seen.ids))
                    read += 1
        self.assertTrue(read)

    def _get_strangers(self):
        return (self.salesperson_b, self.salesperson_d, self.leader_west)

    def test_leader_of_another_team(self):
        """Who may do more in an own team learns no more of another one."""
        for model in ("sales.process.handover", "sales.process.handover.line"):
            self._assert_tells_nothing(model, self.leader_west)

    @mute_logger(*QUIET)
    def test_rows_that_are_created(self):
        """Naming a colleague's record in a row of one's own is refused."""
        ownership = self.records["sales.process.ownership"]
        lines = (
            ("sales.process.claim.back", {"ownership_id": ownership.id, "reason": "x"}),
            (
                "sales.process.transfer",
                {"ownership_ids": [Command.set(ownership.ids)], "reason": "x"},
            ),
            ("sales.process.pool.return", {"ownership_ids": [(4, ownership.id)]}),
            ("sales.process.registration", {"same_as_id": ownership.id}),
        )
        for model, values in lines:
            with self.subTest(model=model), self.assertRaises(UserError):
                row = self.env[model].with_user(self.salesperson_d).create(values)
                row.read()
                self.fail(row)

    def test_the_guard_asks_the_database_nothing(self):
        """Leads and contacts, also of teams that are off, pay no query for it."""
        for record in (
            self.records["crm.lead"].with_user(self.salesperson_a),
            self.salesperson_a.partner_id.with_user(self.salesperson_a),
        ):

            def pass_by(record=record):
                values = {"name": "x", "user_id": self.salesperson_a.id}
                record._refuse_protected(values)
                record._check_sent_ids([values])
                record._check_texts([values])
                record._check_ranges([values])
                record._without_client_defaults()
                record._drop_user_defaults(dict(values))
                record._believe(values, record)

            pass_by()
            with self.subTest(model=record._name), self.assertQueryCount(0):
                pass_by()

    @mute_logger(*QUIET)
    def test_own_forms_go_on(self):
        """The owner's forms show what they showed."""
        ownership = self.records["sales.process.ownership"]
        answer = (
            self.env["sales.process.claim.back"]
            .with_user(self.salesperson_a)
            .with_context(default_ownership_id=ownership.id)
            .onchange({}, [], {"ownership_id": {"fields": {"display_name": {}}}})
        )
        self.assertEqual(answer["value"]["ownership_id"]["id"], ownership.id)
        line = (
            self.env["sales.process.handover.line"]
            .with_user(self.leader_east)
            .onchange(
                {"ownership_id": ownership.id},
                ["ownership_id"],
                {"customer_name": {}, "ownership_id": {"fields": {"display_name": {}}}},
            )
        )
        self.assertEqual(line["value"]["customer_name"], SECRET)
