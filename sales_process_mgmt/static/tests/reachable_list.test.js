// Copyright 2026 Sales Process Management contributors
// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import {expect, test} from "@odoo/hoot";
import {animationFrame} from "@odoo/hoot-mock";
import {click, press} from "@odoo/hoot-dom";
import {beginDesktopTests} from "./desktop_tests";

beginDesktopTests();

class Matter extends models.Model {
    _name = "sales.process.agenda.item";

    name = fields.Char();
    kind = fields.Selection({selection: [["conflict", "Conflict"]]});
    _records = [
        {id: 1, name: "Who has it", kind: "conflict"},
        {id: 2, name: "Who else", kind: "conflict"},
    ];
}

defineModels([Matter]);

const inRow = () => document.activeElement.closest(".o_data_row");

test("Tab leads out of the search into the rows, Enter opens one", async () => {
    onRpc("sales.process.agenda.item", "action_open_evidence", ({args}) => {
        expect.step(`open ${args[0]}`);
        return false;
    });
    await mountView({
        type: "list",
        resModel: "sales.process.agenda.item",
        arch: `
            <list js_class="sales_process_reachable_list" action="action_open_evidence"
                type="object" expand="1">
                <field name="name"/>
                <button name="action_open_evidence" type="object" string="Open"/>
            </list>`,
    });
    await click(".o_searchview_input");
    for (let turn = 0; turn < 30 && !inRow(); turn++) {
        await press("Tab");
    }
    expect(inRow()).toHaveText(/Who has it/);
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["open 1"]);
});
