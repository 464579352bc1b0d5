# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import traceback

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.exceptions import ConcurrencyError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

# A lost race: the same work succeeds in a fresh transaction.
RETRY_ERRORS = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError)
MAX_RETRIES = 5

_logger = logging.getLogger(__name__)


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


def work_after_rollback(env, work):
    """Keep what is to be known of a refusal although it rolls the request back.

    In a transaction of its own, after the rollback. Where the refusal was caught and
    the transaction committed, nothing was refused.

    :param work: function of an environment of the system, in the language of ``env``
    """
    registry = env.registry
    context = {"lang": env.context.get("lang")}

    @env.cr.postrollback.add
    def keep():
        try:
            with registry.cursor() as cr:
                work(api.Environment(cr, SUPERUSER_ID, context))
        except psycopg2.Error:
            _logger.warning("What was refused was not recorded", exc_info=True)


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


def is_no_record_named(error, registry, params):
    """Tell whether a client named something that is no record, so that Python failed.

    True, the list of a list, a word: Odoo and PostgreSQL say what they cannot do.

    :param error: what a request has raised
    :param registry: the models
    :param dict params: of the request, by Odoo's protocols for the web and for programs
    :return: bool
    """
    if not isinstance(error, TypeError | psycopg2.Error):
        return False
    model = registry.models.get(params.get("model") or params.get("__model__"))
    name = params.get("method") or params.get("__method__")
    method = model and isinstance(name, str) and getattr(model, name, None)
    if not method or getattr(method, "_api_model", False):
        return False
    ids = params.get("ids") or next(iter(params.get("args") or ()), ())
    named = ids if isinstance(ids, list | tuple) else [ids]
    return not all(type(res_id) is int for res_id in named)


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
