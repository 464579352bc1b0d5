# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

# A change of one of these changes on which days somebody works.
DAY_FIELDS = {"attendance_ids", "flexible_hours", "two_weeks_calendar", "tz"}


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def write(self, vals):
        result = super().write(vals)
        if DAY_FIELDS & vals.keys():
            self.env["crm.team"]._plan_for_calendars(self)
        return result

    def _get_process_days_off(self, first, last, company):
        """The days on which nobody works: no hours, or a holiday of the whole day.

        Time of the type *other* (a fair, a training) is work.

        :param first: datetime with zone
        :param last: datetime with zone
        :param company: res.company, may be empty
        :return: set of dates
        """
        self.ensure_one()
        domain = [("time_type", "=", "leave")]
        if company:
            domain.append(("company_id", "in", (company.id, False)))
        days = {
            first.date().fromordinal(number)
            for number in range(first.date().toordinal(), last.date().toordinal() + 1)
        }
        if self.flexible_hours:
            off = set()
            for start, stop, _row in self._leave_intervals_batch(
                first, last, domain=domain
            )[False]:
                off |= {day for day in days if start.date() <= day <= stop.date()}
            return off
        works = {
            start.date()
            for start, _stop, _row in self._work_intervals_batch(
                first, last, domain=domain
            )[False]
        }
        return days - works
