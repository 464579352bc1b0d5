import {Component, onWillStart} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {user} from "@web/core/user";
import {useService} from "@web/core/utils/hooks";

/**
 * Opens the registration from wherever the salesperson is: a customer at the counter
 * or on the phone does not wait.
 */
export class RegistrationMenu extends Component {
    static template = "sales_process_mgmt.RegistrationMenu";
    static props = [];

    setup() {
        this.action = useService("action");
        this.title = _t("Register a Customer");
        onWillStart(async () => {
            this.isSalesperson = await user.hasGroup("sales_team.group_sale_salesman");
        });
    }

    openRegistration() {
        return this.action.doAction(
            "sales_process_mgmt.sales_process_registration_action"
        );
    }
}

registry
    .category("systray")
    .add(
        "sales_process_mgmt.registration_menu",
        {Component: RegistrationMenu},
        {sequence: 30}
    );
