# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import nullcontext
from datetime import datetime, timedelta
from unittest.mock import Mock

from odoo.exceptions import ConcurrencyError
from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from odoo.addons.sales_process_mgmt.exceptions import MAX_RETRIES, repeat_lost_races
from odoo.addons.sales_process_mgmt.models import sales_process_retry as retry

from .common import SalesProcessCommon

LOGGER = retry.__name__
NOW = datetime(2027, 3, 1, 2)
HOUR = timedelta(hours=1)


class Rows(list):
    """A recordset as far as batches look at one."""

    @property
    def ids(self):
        return list(self)


class Database:
    """Numbers to be processed: what is committed, what fails, what is lost.

    :param numbers: what is there
    :param poisoned: numbers that always fail
    :param races: how often the first attempts lose a race
    :param time: after so many commits the time is up
    """

    def __init__(self, numbers, poisoned=(), races=0, time=None):
        self.numbers, self.poisoned = list(numbers), set(poisoned)
        self.races, self.time = races, time
        self.done, self.pending, self.failed = [], [], []
        self.commits, self.rollbacks, self.selected = [], 0, []
        self.cr = self

    def __getitem__(self, name):
        assert name == "ir.cron"
        return self

    def _commit_progress(self, processed=0, remaining=None):
        self.commits.append((processed, remaining))
        self.done += self.pending
        self.pending = []
        return self.time is None or len(self.commits) < self.time

    def rollback(self):
        self.rollbacks += 1
        self.pending = []

    def flush_all(self):
        pass

    def savepoint(self):
        return nullcontext()

    def select(self, limit, after=0, without=(), ids=None):
        self.selected.append((limit, after, set(without), ids))
        if ids is not None:
            return Rows(number for number in self.numbers if number in ids)
        return Rows(
            number
            for number in self.numbers
            if number > after and number not in without and number not in self.done
        )[:limit]

    def process(self, rows):
        if self.races:
            self.races -= 1
            raise ConcurrencyError("lost")
        for number in rows:
            self.pending.append(number)
            if number in self.poisoned:
                raise ValueError(f"poison {number}")

    def on_failure(self, number, error):
        self.failed.append((number, str(error)))

    def run(self):
        return retry.work_in_batches(
            self,
            lambda *args, **kw: Rows(self.select(*args, **kw)),
            self.process,
            self.on_failure,
        )


class TestBatches(BaseCase):
    """Batch after batch, each committed; around what fails by halves."""

    def setUp(self):
        super().setUp()
        self.patch(retry, "BATCH_SIZE", 10)

    def test_sizes(self):
        """None, one, a batch, one more than a batch: all once, and the rest is told."""
        for count, commits in (
            (0, []),
            (1, [(1, 0)]),
            (9, [(9, 0)]),
            (10, [(10, 10)]),
            (11, [(10, 10), (1, 0)]),
            (25, [(10, 10), (10, 10), (5, 0)]),
        ):
            database = Database(range(1, count + 1))
            with self.subTest(count=count):
                self.assertTrue(database.run())
                self.assertEqual(database.done, database.numbers)
                self.assertEqual(database.commits, commits)
                self.assertFalse(database.rollbacks)

    def test_time_is_up(self):
        """What is done is done; the rest is for the next run."""
        for time, done in ((1, 10), (2, 20), (3, 25)):
            database = Database(range(1, 26), time=time)
            self.assertFalse(database.run())
            self.assertEqual(len(database.done), done)
            database.time = None
            self.assertTrue(database.run())
            self.assertEqual(database.done, database.numbers)

    def test_lost_races(self):
        """Begun again in a fresh transaction, so often and no oftener."""
        for races, done in ((1, 25), (MAX_RETRIES - 1, 25), (MAX_RETRIES, 0)):
            database = Database(range(1, 26), races=races)
            with self.subTest(races=races):
                self.assertTrue(database.run())
                self.assertEqual(len(database.done), done)
                self.assertEqual(database.rollbacks, races)

    @mute_logger(LOGGER)
    def test_poison(self):
        """What fails alone is counted, once, wherever it stands; the rest is done."""
        for poisoned in (
            {1},
            {10},
            {11},
            {25},
            {1, 2},
            {5, 15, 25},
            {1, 10, 11, 20, 21, 25},
        ):
            database = Database(range(1, 26), poisoned=poisoned)
            with self.subTest(poisoned=poisoned):
                self.assertTrue(database.run())
                self.assertEqual(
                    sorted(database.done), sorted(set(range(1, 26)) - poisoned)
                )
                self.assertEqual(
                    sorted(database.failed),
                    [(number, f"poison {number}") for number in sorted(poisoned)],
                )
                # a number that failed is passed over in this run
                for _limit, after, without, ids in database.selected:
                    if ids is None and after >= max(poisoned):
                        self.assertEqual(without, poisoned)

    @mute_logger(LOGGER)
    def test_nearly_everything_fails(self):
        """The work is broken, no record is: the error stands in the log of the run."""
        most = retry.MAX_FAILED_AT_ONCE
        self.patch(retry, "BATCH_SIZE", most + 1)
        database = Database(range(1, most + 2), poisoned=range(1, most + 1))
        self.assertTrue(database.run())
        self.assertEqual(database.done, [most + 1])
        database = Database(range(1, most + 2), poisoned=range(1, most + 2))
        with self.assertRaisesRegex(ValueError, f"poison {most + 1}"):
            database.run()
        self.assertEqual(len(database.failed), most)

    def test_nothing_can_be_selected(self):
        """That is no record's fault: it is logged, and the run goes on to the rest."""
        database = Database([1])

        def fail(*args, **kwargs):
            raise ValueError("no such column")

        with self.assertLogs(LOGGER, "ERROR") as log:
            self.assertTrue(
                retry.work_in_batches(
                    database, fail, database.process, database.on_failure
                )
            )
        self.assertIn("Nothing can be selected for process", log.output[0])
        self.assertEqual((database.done, database.failed), ([], []))

    @mute_logger(LOGGER)
    def test_race_while_halving(self):
        """A part that loses a race is left to the next run, and is no failure."""
        database = Database(range(1, 11), poisoned={3})
        process = database.process

        def race(rows):
            if rows == [6, 7, 8, 9, 10]:
                raise ConcurrencyError("lost")
            process(rows)

        database.process = race
        database.run()
        self.assertEqual(database.failed, [(3, "poison 3")])
        self.assertEqual(sorted(database.done), [1, 2, 4, 5])


