import {registry} from "@web/core/registry";

const row = (customer, text, state) => ({
    content: `${customer}: ${text}`,
    trigger: `.o_data_row:contains(${customer}) .o_followup_${state}[title^="Until "]:contains(${text})`,
});

registry.category("web_tour.tours").add("sales_process_time_left", {
    url: "/odoo/my-customers",
    steps: () => [
        row("Customer Days", "5 days left", "on_track"),
        row("Customer Day", "1 day left", "due_soon"),
        row("Customer Hours", "4 hours left", "due_soon"),
        row("Customer Minutes", "minutes left", "due_soon"),
        row("Customer Late", "Overdue by 2 hours", "overdue"),
        {
            content: "no timer, no badge",
            trigger:
                ".o_data_row:contains(Customer Free):not(:has(.o_followup_time_left))",
        },
        {
            content: "the least time left stands on top",
            trigger: ".o_data_row:first:contains(Customer Late)",
        },
        {
            content: "the lead says the same",
            trigger: ".o_data_row:contains(Customer Hours) .o_data_cell[name=name]",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_followup_due_soon:contains(4 hours left)",
        },
    ],
});
