# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.sales_process_mgmt.tools import texts


class SalesProcessViolationType(models.Model):
    """What counts as a violation, how heavily, and from which facts it is proposed."""

    _name = "sales.process.violation.type"
    _description = "Type of Violation"
    _is_copied = True
    _inherit = ["sales.process.guard"]
    _order = "sequence, id"
    _text_limits = {"name": texts.NAME_LENGTH, "note": texts.NOTE_LENGTH}

    name = fields.Char(required=True, translate=True, size=texts.NAME_LENGTH)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: for all companies."
    )
    note = fields.Text(
        string="What It Means", translate=True, help="Read by everybody in sales."
    )
    severity = fields.Selection(
        [("minor", "Minor"), ("serious", "Serious"), ("grave", "Grave")],
        required=True,
        default="minor",
    )
    points = fields.Integer(
        required=True,
        default=1,
        aggregator=None,
        help="They lower a score. What was recorded before keeps its points.",
    )
    expire_months = fields.Integer(
        string="Points Count for (Months)",
        default=12,
        aggregator=None,
        help="After so many months it is no repetition any more. 0: never.",
    )
    repeat_times = fields.Integer(
        string="Heavier from the N-th Time",
        default=3,
        aggregator=None,
        help="Upheld so many times without having expired, it is serious and weighs "
        "the points of a repetition. 0: never.",
    )
    repeat_points = fields.Integer(
        string="Points of a Repetition", default=3, aggregator=None
    )
    statement_days = fields.Integer(
        string="Days to Be Heard",
        default=3,
        aggregator=None,
        help="For so many days of presence the person may say what happened, before "
        "it is decided.",
    )
    appeal_days = fields.Integer(
        string="Days to Appeal",
        default=7,
        aggregator=None,
        help="For so many days of presence after the decision.",
    )
    fact_kind = fields.Selection(
        selection="_get_fact_kinds",
        string="Proposed from",
        copy=False,
        help="Each fact of this kind is proposed once. Empty: leaders record it.",
    )
    date_from = fields.Date(
        string="For Facts from",
        required=True,
        default=lambda self: self.env["crm.team"]._get_process_today(self.env.user),
        help="What happened before this day is not proposed.",
    )
    policy_id = fields.Many2one(
        "sales.process.policy",
        string="Rests on",
        index="btree_not_null",
        help="The policy that says so. Facts before it was in effect are not proposed.",
    )

    _fact_uniq = models.UniqueIndex(
        "(fact_kind, COALESCE(company_id, 0)) WHERE active AND fact_kind IS NOT NULL",
        "Another type is proposed from the same facts: change that one instead.",
    )
    _check_numbers = models.Constraint(
        "CHECK(points BETWEEN 0 AND 1000 AND repeat_points BETWEEN 0 AND 1000"
        " AND expire_months BETWEEN 0 AND 1200 AND repeat_times BETWEEN 0 AND 1000"
        " AND statement_days BETWEEN 0 AND 365 AND appeal_days BETWEEN 0 AND 365)",
        "Points lie between 0 and 1,000, days between 0 and 365.",
    )

    @api.model
    def _get_fact_kinds(self):
        """The kinds of facts there are, and those of an addon that may come and go.

        A type that waits for the facts of work reports keeps its meaning without them:
        nothing is proposed from it then.
        """
        Fact = self.env["sales.process.fact"]
        known = Fact._fields["kind"]._description_selection(self.env)
        beside = {
            "report_missing": self.env._("Report Missing"),
            "report_late": self.env._("Report Late"),
            "news_missing": self.env._("Intelligence Missing"),
            "meeting_missed": self.env._("Meeting Missed"),
            "exam_overdue": self.env._("Exam Not Passed in Time"),
            "exam_failed": self.env._("Exam Attempt Failed"),
            "complaint_late": self.env._("Complaint Answered Late"),
        }
        names = dict(known)
        return known + [(kind, beside[kind]) for kind in beside if kind not in names]
