# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest import TestCase
from unittest.mock import Mock, patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..tools.identity import make_formatter, phone_keys
from ..tools.transaction import forget_kept
from .common import SalesProcessCommon


class TestFormatter(TestCase):
    """What an application says of a number, in the words of the reader of numbers."""

    def test_number_and_countries_are_handed_on(self):
        phone_format = Mock(return_value="+8613812345678")
        formatter = make_formatter(phone_format, KeyError)
        self.assertEqual(formatter("13812345678", "CN", 86), "+8613812345678")
        phone_format.assert_called_once_with("13812345678", "CN", 86, "E164")

    def test_only_the_refusal_is_no_number(self):
        formatter = make_formatter(Mock(side_effect=KeyError), LookupError)
        self.assertIsNone(formatter("12", None, None))
        formatter = make_formatter(Mock(side_effect=OSError), LookupError)
        with self.assertRaises(OSError):
            formatter("12", None, None)

    def test_further_countries_only_add(self):
        """What is refused in the first country may be a number of another one."""
        known = {("13812345678", "CN", 86): "+8613812345678"}
        formatter = make_formatter(lambda *asked: known[asked[:3]], KeyError)
        number = ("phone", "+8613812345678")
        here = phone_keys("13812345678", formatter, "US", 1)
        self.assertNotIn(number, here)
        both = phone_keys("13812345678", formatter, "US", 1, others=[("CN", 86)])
        self.assertIn(number, both)
        self.assertLess(set(here), set(both))
        self.assertEqual(
            phone_keys("13812345678", formatter, "CN", 86, others=[("US", 1)]),
            phone_keys("13812345678", formatter, "CN", 86),
        )


@tagged("post_install", "-at_install")
class TestNews(SalesProcessCommon):
    """What happens is told to addons that listen, and to no others."""

    def _listen(self, *events):
        """Pretend that somebody listens to these; what was kept is forgotten."""
        Notice = type(self.env["sales.process.notice"])
        self.addCleanup(self.env.registry.clear_cache)
        find = self.startPatcher(
            patch.object(Notice, "_find_heard_events", return_value=frozenset(events))
        )
        forget_kept(self.env)
        return find, self.startPatcher(patch.object(Notice, "_speak"))

    def test_who_listens_is_asked_once(self):
        find, speak = self._listen("expired")
        notice, nobody = self.env["sales.process.notice"], self.env["crm.lead"]
        for event in ("expired", "won", "expired", "conflict"):
            notice._announce(event, nobody)
        self.assertEqual(find.call_count, 1)
        self.assertEqual(speak.call_count, 2)
        speak.assert_called_with("expired", nobody)
        forget_kept(self.env)
        notice._announce("won", nobody)
        self.assertEqual(find.call_count, 2)

    def test_homes_are_shown_anew_whoever_listens(self):
        """Of whoever receives; nothing else begins on a home."""
        ownership = self._create_lead(self.salesperson_a).ownership_id
        Notice = type(self.env["sales.process.notice"])
        for events in ((), ("received",)):
            _find, speak = self._listen(*events)
            with patch.object(Notice, "_refresh_homes") as refresh:
                self.env["sales.process.notice"]._announce("won", ownership)
                self.assertFalse(refresh.called)
                self.env["sales.process.notice"]._announce("received", ownership)
                refresh.assert_called_once_with(self.salesperson_a)
            self.assertEqual(speak.called, bool(events))


@tagged("post_install", "-at_install")
class TestRooms(SalesProcessCommon):
    """What several models share says nothing without one of them."""

    def test_a_room_exports_nothing(self):
        room = self.env["sales.process.exported"].with_user(self.salesperson_a)
        for action in (room.action_export_csv, room.action_export_xlsx):
            with self.assertRaises(AccessError):
                action()
        with self.assertRaises(NotImplementedError):
            room._get_export_rows()

    def test_the_nearest_is_asked(self):
        """Of those who may decide; nobody, where there is none."""
        Judged = self.env["sales.process.judged"]
        with self.assertRaises(NotImplementedError):
            Judged._get_eligible()
        row = Judged.new()
        for eligible in (
            [self.leader_east.sudo(), self.leader_west.sudo()],
            [self.leader_west.sudo()],
            [],
        ):
            with patch.object(type(Judged), "_get_eligible", return_value=eligible):
                self.assertEqual(list(row._get_asked()), eligible[:1])
                for user in self.leader_east | self.leader_west | self.salesperson_a:
                    self.assertEqual(row._may_decide(user), user.sudo() in eligible)
