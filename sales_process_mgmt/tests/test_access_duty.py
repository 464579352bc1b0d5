# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from lxml import etree

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import str2bool

from .common_duty import DutyCommon


@tagged("post_install", "-at_install")
class TestAccessDuty(DutyCommon):
    def _assert_access(self, record, user, read, write):
        values = record.copy_data()[0]
        record = record.with_user(user)
        model = record.browse().with_user(user)
        self.assertEqual(
            bool(model.search([("id", "=", record.id)]))
            if model.has_access("read")
            else False,
            read,
        )
        for operation, allowed in (
            ("read", read),
            ("write", write),
            ("unlink", write),
        ):
            with self.subTest(user=user.login, operation=operation):
                self.assertEqual(record.has_access(operation), allowed)
        with self.subTest(user=user.login, operation="create"):
            values |= self._other_values(values)
            # what only the system sets is named by nobody
            protected = record._get_protected_fields()
            values = {n: v for n, v in values.items() if n not in protected}
            if write:
                model.create(values).unlink()
            else:
                with self.assertRaises(AccessError):
                    model.create(values)

    def _other_values(self, values):
        if "date" in values:
            return {"date": "2031-01-01"}
        return {
            "date_start": datetime(2031, 1, 1),
            "date_end": datetime(2031, 1, 2),
            "state": "planned",
        }

    def test_access_matrix(self):
        """The team reads its roster, its leader and sales administrators write it."""
        roster = self._create_duty(
            self.salesperson_a, datetime(2030, 1, 1), datetime(2030, 1, 2)
        )
        exception = self.env["sales.process.calendar.exception"].create(
            {"name": "Make-up day", "team_id": self.team_east.id, "date": "2030-01-05"}
        )
        for record in (roster, exception):
            for user, read, write in (
                (self.salesperson_a, True, False),
                (self.salesperson_b, True, False),
                (self.salesperson_c, True, False),
                (self.leader_east, True, True),
                (self.director, True, True),
                (self.salesperson_d, False, False),
                (self.leader_west, False, False),
                (self.salesperson_x, False, False),
                (self.office_user, False, False),
            ):
                self._assert_access(record, user, read, write)

    def test_company_rule(self):
        """An administrator without the company sees neither its roster nor its days."""
        roster = self._create_duty(self.salesperson_x, team=self.team_c2)
        self.assertFalse(roster.with_user(self.director).has_access("read"))
        self.director.company_ids = [Command.link(self.company_2.id)]
        both = self.company | self.company_2
        self.assertTrue(
            roster.with_user(self.director)
            .with_context(allowed_company_ids=both.ids)
            .has_access("read")
        )
        self.assertTrue(roster.with_user(self.salesperson_x).has_access("read"))

    def test_public_methods_as_wrong_role(self):
        """What a salesperson calls on a colleague's or its own shift is refused."""
        duty = self._create_duty(
            self.salesperson_a, datetime(2030, 1, 1), datetime(2030, 1, 2)
        )
        for user in (
            self.salesperson_a,
            self.salesperson_b,
            self.leader_west,
            self.office_user,
        ):
            for method in ("action_confirm", "action_cancel", "action_plan"):
                with (
                    self.subTest(user=user.login, method=method),
                    self.assertRaises(AccessError),
                ):
                    getattr(duty.with_user(user), method)()
        duty.with_user(self.leader_east).action_confirm()
        self.assertEqual(duty.state, "confirmed")

    def test_views_offer_only_what_is_allowed(self):
        """Who plans no roster gets views without buttons to create or change."""
        for user, offered in ((self.salesperson_a, False), (self.leader_east, True)):
            for view_type in ("calendar", "list", "kanban", "form"):
                view = self.Duty.with_user(user).get_view(view_type=view_type)
                root = etree.fromstring(view["arch"])
                for button in ("create", "edit", "delete"):
                    with self.subTest(
                        user=user.login, view_type=view_type, button=button
                    ):
                        self.assertEqual(str2bool(root.get(button, "1")), offered)
