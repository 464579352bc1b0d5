import {useExternalListener} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {ListController} from "@web/views/list/list_controller";
import {listView} from "@web/views/list/list_view";

/**
 * A list whose rows are reached with Tab.
 *
 * Odoo's search bar keeps Tab for itself, to go around among its own parts, so that
 * whoever works with keys never gets out of it by Tab. While it offers nothing to
 * choose from, Tab is left to the browser here.
 */
export class ReachableListController extends ListController {
    setup() {
        super.setup();
        useExternalListener(document, "keydown", this.onTab.bind(this), {
            capture: true,
        });
    }

    onTab(ev) {
        const isInSearch = ev.target.closest?.(".o_searchview");
        const isOffering = document.querySelector(".o_searchview_autocomplete");
        if (ev.key === "Tab" && isInSearch && !isOffering) {
            ev.stopPropagation();
        }
    }
}

registry.category("views").add("sales_process_reachable_list", {
    ...listView,
    Controller: ReachableListController,
});
