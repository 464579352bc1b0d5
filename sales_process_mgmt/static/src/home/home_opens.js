import {onWillDestroy} from "@odoo/owl";
import {useService} from "@web/core/utils/hooks";
import {useDebounced} from "@web/core/utils/timing";

const NEWS = "sales_process_home";
// As often at most, when news come by the bus.
const NEWS_DELAY = 1000;
// Whoever comes back to the page after so long sees what has changed.
const AWAY_DELAY = 60 * 1000;

/**
 * Load again at news that concern the user, and at the return of a user who was away.
 *
 * @param {Function} fetch what is loaded; nobody else calls it
 * @returns {Object} `load`, and `loadOld`, which does so when the last load is longer
 *  ago than some milliseconds
 */
export function useHomeNews(fetch) {
    let loadedAt = 0;
    const load = async () => {
        await fetch();
        loadedAt = Date.now();
    };
    const bus = useService("bus_service");
    const onNews = useDebounced(load, NEWS_DELAY);
    bus.subscribe(NEWS, onNews);
    const loadOld = (age) => {
        if (Date.now() - loadedAt > age) {
            load();
        }
    };
    const onVisible = () => {
        if (document.visibilityState === "visible") {
            loadOld(AWAY_DELAY);
        }
    };
    document.addEventListener("visibilitychange", onVisible);
    onWillDestroy(() => {
        bus.unsubscribe(NEWS, onNews);
        document.removeEventListener("visibilitychange", onVisible);
    });
    return {load, loadOld};
}

/**
 * The action behind a figure, a row or a button.
 *
 * @param {Object} services `orm` and `action`
 * @param {Object} opens what the server made: an action with its own domain, one
 *  record, or a method of records that returns an action
 * @returns {Promise<Object>}
 */
export async function loadOpens({orm, action: actionService}, opens) {
    if (opens.method) {
        return orm.call(opens.model, opens.method, [opens.ids], {
            context: opens.context,
        });
    }
    if (opens.res_id) {
        return {
            type: "ir.actions.act_window",
            res_model: opens.model,
            res_id: opens.res_id,
            views: [[false, "form"]],
            target: "current",
        };
    }
    const action = await actionService.loadAction(opens.xml_id);
    if (opens.domain) {
        // the list shows what the figure counts: no filter of the action's own
        action.domain = opens.domain;
        action.context = opens.context;
    }
    if (opens.record_id) {
        action.res_id = opens.record_id;
    }
    if (opens.name) {
        action.name = opens.name;
        action.display_name = opens.name;
    }
    return action;
}
