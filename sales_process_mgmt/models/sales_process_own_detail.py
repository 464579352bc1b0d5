# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models, tools
from odoo.tools import SQL

from ..tools.transaction import forget_kept

# What is read of each model, in the order in which it is written to the database.
OWN_FIELDS = {
    "res.partner": ["email_normalized", "phone_sanitized"],
    "res.users": ["login", "partner_id", "share"],
    "res.company": ["partner_id"],
    "mail.alias": ["alias_full_name"],
    "mail.alias.domain": ["bounce_alias", "catchall_alias", "default_from", "name"],
    "ir.mail_server": ["from_filter", "smtp_user"],
    "fetchmail.server": ["user"],
}


class SalesProcessOwnDetail(models.AbstractModel):
    """Contact details of our own people, companies and mail servers.

    Every new customer is asked for them, so that they are kept in memory. The models
    that hold them inherit this one, which forgets them when they change.
    """

    _name = "sales.process.own.detail"
    _description = "Own Contact Details"

    # A change of one of these may change what is our own.
    _own_detail_fields = frozenset()
    # A contact is ours as soon as a user or company is made of it, not before.
    _is_own_at_once = True

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if self._is_own_at_once:
            records._filter_own()._forget_own_details()
        return records

    def write(self, vals):
        if self._own_detail_fields.isdisjoint(vals):
            return super().write(vals)
        own = self._filter_own()
        result = super().write(vals)
        (own | self._filter_own())._forget_own_details()
        return result

    def unlink(self):
        self._filter_own()._forget_own_details()
        return super().unlink()

    def _filter_own(self):
        """Those of these records that are our own; to be overridden.

        :return: the same model
        """
        return self

    def _forget_own_details(self):
        """These are our own, or were: what is kept in memory is read again."""
        if self:
            forget_kept(self.env)

    @api.model
    @tools.ormcache()
    def _get_own_details(self):
        """What is our own: of internal users, companies, aliases and mail servers.

        :return: frozenset of ``(kind, value)``, with the kinds ``phone``, ``email``
            and ``partner`` (the id of a contact)
        """
        for model, names in OWN_FIELDS.items():
            self.env[model].flush_model(names)
        return frozenset(
            self.env.execute_query(
                SQL(
                    """
                    WITH own AS (
                           SELECT partner_id AS id FROM res_company
                        UNION SELECT partner_id FROM res_users WHERE NOT share),
                         partner AS (
                           SELECT partner.id, email_normalized, phone_sanitized
                             FROM own
                             JOIN res_partner AS partner ON partner.id = own.id)
                    SELECT 'partner', id::varchar FROM partner
                     UNION
                    SELECT 'email', email_normalized FROM partner
                     UNION
                    SELECT 'phone', phone_sanitized FROM partner
                     UNION
                    SELECT 'email', login FROM res_users WHERE NOT share
                     UNION
                    SELECT 'email', alias_full_name FROM mail_alias
                     UNION
                    SELECT 'email', unnest(ARRAY[bounce_alias, catchall_alias,
                                                 default_from]) || '@' || name
                      FROM mail_alias_domain
                     UNION
                    SELECT 'email', smtp_user FROM ir_mail_server
                     UNION
                    SELECT 'email', from_filter FROM ir_mail_server
                     UNION
                    SELECT 'email', "user" FROM fetchmail_server
                    """
                )
            )
        )
