# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Everybody can use the main screens: also with a keyboard or a screen reader."""

import json
import os
import unittest
from datetime import timedelta
from pathlib import Path

from odoo.tests import HttpCase, tagged

from .common import SalesProcessCommon

# The screens by the path of their action; what belongs to an addon that is not there
# is left out.
SCREENS = (
    "sales-home",
    "my-customers",
    "customer-pool",
    "to-decide",
    "my-to-dos",
    "customer-conflicts",
    "follow-ups",
    "duty-roster",
    "my-work-reports",
    "sales-plans",
    "receivables",
)
# What Odoo's own frame, views and widgets show is Odoo's. Ours is what we put there,
OURS = (
    ".o_duty_plan",
    ".o_followup_time_left",
    ".o_home_page",
    ".o_registration_keys",
    ".o_registration_result",
    ".o_sales_process_banner",
    ".o_sales_process_facts",
    ".o_sales_process_registration_menu",
    ".o_timeline",
    ".o_view_nocontent",
)
ODOO = ", ".join(
    (
        ".o-checkbox",
        ".o_calendar_widget",
        ".o_field_widget:not(.o_field_followup_time_left)",
        ".o_list_actions_header",
        ".o_list_record_selector",
        ".o_optional_columns_dropdown",
    )
)
# everything in the views of our models but parts that Odoo draws the same everywhere,
VIEWS = ".o_process_view .o_renderer"
PARTS = ", ".join(
    (
        ".o-mail-Chatter",
        ".o_field_selection",
        ".o_list_record_selector",
        ".o_notebook_headers",
        ".o_optional_columns_dropdown",
        ".o_pivot",
        "[role=search]",
    )
)
# and everywhere what a view of ours says of its buttons, fields and pictures.
NAMED = ("button-name", "input-button-name", "label", "link-name")
HEADING = "Not for everybody:"
BROWSER_CODE = """
(async () => {
    const {screens, ours, odoos, named, views, parts} = %(settings)s;
    const {action} = odoo.__WOWL_DEBUG__.root.env.services;
    const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));
    const until = async (found) => {
        for (let turn = 0; turn < 60 && !found(); turn++) {
            await wait(100);
        }
    };
    const faults = [];
    let viewCount = 0;
    const look = async (name) => {
        await document.fonts.ready;
        await wait(250);
        const page = await axe.run(document, {
            elementRef: true,
            resultTypes: ["violations"],
            runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
        });
        viewCount += document.querySelectorAll(views).length;
        for (const {id, impact, nodes} of page.violations) {
            if (!["serious", "critical"].includes(impact)) {
                continue;
            }
            for (const {element, html} of nodes) {
                if (!element) {
                    continue;
                }
                const isView = element.closest(views) && !element.closest(parts);
                const isNamed = named.includes(id) && element.closest(".o_renderer");
                const isOurs = isNamed || element.closest(ours);
                if (isView || (isOurs && !element.closest(odoos))) {
                    faults.push(`${name}: ${id} (${impact}) ${html.slice(0, 300)}`);
                }
            }
        }
    };
    for (const [name, request, ready] of screens) {
        await action.doAction(request, {clearBreadcrumbs: true});
        await until(() => document.querySelector(ready));
        await look(name);
    }
    if (viewCount < %(least)s) {
        faults.push(`Only ${viewCount} views were judged.`);
    }
    if (faults.length) {
        console.error("%(heading)s\\n" + faults.join("\\n"));
    } else {
        console.log("test successful");
    }
})();
"""


def find_axe():
    """Where the judge is, of package.json; no address where it is not installed."""
    folders = os.environ.get("NODE_PATH", "").split(os.pathsep)
    for folder in filter(None, folders):
        path = Path(folder) / "axe-core" / "axe.min.js"
        if path.is_file():
            return path
    return None


class AccessibilityCommon(SalesProcessCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not find_axe():
            raise unittest.SkipTest("axe-core is not installed: scripts/setup")
        now = cls.env.cr.now()
        leads = cls.env["crm.lead"].create(
            [
                {
                    "name": f"Inquiry {number}",
                    "partner_name": f"Customer {number}",
                    "phone": f"1381234560{number}",
                    "type": "opportunity",
                    "user_id": cls.salesperson_a.id,
                    "team_id": cls.team_east.id,
                }
                for number in range(5)
            ]
        )
        for days, lead in enumerate(leads):
            lead.ownership_id.date_deadline = now + timedelta(days=days - 1, hours=2)
        leads[4].ownership_id.with_user(cls.salesperson_a)._give_up("No need this year")
        cls.followup = cls.env["sales.process.followup"].with_user(cls.salesperson_a)
        cls.followup = cls.followup.create(
            {
                "lead_id": leads[0].id,
                "channel": "call",
                "subject": "They want to see the samples",
            }
        )
        cls.env["sales.process.duty"].create(
            {
                "team_id": cls.team_east.id,
                "user_id": cls.salesperson_b.id,
                "date_start": now - timedelta(hours=1),
                "date_end": now + timedelta(hours=7),
                "state": "confirmed",
            }
        )
        cls.lead = leads[0]

    def _get_screens(self):
        """What is opened, and what tells that it is there.

        :return: list of ``[name, action, selector]``
        """
        ready = ".o_action_manager :is(.o_view_controller, .o_home, .o_sales_home)"
        known = self.env["ir.actions.actions"].search([("path", "in", SCREENS)])
        paths = set(known.mapped("path"))
        screens = [[path, path, ready] for path in SCREENS if path in paths]
        form = {
            "type": "ir.actions.act_window",
            "views": [[False, "form"]],
            "target": "current",
        }
        for model, record in (
            ("crm.lead", self.lead),
            ("sales.process.ownership", self.lead.ownership_id),
            ("sales.process.followup", self.followup),
        ):
            screens.append(
                [
                    model,
                    {**form, "res_model": model, "res_id": record.id},
                    ".o_form_view",
                ]
            )
        return screens

    def _judge_main_screens(self):
        """Open every main screen as both roles, and let axe-core judge it."""
        screens = self._get_screens()
        self.assertGreaterEqual(len(screens), 8)
        settings = {
            "screens": screens,
            "ours": ", ".join(OURS),
            "odoos": ODOO,
            "named": NAMED,
            "views": VIEWS,
            "parts": PARTS,
        }
        code = BROWSER_CODE % {
            "settings": json.dumps(settings),
            "heading": HEADING,
            # two forms, and most of the screens
            "least": len(screens) // 2,
        }
        for login in ("salesperson_a", "leader_east"):
            with self.subTest(login=login):
                try:
                    self.browser_js(
                        "/odoo/sales-home",
                        f"{find_axe().read_text()}\n{code}",
                        "!!document.querySelector('.o_action_manager > *')",
                        login=login,
                        timeout=120,
                    )
                except self.failureException as error:
                    # without the half megabyte of code that was run
                    raise self.failureException(str(error).split(HEADING)[-1]) from None


@tagged("post_install", "-at_install")
class TestAccessibility(AccessibilityCommon):
    def test_main_screens(self):
        """On no main screen is there anything of ours that keeps somebody out."""
        self._judge_main_screens()


@tagged("post_install", "-at_install")
class TestAccessibilityPhone(AccessibilityCommon):
    browser_size = "390x844"
    touch_enabled = True

    def test_main_screens(self):
        """Nor on a telephone, where lists are cards and labels stand above fields."""
        self._judge_main_screens()
