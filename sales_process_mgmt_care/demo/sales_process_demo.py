# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two complaints of the showroom's customers, and what customers thought of it."""

import time
from datetime import timedelta

from odoo import api, models

from ..models.sales_process_complaint_intake import ComplaintIntake
from ..tools import tokens

MODULE = "sales_process_mgmt_care"
# who has sold, stars and words of the customer
ANSWERS = (
    ("wang_fang", 5, "Quick, honest, and the samples came on time.", "Mr. Zhou"),
    ("li_wei", 4, "Good advice, the delivery took a while.", ""),
    ("wang_fang", 5, "", ""),
    ("zhang_min", 2, "Had to ask three times for the invoice.", "Purchasing"),
    ("zhang_min", 4, "", ""),
)


class SalesProcessDemo(models.AbstractModel):
    _inherit = "sales.process.demo"

    @api.model
    def _load_care(self):
        """Make complaints and answers; called by the demo data, once."""
        if self._is_loaded(MODULE):
            return
        team = self._get("team_east_demo")
        leader = self._get_user("sun_li")
        today = self._get_today(leader)
        with self._at(self._get_moment(leader, today - timedelta(days=30), 9)):
            team.write({"process_complaint": True, "process_satisfaction": True})
        self._load_settled_complaint(leader, today - timedelta(days=9))
        self._load_open_complaint(team, leader, today - timedelta(days=3))
        self._load_answers()
        self._set_loaded(MODULE)

    def _load_settled_complaint(self, leader, day):
        """One that a salesperson wrote down for an own customer."""
        user = self._get_user("wang_fang")
        lead = self._get("lead_east_12_demo")
        with self._at(self._get_moment(user, day, 10)):
            self.env["sales.process.complaint.entry"].with_user(user).create(
                {
                    "name": "Four of sixty boxes came broken 六十箱中四箱破损",
                    "description": "The pallets were packed badly. The site waits.",
                    "severity": "serious",
                    "partner_id": lead.partner_id.id,
                    "contact_name": lead.contact_name,
                    "contact_phone": lead.phone,
                }
            ).action_save()
            complaint = self.env["sales.process.complaint"].search(
                [("recorded_by_id", "=", user.id)], limit=1
            )
            self._remember({"complaint_settled_demo": complaint}, MODULE)
        with self._at(self._get_moment(user, day + timedelta(days=1), 11)):
            complaint.with_user(user).write(
                {"cause": "product", "action_taken": "Sent four boxes the same day."}
            )
        with self._at(self._get_moment(leader, day + timedelta(days=1), 15)):
            self._answer_complaint(
                complaint.with_user(leader).action_decide(),
                verdict="justified",
                text="The photographs show it. The warehouse packs with edge guards.",
            )
            self._answer_complaint(
                complaint.with_user(leader).action_tell(), customer_agrees="yes"
            )

    def _answer_complaint(self, action, **values):
        """Fill in the dialog that a button opens, as that person.

        :param dict action: what the button has returned
        """
        Answer = self.env[action["res_model"]].with_context(**action["context"])
        complaint = self.env["sales.process.complaint"].browse(
            action["context"]["default_complaint_id"]
        )
        user = complaint.team_id.user_id
        Answer.with_user(user).create(values).action_save()

    def _load_open_complaint(self, team, leader, day):
        """One that a customer sent by the public page."""
        lead = self._get("lead_east_08_demo")
        with self._at(self._get_moment(leader, day, 14)):
            complaint, _is_new = ComplaintIntake(self.env, team).run(
                {
                    "channel": "public",
                    "name": "Nobody answers the telephone 电话无人接听",
                    "description": "I have called three times since Monday. When does "
                    "the technician come?",
                    "contact_name": lead.contact_name,
                    "contact_phone": lead.phone,
                }
            )
        self._remember({"complaint_open_demo": complaint}, MODULE)

    def _load_answers(self):
        """Customers were asked by e-mail, and have answered."""
        Satisfaction = self.env["sales.process.satisfaction"]
        for number, (seller, score, comment, name) in enumerate(ANSWERS):
            user = self._get_user(seller)
            day = self._get_today(user) - timedelta(days=12 - number)
            lead = self._win(
                user, 18000 + 6000 * number, self._get_moment(user, day, 15), number
            )
            self._remember({f"lead_asked_{number}_demo": lead}, MODULE)
            with self._at(self._get_moment(user, day + timedelta(days=2), 10)):
                Satisfaction._note_won(lead.team_id, lead.date_closed)
                asked = Satisfaction.search([("lead_id", "=", lead.id)])
                # the link alone: no demonstration sends a mail
                link = asked._ask(self.env.cr.now() + timedelta(days=14))
                token = link.rpartition("/")[2]
                # the page was shown a minute ago: nobody answers within a second
                nonce = tokens.make_nonce(
                    Satisfaction._get_secret(),
                    tokens.hash_token(token),
                    time.time() - 60,
                )
                Satisfaction._answer(
                    token, nonce, score, comment, name, f"192.0.2.{number}"
                )
