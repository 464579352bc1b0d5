# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Revisits of served customers: when each is due, until when, and whether it was."""

from odoo import api, fields, models

from ..tools import deadline as deadline_tools
from ..tools import texts

# Which contacts are a revisit, by what the team says.
CHANNELS = {
    "spoken": ("call", "hotline", "meeting", "reception", "visit"),
    "visit": ("meeting", "reception", "visit"),
}


class SalesProcessRevisit(models.Model):
    """One revisit that a served customer is owed, from its day to a contact.

    The scheduled action of the warnings makes the row, see ``RevisitRun``; a contact
    that counts, on a channel that the team allows, ends it, whoever makes it and about
    whatever.
    """

    _name = "sales.process.revisit"
    _description = "Revisit"
    _inherit = ["sales.process.guard"]
    _order = "date_limit, id"
    _personal_names = ("name",)
    _personal_ownerships = ("ownership_id",)

    name = fields.Char(string="Customer", size=texts.NAME_LENGTH, readonly=True)
    ownership_id = fields.Many2one(
        "sales.process.ownership",
        string="Customer Period",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        readonly=True,
        index="btree_not_null",
        help="Who visits: the owner, or the deputy of an absent one.",
    )
    team_id = fields.Many2one("crm.team", readonly=True, index="btree_not_null")
    company_id = fields.Many2one("res.company", readonly=True)
    date_due = fields.Date(
        string="Due Since",
        readonly=True,
        required=True,
        help="The last contact and the cycle of the grade or the team.",
    )
    date_open = fields.Date(
        string="Handed Out",
        readonly=True,
        required=True,
        help="After an absence revisits are handed out some a day.",
    )
    date_limit = fields.Date(
        string="Visit Until",
        readonly=True,
        required=True,
        help="The last day of the team's window. Days of absence are added.",
    )
    state = fields.Selection(
        [("due", "To Visit"), ("done", "Visited"), ("dropped", "Not Needed")],
        default="due",
        required=True,
        readonly=True,
        help="Not needed: the customer asked again, is not to be contacted, or went to "
        "somebody else.",
    )
    is_missed = fields.Boolean(
        string="Overdue",
        readonly=True,
        help="Nobody reached the customer within the window.",
    )
    date_missed = fields.Datetime(string="Overdue Since", readonly=True)
    date_done = fields.Datetime(string="Visited On", readonly=True)
    date_contact = fields.Datetime(
        string="Contact Before",
        readonly=True,
        help="The last contact when the revisit was handed out: a later one ends it.",
    )
    activity_id = fields.Many2one(
        "mail.activity", readonly=True, index="btree_not_null", ondelete="set null"
    )

    _due_uniq = models.UniqueIndex(
        "(ownership_id) WHERE state = 'due'",
        "This customer has a revisit that is due already.",
    )
    _open_idx = models.Index("(user_id, date_limit) WHERE state = 'due'")
    _missed_idx = models.Index("(date_missed) WHERE is_missed")

    # ------------------------------------------------------------
    # CONTACTS
    # ------------------------------------------------------------

    @api.model
    def _get_contacts(self, customers):
        """The last contact of each customer that is a revisit.

        :param customers: sales.process.ownership in sudo
        :return: ``{sales.process.ownership: naive UTC datetime}``
        """
        latest = {}
        by_channel = customers.grouped(
            lambda row: row.team_id.process_revisit_channel or "any"
        )
        for channel, rows in by_channel.items():
            domain = [("ownership_id", "in", rows.ids), ("counts", "=", True)]
            if channel in CHANNELS:
                domain.append(("channel", "in", CHANNELS[channel]))
            # each: one query for each kind of channel that teams ask for
            # sudo: of owner and helpers alike; only the day leaves
            latest |= dict(
                self.env["sales.process.followup"]
                .sudo()
                ._read_group(domain, ["ownership_id"], ["date:max"])
            )
        return latest

    @api.model
    def _follow_contacts(self, ownerships, is_taken_back=False):
        """Customers were contacted, or contacts were taken back: count again.

        The next revisit is counted from the contact, not from the day on which it was
        planned. Without served customers there is no query.

        :param ownerships: sales.process.ownership in sudo
        :param bool is_taken_back: a contact counts no more; the day may be earlier
        """
        served = ownerships.filtered(
            lambda row: row.state == "open" and row.phase == "served"
        )
        if not served:
            return
        latest = self._get_contacts(served)
        days = {}
        # sudo: the system settles what is owed
        revisits = self.sudo().search(
            [
                ("ownership_id", "in", served.ids),
                ("state", "in", ("due", "done") if is_taken_back else ("due",)),
            ],
            order="id desc",
        )
        due = revisits.filtered(lambda row: row.state == "due")
        for revisit in due:
            if revisit._is_ended_by(latest.get(revisit.ownership_id)):
                revisit._settle(latest[revisit.ownership_id])
        for row in served:
            if contact := latest.get(row):
                days[row] = row._get_revisit_day(contact)
            if is_taken_back:
                own = revisits.filtered(
                    lambda known, own=row: known.ownership_id == own
                )
                days[row] = self._take_back(row, own, days.get(row))
            elif row.date_revisit:
                # what is entered late moves nothing back
                days[row] = max(days.get(row) or row.date_revisit, row.date_revisit)
        self._write_days(days)

    def _is_ended_by(self, contact):
        """Tell whether a contact is a later one than that before the revisit.

        :param contact: naive UTC datetime, or None
        :return: bool
        """
        self.ensure_one()
        return bool(contact) and (not self.date_contact or contact > self.date_contact)

    @api.model
    def _take_back(self, customer, revisits, contact):
        """A contact counts no more: the revisit that it was is due again.

        :param customer: sales.process.ownership
        :param revisits: of the customer, the newest first
        :param contact: naive UTC datetime of the last one that is left, or None
        :return: date or False, the next revisit
        """
        done = revisits.filtered(
            lambda row: row.state == "done" and not row._is_ended_by(contact)
        )[:1]
        if done and not revisits.filtered(lambda row: row.state == "due"):
            done.write({"state": "due", "date_done": False})
            return done.date_due
        before = customer.previous_id.date_last_contact or customer.date_start
        day = customer._get_revisit_day(contact or before)
        if not day or not customer.date_revisit:
            return customer.date_revisit
        today = customer.team_id._get_process_today(customer.user_id)
        return min(max(day, today), customer.date_revisit)

    @api.model
    def _follow_cycle(self, ownerships):
        """Another cycle holds: nobody is due tonight who was not.

        :param ownerships: sales.process.ownership in sudo
        """
        served = ownerships.filtered(
            lambda row: row.state == "open" and row.phase == "served"
        )
        if not served:
            return
        latest = self._get_contacts(served)
        days = {}
        for row in served:
            contact = latest.get(row) or row.date_last_contact or self.env.cr.now()
            day = row._get_revisit_day(contact)
            today = row.team_id._get_process_today(row.user_id)
            if day and not (row.date_revisit and row.date_revisit <= today):
                day = max(day, fields.Date.add(today, days=1))
            days[row] = day
        self._write_days(days)

    @api.model
    def _write_days(self, days):
        """Write when customers are visited next, each day once.

        :param dict days: ``{sales.process.ownership in sudo: date or False}``
        """
        by_day = {}
        for row, day in days.items():
            if row.date_revisit != day:
                by_day.setdefault(day, row.browse())
                by_day[day] |= row
        for day, rows in by_day.items():
            rows.write({"date_revisit": day})

    def _get_day(self, moment):
        zone = self.team_id._get_process_timezone(self.user_id)
        return deadline_tools.local_date(moment, zone)

    def _settle(self, contact):
        """The customer was contacted; in time where the contact was, entered late or
        not.

        :param contact: naive UTC datetime
        """
        self.ensure_one()
        values = {"state": "done", "date_done": contact}
        if self.is_missed and self._get_day(contact) <= self.date_limit:
            values |= {"is_missed": False, "date_missed": False}
        self.write(values)

    @api.model
    def _drop(self, ownerships):
        """No revisit of these customers is needed.

        :param ownerships: sales.process.ownership
        """
        # sudo: the system settles what is owed
        self.sudo().search(
            [("ownership_id", "in", ownerships.ids), ("state", "=", "due")]
        ).write({"state": "dropped"})

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_log_followup(self):
        """Open the small form that records a contact: it ends the revisit.

        :return: dict, a window action
        """
        self.ensure_one()
        self.check_access("read")
        return self.ownership_id.action_log_followup()

    def action_open_customer(self):
        """Open the customer, to call or to log a contact.

        :return: dict, a window action
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "sales.process.ownership",
            "res_id": self.ownership_id.id,
            "views": [(False, "form")],
        }
