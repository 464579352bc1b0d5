# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import format_date, format_datetime
from odoo.tools.mail import is_html_empty

from odoo.addons.sales_process_mgmt.tools import texts

from ..tools import policies as policy_tools
from .sales_process_policy_audience import PolicyAudience

READING_DAYS = 7
# What is written when a version is withdrawn or followed by another one.
STATE_FIELDS = frozenset(
    ("date_withdrawn", "state", "withdraw_reason", "withdrawn_by_id")
)


class SalesProcessPolicyVersion(models.Model):
    """What a policy says from some day on. Nobody changes it once it is published.

    Text and files are recognised by a checksum: who confirms names it, and a text that
    was changed past the system shows.
    """

    _name = "sales.process.policy.version"
    _description = "Version of a Policy"
    _inherit = ["sales.process.guard"]
    _order = "policy_id, id desc"
    _rec_name = "name"
    _text_limits = {"change_note": texts.REASON_LENGTH, "text": texts.NOTE_LENGTH}
    _fixed_fields = frozenset(("policy_id",))

    policy_id = fields.Many2one(
        "sales.process.policy",
        string="Company Policy",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    name = fields.Char(
        string="Title",
        readonly=True,
        copy=False,
        compute="_compute_name",
        store=True,
        help="The name of the policy when this version was published.",
    )
    number = fields.Integer(
        string="Version",
        readonly=True,
        copy=False,
        aggregator=None,
        help="Given when it is published.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("published", "Published"),
            ("superseded", "Replaced"),
            ("withdrawn", "Withdrawn"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    text = fields.Html(help="What people confirm.")
    lang = fields.Selection(
        selection="_get_languages",
        string="Language",
        required=True,
        default=lambda self: self._default_lang(),
        help="In which language the text is written. It is kept with each "
        "confirmation.",
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "sales_process_policy_version_attachment_rel",
        "version_id",
        "attachment_id",
        string="Files",
        copy=False,
        help="They are part of what people confirm.",
    )
    files = fields.Json(
        string="Checksums of Files",
        readonly=True,
        copy=False,
        export_string_translation=False,
    )
    date_effect = fields.Date(
        string="In Effect From",
        help="It can be read and confirmed before. Empty: from the day on which it is "
        "published.",
    )
    reading_days = fields.Integer(
        string="Days to Confirm",
        default=lambda self: self._default_days(),
        help="How many days of presence people have after they were asked.",
    )
    is_minor = fields.Boolean(
        string="Minor Change",
        copy=False,
        help="Whoever has confirmed the version before is not asked again. Whoever has "
        "not confirms this one, in the time that was left.",
    )
    change_note = fields.Char(
        string="What Is New",
        size=texts.REASON_LENGTH,
        copy=False,
        help="Told with the news.",
    )
    content_hash = fields.Char(
        string="Checksum",
        readonly=True,
        copy=False,
        help="SHA-256 of title, number, language, effect, text and files.",
    )
    is_intact = fields.Boolean(
        string="Content Unchanged",
        compute="_compute_is_intact",
        help="Whether text and files that are kept still have the checksum.",
    )
    date_published = fields.Datetime(
        string="Published On", readonly=True, copy=False, index="btree_not_null"
    )
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    date_withdrawn = fields.Datetime(string="Withdrawn On", readonly=True, copy=False)
    withdrawn_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    withdraw_reason = fields.Char(
        string="Why Withdrawn", readonly=True, copy=False, size=texts.REASON_LENGTH
    )
    acknowledgement_ids = fields.One2many(
        "sales.process.policy.acknowledgement", "version_id", readonly=True
    )

    _number_uniq = models.UniqueIndex(
        "(policy_id, number) WHERE number > 0",
        "This version has been published at this very moment: reload the page.",
    )
    _published_uniq = models.UniqueIndex(
        "(policy_id) WHERE state = 'published'",
        "Another version has been published at this very moment: reload the page.",
    )
    _draft_uniq = models.UniqueIndex(
        "(policy_id) WHERE state = 'draft'",
        "There is a draft of this policy already: go on with it.",
    )
    _check_days = models.Constraint(
        "CHECK(reading_days BETWEEN 0 AND 365)",
        "There are 0 to 365 days to confirm a policy.",
    )

    @api.model
    def _get_languages(self):
        return self.env["res.lang"].get_installed()

    @api.model
    def _default_lang(self):
        return self.env.user.lang or self.env.lang or "en_US"

    @api.model
    def _default_days(self):
        return READING_DAYS

    @api.depends("policy_id.name", "state")
    def _compute_name(self):
        for version in self:
            # what was published keeps its title, whatever the policy is called later
            if version.state == "draft" or not version.name:
                version.name = version.policy_id.name

    @api.depends("number", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for version in self:
            version.display_name = (
                self.env._(
                    "%(policy)s, version %(number)s",
                    policy=version.name or "",
                    number=version.number,
                )
                if version.number
                else self.env._("%(policy)s, draft", policy=version.name or "")
            )

    @api.depends("content_hash", "text", "attachment_ids")
    def _compute_is_intact(self):
        for version in self:
            # sudo: whoever reads the version asks about its files
            version.is_intact = bool(version.content_hash) and (
                version.sudo()._make_hash() == version.content_hash
            )

    # ------------------------------------------------------------
    # WHAT NEVER CHANGES
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        versions = super().create(vals_list)
        versions._link_files()
        return versions

    def write(self, vals):
        if not self.env.su:
            self.check_access("write")
            self._refuse_protected(vals, fixed=True)
        # also in sudo: what people have confirmed nobody changes
        if vals.keys() - STATE_FIELDS:
            self._check_draft()
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._link_files()
        return result

    def unlink(self):
        self.check_access("unlink")
        self._check_draft()
        return super().unlink()

    def _check_draft(self):
        """Refuse to change what has been published.

        :raise UserError: one sentence
        """
        published = self.filtered(lambda row: row.state != "draft")
        if published:
            raise UserError(
                self.env._(
                    "“%(version)s” has been published and never changes, nor do its "
                    "files: publish a new version instead.",
                    version=published[0].display_name,
                )
            )

    def _link_files(self):
        """Files belong to the version: whoever may read it may read them.

        :raise AccessError: for files of somebody else, or of another document
        """
        for version in self:
            # sudo: where a file is, not what stands in it
            for file in version.sudo().attachment_ids:
                if (file.res_model, file.res_id) == (version._name, version.id):
                    continue
                own = file.create_uid == self.env.user and not file.res_id
                if not own and not self.env.su:
                    raise AccessError(
                        self.env._(
                            "“%(file)s” belongs to another document: upload it here.",
                            file=file.name,
                        )
                    )
                file.write({"res_model": version._name, "res_id": version.id})

    def _take_files(self, other):
        """Begin with copies of the files of another version.

        :param other: sales.process.policy.version, may be empty
        """
        self.ensure_one()
        # sudo: of the same policy, which the user may write
        files = other.sudo().attachment_ids
        copies = files.browse().union(
            *(file.copy({"res_model": self._name, "res_id": self.id}) for file in files)
        )
        if copies:
            self.sudo().attachment_ids = [Command.set(copies.ids)]

    def _list_files(self):
        """Names and checksums of the files, in a fixed order.

        :return: list of ``[name, SHA-256, size in bytes]``
        """
        self.ensure_one()
        return sorted(
            [file.name, hashlib.sha256(file.raw or b"").hexdigest(), file.file_size]
            for file in self.attachment_ids
        )

    def _make_hash(self):
        """The checksum of what is stored now.

        :return: str
        """
        self.ensure_one()
        return policy_tools.make_content_hash(
            {
                "title": self.name,
                "number": self.number,
                "lang": self.lang,
                "effect": fields.Date.to_string(self.date_effect),
                "text": str(self.text or ""),
                "files": self._list_files(),
            }
        )

    # ------------------------------------------------------------
    # PUBLISHING
    # ------------------------------------------------------------

    def action_publish(self):
        """Announce the version: nobody changes it any more, people are asked.

        :raise AccessError: for who does not administer sales
        :raise UserError: where there is nothing to read
        """
        self.ensure_one()
        self.check_access("write")
        # sudo: written by the system after the check above
        version = self.sudo()
        policy = version.policy_id._lock_rows()
        version._check_draft()
        version._check_content()
        earlier = policy.version_ids.filtered("number")
        now = self.env.cr.now().replace(microsecond=0)
        if version.is_minor and not earlier:
            raise UserError(
                self.env._("The first version is no minor change: everybody reads it.")
            )
        before = policy.current_version_id
        before.write({"state": "superseded"})
        before.flush_recordset()
        version.write(
            {
                "number": max(earlier.mapped("number"), default=0) + 1,
                "date_effect": version.date_effect
                or self.env["crm.team"]._get_process_today(self.env.user),
                "files": version._list_files(),
                "date_published": now,
                "published_by_id": self.env.uid,
            }
        )
        version.write({"content_hash": version._make_hash()})
        version.write({"state": "published"})
        policy.current_version_id = version
        earlier.acknowledgement_ids.filtered(
            lambda row: row.state in ("to_read", "read", "declined")
        )._close("newer")
        PolicyAudience(policy).run()

    def _check_content(self):
        """Refuse to publish what cannot be confirmed.

        :raise UserError: one sentence
        """
        self.ensure_one()
        if is_html_empty(self.text) and not self.attachment_ids:
            raise UserError(self.env._("Write the text, or add a file, first."))
        links = self.attachment_ids.filtered(lambda file: file.type != "binary")
        if links:
            raise UserError(
                self.env._(
                    "“%(file)s” is a link, and what it shows may change: upload the "
                    "file itself.",
                    file=links[0].name,
                )
            )

    def action_withdraw(self):
        """Ask why, then withdraw.

        :return: dict, a window action
        """
        self.ensure_one()
        return self.env["sales.process.policy.answer"]._open(
            "withdraw", self.env._("Withdraw"), default_version_id=self.id
        )

    def _withdraw(self, reason):
        """Nobody is asked any more; what was confirmed stays confirmed.

        :param str reason: why
        :raise AccessError: for who does not administer sales
        :raise UserError: where it is not in force
        """
        self.ensure_one()
        self.check_access("write")
        # sudo: written by the system after the check above
        version = self.sudo()
        policy = version.policy_id._lock_rows()
        if policy.current_version_id != version:
            raise UserError(
                self.env._("Only what is published can be withdrawn: reload the page.")
            )
        version.write(
            {
                "state": "withdrawn",
                "date_withdrawn": self.env.cr.now().replace(microsecond=0),
                "withdrawn_by_id": self.env.uid,
                "withdraw_reason": reason,
            }
        )
        policy.current_version_id = False
        version.acknowledgement_ids.filtered(
            lambda row: row.state in ("to_read", "read", "declined")
        )._close("withdrawn")

    # ------------------------------------------------------------
    # NEWS
    # ------------------------------------------------------------

    def _render_news(self, url):
        """What people are told when they are asked.

        :param str url: where they read and confirm
        :return: function of an environment in the language of whoever reads
        """
        self.ensure_one()

        def render(env):
            # sudo: its name in a message to whoever has to confirm
            version = self.with_env(env).sudo()
            subject = env._("Read and confirm: %(policy)s", policy=version.name)
            lines = [
                env._(
                    "“%(policy)s” holds from %(day)s. Read it, then confirm or say why "
                    "you do not agree.",
                    policy=version.name,
                    day=format_date(env, version.date_effect),
                )
            ]
            if version.change_note:
                lines.append(
                    env._("What is new: %(change)s", change=version.change_note)
                )
            link = Markup('<p><a href="%s">%s</a></p>') % (
                url,
                env._("Read and Confirm"),
            )
            return subject, Markup().join(map(texts.paragraph, lines)) + link

        return render

    def _make_newer_error(self):
        """The sentence for who answers a text that holds no more.

        :return: UserError
        """
        self.ensure_one()
        current = self.policy_id.current_version_id
        if not current:
            return UserError(
                self.env._("This policy has been withdrawn: there is nothing to do.")
            )
        return UserError(
            self.env._(
                "A newer version was published at %(moment)s: reload the page and "
                "read version %(number)s.",
                moment=format_datetime(
                    self.env, current.date_published, dt_format="short"
                ),
                number=current.number,
            )
        )

    def _open_form(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_open(self):
        """Open the version.

        :return: dict, a window action
        """
        return self._open_form()

    def action_view_acknowledgements(self):
        """Who has confirmed this version, who has not.

        :return: dict, a window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_process_mgmt_discipline.sales_process_policy_unconfirmed_action"
        )
        return {
            **action,
            "name": self.display_name,
            "domain": [("version_id", "=", self.id)],
            "context": {
                "search_default_group_state": True,
                "pivot_row_groupby": ["team_id"],
            },
        }
