import {registry} from "@web/core/registry";

const PANEL = ".o_form_view .o_field_followup_time_left";

registry.category("web_tour.tours").add("sales_process_activity_done", {
    steps: () => [
        {
            content: "The customer is nearly lost",
            trigger: `${PANEL}:contains(minutes left)`,
        },
        {
            trigger: ".o-mail-Activity:contains(Ring them) .o-mail-Activity-markDone",
            run: "click",
        },
        {
            trigger: ".o-mail-ActivityMarkAsDone textarea",
            run: "edit They want it cheaper",
        },
        {
            trigger: ".o-mail-ActivityMarkAsDone button[aria-label=Done]",
            run: "click",
        },
        {
            content: "The call is contact, which is seen at once",
            trigger: `${PANEL}:contains(days left)`,
        },
    ],
});
