# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.sales_process_mgmt.models.sales_process_revisit_run import RevisitRun

from .common import PERSONAL, TEAM, ScorecardCommon, at, make_steps

NEEDED = (
    "sales.process.complaint",
    "sales.process.exam.result",
    "sales.process.intelligence.duty",
    "sales.process.meeting",
    "sales.process.satisfaction",
    "sales.process.violation",
)
LINK = re.compile(r"/satisfaction/([\w-]{22})")
CLOSING = datetime(2026, 7, 3, 2)


def noon(day, hour=4):
    """A moment of June 2026; four o'clock UTC is noon in Shanghai."""
    return datetime(2026, 6, day, hour)


@tagged("post_install", "-at_install")
class TestMonthOfAll(ScorecardCommon):
    """June 2026 of six people with everything that judges them, recomputed by hand.

    Everything comes in by its own door: deals won, customers who answer a link,
    meetings conducted, an exam sat, revisits handed out, complaints and violations
    decided, intelligence that was owed. 22 working days; Monday is the 1st.

    Template of Team East: sales against the plan, weight 30, at most 150 %;
    satisfaction against 4, weight 20, at most 120 %, of three answers at least;
    meetings attended against 2, weight 20; exams passed against 1, weight 20; revisits
    in time against 1, weight 10 (these three at most 100 %). Each violation point takes
    away 3, at most 12; each justified complaint 5; each revisit overdue 2.5; each
    missing intelligence 5. Personal coefficient: below 60 0.8, below 90 1.0, else 1.2;
    of the team: below 80 % 0.9, below 100 % 1.0, else 1.1.

    What happened (E = exam, R = revisit, I = weekly intelligence of 1 to 7 June):

           plan sold  answers  meetings 1 and 22  E       R        I       and
    Ada    100  120   5 4 5    there, there       passed  in time  told    complaint 0
    Bea    100   90   5 5      leave, there       2nd     waited   leave   2 points
    Cid    100  100   none     there, there       failed  overdue  -       complaint 1
    Dan    none  44   4 4 4    missed, there      -       in time  -       waived, 1
    Eve    110   66   none     -, there           passed  -        -       from the 15th
    Fay    100   60   none     there, there       -       in time  missing

    Ada    120 % × 30 = 36; 14/3 of 4 = 116.67 % × 20 = 23.33; 20; 20; 10. The
           complaint was not justified, the intelligence was told: 109.33, 1.2
    Bea    two answers judge nobody: the 20 go to the other 80, so all by 1.25.
           90 % × 37.50 = 33.75; 1 of 2 meetings (leave is an excuse, no attendance)
           50 % × 25 = 12.50; the exam, failed once and then passed, 25; 12.50;
           the revisit waited for the return; 2 × 3 = 6 taken away. On leave nobody
           owes intelligence:                                        77.75, 1.0
    Cid    100 % × 37.50; 25; 0; 0; 2.50 for the revisit, 5 for the complaint
           taken away                                                55.00, 0.8
    Dan    no plan: the 30 go to the other 70, so all by 10/7.
           100 % × 28.57 = 28.57; 50 % × 28.57 = 14.29; 0; 100 % × 14.29; the
           violation was waived: nothing; the complaint takes 5:
           28.57 + 14.29 + 0 + 14.29 - 5                             52.15, 0.8
    Eve    Team West to the 14th, 10 days: sold 80 of 220 × 10/22 = 100: 80.00, no
           tables: 1.0. Team East, 12 days: 66 of 110 × 12/22 = 60 = 110 % × 37.50 =
           41.25; 1 meeting of 2 × 12/22 = 1.0909 = 91.67 % × 25 = 22.92; 1 exam of
           0.5455 = 183.33 %, counts as 100 % × 25 = 25; 0 revisits: 89.17, 1.0.
           Month: (80 × 10 + 89.17 × 12) / 22 = 1870.04 / 22 = 85.0018      85.00, 1.0
    Fay    60 % × 37.50 = 22.50; 25; 0; 12.50; intelligence missing, 5
           taken away                                                55.00, 0.8

    The team: 120 + 90 + 100 + 44 + 66 + 60 = 480 of 600 = 80 %: exactly, so 1.0, and
    both coefficients together are the personal one.
    Ranks: Ada 1, Eve 2, Bea 3, Cid and Fay 4 both, 5 is left out, Dan 6.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if missing := [name for name in NEEDED if name not in cls.env]:
            cls.skipTest(cls, f"needs {', '.join(missing)}")
        cls.Metric = cls.env["sales.process.metric"]
        (cls.team_east | cls.team_west).crm_team_member_ids.unlink()
        cls.Stay.search([]).unlink()
        with at(cls, datetime(2026, 1, 5, 4)):
            for name in ("ada", "bea", "cid", "dan", "eve", "fay"):
                team = cls.team_west if name == "eve" else cls.team_east
                setattr(cls, name, cls._create_seller(name, team))
        cls.env.flush_all()
        cls.env.cr.execute("UPDATE crm_team_member SET create_date = '2020-01-01'")
        cls.env.cr.execute("UPDATE crm_team SET create_date = '2020-01-01'")
        cls.env.invalidate_all()
        cls.people = cls.ada | cls.bea | cls.cid | cls.dan | cls.eve | cls.fay
        cls.team_east.write(
            {
                "process_complaint": True,
                "process_meeting": True,
                "process_revisit_days": 30,
                "process_satisfaction": True,
                "process_violation": True,
            }
        )
        # switched on before, in whatever year the tests are run
        cls.team_east.process_satisfaction_from = "2026-05-01 00:00:00"
        cls.team_east.process_violation_from = "2026-05-01"
        cls._create_templates()
        with at(cls, datetime(2026, 5, 20, 4)):
            for whose, goal in (
                (cls.ada, 100),
                (cls.bea, 100),
                (cls.cid, 100),
                (cls.eve, 110),
                (cls.fay, 100),
                (cls.team_east, 600),
            ):
                cls._create_plan(whose, goal)
        cls._play()
        with at(cls, CLOSING):
            cls._make()

    @classmethod
    def _create_templates(cls):
        def fixed(code, weight, goal, cap=100):
            metric = cls.Metric.search([("code", "=", code)])
            values = {"metric_id": metric.id, "weight": weight, "goal": goal}
            return {"kind": "fixed", "cap": cap, **values}

        def points(code, each, most=0):
            metric = cls.Metric.search([("code", "=", code)])
            values = {"point_score": each, "point_most": most}
            return {"kind": "points", "metric_id": metric.id, **values}

        cls._create_version(
            [
                {"kind": "plan", "metric_id": cls.revenue.id, "weight": 30},
                fixed("satisfaction", 20, 4, 120),
                fixed("meetings_attended", 20, 2),
                fixed("exams_passed", 20, 1),
                fixed("revisits_done", 10, 1),
                points("violation_points", 3, 12),
                points("complaints_justified", 5),
                points("revisits_missed", 2.5),
                points("intelligence_missing", 5),
            ],
            fewest_answers=3,
            personal_step_ids=make_steps("personal", PERSONAL),
            team_step_ids=make_steps("team", TEAM),
            team_metric_id=cls.revenue.id,
        )
        cls._create_version(
            [fixed("card_revenue", 100, 220, 150)],
            team=cls.team_west,
        )

    # ------------------------------------------------------------
    # THE MONTH
    # ------------------------------------------------------------

    @classmethod
    def _play(cls):
        """What happens, day by day, each time by who does it."""
        with at(cls, datetime(2026, 5, 25, 4)):
            cls._prepare_intelligence()
            cls._prepare_exam()
            cls._prepare_customers()
            cls.env["sales.process.absence"].with_user(cls.leader_east).create(
                {
                    "user_id": cls.bea.id,
                    "date_start": "2026-05-31 16:00:00",
                    "date_end": "2026-06-07 16:00:00",
                }
            )
            cls.env.flush_all()
        cls._run_reports(noon(1, 1))
        cls._meet(1, there=cls.ada | cls.cid | cls.fay)
        cls._tell_news(noon(2), cls.ada)
        cls._run_revisits(noon(3))
        # what waited for Bea is handed out on the first day back
        cls._run_revisits(noon(8, 1))
        for person in (cls.ada, cls.bea, cls.dan, cls.fay):
            cls._call(noon(8), person)
        for day, person, answers in (
            (9, cls.ada, (True, True)),
            (9, cls.bea, (True, False)),
            (10, cls.bea, (True, True)),
            (9, cls.cid, (False, False)),
            (10, cls.cid, (True, False)),
        ):
            cls._sit(noon(day), person, answers)
        cls._win(noon(10), cls.eve, 80)
        for person, amount, score in (
            (cls.ada, 40, 5),
            (cls.ada, 40, 4),
            (cls.ada, 40, 5),
            (cls.bea, 45, 5),
            (cls.bea, 45, 5),
            (cls.dan, 20, 4),
            (cls.dan, 20, 4),
            (cls.dan, 4, 4),
            (cls.cid, 100, 0),
            (cls.fay, 60, 0),
        ):
            cls._win(noon(11), person, amount, score)
        cls._run_revisits(noon(12))
        with at(cls, noon(15, 0)):
            cls.eve.crm_team_member_ids.crm_team_id = cls.team_east
            cls.env.flush_all()
        cls._bring_training(noon(15, 1))
        for person, verdict in (
            (cls.ada, "unjustified"),
            (cls.cid, "justified"),
            (cls.dan, "justified"),
        ):
            cls._complain(noon(16), person, verdict)
        cls._violate(noon(17), cls.bea, "uphold")
        cls._violate(noon(17), cls.dan, "waive")
        cls._meet(22, there=cls.people)
        cls._win(noon(22), cls.eve, 66)
        cls._sit(noon(24), cls.eve, (True, True))

    @classmethod
    def _prepare_customers(cls):
        """A served customer each, to be visited on the 3rd; Eve has none."""
        cls.served = {}
        for person in cls.people - cls.eve:
            lead = cls._create_lead(person, name=f"Served by {person.name}")
            cls.served[person] = lead
            lead.ownership_id.write({"phase": "served", "date_revisit": "2026-06-03"})
            lead.ownership_id._update_deadlines()

    @classmethod
    def _prepare_intelligence(cls):
        duty = cls.env["sales.process.intelligence.duty"].create(
            {
                "team_id": cls.team_east.id,
                "topic": "price",
                "user_ids": [Command.set((cls.ada | cls.bea | cls.fay).ids)],
            }
        )
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE sales_process_intelligence_duty SET create_date = '2026-05-31'"
            " WHERE id = %s",
            [duty.id],
        )
        cls.env.invalidate_all()

    @classmethod
    def _prepare_exam(cls):
        """Two questions of one point each; both have to be right."""
        cls.exam = cls.env["survey.survey"].create(
            {
                "title": "Prices",
                "survey_type": "sales_exam",
                "scoring_success_min": 80,
                "time_limit": 30,
                "attempts_limit": 2,
                "question_and_page_ids": [
                    Command.create(
                        {
                            "title": title,
                            "question_type": "simple_choice",
                            "suggested_answer_ids": [
                                Command.create(
                                    {
                                        "value": right,
                                        "is_correct": True,
                                        "answer_score": 1,
                                    }
                                ),
                                Command.create({"value": wrong}),
                            ],
                        }
                    )
                    for title, right, wrong in (
                        ("What costs a box?", "Ten", "Twelve"),
                        ("Who grants a discount?", "The leader", "I do"),
                    )
                ],
            }
        )
        cls.training = cls.env["sales.process.training.plan"].create(
            {
                "name": "Prices",
                "company_id": cls.company.id,
                "team_ids": cls.team_east.ids,
                "date_from": "2020-01-01",
                "step_ids": [
                    Command.create(
                        {
                            "name": "Exam",
                            "kind": "exam",
                            "survey_id": cls.exam.id,
                            "days": 200,
                        }
                    )
                ],
            }
        )
        cls.training.sudo()._bring_in_line()

    @classmethod
    def _bring_training(cls, moment):
        with at(cls, moment):
            cls.training.sudo()._bring_in_line()
            cls.env.flush_all()

    @classmethod
    def _sit(cls, moment, person, answers):
        """One attempt; each question is answered rightly or not."""
        with at(cls, moment):
            task = cls.env["sales.process.training.task"].search(
                [
                    ("user_id", "=", person.id),
                    ("survey_id", "=", cls.exam.id),
                    ("state", "=", "todo"),
                ]
            )
            url = task.with_user(person).action_start()["url"]
            answer = cls.env["survey.user_input"].search(
                [("access_token", "=", url.rpartition("=")[2])]
            )
            answer.with_user(person).sudo()._mark_in_progress()
            for question, is_right in zip(
                cls.exam.question_ids.sorted("id"), answers, strict=True
            ):
                right, wrong = question.suggested_answer_ids.sorted("id")
                answer._save_lines(question, str((right if is_right else wrong).id))
            answer._mark_done()
            cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _run_reports(cls, moment):
        """The scheduled action of reports, without its commits."""
        progress = patch.object(
            cls.registry["ir.cron"], "_commit_progress", lambda *args, **kwargs: 1.0
        )
        with at(cls, moment), progress:
            cls.env["sales.process.work.report"]._cron_work_reports()
            cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _tell_news(cls, moment, person):
        """What was heard, and the report of the week that says so."""
        with at(cls, moment):
            cls.env["sales.process.intelligence"].with_user(person).create(
                {"name": "Five percent less", "topic": "price", "date": "2026-06-02"}
            )
            owed = cls.env["sales.process.work.report"].search(
                [("user_id", "=", person.id), ("kind", "=", "news_weekly")]
            )
            owed.with_user(person).action_submit()
            cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _run_revisits(cls, moment):
        with at(cls, moment):
            RevisitRun(cls.env).run(lambda select, process: [process(select(1000))])
            cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _call(cls, moment, person):
        with at(cls, moment):
            cls.env["sales.process.followup"].with_user(person).create(
                {
                    "lead_id": cls.served[person].id,
                    "subject": "Asked how the delivery was",
                    "channel": "call",
                }
            )
            cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _meet(cls, day, there):
        """A meeting at nine in Shanghai; whoever is not there has missed it."""
        leader = cls.leader_east
        with at(cls, noon(day, 1)):
            meeting = (
                cls.env["sales.process.meeting"]
                .with_user(leader)
                .create(
                    {
                        "team_id": cls.team_east.id,
                        "chair_id": leader.id,
                        "date_start": noon(day, 1),
                    }
                )
            )
            meeting.action_start()
            meeting.attendance_ids.filtered(
                lambda row: row.user_id in there
            ).action_present()
            meeting.action_end()
            cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _win(cls, moment, person, amount, score=0):
        """A deal; whoever has an address is asked a day later, and answers."""
        number = cls.env["crm.lead"].search_count([])
        with at(cls, moment - timedelta(days=1)):
            lead = cls._create_lead(
                person,
                name=f"Kitchen {number}",
                expected_revenue=amount,
                email_from=score and f"customer{number}@example.com",
            )
            cls.env.flush_all()
        with at(cls, moment):
            lead.with_user(person).action_set_won()
            cls.env.flush_all()
        if not score:
            return
        Satisfaction = cls.env["sales.process.satisfaction"]
        with at(cls, moment + timedelta(days=1)):
            Satisfaction._note_events()
            Satisfaction._process_waiting()
            cls.env.flush_all()
            mail = cls.env["mail.mail"].search(
                [("email_to", "=", f"customer{number}@example.com")]
            )
            token = LINK.search(mail.body_html)[1]
            nonce = Satisfaction._make_nonce(token)
        with at(cls, moment + timedelta(days=1, minutes=1)):
            Satisfaction._answer(token, nonce, score, address="192.0.2.1")
            cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _complain(cls, moment, person, verdict):
        """The customer complains about somebody; the leader decides and tells."""
        leader = cls.leader_east
        with at(cls, moment):
            cls.env["sales.process.complaint.entry"].with_user(leader).create(
                {
                    "name": f"Rude: {person.name}",
                    "description": "Was shouted at.",
                    "contact_email": f"angry.{person.login}@example.com",
                    "against_id": person.id,
                }
            ).action_save()
            row = (
                cls.env["sales.process.complaint"]
                .search([("against_id", "=", person.id)])
                .with_user(leader)
            )
            row.write({"cause": "conduct", "action_taken": "Apologised"})
            cls._fill_in(
                leader, row.action_decide(), verdict=verdict, text="It was heard"
            )
            cls._fill_in(leader, row.action_tell(), customer_agrees="yes")
            cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _violate(cls, moment, person, verdict):
        """Recorded by the leader, heard, decided by an administrator."""
        with at(cls, moment):
            kind = cls.env["sales.process.violation.type"].create(
                {
                    "name": verdict,
                    "points": 2,
                    "date_from": "2026-05-01",
                    "appeal_days": 30,
                }
            )
            row = (
                cls.env["sales.process.violation"]
                .with_user(cls.leader_east)
                .create(
                    {
                        "type_id": kind.id,
                        "user_id": person.id,
                        "team_id": cls.team_east.id,
                        "date": "2026-06-16",
                        "note": "Gave ten percent without asking",
                    }
                )
            )
            cls.env.flush_all()
            mine = row.with_user(person)
            cls._fill_in(person, mine.action_statement(), text="I was asked")
            mine = row.with_user(cls.director)
            action = (
                mine.action_uphold() if verdict == "uphold" else mine.action_waive()
            )
            cls._fill_in(cls.director, action, text="It was heard")
            cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _fill_in(cls, person, action, **values):
        """Fill in the dialog of a button, as whoever has pressed it."""
        Wizard = cls.env[action["res_model"]].with_user(person)
        Wizard.with_context(**action["context"]).create(values).action_save()

    # ------------------------------------------------------------
    # THE NUMBERS
    # ------------------------------------------------------------

    def _actual(self, person, code):
        """What was counted of somebody in Team East."""
        lines = self._get_card(person).line_ids
        return lines.filtered(
            lambda line: line.metric_id.code == code and line.team_id == self.team_east
        ).actual

    def test_what_was_counted(self):
        """Each number of the table, by its own metric."""
        codes = (
            "card_revenue",
            "satisfaction",
            "meetings_attended",
            "exams_passed",
            "revisits_done",
            "violation_points",
            "complaints_justified",
            "revisits_missed",
            "intelligence_missing",
        )
        for person, wanted in (
            (self.ada, (120, 4.67, 2, 1, 1, 0, 0, 0, 0)),
            (self.bea, (90, 0, 1, 1, 1, 2, 0, 0, 0)),
            (self.cid, (100, 0, 2, 0, 0, 0, 1, 1, 0)),
            (self.dan, (44, 4, 1, 0, 1, 0, 1, 0, 0)),
            (self.eve, (66, 0, 1, 1, 0, 0, 0, 0, 0)),
            (self.fay, (60, 0, 2, 0, 1, 0, 0, 0, 1)),
        ):
            with self.subTest(person.name):
                found = [round(self._actual(person, code), 2) for code in codes]
                self.assertEqual(found, list(wanted))

    def test_six_people(self):
        """The numbers of the docstring."""
        for person, wanted in (
            (self.ada, (109.33, 1.2)),
            (self.bea, (77.75, 1.0)),
            (self.cid, (55.00, 0.8)),
            (self.dan, (52.15, 0.8)),
            (self.eve, (85.00, 1.0)),
            (self.fay, (55.00, 0.8)),
        ):
            card = self._get_card(person)
            with self.subTest(person.name):
                self.assertEqual((card.score, card.personal_coefficient), wanted)
                self.assertEqual(card.team_coefficient, 1.0)
                self.assertEqual(card.coefficient, wanted[1])

    def test_parts_of_a_month(self):
        """Who changes the team: two parts, each by its template and its days."""
        parts = self._get_card(self.eve).segment_ids.sorted("date_from")
        self.assertEqual(
            [(row.team_id, row.date_from, row.working_days) for row in parts],
            [
                (self.team_west, date(2026, 6, 1), 10),
                (self.team_east, date(2026, 6, 15), 12),
            ],
        )
        self.assertEqual(parts.mapped("score"), [80.00, 89.17])
        self.assertEqual(parts[1].team_reached, 80)

    def test_ranking_with_a_tie(self):
        """Equal scores share a rank, and the next one is left out."""
        self._travel(CLOSING)
        cards = [self._get_card(person) for person in self.people]
        for card in cards:
            self._close(card)
        self.env.invalidate_all()
        self.assertEqual([card.rank for card in cards], [1, 3, 4, 6, 2, 4])

    def test_points_that_go_after_closing(self):
        """Bea appeals in July: June stays as it was paid, and says what is other now.

        Case 13: the 6 that the violation has cost are given back by July.
        Opened anew by an administrator it has no points any more: 77.75 + 6 = 83.75.
        """
        self._travel(CLOSING)
        card = self._get_card(self.bea)
        self._close(card)
        row = self.env["sales.process.violation"].search(
            [("user_id", "=", self.bea.id), ("state", "=", "upheld")]
        )
        mine = row.with_user(self.bea)
        self._fill_in(self.bea, mine.action_appeal(), text="The leader had agreed")
        self.assertEqual((row.state, row.points), ("appealed", 0))
        card._process()
        line = card.line_ids.filtered(
            lambda line: line.metric_id.code == "violation_points"
        )
        self.assertEqual((line.actual, line.value_now), (2, 0))
        self.assertEqual((card.score, card.is_changed), (77.75, True))
        self.assertEqual(line.contribution, -6)
        self.Card._make(date(2026, 7, 1))
        july = self._get_card(self.bea, date(2026, 7, 1))
        self.assertEqual(self._line(july, "correction").mapped("contribution"), [6])
        action = card.with_user(self.director).action_reopen()
        again = self.Card.browse(action["res_id"])
        self.assertEqual((again.score, again.state), (83.75, "draft"))
        self.assertEqual((card.score, card.state), (77.75, "closed"))
