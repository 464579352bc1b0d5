import {press, tabTo, type} from "@sales_process_mgmt/../tests/tours/keys";
import {registry} from "@web/core/registry";

const LINES = ".o_field_widget[name=line_ids]";
const TAB = ".o_notebook a.nav-link";

registry.category("web_tour.tours").add("sales_process_keyboard_report", {
    url: "/odoo/report-of-today",
    steps: () => [
        tabTo(`${LINES} .o_field_x2many_list_row_add a`),
        press(`${LINES} .o_field_x2many_list_row_add a`, "Enter"),
        tabTo(`${LINES} .o_selected_row [name=subject] input`),
        type(`${LINES} .o_selected_row [name=subject] input`, "Wrote two offers"),
        press(`${LINES} .o_selected_row [name=subject] input`, "Escape"),
        tabTo(`${TAB}[name=questions]`),
        press(`${TAB}[name=questions]`, "Enter"),
        tabTo("[name=answer_ids] .o_data_row span.o_sales_process_answer"),
        press("[name=answer_ids] span.o_sales_process_answer:focus", "Enter"),
        type("[name=answer_ids] .o_selected_row input.o_sales_process_answer", "12"),
        press("[name=answer_ids] .o_selected_row input", "Tab"),
        tabTo(`${TAB}[name=report]`),
        press(`${TAB}[name=report]`, "Enter"),
        tabTo(".o_field_widget[name=summary] textarea"),
        type(".o_field_widget[name=summary] textarea", "A good day"),
        press("button[name=action_submit]", "alt+i"),
        {trigger: ".o_statusbar_status .o_arrow_button_current:contains(Submitted)"},
    ],
});

registry.category("web_tour.tours").add("sales_process_keyboard_review", {
    url: "/odoo/team-work-reports",
    steps: () => [
        {trigger: ".o_data_row:contains(Salesperson A)"},
        press(".o_searchview_input:focus", "ArrowDown"),
        tabTo(".o_data_row:contains(Salesperson A) button[name=action_open_review]"),
        press("button[name=action_open_review]:focus", "Enter"),
        tabTo(".modal .o_field_widget[name=review_comment] textarea"),
        type(".modal .o_field_widget[name=review_comment] textarea", "Well done"),
        press(".modal button[name=action_review]", "alt+q"),
        {trigger: "body:not(:has(.modal)) .o_data_row:contains(Reviewed)"},
    ],
});
