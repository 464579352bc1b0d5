import {registry} from "@web/core/registry";

const FORM = ".o_sales_process_registration";

function openFromSystray() {
    return [
        {
            content: "Open the registration from the systray",
            trigger: ".o_sales_process_registration_menu",
            run: "click",
        },
        {
            content: "The cursor stands in the phone number",
            trigger: `${FORM} .o_field_widget[name=phone] input:focus`,
        },
    ];
}

registry.category("web_tour.tours").add("sales_process_register_walk_in", {
    url: "/odoo",
    steps: () => [
        ...openFromSystray(),
        {
            trigger: `${FORM} .o_field_widget[name=phone] input`,
            run: "edit 13512345678 && press Enter",
        },
        {
            content: "The answer is there, and Enter went on to the e-mail",
            trigger: `${FORM} .o_sales_process_result[data-state=new]`,
        },
        {
            trigger: `${FORM} .o_field_widget[name=email] input:focus`,
            run: "press Enter",
        },
        {
            trigger: `${FORM} .o_field_widget[name=contact_name] input:focus`,
            run: "edit Ms. Wang && press Enter",
        },
        {
            trigger: `${FORM} .o_field_widget[name=subject] input`,
            run: "edit Kitchen for a new flat",
        },
        {
            trigger: `${FORM} .o_field_widget[name=contact_ids] .o_field_x2many_list_row_add a`,
            run: "click",
        },
        {
            trigger: `${FORM} .o_field_widget[name=contact_ids] [name=phone] input`,
            run: "edit 13612345678",
        },
        {
            trigger: ".modal-footer button[name=action_register]:visible",
            run: "click",
        },
        {
            trigger: ".o_notification:contains('Ms. Wang is registered')",
        },
        {
            trigger: `body:not(:has(${FORM}))`,
        },
    ],
});

registry.category("web_tour.tours").add("sales_process_somebody_elses", {
    url: "/odoo",
    steps: () => [
        ...openFromSystray(),
        {
            trigger: `${FORM} .o_field_widget[name=phone] input`,
            run: "edit 138 1234 5678 && press Enter",
        },
        {
            content: "Somebody else's customer: in words, not in colour alone",
            trigger: `${FORM} .o_sales_process_result[data-state=owned]:contains('Salesperson A')`,
        },
        {
            content: "It cannot be registered",
            trigger: `body:not(:has(.modal-footer button[name=action_register]:visible))`,
        },
        {
            trigger: ".modal-footer button[name=action_ask_invitation]",
            run: "click",
        },
        {
            trigger: ".o_notification:contains('asked to invite you')",
        },
    ],
});

registry.category("web_tour.tours").add("sales_process_refused_at_the_lead", {
    url: "/odoo/crm",
    steps: () => [
        {
            content: "Create a lead the ordinary way",
            trigger: "body:has(.o_kanban_renderer) .o-kanban-button-new",
            run: "click",
        },
        {
            trigger: ".o_kanban_quick_create .o_field_widget[name=phone] input",
            run: "edit 13812345678",
        },
        {
            trigger: ".o_kanban_quick_create .o_field_widget[name=name] input",
            run: "edit Kitchen",
        },
        {
            trigger: ".o_kanban_quick_create .o_kanban_add",
            run: "click",
        },
        {
            content: "The refusal says whose customer it is",
            trigger: ".o_customer_owned_dialog:contains('belongs to')",
        },
        {
            trigger: ".o_customer_owned_more",
            run: "click",
        },
        {
            content: "The registration knows the phone number already",
            trigger: `${FORM} .o_sales_process_result[data-state=owned]`,
        },
        {
            trigger: ".modal-footer button[name=action_help]",
            run: "click",
        },
        {
            trigger: ".o_notification:contains('Logged as help')",
        },
        {
            trigger: ".o_kanban_quick_create .o_kanban_cancel",
            run: "click",
        },
        {
            trigger: "body:not(:has(.o_kanban_quick_create))",
        },
    ],
});
