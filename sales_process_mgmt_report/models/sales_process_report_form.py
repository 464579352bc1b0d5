# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from .sales_process_work_report_ask import ReportQuestions

MAX_QUESTIONS = 30
# What happens to a version after it was published
STATE_FIELDS = frozenset(("date_published", "number", "published_by_id", "state"))
QUESTION_FIELDS = ("choices", "is_required", "kind", "name", "sequence")


class SalesProcessReportForm(models.Model):
    """What the reports of a team ask beside what is filled in by itself.

    A version never changes once it is published: whoever reads an old report sees the
    questions that were asked. A new version is asked in every report that is still
    open and has no answer yet.
    """

    _name = "sales.process.report.form"
    _description = "Report Form"
    _inherit = ["sales.process.guard"]
    _order = "team_id, kind, id desc"
    _fixed_fields = frozenset(("kind", "team_id"))

    team_id = fields.Many2one(
        "crm.team",
        required=True,
        index=True,
        ondelete="cascade",
        help="The team whose reports ask these questions.",
    )
    company_id = fields.Many2one(related="team_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [("daily", "Daily"), ("weekly", "Weekly"), ("monthly", "Monthly")],
        string="Report",
        required=True,
        default="weekly",
        help="Which report asks them.",
    )
    number = fields.Integer(
        string="Version",
        readonly=True,
        aggregator=None,
        help="Given when it is published.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("published", "In Use"), ("replaced", "No Longer Asked")],
        default="draft",
        required=True,
        readonly=True,
        index=True,
    )
    date_published = fields.Datetime(string="Asked Since", readonly=True)
    published_by_id = fields.Many2one("res.users", readonly=True)
    question_ids = fields.One2many(
        "sales.process.report.question", "form_id", string="Questions"
    )
    question_count = fields.Integer(
        string="Number of Questions", compute="_compute_question_count"
    )

    _published_uniq = models.UniqueIndex(
        "(team_id, kind) WHERE state = 'published'",
        "Another version has been published at this very moment: reload the page.",
    )
    _draft_uniq = models.UniqueIndex(
        "(team_id, kind) WHERE state = 'draft'",
        "There is a draft of this form already: go on with it.",
    )
    _number_uniq = models.UniqueIndex(
        "(team_id, kind, number) WHERE number > 0",
        "This version has been published at this very moment: reload the page.",
    )

    @api.depends("kind", "number", "team_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for form in self:
            # sudo: the name of the team is no secret
            names = {
                "team": form.sudo().team_id.name or "",
                "kind": kinds.get(form.kind, ""),
                "number": form.number,
            }
            form.display_name = (
                self.env._("%(team)s, %(kind)s, version %(number)s", **names)
                if form.number
                else self.env._("%(team)s, %(kind)s, draft", **names)
            )

    @api.depends("question_ids")
    def _compute_question_count(self):
        counts = dict(
            self.env["sales.process.report.question"]._read_group(
                [("form_id", "in", self.ids)], ["form_id"], ["__count"]
            )
        )
        for form in self:
            form.question_count = counts.get(form._origin, 0)

    # ------------------------------------------------------------
    # WHAT NEVER CHANGES
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        defaults = self.default_get(["kind", "team_id"])
        for vals in vals_list:
            self._check_no_draft({**defaults, **vals})
        return super().create(vals_list)

    def write(self, vals):
        # also in sudo: what was asked nobody changes
        if vals.keys() - STATE_FIELDS:
            self._check_draft()
        return super().write(vals)

    def unlink(self):
        self.check_access("unlink")
        self._check_draft()
        return super().unlink()

    @api.model
    def _check_no_draft(self, vals):
        """Explain kindly what the database enforces in any case."""
        # sudo: whether there is a draft does not depend on reading it
        if self.sudo().search_count(
            [
                ("team_id", "=", vals.get("team_id")),
                ("kind", "=", vals.get("kind")),
                ("state", "=", "draft"),
            ],
            limit=1,
        ):
            raise UserError(
                self.env._("There is a draft of this form already: go on with it.")
            )

    def _check_draft(self):
        """Refuse to change what reports have asked.

        :raise UserError: one sentence
        """
        asked = self.filtered(lambda form: form.state != "draft")
        if asked:
            raise UserError(
                self.env._(
                    "“%(form)s” has been asked and never changes: make a new version "
                    "instead.",
                    form=asked[0].display_name,
                )
            )

    # ------------------------------------------------------------
    # VERSIONS
    # ------------------------------------------------------------

    def action_publish(self):
        """Ask these questions from now on, instead of those of the version before.

        :return: dict, a notification
        """
        self.ensure_one()
        self.check_access("write")
        self._lock_team()
        self._check_draft()
        if not self.question_ids:
            raise UserError(self.env._("Add at least one question, then publish."))
        self.question_ids._check_choices()
        # sudo: states and numbers are the system's; the right was asked above
        form = self.sudo()
        versions = form.search(form._get_versions_domain())
        versions.filtered(lambda row: row.state == "published").state = "replaced"
        # the index allows one at a time
        form.flush_model(["state"])
        form.write(
            {
                "state": "published",
                "number": max(versions.mapped("number")) + 1,
                "date_published": self.env.cr.now(),
                "published_by_id": self.env.uid,
            }
        )
        form._ask_in_open_reports(form)
        return self.env["sales.process.notice"]._toast(
            self.env._("Asked from now on, in every report that is still empty."),
        )

    def action_withdraw(self):
        """Ask none of these questions any more; answers that were given stay.

        :return: dict, a notification
        """
        self.ensure_one()
        self.check_access("write")
        self._lock_team()
        if self.state != "published":
            raise UserError(
                self.env._("“%(form)s” is not asked now.", form=self.display_name)
            )
        # sudo: states are the system's; the right was asked above
        form = self.sudo()
        form.state = "replaced"
        form._ask_in_open_reports(form.browse())
        return self.env["sales.process.notice"]._toast(
            self.env._("Not asked any more. Answers that were given stay."),
        )

    def action_new_version(self):
        """Open the draft of the next version, made of this one if need be.

        :return: dict, a window action
        """
        self.ensure_one()
        self.check_access("write")
        draft = self.search(
            [*self._get_versions_domain(), ("state", "=", "draft")], limit=1
        ) or self.create(
            [
                {
                    "team_id": self.team_id.id,
                    "kind": self.kind,
                    "question_ids": [
                        Command.create({name: row[name] for name in QUESTION_FIELDS})
                        for row in self.question_ids
                    ],
                }
            ]
        )
        return {
            "type": "ir.actions.act_window",
            "name": draft.display_name,
            "res_model": self._name,
            "res_id": draft.id,
            "views": [(False, "form")],
        }

    def _get_versions_domain(self):
        return [("team_id", "=", self.team_id.id), ("kind", "=", self.kind)]

    def _lock_team(self):
        """Two versions of one form are not published at the same moment."""
        # sudo: all versions, read or not
        self.sudo().search(self._get_versions_domain())._lock_rows()

    def _ask_in_open_reports(self, form):
        """Reports that are open and have no answer ask this form from now on.

        :param form: the version that is asked, empty for none
        """
        reports = self.env["sales.process.work.report"].search(
            Domain("team_id", "=", self.team_id.id)
            & Domain("kind", "=", self.kind)
            & Domain("state", "in", ("draft", "excused"))
            & Domain("date_due", ">=", self.env.cr.now())
        )
        ReportQuestions(reports).ask(dict.fromkeys(reports, form))

    @api.model
    def _get_asked(self, teams):
        """The versions that teams ask now.

        :param teams: crm.team
        :return: ``{(team id, kind): sales.process.report.form}`` in sudo
        """
        # sudo: what a team asks is asked of everybody in it
        forms = self.sudo().search(
            [("state", "=", "published"), ("team_id", "in", teams.ids)]
        )
        return {(form.team_id.id, form.kind): form for form in forms}
