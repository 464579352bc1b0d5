# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.mail import plaintext2html

from .sales_process_work_report_submit import OPEN_STATES

TEXT_LIMIT = 20_000
TOPICS = [
    ("competitor", "Competitor"),
    ("price", "Price"),
    ("logistics", "Logistics"),
    ("product", "Product"),
    ("policy", "Policy"),
    ("other", "Other"),
]
# What a report that has been handed in says
FROZEN_FIELDS = {
    "attachment_ids",
    "date",
    "description",
    "name",
    "partner_id",
    "report_id",
    "source",
    "source_note",
    "topic",
    "urgency",
}


class SalesProcessIntelligence(models.Model):
    """What somebody heard in the field about competitors, prices, rules, products."""

    _name = "sales.process.intelligence"
    _description = "Market Intelligence"
    _inherit = ["sales.process.guard", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ["name", "partner_id", "description"]
    _mail_post_access = "read"
    _text_limits = dict.fromkeys(("name", "description", "source_note"), TEXT_LIMIT)

    name = fields.Char(
        string="What", required=True, tracking=True, help="The news in one line."
    )
    topic = fields.Selection(
        TOPICS,
        required=True,
        default="competitor",
        index=True,
        tracking=True,
    )
    urgency = fields.Selection(
        [("0", "Normal"), ("1", "Important"), ("2", "Urgent")],
        required=True,
        default="0",
        tracking=True,
        help="Urgent: the leader is told at once.",
    )
    source = fields.Selection(
        [
            ("customer", "Customer"),
            ("competitor", "Competitor"),
            ("partner", "Business Partner"),
            ("colleague", "Colleague"),
            ("media", "Media"),
            ("authority", "Authority"),
            ("seen", "Seen Myself"),
        ],
        default="customer",
        required=True,
        help="Where the news comes from.",
    )
    source_note = fields.Char(
        string="Source in Words", help="Who said it, where it was published."
    )
    description = fields.Text(string="Details")
    date = fields.Date(
        required=True,
        index=True,
        default=lambda self: self.env["sales.process.work.report"]._get_today(),
        help="When it was heard or seen, a day in the zone of the person.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        index="btree_not_null",
        tracking=True,
        help="The customer it is about, or with whom it was heard.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Reported By",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.user,
    )
    team_id = fields.Many2one("crm.team", readonly=True, index="btree_not_null")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    report_id = fields.Many2one(
        "sales.process.work.report",
        string="Work Report",
        index="btree_not_null",
        ondelete="set null",
        domain="[('user_id', '=', user_id)]",
        help="The report in which it was told.",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        string="Attachments",
        help="Photos, price lists, leaflets.",
    )
    date_notified = fields.Datetime(
        string="Leader Told", readonly=True, help="When the leader was told at once."
    )

    @api.model_create_multi
    def create(self, vals_list):
        news = super().create(vals_list)
        news._check_report()
        news._check_open()
        news._tell_urgent()
        return news

    def _prepare_server_values(self, vals_list):
        prepared = []
        for vals in super()._prepare_server_values(vals_list):
            user = self.env["res.users"].browse(vals.get("user_id") or self.env.uid)
            # sudo: the own team, whether or not one may read teams
            team = user.sudo().sale_team_id
            prepared.append(
                {
                    "user_id": user.id,
                    "team_id": team.id,
                    "company_id": (team.company_id or self.env.company).id,
                    **vals,
                }
            )
        return prepared

    def write(self, vals):
        told = FROZEN_FIELDS & vals.keys()
        if told:
            self._check_open()
        result = super().write(vals)
        if told:
            self._check_open()
        if "report_id" in vals:
            self._check_report()
        if vals.get("urgency"):
            self._tell_urgent()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        self._check_open()

    def _check_open(self):
        """What was handed in stays as it was, like the lines of the report."""
        if self.env.su:
            return
        # sudo: the state of a report does not depend on reading it
        for report in self.sudo().report_id:
            if report.state not in OPEN_STATES:
                raise UserError(
                    self.env._(
                        "%(report)s has been submitted and is frozen, with its news. "
                        "Report news of their own instead.",
                        report=report.display_name,
                    )
                )

    @api.constrains("date")
    def _check_date(self):
        """News were heard: no day that is still to come where the person is."""
        for news in self:
            # sudo: only in which zone the person works
            today = self.env["crm.team"]._get_process_today(news.sudo().user_id)
            if news.date and news.date > today:
                raise ValidationError(
                    self.env._("News were heard already: choose a day until today.")
                )

    def _check_report(self):
        # sudo: whose report it is does not depend on reading it
        for news in self.sudo():
            if news.report_id and news.report_id.user_id != news.user_id:
                raise ValidationError(
                    self.env._("News stand in the reports of whoever reported them.")
                )

    def _tell_urgent(self):
        """Bring urgent news to the leader at once, one message and one activity."""
        # sudo: the leader is told by the system, whoever reported it
        untold = self.sudo().filtered(
            lambda news: news.urgency == "2" and not news.date_notified
        )
        for news in untold:
            team = news.team_id
            readers = (
                (team._get_reviewer(news.user_id) | team.user_id) - news.user_id
            ).filtered("active")
            notice = self.env["sales.process.notice"]
            notice._tell(
                readers,
                news._render_urgent,
                news,
                why="leader",
                answer=True,
                author_id=self.env.user.partner_id.id,
            )
            for reader in readers:
                # the message has told already
                notice._plan(
                    news.with_context(mail_activity_quick_update=True),
                    "sales_process_mgmt_report.mail_activity_type_work_report_urgent",
                    reader,
                    news._get_urgent_subject,
                    date_deadline=self.env["crm.team"]._get_process_today(reader),
                )
        untold.date_notified = self.env.cr.now()

    def _get_urgent_subject(self, env):
        return env._("Urgent news: %(name)s", name=self.name)

    def _render_urgent(self, env):
        """What a leader is told of urgent news.

        :param env: environment in the language of whoever reads
        :return: tuple, subject and body
        """
        subject = self._get_urgent_subject(env)
        link = self.with_context(lang=env.lang)._get_html_link(subject)
        return subject, link + plaintext2html(self.description or "")
