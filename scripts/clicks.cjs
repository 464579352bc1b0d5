// Count the clicks of each daily job on a running demonstration, in a real browser.
//
//     node scripts/clicks.cjs URL [TEXT]     all jobs, or those whose name holds TEXT
//
// scripts/clicks starts the demonstration and calls this. Each job is really done, so
// the demonstration is not the same afterwards. Typing is not counted; whoever types a
// name chooses it with Enter. Where a job needs more clicks than "most", it fails.
const fs = require("fs");
const path = require("path");
const {chromium, findBrowser, logIn, rest} = require("./browser.cjs");

const PAGE = path.join(path.dirname(__dirname), "docs", "clicks.md");
const BEGIN = "<!-- scripts/clicks -->";
const END = "<!-- end -->";
const ROW = ".o_home_customer";

class Clicks {
    constructor(page) {
        this.page = page;
        this.count = 0;
    }

    find(selector, text) {
        const found = this.page.locator(selector);
        return (text ? found.filter({hasText: text}) : found)
            .filter({visible: true})
            .first();
    }

    /** One click. */
    on(selector, text) {
        return this.onFound(this.find(selector, text));
    }

    async onFound(element) {
        await element.click({timeout: 15000});
        this.count++;
        await rest(this.page);
    }

    /** A button of an action, in the dialog that is open or on the page. */
    async button(name) {
        const modal = await this.page.locator(".modal:visible").count();
        await this.on(`${modal ? ".modal " : ""}button[name="${name}"]`);
    }

    /** Typing is not counted. */
    async type(field, text) {
        const input = this.find(
            `.modal [name="${field}"] :is(input, textarea), .modal input[id^="${field}"]`
        );
        await input.fill(text);
        await this.page.keyboard.press("Tab");
        await rest(this.page);
    }

    /** What is typed into a field that offers records, and chosen with Enter. */
    async choose(selector, text) {
        const input = this.find(selector);
        await input.focus();
        await input.pressSequentially(text, {delay: 30});
        await this.page.waitForSelector(".o-autocomplete--dropdown-item");
        await this.page.waitForTimeout(600);
        await this.page.keyboard.press("Enter");
        await rest(this.page);
    }

    async see(selector, text) {
        await this.find(selector, text).waitFor({timeout: 15000});
    }
}

async function register(c, number) {
    await c.on(".o_sales_process_registration_menu button, button[name=register]");
    await c.type("phone", number);
}

