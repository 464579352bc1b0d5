import {
    addKeyboardTour,
    press,
    tabTo,
    type,
} from "@sales_process_mgmt/../tests/tours/keys";

const WHOM = ".o_field_widget[name=user_id] input";
const TEXT = ".o_field_widget[name=text] :is(input, textarea)";

addKeyboardTour("praise", "/odoo/praise", [
    press(".o_list_button_add", "alt+c"),
    type(WHOM, "Salesperson A"),
    press(
        `body:has(.o-autocomplete--dropdown-item:contains(Salesperson A)) ${WHOM}`,
        "Enter"
    ),
    tabTo(TEXT),
    type(TEXT, "Stayed until the customer was served"),
    press(".o_form_view button[name=action_give]", "alt+q"),
    {
        trigger: ".o_form_view .o_field_widget[name=giver_id]:contains(Salesperson B)",
    },
]);
