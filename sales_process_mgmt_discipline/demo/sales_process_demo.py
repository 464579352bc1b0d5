# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A policy that one person has not confirmed, and a violation in each state."""

from datetime import timedelta

from odoo import api, models

MODULE = "sales_process_mgmt_discipline"
TEXT = (
    "<p>A salesperson grants up to three percent, the leader up to eight. What is "
    "above is decided by the director before the customer hears of it.</p>"
    "<ul><li>Each discount stands in the quotation, with its reason.</li>"
    "<li>Freight and samples are discounts, too.</li></ul>"
)
# name, person, type, days ago, what happened
VIOLATIONS = (
    (
        "open",
        "li_wei",
        "report_late",
        2,
        "The report of the day came the next morning.",
    ),
    (
        "upheld",
        "li_wei",
        "customer_expired",
        16,
        "A buyer of machines was not called for ten days.",
    ),
    (
        "waived",
        "zhang_min",
        "report_missing",
        15,
        "No report on the day of the exhibition.",
    ),
    (
        "appealed",
        "wang_fang",
        "report_late",
        17,
        "The report of the week came on Monday.",
    ),
)

STATEMENTS = {
    "upheld": "I was on the road and forgot it.",
    "waived": "We were at the exhibition until ten in the evening.",
    "appealed": "I was with a customer in Suzhou on Friday.",
}
DECISIONS = {
    "upheld": "Ten days are too long for a customer of this size.",
    "waived": "The exhibition is an excuse.",
    "appealed": "The report can be written on the train.",
}


class SalesProcessDemo(models.AbstractModel):
    _inherit = "sales.process.demo"

    @api.model
    def _load_discipline(self):
        """Make a policy and violations; called by the demo data, once."""
        if self._is_loaded(MODULE):
            return
        self._load_policy()
        self._load_violations()
        self._set_loaded(MODULE)

    def _load_policy(self):
        """Published ten days ago, a week to read; Zhang Min has not confirmed."""
        admin = self._get_user("sales_admin")
        day = self._get_today(admin) - timedelta(days=10)
        team = self._get("team_east_demo")
        with self._at(self._get_moment(admin, day, 9)):
            team.process_policy = True
            policy = (
                self.env["sales.process.policy"]
                .with_user(admin)
                .create(
                    {
                        "name": "Discounts 折扣制度",
                        "area": "price",
                        "company_id": team.company_id.id,
                        "team_ids": team.ids,
                    }
                )
            )
            version = policy.version_ids.create(
                {
                    "policy_id": policy.id,
                    "text": TEXT,
                    "lang": "en_US",
                    "reading_days": 7,
                }
            )
            version.action_publish()
        for name in ("wang_fang", "li_wei", "sun_li"):
            user = self._get_user(name)
            with self._at(self._get_moment(user, day + timedelta(days=1), 10)):
                version.acknowledgement_ids.sudo().filtered(
                    lambda row, user=user: row.user_id == user
                ).with_user(user).with_context(
                    shown_version_id=version.id,
                    shown_hash=version.sudo().content_hash,
                ).action_confirm()
        self._remember({"policy_discounts_demo": policy.sudo()}, MODULE)

    def _load_violations(self):
        leader, judge = self._get_user("sun_li"), self._get_user("gao_feng")
        today = self._get_today(leader)
        team = self._get("team_east_demo")
        with self._at(self._get_moment(leader, today - timedelta(days=30), 9)):
            team.process_violation = True
        for name, user_name, kind, ago, note in VIOLATIONS:
            user, day = self._get_user(user_name), today - timedelta(days=ago)
            with self._at(self._get_moment(leader, day + timedelta(days=1), 9)):
                violation = (
                    self.env["sales.process.violation"]
                    .with_user(leader)
                    .create(
                        {
                            "type_id": self.env.ref(
                                f"{MODULE}.violation_type_{kind}"
                            ).id,
                            "user_id": user.id,
                            "team_id": team.id,
                            "date": day,
                            "note": note,
                        }
                    )
                )
            self._remember({f"violation_{name}_demo": violation.sudo()}, MODULE)
            if name == "open":
                continue
            with self._at(self._get_moment(user, day + timedelta(days=2), 18)):
                self._answer_violation(
                    user, violation.with_user(user).action_statement(), STATEMENTS[name]
                )
            asked = violation.with_user(judge)
            with self._at(self._get_moment(judge, day + timedelta(days=8), 10)):
                action = (
                    asked.action_waive() if name == "waived" else asked.action_uphold()
                )
                self._answer_violation(judge, action, DECISIONS[name])
            if name == "appealed":
                with self._at(self._get_moment(user, day + timedelta(days=11), 10)):
                    self._answer_violation(
                        user,
                        violation.with_user(user).action_appeal(),
                        "My leader knew of it: I had told her on Friday.",
                    )

    def _answer_violation(self, user, action, text):
        """Fill in the dialog that a button opens.

        :param dict action: what the button has returned
        """
        Answer = self.env[action["res_model"]].with_context(**action["context"])
        Answer.with_user(user).create({"text": text}).action_save()
