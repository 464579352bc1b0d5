import {ListRenderer} from "@web/views/list/list_renderer";
import {patch} from "@web/core/utils/patch";

/** In rows of ours a checkbox is a field, which is named; Odoo draws a nameless one. */
patch(ListRenderer.prototype, {
    canUseFormatter(column, record) {
        const isOurs = record.resModel.startsWith("sales.process.");
        const isCheckbox = record.fields[column.name]?.type === "boolean";
        return super.canUseFormatter(...arguments) && !(isOurs && isCheckbox);
    },
});
