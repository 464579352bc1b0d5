# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models

from ..tools import deadline as deadline_tools

BATCH_SIZE = 1000


class SalesProcessOwnership(models.Model):
    _inherit = "sales.process.ownership"

    warning_level = fields.Integer(
        readonly=True,
        help="1: the owner has been warned of the deadline. 2: the leader, too.",
    )
    date_warned = fields.Datetime(
        readonly=True, help="The deadline of which the warnings spoke."
    )

    _warning_idx = models.Index("(date_deadline, warning_level) WHERE state = 'open'")

    @api.model
    def _cron_warn(self):
        """Warn before deadlines: first the owner, then the owner and the leader."""
        commit = self.env["ir.cron"]._commit_progress
        for level in (2, 1):
            while due := self._get_warning_due(level):
                due._process_warnings(level)
                if not commit(len(due)):
                    return
        self._process_revisits()
        commit(remaining=0)

    @api.model
    def _get_warning_due(self, level, limit=BATCH_SIZE):
        """Customers whose warning of this level is to be given now.

        :param int level: 1 or 2
        :return: sales.process.ownership
        """
        now = self.env.cr.now()
        name = (
            "followup_reminder_second_days"
            if level == 2
            else "followup_reminder_first_days"
        )
        teams = self.env["crm.team"].search(
            [("process_mode", "=", "enforce"), (name, ">", 0)]
        )
        domains = [
            [
                ("team_id", "in", rows.ids),
                ("date_deadline", "<", now + timedelta(days=days)),
            ]
            for days, rows in teams.grouped(name).items()
        ]
        if not domains:
            return self.browse()
        return self.search(
            fields.Domain.OR(domains)
            & fields.Domain(
                [
                    ("state", "=", "open"),
                    ("date_deadline", ">=", now),
                    ("warning_level", "<", level),
                ]
            ),
            order="date_deadline, id",
            limit=limit,
        )

    def _process_warnings(self, level):
        """Plan one activity for each customer and person, one message a person.

        :param int level: 1 warns the owner, 2 the owner and the leader
        """
        activity_type = self.env.ref("sales_process_mgmt.mail_activity_type_warning")
        model_id = self.env["ir.model"]._get_id("crm.lead")
        leads = self._get_open_leads().grouped("ownership_id")
        values, by_user = [], defaultdict(self.browse)
        for ownership in self:
            lead = leads.get(ownership, self.env["crm.lead"])[:1]
            users = ownership.user_id
            if level == 2:
                users |= ownership.team_id.user_id
            if ownership.warning_level and level == 2:
                users -= ownership.user_id
            zone = ownership.team_id._get_process_timezone(ownership.user_id)
            for user in users:
                by_user[user] |= ownership
                if lead:
                    values.append(
                        {
                            "res_model_id": model_id,
                            "res_id": lead.id,
                            "activity_type_id": activity_type.id,
                            "user_id": user.id,
                            "summary": activity_type.summary,
                            "date_deadline": deadline_tools.local_date(
                                ownership.date_deadline, zone
                            ),
                        }
                    )
        self.env["mail.activity"].with_context(
            mail_activity_quick_update=True, mail_create_nosubscribe=True
        ).create(values)
        for deadline, rows in self.grouped("date_deadline").items():
            rows.write({"warning_level": level, "date_warned": deadline})
        for user, rows in by_user.items():
            rows._notify(user, self.env._("Customers to contact in time"), rows)

    def _update_deadlines(self):
        result = super()._update_deadlines()
        self.filtered(
            lambda row: row.warning_level and row.date_warned != row.date_deadline
        )._clear_warnings()
        return result

    def _clear_warnings(self):
        """The deadline has moved or the period ended: warnings are done with."""
        if not self:
            return
        # sudo: warnings were planned by the system
        self.env["mail.activity"].sudo().search(
            [
                ("res_model", "=", "crm.lead"),
                ("res_id", "in", self.sudo().lead_ids.ids),
                (
                    "activity_type_id",
                    "=",
                    self.env.ref("sales_process_mgmt.mail_activity_type_warning").id,
                ),
            ]
        ).unlink()
        self.sudo().write({"warning_level": 0, "date_warned": False})

    def _hand_over(self, assignments, *args, **kwargs):
        self.browse().union(*assignments).filtered("warning_level")._clear_warnings()
        return super()._hand_over(assignments, *args, **kwargs)

    def _end(self, *args, **kwargs):
        self.filtered("warning_level")._clear_warnings()
        return super()._end(*args, **kwargs)

    @api.model
    def _process_revisits(self):
        """Plan the revisit of served customers on its day, once a cycle."""
        due = self.search(
            [
                ("state", "=", "open"),
                ("phase", "=", "served"),
                ("date_revisit", "<=", fields.Date.today()),
                ("team_id.process_mode", "!=", "off"),
            ],
            limit=BATCH_SIZE,
        )
        if not due:
            return
        model_id = self.env["ir.model"]._get_id("crm.lead")
        visit = self.env.ref("sales_process_mgmt.mail_activity_type_visit")
        leads = (
            self.env["crm.lead"]
            .with_context(active_test=False)
            .search([("ownership_id", "in", due.ids)], order="id desc")
            .grouped("ownership_id")
        )
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": leads[row][:1].id,
                    "activity_type_id": visit.id,
                    "user_id": row.user_id.id,
                    "summary": self.env._("Periodic revisit"),
                    "date_deadline": row.date_revisit,
                }
                for row in due
                if row in leads
            ]
        )
        for row in due:
            row.date_revisit = row._get_revisit_values()["date_revisit"]