class TestWorkOnEach(BaseCase):
    """The same within one transaction: savepoints instead of commits."""

    def _work(self, numbers, poisoned, error=ValueError):
        database, failed = Database(()), []
        calls = []

        def work(part):
            calls.append(list(part))
            if set(part) & set(poisoned):
                raise error("poison")

        result = retry.work_on_each(
            database, list(numbers), work, lambda item, error: failed.append(item)
        )
        self.assertEqual(result, failed)
        return calls, failed

    @mute_logger(LOGGER)
    def test_halves(self):
        for numbers, poisoned, calls in (
            ((), (), []),
            ((1, 2, 3, 4), (), [[1, 2, 3, 4]]),
            ((1,), (1,), [[1]]),
            (
                (1, 2, 3, 4),
                (3,),
                [[1, 2, 3, 4], [1, 2], [3, 4], [3], [4]],
            ),
            ((1, 2, 3), (1, 3), [[1, 2, 3], [1], [2, 3], [2], [3]]),
        ):
            with self.subTest(numbers=numbers, poisoned=poisoned):
                done, failed = self._work(numbers, poisoned)
                self.assertEqual(done, calls)
                self.assertEqual(failed, list(poisoned))

    def test_lost_race_is_no_failure(self):
        with self.assertRaises(ConcurrencyError):
            self._work((1, 2), (1,), ConcurrencyError)

    @mute_logger(LOGGER)
    def test_so_many_at_once(self):
        most = retry.MAX_FAILED_AT_ONCE
        _calls, failed = self._work(range(50), range(most))
        self.assertEqual(failed, list(range(most)))
        with self.assertRaises(ValueError):
            self._work(range(50), range(most + 1))


class TestRepeatLostRaces(BaseCase):
    """A part of a scheduled action is done once more, some times, and then left."""

    def test_table(self):
        for lost, calls, result in (
            (0, 1, True),
            (1, 2, True),
            (MAX_RETRIES - 1, MAX_RETRIES, True),
            (MAX_RETRIES, MAX_RETRIES, False),
        ):
            database = Database(())
            work = Mock(side_effect=[ConcurrencyError("lost")] * lost + [None])

            with self.subTest(lost=lost):
                self.assertIs(repeat_lost_races(database, work), result)
                self.assertEqual(work.call_count, calls)
                self.assertEqual(database.rollbacks, lost)

    def test_lost_when_it_is_written(self):
        """A race that shows at the flush is one, too."""
        database = Database(())
        flushes = []

        def flush():
            flushes.append(1)
            if len(flushes) == 1:
                raise ConcurrencyError("lost")

        database.flush_all = flush
        self.assertTrue(repeat_lost_races(database, lambda: None))
        self.assertEqual((len(flushes), database.rollbacks), (2, 1))

    def test_other_errors_are_errors(self):
        database = Database(())

        def work():
            raise ValueError("broken")

        with self.assertRaises(ValueError):
            repeat_lost_races(database, work)
        self.assertFalse(database.rollbacks)


