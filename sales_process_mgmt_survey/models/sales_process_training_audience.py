# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who is asked for the steps of a training plan, until when, and by which to-do."""

from odoo.addons.sales_process_mgmt.models.crm_team import ACTIVE_MODES
from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools
from odoo.addons.sales_process_mgmt.tools.spoken import speaking

TODO_TYPE = "sales_process_mgmt_survey.mail_activity_type_training"
OPEN = ("todo", "failed")
# A certificate is renewed so many days before it ends.
RENEWAL_DAYS = 30


class TrainingAudience:
    """Brings the tasks of some plans in line with their people.

    It looks at what should be, makes what is missing, and closes what nobody asks for
    any more. What was done or passed is never touched.

    :param plans: sales.process.training.plan in sudo
    """

    def __init__(self, plans):
        self.plans = plans
        self.env = plans.env
        self.now = self.env.cr.now().replace(microsecond=0)
        self.tasks = self.env["sales.process.training.task"].with_context(
            mail_create_nosubscribe=True, mail_create_nolog=True
        )

    def run(self):
        """Bring in line.

        :return: sales.process.training.task that were made or opened again
        """
        if not self.plans:
            return self.tasks
        self.plans._lock_rows()
        known = self.tasks.search([("plan_id", "in", self.plans.ids)], order="id")
        by_plan = known.grouped("plan_id")
        fresh = self.tasks
        for plan in self.plans:
            fresh |= self._ask(plan, by_plan.get(plan, self.tasks))
        (known | fresh)._update_deadlines()
        (known | fresh)._plan_todos()
        self._announce(fresh)
        return fresh

    def find_people(self, plan):
        """Who does the steps of a plan, and since when.

        :param plan: sales.process.training.plan in sudo
        :return: ``{res.users: (crm.team, naive UTC datetime)}``
        """
        company = plan.company_id
        if not (plan.active and company.active):
            return {}
        teams = plan.team_ids or self.env["crm.team"].search(
            [("company_id", "in", (company.id, False))], order="id"
        )
        people = {}
        for team in teams:
            if not (
                team.active
                and team.process_training
                and team.process_mode in ACTIVE_MODES
            ):
                continue
            found = []
            if plan.role in ("everybody", "salesperson"):
                found += [
                    (member.user_id, member.create_date)
                    for member in team.crm_team_member_ids
                ]
            if plan.role in ("everybody", "leader") and team.user_id:
                found.append((team.user_id, team.create_date))
            for user, joined in found:
                if (
                    user in people
                    or not user.active
                    or company not in user.company_ids
                    or not user.has_group("sales_team.group_sale_salesman")
                ):
                    continue
                zone = team._get_process_timezone(user)
                begins = deadline_tools.start_of_day_utc(plan.date_from, zone)
                if plan.is_newcomer and joined < begins:
                    continue
                if begins > self.now and joined < begins:
                    # not yet
                    continue
                people[user] = team, max(joined, begins).replace(microsecond=0)
        return people

    def _ask(self, plan, known):
        people = self.find_people(plan)
        steps = plan.step_ids.filtered("active")
        known.filtered(
            lambda task: (
                task.state in OPEN
                and (task.step_id not in steps or task.user_id not in people)
            )
        )._close()
        last = {(task.step_id, task.user_id): task for task in known}
        vals_list = []
        again = self.tasks
        for step in steps:
            for user, (team, since) in people.items():
                # sudo: whoever examines does not sit the own exam
                if step.kind == "exam" and step.survey_id.user_id == user:
                    continue
                task = last.get((step, user))
                values = {"team_id": team.id, "date_assigned": since}
                if task is None:
                    vals_list.append(self._prepare(step, user, values))
                elif task.state == "closed":
                    task.write({**values, "state": "todo", "date_closed": False})
                    again |= task
                elif task.state in OPEN and task.team_id != team:
                    task.team_id = team
                elif task.state == "done" and self._ends_soon(task):
                    values["date_assigned"] = self.now
                    values["renewal_of_id"] = task.id
                    vals_list.append(self._prepare(step, user, values))
        return again | self.tasks.create(vals_list)

    def _prepare(self, step, user, values):
        spoken = speaking(step, user.lang)
        return {
            "step_id": step.id,
            "user_id": user.id,
            "name": spoken.name,
            "date_due": values["date_assigned"],
            **values,
        }

    def _ends_soon(self, task):
        result = task.result_ids.filtered(lambda row: row.state == "passed")[:1]
        if not result.date_valid_until:
            return False
        today = deadline_tools.local_date(
            self.now, task.team_id._get_process_timezone(task.user_id)
        )
        return deadline_tools.add_days(today, RENEWAL_DAYS) >= result.date_valid_until

    def _announce(self, tasks):
        """Tell people once that steps wait for them."""
        for user, own in tasks.grouped("user_id").items():
            count = len(own)
            self.env["sales.process.notice"]._tell(
                user,
                lambda env, count=count: (
                    env._("Steps of your training: %(count)s", count=count),
                    env._("They stand in My Training, each with its day."),
                ),
                answer=True,
            )