// Each job: who does it, from which screen, at most how many clicks, and how.
const JOBS = [
    {
        job: "my customers with the least time left",
        from: "Home",
        before: "4",
        most: 0,
        act: (c) => c.see(ROW),
    },
    {
        job: "who is on duty",
        from: "Home",
        before: "2",
        most: 0,
        act: (c) => c.see("[data-name=duty] li"),
    },
    {
        job: "what I owe: policies, exams, tasks, revisits",
        from: "Home",
        most: 0,
        act: (c) => c.see("[data-name=todo] li"),
    },
    {
        job: "open what I owe",
        from: "Home",
        most: 1,
        act: async (c) => {
            await c.on("[data-name=todo] li button");
            await c.see(".o_form_view");
        },
    },
    {
        job: "all my customers",
        from: "Home",
        before: "4",
        most: 1,
        act: async (c) => {
            await c.on(".o_home_figure[name=all]");
            await c.see(".o_data_row");
        },
    },
    {
        job: "log a call",
        from: "Home",
        most: 2,
        act: async (c) => {
            await c.on(`${ROW} button[name=action_log_followup]`);
            await c.type("subject", "Asked when the samples are to arrive");
            await c.button("action_saved");
            await c.see(".o_notification");
        },
    },
    {
        job: "log a call without typing: an outcome is tapped",
        from: "Home",
        most: 3,
        act: async (c) => {
            await c.on(`${ROW}:nth-child(2) button[name=action_log_followup]`);
            await c.on(".modal .o_followup_outcome:nth-child(2)");
            await c.button("action_saved");
            await c.see(".o_notification");
        },
    },
    {
        job: "log a call",
        from: "My Customers",
        address: "my-customers",
        before: "4",
        most: 2,
        act: async (c) => {
            await c.on(".o_data_row button[name=action_log_followup]");
            await c.type("subject", "Wants to come on Friday with the manager");
            await c.button("action_saved");
            await c.see(".o_notification");
        },
    },
    {
        job: "schedule an activity",
        from: "Home",
        most: 2,
        act: async (c) => {
            await c.on(`${ROW} button[name=action_schedule]`);
            await c.on(".modal footer .btn-primary");
        },
    },
    {
        job: "register a walk-in",
        from: "any screen",
        before: "2",
        most: 2,
        act: async (c) => {
            await register(c, "138 7700 1234");
            await c.button("action_register");
            await c.see(".o_notification");
        },
    },
    {
        job: "register: it is my own customer, the visit is logged",
        from: "any screen",
        before: "4",
        most: 2,
        act: async (c) => {
            await register(c, "138 7700 1234");
            await c.type("subject", "Came back with the drawings");
            await c.button("action_log_visit");
        },
    },
    {
        job: "register: it is a colleague's, ask to be invited",
        from: "any screen",
        before: "2",
        most: 2,
        act: async (c) => {
            await register(c, "138 5074 1142");
            await c.button("action_ask_invitation");
            await c.see(".o_notification");
        },
    },
    {
        job: "take a customer",
        from: "Pool",
        address: "customer-pool",
        before: "1",
        most: 1,
        act: async (c) => {
            await c.on(".o_data_row button[name=action_take]");
        },
    },
    {
        job: "give up a customer",
        from: "the customer",
        address: "my-customers",
        open: true,
        before: "2",
        most: 2,
        act: async (c) => {
            await c.on("button:is([name*=pool_return], .o_give_up), button", "Give Up");
            await c.type("reason", "They have closed their workshop");
            await c.on(".modal footer .btn-primary");
        },
    },
    {
        job: "invite a helper",
        from: "the customer",
        address: "my-customers",
        open: true,
        before: "4",
        most: 4,
        act: async (c) => {
            await c.button("action_invite");
            await c.choose(".modal [name=user_id] input", "Li Wei");
            await c.on(".modal footer .btn-primary");
        },
    },
    {
        job: "a report that is owed, with what the team asks",
        from: "Home",
        before: "3",
        most: 3,
        act: async (c) => {
            await c.on("[data-name=reports] li button");
            await c.on("[name=answer_ids] .o_data_row .o_data_cell:last-child");
            await c.page.keyboard.type("12");
            await c.button("action_submit");
            await c.see(".o_notification, .o_arrow_button_current", /Submitted|Late/);
        },
    },
    {
        job: "an urgent report",
        from: "the menu",
        before: "could not be handed in",
        most: 3,
        address: "my-work-reports",
        act: async (c) => {
            await c.on(".o_control_panel_main_buttons .btn, .o_list_button_add");
            await c
                .find("[name=summary] :is(textarea, input)")
                .fill("The competitor has cut its prices by a tenth");
            await c.button("action_submit");
        },
    },
    {
        job: "what waits for my decision",
        from: "Home",
        login: "sun_li",
        before: "2",
        most: 0,
        act: (c) => c.see("[data-name=decide] .o_home_figure"),
    },
    {
        job: "decide a conflict",
        from: "Home",
        login: "sun_li",
        before: "2, from the list",
        most: 3,
        act: async (c) => {
            await c.on("[data-name=decide] .o_home_figure[name=conflict_open]");
            await c.on(".o_data_row .o_data_cell[name=name]");
            await c.button("action_keep");
        },
    },
    {
        job: "a roster for the next month",
        from: "Duty Roster",
        login: "sun_li",
        address: "duty-roster",
        before: "3 and two dates",
        most: 3,
        act: async (c) => {
            await c.on(".o_control_panel button", "Make a Roster");
            await c.button("action_preview");
            await c.button("action_create");
        },
    },
    {
        job: "transfer one customer",
        from: "the customer",
        login: "sun_li",
        address: "customer-ownerships",
        open: true,
        without: "Li Wei",
        before: "4",
        most: 3,
        act: async (c) => {
            await c.button("action_open_transfer");
            await c.choose(".modal [name=user_id] input", "Li Wei");
            await c.type("reason", "Knows the trade of this customer");
            await c.button("action_transfer");
        },
    },
    {
        job: "transfer several customers",
        from: "All Customers",
        login: "sun_li",
        address: "customer-ownerships",
        before: "6",
        most: 4,
        act: async (c) => {
            const others = c.page
                .locator(".o_data_row")
                .filter({hasNotText: "Li Wei"})
                .locator(".o_list_record_selector input");
            await c.onFound(others.nth(0));
            await c.onFound(others.nth(1));
            await c.on("button[name=action_open_transfer]");
            await c.choose(".modal [name=user_id] input", "Li Wei");
            await c.type("reason", "Knows the trade of these customers");
            await c.button("action_transfer");
        },
    },
    {
        job: "open a report to read",
        from: "Home",
        login: "sun_li",
        before: "2",
        most: 2,
        act: async (c) => {
            await c.on("[data-name=decide] .o_home_figure[name=report_unread]");
            await c.on(".o_data_row .o_data_cell[name=name]");
        },
    },
    {
        job: "the plan of the next month, copied",
        from: "Plans",
        address: "sales-plans",
        before: "3 and a date",
        most: 2,
        act: async (c) => {
            await c.on(".o_list_button_add, .o-kanban-button-new");
            await c.button("action_copy_previous");
            await c.see("[name=line_ids] .o_data_row");
        },
    },
];

