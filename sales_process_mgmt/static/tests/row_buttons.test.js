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
import {press, queryFirst} from "@odoo/hoot-dom";
import {beginDesktopTests} from "./desktop_tests";

beginDesktopTests();

class Detail extends models.Model {
    _name = "sales.process.shared.value";

    value = fields.Char();
    _records = [{id: 1, value: "021 5555"}];
}

class Switchboard extends models.Model {
    _name = "switchboard";

    value = fields.Char();
    _records = [{id: 1, value: "021 5555"}];
}

defineModels([Detail, Switchboard]);

async function pressOnButton(resModel, attributes = "") {
    onRpc(resModel, "action_confirm", ({args}) => {
        expect.step(`confirm ${args[0]}`);
        return false;
    });
    await mountView({
        type: "list",
        resModel,
        arch: `
            <list ${attributes}>
                <field name="value"/>
                <button name="action_confirm" type="object" string="Confirm"/>
            </list>`,
        selectRecord: (id) => expect.step(`open ${id}`),
    });
    queryFirst(".o_data_row .o_list_record_selector input, .o_data_row td").focus();
    while (!document.activeElement.matches(".o_data_row button")) {
        await press("ArrowRight");
    }
    await press("Enter");
    await animationFrame();
}

test("the arrows reach a button of a row, and Enter presses it", async () => {
    await pressOnButton("sales.process.shared.value");
    expect.verifySteps(["confirm 1"]);
});

test("also where Enter on a cell would edit the row", async () => {
    await pressOnButton("sales.process.shared.value", "editable='bottom'");
    expect.verifySteps(["confirm 1"]);
    expect(".o_selected_row").toHaveCount(0);
});

test("the lists of other apps are left as they are", async () => {
    await pressOnButton("switchboard");
    expect.verifySteps(["open 1"]);
});
