# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import traceback

from odoo.exceptions import ConcurrencyError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

# A lost race: the same work succeeds in a fresh transaction.
RETRY_ERRORS = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError)
MAX_RETRIES = 5


def repeat_lost_races(env, work):
    """Do a part of a scheduled action, again in a fresh transaction if it loses a race.

    Odoo repeats requests by itself, scheduled actions not. Whoever calls this has
    committed what was done before, and commits the work.

    :param work: function without arguments
    :return: bool, False if the work has lost every race and is left to the next run
    """
    for _retry in range(MAX_RETRIES):
        try:
            work()
            env.flush_all()
        except RETRY_ERRORS:
            env.cr.rollback()
        else:
            return True
    return False


def is_one_record_missing(error):
    """Tell whether a client called a method of ours on none or several of one record.

    Odoo's forms name one. What fails deeper within Odoo is told as Odoo does.

    :param error: what a request has raised
    :return: bool
    """
    if not isinstance(error, ValueError) or not str(error).startswith(
        "Expected singleton"
    ):
        return False
    frames = [frame for frame, _line in traceback.walk_tb(error.__traceback__)]
    # the controller has the name, too
    doors = [
        place for place, frame in enumerate(frames) if frame.f_code.co_name == "call_kw"
    ]
    called = frames[doors[-1] + 1 : doors[-1] + 2] if doors else []
    return any("sales_process_mgmt" in frame.f_code.co_filename for frame in called)


class CustomerOwnedError(UserError):
    """The customer belongs to somebody else.

    The web client shows the sentence with a button that opens the registration
    wizard, where the user can help, ask to be invited or ask the leader.

    :param str message: the readable refusal
    :param dict context: ``default_`` values for the registration wizard
    """

    def __init__(self, message, context=None):
        super().__init__(message)
        self.context = context or {}


class LookupLimitError(UserError):
    """Somebody has asked for as many customers within an hour as may be.

    Raised before anything is decided: what is known and what is not look the same.
    """
