// Copyright 2026 Sales Process Management contributors
// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {defineModels, fields, models, mountView} from "@web/../tests/web_test_helpers";
import {expect, test} from "@odoo/hoot";
import {beginDesktopTests} from "./desktop_tests";

beginDesktopTests();

class Visit extends models.Model {
    _name = "sales.process.followup";

    user_id = fields.Many2one({relation: "res.partner"});
    _records = [];
}

class Other extends models.Model {
    _name = "other.visit";

    user_id = fields.Many2one({relation: "res.partner"});
    _records = [];
}

defineModels([Visit, Other]);

async function mountCards(resModel) {
    await mountView({
        type: "kanban",
        resModel,
        groupBy: ["user_id"],
        noContentHelp: "<p>Nobody has logged a visit</p>",
        arch: `
            <kanban>
                <templates>
                    <t t-name="card"><field name="user_id"/></t>
                </templates>
            </kanban>`,
    });
}

test("no group of ours: what belongs there is said", async () => {
    await mountCards("sales.process.followup");
    expect(".o_view_nocontent").toHaveText(/Nobody has logged a visit/);
});

test("models of others are left as they are", async () => {
    await mountCards("other.visit");
    expect(".o_view_nocontent").toHaveCount(0);
});
