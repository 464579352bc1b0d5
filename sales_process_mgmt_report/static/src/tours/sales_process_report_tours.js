import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

const MENU = "sales_process_mgmt_report.sales_process_work_report_menu_review";
const tours = registry.category("web_tour.tours");

/** The tours of the core go on with reports. */
function addSteps(name, getSteps) {
    const tour = tours.get(name);
    const {steps} = tour;
    tour.steps = () => [...steps(), ...getSteps()];
}

addSteps("sales_process_salesperson_tour", () => [
    {
        content: _t(
            "The reports that you owe stand here: what you logged is in them already. Look at them."
        ),
        trigger: ".o_home_block[data-name=reports] .o_home_all",
        run: "click",
    },
    {
        trigger: ".o_action_manager:not(:has(.o_home_page)) .o_control_panel",
    },
]);

addSteps("sales_process_leader_tour", () => [
    {
        content: _t("Last: the reports of your people."),
        trigger: "[data-menu-xmlid='sales_process_mgmt.sales_process_menu_team']",
        run: "click",
    },
    {
        content: _t("Read, answer, or send one back with a word why."),
        trigger: `[data-menu-xmlid='${MENU}']`,
        run: "click",
    },
    {
        trigger: ".o_action_manager .o_list_view, .o_action_manager .o_kanban_view",
    },
]);
