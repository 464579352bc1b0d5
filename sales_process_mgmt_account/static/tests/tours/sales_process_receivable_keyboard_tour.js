import {
    OPEN_FIRST,
    addKeyboardTour,
    press,
    tabTo,
    type,
} from "@sales_process_mgmt/../tests/tours/keys";

// A dialog that opens puts the cursor there
const AMOUNT = ".modal .o_field_widget[name=amount] input:focus";
const DAY = ".modal .o_field_widget[name=date_due] input";
const NOTE = ".modal .o_field_widget[name=note] :is(input, textarea)";

addKeyboardTour("promise", "/odoo/receivables", [
    ...OPEN_FIRST,
    press(".o_form_view button[name=action_promise]", "alt+q"),
    {trigger: AMOUNT},
    tabTo(DAY),
    type(DAY, "+3d"),
    press(DAY, "Tab"),
    {trigger: "body:not(:has(.o_datetime_picker))"},
    tabTo(NOTE),
    type(NOTE, "Their cashier says they pay on Monday"),
    press(NOTE, "alt+s"),
    {trigger: "body:not(:has(.modal)) .o_form_view"},
]);

addKeyboardTour("promise_in_row", "/odoo/receivables", [
    {trigger: ".o_data_row"},
    press(".o_searchview_input:focus", "ArrowDown"),
    press("thead :focus", "ArrowDown"),
    {
        trigger: ".o_data_row :focus",
        async run() {
            const keys = odoo.loader.modules.get("@odoo/hoot-dom");
            for (let turn = 0; turn < 20; turn++) {
                if (document.activeElement.name === "action_promise") {
                    break;
                }
                await keys.press("ArrowRight");
            }
        },
    },
    press(".o_data_row button[name=action_promise]:focus", "Enter"),
    {trigger: AMOUNT},
    tabTo(DAY),
    type(DAY, "+3d"),
    press(DAY, "Tab"),
    {trigger: "body:not(:has(.o_datetime_picker))"},
    tabTo(NOTE),
    type(NOTE, "They pay the rest in May"),
    press(NOTE, "alt+s"),
    {trigger: "body:not(:has(.modal)) .o_list_view"},
]);
