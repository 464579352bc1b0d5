# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SalesProcessJudged(models.AbstractModel):
    """What somebody is reproached with: who decides is asked for by name.

    The rule itself stands in ``_get_judges`` of the team; a model says whom it is
    about, and has ``decider_id``.
    """

    _name = "sales.process.judged"
    _description = "What Somebody Is Reproached With"

    def _get_eligible(self):
        """Who may decide, the nearest first.

        :return: list of res.users in sudo, without doubles
        """
        raise NotImplementedError

    def _may_decide(self, user):
        """Tell whether somebody decides about this.

        :param user: res.users
        :return: bool
        """
        self.ensure_one()
        return user in self._get_eligible()

    def _get_asked(self):
        """Who of those is asked: the nearest.

        :return: res.users in sudo, one at most
        """
        # sudo: nobody, as those who are eligible are returned
        return next(iter(self._get_eligible()), self.env["res.users"].sudo())

    def _update_decider(self):
        """Ask who is to decide, one write for all that somebody is asked about."""
        # sudo: who is asked is the system's
        for decider, rows in self.sudo().grouped(type(self)._get_asked).items():
            rows.decider_id = decider
