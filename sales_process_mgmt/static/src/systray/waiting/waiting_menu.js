import {Component, onMounted, useState} from "@odoo/owl";
import {Dropdown} from "@web/core/dropdown/dropdown";
import {DropdownItem} from "@web/core/dropdown/dropdown_item";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useBus, useService} from "@web/core/utils/hooks";
import {session} from "@web/session";
import {loadOpens, useHomeNews} from "../../home/home_opens";

const LONG_AGO = 20 * 1000;

/**
 * How much waits for the user in the sales process, wherever the user works; each
 * number opens what it counts. Where nothing waits there is nothing to see.
 */
export class WaitingMenu extends Component {
    static template = "sales_process_mgmt.WaitingMenu";
    static components = {Dropdown, DropdownItem};
    static props = [];

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({figures: []});
        const {load, loadOld} = useHomeNews(() => this.fetchFigures());
        this.load = load;
        // nobody waits for it
        onMounted(load);
        // what one does oneself, and what falls due, is no news
        useBus(this.env.bus, "ACTION_MANAGER:UI-UPDATED", () => loadOld(LONG_AGO));
    }

    async fetchFigures() {
        if (session.sales_process_waiting) {
            this.state.figures = await this.orm.silent.call(
                "sales.process.home",
                "get_waiting",
                []
            );
        }
    }

    get count() {
        return this.state.figures.reduce((sum, {value}) => sum + value, 0);
    }

    get isUrgent() {
        return this.state.figures.some(({tone}) => tone === "danger");
    }

    get title() {
        return _t("%(count)s matters wait for you", {count: this.count});
    }

    async open({open: opens}) {
        return this.action.doAction(await loadOpens(this, opens), {
            clearBreadcrumbs: true,
        });
    }
}

registry
    .category("systray")
    .add("sales_process_mgmt.waiting_menu", {Component: WaitingMenu}, {sequence: 29});
