# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter, defaultdict

from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError

NAMED_CUSTOMERS = 100


class SalesProcessHandover(models.Model):
    """Who receives what, and the moment in which everything changes hands."""

    _inherit = "sales.process.handover"

    # ------------------------------------------------------------
    # PROPOSING
    # ------------------------------------------------------------

    def _propose(self):
        """Spread the customers over the receivers.

        :return: ``{ownership: res.users}``
        """
        self.ensure_one()
        customers = self._get_customers()
        wished = {}
        receivers = self._get_present_receivers()
        if self.method == "territory":
            wished = self._propose_by_territory(customers, receivers)
        given = Counter(dict.fromkeys(receivers, 0))
        given.update(wished.values())
        assignments = {}
        for row in customers:
            user = wished.get(row)
            if not user:
                # evenly: the first of those who get the fewest
                user = min(receivers, key=lambda user: given[user])
                given[user] += 1
            assignments[row] = user
        return assignments

    def _get_present_receivers(self):
        """The receivers who are not away now: nobody is given customers meanwhile.

        :return: res.users
        :raise UserError: where all of them are away
        """
        now = self.env.cr.now()
        absences = self.receiver_ids._get_absences(now, now)
        present = self.receiver_ids.filtered(lambda user: user not in absences)
        if not present:
            raise UserError(
                self.env._(
                    "%(users)s are away now. Choose somebody who is here.",
                    users=", ".join(self.receiver_ids.mapped("name")),
                )
            )
        return present

    def _propose_by_territory(self, customers, receivers):
        """Who holds most customers in the state, else the country, of each.

        :return: ``{ownership: res.users}``, without those nobody stands for
        """
        own = customers.search(
            [("user_id", "in", receivers.ids), ("state", "=", "open")]
        )
        places = (customers | own)._get_territories()
        held = defaultdict(Counter)
        for row in own:
            for place in places.get(row.id, ()):
                if place:
                    held[place][row.user_id] += 1
        wished = {}
        for row in customers:
            for place in places.get(row.id, ()):
                if place and held[place]:
                    counts = held[place]
                    # the same for everybody who looks: by number, then by id
                    wished[row] = min(
                        counts,
                        key=lambda user, counts=counts: (-counts[user], user.id),
                    )
                    break
        return wished

    # ------------------------------------------------------------
    # HANDING OVER
    # ------------------------------------------------------------

    def _hand_over(self):
        """Everything on the list changes hands at once; tell everybody once."""
        self.ensure_one()
        lines = self.line_ids
        running = lines.ownership_id._lock_rows()
        moved = lines.filtered(
            lambda line: (
                line.ownership_id in running
                and line.ownership_id.user_id == self.user_id
                and line.ownership_id.state == "open"
            )
        )
        (lines - moved).write(
            {"outcome": self.env._("Changed hands before the handover.")}
        )
        note = self.env._("Handover of %(user)s.", user=self.user_id.name)
        if self.reason:
            note = f"{note} {self.reason}"
        left = self.user_id not in self.team_id._get_roster_users()
        successors = running._hand_over(
            {line.ownership_id: line.new_user_id for line in moved},
            "transfer",
            "owner_archived" if left else "transferred",
            note,
        )
        for line in moved:
            line.successor_id = successors[line.ownership_id]
        self.write({"state": "done", "date_done": self.env.cr.now()})
        self._drop_activities(self.env["res.users"])
        self._tell_parties(moved)

    def _tell_parties(self, lines):
        """One summary for each receiver and one for who gave."""
        for user, rows in lines.grouped("new_user_id").items():
            self.with_context(lang=user.lang)._tell_party(user, rows, "successor_id")
        if self.user_id.active:
            self.with_context(lang=self.user_id.lang)._tell_party(
                self.user_id, lines, "ownership_id"
            )

    def _tell_party(self, user, lines, name):
        items = Markup().join(
            Markup("<li>%s%s</li>")
            % (
                line[name]._get_html_link(line[name].name or self.env._("Customer")),
                "" if name == "successor_id" else f" ({line.new_user_id.name})",
            )
            for line in lines[:NAMED_CUSTOMERS]
        )
        if len(lines) > NAMED_CUSTOMERS:
            items += Markup("<li>%s</li>") % self.env._(
                "and %(count)s more", count=len(lines) - NAMED_CUSTOMERS
            )
        subject = (
            self.env._("Customers handed to you: %s", len(lines))
            if name == "successor_id"
            else self.env._("Your customers that were handed over: %s", len(lines))
        )
        # sudo: sent by the system to the two sides
        self.env["mail.thread"].sudo().message_notify(
            partner_ids=user.partner_id.ids,
            subject=subject,
            body=Markup("<p>%s</p><ul>%s</ul><p>%s</p>")
            % (
                subject,
                items,
                self.env._(
                    "Open leads, planned activities and future meetings go with the "
                    "customers. Won and lost leads stay with who closed them."
                ),
            ),
        )
