# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.sales_process_mgmt.models.sales_process_retry import work_on_each
from odoo.addons.sales_process_mgmt.tools import texts
from odoo.addons.sales_process_mgmt.tools.transaction import scheduled

from .sales_process_chase_step import KINDS

_logger = logging.getLogger(__name__)

# For so long after it was given, a promise of so much of what is owed is waited for.
PROMISE_WAITS = timedelta(days=30)
PROMISE_SHARE = 0.5
# What is worked in one commit
BATCH = 200
PREFIX = "sales_process_mgmt_account.mail_activity_type_chase"
ACTIVITY_TYPES = {
    "remind": f"{PREFIX}_todo",
    "call": f"{PREFIX}_call",
    "visit": f"{PREFIX}_visit",
    "letter": f"{PREFIX}_todo",
    "leader": f"{PREFIX}_todo",
}


class SalesProcessChase(models.Model):
    """An overdue invoice that is chased by the plan of the team.

    By who has signed the customer, also after a handover, unless the leader moves it.
    """

    _name = "sales.process.chase"
    _description = "Chased Invoice"
    _inherit = ["sales.process.guard", "mail.thread", "mail.activity.mixin"]
    _order = "state desc, date_due, id"
    _mail_post_access = "read"
    _personal_names = ("name",)
    _personal_ownerships = ("ownership_id",)

    name = fields.Char(string="Customer", size=texts.NAME_LENGTH, readonly=True)
    ownership_id = fields.Many2one(
        "sales.process.ownership",
        string="Customer Period",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    move_id = fields.Many2one(
        "account.move",
        string="Invoice Entry",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    invoice = fields.Char(related="move_id.name", string="Invoice")
    user_id = fields.Many2one(
        "res.users",
        string="Chased By",
        index="btree_not_null",
        tracking=True,
        domain=[("share", "=", False)],
        help="Who signed the customer, until the team leader moves it.",
    )
    team_id = fields.Many2one("crm.team", readonly=True, index="btree_not_null")
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_due = fields.Monetary(
        string="To Collect",
        compute="_compute_amount_due",
        help="What is open on the invoice, in the currency of the company.",
    )
    is_disputed = fields.Boolean(
        string="Disputed",
        compute="_compute_is_disputed",
        help="The customer disputes the invoice: the plan waits until the agreed day.",
    )
    date_due = fields.Date(
        string="Due On", readonly=True, help="The oldest instalment that is open."
    )
    days_reached = fields.Integer(
        readonly=True,
        aggregator=None,
        help="On which day after the due one the last step was.",
    )
    step = fields.Selection(KINDS, string="Last Step", readonly=True, tracking=True)
    state = fields.Selection(
        [("open", "To Collect"), ("done", "Paid")],
        default="open",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    can_lead = fields.Boolean(
        compute="_compute_can_lead", help="Whether you lead the team of this customer."
    )

    _move_uniq = models.UniqueIndex(
        "(move_id, ownership_id)", "This invoice is chased already."
    )

    @api.depends("state")
    def _compute_amount_due(self):
        # sudo: who chases need not be who signed
        amounts = self.env["sales.process.money"].sudo()._get_open_amounts(self.sudo())
        for chase in self:
            row = chase.sudo()
            key = (row.move_id.id, row.ownership_id.id)
            chase.amount_due = amounts.get(key, 0)

    @api.depends("move_id")
    def _compute_is_disputed(self):
        # sudo: who chases need not be who signed
        moves = self.sudo().move_id
        disputed = (
            self.env["sales.process.dispute"]
            .sudo()
            .search([("move_id", "in", moves.ids), ("state", "=", "open")])
            .move_id
        )
        for chase in self:
            chase.is_disputed = chase.sudo().move_id in disputed

    @api.depends_context("uid")
    @api.depends("team_id.user_id")
    def _compute_can_lead(self):
        for chase in self:
            # sudo: whether somebody leads a team does not depend on reading it
            chase.can_lead = chase.sudo().team_id._is_leader(self.env.user)

    # ------------------------------------------------------------
    # BY WHOM
    # ------------------------------------------------------------

    def write(self, vals):
        if "user_id" not in vals or self.env.su:
            return super().write(vals)
        self.check_access("write")
        # sudo: whether somebody leads a team does not depend on reading it
        if not all(row.team_id._is_leader(self.env.user) for row in self.sudo()):
            raise AccessError(
                self.env._("Only the team leader says who chases an invoice.")
            )
        user = self.env["res.users"].browse(vals["user_id"] or ())
        self.sudo().ownership_id.with_env(self.env).sudo()._check_receiver(user)
        before = {row: row.user_id for row in self}
        result = super().write(vals)
        for row, person in before.items():
            # sudo: the to-dos go along with the invoice
            row.sudo().activity_ids.filtered(
                lambda todo, person=person: todo.user_id == person
            ).user_id = user
        return result

    def _get_chaser(self):
        """Who does the next step: who chases, else the leader.

        :return: res.users, may be empty
        """
        self.ensure_one()
        if self.user_id.active and not self.user_id.share:
            return self.user_id
        return self.team_id.user_id.filtered("active")

    # ------------------------------------------------------------
    # STEPS
    # ------------------------------------------------------------

    @api.model
    @scheduled
    def _cron_chase(self):
        """Make the to-dos of steps whose day has come.

        Each step comes once for each invoice, however often this runs: an invoice
        knows how far it is. Of several steps at once the last one comes. Around an
        invoice that fails the others go on; it is tried again by the next run.
        """
        # sudo: called by the scheduler, for the debts of all people
        Chase = self.sudo()
        commit = self.env["ir.cron"]._commit_progress
        debts = Chase._find_debts()
        commit(remaining=len(debts))
        for start in range(0, len(debts), BATCH):
            part = debts[start : start + BATCH]
            work_on_each(self.env, part, Chase._take_steps, Chase._log_failure)
            if not commit(len(part)):
                break

    @api.model
    def _log_failure(self, debt, error):
        _logger.error("No chase of invoice %s of period %s: %s", *debt[:2], error)

    @api.model
    def _find_debts(self):
        """The overdue invoices of teams with a plan.

        :return: list of ``(move id, ownership id, oldest day that is open)``
        """
        team_ids = self.env["crm.team"]._get_active_process_ids()
        if not team_ids:
            return []
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT money.move_id, money.ownership_id, MIN(money.date)
                  FROM sales_process_money money
                 WHERE money.kind = 'open' AND money.amount > 0
                   AND money.move_id IS NOT NULL AND money.date < %s
                   AND money.team_id IN (
                       SELECT team_id FROM sales_process_chase_step
                        WHERE team_id IN %s)
              GROUP BY money.move_id, money.ownership_id
              ORDER BY money.move_id, money.ownership_id
                """,
                # whatever the zone, what is due on this day is not overdue yet
                fields.Date.add(self.env.cr.now().date(), days=1),
                tuple(team_ids),
            )
        )

    @api.model
    def _take_steps(self, debts):
        """Take the step of each debt whose day has come.

        :param list debts: see :meth:`_find_debts`
        """
        chases = self._get_chases(debts)
        chases._lock_rows()
        due_days = {(move, period): due for move, period, due in debts}
        disputes = self.env["sales.process.dispute"].search(
            [("move_id", "in", chases.move_id.ids), ("state", "=", "open")]
        )
        promises = self.env["sales.process.promise"].search(
            [("ownership_id", "in", chases.ownership_id.ids), ("state", "=", "open")]
        )
        plans = (
            self.env["sales.process.chase.step"]
            .search([("team_id", "in", chases.team_id.ids)], order="days")
            .grouped("team_id")
        )
        for chase in chases:
            due = due_days[chase.move_id.id, chase.ownership_id.id]
            if chase.date_due != due or chase.state != "open":
                # another instalment, or not paid after all: from the beginning
                chase.write({"date_due": due, "days_reached": 0, "state": "open"})
            today = chase.team_id._get_process_today(chase._get_chaser())
            days = (today - due).days
            steps = plans.get(chase.team_id, self.env["sales.process.chase.step"])
            step = steps.filtered(lambda row, days=days: row.days <= days)[-1:]
            if not step or step.days <= chase.days_reached:
                continue
            waits = disputes.filtered(
                lambda row, chase=chase, today=today: (
                    row.move_id == chase.move_id and row.date_until >= today
                )
            )
            if not waits and not chase._is_promised(promises, today):
                chase._take_step(step, days, today)

    def _is_promised(self, promises, today):
        """Tell whether a promised day is waited for.

        A small promise, or one of a distant day, keeps nobody from asking.

        :param promises: sales.process.promise, that are open
        :param today: date where the person works who chases
        :return: bool
        """
        self.ensure_one()
        waiting = promises.filtered(
            lambda row: (
                row.ownership_id == self.ownership_id
                and row.move_id in (self.move_id, row.move_id.browse())
                and row.date_due >= today
                and row.date_said + PROMISE_WAITS >= today
            )
        )
        rest = sum(row.amount - row.amount_arrived for row in waiting)
        return bool(waiting) and rest >= PROMISE_SHARE * self.amount_due

    @api.model
    def _get_chases(self, debts):
        """The rows of debts; those that are missing are made.

        :return: sales.process.chase
        """
        moves = {move for move, _period, _due in debts}
        found = self.search([("move_id", "in", list(moves))])
        known = {(row.move_id.id, row.ownership_id.id): row for row in found}
        Ownership = self.env["sales.process.ownership"]
        missing = [debt for debt in debts if debt[:2] not in known]
        silent = self.with_context(mail_create_nosubscribe=True, tracking_disable=True)
        created = silent.create(
            [
                {
                    "move_id": move_id,
                    "ownership_id": period.id,
                    "name": period.name,
                    "user_id": period.user_id.id,
                    "team_id": period.team_id.id,
                    "company_id": period.company_id.id,
                    "date_due": due,
                }
                for move_id, period_id, due in missing
                for period in Ownership.browse(period_id)
            ]
        ).with_env(self.env)
        wanted = {debt[:2] for debt in debts}
        return created | found.filtered(
            lambda row: (row.move_id.id, row.ownership_id.id) in wanted
        )

    def _take_step(self, step, days, today):
        self.ensure_one()
        self.write({"days_reached": step.days, "step": step.kind})
        person = self._get_chaser()
        if step.kind == "leader":
            person = self.team_id._get_deciders(person, self.company_id) or person
        if not person:
            return
        self.env["sales.process.notice"]._plan(
            self,
            ACTIVITY_TYPES[step.kind],
            person,
            lambda env: self._get_summary(env, step.kind, days),
            date_deadline=today,
        )

    def _get_summary(self, env, kind, days):
        """What a to-do says.

        :param env: environment in the language of whoever reads
        """
        values = {
            "customer": self.name or "",
            "invoice": self.move_id.name or "",
            "days": days,
        }
        sentences = {
            "remind": env._(
                "Remind %(customer)s of %(invoice)s, days overdue: %(days)s",
                **values,
            ),
            "call": env._(
                "Call %(customer)s about %(invoice)s, days overdue: %(days)s",
                **values,
            ),
            "visit": env._(
                "Visit %(customer)s about %(invoice)s, days overdue: %(days)s",
                **values,
            ),
            "letter": env._(
                "Write to %(customer)s about %(invoice)s, days overdue: %(days)s",
                **values,
            ),
            "leader": env._(
                "Decide about %(invoice)s of %(customer)s, days overdue: %(days)s",
                **values,
            ),
        }
        return sentences[kind]

    # ------------------------------------------------------------
    # PAID
    # ------------------------------------------------------------

    @api.model
    def _close_for(self, ownerships):
        """Money of customers has changed: what is paid is not chased any more.

        :param ownerships: sales.process.ownership
        """
        if not ownerships:
            return
        # sudo: whoever records money reads nothing of this
        chases = self.sudo().search(
            Domain("ownership_id", "in", ownerships.ids) & Domain("state", "=", "open")
        )
        chases.invalidate_recordset(["amount_due"])
        paid = chases.filtered(
            lambda row: row.currency_id.compare_amounts(row.amount_due, 0) <= 0
        )
        if paid:
            paid.write({"state": "done"})
            paid.activity_unlink(sorted(set(ACTIVITY_TYPES.values())))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_promise(self):
        """Enter what the customer has promised to pay.

        :return: dict, a window action
        """
        self.ensure_one()
        self.check_access("read")
        return self._open_entry(
            "sales.process.promise",
            self.env._("Promise to Pay"),
            default_amount=self.amount_due,
        )

    def action_dispute(self):
        """Enter that the customer disputes the invoice.

        :return: dict, a window action
        """
        return self._open_entry("sales.process.dispute", self.env._("Disputed Invoice"))

    def _open_entry(self, model, title, **context):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": f"{title}: {self.name or ''} {self.invoice or ''}",
            "res_model": model,
            "views": [(False, "form")],
            "target": "new",
            "context": {**context, "default_chase_id": self.id},
        }
