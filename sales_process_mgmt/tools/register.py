# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the register keeps of a customer in Odoo's properties of contacts.

A property is known by its name, whatever people call it and in whatever language; a
separator is the heading of those after it.
"""

from collections.abc import Collection

BACKGROUND = "process_background"
LOGISTICS = "process_logistics"
# Between several values, in whatever language.
BETWEEN = " · "


def find_missing(definition, wanted):
    """What a definition of properties lacks.

    :param list definition: dicts with ``name``, as Odoo keeps them
    :param list wanted: dicts, the same
    :return: list of dicts
    """
    known = {row["name"] for row in definition}
    return [row for row in wanted if row["name"] not in known]


def insert_missing(definition, wanted):
    """A definition with what it lacks, each behind its heading.

    :param list definition: dicts with ``name`` and ``type``
    :param list wanted: dicts, each separator before what it is the heading of
    :return: list of dicts
    """
    result = list(definition)
    place = len(result)
    for row in wanted:
        names = [known["name"] for known in result]
        if row["name"] in names:
            place = names.index(row["name"]) + 1
            continue
        if row["type"] == "separator":
            place = len(result)
        result.insert(place, row)
        place += 1
    return result


def get_said(properties, heading=None):
    """What is said of a contact.

    :param list properties: dicts with ``type``, ``name``, ``string`` and ``value``
    :param str heading: name of a separator: only what stands behind it
    :return: list of ``(label, text)``, without what is empty
    """
    said, current = [], None
    for row in properties or ():
        if row["type"] == "separator":
            current = row["name"]
        elif heading in (None, current) and (text := get_text(row)):
            said.append((row.get("string") or row["name"], text))
    return said


def get_text(row):
    """The value of a property as it is read.

    :param dict row: with ``type`` and ``value``; choices bring their labels
    :return: str, empty where nothing is said
    """
    value = row.get("value")
    if row["type"] == "boolean":
        return "✓" if value else ""
    # a number of 0 is said, too
    if value is None or value is False or value in ("", []):
        return ""
    if row["type"] in ("selection", "tags"):
        labels = {entry[0]: entry[1] for entry in row.get(row["type"]) or ()}
        values = value if isinstance(value, list) else [value]
        return BETWEEN.join(str(labels.get(name, name)) for name in values)
    if row["type"] == "many2one":
        # id and name; a record that the reader may not read has no name
        return str(value[1] or "") if isinstance(value, Collection) else ""
    if row["type"] == "many2many":
        return BETWEEN.join(str(entry[1]) for entry in value if entry[1])
    return str(value)
