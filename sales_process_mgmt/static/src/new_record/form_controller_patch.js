import {FormController} from "@web/views/form/form_controller";
import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

const isNewOfOurs = ({isNew, resModel}) =>
    isNew && resModel.startsWith("sales.process.");

patch(FormController.prototype, {
    /**
     * Names of ours are put together from what a record says: of one that says nothing
     * yet there would be the separators alone.
     */
    displayName() {
        const isOurs = isNewOfOurs(this.model.root);
        return isOurs && !this.env.inDialog ? _t("New") : super.displayName();
    },

    /**
     * To make a record of ours may be an act that nobody takes back, as with a numbered
     * file: whoever closes or reloads the page without having entered a word has done
     * nothing. What stands in a field at this moment is taken over first.
     */
    beforeUnload(ev) {
        const {model} = this;
        if (isNewOfOurs(model.root)) {
            model._urgentSave = true;
            model.bus.trigger("WILL_SAVE_URGENTLY");
            model._urgentSave = false;
            if (!model.root.dirty) {
                return undefined;
            }
        }
        return super.beforeUnload(ev);
    },
});
