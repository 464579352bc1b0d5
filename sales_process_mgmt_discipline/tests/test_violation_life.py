# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import datetime, time, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import VIOLATION, ViolationCommon

QUIET = ("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
ACTS = ("statement", "uphold", "waive", "appeal")
ANSWER = "sales.process.violation.answer"
ZONE = timedelta(hours=8)
UNDECIDED = ("open", "appealed")


class LifeCommon(ViolationCommon):
    """The leader records about A; the region is asked, two administrators may."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.region = cls._create_region(cls.team_east)
        cls.roles = {
            "person": cls.salesperson_a,
            "colleague": cls.salesperson_b,
            "recorder": cls.leader_east,
            "other_leader": cls.leader_west,
            "region": cls.region,
            "director": cls.director,
            "administrator": cls.administrator,
            "office": cls.office_user,
            "dealer": cls.dealer,
        }

    def _act(self, role, row, act, moment, text="Because"):
        """Say it past the buttons, as a client may.

        :return: the class of the refusal, or None
        """
        user = self.roles[role]
        with self._at(moment):
            try:
                with self.env.cr.savepoint():
                    self.env[ANSWER].with_user(user).create(
                        {"kind": act, "violation_id": row.id, "text": text}
                    ).action_save()
                    self.env.flush_all()
            except AccessError:
                return AccessError
            except UserError:
                return UserError
            finally:
                self.env.invalidate_all()
        return None


@tagged("post_install", "-at_install")
class TestViolationTable(LifeCommon):
    """States, roles and acts: who may do what, and everything else is refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls("test_table")
        people = cls.salesperson_a
        days = iter(range(1, 10))

        def record():
            return case._record(people, date=f"2027-03-0{next(days)}")

        def act(row, *steps):
            for role, kind, moment in steps:
                assert case._act(role, row, kind, moment) is None, (role, kind)
            return row

        uphold = ("director", "uphold", "2027-03-20 02:00:00")
        appeal = ("person", "appeal", "2027-03-21 02:00:00")
        again = ("administrator", "uphold", "2027-03-21 03:00:00")
        cls.rows = {
            "open": record(),
            "upheld": act(record(), uphold),
            "appealed": act(record(), uphold, appeal),
            "final": act(record(), uphold, appeal, again),
            "waived": act(record(), ("region", "waive", "2027-03-12 02:00:00")),
            "withdrawn": record(),
        }
        with case._at("2027-03-12 02:00:00"):
            cls.rows["withdrawn"]._withdraw("fact")
            cls.env.flush_all()

    # {(row, moment): {act: {role: the state that follows}}}
    ALLOWED = {
        # until the end of the third day only what helps the person
        ("open", "2027-03-13 15:59:59"): {
            "statement": {"person": "open"},
            "waive": {
                "region": "waived",
                "director": "waived",
                "administrator": "waived",
            },
        },
        ("open", "2027-03-13 16:00:00"): {
            "statement": {"person": "open"},
            "uphold": {
                "region": "upheld",
                "director": "upheld",
                "administrator": "upheld",
            },
            "waive": {
                "region": "waived",
                "director": "waived",
                "administrator": "waived",
            },
        },
        # until the end of the seventh day after the twentieth
        ("upheld", "2027-03-27 15:59:59"): {"appeal": {"person": "appealed"}},
        ("upheld", "2027-03-27 16:00:00"): {},
        # not who has decided before
        ("appealed", "2027-03-22 02:00:00"): {
            "uphold": {"region": "upheld", "administrator": "upheld"},
            "waive": {"region": "waived", "administrator": "waived"},
        },
        ("final", "2027-03-22 02:00:00"): {},
        ("waived", "2027-03-13 02:00:00"): {},
        ("withdrawn", "2027-03-13 02:00:00"): {},
    }
    # They are tried where most would be allowed: the test is to be quick.
    STRANGERS = ("other_leader", "office", "dealer")
    KEPT = (
        "state",
        "points",
        "statement",
        "appeal",
        "decision",
        "appeal_decision",
        "decider_id",
        "decided_by_id",
        "date_appeal_due",
    )

    @mute_logger(*QUIET)
    def test_table(self):
        for (name, moment), allowed in self.ALLOWED.items():
            row = self.rows[name]
            before = row.read(self.KEPT)[0]
            for role in self.roles:
                if role in self.STRANGERS and name not in ("open", "upheld"):
                    continue
                for act in ACTS:
                    with self.subTest(row=name, at=moment, role=role, act=act):
                        state = allowed.get(act, {}).get(role)
                        self._try(row, role, act, moment, state)
                        if not state:
                            self.assertEqual(row.read(self.KEPT)[0], before)

    def _try(self, row, role, act, moment, state):
        # who may not read it does not learn either that there is such a row
        reads = row.with_user(self.roles[role]).has_access("read")
        savepoint = self.env.cr.savepoint()
        try:
            refusal = self._act(role, row, act, moment)
            if state:
                self.assertIsNone(refusal)
                self.assertEqual(row.state, state)
                self.assertEqual(bool(row.points), state == "upheld")
                self.assertEqual(bool(row.decider_id), state in UNDECIDED)
            elif not reads:
                self.assertIs(refusal, AccessError)
            else:
                self.assertIsNotNone(refusal)
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def test_buttons_say_the_same(self):
        """What the page offers is what is allowed, for each role and state."""
        for (name, moment), allowed in self.ALLOWED.items():
            row = self.rows[name]
            for role, user in self.roles.items():
                if not row.with_user(user).has_access("read"):
                    continue
                with self.subTest(row=name, at=moment, role=role), self._at(moment):
                    mine = row.with_user(user)
                    mine.invalidate_recordset()
                    self.assertEqual(mine.can_decide, role in allowed.get("waive", {}))
                    self.assertEqual(mine.can_appeal, role in allowed.get("appeal", {}))
                    self.assertEqual(mine.is_mine, role == "person")

    @mute_logger(*QUIET)
    def test_who_reads(self):
        """Whoever is asked, or has decided; nobody else from above."""
        always = {"person", "recorder", "director", "administrator"}
        for name, more in (
            ("open", {"region"}),
            ("upheld", set()),
            ("appealed", {"region"}),
            ("final", set()),
            ("waived", {"region"}),
            ("withdrawn", set()),
        ):
            row = self.rows[name]
            for role, user in self.roles.items():
                with self.subTest(row=name, role=role):
                    self.assertEqual(
                        row.with_user(user).has_access("read"), role in always | more
                    )

    def test_refusals_are_sentences(self):
        """They name who decides, or say why it is too late; nothing is left out."""
        for name, role, act, moment, sentence in (
            ("open", "recorder", "waive", "2027-03-13", "this: Region .* does"),
            ("upheld", "recorder", "waive", "2027-03-22", "this: Region .* does"),
            ("upheld", "director", "waive", "2027-03-22", "decided meanwhile"),
            ("appealed", "director", "waive", "2027-03-22", "this: Region .* does"),
            ("appealed", "person", "appeal", "2027-03-22", "appealed already"),
            ("final", "person", "appeal", "2027-03-22", "that is the end"),
            ("waived", "person", "appeal", "2027-03-13", "decided meanwhile"),
            ("withdrawn", "person", "statement", "2027-03-13", "decided meanwhile"),
            ("open", "director", "statement", "2027-03-13", "Only Salesperson A"),
        ):
            with (
                self.subTest(row=name, role=role, act=act),
                self.assertRaisesRegex((AccessError, UserError), sentence),
            ):
                self._say(self.roles[role], self.rows[name], act, moment=moment)

    def test_who_recorded_it_is_left(self):
        """Case 15: no leader, one administrator, who recorded it: never nobody."""
        managers = self.env.ref("sales_team.group_sale_manager").all_user_ids
        row = self._record(self.salesperson_a, self.director)
        self.team_east.write({"user_id": False, "process_parent_id": False})
        (managers - self.director).active = False
        self.assertEqual(row._get_eligible(), [self.director.sudo()])

    def test_nobody_but_the_person_is_left(self):
        """The only administrator is the person: the refusal leaves no gap."""
        managers = self.env.ref("sales_team.group_sale_manager").all_user_ids
        self.env["crm.team.member"].create(
            {"crm_team_id": self.team_east.id, "user_id": self.director.id}
        )
        self.team_east.process_parent_id = False
        row = self._record(self.director, self.leader_east)
        (managers - self.director).active = False
        self.assertFalse(row._get_eligible())
        with self.assertRaisesRegex(AccessError, "Nobody decides in their own matter"):
            self._say(self.director, row, "waive")
        self.assertEqual(row.state, "open")


class Oracle:
    """What the rules say of one violation, told apart from how they are kept.

    :param datetime now: when it was recorded
    """

    def __init__(self, now):
        self.state, self.heard, self.appealed, self.decider = "open", False, False, None
        self.statement_due, self.appeal_due = self.end_of_day(now, 3), None

    @staticmethod
    def end_of_day(now, days):
        """The last second of a later day in Shanghai, where nobody is away."""
        day = (now + ZONE).date() + timedelta(days=days)
        return datetime.combine(day, time(23, 59, 59)) - ZONE

    def may(self, role, act, now):
        if act == "statement":
            return role == "person" and self.state == "open"
        if act == "appeal":
            return (
                role == "person"
                and self.state == "upheld"
                and not self.appealed
                and now <= self.appeal_due
            )
        if role not in ("region", "director", "administrator"):
            return False
        if self.state == "appealed":
            return role != self.decider
        if self.state != "open":
            return False
        return act == "waive" or self.heard or now > self.statement_due

    def do(self, role, act, now):
        if act == "statement":
            self.heard = True
        elif act == "appeal":
            self.state, self.appealed = "appealed", True
        else:
            if self.state == "open":
                self.decider = role
                self.appeal_due = self.end_of_day(now, 7)
            self.state = "upheld" if act == "uphold" else "waived"

    def withdraw(self):
        self.state = "withdrawn"

    def reopen(self, now):
        self.__init__(now)


@tagged("post_install", "-at_install")
class TestViolationWalk(LifeCommon):
    """Lives at random: every step is allowed where the rules say so, and only there."""

    @mute_logger(*QUIET)
    def test_walk(self):
        for seed in (11,):
            with self.subTest(seed=seed):
                self._walk(random.Random(seed))

    def _walk(self, rng):
        now = datetime(2027, 3, 10, 2)
        row = self._record(moment=now)
        oracle, texts, done = Oracle(now), [], 0
        for _step in range(60):
            now += timedelta(hours=rng.choice((0, 1, 14, 40)))
            if rng.random() < 0.08 and oracle.state in (*UNDECIDED, "upheld"):
                with self._at(now):
                    row._withdraw("leave")
                oracle.withdraw()
            elif oracle.state == "withdrawn" and rng.random() < 0.5:
                with self._at(now):
                    row._reopen()
                oracle.reopen(now)
            else:
                pairs = [(role, act) for role in self.roles for act in ACTS]
                if rng.random() < 0.4:
                    fair = [pair for pair in pairs if oracle.may(*pair, now)]
                    pairs = fair or pairs
                role, act = rng.choice(pairs)
                allowed = oracle.may(role, act, now)
                text = f"{role} says {len(texts)}"
                refusal = self._act(role, row, act, now, text)
                self.assertEqual(
                    refusal is None, allowed, (role, act, oracle.state, now, refusal)
                )
                if allowed:
                    done += 1
                    oracle.do(role, act, now)
                    if role == "person":
                        texts.append(text)
            self._check(row, oracle, texts)
            if oracle.state == "waived" or (
                oracle.state == "upheld"
                and (oracle.appealed or now > oracle.appeal_due)
            ):
                row = self._record(moment=now, date="2027-03-09")
                oracle, texts = Oracle(now), []
        self.assertGreater(done, 12)

    def _check(self, row, oracle, texts):
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(row.state, oracle.state)
        self.assertEqual(row.points > 0, row.state == "upheld")
        self.assertEqual(row.occurrence > 0, row.state == "upheld")
        self.assertEqual(bool(row.decider_id), row.state in UNDECIDED)
        self.assertFalse(row.decider_id & (row.user_id | row.recorded_by_id))
        if row.state == "open":
            self.assertEqual(row.date_statement_due, oracle.statement_due)
            self.assertFalse(row.decided_by_id | row.appeal_decided_by_id)
        if row.state == "appealed":
            self.assertFalse(row.decider_id & row.decided_by_id)
        if row.state == "upheld" and not oracle.appealed:
            self.assertEqual(row.date_appeal_due, oracle.appeal_due)
        # nothing that the person has said is lost
        said = f"{row.statement or ''}\n\n{row.appeal or ''}"
        for text in texts:
            self.assertIn(text, said)

    def test_taken_back_and_heard_anew(self):
        """Appealed, taken back for leave that was called off: all begins once more."""
        row = self._record()
        for role, act, moment in (
            ("person", "statement", "2027-03-11 02:00:00"),
            ("director", "uphold", "2027-03-12 02:00:00"),
            ("person", "appeal", "2027-03-13 02:00:00"),
        ):
            self.assertIsNone(self._act(role, row, act, moment, f"{act} of {role}"))
        with self._at("2027-03-14 02:00:00"):
            row._withdraw("leave")
        self.assertEqual((row.state, row.points, row.occurrence), ("withdrawn", 0, 0))
        self.assertFalse(row.decider_id)
        with self._at("2027-03-15 02:00:00"):
            row._reopen()
            self.env.flush_all()
        self.assertEqual(row.statement, "statement of person\n\nappeal of person")
        self.assertFalse(row.decision)
        # heard anew, and whoever decided before may decide
        late = "2027-03-18 15:59:59"
        self.assertIs(self._act("director", row, "uphold", late), UserError)
        self.assertIsNone(self._act("director", row, "uphold", "2027-03-18 16:00:00"))
        self.assertIsNone(self._act("person", row, "appeal", "2027-03-19 02:00:00"))
        self.assertEqual(row.state, "appealed")
        for role, allowed in (("director", False), ("administrator", True)):
            refusal = self._act(role, row, "waive", "2027-03-19 03:00:00")
            self.assertEqual(refusal is None, allowed)

    def test_what_is_not_upheld_is_no_repetition(self):
        """Waived on appeal, it is neither the third time nor serious any more."""
        self._upheld(date="2027-03-02")
        self._upheld(date="2027-03-03")
        third = self._upheld(date="2027-03-04")
        self.assertEqual((third.occurrence, third.severity), (3, "serious"))
        self._say(self.salesperson_a, third, "appeal", moment="2027-03-21 02:00:00")
        self.assertEqual((third.occurrence, third.severity), (0, "minor"))
        self._say(self.administrator, third, "waive", moment="2027-03-22 02:00:00")
        self.assertEqual(
            (third.occurrence, third.severity, third.points), (0, "minor", 0)
        )
        groups = self.env[VIOLATION]._read_group(
            [("user_id", "=", self.salesperson_a.id)],
            ["severity"],
            ["points:sum", "__count"],
        )
        self.assertEqual(groups, [("minor", 4, 3)])

    def test_who_was_asked_has_left(self):
        """Whoever is next is asked, and told; nobody who was there is told again."""
        subject = [("subject", "=", "A violation waits for your decision")]
        row, other = self._record(), self._record(self.leader_east, self.director)
        self.assertEqual((row | other).decider_id, self.region)
        self._say(self.director, row, "waive")
        waits = self._record(self.salesperson_b)
        Message = self.env["mail.message"]
        with self._at("2027-03-12 02:00:00"):
            told = Message.search(subject)
            self.env[VIOLATION]._ask_anew()
            self.assertEqual(Message.search(subject), told)
            self.region.sudo().active = False
            self.env[VIOLATION]._ask_anew()
            self.env.flush_all()
        for one in (waits, other):
            self.assertTrue(one.decider_id.active)
            self.assertNotIn(one.decider_id, (one.user_id | one.recorded_by_id))
            self.assertTrue(one._may_decide(one.decider_id))
        self.assertFalse(row.decider_id)
        fresh = Message.search(subject) - told
        self.assertEqual(fresh.partner_ids, (waits | other).decider_id.partner_id)
        # there is nobody any more, then somebody
        (waits | other).sudo().decider_id = False
        self.env[VIOLATION]._ask_anew()
        self.assertTrue(waits.decider_id)

    def test_another_leader(self):
        """Who leads now is asked about each; ten cost about as many queries as two."""
        above = self.team_east.process_parent_id
        rows, counts = self.env[VIOLATION], []
        subject = [("subject", "=", "A violation waits for your decision")]
        Message = self.env["mail.message"]
        for number in (2, 10):
            for place in range(len(rows), number):
                rows |= self._record(note=f"Number {place}")
            for leader in (self.leader_west, self.region):
                with self._at("2027-03-12 02:00:00"):
                    told = Message.search(subject)
                    self.env.invalidate_all()
                    start = self.env.cr.sql_log_count
                    above.user_id = leader
                    self.env.flush_all()
                    counts.append(self.env.cr.sql_log_count - start)
                    fresh = Message.search(subject) - told
                self.assertEqual(rows.mapped("decider_id"), leader)
                self.assertEqual(fresh.partner_ids, leader.partner_id)
                self.assertEqual(len(fresh), 1)
        # eight more cost at least eight where each is asked about by itself
        self.assertLess(max(counts[2:]), min(counts[:2]) + 6)
