# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is said of a customer: whose it is, whose it was, what comes next."""

from odoo.tools import SQL, format_date, format_datetime

from ..tools import deadline as deadline_tools
from ..tools import labels, orm


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
        if not ownership._is_in_companies_of(user) and not ownership._can_work(user):
            return self.env._(
                "This is a customer of another company: leave it as it is, or ask an "
                "administrator."
            )
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
        """The next step with each customer that has one, in one query.

        The earliest activity on the open leads, else what the last follow-up that plans
        anything says. Read past the rules: a helper may not see the activities of the
        owner, only that they exist; and the last contact may be a helper's.

        :return: ``{ownership id: (text, date or False)}``
        """
        env = self.env
        env["crm.lead"].flush_model(["ownership_id", "won_status"])
        env["mail.activity"].flush_model(
            ["active", "activity_type_id", "date_deadline", "res_id", "summary"]
        )
        env["sales.process.followup"].flush_model(
            ["ownership_id", "next_step", "date_next", "date"]
        )
        # sudo: names of types of activities are no secret
        type_name = orm.get_sql(env["mail.activity.type"].sudo(), "kind", "name")
        rows = env.execute_query(
            SQL(
                """
                SELECT period.id,
                       CASE WHEN planned.date_deadline IS NULL THEN written.next_step
                            ELSE COALESCE(planned.summary, %(type_name)s) END,
                       COALESCE(planned.date_deadline, written.date_next)
                  FROM unnest(%(ids)s::int[]) AS period(id)
             LEFT JOIN LATERAL (
                       SELECT activity.summary, activity.activity_type_id,
                              activity.date_deadline
                         FROM crm_lead AS lead
                         JOIN mail_activity AS activity
                           ON activity.res_model = 'crm.lead'
                          AND activity.res_id = lead.id
                          AND activity.active
                        WHERE lead.ownership_id = period.id
                          AND lead.won_status = 'pending'
                     ORDER BY activity.date_deadline, activity.id
                        LIMIT 1
                       ) AS planned ON TRUE
             LEFT JOIN mail_activity_type AS kind
                    ON kind.id = planned.activity_type_id
             LEFT JOIN LATERAL (
                       SELECT followup.next_step, followup.date_next
                         FROM sales_process_followup AS followup
                        WHERE followup.ownership_id = period.id
                          AND (followup.next_step IS NOT NULL
                               OR followup.date_next IS NOT NULL)
                     ORDER BY followup.date DESC, followup.id DESC
                        LIMIT 1
                       ) AS written ON planned.date_deadline IS NULL
                 WHERE planned.date_deadline IS NOT NULL
                    OR written.next_step IS NOT NULL
                    OR written.date_next IS NOT NULL
                """,
                ids=self.customers.ids,
                type_name=type_name,
            )
        )
        return {
            period_id: (step or False, day or False) for period_id, step, day in rows
        }


class DeadlineReasons:
    """Why the deadlines of customers are as they are, in words.

    :param customers: sales.process.ownership
    """

    def __init__(self, customers):
        self.customers = customers
        self.env = customers.env

    def get(self):
        """What set the deadline of each customer that has one.

        :return: ``{ownership id: sentence}``
        """
        running = self.customers.filtered(
            lambda row: row.date_deadline and row.deadline_kind
        )
        tags = running._get_open_tags()
        return {row.id: self._tell(row, tags.get(row.id, ())) for row in running}

    def _tell(self, row, tags):
        if row.deadline_kind == "agreed" and row.date_agreed:
            return self.env._(
                "Agreed with the customer for %(day)s.",
                day=format_date(self.env, row.date_agreed),
            )
        if row.deadline_kind == "max_hold":
            return self.env._("The longest time for which one person may hold it.")
        # sudo: the rules of the team are no secret to who sees what they lead to
        team = row.team_id.sudo()
        days = team._get_followup_days(row.sudo().grade_id, tags)
        values = {
            "period": self._name_period(days, team.process_followup_working_days),
            "grade": row.sudo().grade_id.name,
            "day": format_datetime(
                self.env,
                row.date_last_contact or row.date_start,
                tz=self.env.tz.zone,
                dt_format="short",
            ),
        }
        if row.grade_id and row.date_last_contact:
            return self.env._(
                "%(period)s for a customer of grade %(grade)s, counted from the last "
                "contact on %(day)s.",
                **values,
            )
        if row.grade_id:
            return self.env._(
                "%(period)s for a customer of grade %(grade)s, counted from when its "
                "owner received it on %(day)s.",
                **values,
            )
        if row.date_last_contact:
            return self.env._(
                "%(period)s, counted from the last contact on %(day)s.", **values
            )
        return self.env._(
            "%(period)s, counted from when its owner received it on %(day)s.", **values
        )

    def _name_period(self, days, is_working):
        if is_working:
            if days == 1:
                return self.env._("1 working day")
            return self.env._("%(count)s working days", count=days)
        if days == 1:
            return self.env._("1 day")
        return self.env._("%(count)s days", count=days)
