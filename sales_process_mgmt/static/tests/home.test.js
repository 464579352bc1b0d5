import {expect, test} from "@odoo/hoot";
import {press, queryAll} from "@odoo/hoot-dom";
import {animationFrame, mockDate, runAllTimers} from "@odoo/hoot-mock";
import {
    contains,
    getService,
    MockServer,
    mountWebClient,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {SalesProcessHome} from "../src/home/home";
import {beginDesktopTests} from "./desktop_tests";

beginDesktopTests();

const FIGURE = {
    name: "overdue",
    label: "Overdue",
    value: 2,
    tone: "danger",
    icon: "fa-exclamation-triangle",
    open: {xml_id: "test.customers", domain: [["id", "in", [1]]], context: {}},
};

const CUSTOMER = {
    id: 7,
    name: "Deyang Valves",
    phone: "+86 138 1234 5678",
    deadline: "2027-03-03 20:00:00",
    state: "due_soon",
    why: "7 days, counted from the last contact.",
    step: "Call again",
    step_day: "03/02/2027",
    is_step_late: true,
    last: false,
};

function makeBlock(name, kind, values) {
    return {
        name,
        kind,
        title: `Title of ${name}`,
        sequence: 10,
        is_side: false,
        empty: false,
        open: false,
        ...values,
    };
}

function makeHome(values = {}) {
    return {
        role: "salesperson",
        roles: [{name: "salesperson", label: "My Day"}],
        date: "Monday, March 1, 2027",
        is_manager: false,
        buttons: [],
        blocks: [
            makeBlock("due", "figures", {figures: [FIGURE]}),
            makeBlock("customers", "customers", {rows: [CUSTOMER]}),
        ],
        ...values,
    };
}

async function openHome(home = makeHome()) {
    mockDate("2027-03-01 10:00:00");
    onRpc("sales.process.home", "get_home", ({kwargs}) => {
        expect.step(`home of ${kwargs.role}`);
        return typeof home === "function" ? home(kwargs.role) : home;
    });
    await mountWebClient();
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "sales_process_mgmt.home",
        name: "Today",
    });
}

/** Note what opens instead of opening it, and close it at once. */
function noteActions() {
    patchWithCleanup(getService("action"), {
        doAction(action, options) {
            expect.step(`open ${action.name || action.res_model}`);
            options?.onClose?.();
        },
        loadAction(xmlId) {
            return {name: xmlId, context: "{'search_default_mine': 1}", domain: []};
        },
    });
}

test("a figure says its number in words and with a sign", async () => {
    await openHome();
    expect(".o_home_figure[name=overdue]").toHaveText("2\nOverdue");
    expect(".o_home_figure .fa-exclamation-triangle").toHaveCount(1);
    expect.verifySteps(["home of false"]);
});

test("a figure opens what it counts, without filters of the action", async () => {
    await openHome();
    patchWithCleanup(SalesProcessHome.prototype, {
        async getAction(opens) {
            const action = await super.getAction(opens);
            expect(action.domain).toEqual([["id", "in", [1]]]);
            expect(action.context).toEqual({});
            return action;
        },
    });
    noteActions();
    await contains(".o_home_figure[name=overdue]").click();
    await animationFrame();
    // what was closed may have changed something
    expect.verifySteps(["home of false", "open test.customers", "home of salesperson"]);
});

test("a customer is called, logged and planned in its row", async () => {
    await openHome();
    expect(".o_home_customer .o_home_call").toHaveAttribute(
        "href",
        "tel:+8613812345678"
    );
    expect(".o_home_customer .o_followup_time_left").toHaveText("2 days left");
    expect(".o_home_customer .o_followup_due_soon").toHaveAttribute(
        "title",
        /counted from the last contact/
    );
    expect(".o_home_customer .o_home_danger").toHaveText("03/02/2027");
    onRpc("sales.process.ownership", "*", ({method, args}) => {
        expect.step(`${method} of ${args[0]}`);
        return {name: `Dialog of ${method}`};
    });
    noteActions();
    await contains("button[name=action_log_followup]").click();
    await animationFrame();
    await contains("button[name=action_schedule]").click();
    await animationFrame();
    expect.verifySteps([
        "home of false",
        "action_log_followup of 7",
        "open Dialog of action_log_followup",
        "home of salesperson",
        "action_schedule of 7",
        "open Dialog of action_schedule",
        "home of salesperson",
    ]);
});

