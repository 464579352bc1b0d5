# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .sales_process_retry import MAX_FAILURES, work_on_each

_logger = logging.getLogger(__name__)

LONGEST_PAUSE = timedelta(days=1)
ERROR_LENGTH = 500


class SalesProcessFailure(models.Model):
    """A record on which a scheduled action has failed, and when it is tried again.

    One that fails never stops the others. It is tried again after an hour, then each
    time after twice as long, up to a day. After three failures in a row people are
    told, once. What works again is forgotten.
    """

    _name = "sales.process.failure"
    _description = "Work That Is Tried Again"
    _inherit = ["sales.process.guard"]
    _order = "date_retry, id"

    model = fields.Selection(
        selection="_get_models",
        string="Kind of Record",
        required=True,
        readonly=True,
    )
    res_id = fields.Many2oneReference(
        string="Record", model_field="model", required=True, readonly=True
    )
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", ondelete="cascade", readonly=True
    )
    failure_count = fields.Integer(
        string="Failures in a Row",
        required=True,
        readonly=True,
        help="From the third on people have been told.",
    )
    date_retry = fields.Datetime(
        string="Next Attempt",
        required=True,
        readonly=True,
        help="Until then the scheduled action leaves the record out.",
    )
    error = fields.Text(
        string="Why It Fails", readonly=True, help="What the last attempt said."
    )

    _record_uniq = models.UniqueIndex(
        "(model, res_id)", "This record is waiting for its next attempt already."
    )

    @api.model
    def _get_models(self):
        """What may fail, and what it is called.

        :return: list of ``(model, name)``
        """
        # sudo: what a model is called is no secret
        rows = self.env["ir.model"].sudo().search([("transient", "=", False)])
        return [(model.model, model.name) for model in rows]

    @api.depends("model", "res_id")
    @api.depends_context("lang", "uid")
    def _compute_display_name(self):
        names = {}
        for model, failures in self.grouped("model").items():
            if model in self.env:
                records = self.env[model].browse(failures.mapped("res_id")).exists()
                for record in records._filtered_access("read"):
                    names[model, record.id] = record.display_name
        for failure in self:
            name = names.get((failure.model, failure.res_id))
            failure.display_name = name or failure.env._("Deleted or Hidden Record")

    def _get_record(self):
        """The record that fails; empty where it is gone, with its model or alone.

        :return: records
        """
        self.ensure_one()
        if self.model not in self.env:
            return self.browse()
        return self.env[self.model].browse(self.res_id).exists()

    def action_open(self):
        """Open the record that fails.

        :return: dict, a window action
        :raise UserError: where it has been deleted since
        """
        self.ensure_one()
        self.check_access("read")
        record = self._get_record()
        if not record:
            raise UserError(
                self.env._("The record has been deleted. Nothing is tried any more.")
            )
        record.check_access("read")
        return record.get_formview_action()

    # ------------------------------------------------------------
    # WORK OF SCHEDULED ACTIONS
    # ------------------------------------------------------------

    @api.model
    def _get_waiting_ids(self, model):
        """The records of a model whose pause is not over.

        :param str model: its name
        :return: list of ids
        """
        # sudo: what fails is the system's
        waiting = self.sudo().search(
            [("model", "=", model), ("date_retry", ">", self.env.cr.now())]
        )
        return waiting.mapped("res_id")

    @api.model
    def _get_retry_domain(self, model):
        """Records that have not failed, or whose pause is over.

        :param str model: its name
        :return: Domain of that model
        """
        waiting = self._get_waiting_ids(model)
        return Domain("id", "not in", waiting) if waiting else Domain.TRUE

    @api.model
    def _work_on_each(self, records, work, find_readers=None):
        """Work on records; who fails is marked and never stops the others.

        :param records: records of one model
        :param work: function of a part of them; never commits
        :param find_readers: function of a record that has failed; gives the record in
            whose chatter people look, and the res.users who are told; without it nobody
            is told, and the failure stands in the list alone
        :return: the records that failed
        """

        def mark(record, error):
            if self._mark(record, error) == MAX_FAILURES and find_readers:
                try:
                    with self.env.cr.savepoint():
                        self._tell(record, error, *find_readers(record))
                except Exception:
                    # the pause stands, whoever cannot be told
                    _logger.exception("Nobody was told that work fails for %s", record)

        failed = records.browse().union(*work_on_each(self.env, records, work, mark))
        self._clear(records - failed)
        return failed

    @api.model
    def _mark(self, record, error):
        """Count a failure, and pause; in SQL, past a model that may be what fails.

        :param record: one record, of any model
        :param error: the exception
        :return: int, failures in a row
        """
        # sudo: in which company the row is read
        company = "company_id" in record and record.sudo().company_id
        ((count,),) = self.env.execute_query(
            SQL(
                """
                INSERT INTO sales_process_failure AS failure (
                       model, res_id, company_id, failure_count, date_retry, error,
                       create_uid, write_uid, create_date, write_date)
                VALUES (%(model)s, %(id)s, %(company)s, 1,
                        %(now)s + INTERVAL '1 hour', %(error)s,
                        %(uid)s, %(uid)s, %(now)s, %(now)s)
                    ON CONFLICT (model, res_id) DO UPDATE
                   SET failure_count = failure.failure_count + 1,
                       date_retry = %(now)s + LEAST(
                           INTERVAL '1 hour' * 2 ^ LEAST(failure.failure_count, 10),
                           %(longest)s),
                       error = EXCLUDED.error,
                       write_uid = EXCLUDED.write_uid,
                       write_date = EXCLUDED.write_date
             RETURNING failure_count
                """,
                model=record._name,
                id=record.id,
                company=(company and company.id) or None,
                error=_say(error),
                uid=self.env.uid,
                now=self.env.cr.now(),
                longest=LONGEST_PAUSE,
            )
        )
        self.invalidate_model()
        return count

    @api.model
    def _clear(self, records):
        """Forget failures of records that have been worked on."""
        if records:
            # sudo: what fails is the system's
            self.sudo().search(
                [("model", "=", records._name), ("res_id", "in", records.ids)]
            ).unlink()

    @api.model
    def _tell(self, record, error, told, users):
        """Write down what fails where people see it, and tell who can help.

        :param record: the record that fails
        :param error: the exception
        :param told: the record in whose chatter people look
        :param users: res.users
        """

        def say(env):
            return env._(
                "%(record)s has failed three times in a scheduled action. It is tried "
                "again at least once a day. Why it fails: %(error)s",
                record=record.with_context(lang=env.lang).display_name,
                error=_say(error),
            )

        Notice = self.env["sales.process.notice"]
        if not isinstance(told, self.env.registry["mail.thread"]):
            # what is private has no chatter, so that nobody can be added to it
            Notice._tell(
                users,
                lambda env: (env._("A scheduled action fails"), say(env)),
                why="leader",
            )
            return
        # sudo: told by the system
        groups = Notice._group_by_language(users)
        for env, group in groups or [(self.env, users.browse())]:
            # each: one message for each language
            told.with_context(lang=env.lang).sudo().message_post(
                body=say(env),
                partner_ids=group.partner_id.ids,
                subtype_xmlid="mail.mt_note",
            )

    @api.autovacuum
    def _gc_gone(self):
        """Forget records that have been deleted, and those of addons that are gone."""
        found = self._read_group([], ["model"], ["id:recordset", "res_id:array_agg"])
        for model, failures, ids in found:
            kept = ()
            if model in self.env:
                kept = set(self.env[model].browse(ids).exists().ids)
            failures.filtered(lambda row, kept=kept: row.res_id not in kept).unlink()


def _say(error):
    """What an error says, as it can be kept.

    :return: str
    """
    return str(error).replace("\x00", "")[:ERROR_LENGTH]
