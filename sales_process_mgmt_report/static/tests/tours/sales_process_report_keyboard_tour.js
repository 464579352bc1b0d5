import {press, tabTo, type} from "@sales_process_mgmt/../tests/tours/keys";
import {registry} from "@web/core/registry";

const LINES = ".o_field_widget[name=line_ids]";
const TAB = ".o_notebook a.nav-link";

registry.category("web_tour.tours").add("sales_process_keyboard_report", {
    url: "/odoo/report-of-today",
    steps: () => [
        tabTo(`${TAB}[name=daily_list]`),
        press(`${TAB}[name=daily_list]:focus`, "Enter"),
        tabTo(`${LINES} .o_field_x2many_list_row_add a`),
        press(`${LINES} .o_field_x2many_list_row_add a`, "Enter"),
        tabTo(`${LINES} .o_selected_row [name=subject] input`),
        type(`${LINES} .o_selected_row [name=subject] input`, "Wrote two offers"),
        // Enter keeps the row and begins another, Escape gives that up
        press(`${LINES} .o_selected_row [name=subject] input`, "Enter"),
        press(`${LINES} .o_data_row:not(.o_selected_row) + .o_selected_row`, "Escape"),
        {trigger: `${LINES}:not(:has(.o_selected_row)):contains(Wrote two offers)`},
        tabTo(`${TAB}[name=report]`),
        press(`${TAB}[name=report]:focus`, "Enter"),
        tabTo(".o_field_widget[name=summary] textarea"),
        type(".o_field_widget[name=summary] textarea", "A good day"),
        tabTo(`${TAB}[name=questions]`),
        press(`${TAB}[name=questions]:focus`, "Enter"),
        tabTo("[name=answer_ids] .o_data_row span.o_sales_process_answer"),
        press("[name=answer_ids] span.o_sales_process_answer:focus", "Enter"),
        type("[name=answer_ids] .o_selected_row input.o_sales_process_answer", "12"),
        press("button[name=action_submit]", "alt+i"),
        {trigger: ".o_statusbar_status .o_arrow_button_current:contains(Submitted)"},
    ],
});
