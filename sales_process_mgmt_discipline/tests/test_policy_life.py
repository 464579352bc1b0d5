# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import datetime, time, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import ROW, PolicyCommon

QUIET = ("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
MONDAY = "2027-03-01 02:00:00"
TUESDAY = "2027-03-02 02:00:00"
ANSWER = "sales.process.policy.answer"
OPEN = ("to_read", "read")
ZONE = timedelta(hours=8)


class LifeCommon(PolicyCommon):
    """A is asked; the leader of East leads A, the region leads from above."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.region = cls._create_region(cls.team_east)
        cls.roles = {
            "person": cls.salesperson_a,
            "colleague": cls.salesperson_c,
            "leader": cls.leader_east,
            "other_leader": cls.leader_west,
            "region": cls.region,
            "director": cls.director,
            "office": cls.office_user,
            "dealer": cls.dealer,
        }

    def _do(self, user, row, act, text):
        """One request, as the web client or the portal sends it."""
        mine = row.with_user(user)
        version = row.version_id
        if act == "open":
            mine.action_open()
        elif act in ("confirm", "confirm_unseen", "confirm_other"):
            other = self.other if act == "confirm_other" else version
            shown = "0" * 64 if act == "confirm_unseen" else version.content_hash
            mine.with_context(
                shown_version_id=other.id, shown_hash=shown
            ).action_confirm()
        else:
            self.env[ANSWER].with_user(user).create(
                {
                    "kind": act,
                    "acknowledgement_id": row.id,
                    "version_id": version.id,
                    "content_hash": version.content_hash,
                    "reason": text,
                    "scan": b"eA==" if act == "paper" else False,
                }
            ).action_save()
        self.env.flush_all()

    def _act(self, user, row, act, moment, text="Because"):
        """Do it at a moment.

        :return: the class of the refusal, or None
        """
        with self._at(moment):
            try:
                with self.env.cr.savepoint():
                    self._do(user, row, act, text)
            except AccessError:
                return AccessError
            except UserError:
                return UserError
            finally:
                self.env.invalidate_all()
        return None


@tagged("post_install", "-at_install")
class TestPolicyTable(LifeCommon):
    """States, roles and acts: who may do what, and everything else is refused."""

    ACTS = (
        "open",
        "confirm",
        "confirm_unseen",
        "confirm_other",
        "decline",
        "exempt",
        "paper",
    )
    # They are tried where most would be allowed: the test is to be quick.
    STRANGERS = ("other_leader", "office", "dealer")
    KEPT = ("state", "kind", "date_answered", "confirmed_hash", "note", "close_reason")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls("test_table")
        cls.other = case._publish(MONDAY, cls._create_policy(name="Other"))
        cls.rows = {}
        for name, user, act in (
            ("to_read", None, None),
            ("read", "person", "open"),
            ("confirmed", "person", "confirm"),
            ("declined", "person", "decline"),
            ("exempt", "leader", "exempt"),
            ("newer", None, None),
            ("left", None, None),
            ("withdrawn", None, None),
        ):
            policy = cls._create_policy(name=name)
            version = case._publish(MONDAY, policy)
            row = cls.rows[name] = case._row(cls.salesperson_a, version).with_env(
                cls.env
            )
            if act:
                assert case._act(cls.roles[user], row, act, TUESDAY) is None, name
        cls.rows["left"]._close("left")
        with case._at(TUESDAY):
            cls.rows["withdrawn"].version_id.with_user(cls.director)._withdraw("Why")
        case._publish(TUESDAY, cls.rows["newer"].policy_id)
        cls.env.flush_all()

    def _get_allowed(self, name, act):
        """Roles that may do it, and the state that follows."""
        leads = ("leader", "director")
        waits = name in (*OPEN, "declined")
        if act == "open":
            state = "read" if name == "to_read" else self.rows[name].state
            others = dict.fromkeys((*leads, "region"), self.rows[name].state)
            return {"person": state, **others}
        if act == "confirm" and waits:
            return {"person": "confirmed"}
        if name == "confirmed" and act in ("confirm", "confirm_other"):
            # pressed twice: what was confirmed stays
            return {"person": "confirmed"}
        if act == "decline" and waits:
            return {"person": "declined"}
        if act in ("exempt", "paper") and waits:
            state = "exempt" if act == "exempt" else "confirmed"
            return dict.fromkeys(leads, state)
        return {}

    @mute_logger(*QUIET)
    def test_table(self):
        for name, row in self.rows.items():
            before = row.read(self.KEPT)[0]
            for act in self.ACTS:
                allowed = self._get_allowed(name, act)
                for role, user in self.roles.items():
                    if role in self.STRANGERS and name not in ("to_read", "declined"):
                        continue
                    with self.subTest(row=name, role=role, act=act):
                        self._try(row, user, act, allowed.get(role))
                        if role not in allowed:
                            self.assertEqual(row.read(self.KEPT)[0], before)

    def _try(self, row, user, act, state):
        reads = row.with_user(user).has_access("read")
        savepoint = self.env.cr.savepoint()
        try:
            refusal = self._act(user, row, act, "2027-03-03 02:00:00")
            if state:
                self.assertIsNone(refusal)
                self.assertEqual(row.state, state)
                self.assertEqual(bool(self._todos(row)), state in OPEN)
                if state == "confirmed":
                    self.assertEqual(row.confirmed_hash, row.content_hash)
            elif not reads:
                self.assertIs(refusal, AccessError)
            else:
                self.assertIsNotNone(refusal)
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def test_buttons_say_the_same(self):
        for name, row in self.rows.items():
            for role, user in self.roles.items():
                mine = row.with_user(user)
                if not mine.has_access("read"):
                    continue
                with self.subTest(row=name, role=role):
                    self.assertEqual(mine.is_mine, role == "person")
                    self.assertEqual(mine.can_decide, role in ("leader", "director"))
                    self.assertEqual(
                        mine.is_current, name not in ("newer", "withdrawn")
                    )

    def test_refusals_are_sentences(self):
        wrong = "2027-03-03 02:00:00"
        for name, role, act, sentence in (
            ("newer", "person", "confirm", "newer version .* read version 2"),
            ("withdrawn", "person", "confirm", "has been withdrawn"),
            ("left", "person", "confirm", "not asked to answer"),
            ("exempt", "person", "decline", "not asked to answer"),
            ("confirmed", "person", "decline", "not asked to answer"),
            ("read", "person", "confirm_unseen", "another text"),
            ("read", "person", "confirm_other", "newer version"),
            ("read", "leader", "confirm", "Only Salesperson A"),
            ("confirmed", "leader", "exempt", "Nothing is asked"),
            ("newer", "leader", "paper", "Nothing is asked"),
            ("read", "region", "exempt", "Only the team leader of Salesperson A"),
        ):
            with (
                self.subTest(row=name, role=role, act=act),
                self._at(wrong),
                self.assertRaisesRegex((AccessError, UserError), sentence),
            ):
                self._do(self.roles[role], self.rows[name], act, "Because")

    def test_receipt_of_each(self):
        for name, row in self.rows.items():
            with self.subTest(row=name):
                if name == "confirmed":
                    self.assertTrue(row.action_print())
                    continue
                with self.assertRaisesRegex(UserError, "no receipt"):
                    row.action_print()
        # one that is not confirmed is enough
        with self.assertRaisesRegex(UserError, "no receipt"):
            (self.rows["confirmed"] | self.rows["read"]).action_print()

    def test_searches_the_client_may_send(self):
        """Both sides, and what is no such search."""
        rows = self.env[ROW].browse([row.id for row in self.rows.values()])
        current = rows.search([("is_current", "=", True), ("id", "in", rows.ids)])
        rest = rows.search([("is_current", "=", False), ("id", "in", rows.ids)])
        self.assertEqual(current | rest, rows)
        self.assertEqual(rest, self.rows["newer"] | self.rows["withdrawn"])
        with self._at("2027-03-20 02:00:00"):
            mine = [("id", "in", rows.ids)]
            late = rows.search([("is_overdue", "=", True), *mine])
            self.assertEqual(late, self.rows["to_read"] | self.rows["read"])
            rows.invalidate_recordset()
            self.assertEqual(rows.filtered("is_overdue"), late)
            self.assertEqual(
                rows.search([("is_overdue", "!=", True), *mine]), rows - late
            )


class Oracle:
    """What the rules say of one person, told apart from how they are kept."""

    def __init__(self, now):
        self.inside, self.settled = True, False
        self.state, self.assigned, self.effect = "to_read", now, self.get_day(now)

    @staticmethod
    def get_day(moment):
        """The day in Shanghai."""
        return (moment + ZONE).date()

    def _ask(self, now):
        if self.inside and not self.settled:
            self.state, self.assigned = "to_read", now
        else:
            self.state = None

    def publish(self, minor, now):
        self.settled = self.settled and minor
        self.effect = self.get_day(now)
        # who has not answered confirms the minor one in the time that was left
        left = minor and self.state in OPEN
        self._ask(self.assigned if left else now)

    def leave(self):
        self.inside = False
        if self.state in (*OPEN, "declined"):
            self.state = "closed"

    def join(self, now):
        self.inside = True
        if self.state in ("closed", None):
            self._ask(now)

    def may(self, role, act):
        if self.state not in (*OPEN, "declined"):
            return act == "confirm" and role == "person" and self.state == "confirmed"
        if act in ("confirm", "decline"):
            return role == "person"
        return role in ("leader", "director")

    def do(self, act):
        if self.state == "confirmed":
            # pressed twice
            return
        states = {"confirm": "confirmed", "paper": "confirmed", "decline": "declined"}
        self.state = states.get(act, "exempt")
        self.settled = self.state != "declined"

    def get_due(self):
        day = self.get_day(self.assigned) + timedelta(days=7)
        end = datetime.combine(day, time(23, 59, 59)) - ZONE
        # nobody is late before it holds
        return max(end, datetime.combine(self.effect, time()) - ZONE)


@tagged("post_install", "-at_install")
class TestPolicyWalk(LifeCommon):
    """Lives at random: versions, people who come and go, answers."""

    ACTS = ("confirm", "decline", "exempt", "paper")

    @mute_logger(*QUIET)
    def test_walk(self):
        for seed in (21,):
            with self.subTest(seed=seed):
                self._walk(random.Random(seed))

    def _walk(self, rng):
        now = datetime(2027, 3, 1, 2)
        policy = self._create_policy(name=f"Walk {rng.random()}")
        self._publish(now, policy)
        member = self.team_east.crm_team_member_ids.filtered(
            lambda member: member.user_id == self.salesperson_a
        )
        oracle, done = Oracle(now), 0
        for _step in range(50):
            now += timedelta(hours=rng.choice((1, 14, 40, 200)))
            dice = rng.random()
            if dice < 0.2:
                minor = rng.random() < 0.6
                self._publish(now, policy, is_minor=minor)
                oracle.publish(minor, now)
            elif dice < 0.35:
                with self._at(now):
                    member.active = not oracle.inside
                    policy._bring_in_line()
                if oracle.inside:
                    oracle.leave()
                else:
                    oracle.join(now)
            elif oracle.state:
                pairs = [(role, act) for role in self.roles for act in self.ACTS]
                if rng.random() < 0.5:
                    pairs = [pair for pair in pairs if oracle.may(*pair)] or pairs
                role, act = rng.choice(pairs)
                row = self._row(self.salesperson_a, policy.current_version_id)
                allowed = oracle.may(role, act)
                refusal = self._act(self.roles[role], row.with_env(self.env), act, now)
                self.assertEqual(refusal is None, allowed, (role, act, oracle.state))
                if allowed:
                    done += 1
                    oracle.do(act)
            self._check(policy, oracle, now)
        member.active = True
        self.assertGreater(done, 4)

    def _check(self, policy, oracle, now):
        with self._at(now):
            # at any time, and twice, it changes nothing
            policy._bring_in_line()
            self.env.flush_all()
            self.env.invalidate_all()
            row = self._row(self.salesperson_a, policy.current_version_id)
            row = row.with_env(self.env)
            self.assertEqual(row.state or None, oracle.state)
            if row.state in OPEN:
                self.assertEqual(row.date_due, oracle.get_due())
                self.assertFalse(row.date_answered)
                self.assertEqual(row.is_overdue, now > oracle.get_due())
            self.assertEqual(len(self._todos(row)), int(row.state in OPEN))
            # earlier versions ask nothing any more
            earlier = policy.acknowledgement_ids.filtered(
                lambda item: item.version_id != policy.current_version_id
            )
            self.assertLessEqual(
                set(earlier.mapped("state")), {"closed", "confirmed", "exempt"}
            )
            self.assertFalse(self._todos(earlier))

    # ------------------------------------------------------------
    # THE TIME THAT IS LEFT
    # ------------------------------------------------------------

    def test_who_declined_is_not_late_with_the_next_minor_version(self):
        self._publish(MONDAY)
        row = self._row(self.salesperson_a).with_env(self.env)
        self.assertIsNone(self._act(self.salesperson_a, row, "decline", TUESDAY))
        self._publish("2027-03-20 02:00:00", is_minor=True)
        due = self._row(self.salesperson_a).date_due
        self.assertEqual(due, datetime(2027, 3, 27, 15, 59, 59))
        # who has not answered is late since this version holds
        due = self._row(self.salesperson_b).date_due
        self.assertEqual(due, datetime(2027, 3, 19, 16))

    def test_who_comes_back_later_has_the_whole_time(self):
        """The version before last was long ago, and so was the one that was missed."""
        self._publish(MONDAY)
        member = self.team_east.crm_team_member_ids.filtered(
            lambda member: member.user_id == self.salesperson_a
        )
        self._publish("2027-03-02 02:00:00", is_minor=True)
        member.active = False
        # nobody has looked at the audience since
        self._publish("2027-03-03 02:00:00", is_minor=True)
        self.assertFalse(self._row(self.salesperson_a))
        member.active = True
        self.env.flush_all()
        self.env.invalidate_all()
        with self._at("2027-04-01 02:00:00"):
            self.policy._bring_in_line()
            self.env.flush_all()
        row = self._row(self.salesperson_a)
        self.assertEqual(row.date_due, datetime(2027, 4, 8, 15, 59, 59))

    def test_leave_moves_what_is_asked_anew(self):
        """Not agreed, left, come back: the days of leave do not count."""
        self._publish(MONDAY)
        row = self._row(self.salesperson_a).with_env(self.env)
        self.assertIsNone(self._act(self.salesperson_a, row, "decline", TUESDAY))
        member = self.team_east.crm_team_member_ids.filtered(
            lambda member: member.user_id == self.salesperson_a
        )
        for active, moment in (
            (False, "2027-03-03 02:00:00"),
            (True, "2027-03-04 02:00:00"),
        ):
            member.active = active
            self.env.flush_all()
            # the scheduled action reads who is in the team for itself
            self.env.invalidate_all()
            with self._at(moment):
                self.policy._bring_in_line()
                self.env.flush_all()
        self.assertEqual((row.state, row.note), ("to_read", False))
        self.assertEqual(row.date_due, datetime(2027, 3, 11, 15, 59, 59))
        with self._at("2027-03-05 02:00:00"):
            self._absent(
                self.salesperson_a, "2027-03-05 16:00:00", "2027-03-07 15:59:59"
            )
            self.env.flush_all()
        self.assertEqual(row.date_due, datetime(2027, 3, 13, 15, 59, 59))
