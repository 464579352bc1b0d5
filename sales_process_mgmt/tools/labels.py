# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What fields and their choices are called, in the language of whoever reads.

By the public ``fields_get``: 2 microseconds more than what it calls inside.

And how words stand side by side: a colon and brackets are not the same everywhere.
Names are listed by Odoo's ``format_list``.
"""

from functools import reduce

from babel.dates import format_skeleton
from markupsafe import Markup, escape


def get_choices(model, name, env=None):
    """The labels of a selection.

    :param model: a recordset
    :param str name: of a selection field
    :param env: environment in the language of the reader, by default that of ``model``
    :return: dict ``{value: label}``, in the order of the field
    """
    return dict(_describe(model, name, "selection", env))


def get_label(model, name, env=None):
    """What a field is called.

    See :func:`get_choices` for the arguments.

    :return: str
    """
    return _describe(model, name, "string", env)


def join_pair(env, label, value):
    """A label and what it says.

    :param env: environment in the language of the reader
    :return: str, or Markup where one of them is
    """
    return env._("%(label)s: %(value)s", label=label, value=value)


def join_detail(env, text, detail):
    """A text with what matters about it in brackets, if anything does.

    :param env: environment in the language of the reader
    :return: str, or Markup where one of them is
    """
    return join_details(env, [(text, detail)])[0]


def join_details(env, pairs):
    """See :func:`join_detail`: many at once, translated once.

    :param pairs: of a text and what matters about it
    :return: list of str, or Markup where one of a pair is
    """
    # without values it comes as the translator has written it
    template = env._("%(text)s (%(detail)s)")
    escaped = escape(template)
    joined = []
    for text, detail in pairs:
        if detail:
            is_html = isinstance(text, Markup) or isinstance(detail, Markup)
            pattern = escaped if is_html else template
            text = pattern % {"text": text, "detail": detail}
        joined.append(text)
    return joined


def join_clauses(env, clauses):
    """Short sentences in one line.

    :param env: environment in the language of the reader
    :param clauses: iterable of str
    :return: str
    """
    return reduce(
        lambda before, after: env._(
            "%(before)s; %(after)s", before=before, after=after
        ),
        clauses or [""],
    )


def join_sentences(env, sentences):
    """Whole sentences, one after the other.

    :param env: environment in the language of the reader
    :param sentences: list of str
    :return: str
    """
    return reduce(
        lambda before, after: env._("%(before)s %(after)s", before=before, after=after),
        sentences or [""],
    )


def _describe(model, name, attribute, env):
    # sudo: names are no secret, of fields for which one needs a group as well
    described = model.with_env(env or model.env).sudo()
    return described.fields_get([name], [attribute])[name][attribute]


def format_month(locale, day):
    """The month in which a day lies, in the words and the order of a language.

    :param locale: babel locale of whoever reads
    :param date day: a day
    :return: str
    """
    return format_skeleton("yMMMM", day, locale=locale)
