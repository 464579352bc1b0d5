# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a file of customers would do, before anything is written."""

import base64
import binascii
from collections import Counter, defaultdict
from datetime import date

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.lru import LRU

from odoo.addons.base_import.models.base_import import ImportValidationError

from ..models.sales_process_ownership_key import HARD_KINDS
from ..tools import identity
from ..tools.transaction import naming

# How Odoo reads a file where nobody has said anything else.
OPTIONS = {
    "has_headers": True,
    "quoting": '"',
    "separator": "",
    "encoding": "",
    "float_thousand_separator": ",",
    "float_decimal_separator": ".",
    "date_format": "",
    "datetime_format": "",
    "sheet": "",
}
# Of each kind of row so many are named; the count is exact.
ROWS_MAX = 100
# The order in which they are told, what needs a hand first.
KINDS = (
    "error",
    "several",
    "moved",
    "owned",
    "pool",
    "keyless",
    "there",
    "joins",
    "new",
)


class CustomerRow:
    """A row of the file: the values Odoo reads in it, and what would become of it."""

    def __init__(self, number, values, xid):
        self.number = number
        self.values = values
        self.xid = xid
        self.user = None
        self.team = None
        self.keys = {}
        self.kind = None
        self.text = ""

    @property
    def rank(self):
        first = fields.Date.to_date(self.values.get("process_date_first_contact"))
        return (first or date.max, self.number)


