import {FormController} from "@web/views/form/form_controller";
import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

/**
 * Names of ours are put together from what a record says: of one that says nothing yet
 * there would be the separators alone.
 */
patch(FormController.prototype, {
    displayName() {
        const {isNew, resModel} = this.model.root;
        const isOurs = isNew && resModel.startsWith("sales.process.");
        return isOurs && !this.env.inDialog ? _t("New") : super.displayName();
    },
});
