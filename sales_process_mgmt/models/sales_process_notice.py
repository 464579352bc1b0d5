# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class SalesProcessNotice(models.AbstractModel):
    """What people are told: in the language of whoever reads, one message each."""

    _name = "sales.process.notice"
    _description = "Messages to People"

    @api.model
    def _group_by_language(self, users):
        """People by the language in which they read.

        :param users: res.users; those who left are left out
        :return: list of ``(environment in that language, res.users)``
        """
        # sudo: colleagues of other companies are told, too
        groups = users.sudo().filtered("active").grouped("lang")
        return [
            (self.with_context(lang=lang or self.env.lang).env, group)
            for lang, group in groups.items()
        ]

    @api.model
    def _tell(self, users, render, record=None, **values):
        """Send one message to people, each in their own language.

        :param users: res.users
        :param render: function of an environment in the reader's language, gives
            ``(subject, body)``; a body in HTML is Markup
        :param record: the record that the message is about
        :param values: further values of ``message_notify``
        """
        for env, group in self._group_by_language(users):
            subject, body = render(env)
            # sudo: who acts may not read who is told, nor the record
            env["mail.thread"].sudo().message_notify(
                partner_ids=group.partner_id.ids,
                subject=subject,
                body=body,
                model=record._name if record else False,
                res_id=record.id if record else False,
                **values,
            )

    @api.model
    def _plan(self, record, kind, user, get_summary=None, **values):
        """Plan an activity for somebody, in the language in which they read.

        :param record: the record that the activity is about, as it may be written
        :param str kind: external id of the type of activity
        :param user: res.users, one
        :param get_summary: function of an environment in that language; by default
            the activity says what its type says
        :param values: further values of ``activity_schedule``
        :return: mail.activity
        """
        spoken = record.with_context(lang=user.lang or self.env.lang)
        if get_summary:
            values["summary"] = get_summary(spoken.env)
        return spoken.activity_schedule(kind, user_id=user.id, **values)

    @api.model
    def _toast(self, message, next_action=None, kind="success"):
        """Say for a moment that something was done.

        :param str message: one sentence
        :param dict next_action: what happens then; by default the dialog is closed
        :param str kind: ``success``, ``info``, ``warning`` or ``danger``
        :return: dict, a client action
        """
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": kind,
                "next": next_action or {"type": "ir.actions.act_window_close"},
            },
        }
