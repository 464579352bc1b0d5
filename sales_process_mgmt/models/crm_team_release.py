# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from .sales_process_release_run import RELEASED
from .sales_process_retry import work_on_each

# A run that comes so much later than the one before first shows what it would do.
PAUSE = timedelta(hours=24)
MARK_EVERY = timedelta(hours=1)


class CrmTeam(models.Model):
    _inherit = "crm.team"

    date_release_from = fields.Datetime(
        string="Releases Again From",
        readonly=True,
        copy=False,
        help="After a change of the rules nobody loses a customer before the next "
        "day. Until then the preview shows who would lose what.",
        prefetch="process_work",
    )
    date_last_release = fields.Datetime(
        string="Last Release Run",
        readonly=True,
        copy=False,
        prefetch="process_work",
    )

    def write(self, vals):
        enforcing = self.browse()
        # a planned change was shown the day before
        planned = "process_change_date" in vals
        if vals.get("process_mode") == "enforce" and not planned:
            enforcing = self.filtered(lambda team: team.process_mode != "enforce")
        result = super().write(vals)
        enforcing._brake_release()
        return result

    def _brake_release(self):
        """Nobody loses a customer before the next day, in the leader's time zone."""
        for team in self:
            moment = team._get_effective_date()
            # sudo: when the release begins follows from the switch
            team.sudo().write({"date_release_from": moment})

    @api.model
    def _check_release_pause(self):
        """A scheduled action that was down for long first shows what it would do.

        The leaders are told who would lose what; it happens the next day.
        """
        since = self.env.cr.now() - PAUSE
        paused = self.search(
            [("process_mode", "=", "enforce"), ("date_last_release", "<", since)]
        )
        paused._brake_release()
        work_on_each(
            self.env,
            paused,
            lambda teams: [team._make_release_preview() for team in teams],
            # nothing is taken from anybody before the next day, with or without it
            lambda team, error: None,
        )

    @api.model
    def _mark_release_run(self):
        """Remember that the release has run, for :meth:`_check_release_pause`.

        Once an hour is enough, so that people who change a team are not disturbed.
        """
        now = self.env.cr.now()
        teams = self.search(
            [
                ("process_mode", "=", "enforce"),
                "|",
                ("date_last_release", "=", False),
                ("date_last_release", "<", now - MARK_EVERY),
            ]
        )
        teams.write({"date_last_release": now})

    def _get_release_room(self):
        """How many customers may be released today before the ceiling is reached.

        :return: int, or None where there is no ceiling
        """
        self.ensure_one()
        if not self.release_ceiling_percent:
            return None
        day_start = self._get_day_start()
        # sudo: the ceiling counts what the whole team holds
        released = (
            self.env["sales.process.release.line"]
            .sudo()
            .search_count(
                [
                    ("team_id", "=", self.id),
                    ("run_id.date", ">=", day_start),
                    ("run_id.mode", "=", "enforce"),
                    # not what only waited in the pool for a shift
                    ("user_id", "!=", False),
                    ("outcome", "in", RELEASED),
                ]
            )
        )
        held = (
            self.env["sales.process.ownership"]
            .sudo()
            .search_count([("team_id", "=", self.id), ("state", "=", "open")])
        )
        return max(0, self._get_night_share(held + released) - released)

    def _get_night_share(self, count):
        """How many customers one night may take at most.

        :param int count: how many the team held when the night began
        :return: int, or ``count`` where there is no ceiling
        """
        if not self.release_ceiling_percent:
            return count
        return max(1, count * self.release_ceiling_percent // 100)

    def _make_release_preview(self):
        """Who would lose what when the release runs next.

        :return: sales.process.release.run with the mode ``preview``, in sudo
        """
        self.ensure_one()
        moment = max(self.env.cr.now(), self.date_release_from or datetime.min)
        # sudo: a preview for the leader of what the system would do
        due = (
            self.env["sales.process.ownership"]
            .sudo()
            .search(
                [
                    ("team_id", "=", self.id),
                    ("state", "=", "open"),
                    "|",
                    ("date_deadline", "<", moment),
                    ("has_owner_left", "=", True),
                ]
            )
        )
        return due._record_lines(
            self, "preview", due._prepare_observed_lines(self), alone=True
        )

    def action_preview_release(self):
        """Show who would lose what when the release runs next.

        :return: dict, a window action
        :raise AccessError: for others than the leader and sales administrators
        """
        self.ensure_one()
        if not self._is_leader(self.env.user):
            raise AccessError(
                self.env._("Only the team leader or a sales administrator sees this.")
            )
        run = self._make_release_preview()
        # whoever asks sees it; nobody else is told
        run.is_told = True
        return run._get_form_action()

    def _get_lead_to_assign_domain(self):
        """Odoo's own assignment does not hand out customers past the roster."""
        return fields.Domain(super()._get_lead_to_assign_domain()) & (
            fields.Domain("is_pooled", "=", False)
            | fields.Domain("team_id.process_mode", "!=", "enforce")
        )
