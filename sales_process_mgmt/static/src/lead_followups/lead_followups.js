import {Component, markRaw, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {View} from "@web/views/view";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

/**
 * The follow-ups with the customer of a lead. They are read when the page of the form
 * is opened, not with the lead.
 */
export class LeadFollowups extends Component {
    static template = "sales_process_mgmt.LeadFollowups";
    static components = {View};
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.ui = useService("ui");
        this.keepLast = new KeepLast();
        this.state = useState({key: "", props: null});
        // what is saved or logged may be a new line
        useRecordObserver(({resId, data}) =>
            this.load(
                resId,
                `${resId} ${data.write_date} ${data.process_followup_count}`
            )
        );
    }

    async load(resId, key) {
        if (!resId || key === this.state.key) {
            return;
        }
        const {domain, context} = await this.keepLast.add(
            this.orm.call("crm.lead", "action_view_followups", [[resId]])
        );
        const type = this.ui.isSmall ? "kanban" : "list";
        const props = {
            type,
            resModel: "sales.process.followup",
            // else those of the form that it stands in
            views: [
                [false, type],
                [false, "search"],
            ],
            domain,
            context: {
                ...context,
                list_view_ref:
                    "sales_process_mgmt.sales_process_followup_view_list_lead",
            },
            display: {controlPanel: false},
            selectRecord: (id) => this.open(id),
        };
        if (!this.ui.isSmall) {
            props.allowSelectors = false;
        }
        Object.assign(this.state, {key, props: markRaw(props)});
    }

    open(id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "sales.process.followup",
            res_id: id,
            views: [[false, "form"]],
            target: "current",
        });
    }
}

registry.category("view_widgets").add("sales_process_lead_followups", {
    component: LeadFollowups,
    fieldDependencies: [
        {name: "process_followup_count", type: "integer", readonly: true},
        {name: "write_date", type: "datetime", readonly: true},
    ],
});
