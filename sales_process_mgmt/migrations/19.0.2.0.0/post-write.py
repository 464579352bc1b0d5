# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def migrate(cr, version):
    """An index that every contact had to write, and that found too many leads."""
    cr.execute("DROP INDEX IF EXISTS crm_lead__date_last_contact_index")
