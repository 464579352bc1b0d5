// Steps of tours by the keys alone: what they do not reach fails.

import {registry} from "@web/core/registry";

const MOST_TABS = 60;
// What a reader of the keys waits for takes long on a busy machine, Tab by Tab.
const STEP_TIMEOUT = 60 * 1000;

/**
 * A tour by the keys alone, which fails where a key is not heard, not where it is
 * heard late.
 */
export function addKeyboardTour(name, url, steps) {
    registry.category("web_tour.tours").add(`sales_process_keyboard_${name}`, {
        url,
        steps: () => steps.map((step) => ({timeout: STEP_TIMEOUT, ...step})),
    });
}

function keys() {
    return odoo.loader.modules.get("@odoo/hoot-dom");
}

// A browser passes by what is there and not visible, where Hoot stops; and it stops where a
// text is written, which Hoot passes by.
async function pressTab() {
    const {getFocusableElements, press} = keys();
    const before = document.activeElement;
    await press("Tab");
    if ([before, document.body].includes(document.activeElement)) {
        const {DOCUMENT_POSITION_FOLLOWING} = Node;
        const reachable = getFocusableElements()
            .filter(
                (element) =>
                    (element.tabIndex >= 0 || element.isContentEditable) &&
                    element.checkVisibility({visibilityProperty: true})
            )
            .sort((one, other) =>
                one.compareDocumentPosition(other) & DOCUMENT_POSITION_FOLLOWING
                    ? -1
                    : 1
            );
        reachable[reachable.indexOf(before) + 1]?.focus();
    }
}

export function tabTo(trigger) {
    return {
        content: "Tab reaches it",
        trigger,
        async run() {
            // asked each time: what is drawn again is another element
            const isThere = () =>
                keys().queryAll(trigger)[0] === document.activeElement;
            const passed = [];
            while (!isThere()) {
                if (passed.length > MOST_TABS) {
                    throw new Error(`Tab does not reach ${trigger}: ${passed}`);
                }
                await pressTab();
                const {tagName, name, className} = document.activeElement;
                passed.push(`${tagName} ${name || className}`);
            }
        },
    };
}

export function press(trigger, ...strokes) {
    return {
        content: `Press ${strokes.join(", ")}`,
        trigger,
        async run() {
            for (const stroke of strokes) {
                await keys().press(stroke);
            }
        },
    };
}

export function type(trigger, text) {
    return {
        content: "Whoever comes here types at once",
        trigger: `${trigger}:focus`,
        run: () => keys().edit(text),
    };
}

// From the search to the first row, and into its form
export const OPEN_FIRST = [
    {trigger: ".o_data_row"},
    press(".o_searchview_input:focus", "ArrowDown"),
    press("thead :focus", "ArrowDown"),
    press(".o_data_row :focus", "ArrowRight", "Enter"),
];

// From the home to the first thing that waits for whoever reads
export const OPEN_OWED = [
    tabTo("[data-name=todo] li button"),
    press("[data-name=todo] li button:focus", "Enter"),
];
