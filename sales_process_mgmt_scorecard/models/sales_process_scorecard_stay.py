# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools

# Stays of a transaction that are over on the day on which they began
PASSED = "sales_process_mgmt_scorecard.passed_stays"


class SalesProcessScorecardStay(models.Model):
    """How long somebody has been in a team: kept when members come and go.

    A month is cut by it. A sales administrator corrects days that were entered late.
    """

    _name = "sales.process.scorecard.stay"
    _description = "Time in a Team"
    _inherit = ["sales.process.guard"]
    _order = "date_from desc, id desc"
    _fixed_fields = frozenset(("user_id", "team_id"))

    user_id = fields.Many2one(
        "res.users",
        string="Person",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("share", "=", False)],
    )
    team_id = fields.Many2one("crm.team", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    date_from = fields.Date(
        string="First Day", required=True, help="The first day in the team."
    )
    date_to = fields.Date(
        string="Last Day",
        help="The last day in the team. Empty: still there. Where the person is in "
        "another team on this day already, that one holds.",
    )

    _check_dates = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)",
        "The last day is before the first one.",
    )
    _open_uniq = models.UniqueIndex(
        "(user_id, team_id) WHERE date_to IS NULL",
        "This person is in the team already.",
    )

    def _prepare_server_values(self, vals_list):
        Team = self.env["crm.team"].sudo()
        return [
            {
                **vals,
                # sudo: the company of a team, whoever reads it
                "company_id": Team.browse(vals.get("team_id") or ()).company_id.id,
            }
            for vals in super()._prepare_server_values(vals_list)
        ]

    @api.model_create_multi
    def create(self, vals_list):
        stays = super().create(vals_list)
        stays._check_not_own()
        return stays

    def write(self, vals):
        self._check_not_own()
        return super().write(vals)

    def unlink(self):
        self._check_not_own()
        return super().unlink()

    def _check_not_own(self):
        """The own months are cut by somebody else, where somebody else is there.

        :raise AccessError: for whoever corrects the own days; the system keeps them
        """
        user = self.env.user
        for stay in self if not self.env.su else ():
            if stay.user_id == user and not stay.team_id._may_decide(
                user, stay.user_id, stay.company_id
            ):
                raise AccessError(
                    self.env._(
                        "Nobody corrects the own days in a team: ask another sales "
                        "administrator."
                    )
                )

    @api.constrains("user_id", "team_id", "date_from", "date_to")
    def _check_overlap(self):
        for stay in self:
            # each: an administrator corrects a few
            others = self.search(
                [
                    ("id", "!=", stay.id),
                    ("user_id", "=", stay.user_id.id),
                    ("team_id", "=", stay.team_id.id),
                    "|",
                    ("date_to", "=", False),
                    ("date_to", ">=", stay.date_from),
                ]
            )
            if others.filtered(
                lambda row, stay=stay: not stay.date_to or row.date_from <= stay.date_to
            ):
                raise ValidationError(
                    self.env._("This person is in the team on these days already.")
                )

    @api.depends("user_id.name", "team_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for stay in self:
            # sudo: names of who reads the row
            row = stay.sudo()
            stay.display_name = f"{row.user_id.name or ''}, {row.team_id.name or ''}"

    @api.model
    def _get_bounds(self):
        """The stays of these rows, half-open.

        :return: list of ``(team, first day, first day without it or None)``
        """
        return [
            (
                stay.team_id,
                stay.date_from,
                (stay.date_to and deadline_tools.add_days(stay.date_to, 1)) or None,
            )
            for stay in self
        ]

    @api.model
    def _begin(self, members):
        """Members who are in a team from now on.

        :param members: crm.team.member
        """
        # sudo: kept by the system, whoever moves people
        Stay, rows = self.sudo(), members.sudo()
        stays = Stay.search_fetch(
            [
                ("user_id", "in", rows.user_id.ids),
                ("team_id", "in", rows.crm_team_id.ids),
            ],
            ["user_id", "team_id", "date_to"],
        ).grouped(lambda stay: (stay.user_id, stay.team_id))
        begun = []
        for pair, _same in rows.grouped(
            lambda row: (row.user_id, row.crm_team_id)
        ).items():
            known = stays.get(pair, Stay)
            if not all(pair) or not all(known.mapped("date_to")):
                continue
            user, team = pair
            today = team._get_process_today(user)
            yesterday = deadline_tools.add_days(today, -1)
            # left and came back without a day between
            if same := known.filtered(lambda stay, day=yesterday: stay.date_to >= day)[
                :1
            ]:
                same.date_to = False
                continue
            begun.append({"user_id": user.id, "team_id": team.id, "date_from": today})
        Stay.create(begun)

    @api.model
    def _end(self, pairs):
        """People who are not in a team any more, from today on.

        :param pairs: list of ``(res.users, crm.team)``
        """
        # sudo: kept by the system, whoever moves people
        stays = self.sudo().search(
            [
                ("user_id", "in", [user.id for user, _team in pairs]),
                ("team_id", "in", [team.id for _user, team in pairs]),
                ("date_to", "=", False),
            ]
        )
        passed = stays.browse()
        for stay in stays.filtered(lambda row: (row.user_id, row.team_id) in pairs):
            last = deadline_tools.add_days(
                stay.team_id._get_process_today(stay.user_id), -1
            )
            if stay.date_from > last:
                passed |= stay
            else:
                stay.date_to = last
        passed._drop_with_commit()

    def _drop_with_commit(self):
        """Whoever came and went on the same day was not there.

        Deleted when all else of the transaction is done, as ``unlink`` empties the
        cache of whoever moves people; who comes back until then has never left.
        """
        precommit = self.env.cr.precommit
        passed = precommit.data.setdefault(PASSED, set())
        if self and not passed:
            precommit.add(self.browse()._drop_passed)
        passed.update(self.ids)

    def _drop_passed(self):
        """See :meth:`_drop_with_commit`."""
        stays = self.browse(self.env.cr.precommit.data.pop(PASSED, ())).exists()
        stays = stays.filtered(lambda stay: not stay.date_to)
        members = self.env["crm.team.member"].search(
            [
                ("user_id", "in", stays.user_id.ids),
                ("crm_team_id", "in", stays.team_id.ids),
                ("active", "=", True),
            ]
        )
        present = {(row.user_id, row.crm_team_id) for row in members}
        stays.filtered(
            lambda stay: (stay.user_id, stay.team_id) not in present
        ).unlink()
