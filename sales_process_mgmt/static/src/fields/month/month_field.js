import {DateTimeField, dateField} from "@web/views/fields/datetime/datetime_field";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

// "September 2026" in a list
const LIST_WIDTH = 130;

/** A month that is kept as its first day: nobody reads the day. */
export class MonthField extends DateTimeField {
    getFormattedValue(valueIndex) {
        const value = this.values[valueIndex];
        return value ? value.toLocaleString({year: "numeric", month: "long"}) : "";
    }
}

export const monthField = {
    ...dateField,
    component: MonthField,
    displayName: _t("Month"),
    supportedOptions: [],
    extractProps: (info, dynamicInfo) => ({
        ...dateField.extractProps(info, dynamicInfo),
        minPrecision: "months",
    }),
    listViewWidth: () => LIST_WIDTH,
};

registry.category("fields").add("process_month", monthField);
