# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from odoo.addons.mail.tests.common import mail_new_test_user
from odoo.addons.sales_process_mgmt.tests.common import ClockMixin, SalesProcessCommon

JUNE = date(2026, 6, 1)
PERSONAL = ((None, 60, 0.8), (60, 90, 1.0), (90, None, 1.2))
TEAM = ((None, 80, 0.9), (80, 100, 1.0), (100, None, 1.1))


def make_steps(kind, rows):
    """Commands for the rows of a table."""
    return [
        (
            0,
            0,
            {
                "kind": kind,
                "is_lowest": first is None,
                "number_from": first or 0,
                "is_highest": below is None,
                "number_below": below or 0,
                "value": value,
            },
        )
        for first, below, value in rows
    ]


class ScorecardCommon(SalesProcessCommon):
    """People of Team East in June 2026: 22 working days, Monday to Friday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["sales.process.scorecard.template"].search([]).active = False
        cls.Card = cls.env["sales.process.scorecard"]
        cls.Stay = cls.env["sales.process.scorecard.stay"]
        cls.Stay.search([]).date_from = "2026-01-01"
        cls.revenue = cls._create_metric(
            "card_revenue",
            domain="[('won_status', '=', 'won')]",
            aggregate="sum",
            measure_field_id=cls.env.ref("crm.field_crm_lead__expected_revenue").id,
            unit="money",
        )
        cls.wins = cls._create_metric(
            "card_wins", domain="[('won_status', '=', 'won'), ('name', '=', 'Win')]"
        )
        cls.trouble = cls._create_metric(
            "card_trouble",
            domain="[('name', '=', 'Trouble')]",
            higher_is_better=False,
        )

    @classmethod
    def _create_metric(cls, code, **values):
        return cls.env["sales.process.metric"].create(
            {
                "name": code,
                "code": code,
                "model_id": cls.env.ref("crm.model_crm_lead").id,
                "date_field_id": cls.env.ref("crm.field_crm_lead__date_closed").id,
                "user_field_id": cls.env.ref("crm.field_crm_lead__user_id").id,
                "aggregate": "count",
                "unit": "number",
                **values,
            }
        )

    @classmethod
    def _create_seller(cls, login, team=None, since="2026-01-01"):
        """Somebody who sells, in a team since a day."""
        user = mail_new_test_user(
            cls.env,
            login=login,
            name=login.replace("_", " ").title(),
            groups="base.group_user,sales_team.group_sale_salesman",
            tz="Asia/Shanghai",
            notification_type="inbox",
            company_id=cls.company.id,
        )
        cls.env["crm.team.member"].create(
            {"user_id": user.id, "crm_team_id": (team or cls.team_east).id}
        )
        cls._get_stay(user).date_from = since
        return user

    @classmethod
    def _get_stay(cls, user):
        return cls.Stay.search([("user_id", "=", user.id)])

    @classmethod
    def _create_version(cls, items, team=None, force=True, **values):
        """A template of a team with one version.

        :param list items: dicts of values of the lines
        """
        role = values.pop("role", "all")
        template = cls.env["sales.process.scorecard.template"].create(
            {
                "name": "June",
                "company_id": cls.company.id,
                "team_ids": [(6, 0, (team or cls.team_east).ids)],
                "role": role,
                "sequence": 1 if role != "all" else 10,
            }
        )
        version = cls.env["sales.process.scorecard.version"].create(
            {
                "template_id": template.id,
                "date_from": "2026-01-01",
                "item_ids": [(0, 0, item) for item in items],
                **values,
            }
        )
        if force:
            version.action_put_in_force()
        return version

    @classmethod
    def _create_usual(cls, **values):
        """Sales 40, wins 30, the leader's mark 30, trouble takes away."""
        return cls._create_version(
            [
                {"kind": "plan", "metric_id": cls.revenue.id, "weight": 40},
                {
                    "kind": "fixed",
                    "metric_id": cls.wins.id,
                    "weight": 30,
                    "goal": 4,
                    "cap": 120,
                },
                {"kind": "mark", "name": "Attitude", "weight": 30, "cap": 100},
                {
                    "kind": "points",
                    "metric_id": cls.trouble.id,
                    "point_score": 2,
                    "point_most": 10,
                },
            ],
            personal_step_ids=make_steps("personal", PERSONAL),
            team_step_ids=make_steps("team", TEAM),
            team_metric_id=cls.revenue.id,
            **values,
        )

    @classmethod
    def _create_plan(cls, whose, goal, metric=None, state="locked", day=JUNE):
        is_team = whose._name == "crm.team"
        plan = cls.env["sales.process.plan"].create(
            {
                "kind": "monthly",
                "date_from": day,
                "user_id": False if is_team else whose.id,
                "team_id": whose.id if is_team else False,
                "line_ids": [
                    (0, 0, {"metric_id": (metric or cls.revenue).id, "goal": goal})
                ],
            }
        )
        plan.state = state
        return plan

    @classmethod
    def _create_leads(cls, rows):
        """Leads that were won.

        :param list rows: ``(person, day of June, revenue, name)``
        """
        leads = cls.env["crm.lead"].create(
            [
                {
                    "name": name,
                    "type": "opportunity",
                    "user_id": user.id,
                    "team_id": user.sale_team_id.id,
                    "company_id": cls.company.id,
                    "expected_revenue": revenue,
                }
                for user, _day, revenue, name in rows
            ]
        )
        leads.action_set_won()
        cls.env.flush_all()
        for lead, (_user, day, _revenue, _name) in zip(leads, rows, strict=True):
            moment = day if isinstance(day, datetime) else datetime(2026, 6, day, 4)
            lead.date_closed = moment
        cls.env.flush_all()
        return leads

    @classmethod
    def _make(cls, day=JUNE):
        cls.Card._make(day)
        cls.env.flush_all()

    def _get_card(self, user, day=JUNE):
        return self.Card.search(
            [
                ("user_id", "=", user.id),
                ("date_from", "=", day),
                ("is_replaced", "=", False),
            ]
        )

    def _mark(self, card, mark, leader=None):
        lines = card.line_ids.filtered(lambda line: line.kind == "mark")
        for marker, marks in lines.grouped("marker_id").items():
            marks.with_user(leader or marker).write(
                {"mark": mark, "comment": "Seen at work"}
            )

    def _close(self, card, leader=None, mark=80):
        """Mark, discuss and close, after the month."""
        mine = card.with_user(leader or self.leader_east)
        if any(line.kind == "mark" and not line.is_marked for line in card.line_ids):
            self._mark(card, mark, leader)
        mine.action_discuss()
        mine.action_close()

    def _travel(self, moment):
        """From now on it is this moment, UTC."""
        self.enterContext(self._at(moment))
        self.env.invalidate_all()

    def _line(self, card, kind):
        return card.line_ids.filtered(lambda line: line.kind == kind)


def at(cls, moment):
    """Time of a class of tests, see ClockMixin._at."""
    return ClockMixin._at(cls, moment)
