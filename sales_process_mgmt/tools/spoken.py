# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""In which language somebody is told something."""


def get_spoken(env, code):
    """The language of a reader, where it is there.

    Odoo takes any text for the language of a person, and an archived person keeps one
    that is switched off since: in it nobody can be told anything, and whatever tells
    several people would fail for all of them.

    :param env: any environment
    :param str code: of the language that a contact or record names; may be empty
    :return: the code, or None
    """
    if code == "en_US" or (code and env["res.lang"]._get_data(code=code)):
        return code
    return None


def speaking(records, code):
    """Records in the language of a reader; of who acts, where it is not there.

    :param records: a recordset
    :param str code: as of :func:`get_spoken`
    :return: the same records
    """
    env = records.env
    return records.with_context(lang=get_spoken(env, code) or env.lang)
