import {patch} from "@web/core/utils/patch";
import {ListRenderer} from "@web/views/list/list_renderer";

/**
 * Enter presses the button of a row that has the focus.
 *
 * In Odoo's lists Enter opens the row, also when the keys have reached one of its
 * buttons: what a row offers would be there for the pointer alone.
 */
patch(ListRenderer.prototype, {
    onCellKeydownReadOnlyMode(hotkey, cell) {
        const {resModel, model} = this.props.list;
        const isOurs = [resModel, model.config.resModel].some((name) =>
            name.startsWith("sales.process.")
        );
        const isOnButton = cell?.contains(document.activeElement.closest("button"));
        if (
            isOurs &&
            hotkey === "enter" &&
            isOnButton &&
            cell.matches(".o_data_cell")
        ) {
            // left to the browser, which presses what has the focus
            return false;
        }
        return super.onCellKeydownReadOnlyMode(...arguments);
    },
});
