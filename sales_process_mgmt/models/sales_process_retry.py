# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Work of scheduled actions in batches: what fails never stops the others."""

import logging

from ..exceptions import MAX_RETRIES, RETRY_ERRORS, repeat_lost_races

_logger = logging.getLogger(__name__)

BATCH_SIZE = 1000
# After so many failures in a row people are told.
MAX_FAILURES = 3
# More failures at once are no poisoned records: the work itself is broken.
MAX_FAILED_AT_ONCE = 20


def work_on_each(env, items, work, mark_failure, at_most=MAX_FAILED_AT_ONCE):
    """Work on all at once; around those that fail, by halves until they stand alone.

    :param items: a recordset or a list
    :param work: function of a part of the items; never commits
    :param mark_failure: function of an item and its error
    :param at_most: how many may fail before the work itself is taken for broken; None:
        all of them
    :return: list of the items that failed
    :raise Exception: of the work, where nearly everything fails; a lost race
    """

    def attempt(part):
        try:
            with env.cr.savepoint():
                work(part)
        except RETRY_ERRORS:
            raise
        except Exception as error:
            return error
        return None

    def give_up(item, error):
        _logger.error("Work of a scheduled action fails for %s", item, exc_info=error)
        mark_failure(item, error)

    return _halve(items, attempt, give_up, at_most)


def _halve(items, attempt, give_up, at_most=MAX_FAILED_AT_ONCE):
    """Halve what fails until the items that fail stand alone.

    :param items: a recordset or a list
    :param attempt: function of a part that works on it and returns its error, if any
    :param give_up: function of an item that fails alone, and its error
    :return: list of the items that failed
    :raise Exception: of the work, where nearly everything fails
    """
    failed, parts = [], [items] if items else []
    while parts:
        part = parts.pop()
        error = attempt(part)
        if not error:
            continue
        if len(part) > 1:
            middle = len(part) // 2
            parts += [part[middle:], part[:middle]]
            continue
        if at_most is not None and len(failed) >= at_most:
            raise error
        give_up(part[0], error)
        failed.append(part[0])
    return failed


def work_in_steps(env, steps):
    """Do the steps of a scheduled action one after the other, each committed by itself.

    One that fails is logged and stops none of the others; one that loses every race is
    left to the next run.

    :param steps: functions without arguments; they never commit
    """
    for step in steps:

        def work(step=step):
            work_on_each(env, [step], lambda part: part[0](), lambda item, error: None)

        if not repeat_lost_races(env, work):
            _logger.info("%s is left to the next run", step)
        env["ir.cron"]._commit_progress()


def work_in_batches(env, select, process, on_failure):
    """Select, lock and process batch after batch, each committed by itself.

    For scheduled actions that may be killed at any point, or run on two servers at
    once. Around records that fail, a batch is halved until they stand alone.

    :param select: method ``(limit, after=0, without=(), ids=None)`` that selects the
        next records, or those with ``ids``, and locks them
    :param process: method that works on a batch and never commits
    :param on_failure: function of the id of a record that failed and its error
    :return: bool, False if the time of the scheduled action is up
    :raise Exception: of the work, where nearly everything fails
    """
    commit = env["ir.cron"]._commit_progress
    after, without, tries = 0, set(), 0
    while tries < MAX_RETRIES:
        rows = ()
        try:
            rows = select(BATCH_SIZE, after, without)
            process(rows)
            env.flush_all()
        except RETRY_ERRORS:
            # Somebody followed up or took a customer at the same instant.
            env.cr.rollback()
            tries += 1
            continue
        except Exception:
            env.cr.rollback()
            if not rows:
                _logger.exception("Nothing can be selected for %s", process.__name__)
                break
            _logger.warning("A batch of %s fails, halving it", process.__name__)
            without |= _halve_batch(env, select, process, on_failure, rows.ids)
        if not rows:
            break
        after = max(rows.ids)
        more = len(rows) == BATCH_SIZE
        if not commit(len(rows), remaining=BATCH_SIZE * more):
            return False
    return True


def _halve_batch(env, select, process, on_failure, ids):
    """Work around the records that fail: see :func:`work_in_batches`.

    :return: set of ids that failed; they are counted, and tried by later runs
    """
    commit = env["ir.cron"]._commit_progress

    def attempt(part):
        try:
            process(select(len(part), ids=part))
            env.flush_all()
            commit()
        except RETRY_ERRORS:
            # for the next run
            env.cr.rollback()
        except Exception as error:
            env.cr.rollback()
            return error
        return None

    def give_up(record_id, error):
        _logger.error(
            "%s fails for record %s", process.__name__, record_id, exc_info=error
        )
        on_failure(record_id, error)
        commit()

    return set(_halve(ids, attempt, give_up))
