// Copyright 2026 Sales Process Management contributors
// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
} from "@web/../tests/web_test_helpers";
import {expect, test} from "@odoo/hoot";
import {beginDesktopTests} from "./desktop_tests";
import {queryAllTexts} from "@odoo/hoot-dom";

beginDesktopTests();

class Payroll extends models.Model {
    _name = "test.payroll";
    date_from = fields.Date({string: "Month"});
    _records = [
        {id: 1, date_from: "2026-10-01"},
        {id: 2, date_from: "2026-02-01"},
        {id: 3, date_from: false},
    ];
}

defineModels([Payroll]);

test("a day that stands for its month is read as a month", async () => {
    await mountView({
        type: "list",
        resModel: "test.payroll",
        arch: `<list><field name="date_from" widget="process_month"/></list>`,
    });
    expect(queryAllTexts(".o_data_cell")).toEqual([
        "October 2026",
        "February 2026",
        "",
    ]);
});

test("a month is chosen among months", async () => {
    await mountView({
        type: "form",
        resModel: "test.payroll",
        resId: 1,
        arch: `<form><field name="date_from" widget="process_month"/></form>`,
    });
    expect(".o_field_widget[name=date_from] button").toHaveText("October 2026");
    await contains(".o_field_widget[name=date_from] button").click();
    await contains(".o_date_item_cell:contains(Mar)").click();
    expect(".o_field_widget[name=date_from]").toHaveText("March 2026");
});
