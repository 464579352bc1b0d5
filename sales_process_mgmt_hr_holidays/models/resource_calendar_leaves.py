# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

import pytz

from odoo import api, models

from odoo.addons.sales_process_mgmt.tools.deadline import (
    end_of_day_utc,
    local_date,
    start_of_day_utc,
)

DATES = ("date_start", "date_end")
WATCHED = {"date_from", "date_to", "holiday_id", "resource_id", "time_type"}


class ResourceCalendarLeaves(models.Model):
    """Odoo writes one of these for each time off that is validated, and deletes it
    when the time off is refused or cancelled, whatever the way."""

    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._sync_process_absences()
        return leaves

    def write(self, vals):
        result = super().write(vals)
        if WATCHED & vals.keys():
            self._sync_process_absences()
        return result

    def unlink(self):
        # sudo: whoever cancels a time off may see nothing of the sales process
        absences = (
            self.env["sales.process.absence"]
            .sudo()
            .search([("resource_leave_id", "in", self.ids)])
        )
        result = super().unlink()
        absences._call_off()
        return result

    def _prepare_public_holidays_values(self, vals_list):
        """A holiday that somebody without a zone enters is meant as it is written.

        Odoo takes it for one of UTC and moves it to the zone of the calendar. Imports
        and scripts, whose user often has no zone, give moments, and the days of the
        clocks would end hours too early.
        """
        if not self.env.user.tz:
            return vals_list
        return super()._prepare_public_holidays_values(vals_list)

    def _is_process_absence(self):
        """Tell whether somebody with an account is away by this time off.

        Time of the type *other* (a training, work from elsewhere) is work.

        :return: bool
        """
        self.ensure_one()
        leave = self.holiday_id
        return bool(
            leave
            and leave.state == "validate"
            # what was validated counts: people write their own rows of the calendar
            and "leave" == self.time_type == leave.holiday_status_id.time_type
            and self.resource_id == leave.employee_id.resource_id
            and self.resource_id.user_id
            and self._get_validated_interval()
        )

    def _get_validated_interval(self):
        """The part of this row for which the time off was validated.

        :return: ``(naive UTC datetime, naive UTC datetime)``, or None
        """
        self.ensure_one()
        leave = self.holiday_id
        start = max(self.date_from, leave.date_from)
        end = min(self.date_to, leave.date_to)
        return (start, end) if start < end else None

    def _is_entered_alone(self):
        """Tell whether nobody but the person has said yes to the time off.

        :return: bool
        """
        self.ensure_one()
        return (
            self.holiday_id.validation_type == "no_validation"
            and self.resource_id.user_id == self.env.user
        )

    def _get_process_interval(self):
        """From when to when the person is away.

        Time off by days is entered by working hours and means the whole days, in the
        zone of the employee. Half days and hours are what they say.

        :return: ``(naive UTC datetime, naive UTC datetime)``
        """
        self.ensure_one()
        leave = self.holiday_id
        start, end = self._get_validated_interval()
        if leave.request_unit_half or leave.request_unit_hours:
            return start, end
        zone = pytz.timezone(self.resource_id.tz or self.calendar_id.tz or "UTC")
        return (
            start_of_day_utc(local_date(start, zone), zone),
            end_of_day_utc(local_date(end, zone), zone) + timedelta(seconds=1),
        )

    def _sync_process_absences(self):
        """Absences follow validated time off.

        Time off that nobody validates is entered alone: beyond the team's days the
        leader is asked.
        """
        # sudo: see unlink; who validates is decided by Time Off
        leaves = self.sudo()
        Absence = self.env["sales.process.absence"].sudo()
        known = Absence.search([("resource_leave_id", "in", leaves.ids)])
        by_leave = {row.resource_leave_id: row for row in known}
        values_list = []
        for leave in leaves:
            absence = by_leave.get(leave, Absence)
            if not leave._is_process_absence():
                absence._call_off()
                continue
            start, end = leave._get_process_interval()
            user = leave.resource_id.user_id
            values = {"user_id": user.id, "date_start": start, "date_end": end}
            if not leave._is_entered_alone():
                values |= {"state": "confirmed", "source": "leave"}
            elif absence:
                if any(absence[name] != values[name] for name in DATES):
                    absence.write(values)
                    absence._decide_entry(user)
                continue
            if absence:
                absence.write(values)
                continue
            values_list.append(
                {
                    **values,
                    "resource_leave_id": leave.id,
                    "deputy_id": user._get_process_deputy().id,
                }
            )
        if values_list:
            Absence.create(values_list)
