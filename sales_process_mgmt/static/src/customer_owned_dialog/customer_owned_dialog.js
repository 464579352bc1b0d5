import {_t} from "@web/core/l10n/translation";
import {Component} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {registry} from "@web/core/registry";
import {standardErrorDialogProps} from "@web/core/errors/error_dialogs";
import {useService} from "@web/core/utils/hooks";

/**
 * The customer belongs to somebody else: says whose, and offers the ways on.
 */
export class CustomerOwnedDialog extends Component {
    static template = "sales_process_mgmt.CustomerOwnedDialog";
    static components = {Dialog};
    static props = {...standardErrorDialogProps};

    setup() {
        this.action = useService("action");
        this.title = _t("Not Your Customer");
        const {data, message} = this.props;
        this.message = data?.arguments?.[0] || message;
    }

    async openRegistration() {
        await this.action.doAction(
            "sales_process_mgmt.sales_process_registration_action",
            {
                additionalContext: this.props.data?.context || {},
            }
        );
        this.props.close();
    }
}

registry
    .category("error_dialogs")
    .add(
        "odoo.addons.sales_process_mgmt.exceptions.CustomerOwnedError",
        CustomerOwnedDialog
    );
