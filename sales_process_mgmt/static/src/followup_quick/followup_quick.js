import {Component, onWillDestroy, useRef, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {user} from "@web/core/user";
import {getDataURLFromFile} from "@web/core/utils/urls";
import {useService} from "@web/core/utils/hooks";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {sayVisit} from "../followup_position/followup_position";

/** A picture is not larger than the server keeps it. */
const PICTURE_SIDE = 1920;
const PICTURE_QUALITY = 0.85;

/** What the browser offers of speech; nothing in some of them. */
export const speech = {
    get Recognition() {
        return window.SpeechRecognition || window.webkitSpeechRecognition;
    },
};

/**
 * Make a picture as small as the server keeps it, before it goes over the air.
 *
 * @param {File} file
 * @returns {Promise<string>} base64
 */
export async function readPicture(file) {
    try {
        const bitmap = await createImageBitmap(file);
        const scale = Math.min(1, PICTURE_SIDE / Math.max(bitmap.width, bitmap.height));
        const canvas = document.createElement("canvas");
        canvas.width = Math.round(bitmap.width * scale);
        canvas.height = Math.round(bitmap.height * scale);
        canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
        return canvas.toDataURL("image/jpeg", PICTURE_QUALITY).split(",")[1];
    } catch {
        // a format that this browser does not draw: the server reads it, or refuses
        return (await getDataURLFromFile(file)).split(",")[1];
    }
}

/**
 * What was discussed, without a keyboard: common outcomes to tap, and dictation where
 * the browser offers it. What is tapped or said is text that may be changed.
 */
export class FollowupWords extends Component {
    static template = "sales_process_mgmt.FollowupWords";
    static props = {...standardWidgetProps};

    setup() {
        this.notification = useService("notification");
        this.state = useState({isListening: false});
        onWillDestroy(() => this.recognition?.abort());
    }

    get outcomes() {
        return [
            _t("Wants a quotation"),
            _t("Compares offers, decides later"),
            _t("Comes to see us"),
            _t("Agreed on the next call"),
            _t("No need at present"),
        ].map(String);
    }

    get subject() {
        return this.props.record.data.subject || "";
    }

    /** What was said, one thing after the other. */
    get parts() {
        return this.subject
            .split("; ")
            .map((part) => part.trim())
            .filter(Boolean);
    }

    isSaid(outcome) {
        return this.parts.includes(outcome);
    }

    /** Say it, or take it back. */
    toggle(outcome) {
        const subject = this.isSaid(outcome)
            ? this.parts.filter((part) => part !== outcome)
            : [...this.parts, outcome];
        return this.props.record.update({subject: subject.join("; ")});
    }

    get canListen() {
        return Boolean(speech.Recognition);
    }

    listen() {
        if (this.state.isListening) {
            this.recognition.stop();
            return;
        }
        this.recognition = new speech.Recognition();
        this.recognition.lang = user.lang;
        this.recognition.onresult = (ev) => this.onHeard(ev);
        this.recognition.onerror = (ev) => this.onError(ev);
        this.recognition.onend = () => {
            this.state.isListening = false;
        };
        this.state.isListening = true;
        this.recognition.start();
    }

    onHeard(ev) {
        const said = Array.from(ev.results, ([best]) => best.transcript.trim());
        const subject = [this.subject, ...said].filter(Boolean).join(" ");
        return this.props.record.update({subject});
    }

    onError(ev) {
        if (["aborted", "no-speech"].includes(ev.error)) {
            return;
        }
        this.notification.add(
            _t("Dictation is not available here. Type, or use your keyboard's."),
            {type: "warning"}
        );
    }
}

/** A photograph with one tap: the camera of a phone opens, elsewhere a choice of files. */
export class FollowupPhoto extends Component {
    static template = "sales_process_mgmt.FollowupPhoto";
    static props = {...standardWidgetProps};

    setup() {
        this.input = useRef("input");
    }

    /** What is saved already is shown by the form. */
    get picture() {
        const {photo} = this.props.record.data;
        return photo && this.props.record.isNew && `data:image/jpeg;base64,${photo}`;
    }

    take() {
        this.input.el.click();
    }

    async onTaken() {
        const [file] = this.input.el.files;
        this.input.el.value = "";
        if (file) {
            await this.props.record.update({
                photo: await readPicture(file),
                ...sayVisit(this.props.record),
            });
        }
    }

    remove() {
        return this.props.record.update({photo: false});
    }
}

registry.category("view_widgets").add("followup_words", {
    component: FollowupWords,
    fieldDependencies: [{name: "subject", type: "char"}],
});

registry.category("view_widgets").add("followup_photo", {
    component: FollowupPhoto,
    fieldDependencies: [
        {name: "channel", type: "selection", selection: []},
        {name: "photo", type: "binary"},
    ],
});
