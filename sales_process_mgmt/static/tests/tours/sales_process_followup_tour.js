import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("sales_process_quick_followup", {
    steps: () => [
        {
            trigger: ".o_statusbar_buttons button[name=action_log_followup]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=subject] input",
            run: "edit They want a visit",
        },
        {
            trigger: ".modal footer button[name=action_saved]",
            run: "click",
        },
        {
            content: "It says what it did",
            trigger: ".o_notification:contains(Follow-up logged)",
        },
        {
            content: "The form shows it at once",
            trigger: "body:not(:has(.modal)) .o_followup_time_left:contains(days left)",
        },
    ],
});

registry.category("web_tour.tours").add("sales_process_invite_helper", {
    steps: () => [
        {
            trigger: ".o_form_view button[name=action_invite_helper]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=user_id] input",
            run: "edit Salesperson B",
        },
        {
            trigger: ".ui-autocomplete > li > a:contains(Salesperson B)",
            run: "click",
        },
        {
            trigger: ".modal footer button[name=action_invited]",
            run: "click",
        },
        {
            content: "It says who was invited",
            trigger: ".o_notification:contains(Invited: Salesperson B)",
        },
        {
            trigger: "body:not(:has(.modal)) .o_form_view",
        },
    ],
});
