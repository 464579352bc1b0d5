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

class Followup extends models.Model {
    _name = "sales.process.followup";

    name = fields.Char();
    counts = fields.Boolean({string: "Counts as Contact"});
    part_ids = fields.One2many({relation: "sales.process.followup"});
    _records = [{id: 1, name: "Rang them", counts: true, part_ids: [1]}];
}

class Foreign extends models.Model {
    _name = "foreign";

    name = fields.Char();
    counts = fields.Boolean({string: "Counts as Contact"});
    _records = [{id: 1, name: "Theirs", counts: true}];
}

defineModels([Followup, Foreign]);

const ROWS = `<list><field name="name"/><field name="counts"/></list>`;

for (const [resModel, count] of [
    ["sales.process.followup", 1],
    ["foreign", 0],
]) {
    test(`views of ${resModel} are known by their class, checkboxes named`, async () => {
        await mountView({type: "list", resModel, arch: ROWS});
        expect(".o_list_view.o_process_view").toHaveCount(count);
        const names = queryAllTexts(".o_data_row .visually-hidden");
        expect(names).toEqual(count ? ["Counts as Contact"] : []);
        expect(".o_data_row input[type=checkbox]:disabled:checked").toHaveCount(1);
    });
}

test("what opens from a row of a form is known as well", async () => {
    await mountView({
        type: "form",
        resModel: "sales.process.followup",
        resId: 1,
        arch: `
            <form>
                <field name="part_ids">
                    ${ROWS}
                    <form><field name="name"/></form>
                </field>
            </form>`,
    });
    expect(".o_form_view.o_process_view").toHaveCount(1);
    await contains(".o_data_row .o_data_cell").click();
    expect(".o_dialog .modal-content.o_process_view").toHaveCount(1);
});
