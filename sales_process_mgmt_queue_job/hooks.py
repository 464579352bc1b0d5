# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
def uninstall_hook(env):
    """Take along the jobs that nobody could do any more.

    What runs ends by itself. The scheduled actions do the work again.

    :param env: the environment of the uninstallation
    """
    env["queue.job"].search(
        [
            ("model_name", "=", "ir.cron"),
            ("method_name", "=", "_process_as_job"),
            ("state", "!=", "started"),
        ]
    ).unlink()
