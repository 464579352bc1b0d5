import {useEffect, useRef} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {FormRenderer} from "@web/views/form/form_renderer";
import {formView} from "@web/views/form/form_view";

const FIELDS =
    ".o_field_widget input:not([type='radio']):not([type='checkbox']), " +
    ".o_field_widget textarea";

/**
 * Keyboard first: Enter keeps what was typed and goes on to the next field, after the
 * last one to the main button. In a text of several lines it stays a new line.
 */
export class RegistrationFormRenderer extends FormRenderer {
    setup() {
        super.setup();
        const rootRef = useRef("compiled_view_root");
        const onKeydown = (ev) => this.onEnter(ev, rootRef.el);
        useEffect(
            (el) => {
                el?.addEventListener("keydown", onKeydown);
                return () => el?.removeEventListener("keydown", onKeydown);
            },
            () => [rootRef.el]
        );
    }

    onEnter(ev, root) {
        const isPlainEnter =
            ev.key === "Enter" && !ev.ctrlKey && !ev.altKey && !ev.isComposing;
        const isInput = ev.target.matches("input");
        const isChoosing = ev.target.getAttribute("aria-expanded") === "true";
        const isInList = ev.target.closest(".o_field_x2many");
        if (!isPlainEnter || !isInput || isChoosing || isInList) {
            return;
        }
        ev.preventDefault();
        const fields = [...root.querySelectorAll(FIELDS)].filter(
            (el) => el.offsetParent && !el.disabled && !el.closest(".o_field_x2many")
        );
        const next = fields[fields.indexOf(ev.target) + 1];
        const button = root
            .closest(".modal-content")
            ?.querySelector(".modal-footer .btn-primary");
        (next || button)?.focus();
    }
}

registry.category("views").add("sales_process_registration_form", {
    ...formView,
    Renderer: RegistrationFormRenderer,
});
