// Make the pictures of the documents from a running demonstration, in both languages.
//
//     node scripts/screenshots.cjs URL [NAME...]
//
// scripts/screenshots starts the demonstration and calls this.
const fs = require("fs");
const path = require("path");
const {PHONE, chromium, findBrowser, logIn, rest} = require("./browser.cjs");

const ROOT = path.dirname(__dirname);
const LANGUAGES = {en_US: "docs/images", zh_CN: "docs/images/zh_CN"};

// Every picture: its name, who looks, at which address, its size, and what is done
// before it is taken. Further places of the English one stand in "also".
const PICTURES = [
    {
        name: "home_leader",
        login: "sun_li",
        address: "sales-home",
        height: 860,
        also: ["sales_process_mgmt/static/description/banner.png"],
    },
    {name: "home", login: "wang_fang", address: "sales-home", height: 800},
    {name: "home_phone", login: "wang_fang", address: "sales-home", size: PHONE},
    {name: "my_customers", login: "wang_fang", address: "my-customers", height: 560},
    {
        name: "lead",
        login: "wang_fang",
        address: "action-crm.crm_lead_action_pipeline",
        height: 800,
        act: async (page) => {
            await page.click(".o_kanban_record");
            // the conversation comes last
            await page.waitForSelector(".o-mail-Activity");
        },
    },
    {
        name: "registration",
        login: "wang_fang",
        address: "sales-home",
        height: 800,
        act: async (page) => {
            await page.click("button[name=register]");
            await page.fill(".modal [name=phone] input", "138 5074 1142");
            await page.keyboard.press("Enter");
            await page.waitForSelector(".modal .o_sales_process_result");
        },
    },
    {name: "pool", login: "wang_fang", address: "customer-pool", height: 420},
    {name: "duty_roster", login: "sun_li", address: "duty-roster", height: 800},
    {name: "to_decide", login: "sun_li", address: "to-decide", height: 640},
    {name: "team_reports", login: "sun_li", address: "team-work-reports", height: 800},
    {
        name: "plan",
        login: "sun_li",
        address: "sales-plans",
        height: 800,
        act: (page) => page.click(".o_data_row .o_data_cell"),
    },
    {name: "receivables", login: "sun_li", address: "receivables", height: 560},
    {
        name: "meeting",
        login: "sun_li",
        address: "sales-meetings",
        height: 860,
        act: (page) => openRow(page, /Minutes Sent|纪要/),
    },
    {
        name: "complaint",
        login: "sun_li",
        address: "sales-complaints",
        height: 800,
        act: (page) => openRow(page, /telephone/),
    },
    {
        name: "scorecard",
        login: "wang_fang",
        address: "my-scorecards",
        height: 800,
        act: (page) => openRow(page, /Wang Fang/),
    },
    {
        name: "commission",
        login: "sales_admin",
        address: "commission-statements",
        height: 560,
    },
];

// The first row of a list, or card, that says something.
async function openRow(page, text) {
    const row = page.locator(".o_data_row, .o_kanban_record").filter({hasText: text});
    await row.first().locator(".o_data_cell:not(.o_boolean_cell)").first().click();
}

async function takePicture(page, base, picture, file) {
    await page.goto(`${base}/odoo/${picture.address}`);
    await page.waitForSelector(".o_action_manager > *");
    await rest(page);
    if (picture.act) {
        await picture.act(page);
        await rest(page);
    }
    await page.mouse.move(0, 0);
    fs.mkdirSync(path.dirname(file), {recursive: true});
    await page.screenshot({path: file});
}

async function main() {
    const [base, ...names] = process.argv.slice(2);
    const wanted = PICTURES.filter((row) => !names.length || names.includes(row.name));
    const browser = await chromium.launch({
        executablePath: findBrowser(),
        args: ["--no-sandbox", "--disable-gpu"],
    });
    const faults = [];
    for (const [lang, folder] of Object.entries(LANGUAGES)) {
        for (const picture of wanted) {
            const viewport = picture.size || {width: 1400, height: picture.height};
            const page = await logIn(browser, base, picture.login, lang, viewport);
            page.on("console", (message) => {
                if (message.type() === "error") {
                    faults.push(`${picture.name}: ${message.text()}`);
                }
            });
            const file = path.join(ROOT, folder, `${picture.name}.png`);
            await takePicture(page, base, picture, file);
            for (const other of lang === "en_US" ? picture.also || [] : []) {
                fs.copyFileSync(file, path.join(ROOT, other));
            }
            console.log(path.relative(ROOT, file));
            await page.context().close();
        }
    }
    await browser.close();
    if (faults.length) {
        throw new Error(`The browser complains.\n${faults.join("\n")}`);
    }
}

main().catch((error) => {
    console.error(error.message);
    process.exit(1);
});
