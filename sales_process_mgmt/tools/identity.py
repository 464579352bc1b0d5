# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What identifies a customer, read from phones, e-mails and names as people type them.

Pure functions without environment. They take any text or nothing, do a bounded amount
of work and never raise. All ``*_keys`` and ``*_key`` return a list of
``(kind, value)`` without duplicates.
"""

import re
import unicodedata
from itertools import pairwise

# No more of a field is looked at: longer ones are notes, or made to hurt. By hand no
# more is typed: what is not looked at would hide a colleague's number.
MAX_LENGTH = 1000
MAX_PHONES = 50
MAX_EMAILS = 100
# Below it a number is a short code (110, 10086) or an extension, above it no phone.
MIN_DIGITS, MAX_DIGITS = 7, 20
# A part of a number is tried as a number of its own only from this length on:
# shorter ones are valid by accident.
MIN_PART_DIGITS = 8
# From this length on digits may be a foreign number that lost its "+"; below it
# too many local numbers are one by accident.
MIN_BARE_DIGITS = 10
# Calls of the formatter for one field, in one country
MAX_TRIES = 160
# ... for numbers that somebody hides
MAX_HIDDEN_TRIES = 1200
# What is read between the digits of one number, at most
MAX_GAP = 20
# Seen by nobody, though they are no format characters
_INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
)


def _clean(raw, length=MAX_LENGTH):
    """Write a text in plain characters.

    Full-width and other digits, dashes and spaces become those of ASCII; invisible
    marks disappear.

    :return: str, empty for everything that is no text
    """
    if not isinstance(raw, str):
        return ""
    # spaces in front do not push a detail out of sight
    raw = re.sub(r"\s{2,}", _one_space, raw[: 20 * length])
    if raw.isascii() and raw.isprintable():
        # plain already, as nearly all are
        return raw[:length]
    result = []
    for char in unicodedata.normalize("NFKC", raw[:length])[:length]:
        category = unicodedata.category(char)
        if category == "Nd":
            result.append(str(unicodedata.decimal(char)))
        elif category == "Pd" or char == "\N{MINUS SIGN}":
            result.append("-")
        elif category == "Zs" or char == "\t":
            result.append(" ")
        elif char in "\n\r" or category in ("Zl", "Zp"):
            result.append("\n")
        elif category not in ("Cc", "Cf", "Me", "Cs") and not _is_invisible(char):
            result.append(char)
    return "".join(result)


def _one_space(match):
    return "\n" if "\n" in match[0] or "\r" in match[0] else " "


def _is_invisible(char):
    return (
        char in _INVISIBLE
        or "\ufe00" <= char <= "\ufe0f"
        or "\U000e0100" <= char <= "\U000e01ef"
    )


def _digits(text):
    return re.sub(r"\D", "", text)


# ------------------------------------------------------------
# PHONES
# ------------------------------------------------------------

# Whatever is not in a run separates numbers: commas, names, "转8001", "ext. 12".
# A stroke may stand inside a number, see _PhoneReader.read_run.
_RUN = re.compile(r"\+?[ (\[]*\d[\d ().\[\]·/-]*")
_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d[-./年](?:0?[1-9]|1[0-2])[-./月]"
    r"(?:[12]\d|3[01]|0?[1-9])(?!\d)"
)
_EXTENSION = re.compile(r"^(.*\d)[ )\]]*[-(\[][ (\[-]*\d{1,6}[ )\].-]*$")
_LANDLINE = re.compile(r"^\(?(0\d{2,3})[ )-]+(\d{7,8})$")
_E164 = re.compile(r"\+\d{7,15}")
# What spreadsheets make of a number: 13,744,000,301 and 13744000301.00
_GROUPS = re.compile(r"(?<![\d,'.])\d{1,3}(?:,\d{3}){2,}(?![\d,])")
_DECIMALS = re.compile(r"(?<=\d{7})\.0{1,2}(?!\d)")
_SCIENTIFIC = re.compile(r"(?<![\d.])(\d)\.(\d+)[eE]\+?(\d{1,2})(?!\d)")
# 138O0138000: the letter where the digit is meant, in Latin and Cyrillic
_LETTER_ZERO = re.compile("(?<=\\d)[oO\u043e\u041e](?=\\d)")
# What else is read as a digit: Chinese figures, and letters that look like one
_FIGURES = str.maketrans(
    "〇零○一二三四五六七八九壹贰叁肆伍陆柒捌玖貳參陸幺",
    "0001234567891234567892361",
)
_LOOK_ALIKES = str.maketrans("oO\u043e\u041elIzZsSB", "00001122558")
_LOOK_ALIKE = re.compile(
    "(?<=\\d)[oO\u043e\u041elIzZsSB]+(?=\\d)|"
    "(?<![A-Za-z])[0-9oO\u043e\u041elIzZsSB]+(?![A-Za-z])"
)
# Stands where a number has been taken out
_TAKEN = "\ufdd0"
_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}")
_PIECES = re.compile(r"\+?\d+")


def _expand(match):
    """Write 1.3744000301E+10 in full; what lost digits is no number any more."""
    first, rest, exponent = match[1], match[2], int(match[3])
    if exponent > MAX_DIGITS or len(rest) > exponent or len(rest) + 1 < MIN_BARE_DIGITS:
        return "|"
    return first + rest.ljust(exponent, "0")


def _clean_phones(raw):
    """Write a phone field in plain characters, spreadsheet forms as numbers."""
    text = _clean(raw)
    if not text.isascii():
        text = "".join(char for char in text if unicodedata.category(char) != "Mn")
    text = re.sub(" {2,}", " ", text)
    text = _SCIENTIFIC.sub(_expand, _LETTER_ZERO.sub("0", text))
    text = _GROUPS.sub(lambda match: match[0].replace(",", ""), text)
    return _DECIMALS.sub("", _DATE.sub("|", text))


def _split_strokes(run):
    """Separate what may be several numbers: 02/123.45.67 can be one only."""
    parts = [part for part in re.split(r"\s/+\s|//+", run) if _digits(part)]
    if len(parts) == 1:
        pieces = [part for part in run.split("/") if _digits(part)]
        if len(_digits(pieces[0])) >= MIN_DIGITS:
            return pieces
    return parts


def make_formatter(phone_format, refusal):
    """What :func:`phone_keys` asks for each number, of the function of an application.

    :param phone_format: function of a number in plain characters, an ISO code, a
        calling code and ``"E164"``
    :param refusal: the exception that it raises for what is no valid number
    :return: function of the first three, which gives E.164, or None
    """

    def format_number(number, country_code, phone_code):
        try:
            return phone_format(number, country_code, phone_code, "E164")
        except refusal:
            return None

    return format_number


class _PhoneReader:
    """Reads the numbers of one field."""

    def __init__(self, format_number, country_code, phone_code):
        self.format_number = format_number
        self.country_code = country_code
        self.phone_code = phone_code
        self.tries = 0
        self.hidden_tries = 0
        self.keys = {}
        # what has been read as a number
        self.sources = []
        # Area code of the number before, and how many digits followed it
        self.area = ("", 0)

    def format(self, text):
        """E.164 of one number, None if it is not valid."""
        digits = _digits(text)
        if not 5 <= len(digits) <= MAX_DIGITS:
            return None
        candidates = [digits]
        if text.startswith("+"):
            candidates = ["+" + digits]
        elif digits.startswith("00"):
            candidates = ["+" + digits[2:], digits]
        elif digits.startswith("086"):
            # 086-21-50504312: a "+" that became a zero
            candidates = [digits, "+" + digits[1:]]
        for candidate in candidates:
            if number := self.format_candidate(candidate):
                return number
        return None

    def format_candidate(self, candidate):
        """E.164 of one way to read a number, None if it is not valid."""
        self.tries += 1
        if self.tries > MAX_TRIES:
            return None
        number = self.format_number(candidate, self.country_code, self.phone_code)
        return number if number and _E164.fullmatch(number) else None

    def is_foreign(self, text, number):
        """Whether it is valid only as a foreign number that lacks its "+"."""
        return not text.startswith("+") and number == "+" + _digits(text)

    def parse(self, text):
        """E.164 of one number without its extension, None if there is none.

        415-555-2671-12 is a number with an extension before it is a Swiss one.
        """
        number = self.format(text)
        if number and not self.is_foreign(text, number):
            return number
        extended = _EXTENSION.match(text)
        if extended and len(_digits(extended[1])) >= MIN_PART_DIGITS:
            return self.format(extended[1]) or number
        return number

    def add(self, text):
        """Take a text that may be one number; say whether it is."""
        text = text.strip(" .-/")
        number = self.parse(text)
        if number:
            landline = _LANDLINE.match(text)
            self.area = (landline[1], len(landline[2])) if landline else ("", 0)
        elif self.area[0] and len(_digits(text)) == self.area[1]:
            # 0571-88888888/88889999: the second one is in the same town
            number = self.format(self.area[0] + _digits(text))
        if number:
            self.keys["phone", number] = None
            self.sources.append(self.get_core(text, number))
        return bool(number)

    def get_core(self, text, number):
        """The part of a text that is needed for its number.

        What is left of "13812345678 (139" or "0 / 13812345678" may be one, too.

        :return: str
        """
        pieces = list(_PIECES.finditer(text))
        longest = max((len(piece[0]) for piece in pieces), default=0)
        if longest < MIN_BARE_DIGITS and number.endswith(_digits(text)):
            return text  # all of it is the number, and no piece may be one by itself
        while len(pieces) > 1:
            start, end = pieces[0].start(), pieces[-1].end()
            if self.format(text[pieces[1].start() : end]) == number:
                pieces.pop(0)
            elif self.format(text[start : pieces[-2].end()]) == number:
                pieces.pop()
            else:
                break
        return text[pieces[0].start() : pieces[-1].end()] if pieces else text

    def format_bare(self, text):
        """E.164 of digits that are no number here: abroad, or behind a wrong "+"."""
        digits = _digits(text)
        if text.startswith("+"):
            return self.format(digits)
        if len(digits) < MIN_BARE_DIGITS:
            return None
        # the space keeps a text that the formatter gives back from looking like E.164
        return self.format_candidate(f"+{digits[0]} {digits[1:]}")

    def add_digits(self, text):
        if self.tries > MAX_TRIES:
            return  # it has not been looked at
        text = text.strip(" .-/([")
        if number := self.format_bare(text):
            self.keys["phone", number] = None
            self.sources.append(text)
            return
        digits = _digits(text)
        digits = digits.removeprefix("00") or digits
        # 0000000 and 1111111 stand where a form wants a number, and are nobody's
        is_number = MIN_DIGITS <= len(digits) <= MAX_DIGITS
        if is_number and set(digits) not in ({"0"}, {"1"}):
            self.keys["phone_digits", digits] = None

    def add_longest(self, words):
        """Take the longest number that the words begin with.

        :return: how many words it has, 0 if there is none
        """
        for count in range(min(len(words), MAX_DIGITS), 0, -1):
            text = " ".join(words[:count])
            if len(_digits(text)) < MIN_PART_DIGITS or self.tries > MAX_TRIES:
                break
            if self.add(text):
                return count
        return 0

    def read_run(self, run):
        """Take the numbers of a run of digits.

        Two numbers may be separated by a stroke, which also stands inside a number
        (0711/123456), or by nothing but a space.
        """
        parts = _split_strokes(run)
        if len(parts) > 1:
            number = self.format(run)
            if not number or self.is_foreign(run, number):
                for part in parts:
                    self.read_run(part)
                return
        words = run.split()
        rest = []
        index = 0
        while index < len(words):
            count = self.add_longest(words[index:])
            if not count:
                rest.append(words[index])
            index += count or 1
        if len(rest) == len(words) and len(_digits(run)) <= MAX_DIGITS:
            rest = [run]
        for text in rest:
            self.add_digits(text)

    def read_hidden(self, text):
        """Take the numbers whose digits stand apart: 138_1111_2222, 一三八1111二二二二.

        Nobody writes them so but who does not want them to be found. Only valid
        numbers are taken.

        :param str text: the field; what was read as a number does not count again
        """
        # a number in one piece is seen, whatever was read together with it
        for piece in _PIECES.findall(text):
            is_read = piece in self.sources or len(piece) < MIN_BARE_DIGITS
            if not is_read and len(piece) <= MAX_DIGITS:
                self.add_local(piece)
        whole = _ESCAPED.sub(" ", text)
        for source in self.sources:
            text = text.replace(source, _TAKEN, 1)
        self.read_apart(_ESCAPED.sub(" ", text))
        figures = _LOOK_ALIKE.sub(
            lambda match: match[0].translate(_LOOK_ALIKES), whole.translate(_FIGURES)
        )
        if figures != whole:
            self.read_apart(figures)

    def read_apart(self, text):
        """Take numbers of pieces with anything between them."""
        if len(_digits(text)) < MIN_PART_DIGITS:
            return
        for segment in text.split(_TAKEN):
            pieces = list(_PIECES.finditer(segment))
            while pieces:
                count = self.add_pieces(pieces)
                pieces = pieces[count or 1 :]

    def add_pieces(self, pieces):
        """Take the longest number that begins with the first piece.

        :param pieces: matches of digits
        :return: how many pieces it has, 0 if there is none
        """
        joined = pieces[0][0]
        if len(joined) > MAX_DIGITS:
            return self.add_glued(joined)
        candidates = [joined]
        for before, piece in pairwise(pieces):
            joined += piece[0].lstrip("+")
            is_apart = piece.start() - before.end() > MAX_GAP
            if is_apart or len(joined) > MAX_DIGITS:
                break
            candidates.append(joined)
        for count in range(len(candidates), 0, -1):
            text = candidates[count - 1]
            if len(_digits(text)) < MIN_PART_DIGITS:
                break
            if self.add_local(text):
                return count
        return 0

    def add_glued(self, digits):
        """Take the numbers that stand one behind the other without a space.

        :return: 1 if there is one, else 0
        """
        texts, start = [], 0
        while start < len(digits):
            for length in range(15, MIN_PART_DIGITS - 1, -1):
                text = digits[start : start + length]
                if len(text) == length and self.read_local(text):
                    break
            else:
                return 0
            texts.append(text)
            start += length
        for text in texts:
            self.add_local(text)
        return 1

    def read_local(self, text):
        self.hidden_tries += 1
        if self.hidden_tries > MAX_HIDDEN_TRIES:
            return None
        self.tries = 0
        number = self.format(text)
        return None if number and self.is_foreign(text, number) else number

    def add_local(self, text):
        """Take a number that is valid here, or says of which country it is.

        :return: whether it is one
        """
        number = self.read_local(text)
        if not number:
            return False
        self.keys["phone", number] = None
        for key in list(self.keys):
            if key[0] == "phone_digits" and key[1] in number:
                del self.keys[key]
        return True


def _read_phones(text, format_number, country_code, phone_code):
    """The keys of a cleaned text in one country; a dict keeps their order."""
    country_code = (country_code or "").upper() or None
    reader = _PhoneReader(format_number, country_code, phone_code or None)
    for run in _RUN.findall(text):
        reader.read_run(run)
        if len(reader.keys) >= MAX_PHONES:
            break
    reader.read_hidden(text)
    return dict.fromkeys(list(reader.keys)[:MAX_PHONES])


def phone_keys(raw, format_number, country_code=None, phone_code=None, others=()):
    """The numbers of a phone field.

    People write names, extensions, two numbers and whatever else into it. An
    extension is left out: whoever answers a switchboard, the customer is one. What is
    no number in the country is one of another country if it is valid with a "+".

    The first country decides, so that whoever writes the same text has a key in
    common; further countries only add valid numbers.

    :param str raw: the field as typed
    :param format_number: function of a number in plain characters, an ISO code and a
        calling code, which may both be None; gives E.164, or None if it is not valid:
        see :func:`make_formatter`
    :param str country_code: ISO code of the country in which it is read
    :param int phone_code: its calling code
    :param others: further countries, ``(ISO code, calling code)`` each
    :return: ``("phone", E.164)`` for valid numbers, ``("phone_digits", digits)`` for
        others with enough digits; at most :data:`MAX_PHONES` for each country
    """
    text = _clean_phones(raw)
    keys = _read_phones(text, format_number, country_code, phone_code)
    for other in others:
        found = _read_phones(text, format_number, *other)
        keys |= {key: None for key in found if key[0] == "phone"}
    return list(keys)


def mask_phone(raw):
    """Show that there is a number without giving it away: ``13*******78``.

    With four digits at the end a list of candidates was tried in minutes.
    """
    text = _clean(raw)
    masked = []
    for run in _RUN.findall(_DATE.sub("|", text)):
        for part in _split_strokes(run):
            digits = _digits(part)
            if len(digits) < MIN_DIGITS:
                continue
            plus = "+" if part.startswith("+") else ""
            stars = "*" * min(len(digits) - 4, 8)
            masked.append(plus + digits[:2] + stars + digits[-2:])
    return " / ".join(masked[:MAX_PHONES]) or ("****" if text.strip() else "")


# ------------------------------------------------------------
# E-MAILS
# ------------------------------------------------------------

_QUOTED_NAME = re.compile(r'"[^"\n]{0,200}"\s*<')
# "zhang"@example.com, and what stands in brackets beside a part of an address
_QUOTED_LOCAL = re.compile(r'"([^"\n]{1,200})"(?=\s*@)')
_COMMENT = re.compile(r"\([^()@\n]{0,200}\)(?=\s*[@.])|(?<=[@.])\s?\([^()@\n]{0,200}\)")
_WRITTEN_AT = re.compile(r"\s?(?:[(\[{<]\s?at\s?[)\]}>]|%40)\s?")
_ADDRESS = re.compile(r"([\w.!#$%&'*+=?^`{}~-]{1,200})@([\w.-]{1,253})")
# "zhang @ example . com", where there is no address without the space
_SPACED_AT = re.compile(r"\s{0,3}@\s{0,3}")
_SPACED_DOT = re.compile(r"(?<=\w)(?:\s\.|\.\s|\s\.\s)(?=\w)")
# dots of an address in Chinese and Japanese
_WIDE_DOT = re.compile("(?<=\\w)[\u3002\uff61](?=\\w)")
_NOT_ASCII_BEFORE = re.compile(r"^.*[\u2e80-\uffff](?=[a-z0-9])")
_DOMAIN_LABEL = re.compile(r"[\w](?:[\w-]*[\w])?")


def _read_domain(raw):
    """A domain in lower case and Unicode, as Odoo keeps it, or an empty text."""
    # "example.com_old": there is no such sign in a domain
    raw = raw.partition("_")[0]
    labels = [label for label in raw.rstrip("-").split(".") if label]
    if len(labels) < 2 or labels[-1].isdigit():
        return ""
    # "example.com张三", "example.com2": a top-level domain is in one script
    if not labels[-1].startswith("xn--"):
        labels[-1] = re.sub(r"^([a-z]+)[^a-z].*$", r"\1", labels[-1])
    if not all(map(_DOMAIN_LABEL.fullmatch, labels)):
        return ""
    try:
        return ".".join(labels).encode("idna").decode("ascii").encode().decode("idna")
    except UnicodeError:
        return ""


def _unquote(match):
    return re.sub(r"[\s\\]", "", match[1])


def _read_emails(raw):
    """The addresses of a field, each way to read it; the plain ones first.

    :return: list of ``(local part, domain)``
    """
    text = _QUOTED_NAME.sub("<", _clean(raw, 3 * MAX_LENGTH)).lower()
    if "@" in text or "at" in text or "%40" in text:
        text = _QUOTED_LOCAL.sub(_unquote, _WRITTEN_AT.sub("@", text))
        text = _COMMENT.sub("", text)
    found = {}
    for variant in dict.fromkeys((text, _WIDE_DOT.sub(".", text))):
        plain, rest = _find_emails(variant)
        found |= plain
        if "@" in rest:
            found |= _find_emails(_SPACED_DOT.sub(".", _SPACED_AT.sub("@", rest)))[0]
    return list(found)[:MAX_EMAILS]


def _find_emails(text):
    """Find addresses without spaces.

    :return: dict with keys ``(local part, domain)``, and the text without them
    """
    found = {}

    def read(match):
        # "邮箱zhang@example.com" begins with a label, not with a part of the address
        local = _NOT_ASCII_BEFORE.sub("", match[1]).strip("'`.")
        local = re.sub(r"\.{2,}", ".", local)
        domain = _read_domain(match[2])
        # A masked address is no address
        if local and domain and len(local) <= 64 and "*" not in local:
            found[local, domain] = None
            return "|"
        return match[0]

    return found, _ADDRESS.sub(read, text)


_NO_SENDER = re.compile(
    r"(?:^|[._+-])(?:no[._-]?reply|do[._-]?not[._-]?reply|dont[._-]?reply|"
    r"mailer-daemon|postmaster|bounces?|notifications?)(?:$|[._+-])"
)


def is_no_sender(address):
    """Tell whether an address belongs to a machine: whoever it writes for, no person.

    :param str address: in lower case, without name
    """
    return bool(_NO_SENDER.search(address.partition("@")[0]))


def email_keys(raw):
    """The addresses of an e-mail field, in lower case, without names.

    A plus tag stays: platforms tell their customers apart by it.

    :param str raw: one or more addresses, as typed or as in a header
    :return: list of ``("email", address)``, at most :data:`MAX_EMAILS`
    """
    return [("email", f"{local}@{domain}") for local, domain in _read_emails(raw)]


def mask_email(raw):
    """Show that there is an address without giving it away: ``z***@example.com``."""
    masked = [
        f"{local[0] if len(local) > 1 else ''}***@{domain}"
        for local, domain in _read_emails(raw)
    ]
    return ", ".join(masked) or ("****" if _clean(raw).strip() else "")


# ------------------------------------------------------------
# NUMBERS OF COMPANIES
# ------------------------------------------------------------


def _company_number(kind, raw):
    value = "".join(char for char in _clean(raw, 100).upper() if char.isalnum())
    digits = _digits(value)
    # Without a digit it is "N/A", "none" or "to follow", in whatever language
    if 4 <= len(value) <= 40 and digits.strip("0"):
        return [(kind, value)]
    return []


def vat_key(raw):
    """The tax number of a company: ``BE 0477.472.701`` gives ``BE0477472701``."""
    return _company_number("vat", raw)


def registration_key(raw):
    """The number of a company in its register, a soft key."""
    return _company_number("registration", raw)


# ------------------------------------------------------------
# NAMES
# ------------------------------------------------------------

_LEGAL_WORDS = """
    ab ag aktiebolag aps as asa bhd bv bvba co company corp corporation cv cvba doo eg
    ehf ek eood ev fzco fze gbr gesmbh gmbh hf inc incorporated jsc kft kg kgaa kk ks
    limited llc llp lp ltd ltda ltee mbh nv oao ohg ood ooo ou oy oyj plc pllc private
    pte pty pvt sa sab sarl sas sasu sca scs sdn se sia sl slu spa spzoo sprl srl sro
    tbk uab ug vof zao zrt ооо оао зао пао ао ип αε επε
