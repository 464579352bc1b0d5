import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("sales_process_duty_roster", {
    url: "/odoo/duty-roster",
    steps: () => [
        {
            content: "the calendar offers the assistant to the leader",
            trigger: ".o_control_panel button:contains(Make a Roster)",
            run: "click",
        },
        {
            content: "all members take turns",
            trigger: ".modal .o_field_widget[name=user_ids]:contains(Salesperson C)",
        },
        {
            trigger: ".modal footer button[name=action_preview]",
            run: "click",
        },
        {
            content: "the preview names the people",
            trigger: ".modal .o_data_row:contains(Salesperson A)",
        },
        {
            trigger: ".modal footer button[name=action_create]",
            run: "click",
        },
        {
            content: "the calendar shows the new shifts",
            trigger: "body:not(:has(.modal)) .fc-event:contains(Salesperson A)",
        },
    ],
});

registry.category("web_tour.tours").add("sales_process_duty_swap_ask", {
    url: "/odoo/my-shifts",
    steps: () => [
        {
            content: "only own shifts, and no button to plan more",
            trigger:
                ".o_list_view:not(:has(.o_list_button_add)):not(:has(.o_data_row:contains(Salesperson C)))",
        },
        {
            trigger:
                ".o_data_row:contains(Salesperson A) .o_data_cell[name=date_start]",
            run: "click",
        },
        {
            trigger: ".o_form_view button[name=action_ask_swap]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=substitute_id] input",
            run: "edit Salesperson B",
        },
        {
            trigger: ".ui-autocomplete > li > a:contains(Salesperson B)",
            run: "click",
        },
        {
            trigger: ".modal footer button:contains(Ask)",
            run: "click",
        },
        {
            content: "the shift shows the open request",
            trigger:
                "body:not(:has(.modal)) .o_form_view button[name=action_open_swap]",
        },
    ],
});

registry.category("web_tour.tours").add("sales_process_duty_swap_accept", {
    url: "/odoo/action-sales_process_mgmt.sales_process_duty_swap_action",
    steps: () => [
        {
            content: "one click",
            trigger: ".o_data_row:contains(Salesperson A) button[name=action_accept]",
            run: "click",
        },
        {
            trigger:
                ".o_data_row:contains(Accepted):not(:has(button[name=action_accept]))",
        },
    ],
});
