import {registry} from "@web/core/registry";

// Nothing is clicked here: what the keys do not reach fails.
const MOST_TABS = 60;

function keys() {
    return odoo.loader.modules.get("@odoo/hoot-dom");
}

function tabTo(trigger) {
    return {
        content: "Tab reaches it",
        trigger,
        async run({anchor}) {
            for (let count = 0; document.activeElement !== anchor; count++) {
                if (count > MOST_TABS) {
                    throw new Error(`${MOST_TABS} times Tab do not reach ${trigger}`);
                }
                await keys().press("Tab");
            }
        },
    };
}

function press(trigger, ...strokes) {
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

function type(trigger, text) {
    return {
        content: "Whoever comes here types at once",
        trigger: `${trigger}:focus`,
        run: () => keys().edit(text),
    };
}

const LOG = ".o_home_customer button[name=action_log_followup]";

registry.category("web_tour.tours").add("sales_process_keyboard_home", {
    url: "/odoo/sales-home",
    steps: () => [
        {trigger: ".o_home_customer:contains(Tour Pumps)"},
        tabTo(`.o_home_customer:first ${LOG.split(" ")[1]}`),
        press(`.o_home_customer:first ${LOG.split(" ")[1]}:focus`, "ArrowDown"),
        press(`.o_home_customer:contains(Tour Pumps) :focus`, "Enter"),
        type(".modal .o_field_widget[name=subject] input", "Rang them at noon"),
        press(".modal button[name=action_saved]", "alt+q"),
        {trigger: "body:not(:has(.modal)) .o_notification:contains(Follow-up logged)"},
        press(".o_sales_process_registration_menu", "alt+shift+r"),
        type(".modal .o_field_widget[name=phone] input", "13512345678"),
        press(".modal .o_field_widget[name=phone] input", "Enter"),
        {trigger: ".modal .o_sales_process_result[data-state=new]"},
        press(".modal button[name=action_register]:visible", "alt+q"),
        {trigger: "body:not(:has(.modal)) .o_notification:contains(is registered)"},
    ],
});

registry.category("web_tour.tours").add("sales_process_keyboard_pool", {
    url: "/odoo/customer-pool",
    steps: () => [
        {trigger: ".o_data_row:contains(Pooled Pumps)"},
        press(".o_searchview_input:focus", "ArrowDown"),
        press("thead :focus", "ArrowDown"),
        press(".o_data_row :focus", "ArrowRight", "Enter"),
        press(".o_form_view button[name=action_take]", "alt+q"),
        {trigger: ".o_form_view .o_field_widget[name=phone] input:value(5603)"},
    ],
});

registry.category("web_tour.tours").add("sales_process_keyboard_decide", {
    url: "/odoo/customer-conflicts",
    steps: () => [
        {trigger: ".o_data_row"},
        press(".o_searchview_input:focus", "ArrowDown"),
        press("thead :focus", "ArrowDown"),
        press(".o_data_row :focus", "ArrowRight", "Enter"),
        press(".o_form_view button[name=action_keep]", "alt+w"),
        press(".modal .modal-footer .btn-primary", "alt+q"),
        {
            trigger:
                "body:not(:has(.modal)) .o_form_view:not(:has(button[name=action_keep]))",
        },
    ],
});
