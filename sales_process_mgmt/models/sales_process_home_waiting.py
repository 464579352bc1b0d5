# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What waits for somebody, in numbers: counted as the home counts it."""

from odoo.fields import Domain

from ..tools import orm
from .sales_process_home_parts import make_figure, make_opens
from .sales_process_home_person import MINE
from .sales_process_home_team import AGENDA, OWED, get_todo_domain


def get_waiting_figures(scopes):
    """What waits for a reader, most urgent first.

    :param dict scopes: ``{role: HomeScope}`` of the same reader, the first role first
    :return: list of figures that are not zero
    """
    figures = []
    if "salesperson" in scopes:
        figures += _get_customers(scopes["salesperson"])
    # the widest role decides what the others do
    first = next(iter(scopes.values()), None)
    if first and first.role not in ("reception", "salesperson"):
        figures.append(_get_matters(first))
    if first:
        figures.append(_get_todos(first))
    return [figure for figure in figures if figure["value"]]


def _get_customers(scope):
    """Own customers that are lost without a contact: today, or at any moment."""
    own = Domain("user_id", "=", scope.user.id)
    cases = scope.get_deadline_cases()
    urgent = {name: cases[name] for name in ("overdue", "today")}
    counts = orm.tally(
        scope.env["sales.process.ownership"], own & Domain.OR(urgent.values()), urgent
    )
    labels = {
        "overdue": (
            scope.env._("Overdue Customers"),
            "danger",
            "fa-exclamation-triangle",
        ),
        "today": (
            scope.env._("Customers Due Today"),
            "warning",
            "fa-hourglass-half",
        ),
    }
    return [
        make_figure(
            name, label, counts[name], make_opens(MINE, label, own & cases[name]), *look
        )
        for name, (label, *look) in labels.items()
    ]


def _get_matters(scope):
    """What a leader decides; overdue customers of others are no question."""
    domain = scope.to_decide() & Domain("kind", "!=", "customer_overdue")
    return make_figure(
        "decide",
        scope.env._("Matters to Decide"),
        scope.env["sales.process.agenda.item"].search_count(domain),
        make_opens(AGENDA, domain=domain),
        "warning",
        "fa-gavel",
    )


def _get_todos(scope):
    domain = get_todo_domain(scope)
    return make_figure(
        "todo",
        scope.env._("My To-Dos"),
        scope.env["sales.process.owed.item"].search_count(domain),
        make_opens(OWED, domain=domain),
        None,
        "fa-check-square-o",
    )
