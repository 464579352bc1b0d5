import {Component, onWillStart, useState} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {Layout} from "@web/search/layout";
import {useSetupAction} from "@web/search/action_hook";
import {session} from "@web/session";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {tourState} from "@web_tour/js/tour_state";
import {BLOCKS, cheerOnce} from "./home_blocks";
import {loadOpens, useHomeNews} from "./home_opens";

// Of the buttons above the home; the first one is primary.
const HOTKEYS = ["q", "w", "g"];
const POINTER_DELAY = 500;

/**
 * The pointer of a tour looks where to point when something on the page changes, and
 * whether that is below a dialog when one opens; without this it would not be seen in a
 * dialog that rests.
 *
 * @param {Object} ui the service
 * @param {String} name of the tour that has begun
 */
function keepPointing(ui, name) {
    const nudge = browser.setInterval(() => {
        if (tourState.getCurrentTour() === name) {
            document.body.toggleAttribute("data-sales-process-tour");
            ui.bus.trigger("active-element-changed", ui.activeElement);
        } else {
            browser.clearInterval(nudge);
            document.body.removeAttribute("data-sales-process-tour");
        }
    }, POINTER_DELAY);
}

/**
 * The home of the current user in one of the own roles: what matters now, told by
 * `sales.process.home`, and the action behind each figure.
 */
export class SalesProcessHome extends Component {
    static template = "sales_process_mgmt.Home";
    static components = {Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.HOTKEYS = HOTKEYS;
        this.orm = useService("orm");
        this.action = useService("action");
        this.effect = useService("effect");
        this.ui = useService("ui");
        this.state = useState({
            home: null,
            steps: [],
            role: this.props.state?.role || false,
        });
        useSetupAction({getLocalState: () => ({role: this.state.role})});
        this.load = useHomeNews(() => this.fetchHome()).load;
        onWillStart(this.load);
    }

    async fetchHome() {
        const home = await this.orm.call("sales.process.home", "get_home", [], {
            role: this.state.role,
        });
        this.state.steps = home.sets_up
            ? await this.orm.call("sales.process.onboarding", "get_panel", [])
            : [];
        this.state.home = home;
        this.state.role = home.role;
        if (home.has_cheers) {
            this.cheer();
        }
    }

    /** What is a joy: one at a time, the next time the next one. */
    async cheer() {
        const cheers = await this.orm.silent.call(
            "sales.process.home",
            "get_cheers",
            [],
            {role: this.state.role}
        );
        cheers.some(({key, text}) => cheerOnce(this.effect, key, text));
    }

    get mainBlocks() {
        return this.state.home.blocks.filter((block) => !block.is_side);
    }

    get sideBlocks() {
        return this.state.home.blocks.filter((block) => block.is_side);
    }

    get allLabel() {
        return _t("See All");
    }

    get doneSteps() {
        return this.state.steps.filter((step) => step.is_done).length;
    }

    get stepsLabel() {
        return _t("%(done)s of %(all)s done", {
            done: this.doneSteps,
            all: this.state.steps.length,
        });
    }

    /** What shows the work of this role; there is none for the front desk. */
    get tourName() {
        const {role} = this.state.home;
        if (this.ui.isSmall || !role || role === "reception") {
            return false;
        }
        return role === "salesperson"
            ? "sales_process_salesperson_tour"
            : "sales_process_leader_tour";
    }

    async showAround() {
        const name = this.tourName;
        await this.env.services.tour_service.startTour(name, {
            mode: "manual",
            redirect: false,
        });
        keepPointing(this.ui, name);
        if (!session.tour_enabled) {
            // this was about one tour: Odoo has switched all of its own on
            await this.orm.call("res.users", "switch_tour_enabled", [false]);
        }
    }

    /** Nobody has to see the first steps for ever. */
    async closeOnboarding() {
        await this.orm.call("sales.process.onboarding", "action_close", []);
        this.state.steps = [];
    }

    getComponent(block) {
        return BLOCKS[block.kind];
    }

    isEmpty(block) {
        const rows = block.figures || block.rows || block.datasets;
        return block.empty && !rows.length;
    }

    /** What blocks need of their home. */
    get blockProps() {
        return {
            open: (opens) => this.open(opens),
            isSmall: this.ui.isSmall,
        };
    }

    setRole(role) {
        this.state.role = role;
        return this.load();
    }

    /**
     * Open what is behind a figure, a row or a button.
     *
     * @param {Object} opens what the server made: an action with its own domain, one
     *  record, or a method of records that returns an action
     */
    async open(opens) {
        const from = document.activeElement;
        this.action.doAction(await this.getAction(opens), {
            onClose: async () => {
                await this.load();
                // a dialog that has put the cursor into a field leaves it nowhere
                if (document.activeElement === document.body && from.isConnected) {
                    from.focus();
                }
            },
        });
    }

    getAction(opens) {
        return loadOpens(this, opens);
    }
}

registry.category("actions").add("sales_process_mgmt.home", SalesProcessHome);
