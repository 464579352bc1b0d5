import {patch} from "@web/core/utils/patch";
import {KanbanQuickCreateController} from "@web/views/kanban/kanban_record_quick_create";

/**
 * The quick create opens the whole form on any error, without the words of the
 * refusal. Whose customer it is has to be said.
 */
patch(KanbanQuickCreateController.prototype, {
    showFormDialogInError(error) {
        if (
            error.exceptionName ===
            "odoo.addons.sales_process_mgmt.exceptions.CustomerOwnedError"
        ) {
            this.state.disabled = false;
            throw error;
        }
        return super.showFormDialogInError(...arguments);
    },
});
