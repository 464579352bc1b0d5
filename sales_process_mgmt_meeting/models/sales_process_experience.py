# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.sales_process_mgmt.tools import texts


class SalesProcessExperience(models.Model):
    """What somebody has learnt, for all colleagues of the company: read, searched and
    thanked for.
    """

    _name = "sales.process.experience"
    _description = "Shared Experience"
    _inherit = ["sales.process.guard"]
    _order = "date desc, id desc"
    _rec_names_search = ["name", "story"]
    _text_limits = {"name": texts.NAME_LENGTH, "story": texts.NOTE_LENGTH}

    name = fields.Char(string="In One Line", required=True, size=texts.NAME_LENGTH)
    story = fields.Text(
        string="What Happened and What Helped",
        required=True,
        help="Read by all salespeople of the company: leave out what a customer would "
        "not want to be told.",
    )
    topic = fields.Selection(
        [
            ("opening", "Winning Customers"),
            ("talk", "Conversation"),
            ("offer", "Offer and Price"),
            ("service", "Service"),
            ("payment", "Payment"),
            ("other", "Other"),
        ],
        required=True,
        default="opening",
        index=True,
    )
    active = fields.Boolean(default=True)
    user_id = fields.Many2one(
        "res.users",
        string="Shared By",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    team_id = fields.Many2one("crm.team", readonly=True, index="btree_not_null")
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    date = fields.Datetime(string="Shared On", readonly=True, index=True)
    meeting_id = fields.Many2one(
        "sales.process.meeting",
        string="Told in",
        index="btree_not_null",
        ondelete="set null",
        help="The meeting in which it was told, if any. Who may not read the meeting "
        "does not read it by this.",
    )
    thank_ids = fields.One2many(
        "sales.process.experience.thank",
        "experience_id",
        string="Thanks",
        readonly=True,
    )
    thank_count = fields.Integer(
        string="Number of Thanks", compute="_compute_thank_count", store=True
    )
    can_thank = fields.Boolean(compute="_compute_can")
    can_edit = fields.Boolean(compute="_compute_can")

    @api.depends("thank_ids")
    def _compute_thank_count(self):
        for row in self:
            row.thank_count = len(row.thank_ids)

    @api.depends("thank_ids", "user_id")
    @api.depends_context("uid")
    def _compute_can(self):
        user = self.env.user
        for row in self:
            row.can_thank = (
                bool(row.id)
                and row.user_id != user
                and user not in row.thank_ids.user_id
            )
            row.can_edit = not row.id or row.user_id == user

    # ------------------------------------------------------------
    # SHARING
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        # sudo: a setting of the own team
        for team in rows.sudo().team_id:
            if not team.process_experience:
                raise UserError(
                    self.env._(
                        "%(team)s shares no experience here: it is switched off.",
                        team=team.name,
                    )
                )
        return rows

    @api.model
    def _prepare_server_values(self, vals_list):
        now = self.env.cr.now().replace(microsecond=0)
        prepared = []
        for vals in super()._prepare_server_values(vals_list):
            user = self.env["res.users"].browse(vals.get("user_id") or self.env.uid)
            # sudo: the own team, whether or not one may read teams
            team = user.sudo().sale_team_id
            company = team.company_id or self.env.company
            prepared.append(
                {
                    "user_id": user.id,
                    "team_id": team.id,
                    "company_id": company.id,
                    "date": now,
                    **vals,
                }
            )
        return prepared

    def write(self, vals):
        if not self.env.su:
            for row in self:
                if row.user_id != self.env.user and vals.keys() - {"active"}:
                    # sudo: the name in a refusal
                    raise AccessError(
                        self.env._(
                            "Only %(person)s changes these words; who leads may "
                            "archive them.",
                            person=row.sudo().user_id.name,
                        )
                    )
        return super().write(vals)

    # ------------------------------------------------------------
    # THANKS
    # ------------------------------------------------------------

    def action_thank(self):
        """Thank whoever shared it: once, and not oneself.

        :raise UserError: one sentence
        """
        self.check_access("read")
        user = self.env.user
        # sudo: thanks are written by the system, one a person; a row that is thanked
        # by two people at once is thanked by both, one after the other
        rows = self.sudo()._lock_rows()
        for row in rows:
            if row.user_id.id == user.id:
                raise UserError(self.env._("Thank somebody else, not yourself."))
            if user.id in row.thank_ids.user_id.ids:
                raise UserError(self.env._("You have thanked for this already."))
        rows.thank_ids.create(
            [{"experience_id": row.id, "user_id": user.id} for row in rows]
        )
        for row in rows:

            def render(env, row=row):
                return (
                    env._(
                        "%(person)s thanks you for “%(name)s”",
                        person=user.sudo().name,
                        name=row.name,
                    ),
                    "",
                )

            self.env["sales.process.notice"]._tell(row.user_id, render, row)
