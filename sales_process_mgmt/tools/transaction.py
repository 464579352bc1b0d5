# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is going on in this transaction.

Kept beside the cursor: a client sends a context, never a mark of ours. In the context,
an object that is another one each time would also make environments of its own for
every call, and Odoo searches through all of them. What a cursor remembers by itself is
gone at a commit, and scheduled actions commit between two pieces of their work.
"""

from contextlib import contextmanager
from functools import partial, wraps
from typing import NamedTuple
from weakref import WeakKeyDictionary

DOOR = "door"
RECEPTION = "reception"
KEEPING_OWNERS = "keeping owners"
GIVEN = "given"
MERGING = "merging"
DEPENDENCES = "dependences"
ASKED_LOOKUPS = "asked lookups"
LOOKED_UP = "looked up"
TOLD_LOOKUPS = "told lookups"
CUSTOMERS_LOCKED = "customers locked"
MEETING_CHECKED = "meeting checked"
MERGING_CONTACTS = "merging contacts"
REPLY_TO = "reply to"
WRITING_SELLERS = "writing sellers"
WRITING_LEDGER = "writing ledger"
MOVING_ALONG = "moving along"
NAMED = "named"
KEPT_CHANGED = "kept changed"
GRADING = "grading"
ASSIGNING = "assigning"
RECKONING = "reckoning"

_marks = WeakKeyDictionary()


@contextmanager
def _going_on(env, name, value):
    marks = _marks.setdefault(env.cr, {})
    outer = marks.get(name)
    marks[name] = value
    try:
        yield
    finally:
        marks[name] = outer


def _get_mark(env, name):
    return _marks.get(env.cr, {}).get(name)


def writing_ledger(env, is_written=True):
    """While whoever writes leads writes the ledger, too: they claim nothing.

    :param bool is_written: False within such a time, for leads that are claimed
    :return: context manager
    """
    return _going_on(env, WRITING_LEDGER, is_written)


def assigning(env):
    """While Odoo tells somebody of what was assigned: whoever has just given it away
    need not read it any more.

    :return: context manager
    """
    return _going_on(env, ASSIGNING, True)


def reckoning(env):
    """While Odoo writes what it has worked out itself: nobody's word is taken.

    :return: context manager
    """
    return _going_on(env, RECKONING, True)


def is_reckoning(env):
    """Tell whether Odoo writes what it has worked out itself.

    :return: bool
    """
    return bool(_get_mark(env, RECKONING))


def is_assigning(env):
    """Tell whether Odoo tells somebody of what was assigned.

    :return: bool
    """
    return bool(_get_mark(env, ASSIGNING))


def skips_sync(env):
    """Tell whether whoever writes the lead writes the ledger, too.

    :return: bool
    """
    return bool(_get_mark(env, WRITING_LEDGER))


def moving_along(env):
    """While contacts follow their customer: nothing of them changes.

    :return: context manager
    """
    return _going_on(env, MOVING_ALONG, True)


def moves_along(env):
    """Tell whether contacts are only moved, with their customer.

    :return: bool
    """
    return bool(_get_mark(env, MOVING_ALONG))


def entering(env, door):
    """While a customer comes in by a door that server code of ours knows.

    The door decides one thing: refuse, because somebody is there to read it, or route
    to the owner. It never says what a person may do.

    :param str door: a value of ``door`` of sales.process.conflict; an addon with a
        door of its own adds one there. None: by no door that is known
    :return: context manager
    :raise ValueError: for a door that no conflict could name
    """
    doors = env["sales.process.conflict"]._fields["door"]
    if door is not None and door not in doors.get_values(env):
        raise ValueError(
            f"{door!r} is no door: add it to the field {doors} (selection_add)"
        )
    return _going_on(env, DOOR, door)


def get_door(env):
    """The door that server code has marked.

    :return: a value of ``door`` of sales.process.conflict, or None
    """
    return _get_mark(env, DOOR)


def find_door(env):
    """Where a lead comes from: decides whether a conflict refuses or redirects.

    Marked by the code of the door. Without a mark a person who does it by hand is
    refused; what another application does, on behalf of whomever, is routed. What a
    client writes into the context says nothing.

    :return: a value of ``door`` of sales.process.conflict; only ``interactive``
        refuses
    """
    if door := get_door(env):
        return door
    if env.user.share:
        return "website"
    return "application" if env.su else "interactive"


class Arrival(NamedTuple):
    """How leads have come in: the door, the reception, whether it was looked up.

    And what has been asked in this transaction, see :func:`get_asked_lookups`, and
    whether the roster has chosen who receives them.
    """

    door: str
    reception: str | None
    is_looked_up: bool
    asked: list
    is_given: bool = False


def find_arrival(env, door=None):
    """How leads come in that are made or written now.

    :param str door: where it is known; by default see :func:`find_door`
    :return: :class:`Arrival`
    """
    return Arrival(
        door or find_door(env),
        get_reception(env),
        is_looked_up(env),
        get_asked_lookups(env),
        is_given(env),
    )


def acting(env):
    """While the scheduler does what a person has asked for: the person acts.

    :return: context manager
    """
    return entering(env, "interactive")


def keeping_owners(env):
    """While another application writes salespeople of its own choice, such as the one
    of a reseller: owned customers stay with their owners, and nobody is refused.

    :return: context manager
    """
    return _going_on(env, KEEPING_OWNERS, True)


def keeps_owners(env):
    """Tell whether the salespeople that are written now are nobody's decision.

    :return: bool
    """
    return bool(_get_mark(env, KEEPING_OWNERS))


def scheduled(method):
    """Mark a method of a model as a scheduled action of ours, for as long as it runs.

    :param method: a private method, called by the scheduler alone
    :return: the method
    """

    @wraps(method)
    def run(self, *args, **kwargs):
        with entering(self.env, "cron"):
            return method(self, *args, **kwargs)

    return run


def receiving(env, origin):
    """While the reception or the hotline registers a customer.

    :param str origin: a value of ``origin`` of sales.process.ownership
    :return: context manager
    """
    return _going_on(env, RECEPTION, origin)


def giving(env, by_roster):
    """While the roster, or somebody who registers, chooses who receives a customer.

    :param bool by_roster: whether the roster does
    :return: context manager
    """
    return _going_on(env, GIVEN, by_roster)


def is_given(env):
    """Tell whether the roster has chosen the salesperson who is written now.

    :return: bool
    """
    return bool(_get_mark(env, GIVEN))


def get_reception(env):
    """How a customer that is being registered has reached the counter.

    :return: a value of ``origin`` of sales.process.ownership, or None
    """
    return _get_mark(env, RECEPTION)


def customers_locked(env, known=True):
    """While contacts are made of customers whose rows the caller has locked.

    :param known: what the caller has read of other contacts since then
    :return: context manager
    """
    return _going_on(env, CUSTOMERS_LOCKED, known)


def are_customers_locked(env):
    """Tell whether the customers of the contacts that are made are locked already.

    :return: bool
    """
    return bool(_get_mark(env, CUSTOMERS_LOCKED))


def get_known_contacts(env):
    """What the caller who has locked the customers knows of other contacts.

    :return: ``KnownContacts``, or None where it has read nothing
    """
    known = _get_mark(env, CUSTOMERS_LOCKED)
    return None if known is True else known


def meeting_checked(env):
    """While meetings are written whose customers the caller will ask for.

    A series is made of meetings inside the one that somebody makes.

    :return: context manager
    """
    return _going_on(env, MEETING_CHECKED, True)


def is_meeting_checked(env):
    """Tell whether an outer call asks whose customers are met.

    :return: bool
    """
    return bool(_get_mark(env, MEETING_CHECKED))


def get_asked_lookups(env):
    """The questions that were answered in this transaction without a look-up.

    A lead that is refused, and one that is not, say whether a customer is known. They
    are recorded when the transaction has ended, however it ends, and count before.

    :return: list of dicts, values of sales.process.lookup
    """
    return _marks.setdefault(env.cr, {}).setdefault(ASKED_LOOKUPS, [])


def get_told_lookups(env):
    """The look-ups that were logged in this transaction, and go with it if it fails.

    :return: dict ``{id of sales.process.lookup: its values}``
    """
    return _marks.setdefault(env.cr, {}).setdefault(TOLD_LOOKUPS, {})


def looked_up(env):
    """While a customer is registered whose look-up has just been counted.

    :return: context manager
    """
    return _going_on(env, LOOKED_UP, True)


def is_looked_up(env):
    """Tell whether the customer that is registered has been looked up just now.

    :return: bool
    """
    return bool(_get_mark(env, LOOKED_UP))


class Merging:
    """Leads are being merged, all but one will be deleted.

    The customers are joined just before, while what Odoo has read for the merge is
    still in memory: deleting empties it.

    :param leads: crm.lead, those that are merged
    :param join: function of the lead that stays
    """

    def __init__(self, leads, join):
        self.leads = leads
        self.join = join
        self.is_joined = False
        # {"lead_id": (those that go, the one that stays)} while their contacts wait
        self.contacts = {}

    def going_on(self, env):
        """While Odoo merges: deletions ask :func:`get_merging`.

        :return: context manager
        """
        return _going_on(env, MERGING, self)

    def take_contacts(self):
        """The leads whose contacts are still to move: whoever asks moves them.

        :return: dict ``{"lead_id": (crm.lead that go, the one that stays)}``, or empty
        """
        contacts, self.contacts = self.contacts, {}
        return contacts

    def move_contacts(self):
        """Move them now, if nobody has: a lead is about to be deleted."""
        if contacts := self.take_contacts():
            _leads, head = contacts["lead_id"]
            head.env["sales.process.followup"]._move_all(contacts)

    def before_deletion(self, leads):
        """Join the customers, once, if these leads are all but one.

        :param leads: crm.lead, about to be deleted
        """
        rest = self.leads - leads
        if not self.is_joined and len(rest) == 1:
            self.is_joined = True
            self.join(rest)


def get_merging(env):
    """The merge that is going on.

    :return: :class:`Merging`, or None
    """
    return _get_mark(env, MERGING)


def merging_dependences(env, found):
    """While Odoo moves what leads have that are merged.

    :param found: what there is of them
    :return: context manager
    """
    return _going_on(env, DEPENDENCES, found)


def get_dependences(env):
    """What there is of the leads whose belongings move.

    :return: ``Dependences``, or None
    """
    return _get_mark(env, DEPENDENCES)


def merging_contacts(env):
    """While contacts become one: those that go are deleted.

    :return: context manager
    """
    return _going_on(env, MERGING_CONTACTS, True)


def is_merging_contacts(env):
    """Tell whether contacts are deleted because they became one.

    :return: bool
    """
    return bool(_get_mark(env, MERGING_CONTACTS))


def answering(env, reply_to):
    """While a mail comes in of which the gateway knows to whom an answer goes.

    :param str reply_to: the header, may be empty
    :return: context manager
    """
    return _going_on(env, REPLY_TO, reply_to)


def get_reply_to(env):
    """To whom an answer to the mail that comes in goes.

    :return: str, empty where no mail comes in, or none says it
    """
    return _get_mark(env, REPLY_TO) or ""


def writing_sellers(env):
    """While documents get the owner of the customer as their salesperson.

    :return: context manager
    """
    return _going_on(env, WRITING_SELLERS, True)


def is_writing_sellers(env):
    """Tell whether the salesperson that is written now is the customer's owner.

    :return: bool
    """
    return bool(_get_mark(env, WRITING_SELLERS))


def grading(env):
    """While whoever grades customers says by itself why.

    :return: context manager
    """
    return _going_on(env, GRADING, True)


def is_grading(env):
    """Tell whether what is graded now is explained by whoever does it.

    :return: bool
    """
    return bool(_get_mark(env, GRADING))


def naming(env, found):
    """While rows of a file are read whose names have been found already.

    :param dict found: ``{(model, name): id}``
    :return: context manager
    """
    return _going_on(env, NAMED, found)


def get_named(env):
    """What the names in a file that is read now stand for.

    :return: dict ``{(model, name): id}``
    """
    return _get_mark(env, NAMED) or {}


def forget_kept(env):
    """What is kept in memory (``ormcache``) is read again, by everybody.

    Now, and when others see the change: another thread of this server that reads
    between now and the commit would keep what was before. And when the change is taken
    back.
    """
    marks = _marks.setdefault(env.cr, {})
    marks[KEPT_CHANGED] = True
    clear_cache = env.registry.clear_cache
    clear_cache()
    for ends in (env.cr.postcommit, env.cr.postrollback):
        ends.add(clear_cache)
        ends.add(partial(marks.pop, KEPT_CHANGED, None))


def has_changed_kept(env):
    """Tell whether this transaction has changed what is kept in memory.

    A savepoint may take the change back: what this transaction sees is not kept.

    :return: bool
    """
    return bool(_get_mark(env, KEPT_CHANGED))
