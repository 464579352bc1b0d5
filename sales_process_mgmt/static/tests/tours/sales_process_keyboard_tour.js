import {
    OPEN_FIRST,
    OPEN_OWED,
    press,
    tabTo,
    type,
} from "@sales_process_mgmt/../tests/tours/keys";
import {registry} from "@web/core/registry";

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
        ...OPEN_FIRST,
        press(".o_form_view button[name=action_take]", "alt+q"),
        {trigger: ".o_form_view .o_field_widget[name=phone] input:value(5603)"},
    ],
});

registry.category("web_tour.tours").add("sales_process_keyboard_decide", {
    url: "/odoo/customer-conflicts",
    steps: () => [
        ...OPEN_FIRST,
        press(".o_form_view button[name=action_keep]", "alt+w"),
        press(".modal .modal-footer .btn-primary", "alt+q"),
        {
            trigger:
                "body:not(:has(.modal)) .o_form_view:not(:has(button[name=action_keep]))",
        },
    ],
});

registry.category("web_tour.tours").add("sales_process_keyboard_accept", {
    url: "/odoo/customer-invitations",
    steps: () => [
        ...OPEN_FIRST,
        press(".o_form_view button[name=action_accept]", "alt+q"),
        {trigger: ".o_form_view:not(:has(button[name=action_accept]))"},
    ],
});

registry.category("web_tour.tours").add("sales_process_keyboard_decline", {
    url: "/odoo/customer-invitations",
    steps: () => [
        ...OPEN_FIRST,
        press(".o_form_view button[name=action_refuse]", "alt+w"),
        {trigger: ".o_form_view:not(:has(button[name=action_refuse]))"},
    ],
});

// A question that stands on the home is opened from there.
registry.category("web_tour.tours").add("sales_process_keyboard_extension", {
    url: "/odoo/sales-home",
    steps: () => [
        {trigger: "[data-name=decide] .o_home_figure[name=extension_asked]"},
        tabTo(".o_home_figure[name=extension_asked]"),
        press(".o_home_figure[name=extension_asked]", "Enter"),
        ...OPEN_FIRST,
        press(".o_form_view button[name=action_approve_extension]", "alt+w"),
        {trigger: ".o_form_view:not(:has(button[name=action_approve_extension]))"},
    ],
});

registry.category("web_tour.tours").add("sales_process_keyboard_swap_ask", {
    url: "/odoo/my-shifts",
    steps: () => [
        ...OPEN_FIRST,
        press(".o_form_view button[name=action_ask_swap]", "alt+w"),
        tabTo(".modal .o_field_widget[name=substitute_id] input"),
        type(".modal .o_field_widget[name=substitute_id] input", "Salesperson B"),
        press(
            ".modal:has(.o-autocomplete--dropdown-item:contains(Salesperson B)) " +
                "[name=substitute_id] input",
            "Enter"
        ),
        press(".modal [name=substitute_id] :focus", "alt+q"),
        {trigger: "body:not(:has(.modal))"},
    ],
});

registry.category("web_tour.tours").add("sales_process_keyboard_swap_accept", {
    url: "/odoo/sales-home",
    steps: () => [
        ...OPEN_OWED,
        press(".o_form_view button[name=action_accept]", "alt+q"),
        {trigger: ".o_form_view:not(:has(button[name=action_accept]))"},
    ],
});
