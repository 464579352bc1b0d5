// What the programs share that look at a running demonstration in a browser.
const {execFileSync} = require("child_process");
const {chromium} = require("playwright-core");

const BROWSERS = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];
// The window of a telephone
const PHONE = {width: 390, height: 844};

function findBrowser() {
    for (const name of BROWSERS) {
        try {
            return execFileSync("which", [name], {stdio: ["ignore", "pipe", "ignore"]})
                .toString()
                .trim();
        } catch {
            // the next one
        }
    }
    throw new Error("No browser is installed: scripts/setup_environment");
}

// A page of somebody who has signed in, in a language.
async function logIn(browser, base, login, lang, viewport) {
    const phone = viewport === PHONE;
    const context = await browser.newContext({
        viewport,
        isMobile: phone,
        hasTouch: phone,
        timezoneId: "Asia/Shanghai",
    });
    const page = await context.newPage();
    page.setDefaultTimeout(90000);
    await page.goto(`${base}/web/login`);
    await page.fill("#login", login);
    await page.fill("#password", login);
    await page.click(".oe_login_form button[type=submit]");
    await page.waitForSelector(".o_web_client");
    await page.evaluate(async (wanted) => {
        const {user} = odoo.loader.modules.get("@web/core/user");
        const params = {
            model: "res.users",
            method: "write",
            args: [[user.userId], {lang: wanted}],
            kwargs: {},
        };
        await fetch("/web/dataset/call_kw/res.users/write", {
            method: "POST",
            headers: {"Content-Type": "application/json"},
            body: JSON.stringify({jsonrpc: "2.0", params}),
        });
    }, lang);
    return page;
}

// The client waits for no answer any more, and charts have drawn themselves.
async function rest(page) {
    await page.waitForTimeout(600);
    await page.waitForSelector(".o_loading_indicator", {state: "detached"});
    await page.waitForTimeout(900);
}

module.exports = {PHONE, chromium, findBrowser, logIn, rest};
