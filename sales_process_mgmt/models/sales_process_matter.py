# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SalesProcessMatter(models.AbstractModel):
    """What a leader decides about, with ``team_id`` and ``company_id``.

    The rule itself stands in ``_may_decide`` of the team; a model only says whom its
    matter concerns.
    """

    _name = "sales.process.matter"
    _description = "Matter That a Leader Decides"

    # Nobody decides in the own matter, not even where nobody else is left who could.
    _is_never_own = False

    def _get_people(self):
        """Whom a decision concerns: they do not take it.

        Called on one record in sudo: who gains by it does not depend on reading it.

        :return: res.users
        """
        raise NotImplementedError

    def _may_decide(self, user):
        """Tell whether somebody leads the team, and gains nothing by the decision.

        :param user: res.users
        :return: bool
        """
        self.ensure_one()
        # sudo: whether somebody leads a team does not depend on reading it
        row = self.sudo()
        people = row._get_people()
        if self._is_never_own and user in people:
            return False
        return row.team_id._may_decide(user, people, row.company_id)

    def _check_decider(self):
        """Refuse who does not lead, or decides in the own matter.

        :raise AccessError: one sentence that says whom to ask
        """
        self.check_access("read")
        # sudo: after the check that it may be read; who decides may lead elsewhere
        for row in self.sudo():
            if not row._may_decide(self.env.user):
                raise row.with_env(self.env)._make_decider_error()

    def _make_decider_error(self):
        """The sentence for whom :meth:`_check_decider` refuses.

        :return: AccessError
        """
        # sudo: whom to ask does not depend on reading the row
        row = self.sudo()
        return row.team_id.with_env(self.env)._make_own_matter_error(
            row._get_people(), row.company_id
        )