test("each role has its home", async () => {
    const roles = [
        {name: "leader", label: "My Team"},
        {name: "salesperson", label: "My Day"},
    ];
    await openHome((role) => makeHome({role: role || "leader", roles}));
    expect(".o_home_roles .active").toHaveText("My Team");
    expect(".o_home_roles .active").toHaveAttribute("aria-pressed", "true");
    await contains(".o_home_roles button[name=salesperson]").click();
    expect(".o_home_roles .active").toHaveText("My Day");
    expect.verifySteps(["home of false", "home of salesperson"]);
});

test("an empty block leads on", async () => {
    const empty = {
        title: "No customer waits",
        text: "Take one",
        label: "Open the Pool",
        open: {xml_id: "test.pool", domain: null, context: {}},
    };
    await openHome(
        makeHome({blocks: [makeBlock("customers", "customers", {rows: [], empty})]})
    );
    noteActions();
    expect(".o_home_empty").toHaveText(
        "No customer waits\n\nTake one\n\nOpen the Pool"
    );
    await contains(".o_home_empty button").click();
    await animationFrame();
    expect.verifySteps(["home of false", "open test.pool", "home of salesperson"]);
});

test("without the process an administrator is led to the teams", async () => {
    await openHome(makeHome({role: false, roles: [], blocks: [], is_manager: true}));
    expect(".o_nocontent_help button[name=teams]").toHaveCount(1);
    expect.verifySteps(["home of false"]);
});

test("a table tells what is urgent in words for who does not see it", async () => {
    const cells = {
        overdue: {value: 3, tone: "danger", open: FIGURE.open},
        all: {value: 0, tone: false, open: false},
        plan: {value: "", tone: false, open: false},
    };
    const columns = ["overdue", "all", "plan"].map((name) => ({name, label: name}));
    await openHome(
        makeHome({
            blocks: [
                makeBlock("table", "table", {
                    label: "Salesperson",
                    avatar: false,
                    columns,
                    rows: [{id: 1, name: "Li Wei", cells}],
                    more: 2,
                }),
            ],
        })
    );
    expect(".o_home_table td button").toHaveAttribute(
        "aria-label",
        "Li Wei, overdue: 3"
    );
    expect(".o_home_table td .fa-exclamation-triangle").toHaveCount(1);
    expect(".o_home_table td:eq(1)").toHaveText("0");
    expect(".o_home_table td:eq(2)").toHaveText("–");
    expect(".o_home_block p").toHaveText("2 more in the list");
    expect.verifySteps(["home of false"]);
});

test("goals that are reached are cheered once", async () => {
    const row = {
        id: 1,
        label: "Visits",
        actual: "12",
        goal: "10",
        progress: 120,
        status: "Reached",
        tone: "success",
    };
    const block = makeBlock("goals", "goals", {rows: [row], note: "", cheer: "7"});
    await openHome(makeHome({blocks: [block]}));
    await animationFrame();
    expect(".o_reward").toHaveCount(1);
    expect(localStorage.getItem("sales_process_cheer_7")).toBe("1");
    expect.verifySteps(["home of false"]);
});

