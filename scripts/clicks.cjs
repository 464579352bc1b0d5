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
const PLACE = ".o_data_cell:not(:has(button)):not(.o_handle_cell)";

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

    /** A day as it is typed. */
    dayAfter(count) {
        const day = new Date(Date.now() + count * 24 * 3600 * 1000);
        return `${day.getMonth() + 1}/${day.getDate()}/${day.getFullYear()}`;
    }

    /** Somebody stands at this row's record already. */
    async stand(row) {
        await row.first().locator(PLACE).first().click();
        await this.see(".o_form_view");
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
        job: "a new user's first customer",
        from: "the page to sign in",
        most: 3,
        act: async (c) => {
            await c.page.goto(new URL("/web/session/logout", c.page.url()).href);
            await c.page.fill("#login", "wang_fang");
            await c.page.fill("#password", "wang_fang");
            await c.on(".oe_login_form button[type=submit]");
            await c.see(ROW);
            await register(c, "138 7700 1233");
            await c.button("action_register");
            await c.see(".o_notification");
        },
    },
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
        job: "undo a release",
        from: "Releases",
        // before others hand on what it gave out
        login: "sun_li",
        address: "releases",
        before: "3",
        most: 3,
        act: async (c) => {
            await c.on(".o_data_row .o_data_cell[name=team_id]", "Hangzhou");
            await c.button("action_undo");
            await c.on(".modal footer .btn-primary");
        },
    },
    {
        job: "take a customer",
        from: "Pool",
        address: "customer-pool",
        before: "1",
        most: 1,
        act: async (c) => {
            // not the newest: of that customer the release is undone later
            await c.on(".o_data_row + .o_data_row button[name=action_take]");
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
            // the team asks once a week, on whatever day this is
            await c.on("[data-name=reports] li button", /Weekly Report/);
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
    {
        job: "register: it is in the pool, take it",
        from: "any screen",
        before: "2",
        most: 2,
        act: async (c) => {
            await register(c, "138 7220 5260");
            await c.on(".modal footer .btn-primary");
            await c.see(".o_notification");
        },
    },
    {
        job: "register: it is a colleague's, call the leader",
        from: "any screen",
        before: "2",
        most: 2,
        act: async (c) => {
            await register(c, "138 5074 1142");
            await c.button("action_call_leader");
            await c.see(".o_notification");
        },
    },
    {
        job: "agree on a day beyond the limit and ask for it",
        from: "Home",
        before: "not possible",
        most: 2,
        act: async (c) => {
            await c.on(`${ROW} button[name=action_log_followup]`);
            await c.type("subject", "They move house, and decide after that");
            await c.type("date_next", c.dayAfter(60));
            await c.button("action_saved");
            await c.see(".o_notification");
        },
    },
    {
        job: "a planned activity is done",
        from: "the lead",
        address: "action-crm.crm_lead_action_pipeline",
        before: "3",
        most: 2,
        prepare: async (c) => {
            const planned = ".o-mail-ActivityButton :is(.text-success, .text-warning)";
            await c.page.locator(`.o_kanban_record:has(${planned})`).first().click();
            await c.see(".o_form_view");
            await rest(c.page);
        },
        act: async (c) => {
            await c.on(".o-mail-Activity-markDone");
            await c.on(
                ".o-mail-ActivityMarkAsDone button:not([aria-label*=Next])",
                "Done"
            );
        },
    },
    {
        job: "intelligence that is owed, nothing to report",
        from: "Home",
        most: 3,
        act: async (c) => {
            await c.on("[data-name=reports] li button", /ntelligence/);
            await c.on("[name=nothing_new] input");
            await c.button("action_submit");
        },
    },
    {
        job: "a piece of market intelligence",
        from: "Market Intelligence",
        address: "market-intelligence",
        before: "2",
        most: 2,
        act: async (c) => {
            await c.on(".o_list_button_add, .o-kanban-button-new");
            await c
                .find("[name=name] :is(textarea, input)")
                .fill("The competitor opens a warehouse in Suzhou");
            await c.on(".o_form_button_save");
        },
    },
    {
        job: "ask for a swap of a shift",
        from: "My Shifts",
        login: "zhang_min",
        address: "my-shifts",
        before: "3 and two fields",
        most: 2,
        act: async (c) => {
            await c.on(".o_data_row button[name=action_ask_swap]");
            await c.choose(".modal [name=substitute_id] input", "Li Wei");
            await c.type("reason", "Visit to a customer in Suzhou");
            await c.on(".modal footer .btn-primary");
        },
    },
    {
        job: "accept a swap of a shift",
        from: "Duty Swaps",
        login: "li_wei",
        address: "action-sales_process_mgmt.sales_process_duty_swap_action",
        before: "1",
        most: 1,
        act: async (c) => {
            await c.on("button[name=action_accept]");
            await c.see(".o_data_row", "Accepted");
        },
    },
    {
        job: "hand in a returned report again",
        from: "Home",
        login: "li_wei",
        before: "1, from the report",
        most: 2,
        act: async (c) => {
            await c.on("[data-name=reports] li:has(.fa-undo) button");
            await c.button("action_submit");
        },
    },
    {
        job: "hand over a leaver's customers, to the list",
        from: "Handovers",
        login: "sun_li",
        address: "handovers",
        before: "8",
        most: 2,
        act: async (c) => {
            await c.on(".o_list_button_add");
            await c.choose("[name=user_id] input", "Zhang Min");
            await c.choose("[name=receiver_ids] input", "Li Wei");
            await c.button("action_propose");
            await c.see("[name=line_ids] .o_data_row");
        },
    },
    {
        job: "a contact that is none is taken back",
        from: "the contact",
        login: "sun_li",
        address: "follow-ups",
        open: true,
        most: 2,
        act: async (c) => {
            await c.on("button", "Take Back");
            await c.type("reason", "Nobody was spoken to");
            await c.on(".modal footer .btn-primary");
        },
    },
    {
        job: "it counts again",
        from: "the contact",
        login: "sun_li",
        address: "follow-ups",
        most: 1,
        prepare: async (c) => {
            await c.stand(c.page.locator(".o_data_row.text-muted"));
        },
        act: async (c) => {
            await c.button("action_unvoid");
        },
    },
    {
        job: "a report is read, the next one opens",
        from: "Team Reports",
        login: "sun_li",
        address: "team-work-reports",
        before: "2",
        most: 2,
        act: async (c) => {
            await c.on(".o_data_row button[name=action_open_review]");
            await c.on(".modal button[name=action_review]");
        },
    },
    {
        job: "a report is returned",
        from: "Team Reports",
        login: "sun_li",
        address: "team-work-reports",
        before: "2",
        most: 2,
        act: async (c) => {
            await c.on(".o_data_row button[name=action_open_review]");
            await c.type("review_comment", "Say what was agreed");
            await c.on(".modal button[name=action_return]");
        },
    },
    {
        job: "remind everybody whose report is missing",
        from: "Team Reports",
        login: "sun_li",
        address: "team-work-reports",
        most: 2,
        act: async (c) => {
            await c.on(".o_control_panel button", "Remind All");
            await c.see(".o_notification");
        },
    },
    {
        job: "the team's sheet of the week, on paper",
        from: "My Reports",
        login: "sun_li",
        address: "my-work-reports",
        before: "2",
        most: 2,
        act: async (c) => {
            await c.on(".o_data_row:not(.o_group_header) .o_data_cell", /-W\d/);
            await c.button("action_open_team_sheet");
        },
    },
    {
        job: "the chain of owners as a certificate",
        from: "the customer",
        login: "sun_li",
        address: "customer-ownerships",
        open: true,
        most: 1,
        act: async (c) => {
            await c.button("action_print_certificate");
        },
    },
    {
        job: "spread the team's goals over people",
        from: "the plan",
        login: "sun_li",
        address: "sales-plans",
        before: "1 to the preview",
        most: 2,
        prepare: async (c) => {
            await c.stand(
                c.page
                    .locator(".o_data_row:not(:has(.o_avatar))")
                    .filter({hasText: "Hangzhou"})
            );
        },
        act: async (c) => {
            await c.on("button", "Spread over People");
            await c.button("action_apply");
        },
    },
    {
        job: "what a meeting decided is done",
        from: "the decision",
        login: "sun_li",
        address: "sales-meeting-decisions",
        open: true,
        most: 2,
        act: async (c) => {
            await c.button("action_done");
        },
    },
    {
        job: "a change of rules, from the next day on",
        from: "the team",
        login: "sales_admin",
        address: "action-sales_team.crm_team_action_config",
        before: "7, from CRM",
        most: 4,
        prepare: async (c) => {
            await c.stand(c.page.locator(".o_data_row").filter({hasText: "Hangzhou"}));
        },
        act: async (c) => {
            await c.on(".nav-link", "Sales Process");
            await c.on("button", "Change the mode or the timer");
            await c.type("process_followup_days", "9");
            await c.on(".modal button[name=action_show]");
            await c.on(".modal button[name=action_apply]");
        },
    },
    {
        job: "a new metric",
        from: "Metrics",
        login: "sales_admin",
        address: "sales-metrics",
        before: "4 and a code",
        most: 2,
        act: async (c) => {
            await c.on(".o_list_button_add, .o-kanban-button-new");
            await c
                .find("[name=name] :is(textarea, input)")
                .fill("Leads with an offer");
            await c.choose("[name=model_id] input", "Lead");
            await c.on(".o_form_button_save");
        },
    },
];

// Somebody stands on the form of a record already; the first that says nothing of whom.
async function openRecord(c, whom) {
    await c.stand(c.page.locator(".o_data_row").filter({hasNotText: whom}));
}

async function play(browser, base, job) {
    const login = job.login || "wang_fang";
    const viewport = {width: 1440, height: 900};
    const page = await logIn(browser, base, login, "en_US", viewport);
    page.setDefaultTimeout(20000);
    const clicks = new Clicks(page);
    const start = Date.now();
    let fault = null;
    try {
        await page.goto(`${base}/odoo/${job.address || "sales-home"}`);
        await page.waitForSelector(".o_action_manager > *");
        await rest(page);
        if (job.prepare) {
            await job.prepare(clicks);
        }
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
    const seconds = Math.round((Date.now() - start) / 1000);
    return {...job, login, count: clicks.count, fault, seconds};
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
        const time = `${result.seconds} s`;
        console.log(
            `${result.count}  ${job.job}, from ${job.from}  ${time}  ${remark}`
        );
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
