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

// The dialog, once the button is pressed; it closes over the view it was opened from.
const fillIn = (note, view) => [
    {trigger: AMOUNT},
    tabTo(DAY),
    type(DAY, "+3d"),
    press(DAY, "Tab"),
    {trigger: "body:not(:has(.o_datetime_picker))"},
    tabTo(NOTE),
    type(NOTE, note),
    press(NOTE, "alt+s"),
    {trigger: `body:not(:has(.modal)) ${view}`},
];

addKeyboardTour("promise", "/odoo/receivables", [
    ...OPEN_FIRST,
    press(".o_form_view button[name=action_promise]", "alt+q"),
    ...fillIn("Their cashier says they pay on Monday", ".o_form_view"),
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
    ...fillIn("They pay the rest in May", ".o_list_view"),
]);
