import {expect, test} from "@odoo/hoot";
import {animationFrame, mockDate} from "@odoo/hoot-mock";
import {
    contains,
    getService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {session} from "@web/session";
import {WaitingMenu} from "../src/systray/waiting/waiting_menu";
import {beginDesktopTests} from "./desktop_tests";

beginDesktopTests();

const OVERDUE = {
    name: "overdue",
    label: "Overdue Customers",
    value: 2,
    tone: "danger",
    icon: "fa-exclamation-triangle",
    open: {xml_id: "test.customers", domain: [["id", "in", [1, 2]]], context: {}},
};
const DECIDE = {
    name: "decide",
    label: "Matters to Decide",
    value: 3,
    tone: "warning",
    icon: "fa-gavel",
    open: {xml_id: "test.matters", domain: [], context: {}},
};

async function openMenu(figures, hasPart = true) {
    mockDate("2027-03-01 10:00:00");
    patchWithCleanup(session, {sales_process_waiting: hasPart});
    onRpc("sales.process.home", "get_waiting", () => {
        expect.step("asked");
        return figures;
    });
    const menu = await mountWithCleanup(WaitingMenu);
    await animationFrame();
    return menu;
}

test("one number for all, in words and with the urgent colour", async () => {
    await openMenu([OVERDUE, DECIDE]);
    expect(".o_sales_process_waiting_count").toHaveText("5");
    expect(".o_sales_process_waiting_count").toHaveClass("text-bg-danger");
    expect(".o_sales_process_waiting_menu").toHaveAttribute(
        "aria-label",
        "5 matters wait for you"
    );
    expect.verifySteps(["asked"]);
});

test("each line opens what it counts", async () => {
    await openMenu([DECIDE]);
    patchWithCleanup(getService("action"), {
        doAction(action) {
            expect.step(`open ${action.name}`);
        },
        loadAction(xmlId) {
            return {name: xmlId, context: {}, domain: []};
        },
    });
    await contains(".o_sales_process_waiting_menu").click();
    expect(".o-dropdown-item").toHaveText("Matters to Decide\n3");
    await contains(".o-dropdown-item").click();
    await animationFrame();
    // it is asked again when it is opened: an old number would mislead
    expect.verifySteps(["asked", "asked", "open test.matters"]);
});

test("nothing to see where nothing waits, nothing asked for others", async () => {
    await openMenu([]);
    expect(".o_sales_process_waiting_menu").toHaveCount(0);
    expect.verifySteps(["asked"]);
});

test("whoever has no part in the process is not asked for", async () => {
    await openMenu([OVERDUE], false);
    expect(".o_sales_process_waiting_menu").toHaveCount(0);
    expect.verifySteps([]);
});

test("asked again after a while of work, not at each click", async () => {
    const menu = await openMenu([OVERDUE]);
    menu.env.bus.trigger("ACTION_MANAGER:UI-UPDATED", "current");
    await animationFrame();
    expect.verifySteps(["asked"]);
    mockDate("2027-03-01 10:01:00");
    menu.env.bus.trigger("ACTION_MANAGER:UI-UPDATED", "current");
    await animationFrame();
    expect.verifySteps(["asked"]);
});

test("whoever has just opened it is not asked again by the next screen", async () => {
    const menu = await openMenu([OVERDUE]);
    mockDate("2027-03-01 10:01:00");
    await contains(".o_sales_process_waiting_menu").click();
    expect.verifySteps(["asked", "asked"]);
    menu.env.bus.trigger("ACTION_MANAGER:UI-UPDATED", "current");
    await animationFrame();
    expect.verifySteps([]);
});
