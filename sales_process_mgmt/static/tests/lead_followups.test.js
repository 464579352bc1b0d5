import {expect, test} from "@odoo/hoot";
import {animationFrame} from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    getService,
    makeMockEnv,
    models,
    mountView,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {beginDesktopTests} from "./desktop_tests";

beginDesktopTests();

class Lead extends models.Model {
    _name = "crm.lead";
    name = fields.Char();
    process_followup_count = fields.Integer();
    write_date = fields.Datetime();
    _records = [{id: 1, name: "Deyang Valves", process_followup_count: 2}];
}

class Followup extends models.Model {
    _name = "sales.process.followup";
    subject = fields.Char();
    lead_id = fields.Many2one({relation: "crm.lead"});
    _records = [
        {id: 1, subject: "Price", lead_id: 1},
        {id: 2, subject: "Delivery", lead_id: 1},
        {id: 3, subject: "Somebody else's", lead_id: false},
    ];
    _views = {
        "list,sales_process_mgmt.sales_process_followup_view_list_lead": `
            <list><field name="subject"/></list>`,
    };
}
defineModels([Lead, Followup]);

test("contacts are read when their page is opened, and open their records", async () => {
    onRpc("crm.lead", "action_view_followups", ({args}) => {
        expect.step(`contacts of ${args[0]}`);
        return {domain: [["lead_id", "=", 1]], context: {default_lead_id: 1}};
    });
    await makeMockEnv();
    patchWithCleanup(getService("action"), {
        doAction(action) {
            expect.step(`${action.res_model} ${action.res_id}`);
        },
    });
    await mountView({
        type: "form",
        resModel: "crm.lead",
        resId: 1,
        arch: `
            <form>
                <notebook>
                    <page string="Notes"><field name="name"/></page>
                    <page string="Follow-Ups" name="followups">
                        <widget name="sales_process_lead_followups"/>
                    </page>
                </notebook>
            </form>`,
    });
    expect.verifySteps([]);
    await contains(".nav-link[name=followups]").click();
    await animationFrame();
    expect.verifySteps(["contacts of 1"]);
    expect(".o_lead_followups .o_data_row").toHaveCount(2);
    expect(".o_lead_followups .o_control_panel").toHaveCount(0);
    expect(".o_lead_followups .o_list_record_selector").toHaveCount(0);
    await contains(".o_lead_followups .o_data_row:eq(1) .o_data_cell").click();
    expect.verifySteps(["sales.process.followup 2"]);
});
