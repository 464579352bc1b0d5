import {
    OPEN_FIRST,
    OPEN_OWED,
    addKeyboardTour,
    press,
    tabTo,
    type,
} from "@sales_process_mgmt/../tests/tours/keys";

const LOG = ".o_home_customer button[name=action_log_followup]";

addKeyboardTour("home", "/odoo/sales-home", [
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
]);

addKeyboardTour("pool", "/odoo/customer-pool", [
    {trigger: ".o_data_row:contains(Pooled Pumps)"},
    ...OPEN_FIRST,
    press(".o_form_view button[name=action_take]", "alt+q"),
    {trigger: ".o_form_view .o_field_widget[name=phone] input:value(5603)"},
]);

addKeyboardTour("decide", "/odoo/customer-conflicts", [
    ...OPEN_FIRST,
    press(".o_form_view button[name=action_keep]", "alt+w"),
    press(".modal .modal-footer .btn-primary", "alt+q"),
    {
        trigger:
            "body:not(:has(.modal)) .o_form_view:not(:has(button[name=action_keep]))",
    },
]);

addKeyboardTour("accept", "/odoo/customer-invitations", [
    ...OPEN_FIRST,
    press(".o_form_view button[name=action_accept]", "alt+q"),
    {trigger: ".o_form_view:not(:has(button[name=action_accept]))"},
]);

addKeyboardTour("decline", "/odoo/customer-invitations", [
    ...OPEN_FIRST,
    press(".o_form_view button[name=action_refuse]", "alt+w"),
    {trigger: ".o_form_view:not(:has(button[name=action_refuse]))"},
]);

// A question that stands on the home is opened from there.
addKeyboardTour("extension", "/odoo/sales-home", [
    {trigger: "[data-name=decide] .o_home_figure[name=extension_asked]"},
    tabTo(".o_home_figure[name=extension_asked]"),
    press(".o_home_figure[name=extension_asked]", "Enter"),
    ...OPEN_FIRST,
    press(".o_form_view button[name=action_approve_extension]", "alt+w"),
    {trigger: ".o_form_view:not(:has(button[name=action_approve_extension]))"},
]);

addKeyboardTour("swap_ask", "/odoo/my-shifts", [
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
]);

addKeyboardTour("swap_accept", "/odoo/sales-home", [
    ...OPEN_OWED,
    press(".o_form_view button[name=action_accept]", "alt+q"),
    {trigger: ".o_form_view:not(:has(button[name=action_accept]))"},
]);

// Two details at once: chosen row by row, judged above the list.
addKeyboardTour(
    "shared_values",
    "/odoo/action-sales_process_mgmt.sales_process_shared_value_action",
    [
        {trigger: ".o_data_row:eq(1):contains(Proposed)"},
        press(".o_searchview_input:focus", "ArrowDown"),
        press("thead :focus", "ArrowDown"),
        press(".o_data_row:eq(0) :focus", "Space", "ArrowDown"),
        press(".o_data_row:eq(1) :focus", "Space"),
        press(".o_control_panel button[name=action_confirm]", "alt+q"),
        {trigger: ".o_data_row:eq(1):contains(Confirmed)"},
    ]
);