test("goals and rows", async () => {
    await openHome(
        makeHome({
            blocks: [
                makeBlock("goals", "goals", {
                    rows: [
                        {
                            id: 1,
                            label: "Visits",
                            actual: "12",
                            goal: "10",
                            progress: 120,
                            status: "Reached",
                            tone: "success",
                        },
                    ],
                    note: "As of noon",
                }),
                makeBlock("duty", "rows", {
                    is_side: true,
                    rows: [
                        {
                            id: "1-2",
                            icon: "fa-user",
                            title: "Li Wei",
                            subtitle: "East",
                            badge: "Next",
                            note: "until 4 PM",
                            tone: false,
                            open: false,
                        },
                    ],
                }),
            ],
        })
    );
    expect(".progress[role=progressbar]").toHaveAttribute("aria-valuenow", "100");
    expect("[data-name=goals] li").toHaveText("Visits\n12 of 10Reached");
    expect("[data-name=duty] button").toHaveCount(0);
    expect("[data-name=duty] .badge").toHaveText("Next");
    expect.verifySteps(["home of false"]);
});

test("rows that open are reached by Tab and opened by Enter, the rest is counted", async () => {
    const rows = ["Gifts", "Discounts"].map((title, index) => ({
        id: String(index),
        icon: "fa-check-square-o",
        title,
        subtitle: "Policy to Confirm",
        note: "until 03/05/2027",
        tone: index ? "danger" : false,
        open: {model: "test.policy", res_id: index + 1},
    }));
    await openHome(makeHome({blocks: [makeBlock("todo", "rows", {rows, more: 3})]}));
    noteActions();
    const buttons = queryAll("[data-name=todo] .o_home_rows button");
    expect(buttons).toHaveCount(2);
    expect("[data-name=todo] p").toHaveText("3 more in the list");
    buttons[0].focus();
    await press("Tab");
    expect(buttons[1]).toBeFocused();
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["home of false", "open test.policy", "home of salesperson"]);
});

test("arrows go to the same button of the next customer", async () => {
    const second = {...CUSTOMER, id: 8, name: "Mianyang Pumps", phone: false};
    await openHome(
        makeHome({blocks: [makeBlock("c", "customers", {rows: [CUSTOMER, second]})]})
    );
    expect.verifySteps(["home of false"]);
    const logs = queryAll("button[name=action_log_followup]");
    logs[0].focus();
    await press("ArrowDown");
    expect(logs[1]).toBeFocused();
    await press("ArrowDown");
    expect(logs[1]).toBeFocused({message: "the last row is the end"});
    await press("ArrowUp");
    expect(logs[0]).toBeFocused();
    // nobody to call there: what stands at its place
    queryAll(".o_home_call")[0].focus();
    await press("ArrowDown");
    expect(logs[1]).toBeFocused();
    expect(".o_home_customer:last .o_home_name").toHaveAttribute(
        "title",
        "Mianyang Pumps"
    );
});

test("whoever closes a dialog stands where it was opened", async () => {
    await openHome();
    onRpc("sales.process.ownership", "*", () => ({name: "Dialog"}));
    patchWithCleanup(getService("action"), {
        doAction(action, {onClose}) {
            // as when what had the focus goes with its dialog
            document.activeElement.blur();
            onClose();
        },
    });
    const [button] = queryAll("button[name=action_log_followup]");
    button.focus();
    await press("Enter");
    await animationFrame();
    await animationFrame();
    expect(button).toBeFocused();
    expect.verifySteps(["home of false", "home of salesperson"]);
});

test("what is done from the home has a key", async () => {
    const buttons = ["register", "whose"].map((name) => ({
        name,
        label: name,
        icon: "fa-user-plus",
        open: {xml_id: `test.${name}`},
    }));
    await openHome(makeHome({buttons}));
    noteActions();
    await press("alt+w");
    await runAllTimers();
    await animationFrame();
    expect.verifySteps(["home of false", "open test.whose", "home of salesperson"]);
});

test("news by the bus are shown without a reload, many at once", async () => {
    await openHome();
    await expect.waitForSteps(["home of false"]);
    const sendNews = () =>
        MockServer.env["bus.bus"]._sendone("broadcast", "sales_process_home", {});
    sendNews();
    sendNews();
    await expect.waitForSteps(["home of salesperson"], {timeout: 4000});
    await runAllTimers();
    expect.verifySteps([]);
});
