# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Work with somebody else's customer, on whatever document."""

from odoo import api, models
from odoo.exceptions import UserError

from ..exceptions import CustomerOwnedError
from .sales_process_customer_guard import CustomerGuard


class SalesProcessOwnershipGuarded(models.AbstractModel):
    """Entries to ``CustomerGuard``: the customer is guarded, not only the lead.

    Ownerships inherit them; addons that have documents of their own call them.
    """

    _name = "sales.process.ownership.guarded"
    _description = "Work with a Customer"

    @api.model
    def _is_attended(self):
        """Tell whether somebody of ours is there to read a refusal.

        Nobody is behind portal and public users, scheduled actions and what another
        calendar sends. Who acts is the user, whether or not the code is in sudo.

        :return: bool
        """
        return CustomerGuard(self.env).is_attended()

    @api.model
    def _is_judged(self, user):
        """Tell whether ``user`` is refused what is a colleague's: who sells."""
        return user.has_group("sales_team.group_sale_salesman") and not user.has_group(
            "sales_team.group_sale_manager"
        )

    @api.model
    def _find_guarded(self, partners, companies=None):
        """Whose customers these contacts are, in teams that enforce.

        A contact is the customer, or one of the people of the company that is the
        customer, or has a telephone number or an e-mail address of the customer: it
        is asked for like the keys of a new lead. The number of queries does not
        depend on the number of contacts, and is none where no team is active.

        :param partners: res.partner; colleagues among them are nobody's customers
        :param companies: res.company in which to look, by default the user's
        :return: ``{partner: running sales.process.ownership in sudo}``; the pool
            counts, too
        """
        return CustomerGuard(self.env).find(partners, companies)

    @api.model
    def _check_customer_work(
        self, partners, companies=None, emails=(), phones=(), is_meeting=False
    ):
        """Refuse a salesperson who works a colleague's customer, in one sentence.

        The owner, its helpers and the leader work the customer, and so do people
        without sales rights: accounting, delivery, support. Where nobody is there
        to read it, nothing is refused: the owner is told, and the conflict recorded.

        :param partners: res.partner whom somebody quotes, writes to, meets, plans
            or merges
        :param companies: res.company of the document, by default the user's
        :param emails: addresses that are written to without a contact
        :param phones: numbers that are written to without a contact
        :param bool is_meeting: whoever let the customer go keeps what was agreed with
            it: somebody has to be there
        :raise CustomerOwnedError: the customer belongs to somebody else
        """
        return CustomerGuard(self.env).check_work(
            partners, companies, emails, phones, is_meeting
        )

    @api.model
    def _check_document_work(self, documents):
        """See :meth:`_check_customer_work`, of leads and contacts.

        Nothing where no team is active, or nobody is there to read a refusal.

        :param documents: iterable of ``(name of the model, id)``, read only where it
            is needed; other models are left out
        """
        return CustomerGuard(self.env).check_documents(documents)

    @api.model
    def _check_typed_details(self, before):
        """Refuse a salesperson who types what identifies somebody else's customer.

        Only on contacts that are customers: they are judged by their own period, so
        a colleague's number on them would open the colleague's customer. Others are
        judged by their details when they are worked.

        :param dict before: ``{res.partner: (phone, email, country, tax ID, place,
            commercial partner)}`` of before the change, nothing for a new contact
        :raise CustomerOwnedError: a detail is another customer's, and new here
        """
        return CustomerGuard(self.env).check_typed(before)

    @api.model
    def _check_moved(self, moved):
        """Refuse who moves contacts into or out of a colleague's customer, or hides it.

        Whatever is on them: a contact person of a colleague's company stays there, a
        colleague's customer is moved below no other company and not archived, and an
        own customer becomes none of a colleague's people. A contact that is nobody's
        may become one: the owner gains it. Where a person is the customer, that
        contact alone is judged.

        :param dict moved: ``{res.partner: (commercial partner before, after)}``, the
            same twice where a contact was archived or put somewhere else
        :raise CustomerOwnedError: one sentence that says whose customer it is
        """
        return CustomerGuard(self.env).check_moved(moved)

    def _make_work_refusal(self, env, partner):
        """The sentence that tells a salesperson whose customer it is.

        :param env: the environment of who reads it
        :param partner: res.partner that was worked, may be empty
        :return: CustomerOwnedError
        """
        return CustomerOwnedError(
            self.with_env(env)._get_conflict_sentence(env.user),
            {"default_partner_id": partner.id} if partner else {},
        )

    def _make_contact_refusal(self, env, is_deleting=False):
        """The sentence that tells that a customer hangs on a contact.

        :param env: the environment of who reads it
        :param bool is_deleting: whether the contact would go
        :return: UserError
        """
        self.ensure_one()
        if not self._is_in_companies_of(env.user):
            return UserError(
                env._(
                    "A customer of another company hangs on this contact: leave it as "
                    "it is, or ask an administrator."
                )
            )
        # sudo: everybody of the company is told the team
        team = self.team_id.with_env(env).sudo().name
        if is_deleting:
            return UserError(
                env._(
                    "A customer of %(team)s hangs on this contact: only the leader of "
                    "the team deletes it.",
                    team=team,
                )
            )
        return UserError(
            env._(
                "A customer of %(team)s hangs on this contact: only the leader of the "
                "team changes its company or salesperson.",
                team=team,
            )
        )

    def _prepare_work_conflict_values(self, user, keys, attended):
        """Values of the conflict that somebody's work on this customer is.

        :param user: res.users, who tried
        :param set keys: the keys by which the customer was recognised
        :param bool attended: whether it is refused
        :return: dict for ``_record`` of sales.process.conflict
        """
        self.ensure_one()
        return {
            "name": self.name,
            "user_id": user.id,
            "lead_id": False,
            "ownership_id": self.id,
            "other_ownership_id": False,
            "owner_id": self.user_id.id,
            "team_id": self.team_id.id,
            "company_id": self.company_id.id,
            "door": "contact",
            "resolution": "refused" if attended else "routed",
            "state": "resolved",
            # what is written to a customer proposes no detail as shared by many
            "identities": sorted(key for key in keys if key[1] == "partner"),
        }
