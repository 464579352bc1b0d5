# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is said of a customer: whose it is, whose it was, what comes next."""

from odoo.tools import SQL, format_date, format_datetime

from ..tools import deadline as deadline_tools
from ..tools import labels


class OwnershipSentences:
    """Sentences about a customer, no more than their reader may know.

    In the language of the customer's environment; days and times are those of the
    reader's zone.

    :param customer: sales.process.ownership, one
    :param user: res.users, who reads
    """

    def __init__(self, customer, user):
        customer.ensure_one()
        # sudo: who may know what is asked for each sentence
        self.customer = customer.sudo()
        self.user = user
        self.env = customer.env

    def tell_conflict(self):
        """Say whose customer it is, no more than the user may know."""
        ownership, user = self.customer, self.user
        team = ownership.team_id.name or ""
        if ownership.state == "pool":
            return self.env._(
                "This customer is in the pool of %(team)s. Take it from the pool "
                "instead of registering it again.",
                team=team,
            )
        if not ownership._may_know_owner(user):
            return self.env._(
                "This customer belongs to a salesperson of %(team)s. Ask to be "
                "invited, or ask the team leader.",
                team=team,
            )
        zone = ownership.team_id._get_process_timezone(user)
        since = format_date(
            self.env, deadline_tools.local_date(ownership.date_start, zone)
        )
        if not ownership._can_work(user):
            return self.env._(
                "This customer belongs to %(owner)s (%(team)s) since %(since)s. Ask "
                "to be invited, or ask the team leader.",
                owner=ownership.user_id.name,
                team=team,
                since=since,
            )
        contact, deadline = (
            format_datetime(self.env, value, tz=zone.zone)
            if value
            else self.env._("none")
            for value in (ownership.date_last_contact, ownership.date_deadline)
        )
        return self.env._(
            "This customer belongs to %(owner)s (%(team)s) since %(since)s. Last "
            "contact: %(contact)s. Deadline: %(deadline)s.",
            owner=ownership.user_id.name,
            team=team,
            since=since,
            contact=contact,
            deadline=deadline,
        )

    def tell_own(self):
        """Tell the owner or a helper how the customer stands."""
        ownership, user = self.customer, self.user
        zone = ownership.team_id._get_process_timezone(user)
        contact, deadline = (
            format_datetime(self.env, value, tz=zone.zone, dt_format="short")
            if value
            else self.env._("none")
            for value in (ownership.date_last_contact, ownership.date_deadline)
        )
        values = {
            "customer": ownership.name or self.env._("Customer"),
            "owner": ownership.user_id.name or "",
            "contact": contact,
            "deadline": deadline,
        }
        if ownership.user_id == user:
            return self.env._(
                "%(customer)s is yours. Last contact: %(contact)s. Deadline: "
                "%(deadline)s.",
                **values,
            )
        return self.env._(
            "%(customer)s belongs to %(owner)s. Last contact: %(contact)s. Deadline: "
            "%(deadline)s.",
            **values,
        )

    def tell_previous(self):
        """Say whose a customer was that is free again, as much as the user may know."""
        ownership, user = self.customer, self.user
        reasons = labels.get_choices(ownership, "end_reason", self.env)
        zone = ownership.team_id._get_process_timezone(user)
        values = {
            "owner": ownership.user_id.name or self.env._("the pool"),
            "team": ownership.team_id.name or "",
            "day": format_date(
                self.env, deadline_tools.local_date(ownership.date_end, zone)
            ),
            "reason": reasons.get(ownership.end_reason, ""),
        }
        if ownership.user_id == user:
            return self.env._(
                "It was yours until %(day)s (%(reason)s) and is free again.", **values
            )
        if ownership._may_know_owner(user):
            return self.env._(
                "It belonged to %(owner)s (%(team)s) until %(day)s (%(reason)s) and is "
                "free again.",
                **values,
            )
        return self.env._(
            "It belonged to a salesperson of %(team)s until %(day)s and is free again.",
            **values,
        )


class NextSteps:
    """What is planned with customers: on their leads, else in their follow-ups.

    :param customers: sales.process.ownership
    """

    def __init__(self, customers):
        self.customers = customers
        self.env = customers.env

    def get(self):
        """The next step with each customer that has one.

        :return: ``{ownership id: (text, date or False)}``
        """
        return self._get_written() | self._get_activities()

    def _get_activities(self):
        """The earliest planned activity on the open leads of each customer.

        :return: ``{ownership id: (summary, date)}``
        """
        leads = self.customers._get_open_leads()
        ownership_by_lead = {lead.id: lead.ownership_id.id for lead in leads}
        # sudo: a helper may not see the activities of the owner, only that they exist
        activities = (
            self.env["mail.activity"]
            .sudo()
            .search(
                [("res_model", "=", "crm.lead"), ("res_id", "in", leads.ids)],
                order="date_deadline, id",
            )
        )
        steps = {}
        for activity in activities:
            steps.setdefault(
                ownership_by_lead[activity.res_id],
                (
                    activity.summary or activity.activity_type_id.name,
                    activity.date_deadline,
                ),
            )
        return steps

    def _get_written(self):
        """What the last follow-up that plans anything says, of each customer.

        :return: ``{ownership id: (text, date or False)}``
        """
        Followup = self.env["sales.process.followup"]
        Followup.flush_model(["ownership_id", "next_step", "date_next", "date"])
        # read past the rules: the last contact may be a helper's
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (ownership_id) ownership_id, next_step, date_next
                  FROM sales_process_followup
                 WHERE ownership_id IN %s
                   AND (next_step IS NOT NULL OR date_next IS NOT NULL)
              ORDER BY ownership_id, date DESC, id DESC
                """,
                self.customers._ids or (0,),
            )
        )
        return {
            ownership_id: (step or False, day or False)
            for ownership_id, step, day in rows
        }
