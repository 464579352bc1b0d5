import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {parseFloat} from "@web/views/fields/parsers";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** The answer to a question of a report form: text, number, choice, yes or no. */
export class AnswerField extends Component {
    static template = "sales_process_mgmt_report.AnswerField";
    static props = {...standardFieldProps};

    setup() {
        this.notification = useService("notification");
    }

    get data() {
        return this.props.record.data;
    }

    get value() {
        return this.data[this.props.name] || "";
    }

    get label() {
        return this.data.name;
    }

    /** Rows of a list are reached with Tab only by what they hold; Enter opens one. */
    get isAsked() {
        return Boolean(this.props.record._parentRecord?.data.can_edit);
    }

    get shown() {
        const option = this.options.find(([key]) => key === this.value);
        return option ? option[1] : this.value;
    }

    get options() {
        if (this.data.kind === "yes_no") {
            return [
                ["yes", _t("Yes")],
                ["no", _t("No")],
            ];
        }
        const lines = (this.data.choices || "").split(/\r?\n/u);
        const choices = lines.map((line) => line.trim()).filter(Boolean);
        return [...new Set(choices)].map((choice) => [choice, choice]);
    }

    onChange(ev) {
        let value = ev.target.value.trim();
        if (value && this.data.kind === "number") {
            try {
                // As people write numbers where they live
                value = String(parseFloat(value));
            } catch {
                ev.target.value = this.value;
                this.notification.add(
                    _t("“%(question)s” is answered with a number, as in 1250.5.", {
                        question: this.label,
                    }),
                    {type: "danger"}
                );
                return;
            }
        }
        this.props.record.update({[this.props.name]: value || false});
    }
}

registry.category("fields").add("sales_process_answer", {
    component: AnswerField,
    displayName: _t("Answer"),
    supportedTypes: ["text", "char"],
    fieldDependencies: [
        {name: "choices", type: "text", readonly: true},
        {name: "kind", type: "selection", readonly: true},
        {name: "name", type: "char", readonly: true},
    ],
});

/** A question, with an asterisk where it has to be answered. */
export class QuestionField extends Component {
    static template = "sales_process_mgmt_report.QuestionField";
    static props = {...standardFieldProps};
}

registry.category("fields").add("sales_process_question", {
    component: QuestionField,
    displayName: _t("Question"),
    supportedTypes: ["char"],
    fieldDependencies: [{name: "is_required", type: "boolean", readonly: true}],
});
