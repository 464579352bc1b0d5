# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The customer is guarded, not only the lead: whom somebody may quote, write, meet."""

from collections import defaultdict

from odoo import http
from odoo.fields import Domain

from ..exceptions import CustomerOwnedError
from ..tools import identity
from ..tools.transaction import get_door
from .sales_process_ownership_key import HARD_KINDS

# Behind these doors nobody is there who could read a refusal.
UNATTENDED_MARKS = ("gateway", "website", "application", "cron", "backfill")
# What comes in here was entered somewhere else, by whomever.
SYNC_PATHS = ("/google_calendar/", "/microsoft_calendar/")


class CustomerGuard:
    """Whether the user may work contacts that may be somebody's customers.

    1. The contacts are asked for like the keys of a new lead: whose are they?
    2. What is the user's own, or helped, or led, or of a team that observes, passes.
    3. The rest is refused in one sentence, the attempt recorded, the answer charged.
       Where nobody is there to read it, nothing is refused: the owner is told.

    The number of queries does not depend on the number of contacts, and is none where
    no team is active.
    """

    def __init__(self, env):
        self.env = env

    def is_attended(self):
        """Tell whether somebody of ours is there to read a refusal."""
        user = self.env.user
        if user._is_superuser() or user.share:
            return False
        if door := get_door(self.env):
            return door not in UNATTENDED_MARKS
        if http.request:
            return not http.request.httprequest.path.startswith(SYNC_PATHS)
        # a client that sends this mark has a request, the scheduler has none
        return "cron_id" not in self.env.context

    def _get_companies(self, companies=None):
        """The companies in which a team enforces the process.

        :param companies: res.company, the only ones that count; by default those of
            the user, all of them where nobody is there
        :return: res.company
        """
        active_ids = self.env["crm.team"]._get_active_process_ids()
        if not active_ids:
            return self.env["res.company"]
        # sudo: which teams enforce is no secret, and whose customer it is neither
        teams = self.env["crm.team"].sudo().browse(active_ids)
        teams = teams.filtered(lambda team: team.process_mode == "enforce")
        user = self.env.user
        if not companies and not user.share and not user._is_superuser():
            companies = user.sudo().company_ids
        if not teams or all(teams.mapped("company_id.id")):
            found = teams.company_id
            return found & companies.sudo() if companies else found
        # all companies: a database has a handful
        everywhere = self.env["res.company"].search(Domain.TRUE)
        return (companies or everywhere).sudo()

    def find(self, partners, companies=None):
        """Whose customers these contacts are, in teams that enforce."""
        guarded = {}
        for partner, row, _keys in self._match_guarded(partners, companies):
            if partner:
                guarded.setdefault(partner, row)
        return guarded

    def _match_guarded(
        self, partners, companies=None, emails=(), phones=(), asked=None
    ):
        """See :meth:`find`.

        A contact that is somebody's customer is that person's, whatever details
        anybody writes on it: only other contacts are judged by their details.

        :param emails: addresses that are written to without a contact
        :param phones: numbers that are written to without a contact
        :param list asked: filled with what the contacts were asked for, a list of
            ``(partner or empty, res.company, {key: ownership or empty})``
        :return: list of ``(partner or empty, sales.process.ownership in sudo, set of
            the keys by which it was recognised)``
        """
        matches = [
            match
            for match in self._match_details(partners, companies, emails, phones, asked)
            if match[1].process_mode == "enforce"
        ]
        known = {
            partner
            for partner, _row, keys in matches
            if partner and self._is_contact_key(keys)
        }
        return [
            (partner, row, keys)
            for partner, row, keys in matches
            if partner not in known or self._is_contact_key(keys)
        ]

    def _is_contact_key(self, keys):
        """Tell whether a customer was recognised by the contact itself."""
        return any(key[1] == "partner" for key in keys)

    def _match_details(
        self, partners, companies=None, emails=(), phones=(), asked=None
    ):
        """Every customer with which contacts have something in common, in any team.

        Arguments and result as of :meth:`_match_guarded`.
        """
        if not self.env["crm.team"]._get_active_process_ids():
            return []
        # sudo: the question is about customers of everybody
        customers = partners.sudo().filtered("partner_share")
        if not customers and not emails and not phones:
            return []
        drafts = self._make_drafts(
            customers, self._get_companies(companies), emails, phones
        )
        if not drafts:
            return []
        leads = self.env["crm.lead"].sudo().union(*drafts)
        keys_by_draft = leads._get_identity_keys()
        running, found = self._find_running(keys_by_draft)
        running_ids = set(running._ids)
        matches = []
        for draft, partner in drafts.items():
            keys_by_row = defaultdict(set)
            for key in keys_by_draft[draft].keys() & found.keys():
                for row_id in found[key]:
                    keys_by_row[row_id].add(key)
            held = running.browse(filter(running_ids.__contains__, keys_by_row))
            matches += [(partner, row, keys_by_row[row.id]) for row in held]
            if asked is not None:
                owners = {key: row for row in held for key in keys_by_row[row.id]}
                question = {
                    key: owners.get(key, held.browse())
                    for key in keys_by_draft[draft]
                    if key[1] in HARD_KINDS
                }
                asked.append((partner, draft.company_id, question))
        return matches

    def _make_drafts(self, customers, companies, emails, phones):
        """Leads that are never saved, to read contact details as on leads.

        :return: ``{draft crm.lead: res.partner, or empty for an address or number}``
        """
        # sudo: never saved; they only read contact details as leads do
        Lead = self.env["crm.lead"].sudo()
        nobody = self.env["res.partner"]
        asked = [
            *((row.with_env(self.env), {"partner_id": row.id}) for row in customers),
            *((nobody, {"email_from": email}) for email in emails),
            *((nobody, {"phone": phone}) for phone in phones),
        ]
        common = {"team_id": False, "user_id": False}
        return {
            Lead.new({**common, **values, "company_id": company.id}): partner
            for company in companies
            for partner, values in asked
        }

    def _find_running(self, keys_by_draft):
        """The customers that hold any of the keys.

        :return: tuple of sales.process.ownership in sudo, and
            ``{key: [ownership ids]}``, also of periods that have ended
        """
        wanted = {
            key
            for keys in keys_by_draft.values()
            for key in keys
            if key[1] in HARD_KINDS
        }
        # sudo: the question is about customers of everybody
        found = self.env["sales.process.ownership.key"].sudo()._find(wanted)
        rows = self.env["sales.process.ownership"].sudo()
        rows = rows.browse({row_id for ids in found.values() for row_id in ids})
        return rows.filtered(lambda row: row.state != "ended"), found

    def check_work(
        self, partners, companies=None, emails=(), phones=(), is_meeting=False
    ):
        """Refuse a salesperson who works a colleague's customer, in one sentence."""
        user = self.env.user
        attended = self.is_attended()
        if attended and not self.env["sales.process.ownership"]._is_judged(user):
            return
        asked = []
        matches = self._match_guarded(partners, companies, emails, phones, asked)
        strange = [
            (partner, row, keys)
            for partner, row, keys in matches
            if not row._can_work(user)
            and not (
                is_meeting and row.state == "pool" and row.previous_id.user_id == user
            )
        ]
        if not attended:
            if strange:
                self.env["sales.process.conflict"]._record_work(
                    self._prepare_conflicts(user, strange, attended)
                )
            return
        if strange:
            self._keep_refusals(user, strange)
        self._charge_work(user, asked, matches, strange)
        if not strange:
            return
        partner, row, _keys = strange[0]
        raise row._make_work_refusal(self.env(su=False), partner)

    def check_documents(self, documents):
        """See :meth:`check_work`, of leads and contacts.

        Nothing is read where no team is active, or nobody is there to be refused.
        """
        if not self.env["crm.team"]._get_active_process_ids() or not (
            self.env["sales.process.ownership"]._is_attended()
        ):
            return
        ids = defaultdict(set)
        for model, res_id in documents:
            if res_id and model in ("crm.lead", "res.partner"):
                ids[model].add(res_id)
        self.env["crm.lead"].browse(ids["crm.lead"])._check_customer_work()
        if ids["res.partner"]:
            self.check_work(self.env["res.partner"].browse(ids["res.partner"]))

    def check_typed(self, before):
        """Refuse a salesperson who types what identifies somebody else's customer."""
        user = self.env.user
        asked = []
        matches = self._match_details(
            self.env["res.partner"].union(*before), asked=asked
        )
        # sudo: whose customer a typed detail is has to be known to refuse it
        customers = defaultdict(self.env["sales.process.ownership"].sudo().browse)
        for partner, row, keys in matches:
            if self._is_contact_key(keys):
                customers[partner] |= row
        strange = []
        for partner, row, keys in matches:
            if (
                partner not in customers
                or row in customers[partner]
                or row.process_mode != "enforce"
                # an own detail opens nothing new: see _match_guarded
                or row._can_work(user)
            ):
                continue
            if new := self._filter_typed(partner, before, row.company_id, keys):
                strange.append((partner, row, new))
        if strange:
            self._keep_refusals(user, strange)
        self._charge_typed(user, before, asked, customers)
        if not strange:
            return
        raise CustomerOwnedError(
            self.env._(
                "A phone number, e-mail address or tax ID entered here belongs to "
                "another customer that is not yours: leave it out, or ask the team "
                "leader."
            ),
            {},
        )

    def _charge_typed(self, user, before, asked, customers):
        """What is accepted is an answer, too, and more details are more customers.

        :param list asked: as :meth:`_match_guarded` filled it
        :param dict customers: ``{res.partner: its own sales.process.ownership}``
        """
        # sudo: own customers, as they were found in sudo
        questions, gaining = [], self.env["sales.process.ownership"].sudo()
        for partner, company, owners in asked:
            if partner not in customers:
                continue
            own = customers[partner]
            typed = self._filter_typed(partner, before, company, owners)
            question = {
                key: owners[key]
                for key in typed
                if owners[key] not in own
                and not (owners[key] and owners[key]._can_work(user))
            }
            questions.append((company, question))
            if typed:
                gaining |= own
        self.env["sales.process.lookup"]._charge_questions(user, questions)
        gaining._check_typed_room(user, gaining)

    def check_moved(self, moved):
        """Refuse who moves or hides what is a colleague's customer.

        Who does not sell keeps the contacts of the house in order, and gives no
        customer's people to the customer of another owner.
        """
        if not moved:
            return
        user = self.env.user
        is_judged = self.env["sales.process.ownership"]._is_judged(user)
        partners = self.env["res.partner"].union(
            *moved, *(row for pair in moved.values() for row in pair)
        )
        # sudo: whoever moves a contact may not read whose customer it is
        rows = (
            self.env["sales.process.ownership"]
            .sudo()
            ._find_by_partners(partners.sudo())
        )
        rows = rows.filtered(lambda row: row.process_mode == "enforce")
        if not rows:
            return
        # what is above or below a person that is the customer says nothing
        groups = rows.filtered(
            lambda row: (
                row.company_id._get_customer_company().process_customer_scope
                == "company"
            )
        )
        by_partner = defaultdict(rows.browse)
        for row in rows:
            by_partner[row.partner_id.id] |= row
            for key in row.key_ids.filtered(lambda key: key.kind == "partner"):
                by_partner[int(key.value)] |= row
        strange = []
        for partner, (before, after) in moved.items():
            held = by_partner[partner.id] | (by_partner[before.id] & groups)
            joined = rows.browse()
            if held & groups and before != after:
                joined = (by_partner[after.id] & groups) - held
            if is_judged or joined:
                strange += [(partner, row, set()) for row in held | joined]
        strange = [match for match in strange if not match[1]._can_work(user)]
        if not strange:
            return
        partner, row, _keys = strange[0]
        if not is_judged:
            raise row._make_contact_refusal(self.env(su=False))
        self._keep_refusals(user, strange)
        raise row._make_work_refusal(self.env(su=False), partner)

    def _filter_typed(self, partner, before, company, keys):
        """Which of the keys of a contact have just been typed.

        :param dict before: see :meth:`check_typed`
        :param company: res.company, how telephone numbers are read
        :param keys: of the contact as it is now
        :return: set of keys
        """
        old, kinds = set(), {"phone", "phone_digits", "email"}
        details = before[partner]
        # sudo: only compared with what it was before
        if details and details[-1] == partner.sudo().commercial_partner_id:
            phone, email, country, vat, _place, _customer = details
            rows = company._read_contact_details({phone}, {email}, country)
            old = {row[:2] for row in rows} | {*identity.vat_key(vat)}
            kinds.add("vat")
        return {key for key in keys if key[1] in kinds and key[1:] not in old}

    def _keep_refusals(self, user, strange):
        """What a refusal leaves behind: the attempt.

        :param user: res.users, who tried
        :param strange: list of ``(partner, sales.process.ownership, set of keys)``
        """
        self.env["sales.process.conflict"]._record_after_rollback(
            self._prepare_conflicts(user, strange, attended=True)
        )

    def _prepare_conflicts(self, user, strange, attended):
        """See :meth:`_prepare_work_conflict_values`: each customer once.

        :return: list of dicts
        """
        return [
            *{
                row: row._prepare_work_conflict_values(user, keys, attended)
                for _partner, row, keys in strange
            }.values()
        ]

    def _charge_work(self, user, asked, matches, strange):
        """Work on a contact answers whether its details are known, refused or not.

        Whoever works the contact that is the customer itself learns nothing new. What
        is accepted counts where the person has typed the details: a contact that
        others keep is no guess.

        :param user: res.users, who works
        :param list asked: as :meth:`_match_guarded` filled it
        :param list matches: what it returned
        :param list strange: those of them that are refused
        :raise LookupLimitError: too many answers within the hour
        """
        known = {
            partner
            for partner, _row, keys in matches
            if partner and self._is_contact_key(keys)
        }
        refused = {(partner, row) for partner, row, _keys in strange}
        questions = []
        for partner, company, owners in asked:
            if partner in known:
                continue
            # sudo: who typed it is only compared
            typed = not partner or user in (
                partner.sudo().create_uid | partner.sudo().write_uid
            )
            question = {
                key: row
                for key, row in owners.items()
                if key[1] != "partner" and ((partner, row) in refused if row else typed)
            }
            questions.append((company, question))
        self.env["sales.process.lookup"]._charge_questions(user, questions)
