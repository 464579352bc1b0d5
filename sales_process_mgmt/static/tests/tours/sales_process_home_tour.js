import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("sales_process_home_log", {
    steps: () => [
        {
            content: "Three taps: log, what it was, and save",
            trigger:
                ".o_home_customer:contains(Tour Pumps) button[name=action_log_followup]",
            run: "click",
        },
        {
            trigger: ".modal .o_followup_outcome:contains(Wants a quotation)",
            run: "click",
        },
        {
            content: "What was tapped is text",
            trigger:
                ".modal .o_field_widget[name=subject] input:value(Wants a quotation)",
        },
        {
            trigger: ".modal footer button[name=action_saved]",
            run: "click",
        },
        {
            trigger: ".o_notification:contains(Follow-up logged)",
        },
        {
            content: "The home shows it without a reload",
            trigger:
                "body:not(:has(.modal)) .o_home_customer:contains(Tour Pumps) .o_followup_time_left:contains(days left)",
        },
        {
            trigger: ".o_home_figure[name=overdue]:contains(0)",
        },
    ],
});
