# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

COMPLAINT = "sales.process.complaint"


class SalesProcessOwnership(models.Model):
    """A customer with an open complaint is not let go without the leader."""

    _inherit = "sales.process.ownership"

    def _filter_awaiting_leader(self):
        waiting = super()._filter_awaiting_leader()
        if not self:
            return waiting
        rows = self._find_complaints([("state", "!=", "closed")])
        if not rows:
            return waiting
        by_root = {}
        for row in rows:
            root = row.ownership_id.root_id or row.ownership_id
            by_root[root.id] = by_root.get(root.id, rows.browse()) | row
        # sudo: only whether something waits
        return waiting | self.filtered(
            lambda customer: any(
                not customer._is_late_excuse(row)
                for row in by_root.get(
                    (customer.sudo().root_id or customer).id, rows.browse()
                )
            )
        )

    def _is_late_excuse(self, complaint):
        """Tell whether the owner wrote a complaint down once the customer was due.

        :param complaint: sales.process.complaint in sudo
        :return: bool
        """
        owner, deadline = self.user_id, self.date_deadline
        return (
            bool(deadline)
            and complaint.recorded_by_id == owner
            and complaint.date >= deadline
        )

    def _find_complaints(self, domain=()):
        """Complaints of these customers, whoever owned them when they came in.

        :return: sales.process.complaint in sudo
        """
        # sudo: whether there is one, whoever is asking; nothing of it is told
        roots = self.sudo().root_id | self.sudo()
        Complaint = self.env[COMPLAINT].sudo()
        return Complaint.search(
            [
                *domain,
                "|",
                ("ownership_id", "in", roots.ids),
                ("ownership_id.root_id", "in", roots.ids),
            ]
        )

    @api.model
    def _ask_belongings(self, kept, others, roots):
        # as _find_complaints
        self.env[COMPLAINT].flush_model(["ownership_id"])
        question = SQL(
            """
            EXISTS (SELECT FROM sales_process_complaint complaint
                      JOIN sales_process_ownership period
                        ON period.id = complaint.ownership_id
                     WHERE period.id = ANY(%(roots)s)
                        OR period.root_id = ANY(%(roots)s))
            """,
            roots=roots,
        )
        return super()._ask_belongings(kept, others, roots) | {"complaints": question}

    def _take_belongings(self, others, found):
        """Complaints of a customer that turns out to be this one come along."""
        if "complaints" in found:
            others._find_complaints().ownership_id = self
        return super()._take_belongings(others, found)
