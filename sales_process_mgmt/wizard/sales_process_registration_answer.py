# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the registration says of a customer: whose it is, and what may be done."""

from markupsafe import Markup

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


class RegistrationAnswer:
    """The answer of one look-up to the person at the counter.

    :param wizard: sales.process.registration, one
    :param dict identities: what was typed, ``{(company_id or 0, kind, value): label}``
    :param result: LookupResult
    :param moment: naive UTC datetime from which the next look-up works where this one
        was refused, else False
    """

    def __init__(self, wizard, identities, result, moment=False):
        wizard.ensure_one()
        self.wizard = wizard
        self.env = wizard.env
        self.user = wizard.env.user
        self.identities = identities
        self.result = result
        self.moment = moment
        self.state = "limited" if moment else result.state
        self.hints = result.hints.browse() if moment else result.hints

    # ------------------------------------------------------------
    # WHAT MAY BE DONE
    # ------------------------------------------------------------

    def is_blocked(self):
        """Tell whether the customer cannot be registered because it is owned.

        :return: bool
        """
        if self.result.state not in ("owned", "helper", "several"):
            return False
        if self._is_only_observed() or self.is_for_owner():
            return False
        receiver = self.wizard._get_receiver()
        return not (
            receiver
            and self.result.holders.user_id == receiver
            and all(holder._may_know_owner(self.user) for holder in self.result.holders)
        )

    def is_for_owner(self):
        """Tell whether the reception registers a customer for its owner.

        :return: bool
        """
        return (
            self.result.state == "owned"
            and len(self.result.holders) == 1
            and self.user._is_process_reception()
        )

    def _is_only_observed(self):
        return all(holder.process_mode != "enforce" for holder in self.result.holders)

    def get_matches(self):
        """Customers whom the person works and who may be the same.

        :return: sales.process.ownership
        """
        return self.hints.filtered(
            lambda hint: hint.state == "open" and hint._can_work(self.user)
        ).sudo(False)

    # ------------------------------------------------------------
    # WORDS
    # ------------------------------------------------------------

    def _get_title(self):
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
        }[self.state]

    def _get_sentences(self):
        """What the person is told about the customer, below the title.

        :return: list of str
        """
        if self.moment:
            return [
                self.env["sales.process.lookup"]._get_limit_sentence(
                    self.wizard.company_id, self.moment
                )
            ]
        if self._is_unclear():
            return [
                self.env._(
                    "“%(value)s” is no complete phone number or e-mail address. Check "
                    "it, or register the customer without.",
                    value=(self.wizard.phone or self.wizard.email)[:40],
                )
            ]
        state = self.state
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
            return [self.result.previous._get_previous_sentence(self.user)]
        if state == "pool":
            return [self._get_pool_sentence(self.result.holders[0])]
        return self._get_owner_sentences()

    def _is_unclear(self):
        """Whether what was typed is no complete contact detail.

        :return: bool
        """
        wizard = self.wizard
        return (
            bool(wizard.phone or wizard.email)
            and not wizard.partner_id
            and self.state in ("new", False)
            and not any(key[1] in HARD_KINDS for key in self.identities)
        )

    def _get_owner_sentences(self):
        sentences = dict.fromkeys(map(self._get_owner_sentence, self.result.holders))
        if self.state == "several":
            sentences[self.env._("The team leader decides.")] = None
        elif self.state == "owned" and self._is_only_observed():
            sentences[
                self.env._(
                    "The team only observes: you may register the customer, and that "
                    "is recorded."
                )
            ] = None
        return list(sentences)

    def _get_owner_sentence(self, holder):
        """Say who is responsible, as much as the person may know.

        :return: str
        """
        if self.is_for_owner():
            return self._get_reception_sentence(holder)
        known = holder.with_env(self.env)
        if holder._can_work(self.user):
            return known._get_own_sentence(self.user)
        return known._get_conflict_sentence(self.user)

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
            leader=holder._get_deciding_user().name,
        )

    def _get_pool_sentence(self, holder):
        if holder.is_frozen:
            return self.env._(
                "This customer of %(team)s does not want to be contacted.",
                team=holder.team_id.name,
            )
        return self.env._(
            "This customer waits in the pool of %(team)s. Registering it takes it, "
            "under the rules of the pool.",
            team=holder.team_id.name,
        )

    def render(self):
        """The box: colour, icon and words, so that none of them is needed alone.

        :return: Markup
        """
        colour, icon = LOOKS[self.state]
        body = Markup().join(
            Markup("<div>%s</div>") % text for text in self._get_sentences()
        )
        if self.hints:
            body += Markup(
                '<div class="mt-2 fw-bold">%s</div><ul class="mb-0">%s</ul>'
            ) % (
                self.env._("Possibly the same customer:"),
                Markup().join(
                    Markup("<li>%s</li>") % self._get_hint(hint) for hint in self.hints
                ),
            )
        return Markup(
            '<div class="alert alert-%s d-flex mb-0 o_sales_process_result" '
            'role="status" data-state="%s">'
            '<i class="fa %s fa-2x fa-fw me-3" aria-hidden="true"></i>'
            '<div class="flex-grow-1 text-break">'
            '<div class="fs-4 fw-bold">%s</div>%s</div></div>'
        ) % (colour, self.state or "none", icon, self._get_title(), body)

    def _get_hint(self, hint):
        """One possible match, as much as the person may know.

        :return: Markup or str
        """
        sentence = hint.with_env(self.env)._get_conflict_sentence(self.user)
        if hint.state == "open" and hint._can_work(self.user):
            return Markup('<a href="/odoo/%s/%s" target="_blank">%s</a> · %s') % (
                hint._name,
                hint.id,
                hint.name or self.env._("Customer"),
                hint.user_id.name,
            )
        return sentence
