# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def post_init_hook(env):
    """Time off that is validated already, and not over, is an absence."""
    env["resource.calendar.leaves"].search(
        [("holiday_id", "!=", False), ("date_to", ">", env.cr.now())]
    )._sync_process_absences()
