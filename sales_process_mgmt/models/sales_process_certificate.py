# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime, format_list

from ..tools import labels, texts

# A customer with more contacts than these is told of the newest.
CONTACTS_LIMIT = 1000
# Contact details that a person would recognise.
DETAIL_KINDS = ("phone", "phone_digits", "email", "wechat", "vat", "registration")


class SalesProcessCertificate(models.Model):
    """What the system knew of whose a customer is, on paper and with a checksum.

    Issued by who leads the team, for a dispute. The content is a snapshot: nobody
    changes it, and the checksum on the paper tells whether the paper says the same.
    """

    _name = "sales.process.certificate"
    _description = "Ownership Certificate"
    _inherit = ["sales.process.guard"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _personal_names = ("customer_name",)
    _personal_texts = ("content",)

    name = fields.Char(string="Certificate No.", required=True, readonly=True)
    ownership_id = fields.Many2one(
        "sales.process.ownership",
        string="Customer Period",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
        help="The period of responsibility from which the certificate was issued.",
    )
    customer_name = fields.Char(
        string="Customer", size=texts.NAME_LENGTH, readonly=True
    )
    owner_id = fields.Many2one(
        "res.users",
        string="Owner Then",
        readonly=True,
        index="btree_not_null",
        help="Who owned the customer when the certificate was issued. Empty in the "
        "pool and after the end.",
    )
    team_id = fields.Many2one("crm.team", index="btree_not_null", readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    user_id = fields.Many2one(
        "res.users", string="Issued By", required=True, index=True, readonly=True
    )
    date = fields.Datetime(string="Issued On", required=True, readonly=True)
    tz = fields.Char(
        string="Time Zone",
        required=True,
        readonly=True,
        help="In which the times on the certificate are written.",
    )
    content = fields.Json(readonly=True, copy=False, export_string_translation=False)
    checksum = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        index=True,
        help="SHA-256 of number, time and content. A paper that bears another one has "
        "been changed.",
    )
    is_intact = fields.Boolean(
        string="Content Unchanged",
        compute="_compute_is_intact",
        help="Whether the content that is kept still has the checksum.",
    )
    is_current = fields.Boolean(
        string="Still True",
        compute="_compute_is_current",
        help="Whether the records of today say the same. A new contact or another "
        "owner since then makes a certificate old, not false.",
    )

    _name_uniq = models.UniqueIndex(
        "(company_id, name)", "This number of a certificate is taken."
    )

    @api.depends("name", "date", "content", "checksum")
    def _compute_is_intact(self):
        for certificate in self:
            certificate.is_intact = bool(
                certificate.content
            ) and certificate.checksum == make_checksum(
                certificate.name, certificate.date, certificate.content
            )

    @api.depends("content")
    def _compute_is_current(self):
        for certificate in self:
            # sudo: whoever reads the certificate reads what it says
            content = CertificateContent(certificate.sudo().ownership_id).gather()
            certificate.is_current = certificate.content == content

    @api.model
    def _issue(self, ownerships):
        """Write down whose these customers are.

        Pressing twice makes one paper: where nothing has happened since the person's
        last certificate of a customer, that one is returned.

        :param ownerships: sales.process.ownership
        :return: sales.process.certificate, one for each customer
        :raise AccessError: for who does not lead the teams of the customers
        """
        ownerships._check_leader()
        user, now = self.env.user, fields.Datetime.now()
        certificates = self.browse()
        # sudo: nobody writes certificates but this method, who leads was asked
        Certificate = self.sudo()
        earlier = Certificate.search(
            [("ownership_id", "in", ownerships.ids), ("user_id", "=", user.id)],
            order="id",
        )
        last = {row.ownership_id: row for row in earlier}
        vals_list = []
        for ownership in ownerships.sudo():
            content = CertificateContent(ownership).gather()
            known = last.get(ownership)
            if known and known.content == content and known.is_intact:
                certificates |= known
                continue
            number = self._next_number(ownership.company_id)
            vals_list.append(
                {
                    "name": number,
                    "ownership_id": ownership.id,
                    "customer_name": ownership.name,
                    "owner_id": ownership.user_id.id
                    if ownership.state == "open"
                    else False,
                    "team_id": ownership.team_id.id,
                    "company_id": ownership.company_id.id,
                    "user_id": user.id,
                    "date": now,
                    "tz": user.tz or "UTC",
                    "content": content,
                    "checksum": make_checksum(number, now, content),
                }
            )
        return (certificates | Certificate.create(vals_list)).sudo(False)

    @api.model
    def _next_number(self, company):
        # sudo: salespeople do not draw numbers by themselves
        sequences = self.env["ir.sequence"].sudo().with_company(company)
        return sequences.next_by_code("sales.process.certificate")

    def action_print(self):
        """Print the certificates.

        :return: dict, a report action
        :raise UserError: where the content was erased
        """
        if gone := self.filtered(lambda row: not row.content):
            raise UserError(
                self.env._(
                    "What %(certificates)s said was erased with the customer's data: "
                    "issue a new one.",
                    certificates=format_list(self.env, gone.mapped("name")),
                )
            )
        report = self.env.ref("sales_process_mgmt.action_report_certificate")
        return report.report_action(self)

    def _get_paper(self):
        """What the certificate says, in the reader's language.

        :return: dict of the sections of the paper
        """
        self.ensure_one()
        return CertificatePaper(self).render()


class CertificateContent:
    """What is known of a customer through all its periods, without a language."""

    def __init__(self, ownership):
        """:param ownership: sales.process.ownership, with sudo"""
        self.ownership = ownership
        self.env = ownership.env
        root = ownership.root_id or ownership
        self.chain = ownership.search(
            ["|", ("root_id", "=", root.id), ("id", "=", root.id)],
            order="date_start, id",
        )

    def gather(self):
        """:return: dict that JSON can hold; times are texts in UTC"""
        return {
            "customer": self.ownership.name or "",
            "details": self._list_details(),
            "periods": [self._tell_period(period) for period in self.chain],
            "contacts": self._list_contacts(),
            "conflicts": self._list_conflicts(),
        }

    def _list_details(self):
        keys = self.ownership.with_context(active_test=False).key_ids
        return sorted(
            {key.label or key.value for key in keys if key.kind in DETAIL_KINDS}
        )

    def _tell_period(self, period):
        return {
            "owner": period.user_id.name or "",
            "team": period.team_id.name or "",
            "start": _write_moment(period.date_start),
            "end": _write_moment(period.date_end),
            "state": period.state,
            "origin": period.origin,
            "end_reason": period.end_reason or "",
            "note": period.end_note or "",
            "recorded_by": period.create_uid.name or "",
            "helpers": sorted(period.collaborator_ids.mapped("name")),
        }

    def _list_contacts(self):
        followups = self.env["sales.process.followup"].search(
            [("ownership_id", "in", self.chain.ids)],
            order="date desc, id desc",
            limit=CONTACTS_LIMIT,
        )
        return [
            {
                "date": _write_moment(followup.date),
                "user": followup.user_id.name,
                "channel": followup.channel,
                "subject": followup.subject or "",
                "rank": followup.rank or "",
                "counts": followup.counts,
                "void_reason": followup.void_reason or "",
                "recorded": _write_moment(followup.create_date),
            }
            for followup in reversed(followups)
        ]

    def _list_conflicts(self):
        conflicts = self.env["sales.process.conflict"].search(
            [
                "|",
                ("ownership_id", "in", self.chain.ids),
                ("other_ownership_id", "in", self.chain.ids),
            ],
            order="date, id",
        )
        return [
            {
                "date": _write_moment(conflict.date),
                "user": conflict.user_id.name or "",
                "owner": conflict.owner_id.name or "",
                "door": conflict.door,
                "attempts": conflict.attempt_count,
                "state": conflict.state,
                "resolution": conflict.resolution or "",
                "decided_by": conflict.resolved_by_id.name or "",
            }
            for conflict in conflicts
        ]


class CertificatePaper:
    """The content in the words and the zone of a paper."""

    def __init__(self, certificate):
        self.certificate = certificate
        self.env = certificate.env
        self.content = certificate.content or {}

    def render(self):
        """:return: dict of the sections, texts only"""
        certificate = self.certificate
        checksum = certificate.checksum
        return {
            "issued": self._say(fields.Datetime.to_string(certificate.date)),
            "customer": self.content.get("customer", ""),
            "details": self.content.get("details", []),
            "periods": [self._put_period(row) for row in self._rows("periods")],
            "contacts": [self._put_contact(row) for row in self._rows("contacts")],
            "conflicts": [self._put_conflict(row) for row in self._rows("conflicts")],
            "is_cut": len(self._rows("contacts")) >= CONTACTS_LIMIT,
            "checksum": [checksum[at : at + 8] for at in range(0, len(checksum), 8)],
        }

    def _rows(self, name):
        return self.content.get(name, [])

    def _say(self, moment):
        if not moment:
            return ""
        return format_datetime(
            self.env,
            fields.Datetime.to_datetime(moment),
            tz=self.certificate.tz,
            dt_format="short",
        )

    def _name(self, model, field, value):
        return labels.get_choices(self.env[model], field).get(value, "")

    def _put_period(self, row):
        model = "sales.process.ownership"
        if row["state"] == "open":
            ended = self._name(model, "state", "open")
        elif row["state"] == "pool":
            ended = self._name(model, "state", "pool")
        else:
            ended = self._name(model, "end_reason", row["end_reason"])
        return {
            **row,
            "start": self._say(row["start"]),
            "end": self._say(row["end"]),
            "origin": self._name(model, "origin", row["origin"]),
            "ended": ended,
        }

    def _put_contact(self, row):
        model = "sales.process.followup"
        return {
            **row,
            "date": self._say(row["date"]),
            "recorded": self._say(row["recorded"]),
            "channel": self._name(model, "channel", row["channel"]),
            "rank": self._name(model, "rank", row["rank"]),
            "void_reason": self._name(model, "void_reason", row["void_reason"]),
        }

    def _put_conflict(self, row):
        model = "sales.process.conflict"
        said = ("resolution", "resolution") if row["resolution"] else ("state", "state")
        return {
            **row,
            "date": self._say(row["date"]),
            "door": self._name(model, "door", row["door"]),
            "outcome": self._name(model, said[0], row[said[1]]),
        }


def make_checksum(name, date, content):
    """SHA-256 of what a paper says.

    :param str name: the number of the certificate
    :param date: naive UTC datetime of issue
    :param dict content: see :meth:`CertificateContent.gather`
    :return: str, 64 hexadecimal digits
    """
    said = [name, _write_moment(date), content]
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _write_moment(moment):
    return fields.Datetime.to_string(moment) if moment else ""
