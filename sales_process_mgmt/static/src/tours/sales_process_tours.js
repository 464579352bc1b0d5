import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

const FORM = ".o_sales_process_registration";
const NO_DIALOG = "body:not(:has(.modal))";

// Started by the user on the home: "Show Me Around".
registry.category("web_tour.tours").add("sales_process_salesperson_tour", {
    url: "/odoo/sales-home",
    steps: () => [
        {
            trigger: ".o_home_page button[name=tour], .o_home_page",
        },
        {
            content: _t("Somebody new is at the door or on the line: register."),
            trigger: "button[name=register]",
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            content: _t(
                "Type the number, then go on to the next field. Whose customer it is stands there at once; nobody is asked twice."
            ),
            trigger: `${FORM} .o_field_widget[name=phone] input`,
            run: "edit 13599990001",
        },
        {
            content: _t("New: it becomes yours. Who is it?"),
            trigger: `${FORM} .o_field_widget[name=contact_name] input`,
            run: "edit Wang Fang",
        },
        {
            trigger: `${FORM} .o_sales_process_result[data-state=new]`,
        },
        {
            content: _t("What does the customer want?"),
            trigger: `${FORM} .o_field_widget[name=subject] input`,
            run: "edit Two machines",
        },
        {
            trigger: ".modal-footer button[name=action_register]:visible",
            content: _t("Register: from now on the customer is yours."),
            run: "click",
        },
        {
            content: _t(
                "Here is how long each customer stays yours without a contact: green is fine, yellow warns, red is overdue, and the words say so, too. You have called: log it."
            ),
            trigger: `${NO_DIALOG} .o_home_customer button[name=action_log_followup]`,
            run: "click",
        },
        {
            content: _t("Say in your own words what was discussed."),
            trigger: ".modal .o_field_widget[name=subject] input",
            run: "edit They want a quotation by Friday",
        },
        {
            content: _t("Save: the time begins anew."),
            trigger: ".modal footer button[name=action_saved]",
            run: "click",
        },
        {
            trigger: `${NO_DIALOG} .o_home_page`,
        },
    ],
});

registry.category("web_tour.tours").add("sales_process_leader_tour", {
    url: "/odoo/sales-home",
    steps: () => [
        {
            content: _t(
                "What only you decide waits in one list: conflicts, agreed dates beyond the limit, held releases."
            ),
            trigger: "button[name=decide]",
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            content: _t(
                "A row is a question. Open it and decide with its buttons: who owns the customer is said in one click, and everybody concerned is told. Go back to your home."
            ),
            trigger:
                ".o_action_manager .o_control_panel .o_back_button, .o_control_panel .breadcrumb-item a",
            run: "click",
        },
        {
            content: _t("Who receives new customers stands in the duty roster."),
            trigger: "[data-menu-xmlid='sales_process_mgmt.sales_process_menu_root']",
            run: "click",
        },
        {
            trigger: "[data-menu-xmlid='sales_process_mgmt.sales_process_duty_menu']",
            content: _t("Open it."),
            run: "click",
        },
        {
            content: _t("Let the members take turns for some weeks."),
            trigger: ".o_control_panel .o_duty_plan",
            run: "click",
        },
        {
            content: _t("Look at the shifts before they are made."),
            trigger: ".modal footer button[name=action_preview]",
            run: "click",
        },
        {
            content: _t(
                "Here they are, nothing is written yet. Make them, or close the dialog."
            ),
            trigger: ".modal .o_data_row",
        },
        {
            content: _t("Close it for now."),
            trigger: ".modal footer button.btn-secondary:last",
            run: "click",
        },
        {
            trigger: NO_DIALOG,
        },
    ],
});
