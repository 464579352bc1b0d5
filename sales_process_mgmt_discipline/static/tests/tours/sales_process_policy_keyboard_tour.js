import {
    OPEN_OWED,
    addKeyboardTour,
    press,
    type,
} from "@sales_process_mgmt/../tests/tours/keys";

addKeyboardTour("policy_decline", "/odoo/sales-home", [
    ...OPEN_OWED,
    press(".o_form_view button[name=action_open]", "alt+q"),
    press(".o_form_view button[name=action_decline]", "alt+x"),
    type(".modal .o_field_widget[name=reason] :is(input, textarea)", "Too little"),
    press(".modal button[name=action_save]", "alt+q"),
    {
        trigger:
            "body:not(:has(.modal)) .o_form_view:not(:has(button[name=action_decline]))",
    },
]);

addKeyboardTour("policy_confirm", "/odoo/sales-home", [
    ...OPEN_OWED,
    press(".o_form_view button[name=action_open]", "alt+q"),
    press(".o_form_view button[name=action_confirm]", "alt+w"),
    {trigger: ".o_notification:contains(your confirmation is kept)"},
]);
