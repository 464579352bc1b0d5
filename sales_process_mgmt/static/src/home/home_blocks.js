import {Component, onWillStart, onWillUnmount, useEffect, useRef} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {loadBundle} from "@web/core/assets";
import {getActiveHotkey} from "@web/core/hotkeys/hotkey_service";
import {deserializeDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";
import {getTabableElements} from "@web/core/utils/ui";
import {TimeLeft} from "../time_left/time_left";

/** What each tone means to the eye, besides its sign and words. */
const TONES = {
    danger: "#CE4257",
    info: "#3188E6",
    success: "#00A78D",
    warning: "#F48935",
};

export class HomeBlock extends Component {
    static props = {
        block: Object,
        open: Function,
        isSmall: {type: Boolean, optional: true},
    };

    getTextClass(tone) {
        return tone ? `o_home_${tone}` : "";
    }

    get more() {
        return _t("%(count)s more in the list", {count: this.props.block.more});
    }

    /** Arrows go to the same button of the next row, as they do in Odoo's lists. */
    onKeydown(ev) {
        const step = {arrowdown: 1, arrowup: -1}[getActiveHotkey(ev)];
        const row = ev.target.closest("li");
        if (!step || !row) {
            return;
        }
        const rows = [...ev.currentTarget.children];
        const next = rows[rows.indexOf(row) + step];
        const there = next && getTabableElements(next);
        if (there?.length) {
            const {name} = ev.target;
            const place = getTabableElements(row).indexOf(ev.target);
            const same = there.find((el) => name && el.name === name);
            (same || there[Math.min(place, there.length - 1)]).focus();
            ev.preventDefault();
        }
    }
}

/** Numbers, each one a button to what it is made of. */
export class HomeFigures extends HomeBlock {
    static template = "sales_process_mgmt.HomeFigures";

    /** Nothing to see is not to be seen first. */
    getNumberClass(figure) {
        return figure.value ? this.getTextClass(figure.tone) : "o_process_muted";
    }
}

/** Customers with the least time left: call, log and plan without leaving the row. */
export class HomeCustomers extends HomeBlock {
    static template = "sales_process_mgmt.HomeCustomers";
    static components = {TimeLeft};

    getDeadline(row) {
        return deserializeDateTime(row.deadline);
    }

    getPhoneHref(row) {
        return "tel:" + row.phone.replace(/\s+/g, "");
    }

    getCallLabel(row) {
        return _t("Call %(name)s: %(phone)s", row);
    }

    getLastContact(row) {
        return row.last
            ? _t("Last contact %(day)s", {day: row.last})
            : _t("No contact yet");
    }

    show(row) {
        return this.props.open({model: "sales.process.ownership", res_id: row.id});
    }

    work(row, method) {
        return this.props.open({
            model: "sales.process.ownership",
            method,
            ids: [row.id],
            context: {},
        });
    }
}

/** Plain rows: somebody or a sign, what it is, and when. */
export class HomeRows extends HomeBlock {
    static template = "sales_process_mgmt.HomeRows";
}

/** Figures by person or team. */
export class HomeTable extends HomeBlock {
    static template = "sales_process_mgmt.HomeTable";
}

/**
 * Show a joy, once in this browser.
 *
 * @param {Object} effect the service
 * @param {String} cheer by which it is known again
 * @param {String} message
 * @returns {Boolean} whether it was shown
 */
export function cheerOnce(effect, cheer, message) {
    const key = `sales_process_cheer_${cheer}`;
    if (browser.localStorage.getItem(key)) {
        return false;
    }
    browser.localStorage.setItem(key, "1");
    effect.add({type: "rainbow_man", message});
    return true;
}

/** How far goals are reached. */
export class HomeGoals extends HomeBlock {
    static template = "sales_process_mgmt.HomeGoals";

    setup() {
        const effect = useService("effect");
        useEffect(
            (cheer) => this.cheer(effect, cheer),
            () => [this.props.block.cheer]
        );
    }

    /** A plan that is reached is a joy, once. */
    cheer(effect, cheer) {
        if (cheer) {
            cheerOnce(
                effect,
                cheer,
                _t("All your goals of this month are reached. Well done!")
            );
        }
    }

    getReached(row) {
        return _t("%(actual)s of %(goal)s", row);
    }

    getWidth(row) {
        return Math.max(0, Math.min(100, row.progress));
    }
}

/** Lines or bars; the same numbers stand in a table for who does not see them. */
export class HomeChart extends HomeBlock {
    static template = "sales_process_mgmt.HomeChart";

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => this.draw(),
            () => [JSON.stringify([this.props.block.labels, this.props.block.datasets])]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    get label() {
        return _t("%(title)s: a chart, its numbers follow", {
            title: this.props.block.title,
        });
    }

    draw() {
        this.chart?.destroy();
        this.chart = new window.Chart(this.canvas.el, this.getConfig());
    }

    getConfig() {
        const {block} = this.props;
        const isBar = block.chart === "bar";
        // words as beside the chart, on a dark ground as well
        const {color} = getComputedStyle(this.canvas.el);
        return {
            type: isBar ? "bar" : "line",
            data: {
                labels: block.labels,
                datasets: block.datasets.map((dataset, index) => ({
                    label: dataset.label,
                    data: dataset.values,
                    borderColor: TONES[dataset.tone] || TONES.info,
                    backgroundColor: TONES[dataset.tone] || TONES.info,
                    // told apart without colours, too
                    borderDash: index ? [6, 4] : [],
                    pointStyle: index ? "rectRot" : "circle",
                    pointRadius: 4,
                    borderWidth: isBar ? 0 : 2,
                    maxBarThickness: 18,
                    tension: 0.25,
                })),
            },
            options: {
                animation: false,
                indexAxis: isBar ? "y" : "x",
                maintainAspectRatio: false,
                onClick: (ev, elements) => this.onClick(elements),
                onHover: (ev, elements) => {
                    ev.native.target.style.cursor = elements.length ? "pointer" : "";
                },
                plugins: {
                    legend: {
                        display: block.datasets.length > 1,
                        position: "bottom",
                        labels: {color, usePointStyle: true},
                    },
                },
                scales: {
                    [isBar ? "x" : "y"]: {
                        beginAtZero: true,
                        suggestedMax: isBar ? 100 : 4,
                        ticks: {color, precision: 0},
                    },
                    [isBar ? "y" : "x"]: {ticks: {color}},
                },
            },
        };
    }

    onClick(elements) {
        if (elements.length) {
            const {datasetIndex, index} = elements[0];
            const opens = this.props.block.datasets[datasetIndex].opens?.[index];
            if (opens) {
                this.props.open(opens);
            }
        }
    }
}

/** How each kind of block is shown. */
export const BLOCKS = {
    chart: HomeChart,
    customers: HomeCustomers,
    figures: HomeFigures,
    goals: HomeGoals,
    rows: HomeRows,
    table: HomeTable,
};
