import {
    OPEN_FIRST,
    addKeyboardTour,
    press,
    tabTo,
    type,
} from "@sales_process_mgmt/../tests/tours/keys";

const LINES = ".o_field_widget[name=line_ids]";
const TAB = ".o_notebook a.nav-link";

addKeyboardTour("report", "/odoo/report-of-today", [
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
]);

const UNREAD = ".o_home_figure[name=report_unread]";
const COMMENT = "[name=review_comment] textarea";
const READ = ".o_statusbar_status .o_arrow_button_current:contains(Reviewed)";

// From the home to each report that waits, and back for the next
addKeyboardTour("report_read", "/odoo/sales-home", [
    {trigger: `[data-name=decide] ${UNREAD}`},
    tabTo(UNREAD),
    press(`${UNREAD}:focus`, "Enter"),
    {trigger: ".o_data_row:nth-child(2)"},
    ...OPEN_FIRST,
    {trigger: ".o_form_view button[name=action_review]"},
    tabTo(`${TAB}[name=review]`),
    press(`${TAB}[name=review]:focus`, "Enter"),
    tabTo(COMMENT),
    type(COMMENT, "Well done"),
    press("button[name=action_review]", "alt+q"),
    {trigger: READ},
    press(".o_back_button, .breadcrumb-item a", "alt+b"),
    {trigger: ".o_list_view:not(:has(.o_data_row:nth-child(2)))"},
    ...OPEN_FIRST,
    press(".o_form_view button[name=action_review]", "alt+q"),
    {trigger: READ},
]);

// From the list of the team into a report, and on with the pager
addKeyboardTour("report_read_on", "/odoo/team-work-reports", [
    {trigger: ".o_data_row"},
    press(".o_searchview_input:focus", "ArrowDown"),
    press("thead :focus", "ArrowDown"),
    press(".o_group_header:focus, .o_group_header :focus", "ArrowDown"),
    press(".o_data_row :focus", "Enter"),
    {trigger: ".o_form_view:contains(A good day)"},
    press(".o_form_view button[name=action_review]", "alt+q"),
    {trigger: READ},
    press(".o_pager_next", "alt+n"),
    {trigger: ".o_form_view:contains(A better day)"},
    press(".o_form_view button[name=action_review]", "alt+q"),
    {trigger: READ},
]);
