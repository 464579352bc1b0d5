import {Component, onWillDestroy, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {formatDateTime} from "@web/core/l10n/dates";

const {DateTime} = luxon;

const REFRESH_DELAY = 60 * 1000;

/** How each state is marked: words and a sign, never the colour alone. */
const MARKS = {
    on_track: {icon: "fa-check-circle-o", class: "o_followup_on_track"},
    due_soon: {icon: "fa-hourglass-half", class: "o_followup_due_soon"},
    overdue: {icon: "fa-exclamation-triangle", class: "o_followup_overdue"},
};

/**
 * Say in words how long something lasts, in the largest unit that still tells
 * something: days, hours on the last day, minutes in the last hour.
 *
 * @param {number} milliseconds
 * @returns {string}
 */
export function formatSpan(milliseconds) {
    const minutes = Math.floor(milliseconds / 60000);
    if (minutes < 60) {
        return minutes === 1
            ? _t("1 minute")
            : _t("%(count)s minutes", {count: minutes});
    }
    const hours = Math.floor(minutes / 60);
    if (hours < 24) {
        return hours === 1 ? _t("1 hour") : _t("%(count)s hours", {count: hours});
    }
    const days = Math.floor(hours / 24);
    return days === 1 ? _t("1 day") : _t("%(count)s days", {count: days});
}

/**
 * The time left until a deadline: "3 days left", on the last day "5 hours left",
 * afterwards "Overdue by 2 hours". The exact local time, and why it is then, are in
 * the tooltip.
 */
export class TimeLeft extends Component {
    static template = "sales_process_mgmt.TimeLeft";
    static props = {
        deadline: {type: DateTime},
        state: {type: [String, Boolean], optional: true},
        reason: {type: [String, Boolean], optional: true},
    };

    setup() {
        this.clock = useState({now: DateTime.now()});
        // A page that stays open must not show hours that have passed.
        const timer = setInterval(() => {
            this.clock.now = DateTime.now();
        }, REFRESH_DELAY);
        onWillDestroy(() => clearInterval(timer));
    }

    get remaining() {
        return this.props.deadline.toMillis() - this.clock.now.toMillis();
    }

    get mark() {
        // The deadline may pass while the page is open.
        if (this.remaining < 0) {
            return MARKS.overdue;
        }
        return MARKS[this.props.state] || MARKS.on_track;
    }

    get text() {
        if (this.remaining < 0) {
            return _t("Overdue by %(span)s", {span: formatSpan(-this.remaining)});
        }
        return _t("%(span)s left", {span: formatSpan(this.remaining)});
    }

    get title() {
        const {deadline, reason} = this.props;
        const until = _t("Until %(moment)s (%(zone)s)", {
            moment: formatDateTime(deadline, {showSeconds: true}),
            zone: deadline.zoneName,
        });
        return reason ? `${until}\n${reason}` : until;
    }
}
