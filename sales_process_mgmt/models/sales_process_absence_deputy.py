# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Deputies look after the customers of whoever is away, and are not their owners."""

from odoo.fields import Command


class Deputies:
    """Who helps with whose customers, by the absences that stand.

    :param env: environment
    """

    def __init__(self, env):
        self.env = env

    def run(self):
        """Bring the helpers in line with who is away now."""
        now = self.env.cr.now()
        Absence = self.env["sales.process.absence"]
        running = Absence.search(
            [
                ("state", "=", "confirmed"),
                ("deputy_id", "!=", False),
                ("date_start", "<=", now),
                "|",
                ("date_end", "=", False),
                ("date_end", ">", now),
            ]
        )
        self.end(
            Absence.search([("helped_ids", "!=", False), ("id", "not in", running.ids)])
        )
        for absence in running:
            self.begin(absence)

    def begin(self, absence):
        """The deputy helps with what the person holds now, and is told once.

        :param absence: sales.process.absence, one that is running
        """
        deputy = absence.deputy_id
        owned = self.env["sales.process.ownership"].search(
            [
                ("user_id", "=", absence.user_id.id),
                ("state", "=", "open"),
                ("phase", "=", "pursuing"),
            ]
        )
        changed = absence.helped_ids.filtered(
            lambda row: row.state == "open" and deputy not in row.collaborator_ids
        )
        new = (owned - absence.helped_ids | changed).filtered(
            lambda row: (
                deputy not in row.collaborator_ids
                and (not row.company_id or row.company_id in deputy.company_ids)
            )
        )
        if not new:
            return
        first = not absence.helped_ids
        new._lock_rows()
        new._set_deputy(deputy)
        absence.helped_ids |= new
        if first:
            absence._tell(
                deputy,
                lambda env: env._(
                    "Customers of %(user)s whom you look after meanwhile: %(count)s",
                    count=len(new),
                    user=absence.user_id.name,
                ),
            )

    def end(self, absences):
        """The deputies of absences that are over help no more.

        :param absences: sales.process.absence
        """
        # sudo: helpers are the system's to write
        for absence in absences.sudo().filtered("helped_ids"):
            running = absence.helped_ids.filtered(lambda row: row.state == "open")
            ended = absence.helped_ids - running
            running |= ended.chain_ids.filtered(lambda row: row.state == "open")
            helped = running._lock_rows().filtered(
                lambda row, deputy=absence.deputy_id: deputy in row.collaborator_ids
            )
            helped._unset_deputy(absence.deputy_id)
            absence.helped_ids = [Command.clear()]
