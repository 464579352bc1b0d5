import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {TimeLeft} from "../../time_left/time_left";

/** The time left until a deadline, with the state and the reason of the record. */
export class FollowupTimeLeftField extends Component {
    static template = "sales_process_mgmt.FollowupTimeLeftField";
    static components = {TimeLeft};
    static props = {
        ...standardFieldProps,
        stateField: {type: String, optional: true},
        reasonField: {type: String, optional: true},
    };
    static defaultProps = {stateField: "followup_state"};

    get deadline() {
        return this.props.record.data[this.props.name];
    }

    get state() {
        return this.props.record.data[this.props.stateField];
    }

    get reason() {
        return this.props.reasonField && this.props.record.data[this.props.reasonField];
    }
}

export const followupTimeLeftField = {
    component: FollowupTimeLeftField,
    displayName: _t("Time Left"),
    supportedTypes: ["datetime"],
    supportedOptions: [
        {
            label: _t("State field"),
            name: "state_field",
            type: "field",
            availableTypes: ["selection"],
        },
        {
            label: _t("Field that says why"),
            name: "reason_field",
            type: "field",
            availableTypes: ["char"],
        },
    ],
    extractProps: ({options}) => ({
        stateField: options.state_field,
        reasonField: options.reason_field,
    }),
    fieldDependencies: ({options}) => [
        {
            name: options.state_field || "followup_state",
            type: "selection",
            readonly: true,
        },
        ...(options.reason_field
            ? [{name: options.reason_field, type: "char", readonly: true}]
            : []),
    ],
};

registry.category("fields").add("followup_time_left", followupTimeLeftField);
