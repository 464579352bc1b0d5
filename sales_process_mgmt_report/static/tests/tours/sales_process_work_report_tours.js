import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("sales_process_work_report_submit", {
    url: "/odoo/report-of-today",
    steps: () => [
        {
            content: "the visit stands in the daily list by itself",
            trigger:
                ".o_field_widget[name=followup_ids] .o_data_row:contains(Price of the pumps)",
        },
        {
            content: "add a line of other work",
            trigger: ".o_field_widget[name=line_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            trigger:
                ".o_field_widget[name=line_ids] .o_selected_row [name=subject] input",
            run: "edit Wrote two offers",
        },
        {
            content: "the summary",
            trigger: ".o_notebook a.nav-link[name=report]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=summary] textarea",
            run: "edit A good day",
        },
        {
            content: "the questions of the team, a number as people write it",
            trigger: ".o_notebook a.nav-link[name=questions]",
            run: "click",
        },
        {
            trigger:
                ".o_field_widget[name=answer_ids] .o_data_row:contains(Samples) td[name=value]",
            run: "click",
        },
        {
            trigger: ".o_selected_row input.o_sales_process_answer",
            run: "edit many && press Tab",
        },
        {
            content: "what is no number is refused in one sentence",
            trigger: ".o_notification:contains(“Samples” is answered with a number)",
        },
        {
            trigger:
                ".o_field_widget[name=answer_ids] .o_data_row:contains(Samples) td[name=value]",
            run: "click",
        },
        {
            trigger: ".o_selected_row input.o_sales_process_answer",
            run: "edit 1,250.5 && press Tab",
        },
        {
            trigger:
                ".o_field_widget[name=answer_ids] .o_data_row:contains(Mood) td[name=value]",
            run: "click",
        },
        {
            trigger: ".o_selected_row select.o_sales_process_answer",
            run: "select good",
        },
        {
            content: "submit",
            trigger: ".o_form_statusbar button[name=action_submit]",
            run: "click",
        },
        {
            content: "submitted",
            trigger:
                ".o_statusbar_status button.o_arrow_button_current:contains(Submitted)",
        },
        {
            trigger: ".o_notebook a.nav-link[name=daily_list]",
            run: "click",
        },
        {
            content: "the list is frozen, with the line added by hand",
            trigger:
                ".o_field_widget[name=done_line_ids] .o_data_row:contains(Wrote two offers)",
        },
        {
            trigger:
                ".o_field_widget[name=done_line_ids] .o_data_row:contains(Price of the pumps)",
        },
        {
            content: "nothing to submit any more",
            trigger: ".o_form_statusbar:not(:has(button[name=action_submit]))",
        },
    ],
});

registry.category("web_tour.tours").add("sales_process_work_report_return", {
    url: "/odoo/team-work-reports",
    steps: () => [
        {
            content: "read it in a dialog",
            trigger:
                ".o_data_row:contains(Salesperson A) button[name=action_open_review]",
            run: "click",
        },
        {
            content: "the daily list is there",
            trigger: ".modal .o_data_row:contains(Wrote two offers)",
        },
        {
            content: "it is not returned without a reason",
            trigger: ".modal footer button[name=action_return]",
            run: "click",
        },
        {
            trigger: ".modal:contains(what is missing) footer button.btn-primary",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=review_comment] textarea",
            run: "edit Which offers?",
        },
        {
            trigger: ".modal footer button[name=action_return]",
            run: "click",
        },
        {
            content: "the list stays open and shows it",
            trigger:
                "body:not(:has(.modal)) .o_data_row:contains(Salesperson A):contains(Returned)",
        },
    ],
});

registry.category("web_tour.tours").add("sales_process_work_report_resubmit", {
    url: "/odoo/report-of-today",
    steps: () => [
        {
            content: "the reason is seen",
            trigger: ".o_form_view .alert:contains(Which offers?)",
        },
        {
            trigger:
                ".o_field_widget[name=line_ids] .o_data_row:contains(Wrote two offers) [name=subject]",
            run: "click",
        },
        {
            trigger:
                ".o_field_widget[name=line_ids] .o_selected_row [name=subject] input",
            run: "edit Wrote the offers for Suzhou and Wuxi",
        },
        {
            trigger: ".o_form_statusbar button[name=action_submit]",
            run: "click",
        },
        {
            trigger:
                ".o_statusbar_status button.o_arrow_button_current:contains(Submitted)",
        },
        {
            trigger:
                ".o_field_widget[name=done_line_ids] .o_data_row:contains(Suzhou and Wuxi)",
        },
    ],
});

registry.category("web_tour.tours").add("sales_process_work_report_review", {
    url: "/odoo/team-work-reports",
    steps: () => [
        {
            trigger:
                ".o_data_row:contains(Salesperson A) button[name=action_open_review]",
            run: "click",
        },
        {
            trigger: ".modal .o_data_row:contains(Suzhou and Wuxi)",
        },
        {
            content: "four stars",
            trigger:
                ".modal .o_field_widget[name=review_mark] .o_priority_star:nth-child(4)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=review_comment] textarea",
            run: "edit Well done",
        },
        {
            trigger: ".modal footer button[name=action_review]",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)) .o_data_row:contains(Salesperson A):contains(Reviewed)",
        },
        {
            content: "remind everybody who is missing",
            trigger: ".o_control_panel button[name=action_remind]",
            run: "click",
        },
        {
            trigger:
                ".o_notification:contains(reminded), .o_notification:contains(Nobody)",
        },
    ],
});
