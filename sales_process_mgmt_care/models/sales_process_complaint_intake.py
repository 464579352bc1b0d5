# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What comes in, by whatever door: whose customer it is, and whether it is new."""

from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo.exceptions import ConcurrencyError

from odoo.addons.sales_process_mgmt.tools import texts

from ..tools import complaints as complaint_tools

COMPLAINT = "sales.process.complaint"
# The same words of the same sender within so many days are the same complaint.
SAME_DAYS = 14
# So many complaints an hour: from one network address or person with a login, and by
# the link of one team.
SOURCE_LIMIT = 5
LINK_LIMIT = 100


class ComplaintIntake:
    """Keep a complaint. It makes nobody an owner, and tells who complains nothing.

    :param env: in the environment of the system
    :param team: crm.team that was addressed; empty where none was
    """

    def __init__(self, env, team=None):
        self.env = env(su=True)
        # sudo: a customer has no rights; what comes in is written by the system
        self.team = (team if team is not None else env["crm.team"]).sudo()
        self.Complaint = self.env[COMPLAINT]

    def run(self, values):
        """Keep it, or find the one that came before.

        :param dict values: of the fields that the door knows: ``name``,
            ``description``, ``channel``, who complains and, in the customer's words,
            ``whom`` it is against
        :return: tuple of the complaint, in sudo, and whether it is new
        """
        whom = values.get("whom")
        values = self._cut({key: values[key] for key in values if key != "whom"})
        company = self._get_company(values)
        values["fingerprint"] = complaint_tools.make_fingerprint(
            self._name_sender(values, company),
            values.get("name"),
            values.get("description"),
        )
        same, repeat = self._find_same(values["fingerprint"], company)
        if same:
            return same, False
        ownership = self.find_customer(values, company)
        if whom:
            values["against_id"] = self._find_accused(whom, ownership, company).id
        team = self._get_team(ownership, values, company)
        return self._create(
            {
                **values,
                "repeat": repeat,
                "ownership_id": ownership.id,
                "owner_id": ownership.user_id.id,
                "partner_id": values.get("partner_id") or ownership.partner_id.id,
                "team_id": team.id,
                "addressed_team_id": self.team.id,
                "company_id": company.id,
            }
        )

    def _create(self, values):
        """Keep what is new, unless the same came in at the same instant.

        :return: tuple as of :meth:`run`
        :raise ConcurrencyError: where the same did; the request is repeated, and
            finds it
        """
        try:
            with self.env.cr.savepoint():
                return self.Complaint.create(values), True
        except UniqueViolation as error:
            raise ConcurrencyError("The same complaint came in") from error

    def is_too_much(self, **source):
        """Tell whether enough came in the last hour, from a source or by the link.

        What comes by the link of a team counts there, whosever customer is named: no
        stranger uses up what another team may still take.

        Of one source one comes in at a time, and those of a link one after the other:
        a hundred at the same instant would not see each other.

        :param source: ``origin_hash`` of a network address, or ``commercial_id`` of
            who is logged in
        :return: bool
        """
        ((name, value),) = source.items()
        if not self.Complaint._take_turn(f"{name}:{value}"):
            return True
        if self.team:
            # strangers do not keep each other out: they wait
            self.Complaint._take_turn(f"team:{self.team.id}", wait=True)
        recent = [("date", ">", self.env.cr.now() - timedelta(hours=1))]
        if "origin_hash" in source:
            recent.append(("channel", "=", "public"))
            same = [("origin_hash", "=", source["origin_hash"])]
        else:
            recent.append(("channel", "=", "portal"))
            same = [
                (
                    "partner_id.commercial_partner_id",
                    "=",
                    source["commercial_id"],
                )
            ]
        checks = [(same, SOURCE_LIMIT)]
        if self.team:
            checks.append(([("addressed_team_id", "=", self.team.id)], LINK_LIMIT))
        with self.Complaint._look_now() as views:
            return any(
                view.search_count(recent + domain, limit=limit) >= limit
                for view in views
                for domain, limit in checks
            )

    def _cut(self, values):
        """Texts that come from outside are never too long to be kept."""
        limits = {**self.Complaint._text_limits, "origin_hash": 64}
        cut = {
            # without what no column holds
            name: value.replace("\x00", "")
            .encode(errors="replace")
            .decode()[: limits[name]]
            if isinstance(value, str) and name in limits
            else value
            for name, value in values.items()
        }
        name = " ".join((cut.get("name") or "").split())
        text = (cut.get("description") or "").strip()
        first = text.splitlines()[0] if text else ""
        cut["name"] = (name or first or self.env._("Complaint"))[: texts.NAME_LENGTH]
        cut["description"] = text
        return cut

    def _get_company(self, values):
        partner = self.env["res.partner"].browse(values.get("partner_id"))
        return (
            self.team.company_id
            or self.env["res.company"].browse(values.get("company_id"))
            or partner.company_id
            or self.env["res.company"]._get_process_main_company()
        )

    def _name_sender(self, values, company):
        """Name who complains alike, in whatever notation the detail was written.

        Addresses and numbers are read as those that identify customers; what cannot be
        read is taken as it stands.

        :param dict values: of who complains
        :param company: res.company, in whose country numbers are read
        :return: str, may be empty
        """
        email, phone = values.get("contact_email"), values.get("contact_phone")
        if said := email or phone:
            details = company._read_contact_details({not email and phone}, {email})
            # the first reading is that of the country of the company
            return details[0][1] if details else said
        return str(values.get("partner_id") or values.get("origin_hash") or "")

    def _find_same(self, fingerprint, company):
        """What came in with the same words from the same sender.

        :return: tuple of the complaint of the last days, may be empty, and how many
            there have been at all
        """
        since = self.env.cr.now() - timedelta(days=SAME_DAYS)
        rows = self.Complaint.search(
            [("fingerprint", "=", fingerprint), ("company_id", "=", company.id)],
            order="id",
        )
        last = max(rows.mapped("repeat"), default=-1)
        return rows.filtered(lambda row: row.date >= since)[:1], last + 1

    def find_customer(self, values, company):
        """Whose customer it is, by what identifies people; nobody is asked or told.

        :param dict values: of who complains
        :param company: res.company
        :return: sales.process.ownership in sudo, may be empty
        """
        Ownership = self.env["sales.process.ownership"]
        partner = self.env["res.partner"].browse(values.get("partner_id"))
        details = company._read_contact_details(
            {values.get("contact_phone"), partner.phone},
            {values.get("contact_email"), partner.email},
        )
        if partner:
            details.append(
                ("partner", str(partner.commercial_partner_id.id), partner.name)
            )
        company_id = company._get_customer_company_id()
        found = self.env["sales.process.ownership.key"]._find(
            {(company_id, kind, value) for kind, value, _label in details}
        )
        ids = [row_id for row_ids in found.values() for row_id in row_ids]
        return Ownership.browse(max(ids, default=False))

    def _find_accused(self, whom, ownership, company):
        """The colleague whom a customer names by the full name: no reader of it.

        Of several of that name whoever serves the customer, or leads, is meant; else
        it is left to who decides.

        :param str whom: in the customer's words
        :return: res.users, may be empty
        """
        people = self.env["res.users"].search(
            [("share", "=", False), ("company_ids", "in", company.ids)]
        )
        names = complaint_tools.find_names(whom, set(people.mapped("name")))
        found = people.filtered(lambda user: user.name in names)
        team = ownership.team_id or self.team
        near = found & (ownership.user_id | team._get_leaders())
        return (near if len(found) > 1 else found)[:1]

    def _get_team(self, ownership, values, company):
        """Whose leader decides: the owner's, that of whom it is against, the addressed.

        :return: crm.team
        """
        Team = self.env["crm.team"]
        accused = self.env["res.users"].browse(values.get("against_id"))
        return (
            ownership.team_id
            or (accused and Team._get_process_team(accused, company))
            or self.team
            or Team.search(
                [
                    ("process_complaint", "=", True),
                    ("company_id", "in", (company.id, False)),
                ],
                limit=1,
            )
            or Team.search([("company_id", "in", (company.id, False))], limit=1)
        )
