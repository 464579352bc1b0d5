# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reads opportunities from CSV for import_opportunities.py: no Odoo, no network."""

import csv
import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

# What a row may hold, and whether it has to
FIELDS = {
    "id": True,
    "name": False,
    "salesperson": False,
    "team": False,
    "account": False,
    "stage": True,
    "start": False,
    "close": False,
    "amount": False,
}
PEOPLE_FIELDS = {"salesperson": True, "leader": False, "team": False}

_AMOUNT = re.compile(r"-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?")
# Twelve and a half, or twelve thousand five hundred
_DOUBTFUL = re.compile(r"-?\d{1,3}[.,]\d{3}")
# Only somebody who writes a comma before the cents writes so
_COMMA_DECIMAL = re.compile(r"-?(?:\d+|\d{1,3}(?:\.\d{3})+),\d{1,2}")
_SWAP_SIGNS = str.maketrans(".,", ",.")
_CURRENCIES = "$€£¥￥ \N{NO-BREAK SPACE}"


class FileError(Exception):
    """The file as a whole cannot be read."""


class RowError(Exception):
    """One row cannot be imported; the message says why."""


@dataclass
class Row:
    """One opportunity."""

    line: int
    key: str
    name: str = ""
    salesperson: str = ""
    team: str = ""
    account: str = ""
    stage: str = ""
    status: str = "open"
    start: date | None = None
    moment: datetime | None = None
    close: date | None = None
    amount: float | None = None
    raw: dict = field(default_factory=dict, repr=False, compare=False)

    @property
    def order(self):
        """First contact first; rows without a date last, as they stand in the file.

        Exports are often newest first, so that of one day the hour decides.
        """
        return (self.moment is None, self.moment or datetime.min, self.line)


@dataclass
class Reject:
    """A row that is not imported, and why."""

    line: int
    reason: str
    raw: dict


@dataclass
class Person:
    """A salesperson, the team and its leader."""

    name: str
    team: str = ""
    leader: str = ""


def parse_columns(settings, fields=FIELDS):
    """Read ``FIELD=HEADER`` settings.

    A header with braces is a template over several: ``name={product} {size}``.

    :param settings: list of str
    :return: ``{field: header or template}``, what is not set has its own name
    """
    columns = {}
    for setting in settings:
        name, equals, header = setting.partition("=")
        if not equals or name not in fields or not header.strip():
            known = ", ".join(fields)
            raise FileError(f"{setting!r} is not FIELD=HEADER with one of: {known}")
        columns[name] = header.strip()
    return columns


def parse_stages(settings):
    """Read ``VALUE=STAGE`` settings: the stage in Odoo for a value in the file."""
    stages = {}
    for setting in settings:
        value, equals, stage = setting.partition("=")
        if not equals or not value.strip() or not stage.strip():
            raise FileError(f"{setting!r} is not VALUE=STAGE")
        stages[fold(value)] = stage.strip()
    return stages


def clean(text):
    """Text without doubled and surrounding spaces."""
    return " ".join((text or "").split())


def fold(text):
    """What two spellings of the same name have in common."""
    return clean(text).casefold()


def parse_moment(text, formats):
    """A date with its hour, in UTC where the text says its offset, or None.

    :return: tuple of the moment, naive, and of the day as the text says it
    :raise RowError: if there is something else
    """
    text = clean(text)
    if not text:
        return None, None
    for date_format in formats:
        try:
            moment = datetime.strptime(text, date_format)
        except ValueError:
            continue
        day = moment.date()
        if moment.tzinfo:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
        return moment, day
    raise RowError(f"{text!r} is not a date of the form {' or '.join(formats)}")


def parse_date(text, formats):
    """A date, or None if there is none.

    :raise RowError: if there is something else
    """
    return parse_moment(text, formats)[1]


def parse_amount(text, decimal="."):
    """A number with thousands separators and currency sign, or None.

    :param str decimal: the decimal sign, ``.`` or ``,``; None where nobody knows it:
        what can be read in two ways is refused then
    :raise RowError: if there is something else
    """
    text = clean(text).strip(_CURRENCIES)
    if not text:
        return None
    if decimal is None and _DOUBTFUL.fullmatch(text):
        raise RowError(f"{text!r} can be read in two ways: say --decimal . or ,")
    if decimal == ",":
        text = text.translate(_SWAP_SIGNS)
    if not _AMOUNT.fullmatch(text):
        raise RowError(f"{text!r} is not an amount")
    return float(text.replace(",", ""))


def find_decimal(texts):
    """The decimal sign of the amounts of a file, as far as they show it.

    :param texts: the amounts as they stand in the file
    :return: ``.``, or None where some of them have a comma as decimal sign
    """
    amounts = (clean(text).strip(_CURRENCIES) for text in texts)
    return None if any(map(_COMMA_DECIMAL.fullmatch, amounts)) else "."


def external_name(kind, value):
    """The name under which Odoo remembers a record, stable from run to run."""
    slug = re.sub(r"[^A-Za-z0-9-]+", "_", value).strip("_")
    if slug != value or not slug:
        digest = hashlib.sha256(value.encode()).hexdigest()[:8]
        slug = f"{slug[:40]}_{digest}".strip("_")
    return f"{kind}_{slug}"


