import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("sales_process_transfer", {
    url: "/odoo/customer-ownerships",
    steps: () => [
        {
            content: "both customers are listed with their time left",
            trigger:
                ".o_data_row:contains(Tour Pumps) .o_followup_time_left:contains(days left)",
        },
        {
            content: "select all",
            trigger: ".o_list_renderer thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: "transfer",
            trigger: ".o_control_panel button[name=action_open_transfer]",
            run: "click",
        },
        {
            content: "two customers are in the wizard",
            trigger: ".modal .o_data_row:contains(Tour Valves)",
        },
        {
            content: "the new owner",
            trigger: ".modal .o_field_widget[name=user_id] input",
            run: "edit Salesperson B",
        },
        {
            trigger: ".ui-autocomplete > li > a:contains(Salesperson B)",
            run: "click",
        },
        {
            content: "nothing is transferred without a reason",
            trigger: ".modal footer button[name=action_transfer]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_invalid[name=reason]",
        },
        {
            content: "the reason",
            trigger: ".modal .o_field_widget[name=reason] textarea",
            run: "edit The region has a new salesperson",
        },
        {
            trigger: ".modal footer button[name=action_transfer]",
            run: "click",
        },
        {
            content: "the new owner is in the list",
            trigger:
                ".o_list_view:not(:has(.modal)) .o_data_row:contains(Tour Pumps):contains(Salesperson B)",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
    ],
});
