import {View} from "@web/views/view";
import {X2ManyFieldDialog} from "@web/views/fields/relational_utils";
import {patch} from "@web/core/utils/patch";

const OURS = "o_process_view";
const isOurs = (resModel) => resModel.startsWith("sales.process.");

/** Views of our models have a class of their own, which no view of Odoo's has. */
patch(View.prototype, {
    async loadView(props) {
        await super.loadView(...arguments);
        if (isOurs(props.resModel)) {
            this.componentProps.className += ` ${OURS}`;
        }
    },
});

/** What opens from a row of a form is no view, and looks like one. */
patch(X2ManyFieldDialog.prototype, {
    setup() {
        super.setup();
        if (isOurs(this.record.resModel)) {
            this.contentClass += ` ${OURS}`;
        }
    },
});
