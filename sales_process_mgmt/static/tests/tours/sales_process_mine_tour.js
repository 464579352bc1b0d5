import {registry} from "@web/core/registry";

const ROW = ".o_data_row:contains(Tour Pumps)";

registry.category("web_tour.tours").add("sales_process_work_many", {
    steps: () => [
        {
            content: "What is planned stands in the row, in Odoo's own button",
            trigger: `${ROW} .o-mail-ActivityButton:contains(Ring them)`,
            run: "click",
        },
        {
            trigger: ".o-mail-ActivityListPopover:contains(Ring them)",
        },
        {
            trigger: `${ROW} .o-mail-ActivityButton`,
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.o-mail-ActivityListPopover)) thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Each of the selected customers, in one dialog",
            trigger: ".o_control_panel button[name=action_log_followups]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_tags .o_tag:contains(Tour Valves)",
        },
        {
            trigger: ".modal .o_field_widget[name=subject] input",
            run: "edit Invited to the opening of our showroom",
        },
        {
            trigger: ".modal footer button[name=action_log]",
            run: "click",
        },
        {
            trigger: ".o_notification:contains(Follow-ups logged: 2)",
        },
        {
            trigger: `body:not(:has(.modal)) ${ROW} [name=name]`,
            run: "click",
        },
        {
            content: "The time line of the customer knows it",
            trigger: ".o_timeline_line:contains(Invited to the opening)",
        },
        {
            trigger: ".o_timeline button[name=owner]",
            run: "click",
        },
        {
            trigger: ".o_timeline:not(:has([data-kind=followup])) [data-kind=owner]",
        },
        {
            trigger: ".o_timeline button[name=all]",
            run: "click",
        },
        {
            trigger: ".o_timeline [data-kind=followup] button",
            run: "click",
        },
        {
            content: "A line opens its record",
            trigger:
                ".o_breadcrumb .active:contains(Invited to the opening), .o_last_breadcrumb_item:contains(Invited to the opening)",
        },
    ],
});
