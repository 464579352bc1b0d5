import {expect, test} from "@odoo/hoot";
import {animationFrame} from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    getService,
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
    _records = [
        {id: 11, name: "Pumps"},
        {id: 12, name: "Valves"},
    ];
}

class Customer extends models.Model {
    _name = "test.customer";
    name = fields.Char();
    current_lead_id = fields.Many2one({relation: "crm.lead"});
    lead_activity_ids = fields.Many2many({relation: "mail.activity"});
    lead_activity_state = fields.Selection({selection: [["today", "Today"]]});
    lead_activity_summary = fields.Char();
    lead_activity_type_id = fields.Many2one({relation: "mail.activity.type"});
    lead_activity_icon = fields.Char();
    lead_exception = fields.Selection({selection: [["danger", "Error"]]});
    lead_exception_icon = fields.Char();
    _records = [
        {
            id: 1,
            name: "Deyang",
            current_lead_id: 11,
            lead_activity_state: "today",
            lead_activity_summary: "Ring them",
        },
        {id: 2, name: "Leshan", current_lead_id: 12},
        {id: 3, name: "Without a lead"},
    ];
}
defineModels([Lead, Customer]);

async function openList() {
    onRpc("mail.activity", "activity_format", () => ({}));
    await mountView({
        type: "list",
        resModel: "test.customer",
        arch: `
            <list>
                <field name="name"/>
                <field name="lead_activity_ids" widget="list_customer_activity"/>
            </list>`,
    });
    patchWithCleanup(getService("mail.store"), {
        async scheduleActivity(model, ids) {
            expect.step(`${model} ${ids.join()}`);
        },
    });
}

test("what is planned with the lead of the customer, in Odoo's own button", async () => {
    await openList();
    expect(".o-mail-ActivityButton").toHaveCount(2, {message: "none without a lead"});
    expect(".o-mail-ActivityButton:eq(0)").toHaveText("Ring them");
    expect(".o-mail-ActivityButton:eq(0) i").toHaveClass("text-warning");
    await contains(".o-mail-ActivityButton:eq(1)").click();
    await contains(".o-mail-ActivityListPopover button:contains(Schedule)").click();
    await animationFrame();
    expect.verifySteps(["crm.lead 12"]);
});

test("with several selected customers, their leads are meant", async () => {
    await openList();
    for (const row of [0, 1, 2]) {
        await contains(`.o_data_row:eq(${row}) .o_list_record_selector input`).click();
    }
    await contains(".o-mail-ActivityButton:eq(0)").click();
    await contains(".o-mail-ActivityListPopover button:contains(Schedule)").click();
    await animationFrame();
    expect.verifySteps(["crm.lead 11,12"]);
});
