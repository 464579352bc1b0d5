# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

# Somebody has just received these; imports and take-overs are no news.
RECEIVED = ("reception", "hotline", "lead")


def get_customer_values(row):
    """What a template says of a customer.

    :param row: sales.process.ownership, in the language of the group
    :return: dict
    """
    origins = dict(row._fields["origin"]._description_selection(row.env))
    return {
        "customer": row.name,
        "owner": row.user_id.name,
        "team": row.team_id.name,
        "origin": origins.get(row.origin),
    }


def get_conflict_values(row):
    """What a template says of a conflict: see :func:`get_customer_values`."""
    return {
        "customer": row.name,
        "owner": row.owner_id.name,
        "user": row.user_id.name,
        "team": row.team_id.name,
    }


def get_report_values(report):
    """What a template says of a report: see :func:`get_customer_values`."""
    return {
        "user": report.user_id.name,
        "report": report.display_name,
        "team": report.team_id.name,
    }


def is_received(row):
    """Whether somebody was given a customer who is new."""
    return row.user_id and row.origin in RECEIVED and not row.previous_id


# By event: which records groups hear of, and what of them.
EVENTS = {
    "received": (is_received, get_customer_values),
    "expired": ("user_id", get_customer_values),
    "won": ("user_id", get_customer_values),
    # the first attempt of a day
    "conflict": (lambda row: row.attempt_count == 1, get_conflict_values),
    "report_missing": ("user_id", get_report_values),
}


class SalesProcessNotice(models.AbstractModel):
    _inherit = "sales.process.notice"

    @api.model
    def _find_heard_events(self):
        """What a group of any team listens to."""
        heard = {
            event for _team, event in self.env["sales.process.robot"]._get_listeners()
        }
        return super()._find_heard_events() | (heard & EVENTS.keys())

    @api.model
    def _speak(self, event, records):
        """Groups hear of it, too."""
        if event in EVENTS:
            is_told, get_values = EVENTS[event]
            self.env["sales.process.robot"]._hear(
                event, records.filtered(is_told), get_values
            )
        return super()._speak(event, records)
