import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("sales_process_onboarding", {
    steps: () => [
        {
            content: "There is no team: the first step makes one",
            trigger: ".o_home_onboarding button[name=members]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=name] input",
            run: "edit Sales North",
        },
        {
            trigger: ".modal .o_field_widget[name=member_ids] input",
            run: "edit Salesperson A",
        },
        {
            trigger: ".ui-autocomplete > li > a:contains(Salesperson A)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=member_ids] .o_tag",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "The step knows that it is done",
            trigger:
                "body:not(:has(.modal)) .o_home_step_done[data-name=members] .fa-check-circle",
        },
        {
            trigger: ".o_home_onboarding button[name=mode]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=process_mode]:contains(Observe)",
        },
        {
            trigger: ".modal footer button[name=action_show]",
            run: "click",
        },
        {
            content: "What it does is shown before it is done",
            trigger: ".modal footer button[name=action_apply]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_home_step_done[data-name=mode]",
        },
        {
            trigger: ".o_home_onboarding button[name=duty]",
        },
        {
            trigger: ".o_home_onboarding button[name=close_onboarding]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.o_home_onboarding))",
        },
    ],
});
