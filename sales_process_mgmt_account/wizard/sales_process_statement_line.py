# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date, format_list

from odoo.addons.sales_process_mgmt.tools import labels
from odoo.addons.sales_process_mgmt.tools.spoken import speaking

from ..tools import money as money_tools


class SalesProcessStatementLine(models.TransientModel):
    """What one customer owes one company in one currency, on paper.

    Always what the reader may read of it: the rows are asked for again when it is
    printed and when it is sent.
    """

    _name = "sales.process.statement.line"
    _description = "Statement of Account"
    _inherit = ["sales.process.guard"]

    send_id = fields.Many2one(
        "sales.process.statement.send",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(string="Open Amount", readonly=True, aggregator=None)
    amount_overdue = fields.Monetary(
        string="Overdue",
        readonly=True,
        aggregator=None,
        help="Disputed invoices are left out.",
    )
    recipient_id = fields.Many2one(
        "res.partner",
        string="Send To",
        domain="[('commercial_partner_id', '=', partner_id), ('email', '!=', False)]",
        help="Whoever of the customer receives the e-mail.",
    )
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        help="That of the customer, unless you choose another one.",
    )
    is_sent = fields.Boolean(string="Sent", readonly=True)

    @api.model
    def _prepare_statement(self, partner, company, currency):
        """Values of the statement of a customer.

        :param partner: res.partner
        :param company: res.company
        :param currency: res.currency of the invoices
        :return: dict
        """
        # sudo: whom the customer lets read its invoices
        invoiced = partner.sudo().address_get(["invoice"])["invoice"]
        people = partner.browse(invoiced) | partner | partner.sudo().child_ids
        recipient = people.sudo().filtered("email")[:1]
        installed = dict(self.env["res.lang"].get_installed())
        lang = recipient.lang or partner.sudo().lang or self.env.lang
        return {
            "partner_id": partner.id,
            "company_id": company.id,
            "currency_id": currency.id,
            "recipient_id": recipient.id,
            "lang": lang if lang in installed else self.env.lang,
        }

    def _fill_in(self):
        """Say in the dialog what the paper will say."""
        for line in self:
            rows = line._get_receivables()
            # sudo: what the system says of rows that the reader may read
            line.sudo().write(
                {
                    "amount": line._get_sum(rows) - line._get_sum_on_account(rows),
                    "amount_overdue": line._get_sum(rows.filtered(_is_overdue)),
                }
            )

    # ------------------------------------------------------------
    # WHAT IS ON IT
    # ------------------------------------------------------------

    def _get_domain(self):
        self.ensure_one()
        return [
            ("partner_id", "=", self.partner_id.id),
            ("company_id", "=", self.company_id.id),
            ("invoice_currency_id", "=", self.currency_id.id),
        ]

    def _get_receivables(self):
        """The open items that the reader may read, the one that is due first first.

        :return: sales.process.receivable
        """
        # also where Odoo renders with sudo: what the person may read, and no more
        Receivable = self.env["sales.process.receivable"].sudo(False)
        return Receivable.search(self._get_domain(), order="date_due, id").filtered(
            lambda row: self.currency_id.round(row.amount_currency)
        )

    def _get_sum(self, rows):
        """What rows come to, as it stands on the paper: each of them is rounded."""
        return self.currency_id.round(
            sum(self.currency_id.round(row.amount_currency) for row in rows)
        )

    def _is_whole(self, rows):
        """Tell whether nobody else collects a part of it.

        :param rows: sales.process.receivable that the reader may read
        :return: bool
        """
        # sudo: only whether there is more, not what
        everything = rows.sudo().search_count(
            [*self._get_domain(), ("amount_currency", "!=", 0)]
        )
        return everything == len(rows)

    def _get_on_account(self, rows):
        """Money of the customer that is matched with no invoice yet.

        Nothing where others collect, too: whose it is has not been said.

        :param rows: sales.process.receivable, see :meth:`_is_whole`
        :return: list of ``(date, reference, amount)``
        """
        if not rows or not self._is_whole(rows):
            return []
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT line.date, move.name, -line.amount_residual_currency
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                  JOIN account_account account ON account.id = line.account_id
                  JOIN res_partner partner ON partner.id = line.partner_id
             LEFT JOIN account_payment payment ON payment.id = move.origin_payment_id
                 WHERE partner.commercial_partner_id = %(partner)s
                   AND line.company_id = %(company)s
                   AND line.currency_id = %(currency)s
                   AND account.account_type = 'asset_receivable'
                   AND move.state = 'posted'
                   AND move.move_type NOT IN %(invoices)s
                   AND line.amount_residual_currency < 0
                   AND (payment.id IS NULL OR payment.state IN %(arrived)s)
              ORDER BY line.date, line.id
                """,
                partner=self.partner_id.id,
                company=self.company_id.id,
                currency=self.currency_id.id,
                invoices=money_tools.INVOICES,
                arrived=self.env["sales.process.money"]._get_arrived_states(),
            )
        )

    def _get_sum_on_account(self, rows):
        return self.currency_id.round(
            sum(float(amount) for *_who, amount in self._get_on_account(rows))
        )

    def _get_paper(self):
        """Everything that stands on the paper, in its language.

        :return: dict of texts
        """
        self.ensure_one()
        line = speaking(self, self.lang)
        env = line.env
        currency = line.currency_id
        rows = line._get_receivables()
        disputed = rows.filtered("is_disputed")
        due = rows - disputed
        on_account = line._get_on_account(rows)
        ages = labels.get_choices(rows, "age")
        by_age = due.grouped("age")
        total = line._get_sum(rows) - line._get_sum_on_account(rows)
        # sudo: names of colleagues on the paper
        people = rows.user_id.sudo().mapped("name")
        return {
            "customer": line.partner_id.display_name,
            "as_of": format_date(env, line._get_today()),
            "currency": currency.name,
            "people": format_list(env, people),
            "is_whole": line._is_whole(rows),
            "items": [line._render_item(row) for row in due],
            "disputed": [
                {**line._render_item(row), "why": why}
                for row, why in line._get_disputes(disputed)
            ],
            "promises": line._get_promises(rows),
            "on_account": [
                {
                    "date": format_date(env, day),
                    "name": name,
                    "amount": currency.format(-float(amount)),
                }
                for day, name, amount in on_account
            ],
            "ages": [
                (label, currency.format(line._get_sum(by_age.get(age, due.browse()))))
                for age, label in ages.items()
            ],
            "sum_due": currency.format(line._get_sum(due)),
            "sum_disputed": currency.format(line._get_sum(disputed)),
            "overdue": currency.format(line._get_sum(due.filtered(_is_overdue))),
            "total": currency.format(total),
            "banks": line._get_banks(),
        }

    def _get_today(self):
        """The day of whoever prints: the ages of the list are by the same day."""
        return self.env["crm.team"]._get_process_today(self.env.user)

    def _render_item(self, row):
        env = self.env
        return {
            "invoice": row.invoice or "",
            "date": format_date(env, row.date_invoice),
            "due": format_date(env, row.date_due),
            "days": row.days_overdue or "",
            "amount": self.currency_id.format(row.amount_currency),
        }

    def _get_disputes(self, rows):
        """What is said of disputed items: the kind of reason, and nobody's words.

        :return: list of ``(row, str)``
        """
        # sudo: who reads the item may read that it is disputed, and why
        moves = rows.sudo().money_id.move_id
        found = self.env["sales.process.dispute"].sudo()
        found = found.search([("move_id", "in", moves.ids), ("state", "=", "open")])
        reasons = labels.get_choices(found, "reason", self.env)
        by_move = {row.move_id: reasons.get(row.reason, "") for row in found}
        return [(row, by_move.get(row.sudo().money_id.move_id, "")) for row in rows]

    def _get_promises(self, rows):
        """What the customer has promised to pay of these items, and has not yet.

        :return: list of dicts of texts
        """
        # sudo: as of the items, which the reader may read
        moves = rows.sudo().money_id.move_id
        promises = (
            self.env["sales.process.promise"]
            .sudo()
            .search(
                [
                    ("ownership_id", "in", rows.sudo().ownership_id.ids),
                    ("state", "=", "open"),
                    ("move_id", "in", [False, *moves.ids]),
                ],
                order="date_due, id",
            )
        )
        return [
            {
                "said": format_date(self.env, row.date_said),
                "until": format_date(self.env, row.date_due),
                "invoice": row.invoice or "",
                "amount": row.currency_id.format(row.amount - row.amount_arrived),
            }
            for row in promises
        ]

    def _get_banks(self):
        """Where the customer pays: the accounts of the company.

        :return: list of str
        """
        # sudo: the accounts of the own company stand on each invoice
        banks = self.company_id.sudo().partner_id.bank_ids
        return [
            " ".join(part for part in (row.bank_name, row.acc_number) if part)
            for row in banks[:3]
        ]

    # ------------------------------------------------------------
    # SENDING
    # ------------------------------------------------------------

    def _check_sendable(self):
        """Refuse what cannot or may not be sent.

        :raise UserError: one sentence that says what to do
        :raise AccessError: for whoever neither collects, nor stands in, nor leads
        """
        self.ensure_one()
        rows = self._get_receivables()
        if not rows:
            raise UserError(
                self.env._(
                    "%(customer)s owes nothing that you may see: there is nothing to "
                    "send.",
                    customer=self.partner_id.display_name or "",
                )
            )
        for row in rows:
            if not row._may_send():
                raise AccessError(
                    self.env._(
                        "Only %(user)s, who collects from %(customer)s, a deputy or "
                        "the team leader sends the statement.",
                        user=row.user_id.sudo().name or "",
                        customer=self.partner_id.display_name or "",
                    )
                )
        # sudo: whose contact it is, not what stands in it
        recipient = self.recipient_id.sudo()
        if not recipient.email:
            raise UserError(
                self.env._(
                    "Choose to whom of %(customer)s it is sent: somebody with an "
                    "e-mail address.",
                    customer=self.partner_id.display_name or "",
                )
            )
        if recipient.commercial_partner_id != self.partner_id.sudo():
            raise UserError(
                self.env._(
                    "The statement of %(customer)s is sent to a contact of the "
                    "customer only.",
                    customer=self.partner_id.display_name or "",
                )
            )

    def _send(self, note=None):
        """Send it, and keep what was sent.

        :param str note: the sender's own words, above the text
        """
        self.ensure_one()
        rows = self._get_receivables()
        mine = rows.filtered(lambda row: row.user_id == self.env.user)
        first = (mine or rows)[:1]
        self._fill_in()
        # sudo: it is written by sending alone, after the check above
        statement = (
            self.env["sales.process.statement"]
            .sudo()
            .with_context(mail_create_nosubscribe=True)
            .create(
                {
                    "name": self.partner_id.display_name,
                    "partner_id": self.partner_id.id,
                    "recipient_id": self.recipient_id.id,
                    "ownership_id": first.ownership_id.id,
                    "user_id": (first.user_id or self.env.user).id,
                    "sent_by_id": self.env.uid,
                    "team_id": first.team_id.id,
                    "company_id": self.company_id.id,
                    "currency_id": self.currency_id.id,
                    "amount": self.amount,
                    "amount_overdue": self.amount_overdue,
                    "date_sent": self.env.cr.now().replace(microsecond=0),
                }
            )
        )
        spoken = speaking(self, self.lang)
        template = self.env.ref("sales_process_mgmt_account.mail_template_statement")
        # sudo: a text of ours about what the sender may read
        values = template.sudo()._generate_template(self.ids, ("subject", "body_html"))
        values = values[self.id]
        body = values["body_html"]
        if note:
            lines = Markup("<br/>").join(note.splitlines())
            body = Markup("<p>%s</p>%s") % (lines, body)
        pdf, kind = self.env["ir.actions.report"]._render_qweb_pdf(
            "sales_process_mgmt_account.report_statement", self.ids, {}
        )
        # sudo: who collects may have handed the customer on since
        statement.with_context(lang=spoken.env.lang).message_post(
            author_id=self.env.user.partner_id.id,
            subject=values["subject"],
            body=body,
            partner_ids=self.recipient_id.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=[(f"{spoken._get_file_name()}.{kind}", pdf)],
        )
        # sudo: written by sending alone
        self.sudo().is_sent = True

    def _get_file_name(self):
        """What the file is called that the customer receives.

        :return: str without an ending
        """
        self.ensure_one()
        return self.env._(
            "Statement of account %(company)s %(day)s",
            company=self.company_id.name,
            day=self._get_today(),
        ).replace("/", "-")


def _is_overdue(row):
    return bool(row.days_overdue) and not row.is_disputed
