# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Work with one or many customers: on which leads it stands, and who is left out."""

from collections import defaultdict

from odoo.exceptions import UserError
from odoo.tools import format_list

from ..tools import labels

# So many customers are named in one sentence.
NAMES_SHOWN = 5


class CustomerWork:
    """Which customers the current user may work now, by the rules of their leads.

    :param customers: sales.process.ownership that the user may read
    """

    def __init__(self, customers):
        self.customers = customers
        self.env = customers.env

    def get_leads(self):
        """The leads to work on, and the customers that are left out.

        :return: ``(crm.lead, {customer: why not})``
        :raise UserError: where the user may work none of them
        """
        by_lead, refused = self.split()
        leads = self.env["crm.lead"].union(*by_lead)
        if leads:
            return leads, refused
        if len(self.customers) > 1:
            raise UserError(
                self.env._(
                    "None of them can be worked: %(customers)s.",
                    customers=self.tell_refused(refused),
                )
            )
        # says whose customer it is
        self.env["crm.lead"].union(
            *self.customers._get_current_leads().values()
        )._check_workable()
        raise UserError(
            self.env._(
                "%(customer)s has no lead: create one with the customer, then log "
                "and plan there.",
                customer=self.customers.display_name or self.env._("The customer"),
            )
        )

    def split(self):
        """Which of the customers the user may work, and why not the others.

        :return: ``({crm.lead: customer}, {customer: why not})``
        """
        leads = self.customers._get_current_leads()
        workable = self.env["crm.lead"].union(*leads.values())._filter_workable()
        by_lead, refused = {}, {}
        for row in self.customers:
            lead = leads.get(row.id)
            if not lead:
                refused[row] = self.env._("no lead that you may read")
            elif lead not in workable:
                refused[row] = self.env._("somebody else's customer")
            else:
                by_lead[lead] = row
        return by_lead, refused

    def tell_refused(self, refused):
        """Which customers are left out, and why, in one line.

        :param dict refused: ``{customer: why}``
        :return: str, empty where nobody is left out
        """
        names_by_reason = defaultdict(list)
        for row, why in refused.items():
            names_by_reason[why].append(row.display_name)
        clauses = []
        for why, names in names_by_reason.items():
            shown = names[:NAMES_SHOWN]
            if rest := len(names) - len(shown):
                shown.append(self.env._("%(count)s more", count=rest))
            said = format_list(self.env, shown)
            clauses.append(labels.join_detail(self.env, said, why))
        return labels.join_clauses(self.env, clauses)
