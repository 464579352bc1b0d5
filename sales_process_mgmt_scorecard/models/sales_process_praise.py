# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.sales_process_mgmt.tools import texts

# What everybody gets all the time says nothing.
MOST_A_DAY = 5


class SalesProcessPraise(models.Model):
    """Somebody did something well, and a leader or a colleague says so."""

    _name = "sales.process.praise"
    _description = "Praise"
    _inherit = ["sales.process.guard"]
    _order = "date_given desc, id desc"
    _text_limits = {"text": texts.REASON_LENGTH}
    _fixed_fields = frozenset(("user_id", "text"))

    user_id = fields.Many2one(
        "res.users",
        string="Person",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('share', '=', False), ('id', '!=', uid)]",
    )
    giver_id = fields.Many2one(
        "res.users", string="Praised By", readonly=True, index="btree_not_null"
    )
    text = fields.Text(
        string="For What",
        required=True,
        help="What was done well, and what it brought.",
    )
    date_given = fields.Datetime(string="Day", readonly=True, index=True)
    date = fields.Date(
        string="Day of the Giver",
        readonly=True,
        help="In the zone of who praises: once a day the same person, and so many "
        "times a day.",
    )
    team_id = fields.Many2one("crm.team", readonly=True, index="btree_not_null")
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    is_shown = fields.Boolean(
        string="Shown to the Team",
        readonly=True,
        help="By the setting of the team when it was given.",
    )

    _day_uniq = models.UniqueIndex(
        "(giver_id, user_id, date) WHERE date IS NOT NULL",
        "You have praised this colleague today already.",
    )

    @api.depends("user_id.name", "date_given")
    def _compute_display_name(self):
        for praise in self:
            # sudo: who is praised is named to whoever reads it
            praise.display_name = praise.sudo().user_id.name or ""

    @api.model_create_multi
    def create(self, vals_list):
        praises = super().create(vals_list)
        for praise in praises:
            # sudo: told by the system, whoever gives it
            row = praise.sudo()
            self.env["sales.process.notice"]._tell(row.user_id, row._render_told, row)
        return praises

    def _prepare_server_values(self, vals_list):
        giver, now = self.env.user, self.env.cr.now()
        today = giver._get_process_today()
        prepared = []
        begin = self.default_get(["user_id"])
        for vals in super()._prepare_server_values(vals_list):
            vals = {**begin, **vals}
            # sudo: the team of a colleague
            user = self.env["res.users"].sudo().browse(vals.get("user_id") or ())
            team = user.sale_team_id
            prepared.append(
                {
                    **vals,
                    "giver_id": giver.id,
                    "date_given": now,
                    "date": today,
                    "team_id": team.id,
                    "company_id": (team.company_id or user.company_id).id,
                    "is_shown": team.process_praise_shown,
                }
            )
        if not self.env.su:
            self._check_may_praise(prepared, today)
        return prepared

    def _check_may_praise(self, vals_list, today):
        """Refuse praise of oneself, of strangers, and by the dozen.

        :param date today: the day of who praises
        :raise ValidationError: one sentence
        """
        giver = self.env.user
        # sudo: whether colleagues work in one of the own companies
        praised = self.env["res.users"].sudo()
        for vals in vals_list:
            user = praised.browse(vals.get("user_id") or ())
            if not user:
                continue
            praised |= user
            if user == giver:
                raise ValidationError(self.env._("Let somebody else praise you."))
            if (
                user.share
                or not user.active
                or not user.company_ids & giver.sudo().company_ids
            ):
                raise ValidationError(self.env._("Choose a colleague."))
        # whoever is praised, too: what two people say to each other comes in turn
        (giver | praised)._lock_limits()
        # who moves into another zone has used up the day that is ahead there
        # sudo: counted over all that one has given, whoever reads it
        given = self.sudo().search([("giver_id", "=", giver.id), ("date", ">=", today)])
        people = [*given.user_id.ids, *(vals.get("user_id") for vals in vals_list)]
        if len(given) + len(vals_list) > MOST_A_DAY:
            raise UserError(
                self.env._(
                    "Nobody praises more than %(count)s times a day: keep the rest "
                    "for tomorrow.",
                    count=MOST_A_DAY,
                )
            )
        if len(people) != len(set(people)):
            raise UserError(
                self.env._("You have praised this colleague today already.")
            )

    def action_give(self):
        """The dialog is done.

        :return: dict, a client action that says so
        """
        self.check_access("read")
        return self.env["sales.process.notice"]._toast(
            self.env._("%(person)s is told.", person=self.display_name)
        )

    def _render_told(self, env):
        """What the person is told.

        :param env: environment in the language of whoever reads
        :return: tuple, subject and body
        """
        return env._("%(person)s praises you", person=self.giver_id.name), self.text
