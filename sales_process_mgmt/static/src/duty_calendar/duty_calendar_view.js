// Copyright 2026 Sales Process Management contributors
// License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import {registry} from "@web/core/registry";
import {calendarView} from "@web/views/calendar/calendar_view";

// The roster of a month is made in one go: the calendar offers it to whoever plans.
export class DutyCalendarController extends calendarView.Controller {
    onClickMakeRoster() {
        // What was made is opened by the wizard itself, at its first day.
        return this.action.doAction(
            "sales_process_mgmt.sales_process_duty_rotation_action"
        );
    }
}

registry.category("views").add("sales_process_duty_calendar", {
    ...calendarView,
    Controller: DutyCalendarController,
    buttonTemplate: "sales_process_mgmt.DutyCalendarButtons",
});
