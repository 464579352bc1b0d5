# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How long texts may be: what people write once is read in many lists and messages."""

import re

from markupsafe import Markup

# The name of a customer, a contact detail as typed
NAME_LENGTH = 256
# Why something was done, in a sentence or two
REASON_LENGTH = 1000
# Notes of a conversation
NOTE_LENGTH = 100_000
# The largest number that a column of whole numbers holds
INTEGER_MAX = 2**31 - 1

# Paragraphs, lists and links to records, which nothing hides in
HARMLESS = re.compile(
    r"(?:<p>[^<>]*(?:(?:</?(?:li|p|ul)>|</a>"
    r"|<a href=# data-oe-model='[a-z0-9_.]+' data-oe-id='[0-9]+'>)[^<>]*)*)?"
)


def is_harmless(html):
    """Tell whether cleaning would leave the HTML of a message as it is.

    Most of what people are told. Cleaning takes longer than writing it.

    :param str html: HTML
    :return: bool
    """
    return HARMLESS.fullmatch(html) is not None


def paragraph(text):
    """Plain text as HTML, for notes and messages; nothing in it becomes a link.

    :return: Markup
    """
    return Markup("<p>%s</p>") % text


def read_form(value):
    """What a page or a link has sent as text: a file is none, and what no column holds
    is left out.

    :param value: as it came, whatever it is
    :return: str
    """
    return value.replace("\x00", "") if isinstance(value, str) else ""


def read_number(text):
    """A whole number as a page or a client sends it.

    :param str text: digits, however many
    :return: int; None for what is none, or more than a column holds
    """
    if not text.isdecimal() or len(text) > len(str(INTEGER_MAX)):
        return None
    number = int(text)
    return number if number <= INTEGER_MAX else None
