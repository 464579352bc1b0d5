# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from fractions import Fraction

from odoo import api, fields, models

from odoo.addons.sales_process_mgmt.tools import deadline as deadline_tools
from odoo.addons.sales_process_mgmt.tools import texts

from ..tools import commission as commission_tools


class SalesProcessCommissionAgreement(models.Model):
    """What was fixed when an order was signed: the rate, and who has which share.

    It holds as long as the order lives. An order that is cancelled and signed once
    more is fixed anew. What is invoiced without an order is signed with the invoice.
    """

    _name = "sales.process.commission.agreement"
    _description = "Commission of a Signed Order"
    _is_private = True
    _inherit = ["sales.process.guard"]
    _order = "date desc, id desc"
    _personal_names = ("name",)
    _personal_ownerships = ("ownership_id",)

    name = fields.Char(string="Customer", size=texts.NAME_LENGTH, readonly=True)
    ownership_id = fields.Many2one(
        "sales.process.ownership",
        string="Customer Period",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="The period of responsibility in which the customer has signed.",
    )
    order_id = fields.Many2one(
        "sale.order", readonly=True, index="btree_not_null", ondelete="set null"
    )
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Where no order was signed.",
    )
    document = fields.Char(
        readonly=True, help="The order, or the invoice where there is no order."
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner at the Signature",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    team_id = fields.Many2one("crm.team", readonly=True, index="btree_not_null")
    date = fields.Date(
        string="Signed On",
        required=True,
        readonly=True,
        help="By this day the version of the plan was chosen.",
    )
    moment = fields.Datetime(string="Signed At", readonly=True)
    version_id = fields.Many2one(
        "sales.process.commission.version",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    basis = fields.Selection(related="version_id.basis")
    percent = fields.Float(
        string="Rate (%)",
        digits=(16, commission_tools.RATE_DIGITS),
        readonly=True,
        help="That of the products that were signed, in proportion to their amounts. "
        "It stays for the life of the order.",
    )
    share_ids = fields.One2many(
        "sales.process.commission.share",
        "agreement_id",
        string="Commission Shares",
        readonly=True,
    )

    _order_uniq = models.UniqueIndex(
        "(order_id, moment) WHERE order_id IS NOT NULL",
        "The commission of this order is fixed already.",
    )
    _move_uniq = models.UniqueIndex(
        "(move_id, ownership_id) WHERE move_id IS NOT NULL",
        "The commission of this invoice is fixed already.",
    )

    @api.model
    def _get_for_orders(self, orders):
        """What was fixed for signed orders; fixed now for those that are new.

        :param orders: sale.order with a period of responsibility, signed
        :return: ``{order: agreement}``, without orders that no plan is for
        """
        known = {
            (agreement.order_id, agreement.moment): agreement
            for agreement in self.search([("order_id", "in", orders.ids)])
        }
        found, new = {}, {}
        for order in orders:
            moment = order.process_date_signed
            if agreement := known.get((order, moment)):
                found[order] = agreement
                continue
            new[order] = self._prepare_fixed(
                order.ownership_id,
                order.company_id,
                moment,
                self._get_day(order.ownership_id, moment),
                order._get_commission_parts(),
                {"order_id": order.id, "document": order.name},
            )
        return found | self._fix(new)

    @api.model
    def _get_last(self, orders):
        """What was fixed last for orders that are not signed any more.

        :param orders: sale.order
        :return: ``{order: agreement}``, without orders that never had one
        """
        return {agreement.order_id: agreement for agreement in self._get_all(orders)}

    @api.model
    def _get_all(self, orders):
        """Everything that was fixed for orders, the first signature first.

        :param orders: sale.order, any number of them
        :return: sales.process.commission.agreement
        """
        if not orders:
            return self.browse()
        ids = [order.id for order in orders]
        return self.search([("order_id", "in", ids)], order="moment, id")

    @api.model
    def _find_for(self, invoices, orders):
        """Everything by which documents earn, or have earned.

        Also what an order has earned that a path past Odoo has cut off its invoices: it
        is taken back before the same money earns by the invoice.

        :param invoices: account.move
        :param orders: sale.order
        :return: sales.process.commission.agreement
        """
        groups = self.env["sales.process.commission.line"]._read_group(
            [("money_id.move_id", "in", invoices.ids)], ["agreement_id"]
        )
        return self.search(
            ["|", ("order_id", "in", orders.ids), ("move_id", "in", invoices.ids)]
        ).union(*(agreement for [agreement] in groups))

    @api.model
    def _get_for_moves(self, keys):
        """The same for invoices without an order.

        :param keys: pairs of account.move and sales.process.ownership
        :return: ``{(move, ownership): agreement}``
        """
        moves = self.env["account.move"].browse({move.id for move, _row in keys})
        known = {
            (agreement.move_id, agreement.ownership_id): agreement
            for agreement in self.search([("move_id", "in", moves.ids)])
        }
        found, new = {}, {}
        for move, ownership in keys:
            if agreement := known.get((move, ownership)):
                found[move, ownership] = agreement
                continue
            day = move.invoice_date or move.date
            new[move, ownership] = self._prepare_fixed(
                ownership,
                move.company_id,
                None,
                day,
                move._get_commission_parts(),
                {"move_id": move.id, "document": move.name},
            )
        return found | self._fix(new)

    @api.model
    def _get_day(self, ownership, moment):
        """The day of a signature, where the owner works."""
        zone = ownership.team_id._get_process_timezone(ownership.user_id)
        return deadline_tools.local_date(moment, zone)

    @api.model
    def _fix(self, prepared):
        """Fix what is new, all of it at once.

        :param dict prepared: values by what was signed, None where nobody earns
        :return: ``{key: agreement}``
        """
        prepared = {key: values for key, values in prepared.items() if values}
        agreements = self.create(list(prepared.values()))
        return dict(zip(prepared, agreements, strict=True))

    @api.model
    def _prepare_fixed(self, ownership, company, moment, day, parts, values):
        """Rate and shares of something signed.

        :param ownership: sales.process.ownership
        :param company: res.company
        :param moment: naive UTC datetime of the signature, None for an invoice
        :param date day: its day
        :param list parts: ``(amount, product.category)`` of what was signed
        :param dict values: the order or the invoice
        :return: dict of values, None where nobody earns
        """
        if not ownership.user_id:
            return None
        version = self.env["sales.process.commission.plan"]._find_version(
            company, ownership.team_id, day
        )
        if not version:
            return None
        digits = company.currency_id.decimal_places
        rates = [
            (
                commission_tools.to_cents(amount, digits),
                version._get_rate(category, ownership.grade_id, ownership.team_id),
            )
            for amount, category in parts
        ]
        plain = self.env["product.category"]
        default = version._get_rate(plain, ownership.grade_id, ownership.team_id)
        return {
            **values,
            "name": ownership.name,
            "ownership_id": ownership.id,
            "company_id": company.id,
            "user_id": ownership.user_id.id,
            "team_id": ownership.team_id.id,
            "date": day,
            "moment": moment,
            "version_id": version.id,
            "percent": float(commission_tools.mix_rates(rates, default)),
            "share_ids": [
                fields.Command.create(
                    {
                        "user_id": user.id,
                        "role": role,
                        "percent": percent,
                        "team_id": ownership.team_id._get_team_of(user).id,
                    }
                )
                for user, role, percent in self._divide(ownership, version, moment, day)
            ],
        }

    @api.model
    def _divide(self, ownership, version, moment, day):
        """Who has which share, as the plan says and people have agreed.

        Whoever has two roles has the first of them; the owner has the rest.

        :return: list of ``(res.users, role, percent)``, that come to 100
        """
        owner, left = ownership.user_id, Fraction(100)
        shares = {}
        for role, users, percent in self._get_roles(ownership, version, moment, day):
            new = (users - owner).filtered(lambda user: user not in shares)
            exact = Fraction(commission_tools.to_fraction(percent), len(new) or 1)
            for user in new:
                # what was agreed for a customer may leave less for the plan
                part = min(commission_tools.to_fraction(round(float(exact), 4)), left)
                shares[user] = (role, float(part))
                left -= part
        # of what several have together, the owner has what rounding leaves
        shares = {user: share for user, share in shares.items() if share[1] > 0}
        divided = [(owner, "owner", float(left))] if left > 0 else []
        return divided + [(user, *share) for user, share in shares.items()]

    @api.model
    def _get_roles(self, ownership, version, moment, day):
        """Whom a plan gives a share; an addon adds its own.

        :return: list of ``(role, res.users, percent)``, the first ones go first
        """
        splits = self.env["sales.process.commission.split"].search(
            [("ownership_id", "=", ownership.id)]
        )
        roles = [("agreed", split.user_id, split.percent) for split in splits]
        if version.helper_percent:
            roles.append(("helper", ownership.collaborator_ids, version.helper_percent))
        if version.deputy_percent:
            deputy = self._find_deputy(ownership.user_id, moment, day)
            roles.append(("deputy", deputy, version.deputy_percent))
        if version.previous_percent:
            before = ownership.previous_id
            since = fields.Datetime.to_datetime(day) - timedelta(
                days=version.previous_days
            )
            if before.end_reason == "transferred" and before.date_end >= since:
                roles.append(("previous", before.user_id, version.previous_percent))
        return roles

    @api.model
    def _find_deputy(self, user, moment, day):
        """Who stood in for somebody who was away.

        :param user: res.users
        :param moment: naive UTC datetime, None for the whole day
        :param date day: day
        :return: res.users, may be empty
        """
        start = moment or fields.Datetime.to_datetime(day)
        end = moment or start + timedelta(days=1)
        absences = self.env["sales.process.absence"].search(
            [
                ("user_id", "=", user.id),
                ("state", "=", "confirmed"),
                ("deputy_id", "!=", False),
                ("date_start", "<=", end),
                "|",
                ("date_end", "=", False),
                ("date_end", ">", start),
            ],
            order="date_start desc, id desc",
            limit=1,
        )
        return absences.deputy_id

    def _get_shares(self):
        """The shares, as :mod:`tools.commission` reads them, the owner first.

        :return: ``{res.users id: Fraction}``
        """
        self.ensure_one()
        return {
            share.user_id.id: commission_tools.to_fraction(share.percent)
            for share in self.share_ids.sorted("id")
        }

    def _get_terms(self, shares, day):
        """Who has which share of money that comes on a day: some may have left.

        :param dict shares: see :meth:`_get_shares`
        :param date day: the day of the money
        :return: tools.commission.Terms
        """
        self.ensure_one()
        version = self.version_id
        days = None if version.left_to == "person" else version.left_days
        return commission_tools.get_terms(
            shares,
            self.user_id.id,
            day,
            {
                user.id: user.process_date_left
                for user in self.share_ids.user_id
                if user.process_date_left
            }
            if days is not None
            else {},
            days,
            version.left_to == "owner",
        )
