# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who receives which customer when somebody leaves, and how all change hands."""

from collections import Counter, defaultdict

from markupsafe import Markup

from odoo.exceptions import UserError
from odoo.tools import format_list

from ..tools import labels

# Customers that a message names; the others are counted.
NAMED_CUSTOMERS = 100


class HandoverProposal:
    """Spread the customers of somebody who leaves over those who are here.

    By territory whoever holds most customers of the state, else of the country, is
    first; the others go to those who get the fewest.

    :param handover: sales.process.handover, sudo
    """

    def __init__(self, handover):
        handover.ensure_one()
        self.handover = handover
        self.env = handover.env

    def run(self):
        """Spread the customers over the receivers.

        :return: ``{ownership: res.users}``
        """
        customers = self.handover._get_customers()
        wished = {}
        receivers = self._get_present_receivers()
        if self.handover.method == "territory":
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
        chosen = self.handover.receiver_ids
        absences = chosen._get_absences(now, now)
        present = chosen.filtered(lambda user: user not in absences)
        if not present:
            raise UserError(
                self.env._(
                    "%(users)s are away now. Choose somebody who is here.",
                    users=format_list(self.env, chosen.mapped("name")),
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


class HandoverExecution:
    """Everything on the list of a handover changes hands at once.

    1. What changed hands before is left out, and says so.
    2. The ledger gives each customer to whoever is on the list.
    3. Who gives and who receives is told once.

    :param handover: sales.process.handover, sudo, locked
    """

    def __init__(self, handover):
        handover.ensure_one()
        self.handover = handover
        self.env = handover.env

    def run(self):
        """Everything on the list changes hands at once; tell everybody once.

        :raise UserError: where somebody on the list cannot receive any more
        """
        lines = self.handover.line_ids
        running = lines.ownership_id._lock_rows()
        moved = lines.filtered(
            lambda line: (
                line.ownership_id in running
                and line.ownership_id.user_id == self.handover.user_id
                and line.ownership_id.state == "open"
            )
        )
        if gone := moved.new_user_id - self.handover._get_allowed_receivers():
            raise UserError(
                self.env._(
                    "%(users)s cannot receive customers of %(team)s any more: the "
                    "leader sets the handover to draft and chooses somebody else.",
                    users=format_list(self.env, gone.mapped("name")),
                    team=self.handover.team_id.name,
                )
            )
        (lines - moved).write(
            {"outcome": self.env._("Changed hands before the handover.")}
        )
        name, reason = self.handover.user_id.name, self.handover.reason
        if reason:
            note = self.env._(
                "Handover of %(user)s. %(reason)s", user=name, reason=reason
            )
        else:
            note = self.env._("Handover of %(user)s.", user=name)
        left = self.handover.user_id not in self.handover.team_id._get_roster_users()
        successors = running._hand_over(
            {line.ownership_id: line.new_user_id for line in moved},
            "transfer",
            "owner_archived" if left else "transferred",
            note,
        )
        for line in moved:
            line.successor_id = successors[line.ownership_id]
        self.handover.write({"state": "done", "date_done": self.env.cr.now()})
        self.handover._drop_activities(self.env["res.users"])
        self._tell_parties(moved)

    def _tell_parties(self, lines):
        """One summary for each receiver and one for who gave."""
        parties = [
            (user, rows, "successor_id")
            for user, rows in lines.grouped("new_user_id").items()
        ]
        if lines:
            parties.append((self.handover.user_id, lines, "ownership_id"))
        for user, rows, name in parties:
            self.env["sales.process.notice"]._tell(
                user,
                lambda env, rows=rows, name=name: self._render(
                    env, rows.with_context(lang=env.lang), name
                ),
                why="customer",
            )

    def _render(self, env, lines, name):
        """What one side of a handover is told.

        :param env: environment in the language of whoever reads
        :param lines: the lines of this side
        :param str name: the field of a line with the customer as this side has it
        :return: tuple, subject and body
        """
        items = Markup().join(
            Markup("<li>%s</li>")
            % labels.join_detail(
                env,
                line[name]._get_html_link(line[name].name or env._("Customer")),
                name != "successor_id" and line.new_user_id.name,
            )
            for line in lines[:NAMED_CUSTOMERS]
        )
        if len(lines) > NAMED_CUSTOMERS:
            items += Markup("<li>%s</li>") % env._(
                "and %(count)s more", count=len(lines) - NAMED_CUSTOMERS
            )
        subject = (
            env._("Customers handed to you: %s", len(lines))
            if name == "successor_id"
            else env._("Your customers that were handed over: %s", len(lines))
        )
        body = Markup("<p>%s</p><ul>%s</ul><p>%s</p>") % (
            subject,
            items,
            env._(
                "Open leads, planned activities and future meetings go with the "
                "customers. Won and lost leads stay with who closed them."
            ),
        )
        return subject, body
