import {
    OPEN_FIRST,
    OPEN_OWED,
    addKeyboardTour,
    press,
    tabTo,
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

const OPEN = ".o_field_widget[name=version_ids] button[name=action_open]";
const TEXT = ".o_form_view .o_field_widget[name=text] [contenteditable=true]";

// The version that is in force is looked at, and the next one is written and published.
addKeyboardTour("policy_versions", "/odoo/sales-policies", [
    ...OPEN_FIRST,
    {trigger: ".o_form_view button[name=action_new_version]"},
    tabTo(OPEN),
    press(`${OPEN}:focus`, "Enter"),
    {trigger: ".o_form_view:not(:has(button[name=action_new_version]))"},
    press(".o_form_view button[name=action_withdraw]", "alt+b"),
    press(".o_form_view button[name=action_new_version]", "alt+q"),
    {trigger: ".o_form_view button[name=action_publish]"},
    tabTo(TEXT),
    {trigger: TEXT, run: "editor At most three percent."},
    press(".o_form_view button[name=action_publish]", "alt+q"),
    press(".modal .modal-footer .btn-primary", "alt+q"),
    {trigger: ".o_form_view button[name=action_withdraw]"},
]);
