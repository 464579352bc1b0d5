# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest import TestCase

from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from ..tools import maps
from .common_followup import FollowupCommon

ADDON = "sales_process_mgmt"
PLACE = {"latitude": 30.2, "longitude": 120.1}


class TestMaps(TestCase):
    """Addresses of maps, without a database."""

    def test_what_leads_to_a_position(self):
        for text, holds in [
            *((template, True) for template in maps.PROVIDERS.values()),
            ("https://map.example.com/?at={latitude},{longitude}", True),
            ("http://10.0.0.1:8080/{longitude}/{latitude}", True),
            ("https://map.example.com/?at={latitude}", False),
            ("https://map.example.com/", False),
            ("", False),
            ("javascript:alert({latitude},{longitude})", False),
            ("data:text/html,{latitude}{longitude}", False),
            ("//map.example.com/{latitude},{longitude}", False),
            ("https:///{latitude},{longitude}", False),
            ("https://[/{latitude},{longitude}", False),
            ("https://map.example.com/{latitude},{longitude}?{name}", False),
            ("https://map.example.com/{latitude},{longitude} x", False),
            ("https://{latitude}\n{longitude}.example.com/", False),
        ]:
            with self.subTest(text=text):
                self.assertEqual(maps.is_template(text), holds)

    def test_a_position_is_filled_in(self):
        template = "https://map.example.com/{longitude},{latitude}"
        for latitude, longitude, expected in [
            (30.2, 120.1, "120.100000,30.200000"),
            (-0.0000004, 0.1234567, "0.123457,-0.000000"),
            (90, -180, "-180.000000,90.000000"),
        ]:
            url = maps.fill(template, latitude, longitude)
            self.assertEqual(url, f"https://map.example.com/{expected}")

    def test_amap_is_told_what_a_device_says(self):
        """Its maps are shifted: without it the pin stands streets away."""
        url = maps.fill(maps.AMAP, 30.2, 120.1)
        self.assertIn("coordinate=wgs84", url)
        self.assertIn("position=120.100000,30.200000", url)


@tagged("post_install", "-at_install")
class TestFollowupPlace(FollowupCommon):
    """The position of a visit on the map, and the visits of a day in their order."""

    def _visit(self, **values):
        return self._log(channel="visit", subject="Saw the site", **values)

    def test_a_visit_opens_on_the_map(self):
        visit = self._visit(**PLACE).with_user(self.salesperson_a)
        self.assertIn("mlat=30.200000&mlon=120.100000", visit.map_url)
        action = visit.action_open_map()
        self.assertEqual(
            (action["type"], action["url"], action["target"]),
            ("ir.actions.act_url", visit.map_url, "new"),
        )
        self.assertNotIn(visit.lead_id.display_name, action["url"])

    def test_without_a_position_there_is_no_map(self):
        visit = self._visit(location="Hall 3").with_user(self.salesperson_a)
        self.assertFalse(visit.map_url)
        with self.assertRaises(UserError):
            visit.action_open_map()

    def test_the_equator_and_the_meridian_are_positions(self):
        self.assertTrue(self._visit(latitude=0.5).map_url)
        self.assertTrue(self._visit(longitude=0.5).map_url)

    def test_the_company_chooses_the_map(self):
        visit = self._visit(**PLACE)
        company = visit.company_id
        company.process_map_provider = "amap"
        self.assertIn("uri.amap.com", visit.map_url)
        company.write(
            {
                "process_map_provider": "other",
                "process_map_url": "https://map.example.com/{latitude}/{longitude}",
            }
        )
        visit.invalidate_recordset()
        self.assertEqual(
            visit.with_user(self.salesperson_a).map_url,
            "https://map.example.com/30.200000/120.100000",
        )

    def test_an_address_must_lead_to_a_map(self):
        company = self.env.company
        for values in [
            {"process_map_provider": "other"},
            {"process_map_url": "javascript:alert({latitude},{longitude})"},
            {
                "process_map_provider": "other",
                "process_map_url": "https://map.example.com",
            },
        ]:
            with self.subTest(values=values), self.assertRaises(ValidationError):
                company.write(values)
        with self.assertRaises(AccessError):
            company.with_user(self.salesperson_a).write(
                {"process_map_provider": "amap"}
            )

    def test_who_may_not_read_the_visit_learns_no_place(self):
        visit = self._visit(**PLACE).with_user(self.salesperson_d)
        self.env.flush_all()
        visit.invalidate_recordset()
        with self.assertRaises(AccessError):
            visit.action_open_map()
        visit.invalidate_recordset()
        with self.assertRaises(AccessError):
            visit.read(["map_url"])

    def test_nobody_writes_the_address(self):
        visit = self._visit(**PLACE).with_user(self.salesperson_a)
        with self.assertRaises(UserError):
            visit.write({"map_url": "https://evil.example.com/"})
        visit.invalidate_recordset()
        self.assertNotIn("evil", visit.map_url)

    def test_maps_of_many_are_read_at_once(self):
        visits = self._visit(**PLACE) | self._visit(latitude=31) | self._visit()
        self.env.flush_all()
        self.env.invalidate_all()
        visits.mapped("latitude")
        visits.sudo().company_id.mapped("process_map_url")
        with self.assertQueryCount(0):
            self.assertEqual([bool(url) for url in visits.mapped("map_url")], [1, 1, 0])

    def _visits(self, user):
        action = self.env.ref(f"{ADDON}.sales_process_followup_action_visits")
        view = self.env.ref(f"{ADDON}.sales_process_followup_view_list_visits")
        self.assertEqual(action.view_ids.view_id, view)
        return (
            self.env["sales.process.followup"]
            .with_user(user)
            .search(
                safe_eval(action.domain),
                order=etree.fromstring(view.arch).get("default_order"),
            )
        )

    def test_a_leader_sees_the_visits_of_a_day_in_order(self):
        now = self.env.cr.now().replace(microsecond=0)
        later = self._visit(date=now - timedelta(minutes=10))
        sooner = self._visit(date=now - timedelta(minutes=90))
        call = self._log(channel="call")
        seen = self._visits(self.leader_east)
        self.assertNotIn(call, seen)
        mine = [row.id for row in seen if row in later | sooner]
        self.assertEqual(mine, [sooner.id, later.id])
        self.assertFalse(self._visits(self.salesperson_d) & (later | sooner))
