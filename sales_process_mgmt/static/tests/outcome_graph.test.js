// Copyright 2026 Sales Process Management contributors
// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {
    defineModels,
    fields,
    findComponent,
    models,
    mountView,
    preloadBundle,
} from "@web/../tests/web_test_helpers";
import {expect, test} from "@odoo/hoot";
import {
    getOutcomeColor,
    paintOutcomes,
} from "@sales_process_mgmt/outcome_colors/outcome_colors";
import {beginDesktopTests} from "./desktop_tests";

beginDesktopTests();
preloadBundle("web.assets_backend_lazy");

const GREEN = "#28A745";
const RED = "#DC3545";

class DisciplineReport extends models.Model {
    _name = "sales.process.discipline.report";

    user = fields.Char();
    outcome = fields.Selection({
        selection: [
            ["owed", "Owed"],
            ["missing", "Missing"],
            ["on_time", "In Time"],
        ],
    });
    kind = fields.Selection({selection: [["daily", "Daily"]]});
    _records = [
        {user: "Chen", outcome: "missing", kind: "daily"},
        {user: "Chen", outcome: "on_time", kind: "daily"},
        {user: "Wang", outcome: "on_time", kind: "daily"},
    ];
    _views = {search: `<search/>`};
}

defineModels([DisciplineReport]);

async function mount(fieldNames, attributes = "") {
    const view = await mountView({
        type: "graph",
        resModel: "sales.process.discipline.report",
        arch: `<graph js_class="sales_process_outcome_graph" ${attributes}>${fieldNames
            .map((name) => `<field name="${name}"/>`)
            .join("")}</graph>`,
    });
    const renderer = findComponent(view, (component) => component.chart);
    return renderer.chart.data.datasets.map((dataset) => [
        dataset.label,
        dataset.backgroundColor,
        dataset.borderColor,
    ]);
}

test("a group is good, bad, or neither", () => {
    expect(getOutcomeColor([["outcome", "=", "missing"]])).toBe(RED);
    expect(getOutcomeColor([["outcome", "=", "on_time"]])).toBe(GREEN);
    expect(getOutcomeColor([["outcome", "!=", "missing"]])).toBe(undefined);
    expect(getOutcomeColor([["kind", "=", "daily"]])).toBe(undefined);
    expect(getOutcomeColor(["&", ["user", "=", 1], ["counts", "=", false]])).toBe(RED);
    expect(getOutcomeColor([["outcome", "=", "toString"]])).toBe(undefined);
    expect(getOutcomeColor(undefined)).toBe(undefined);
});

test("groups of one series have colours of their own", () => {
    const datasets = [
        {
            backgroundColor: "blue",
            domains: [
                [["bucket", "=", "0_not_due"]],
                [["bucket", "=", "3_until_90"]],
                [["bucket", "=", false]],
            ],
        },
        {backgroundColor: "blue", domains: [[["kind", "=", "daily"]]]},
    ];
    paintOutcomes(datasets, ["backgroundColor"]);
    expect(datasets[0].backgroundColor).toEqual([GREEN, RED, "blue"]);
    expect(datasets[1].backgroundColor).toBe("blue");
});

test("missing is red and in time is green, whatever the order", async () => {
    const seen = await mount(["user", "outcome"], 'stacked="1"');
    const colors = Object.fromEntries(seen);
    expect(colors.Missing).toBe(RED);
    expect(colors["In Time"]).toBe(GREEN);
});

test("a line of what is bad is red", async () => {
    const [[, , border]] = await mount(["outcome"], 'type="line"').then((seen) => [
        seen.find((row) => Array.isArray(row[2]) || row[2]),
    ]);
    expect([border].flat()).toInclude(RED);
});

test("what is neither keeps the colours of Odoo", async () => {
    const [[, color]] = await mount(["kind"]);
    expect([GREEN, RED]).not.toInclude(color);
});
