// Copyright 2026 Sales Process Management contributors
// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {
    contains,
    defineActions,
    defineModels,
    fields,
    getService,
    models,
    mountWithCleanup,
} from "@web/../tests/web_test_helpers";
import {animationFrame, mockSendBeacon} from "@odoo/hoot-mock";
import {expect, test} from "@odoo/hoot";
import {WebClient} from "@web/webclient/webclient";
import {beginDesktopTests} from "./desktop_tests";
import {unload} from "@odoo/hoot-dom";

beginDesktopTests();

class Meeting extends models.Model {
    _name = "sales.process.meeting";

    name = fields.Char({default: "Held"});
    display_name = fields.Char({compute: "_compute_display_name"});
    _records = [{id: 1, name: "Monday"}];
    _views = {form: `<form><field name="name"/></form>`};

    _compute_display_name() {
        for (const meeting of this) {
            meeting.display_name = ` · ${meeting.name}`;
        }
    }
}

defineModels([Meeting]);
defineActions([
    {
        id: 1,
        name: "New One",
        res_model: "sales.process.meeting",
        views: [[false, "form"]],
    },
    {
        id: 2,
        name: "The First",
        res_id: 1,
        res_model: "sales.process.meeting",
        views: [[false, "form"]],
    },
]);

test("what is not saved is called new, what is saved has its name", async () => {
    await mountWithCleanup(WebClient);
    await getService("action").doAction(1);
    expect(".o_last_breadcrumb_item").toHaveText("New");
    await getService("action").doAction(2);
    expect(".o_last_breadcrumb_item").toHaveText("· Monday");
});

test("a page that is closed without a word makes nothing", async () => {
    mockSendBeacon((_route, blob) => {
        expect.step("saved");
        return Boolean(blob);
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction(1);
    await unload();
    await animationFrame();
    expect.verifySteps([]);
});

test("a page that is closed in the middle of a word keeps it", async () => {
    mockSendBeacon((_route, blob) => {
        expect.step("saved");
        return Boolean(blob);
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction(1);
    const input = contains(".o_field_widget[name=name] input");
    await input.edit("Half a wo", {confirm: false});
    await unload();
    await animationFrame();
    expect.verifySteps(["saved"]);
});