def open_table(path, encoding, delimiter, columns, fields):
    """Read a CSV file.

    :return: ``(headers, [(line, {header: value})])``; a line that has more values
        than there are headers has them under the key None
    :raise FileError: if it cannot be read, or lacks a column
    """
    try:
        with open(path, encoding=encoding, newline="") as file:
            reader = csv.DictReader(file, delimiter=delimiter, strict=True)
            headers = [clean(header) for header in reader.fieldnames or ()]
            reader.fieldnames = headers
            table = [(reader.line_num, row) for row in reader]
    except OSError as error:
        raise FileError(f"{path}: {error.strerror or error}") from error
    except (LookupError, UnicodeDecodeError, csv.Error) as error:
        raise FileError(f"{path}: {error}") from error
    for name, needed in fields.items():
        for header in get_headers(columns.get(name, name)):
            if header not in headers and (needed or name in columns):
                raise FileError(f"{path} has no column {header!r} for {name!r}")
    return headers, table


def get_headers(column):
    """The headers that a column setting names."""
    return re.findall(r"\{([^{}]+)\}", column) or [column]


def get_value(raw, column):
    """The value of a column or template in a row."""
    if "{" not in column:
        return clean(raw.get(column))
    return clean(re.sub(r"\{([^{}]+)\}", lambda m: raw.get(m[1]) or "", column))


def make_row(line, raw, columns, date_formats, won, lost, decimal="."):
    """Turn a line of the file into a row.

    :param won, lost: sets of folded stage names
    :param decimal: as :func:`parse_amount` takes it
    :raise RowError: if it cannot be imported
    """
    if None in raw:
        raise RowError("more values than columns")
    if None in raw.values():
        raise RowError("fewer values than columns")
    values = {name: get_value(raw, columns.get(name, name)) for name in FIELDS}
    if any("\0" in value for value in values.values()):
        raise RowError("a NUL character, which no database can store")
    if not values["id"]:
        raise RowError("no id")
    if not values["stage"]:
        raise RowError("no stage")
    stage = fold(values["stage"])
    moment, start = parse_moment(values["start"], date_formats)
    return Row(
        line=line,
        key=values["id"],
        name=values["name"] or values["account"] or values["id"],
        salesperson=values["salesperson"],
        team=values["team"],
        account=values["account"],
        stage=values["stage"],
        status="won" if stage in won else "lost" if stage in lost else "open",
        start=start,
        moment=moment,
        close=parse_date(values["close"], date_formats),
        amount=parse_amount(values["amount"], decimal),
        raw=raw,
    )


def read_rows(table, columns, date_formats, won=("Won",), lost=("Lost",), decimal=None):
    """Read the opportunities, in the order of their first contact.

    :param table: as :func:`open_table` returns it
    :param decimal: the decimal sign of the amounts; by default what the file shows
    :return: ``(rows, rejects)``
    """
    won, lost = set(map(fold, won)), set(map(fold, lost))
    rows, rejects, lines = [], [], {}
    decimal = decimal or find_decimal(
        get_value(raw, columns.get("amount", "amount")) for _line, raw in table
    )
    for line, raw in table:
        try:
            row = make_row(line, raw, columns, date_formats, won, lost, decimal)
            if row.key in lines:
                raise RowError(f"the same id as in line {lines[row.key]}")
        except RowError as error:
            rejects.append(Reject(line, str(error), raw))
            continue
        lines[row.key] = line
        rows.append(row)
    rows.sort(key=lambda row: row.order)
    return rows, rejects


def read_people(table, columns):
    """Read who is in which team.

    :return: ``{folded name: Person}``
    :raise FileError: if somebody is in two teams
    """
    people = {}
    for line, raw in table:
        values = {
            name: get_value(raw, columns.get(name, name)) for name in PEOPLE_FIELDS
        }
        person = Person(values["salesperson"], values["team"], values["leader"])
        if not person.name:
            continue
        known = people.setdefault(fold(person.name), person)
        if (fold(known.team), fold(known.leader)) != (
            fold(person.team),
            fold(person.leader),
        ):
            raise FileError(f"Line {line}: {person.name} is in two teams")
    return people


def write_rejects(path, headers, rejects, encoding, delimiter=","):
    """Write the rows that were not imported: line, reason and all that was there.

    The columns of the file keep their names and its delimiter: corrected, it can be
    imported itself with the same options.

    :raise FileError: if it cannot be written
    """
    try:
        with open(path, "w", encoding=encoding, newline="") as file:
            writer = csv.writer(file, delimiter=delimiter)
            writer.writerow(["line", "reason", *headers])
            for reject in sorted(rejects, key=lambda reject: reject.line):
                values = [reject.raw.get(header) or "" for header in headers]
                values += reject.raw.get(None) or []
                writer.writerow([reject.line, reject.reason, *values])
    except OSError as error:
        raise FileError(f"{path}: {error.strerror or error}") from error
