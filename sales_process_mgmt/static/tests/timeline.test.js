import {expect, test} from "@odoo/hoot";
import {animationFrame, mockDate} from "@odoo/hoot-mock";
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

class Customer extends models.Model {
    _name = "test.customer";
    name = fields.Char();
    write_date = fields.Datetime();
    _records = [{id: 1, name: "Deyang Valves", write_date: "2027-03-01 08:00:00"}];
}
defineModels([Customer]);

const KINDS = [
    {name: "followup", label: "Follow-Ups", icon: "fa-comments-o"},
    {name: "owner", label: "Owners", icon: "fa-user"},
];

function makeLine(number, values = {}) {
    return {
        key: `followup-${number}`,
        kind: "followup",
        icon: "fa-phone",
        moment: "2027-03-01 07:00:00",
        day: false,
        title: `Call ${number}`,
        text: "Price",
        person: "Wang Fang",
        avatar: {model: "res.users", id: 7},
        badge: "Counts",
        tone: "success",
        open: {model: "sales.process.followup", id: number},
        ...values,
    };
}

async function openForm(getPage) {
    mockDate("2027-03-01 10:00:00");
    onRpc("sales.process.timeline", "get_page", ({args, kwargs}) => {
        expect(args).toEqual(["test.customer", 1]);
        expect.step(`page of ${kwargs.kinds.join() || "all"} before ${kwargs.before}`);
        return {
            kinds: KINDS,
            before: false,
            note: false,
            lines: [],
            ...getPage(kwargs),
        };
    });
    await mountView({
        type: "form",
        resModel: "test.customer",
        resId: 1,
        arch: `<form><field name="name"/><widget name="sales_process_timeline"/></form>`,
    });
}

test("lines stand under their days, newest first, and open their records", async () => {
    await openForm(() => ({
        lines: [
            makeLine(1),
            makeLine(2, {moment: "2027-02-28 09:00:00", open: false}),
            makeLine(3, {
                key: "money-3",
                kind: "money",
                moment: "2027-02-01 00:00:00",
                day: "2027-02-01",
                badge: false,
                person: false,
                avatar: false,
            }),
        ],
    }));
    expect.verifySteps(["page of all before false"]);
    expect(".o_timeline_day:eq(0)").toHaveText("Today");
    expect(".o_timeline_day:eq(1)").toHaveText("Yesterday");
    expect(".o_timeline_day:eq(2)").toHaveText("Feb 1");
    expect(".o_timeline_line").toHaveCount(3);
    expect(".o_timeline_line:eq(0) .badge").toHaveText("Counts");
    expect(".o_timeline_line:eq(0) .badge").toHaveClass("o_timeline_success");
    // what is on the record that is open is no button; a day has no hour
    expect(".o_timeline_line:eq(1) button").toHaveCount(0);
    expect(".o_timeline_line:eq(2) .badge").toHaveCount(0);
    expect(".o_timeline_line:eq(2) small").toHaveText("");
    patchWithCleanup(getService("action"), {
        doAction(action) {
            expect.step(`open ${action.res_model} ${action.res_id}`);
        },
    });
    await contains(".o_timeline_line:eq(0) button").click();
    expect.verifySteps(["open sales.process.followup 1"]);
});

test("kinds are chosen, and taken back", async () => {
    await openForm(({kinds}) => ({
        lines: kinds.includes("owner") ? [] : [makeLine(1)],
    }));
    await contains(".o_timeline button[name=owner]").click();
    expect(".o_timeline button[name=owner]").toHaveAttribute("aria-pressed", "true");
    expect(".o_timeline button[name=all]").toHaveAttribute("aria-pressed", "false");
    expect(".o_timeline_line").toHaveCount(0);
    expect(".o_timeline p").toHaveText("Nothing that you may read has happened yet.");
    await contains(".o_timeline button[name=followup]").click();
    await contains(".o_timeline button[name=all]").click();
    expect(".o_timeline_line").toHaveCount(1);
    expect.verifySteps([
        "page of all before false",
        "page of owner before false",
        "page of owner,followup before false",
        "page of all before false",
    ]);
});

test("reads on until nothing is left", async () => {
    await openForm(({before}) =>
        before
            ? {lines: [makeLine(2, {moment: "2026-12-24 09:00:00"})]}
            : {lines: [makeLine(1)], before: ["2027-03-01 07:00:00", 3, 1]}
    );
    await contains(".o_timeline button[name=more]").click();
    expect(".o_timeline_line").toHaveCount(2);
    expect(".o_timeline button[name=more]").toHaveCount(0);
    expect.verifySteps([
        "page of all before false",
        "page of all before 2027-03-01 07:00:00,3,1",
    ]);
});

test("what the pool hides is said instead", async () => {
    await openForm(() => ({note: "The customer is in the pool."}));
    expect(".o_timeline").toHaveText("The customer is in the pool.");
    expect(".o_timeline_kinds").toHaveCount(0);
    expect.verifySteps(["page of all before false"]);
});

test("what was saved is read again", async () => {
    await openForm(() => ({lines: [makeLine(1)]}));
    await contains("[name=name] input").edit("Deyang Valves Ltd");
    await contains(".o_form_button_save").click();
    await animationFrame();
    expect.verifySteps(["page of all before false", "page of all before false"]);
});
