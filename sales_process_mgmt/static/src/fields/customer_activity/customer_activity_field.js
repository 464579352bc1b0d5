import {Component} from "@odoo/owl";
import {ActivityButton} from "@mail/core/web/activity_button";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const LEAD = "crm.lead";

/**
 * Odoo's own button of activities, for the lead on which work with the customer
 * stands. What is selected in the list are customers: their leads are meant.
 */
export class CustomerActivityButton extends ActivityButton {
    static props = {
        ...ActivityButton.props,
        customer: Object,
        slots: {type: Object, optional: true},
    };

    setup() {
        super.setup();
        if (this.props.slots) {
            this.defaultActivityStateClass = "";
            this.defaultActivityDecorationClass = "fa-clock-o";
        }
    }

    onClick() {
        if (this.popover.isOpen) {
            this.popover.close();
            return;
        }
        const {customer, record} = this.props;
        const selected = this.env.model?.root?.selection || [];
        // not by themselves: the list wraps its records in others
        const isSelected = selected.some(({resId}) => resId === customer.resId);
        const isOfMany = selected.length > 1 && isSelected;
        const customers = isOfMany ? selected : [customer];
        const leadIds = customers
            .map(({data}) => data.current_lead_id?.id)
            .filter(Boolean);
        this.popover.open(this.buttonRef.el, {
            activityIds: record.data.activity_ids.currentIds,
            onActivityChanged: () => {
                customers.forEach((row) => row.load());
                this.popover.close();
            },
            resId: record.resId,
            resIds: isOfMany ? leadIds : undefined,
            resModel: LEAD,
        });
    }
}

class ListCustomerActivityButton extends CustomerActivityButton {
    static template = "mail.ListActivityButton";
}

/** What is planned with the customer: see `lead_activity_ids` of the model. */
export class KanbanCustomerActivity extends Component {
    static template = "sales_process_mgmt.KanbanCustomerActivity";
    static components = {ActivityButton: CustomerActivityButton};
    static props = standardFieldProps;

    /** What Odoo's button reads of a record that has activities itself. */
    get lead() {
        const {data} = this.props.record;
        return (
            data.current_lead_id && {
                resId: data.current_lead_id.id,
                resModel: LEAD,
                data: {
                    activity_ids: data.lead_activity_ids,
                    activity_state: data.lead_activity_state,
                    activity_summary: data.lead_activity_summary,
                    activity_type_id: data.lead_activity_type_id,
                    activity_type_icon: data.lead_activity_icon,
                    activity_exception_decoration: data.lead_exception,
                    activity_exception_icon: data.lead_exception_icon,
                },
            }
        );
    }
}

export class ListCustomerActivity extends KanbanCustomerActivity {
    static template = "sales_process_mgmt.ListCustomerActivity";
    static components = {ActivityButton: ListCustomerActivityButton};

    get summary() {
        const {data} = this.lead;
        if (data.activity_exception_decoration) {
            return _t("Warning");
        }
        return data.activity_summary || data.activity_type_id?.display_name || "";
    }
}

const fieldDependencies = [
    {name: "current_lead_id", type: "many2one", relation: LEAD},
    {name: "lead_activity_state", type: "selection", selection: []},
    {name: "lead_activity_summary", type: "char"},
    {
        name: "lead_activity_type_id",
        type: "many2one",
        relation: "mail.activity.type",
    },
    {name: "lead_activity_icon", type: "char"},
    {name: "lead_exception", type: "selection", selection: []},
    {name: "lead_exception_icon", type: "char"},
];

for (const [name, component] of [
    ["list_customer_activity", ListCustomerActivity],
    ["kanban_customer_activity", KanbanCustomerActivity],
]) {
    registry.category("fields").add(name, {
        component,
        fieldDependencies,
        displayName: _t("Activities of the Customer"),
        supportedTypes: ["many2many"],
    });
}
