# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import models

from ..models.sales_process_ownership_key import HARD_KINDS

# state: (colour of the box, icon)
LOOKS = {
    False: ("secondary", "fa-keyboard-o"),
    "new": ("success", "fa-user-plus"),
    "mine": ("success", "fa-check-circle"),
    "helper": ("info", "fa-handshake-o"),
    "owned": ("danger", "fa-lock"),
    "pool": ("warning", "fa-inbox"),
    "expired": ("success", "fa-unlock"),
    "several": ("danger", "fa-users"),
    "shared": ("warning", "fa-building-o"),
    "limited": ("warning", "fa-hourglass-half"),
}


class SalesProcessRegistration(models.TransientModel):
    """How the registration says whose customer it is."""

    _inherit = "sales.process.registration"

    def _get_result_title(self, state):
        return {
            False: self.env._("Type a phone number or an e-mail address"),
            "new": self.env._("New customer"),
            "mine": self.env._("Your customer"),
            "helper": self.env._("You help with this customer"),
            "owned": self.env._("Somebody else's customer"),
            "pool": self.env._("In the pool"),
            "expired": self.env._("Free again"),
            "several": self.env._("These details belong to several owners"),
            "shared": self.env._("This detail identifies nobody"),
            "limited": self.env._("Too many look-ups"),
        }[state]

    def _get_result_sentences(self, identities, result):
        """What the person is told about the customer, below the title.

        :return: list of str
        """
        self.ensure_one()
        state, user = result.state, self.env.user
        unclear = (
            (self.phone or self.email)
            and not self.partner_id
            and state in ("new", False)
            and not any(key[1] in HARD_KINDS for key in identities)
        )
        if unclear:
            return [
                self.env._(
                    "“%(value)s” is no complete phone number or e-mail address. Check "
                    "it, or register the customer without.",
                    value=(self.phone or self.email)[:40],
                )
            ]
        if not state:
            return [
                self.env._(
                    "You see at once whose customer it is. Press Enter to go on."
                )
            ]
        if state == "new":
            return [self.env._("Nobody is responsible for this customer yet.")]
        if state == "shared":
            return [
                self.env._(
                    "It is on the company's list of switchboards and shared addresses. "
                    "Add a detail of the person to know whose customer it is."
                )
            ]
        if state == "expired":
            return [result.previous._get_previous_sentence(user)]
        if state == "pool":
            return self._get_pool_sentences(result.holders[0])
        sentences = []
        for holder in result.holders:
            known = holder.with_env(self.env)
            sentence = (
                known._get_own_sentence(user)
                if holder._can_work(user)
                else known._get_conflict_sentence(user)
            )
            if self._is_received_for_owner(result):
                sentence = self._get_reception_sentence(holder)
            if sentence not in sentences:
                sentences.append(sentence)
        if state == "several":
            sentences.append(self.env._("The team leader decides."))
        elif state == "owned" and self._is_only_observed(result):
            sentences.append(
                self.env._(
                    "The team only observes: you may register the customer, and that "
                    "is recorded."
                )
            )
        return sentences

    def _get_reception_sentence(self, holder):
        """Tell the front desk whom to call: the owner, or who stands in.

        :return: str
        """
        owner, team = holder.user_id, holder.team_id.name
        is_away, deputy = owner._get_standing_in()
        if not is_away:
            return self.env._(
                "%(owner)s (%(team)s) is responsible. Call %(owner)s and register the "
                "visit.",
                owner=owner.name,
                team=team,
            )
        if deputy:
            return self.env._(
                "%(owner)s (%(team)s) is responsible and away. Call %(deputy)s, who "
                "stands in, and register the visit.",
                owner=owner.name,
                team=team,
                deputy=deputy.name,
            )
        return self.env._(
            "%(owner)s (%(team)s) is responsible and away, and nobody stands in. Call "
            "%(leader)s and register the visit.",
            owner=owner.name,
            team=team,
            leader=self._get_deciding_leader(holder).name,
        )

    def _get_pool_sentences(self, holder):
        if holder.is_frozen:
            return [
                self.env._(
                    "This customer of %(team)s does not want to be contacted.",
                    team=holder.team_id.name,
                )
            ]
        return [
            self.env._(
                "This customer waits in the pool of %(team)s. Registering it takes it, "
                "under the rules of the pool.",
                team=holder.team_id.name,
            )
        ]

    def _is_only_observed(self, result):
        return all(row.process_mode != "enforce" for row in result.holders)

    def _render_result(self, state, sentences, hints):
        """The box: colour, icon and words, so that none of them is needed alone.

        :return: Markup
        """
        colour, icon = LOOKS[state]
        body = Markup().join(Markup("<div>%s</div>") % text for text in sentences)
        if hints:
            body += Markup(
                '<div class="mt-2 fw-bold">%s</div><ul class="mb-0">%s</ul>'
            ) % (
                self.env._("Possibly the same customer:"),
                Markup().join(
                    Markup("<li>%s</li>") % self._get_hint(hint) for hint in hints
                ),
            )
        return Markup(
            '<div class="alert alert-%s d-flex mb-0 o_sales_process_result" '
            'role="status" data-state="%s">'
            '<i class="fa %s fa-2x fa-fw me-3" aria-hidden="true"></i>'
            '<div class="flex-grow-1 text-break">'
            '<div class="fs-4 fw-bold">%s</div>%s</div></div>'
        ) % (colour, state or "none", icon, self._get_result_title(state), body)

    def _get_hint(self, hint):
        """One possible match, as much as the person may know.

        :return: Markup or str
        """
        user = self.env.user
        sentence = hint.with_env(self.env)._get_conflict_sentence(user)
        if hint.state == "open" and hint._can_work(user):
            return Markup('<a href="/odoo/%s/%s" target="_blank">%s</a> · %s') % (
                hint._name,
                hint.id,
                hint.name or self.env._("Customer"),
                hint.user_id.name,
            )
        return sentence
