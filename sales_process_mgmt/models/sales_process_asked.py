# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools import deadline as deadline_tools
from ..tools import texts
from ..tools.spoken import speaking


class SalesProcessAsked(models.AbstractModel):
    """That a person is asked for something until a day, and what became of it.

    The system asks, one row for each person and thing; only the person answers, and a
    leader excuses. The to-do follows from the row, never the other way round.

    A model that inherits it has ``state`` and ``company_id``, and says below which
    states wait for the person and which type of to-do there is.
    """

    _name = "sales.process.asked"
    _description = "What a Person Is Asked For"
    _inherit = [
        "sales.process.matter",
        "sales.process.guard",
        "sales.process.quiet",
        "mail.activity.mixin",
    ]
    _is_never_own = True
    _text_limits = {"note": texts.REASON_LENGTH}

    # Values of ``state`` in which somebody may still be late.
    _open_states = ()
    # Those of them in which the person has a to-do.
    _todo_states = ()
    # External identifier of the type of activity.
    _todo_type = None

    user_id = fields.Many2one(
        "res.users",
        string="Person",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
    )
    team_id = fields.Many2one("crm.team", index="btree_not_null", readonly=True)
    date_assigned = fields.Datetime(string="To Do Since", required=True, readonly=True)
    date_due = fields.Datetime(
        string="Due",
        required=True,
        readonly=True,
        index=True,
        help="The end of the last day, where the person works. Days of absence do not "
        "count.",
    )
    date_closed = fields.Datetime(string="Not Asked Since", readonly=True)
    note = fields.Char(
        string="Reason", readonly=True, size=texts.REASON_LENGTH, tracking=True
    )
    is_overdue = fields.Boolean(
        compute="_compute_is_overdue", search="_search_is_overdue"
    )
    is_mine = fields.Boolean(compute="_compute_is_mine")
    can_decide = fields.Boolean(compute="_compute_is_mine")

    @api.depends("state", "date_due")
    def _compute_is_overdue(self):
        now = self.env.cr.now()
        for row in self:
            row.is_overdue = bool(
                row.state in self._open_states and row.date_due and row.date_due < now
            )

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [
            ("state", "in", self._open_states),
            ("date_due", "<", self.env.cr.now()),
        ]

    @api.depends("user_id", "team_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        user = self.env.user
        for row in self:
            row.is_mine = row.user_id == user
            row.can_decide = not user.share and row._may_decide(user)

    # ------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------

    def _get_people(self):
        return self.user_id

    def _check_decider(self):
        self.ensure_one()
        return super()._check_decider()

    def _make_decider_error(self):
        return AccessError(
            self.env._(
                "Only the team leader of %(person)s or a sales administrator does "
                "this, and nobody in their own matter.",
                # sudo: whom it is about does not depend on reading them
                person=self.sudo().user_id.name,
            )
        )

    # ------------------------------------------------------------
    # UNTIL WHEN
    # ------------------------------------------------------------

    def _get_zone(self):
        """Where the person works.

        :return: pytz zone
        """
        self.ensure_one()
        return self.team_id._get_process_timezone(self.user_id)

    def _get_due_day(self):
        """The last day, where the person works.

        :return: date
        """
        self.ensure_one()
        return deadline_tools.local_date(self.date_due, self._get_zone())

    # ------------------------------------------------------------
    # TO-DOS
    # ------------------------------------------------------------

    def _get_todo_summary(self):
        """What the to-do says, in the language of the person.

        :return: str
        """
        raise NotImplementedError

    def _get_todo_type(self):
        """The type of to-do, which an administrator may have deleted.

        :return: mail.activity.type, or None
        """
        return self.env.ref(self._todo_type, raise_if_not_found=False)

    def _get_todos(self):
        kind = self._get_todo_type()
        if not (kind and self.ids):
            return self.env["mail.activity"]
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("activity_type_id", "=", kind.id),
            ]
        )

    def _move_todos(self):
        """The to-dos that there are say the day on which the row is due.

        :return: ``{id of a row: mail.activity}``
        """
        planned = self._get_todos().grouped("res_id")
        for row in self:
            if todo := planned.get(row.id):
                day = row._get_due_day()
                if todo[0].date_deadline != day:
                    todo[0].date_deadline = day
        return planned

    def _plan_todos(self):
        """One to-do for each row that waits; portal users have no list of to-dos."""
        kind = self._get_todo_type()
        rows = self.filtered(
            lambda row: row.state in self._todo_states and not row.user_id.share
        )
        if not kind or not rows:
            return
        planned = rows._move_todos()
        model_id = self.env["ir.model"]._get_id(self._name)
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": kind.id,
                    "summary": speaking(row, row.user_id.lang)._get_todo_summary(),
                    "user_id": row.user_id.id,
                    "res_model_id": model_id,
                    "res_id": row.id,
                    "date_deadline": row._get_due_day(),
                }
                for row in rows
                if row.id not in planned
            ]
        )

    def _close_todos(self):
        """The to-do follows from the row: it goes without a word."""
        if self:
            self._get_todos().unlink()

    # ------------------------------------------------------------
    # THE SYSTEM
    # ------------------------------------------------------------

    def _close(self, **values):
        """Nobody asks for these any more; their to-dos go.

        :param values: what else is kept of it
        """
        if not self:
            return
        self.write(
            {
                **values,
                "state": "closed",
                "date_closed": self.env.cr.now().replace(microsecond=0),
            }
        )
        self._close_todos()
