import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {
    deserializeDate,
    deserializeDateTime,
    formatDate,
    formatDateTime,
    toLocaleDateString,
} from "@web/core/l10n/dates";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {KeepLast} from "@web/core/utils/concurrency";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

const {DateTime} = luxon;

/**
 * All that happened with the customer of a lead, a contact or a period, newest first:
 * told by `sales.process.timeline`, page by page.
 */
export class Timeline extends Component {
    static template = "sales_process_mgmt.Timeline";
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.state = useState({
            lines: [],
            kinds: [],
            chosen: [],
            before: false,
            note: false,
            isLoading: false,
        });
        // what is saved may be a new line
        useRecordObserver(({resModel, resId, data}) => {
            this.subject = resId && [resModel, resId];
            this.saved = data.write_date;
            return this.load();
        });
    }

    /** Read the first page, or read on. */
    async load(before = false) {
        if (!this.subject) {
            Object.assign(this.state, {lines: [], before: false, note: false});
            return;
        }
        this.state.isLoading = true;
        try {
            const page = await this.keepLast.add(
                this.orm.call("sales.process.timeline", "get_page", this.subject, {
                    kinds: [...this.state.chosen],
                    before,
                })
            );
            this.state.lines = before
                ? [...this.state.lines, ...page.lines]
                : page.lines;
            this.state.kinds = page.kinds;
            this.state.before = page.before;
            this.state.note = page.note;
        } finally {
            this.state.isLoading = false;
        }
    }

    isChosen(kind) {
        return this.state.chosen.includes(kind.name);
    }

    toggle(kind) {
        this.state.chosen = this.isChosen(kind)
            ? this.state.chosen.filter((name) => name !== kind.name)
            : [...this.state.chosen, kind.name];
        return this.load();
    }

    showAll() {
        this.state.chosen = [];
        return this.load();
    }

    /** The lines of each local day, in their order. */
    get days() {
        const days = [];
        for (const line of this.state.lines) {
            const moment = this.getMoment(line);
            const name = moment.toISODate();
            if (days.at(-1)?.name !== name) {
                days.push({name, label: this.getDayLabel(moment), lines: []});
            }
            days.at(-1).lines.push(line);
        }
        return days;
    }

    getMoment(line) {
        return line.day ? deserializeDate(line.day) : deserializeDateTime(line.moment);
    }

    getDayLabel(moment) {
        const today = DateTime.local().startOf("day");
        const days = today.diff(moment.startOf("day"), "days").days;
        if (days === 0) {
            return _t("Today");
        }
        if (days === 1) {
            return _t("Yesterday");
        }
        return toLocaleDateString(moment);
    }

    getHour(line) {
        return line.day
            ? ""
            : this.getMoment(line).toLocaleString(DateTime.TIME_SIMPLE);
    }

    getFullMoment(line) {
        return line.day
            ? formatDate(this.getMoment(line))
            : formatDateTime(this.getMoment(line));
    }

    getBadgeClass(line) {
        return line.tone ? `o_timeline_${line.tone}` : "text-bg-light";
    }

    open(line) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: line.open.model,
            res_id: line.open.id,
            views: [[false, "form"]],
            target: "current",
        });
    }
}

registry.category("view_widgets").add("sales_process_timeline", {
    component: Timeline,
    fieldDependencies: [{name: "write_date", type: "datetime"}],
});