// Somebody stands on the form of a record already; the first that says nothing of whom.
async function openRecord(c, whom) {
    await c.page
        .locator(".o_data_row")
        .filter({hasNotText: whom})
        .first()
        .locator(".o_data_cell:not(:has(button)):not(.o_list_record_selector)")
        .first()
        .click();
    await c.see(".o_form_view");
    await rest(c.page);
}

async function play(browser, base, job) {
    const login = job.login || "wang_fang";
    const viewport = {width: 1440, height: 900};
    const page = await logIn(browser, base, login, "en_US", viewport);
    page.setDefaultTimeout(20000);
    const clicks = new Clicks(page);
    let fault = null;
    try {
        await page.goto(`${base}/odoo/${job.address || "sales-home"}`);
        await page.waitForSelector(".o_action_manager > *");
        await rest(page);
        if (job.open) {
            await openRecord(clicks, job.without || /^$/);
        }
        await job.act(clicks);
        if (await page.locator(".o_error_dialog, .o_notification .bg-danger").count()) {
            fault = (await page.locator(".o_error_dialog, .o_notification").innerText())
                .trim()
                .slice(0, 200);
        }
    } catch (error) {
        fault = error.message.split("\n").slice(0, 2).join(" ");
    }
    if (fault && process.env.PICTURES) {
        const name = job.job.replace(/\W+/g, "_").slice(0, 40);
        await page.screenshot({path: path.join(process.env.PICTURES, `${name}.png`)});
    }
    await page.context().close();
    return {...job, login, count: clicks.count, fault};
}

function writeTable(results) {
    const rows = results.map(
        ({job, from, login, before, count}) =>
            `| ${job} | ${login} | ${from} | ${before || "–"} | ${count} |`
    );
    const table = [
        "| job | as | from | before | now |",
        "| --- | --- | --- | ---: | ---: |",
        ...rows,
    ].join("\n");
    const text = fs.readFileSync(PAGE, "utf8");
    const [head, tail] = [text.split(BEGIN)[0], text.split(END)[1]];
    fs.writeFileSync(PAGE, `${head}${BEGIN}\n\n${table}\n\n${END}${tail}`);
}

async function main() {
    const [base, wanted] = process.argv.slice(2);
    const jobs = JOBS.filter(({job}) => !wanted || job.includes(wanted));
    const browser = await chromium.launch({
        executablePath: findBrowser(),
        args: ["--no-sandbox", "--disable-gpu"],
    });
    const results = [];
    for (const job of jobs) {
        const result = await play(browser, base, job);
        const is_over = result.count > job.most;
        const remark = result.fault || (is_over ? `more than ${job.most}` : "");
        console.log(`${result.count}  ${job.job}, from ${job.from}  ${remark}`);
        results.push({...result, is_over});
    }
    await browser.close();
    const bad = results.filter(({fault, is_over}) => fault || is_over);
    if (bad.length) {
        throw new Error(`${bad.length} of ${results.length} jobs are not as promised.`);
    }
    if (!wanted) {
        writeTable(results);
    }
}

main().catch((error) => {
    console.error(error.message);
    process.exit(1);
});
