import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("sales_process_pool", {
    url: "/odoo/customer-pool",
    steps: () => [
        {
            content: "the customer lies in the pool, its telephone is hidden",
            trigger: ".o_data_row:contains(Pooled Pumps):contains(****)",
        },
        {
            content: "open it: what is known is shown",
            trigger: ".o_data_row:contains(Pooled Pumps) td[name=name]",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=pool_facts] dl",
        },
        {
            content: "take it",
            trigger: ".o_form_view button[name=action_take]",
            run: "click",
        },
        {
            content: "its lead opens, with the telephone and the new owner",
            trigger: ".o_form_view .o_field_widget[name=phone] input:value(5603)",
        },
        {
            trigger: ".o_form_view button[name=action_log_followup]",
            run: "click",
        },
        {
            content: "log the first contact",
            trigger: ".modal .o_field_widget[name=subject] input",
            run: "edit Introduced myself",
        },
        {
            trigger: ".modal footer .btn-primary",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_form_view",
        },
    ],
});
