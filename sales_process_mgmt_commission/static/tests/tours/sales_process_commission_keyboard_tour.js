import {
    OPEN_FIRST,
    addKeyboardTour,
    press,
    tabTo,
    type,
} from "@sales_process_mgmt/../tests/tours/keys";

const NOTE = ".modal .o_field_widget[name=note] textarea";
const ANSWER = ".o_form_view .o_field_widget[name=answer] textarea";

addKeyboardTour("commission_dispute", "/odoo/commission-lines", [
    ...OPEN_FIRST,
    press(".o_form_view button[name=action_dispute]", "alt+w"),
    type(NOTE, "They bought the machine, not the parts"),
    press(NOTE, "alt+s"),
    {trigger: "body:not(:has(.modal)) .o_form_view"},
]);

addKeyboardTour("commission_answer", "/odoo/commission-disputes", [
    ...OPEN_FIRST,
    {trigger: ".o_form_view button[name=action_refuse]"},
    tabTo(ANSWER),
    type(ANSWER, "The invoice was for both"),
    press(ANSWER, "alt+x"),
    {trigger: ".o_form_view:not(:has(button[name=action_refuse]))"},
]);