class CustomerFile:
    """Tell of each row of a file whose customer it would be; nothing is written.

    The number of queries does not depend on the number of rows. The order is that of
    the import: the earlier first contact first, whoever owns a customer already keeps
    it.

    :param env: environment of who imports; of a team leader or an administrator
    :param list names: paths of the fields, one a column
    :param list data: rows of texts
    """

    def __init__(self, env, names, data):
        self.env = env
        self.user = env.user
        self.names = names
        self.data = data
        self.rows = []
        self.errors = []

    def run(self):
        """Read, compare and judge.

        :return: list of :class:`CustomerRow`, and list of ``(number, sentence)`` of
            what Odoo cannot read
        """
        self._convert()
        self._find_people()
        self._find_keys()
        self._judge()
        return self.rows, self.errors

    def _convert(self):
        """Let Odoo read the rows as in an import: names become records."""
        Lead = self.env["crm.lead"].with_context(
            import_file=True, import_flush=lambda **kwargs: None, import_cache=LRU(1024)
        )
        messages = []
        named = Lead._find_named(self.names, self.data)
        with naming(self.env, named), self.env.cr.savepoint() as savepoint:
            converted = Lead._convert_records(
                Lead._extract_records(
                    [name.split("/") for name in self.names],
                    self.data,
                    log=messages.append,
                ),
                log=messages.append,
                savepoint=savepoint,
            )
            # the first line of the file holds the headings
            self.rows = [
                CustomerRow(info["rows"]["from"] + 2, values, xid)
                for _id, xid, values, info in converted
            ]
        self.errors = [
            (message["rows"]["from"] + 2, message["message"])
            for message in messages
            if "rows" in message
        ]

    def _find_people(self):
        """In which team, and for whom, each row would be judged."""
        # sudo: the people and teams that the rows name; nothing is written
        Team, User = self.env["crm.team"].sudo(), self.env["res.users"].sudo()
        teams = {}
        for row in self.rows:
            row.user = User.browse(row.values.get("user_id") or ())
            row.team = Team.browse(row.values.get("team_id") or ())
            if not row.team:
                if row.user not in teams:
                    company = row.user.company_id or self.env.company
                    teams[row.user] = Team._get_process_team(row.user, company)
                row.team = teams[row.user]

    def _find_keys(self):
        """What identifies the customer of each row, without what is nobody's."""
        Partner = self.env["res.partner"].sudo()
        Country = self.env["res.country"]
        for row in self.rows:
            values = row.values
            company = (
                self.env["res.company"].browse(values.get("company_id") or ())
                or row.team.company_id
                or row.user.company_id
                or self.env["res.company"]._get_process_main_company()
            ).sudo()
            contact = Partner.browse(values.get("partner_id") or ())
            details = company._read_contact_details(
                {values.get("phone"), contact.phone},
                {values.get("email_from"), contact.email},
                Country.browse(values.get("country_id") or ()) | contact.country_id,
            )
            if contact:
                customer = contact.commercial_partner_id
                details += [
                    ("partner", str(customer.id), customer.display_name),
                    *((*key, key[1]) for key in identity.vat_key(customer.vat)),
                ]
            row.keys = company._label_keys(details)
        # sudo: whose customers they are is asked for everybody
        Key = self.env["sales.process.ownership.key"].sudo()
        every = {key for row in self.rows for key in row.keys if key[1] in HARD_KINDS}
        found, _past, listed = Key._find_with_list(every, {key[2] for key in every})
        nobodys = (
            self.env["sales.process.shared.value"]
            .sudo()
            ._filter_nobodys(every, listed, lambda doubtful: found)
        )
        for row in self.rows:
            row.keys = {
                key: label
                for key, label in row.keys.items()
                if key in every and key not in nobodys
            }
        Ownership = self.env["sales.process.ownership"].sudo()
        self.holders = {
            key: Ownership.browse(ids[0])
            for key, ids in found.items()
            if key not in nobodys
        }

    def _judge(self):
        leads = self._find_there()
        # key -> the row of this file that would own the customer
        first = {}
        for row in sorted(self.rows, key=lambda row: row.rank):
            if row.xid in leads:
                self._judge_known(row, leads[row.xid])
                continue
            # sudo: whose customers the rows are; what is told of them is a sentence
            holders = self.env["sales.process.ownership"].sudo()
            holders = holders.union(
                *(self.holders[key] for key in row.keys if key in self.holders)
            )
            others = [first[key] for key in row.keys if key in first]
            self._judge_row(row, holders, others)
            for key in row.keys:
                first.setdefault(key, row)

    def _find_there(self):
        """The leads of rows that have come before: they are written once more.

        :return: ``{external ID: crm.lead in sudo}``
        """
        wanted = {row.xid for row in self.rows if row.xid}
        names = {xid if "." in xid else f"__import__.{xid}": xid for xid in wanted}
        # sudo: which rows have come already is no secret to who imports them
        found = (
            self.env["ir.model.data"]
            .sudo()
            .search_fetch(
                [
                    ("model", "=", "crm.lead"),
                    ("name", "in", [name.split(".", 1)[1] for name in names]),
                ],
                ["module", "name", "res_id"],
            )
        )
        Lead = self.env["crm.lead"].sudo()
        leads = {
            names[data.complete_name]: Lead.browse(data.res_id)
            for data in found
            if data.complete_name in names
        }
        kept = Lead.union(*leads.values()).exists()
        return {xid: lead for xid, lead in leads.items() if lead in kept}

    def _judge_known(self, row, lead):
        period = lead.ownership_id
        owner = period.user_id
        if period.state not in ("open", "pool") or owner == row.user:
            self._say(row, "there", "")
        else:
            self._say(
                row,
                "moved",
                self.env._(
                    "The file says %(person)s; the customer stays where it is: "
                    "%(owner)s.",
                    owner=owner.name or self.env._("in the pool"),
                    person=row.user.name or self.env._("nobody"),
                ),
            )

    def _judge_row(self, row, holders, others):
        if row.team.process_mode not in ("observe", "enforce"):
            self._say(row, "new", "")
        elif not row.keys:
            self._say(
                row,
                "keyless",
                self.env._(
                    "No telephone, e-mail or contact: nobody will know it again."
                ),
            )
        elif len(holders.user_id) > 1:
            self._say(
                row,
                "several",
                self.env._("Several owners: the team leader has to decide."),
            )
        elif holders:
            holder = holders[0].with_env(self.env)
            # sudo: whose it is; what is told of it is a sentence
            if holder.sudo().state != "pool" and holder.sudo().user_id == row.user:
                self._say(row, "joins", "")
            else:
                self._say(
                    row,
                    "pool" if holder.sudo().state == "pool" else "owned",
                    holder._get_conflict_sentence(self.user),
                )
        elif others and row.user and others[0].user != row.user:
            self._say(
                row,
                "owned",
                self.env._(
                    "The same customer as in row %(row)s, with another salesperson: it "
                    "goes to %(person)s.",
                    row=others[0].number,
                    person=others[0].user.name or self.env._("whoever is on duty"),
                ),
            )
        else:
            self._say(row, "joins" if others else "new", "")

    def _say(self, row, kind, text):
        row.kind, row.text = kind, text