@tagged("post_install", "-at_install")
class TestPauseAfterAFailure(SalesProcessCommon):
    """Longer after each failure, up to a day; people are told once, the third time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Failure = cls.env["sales.process.failure"]

    def _work(self, teams, poisoned, error="No such rule"):
        """Work on teams of which some fail; who leads a team is told."""

        def work(part):
            if part & poisoned:
                raise ValueError(error)

        with mute_logger(LOGGER):
            return self.Failure._work_on_each(
                teams, work, lambda team: (team, team.user_id)
            )

    def _fail(self, times=1, error="No such rule"):
        for _time in range(times):
            self._work(self.team_east, self.team_east, error)

    def _get_failure(self, team=None):
        team = team or self.team_east
        return self.Failure.search(
            [("model", "=", "crm.team"), ("res_id", "=", team.id)]
        )

    def _posted(self):
        return self.team_east.message_ids.filtered(
            lambda row: "failed three times" in (row.body or "")
        )

    def test_a_failure_names_the_kind_of_its_record(self):
        self._fail()
        kinds = dict(self.Failure.fields_get(["model"])["model"]["selection"])
        self.assertEqual(kinds[self._get_failure().model], "Sales Team")

    def test_pauses(self):
        with self._at(NOW):
            for count, pause in (
                (1, 1),
                (2, 2),
                (3, 4),
                (4, 8),
                (5, 16),
                (6, 24),
                (7, 24),
                (15, 24),
            ):
                self._fail(count - self._get_failure().failure_count)
                failure = self._get_failure()
                self.assertEqual(failure.failure_count, count)
                self.assertEqual(failure.date_retry, NOW + pause * HOUR, count)
                self.assertEqual(len(self._posted()), int(count >= 3))
        self.assertFalse(self._get_failure(self.team_west))

    def test_who_is_told(self):
        with self._at(NOW):
            self._fail(3)
        message = self._posted()
        self.assertIn("Team East has failed three times", message.body)
        self.assertIn("No such rule", message.body)
        self.assertEqual(message.partner_ids, self.leader_east.partner_id)

    def test_nobody_can_be_told(self):
        """It is written down all the same; an archived leader is not told."""
        self.leader_east.active = False
        with self._at(NOW):
            self._fail(3)
        self.assertTrue(self._posted())
        self.assertFalse(self._posted().partner_ids)

    @mute_logger("odoo.addons.sales_process_mgmt.models.sales_process_failure")
    def test_telling_fails(self):
        """The pause stands, whoever cannot be told."""

        def fail(failure, record, error, told, users):
            raise ValueError("no mail")

        self.patch(type(self.Failure), "_tell", fail)
        with self._at(NOW):
            self._fail(3)
        self.assertEqual(self._get_failure().failure_count, 3)
        self.assertFalse(self._posted())

    def test_tried_again(self):
        """Not before the pause is over, from its last second on."""
        teams = self.team_east | self.team_west
        with self._at(NOW):
            self._fail()
        for moment, found in (
            (NOW, self.team_west),
            (NOW + HOUR - timedelta(seconds=1), self.team_west),
            (NOW + HOUR, teams),
        ):
            with self._at(moment):
                domain = self.Failure._get_retry_domain("crm.team")
                self.assertEqual(teams.filtered_domain(domain), found, moment)
                self.assertFalse(self.Failure._get_waiting_ids("calendar.event"))

    def test_private_records_have_no_chatter(self):
        """Who can help is told all the same, by a message of their own."""
        told = self.env["sales.process.failure"]
        with self._at(NOW), mute_logger(LOGGER):
            for _time in range(3):
                self.Failure._work_on_each(
                    self.team_east, self._poison, lambda team: (told, team.user_id)
                )
        self.assertFalse(self._posted())
        message = self.env["mail.message"].search(
            [("partner_ids", "in", self.leader_east.partner_id.ids)],
            order="id desc",
            limit=1,
        )
        self.assertIn("Team East has failed three times", message.body)
        self.assertIn("No such rule", message.body)

    def test_nobody_to_tell(self):
        with self._at(NOW), mute_logger(LOGGER):
            for _time in range(3):
                self.Failure._work_on_each(self.team_east, self._poison)
        self.assertEqual(self._get_failure().failure_count, 3)
        self.assertFalse(self._posted())

    def _poison(self, part):
        raise ValueError("No such rule")

    def test_steps(self):
        """One that fails stops none of the others; each is committed."""
        done, commits = [], []
        self.patch(
            type(self.env["ir.cron"]),
            "_commit_progress",
            lambda *args, **kwargs: commits.append(list(done)) or 1.0,
        )

        def fail():
            self.team_east.name = "Half done"
            self.env.flush_all()
            raise ValueError("poison")

        with mute_logger(LOGGER):
            retry.work_in_steps(
                self.env, (lambda: done.append(1), fail, lambda: done.append(3))
            )
        self.assertEqual(done, [1, 3])
        self.assertEqual(commits, [[1], [1], [1, 3]])
        self.assertEqual(self.team_east.name, "Team East")

    def test_success_clears_it(self):
        teams = self.team_east | self.team_west
        with self._at(NOW):
            self.assertEqual(self._work(teams, self.team_east), self.team_east)
            self.assertEqual(self._get_failure().failure_count, 1)
            self.assertEqual(self._work(teams, self.team_west), self.team_west)
        self.assertFalse(self._get_failure())
        self.assertEqual(self._get_failure(self.team_west).failure_count, 1)

    def test_long_errors_are_cut(self):
        with self._at(NOW):
            self._fail(3, "y" * 999)
        body = self._posted().body
        self.assertIn("y" * 500, body)
        self.assertNotIn("y" * 501, body)
