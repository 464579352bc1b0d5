# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from unittest.mock import Mock, patch

from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..hooks import NAMED, drop_refusing_keys, forget_names, forget_parents
from ..tools import orm
from .common import SalesProcessCommon


@tagged("post_install", "-at_install")
class TestUninstall(SalesProcessCommon):
    """What hinders an addon to go; `make test-uninstall` really lets them go."""

    def test_done_activities_keep_no_type(self):
        """Every addon of the family: also to-dos that are done become ordinary ones.

        Odoo itself overlooks those it has archived, and then keeps the type.
        """
        modules = self.env["ir.module.module"].search(
            [("name", "=like", "sales_process_mgmt%"), ("state", "=", "installed")]
        )
        types = self.env["ir.model.data"].search(
            [
                ("module", "in", modules.mapped("name")),
                ("model", "=", "mail.activity.type"),
            ]
        )
        self.assertTrue(types)
        activities = self.env["mail.activity"].create(
            [
                {
                    "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "res_id": self.env.user.partner_id.id,
                    "activity_type_id": type_id,
                    "user_id": self.env.uid,
                    "active": active,
                }
                for type_id in types.mapped("res_id")
                for active in (True, False)
            ]
        )
        Parameter = self.env["ir.config_parameter"]
        for name in modules.mapped("name"):
            Parameter.set_param(f"{name}.noted", "1")
        Parameter.set_param("sales_process_mgmtx.noted", "1")
        # a bare one: whatever has `_ondelete` is asked when names are deleted
        removed = Mock(spec=())
        with patch.object(
            self.env.registry["ir.model.data"], "_module_data_uninstall", removed
        ):
            modules.module_uninstall()
        removed.assert_called_once()
        todo = self.env.ref("mail.mail_activity_data_todo")
        self.assertEqual(activities.activity_type_id, todo)
        self.assertEqual(
            Parameter.search([("key", "=like", "sales_process_mgmt%.noted")]).mapped(
                "key"
            ),
            ["sales_process_mgmtx.noted"],
        )

    def _read_refusing_keys(self):
        """Columns whose rows refuse that what they point at is deleted.

        :return: ``{(table, column): set of names of addons}``
        """
        self.env.cr.execute(
            """
            SELECT place.relname, part.attname, array_agg(module.name)
              FROM pg_constraint AS key
              JOIN pg_class AS place ON place.oid = key.conrelid
              JOIN pg_attribute AS part
                ON part.attrelid = key.conrelid AND part.attnum = key.conkey[1]
              JOIN ir_model_constraint AS named ON named.name = key.conname
              JOIN ir_module_module AS module ON module.id = named.module
             WHERE key.contype = 'f' AND key.confdeltype IN ('a', 'r')
          GROUP BY 1, 2
            """
        )
        return {
            (table, column): set(names)
            for table, column, names in self.env.cr.fetchall()
        }

    def _read_all_keys(self):
        """Columns with a foreign key: set of pairs of table and column."""
        self.env.cr.execute(
            """
            SELECT place.relname, part.attname
              FROM pg_constraint AS key
              JOIN pg_class AS place ON place.oid = key.conrelid
              JOIN pg_attribute AS part
                ON part.attrelid = key.conrelid AND part.attnum = key.conkey[1]
             WHERE key.contype = 'f'
            """
        )
        return set(self.env.cr.fetchall())

    @contextmanager
    def _take_back(self):
        """What is done inside, to the schema too, is taken back."""
        name = "what_is_done"
        self.env.cr.execute(f"SAVEPOINT {name}")
        try:
            yield
        finally:
            self.env.cr.execute(f"ROLLBACK TO SAVEPOINT {name}")
            self.env.invalidate_all(flush=False)

    def test_what_goes_holds_nothing_back(self):
        """Rows of an addon that goes refuse nothing more; all others do as before."""
        self.env.flush_all()
        modules = self.env["ir.module.module"].search(
            [("name", "=like", "sales_process_mgmt%"), ("state", "=", "installed")]
        )
        before = self._read_refusing_keys()
        place = ("sales_process_ownership", "previous_id")
        self.assertEqual(before[place], {"sales_process_mgmt"})
        for gone in [*modules.mapped("name"), "sales_process_mgmt_none"]:
            with self.subTest(gone), self._take_back():
                drop_refusing_keys(self.env, [gone])
                self.assertEqual(
                    self._read_refusing_keys(),
                    {key: names for key, names in before.items() if names != {gone}},
                )
        with self._take_back():
            every = self._read_all_keys()
            drop_refusing_keys(self.env, modules.mapped("name"))
            # what empties a column or takes a row along goes on to do so
            ours = {
                key
                for key, names in before.items()
                if all(name.startswith("sales_process_mgmt") for name in names)
            }
            self.assertEqual(self._read_refusing_keys().keys(), before.keys() - ours)
            self.assertEqual(self._read_all_keys(), every - ours)

    def test_named_record_goes_before_its_rows(self):
        """A period to which another one refers is deleted, as Odoo deletes data."""
        lead = self._create_lead(self.salesperson_a, phone="13800000001")
        period = lead.ownership_id
        period._hand_over({period: self.salesperson_b}, "transfer", "transferred")
        self.env.flush_all()
        delete = "DELETE FROM sales_process_ownership WHERE id = %s"
        with (
            self._take_back(),
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
        ):
            self.env.cr.execute(delete, [period.id])
        with self._take_back():
            drop_refusing_keys(self.env, ["sales_process_mgmt"])
            self.env.cr.execute(delete, [period.id])
            self.assertEqual(self.env.cr.rowcount, 1)

    def test_names_of_what_is_gone(self):
        """What is there keeps its name, what is gone with a model of ours does not."""
        Name = self.env["ir.model.data"]
        for model in NAMED:
            there = self.env[model].search([], limit=1)
            rows = Name.create(
                [
                    {"module": "mail", "model": model, "name": name, "res_id": res_id}
                    for name, res_id in (
                        ("model_inherit__sales_process_try__there", there.id),
                        ("selection__res_partner__try", 2**31 - 1),
                        ("selection__sales_process_try__gone", 2**31 - 1),
                        ("model_inherit__sales_process_try__gone", 2**31 - 1),
                        ("field_sales_process_try__gone", 2**31 - 1),
                    )
                ]
            )
            forget_names(self.env)
            self.env.invalidate_all()
            with self.subTest(model):
                self.assertEqual(rows.exists(), rows[:2])
            rows.exists().unlink()

    def test_mixins_of_mixins_go_along(self):
        """Odoo's models inherit nothing of ours any more, as Odoo's own list has it.

        It names a mixin of a mixin in the addon of the latter, which stays.
        """
        modules = self.env["ir.module.module"].search(
            [("name", "=like", "sales_process_mgmt%"), ("state", "=", "installed")]
        )
        names = modules.mapped("name")
        Inherit = self.env["ir.model.inherit"]
        others = Inherit.search(
            [("model_id.model", "not =like", "sales.process.%")], order="id"
        )
        ours = others.filtered(lambda row: row.parent_id.model.startswith("sales.p"))
        expected = {
            model: set(rows.parent_id.mapped("model"))
            for model, rows in ours.grouped(lambda row: row.model_id.model).items()
        }
        self.assertLessEqual(
            {"sales.process.guard", "sales.process.guard.import"},
            expected["calendar.attendee"],
        )
        self.assertEqual(orm.find_lost_parents(self.env, names), expected)
        self.assertEqual(orm.find_lost_parents(self.env, []), {})
        each_alone = {}
        for name in names:
            each_alone |= orm.find_lost_parents(self.env, [name])
        self.assertLessEqual(expected.items(), each_alone.items())
        forget_parents(self.env, names)
        self.assertEqual(others.exists(), others - ours)
        named = self.env["ir.model.data"].search_count(
            [("model", "=", "ir.model.inherit"), ("res_id", "in", ours.ids)]
        )
        self.assertFalse(named)
