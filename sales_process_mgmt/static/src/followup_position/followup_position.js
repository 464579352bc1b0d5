import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {Component, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useService} from "@web/core/utils/hooks";

/**
 * Whoever proves where they are is there: what would be a call is a visit.
 *
 * @param {Object} record a follow-up
 * @returns {Object} values to be written with the evidence
 */
export function sayVisit(record) {
    return record.isNew && record.data.channel === "call" ? {channel: "visit"} : {};
}

/**
 * Takes the position of the phone into the follow-up. The browser asks the user;
 * nothing is read before the button is pressed.
 */
export class FollowupPosition extends Component {
    static template = "sales_process_mgmt.FollowupPosition";
    static props = {...standardWidgetProps};

    setup() {
        this.notification = useService("notification");
        this.state = useState({busy: false});
    }

    get isKnown() {
        const {latitude, longitude} = this.props.record.data;
        return Boolean(latitude || longitude);
    }

    takePosition() {
        if (!browser.navigator.geolocation) {
            this.refuse();
            return;
        }
        this.state.busy = true;
        browser.navigator.geolocation.getCurrentPosition(
            async ({coords}) => {
                this.state.busy = false;
                await this.props.record.update({
                    latitude: coords.latitude,
                    longitude: coords.longitude,
                    ...sayVisit(this.props.record),
                });
            },
            () => {
                this.state.busy = false;
                this.refuse();
            },
            {enableHighAccuracy: true, timeout: 10000}
        );
    }

    refuse() {
        this.notification.add(
            _t("The position is not available. Type the location instead."),
            {type: "warning"}
        );
    }
}

registry.category("view_widgets").add("followup_position", {
    component: FollowupPosition,
    fieldDependencies: [
        {name: "channel", type: "selection", selection: []},
        {name: "latitude", type: "float"},
        {name: "longitude", type: "float"},
    ],
});