class SalesProcessImportCheck(models.TransientModel):
    """Before a register is imported: who would own what, and what collides.

    Only reads. The answers name owners, so that it is for those who look up as much
    as they need: leaders and sales administrators.
    """

    _name = "sales.process.import.check"
    _description = "Check a File of Customers"
    _inherit = ["sales.process.guard"]

    file = fields.Binary(
        required=True,
        attachment=False,
        help="The file that you are about to import: XLSX or CSV.",
    )
    file_name = fields.Char()
    result = fields.Html(readonly=True, sanitize=False)

    def action_check(self):
        """Tell what an import of the file would do.

        :return: dict, the dialog with the answer
        :raise AccessError: for salespeople who lead no team
        :raise UserError: for a file that Odoo cannot read
        """
        self.ensure_one()
        self._check_unlimited()
        names, data = self._read_file()
        rows, errors = CustomerFile(self.env, names, data).run()
        # sudo: what the system answers is not for clients to write
        self.sudo().result = self._render(names, rows, errors)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Check a File of Customers"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
            "target": "new",
        }

    def action_import(self):
        """Go on to Odoo's import of leads.

        :return: dict, an action
        """
        self._check_unlimited()
        return {
            "type": "ir.actions.client",
            "tag": "import",
            "name": self.env._("Import Customers"),
            "params": {"active_model": "crm.lead", "context": {}},
        }

    def _check_unlimited(self):
        if not self.env["sales.process.lookup"]._is_unlimited(self.env.user):
            raise AccessError(
                self.env._(
                    "The check tells whose customers they are: ask your team leader "
                    "or a sales administrator to check the file."
                )
            )

    def _read_file(self):
        """Read the file as Odoo's import does.

        :return: list of paths of fields, one a column that is known; list of rows
        """
        try:
            content = base64.b64decode(self.with_context(bin_size=False).file or b"")
        except binascii.Error:
            content = b""
        reader = self.env["base_import.import"].create(
            {
                "res_model": "crm.lead",
                "file": content,
                "file_name": self.file_name or "",
                "file_type": "",
            }
        )
        options = dict(OPTIONS)
        preview = reader.parse_preview(options)
        matches = preview.get("matches")
        if preview.get("error") or not matches:
            raise UserError(
                self.env._(
                    "The file cannot be read: take the template, fill it in and save "
                    "it as XLSX or CSV. %(error)s",
                    error=preview.get("error") or "",
                )
            )
        columns = [
            "/".join(matches[place]) if place in matches else False
            for place in range(len(preview["headers"]))
        ]
        try:
            data, names = reader._convert_import_data(columns, options)
            data = reader._parse_import_data(data, names, options)
        except ImportValidationError as error:
            raise UserError(str(error)) from error
        return names, data

    def _render(self, names, rows, errors):
        """The answer, as HTML."""
        by_kind = defaultdict(list)
        for row in rows:
            by_kind[row.kind].append((row.number, row.text))
        by_kind["error"] = errors
        titles = self._get_titles()
        return self.env["ir.qweb"]._render(
            "sales_process_mgmt.import_check_result",
            {
                "total": len(rows),
                "people": self._get_people(rows),
                "without_id": "id" not in names,
                "groups": [
                    {
                        "kind": kind,
                        "title": titles[kind],
                        "count": len({number for number, _text in by_kind[kind]}),
                        "rows": [row for row in by_kind[kind] if row[1]][:ROWS_MAX],
                    }
                    for kind in KINDS
                    if by_kind[kind]
                ],
            },
        )

    def _get_titles(self):
        return {
            "error": self.env._("Cannot be read; correct them first"),
            "several": self.env._("Belong to several people; the leader decides"),
            "moved": self.env._("Imported before, with another owner by now"),
            "owned": self.env._("Belong to somebody else, and stay there"),
            "pool": self.env._("Lie in the pool, and stay there"),
            "keyless": self.env._("Without telephone, e-mail or contact"),
            "there": self.env._("Imported before; nothing new"),
            "joins": self.env._("One more lead of a customer of the same person"),
            "new": self.env._("New customers"),
        }

    def _get_people(self, rows):
        """Who would own how many new customers, and whether that is above the limit.

        :return: list of dicts
        """
        counts = Counter((row.user, row.team) for row in rows if row.kind == "new")
        people = []
        for (user, team), count in counts.items():
            people.append(
                {
                    "name": user.name or self.env._("Whoever is on duty, or the pool"),
                    "team": team.name or "",
                    "count": count,
                    "is_above": bool(user) and count > team._get_customer_room(user),
                }
            )
        return sorted(people, key=lambda row: (-row["count"], row["name"]))