"""
_LEGAL_FORMS = frozenset(_LEGAL_WORDS.split())
# Before the name in some languages
_LEGAL_FORMS_BEFORE = {"pt", "cv", "ооо", "оао", "зао", "пао", "ао", "ип", "ooo"}
_CJK_FORMS = re.compile(
    r"(?:股份有限公司|有限责任公司|有限責任公司|有限公司|集团公司|集團公司|集团|集團|"
    r"(?<![分子])公司|株式会社|有限会社|合同会社|주식회사|유한회사)$"
)
_CJK_FORMS_BEFORE = re.compile(r"^(?:株式会社|有限会社|合同会社|주식회사|유한회사)")
_PLACEHOLDERS = """
    company na nil none notavailable null private tbd test unknown
    无 暂无 未知 没有 不详 测试 个人 公司
"""
_NO_NAMES = frozenset(_PLACEHOLDERS.split())


def _strip_cjk_forms(name):
    while True:
        stripped = _CJK_FORMS_BEFORE.sub("", _CJK_FORMS.sub("", name))
        if stripped == name or not stripped:
            return name
        name = stripped


def name_key(raw):
    """The name of a company without what differs from card to card, a soft key.

    Case, punctuation, accents and the legal form are left out: ``Acme Co., Ltd.`` and
    ``ACME`` are the same, and so are ``杭州云栖科技有限公司`` and ``杭州云栖科技``.
    """
    text = unicodedata.normalize("NFKD", _clean(raw, 300).casefold())
    text = re.sub(r"[\u0300-\u036f]", "", text)
    text = unicodedata.normalize("NFC", text).casefold()
    # "(주)" and "(株)" are how ㈜ and ㈱ read after normalisation
    text = re.sub(r"\((?:주|유|株|有)\)", " ", text)
    # S.A. is SA, and L'Oréal is one word
    text = re.sub(r"[.'’`]", "", re.sub(r"(?<=\w\w)\.(?=\w\w)", " ", text))
    text = text.replace("sp z oo", "spzoo")
    # "s r o" is how s. r. o. reads now
    text = re.sub(r"(?<=\b[a-z]) (?=[a-z]\b)", "", text)
    words = re.findall(r"[^\W_]+", text)
    while len(words) > 1 and words[-1] in _LEGAL_FORMS:
        words.pop()
    if len(words) > 1 and words[0] in _LEGAL_FORMS_BEFORE:
        words.pop(0)
    value = _strip_cjk_forms("".join(words))[:120]
    if len(value) < 2 or value in _NO_NAMES or not re.search(r"[^\W\d_]", value):
        return []
    return [("name", value)]


_WECHAT_LABEL = re.compile(
    r"^\s*(?:微信号?|微信id|v信|(?:wechat|weixin|wx|vx)(?:\s*id)?\s*[:=])\s*[:=]?\s*"
)
_NO_WECHAT_IDS = {"phone", "mobile", "wechat", "weixin", "unknown", "same-as-mobile"}
_WECHAT_ID = re.compile(r"[a-z0-9][a-z0-9_-]{4,39}(?![\w-])")


def wechat_key(raw):
    """A WeChat id without label and remarks, a soft key.

    A display name, or "same as mobile", is no id.
    """
    text = _WECHAT_LABEL.sub("", _clean(raw, 200).lower()).lstrip(" @+")
    found = _WECHAT_ID.match(text)
    if not found or found[0] in _NO_WECHAT_IDS:
        return []
    return [("wechat", found[0])]
