import {expect, test} from "@odoo/hoot";
import {setInputFiles} from "@odoo/hoot-dom";
import {animationFrame} from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import {browser} from "@web/core/browser/browser";
import {speech} from "../src/followup_quick/followup_quick";
import {beginDesktopTests} from "./desktop_tests";

beginDesktopTests();

class Contact extends models.Model {
    _name = "test.contact";
    subject = fields.Char();
    channel = fields.Selection({
        selection: [
            ["call", "Call"],
            ["visit", "Visit"],
            ["email", "E-mail"],
        ],
        default: "call",
    });
    latitude = fields.Float();
    longitude = fields.Float();
    photo = fields.Binary();
}
defineModels([Contact]);

const ARCH = `
    <form>
        <field name="channel" widget="selection_badge"/>
        <field name="photo" invisible="1"/>
        <field name="subject"/>
        <field name="latitude"/>
        <field name="longitude"/>
        <widget name="followup_words"/>
        <widget name="followup_position"/>
        <widget name="followup_photo"/>
    </form>`;
// one point
const PICTURE =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

async function openForm() {
    await mountView({type: "form", resModel: "test.contact", arch: ARCH});
}

/** What the browser's own recognition does, said by the test. */
class Recognition {
    start() {
        Recognition.current = this;
        expect.step(`listen in ${this.lang}`);
    }
    stop() {
        expect.step("stop");
        this.onend();
    }
    abort() {}
}

test("an outcome is tapped, more than one, and taken back", async () => {
    await openForm();
    const [first, second] = [".o_followup_outcome:eq(0)", ".o_followup_outcome:eq(4)"];
    await contains(first).click();
    expect("[name=subject] input").toHaveValue("Wants a quotation");
    expect(first).toHaveAttribute("aria-pressed", "true");
    await contains(second).click();
    expect("[name=subject] input").toHaveValue("Wants a quotation; No need at present");
    await contains(first).click();
    expect("[name=subject] input").toHaveValue("No need at present");
    expect(first).toHaveAttribute("aria-pressed", "false");
});

test("what was typed stays", async () => {
    await openForm();
    await contains("[name=subject] input").edit("Spoke about pumps");
    await contains(".o_followup_outcome:eq(0)").click();
    expect("[name=subject] input").toHaveValue("Spoke about pumps; Wants a quotation");
});

test("what was typed on is no outcome that could be taken back", async () => {
    await openForm();
    const first = ".o_followup_outcome:eq(0)";
    await contains("[name=subject] input").edit("Wants a quotation on Monday");
    expect(first).toHaveAttribute("aria-pressed", "false");
    await contains(first).click();
    expect("[name=subject] input").toHaveValue(
        "Wants a quotation on Monday; Wants a quotation"
    );
    expect(first).toHaveAttribute("aria-pressed", "true");
});

test("dictation is offered where the browser has it, and adds words", async () => {
    patchWithCleanup(speech, {
        get Recognition() {
            return Recognition;
        },
    });
    await openForm();
    await contains("button[name=dictate]").click();
    expect("button[name=dictate]").toHaveText("Listening…");
    expect.verifySteps(["listen in en"]);
    await Recognition.current.onresult({results: [[{transcript: "about the price "}]]});
    await animationFrame();
    expect("[name=subject] input").toHaveValue("about the price");
    await contains("button[name=dictate]").click();
    expect("button[name=dictate]").toHaveText("Dictate");
    expect.verifySteps(["stop"]);
    Recognition.current.onerror({error: "no-speech"});
    await animationFrame();
    expect(".o_notification").toHaveCount(0);
    Recognition.current.onerror({error: "not-allowed"});
    await animationFrame();
    expect(".o_notification").toHaveCount(1);
});

test("without recognition there is no button", async () => {
    patchWithCleanup(speech, {
        get Recognition() {
            return undefined;
        },
    });
    await openForm();
    expect("button[name=dictate]").toHaveCount(0);
    expect(".o_followup_outcome").toHaveCount(5);
});

test("place and photograph by one tap each; what would be a call is a visit", async () => {
    patchWithCleanup(browser.navigator.geolocation, {
        getCurrentPosition: (resolve) =>
            resolve({coords: {latitude: 30.25, longitude: 120.15}}),
    });
    await openForm();
    expect("input[type=file]").toHaveAttribute("capture", "environment");
    expect("input[type=file]").toHaveAttribute("accept", "image/*");
    await contains("button:contains(Use my position)").click();
    await animationFrame();
    expect("[name=latitude] input").toHaveValue("30.25");
    expect("[name=channel] .active").toHaveText("Visit");
    const bytes = Uint8Array.from(atob(PICTURE), (letter) => letter.charCodeAt(0));
    const file = new File([bytes], "plant.png", {type: "image/png"});
    await contains("button[name=photo]").click();
    await setInputFiles([file]);
    await contains(".o_followup_picture").click();
    onRpc("test.contact", "web_save", ({args}) => {
        expect.step("save");
        expect(args[1].photo.length).toBeGreaterThan(10);
    });
    await contains(".o_form_button_save").click();
    expect.verifySteps(["save"]);
});

test("a photograph is taken back", async () => {
    await openForm();
    const file = new File(["no picture"], "plant.heic", {type: "image/heic"});
    await contains("button[name=photo]").click();
    await setInputFiles([file]);
    await contains("button[name=remove_photo]").click();
    expect(".o_followup_picture").toHaveCount(0);
    expect("button[name=photo]").toHaveText("Take a photograph");
});

test("a chosen channel stays with a place", async () => {
    patchWithCleanup(browser.navigator.geolocation, {
        getCurrentPosition: (resolve) =>
            resolve({coords: {latitude: 30.25, longitude: 120.15}}),
    });
    await openForm();
    await contains("[name=channel] span:contains(E-mail)").click();
    await contains("button:contains(Use my position)").click();
    await animationFrame();
    expect("[name=channel] .active").toHaveText("E-mail");
});
