# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models, tools
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import orm

# How somebody begins to follow: where another application extends it, Odoo does it.
FOLLOW_STEPS = ("_insert_followers", "_add_default_followers", "_add_followers")


class MailFollowers(models.Model):
    """Who follows a private document is read by whoever reads the document.

    Odoo shows every internal user who follows what: that a customer follows a
    complaint tells the owner that there is one.
    """

    _inherit = "mail.followers"

    @api.model
    def _get_telling_contacts(self):
        """Who may let whom follow is asked where somebody is subscribed."""
        return ()

    @api.model
    @tools.ormcache()
    def _get_private_threads(self):
        """Names of our private models that somebody may follow.

        :return: tuple of str
        """
        return tuple(
            sorted(
                name
                for name, Model in self.env.registry.items()
                if getattr(Model, "_is_private", False)
                and not Model._abstract
                and "message_follower_ids" in Model._fields
            )
        )

    @api.model
    def _search(self, domain, *args, **kwargs):
        private = self._get_private_threads()
        if private and not (self.env.su or kwargs.get("bypass_access")):
            domain = Domain(domain) & Domain.OR(
                [
                    Domain("res_model", "not in", private),
                    *(
                        Domain("res_model", "=", name)
                        & Domain("res_id", "in", self.env[name]._search([]))
                        for name in private
                        if self.env[name].has_access("read")
                    ),
                ]
            )
        return super()._search(domain, *args, **kwargs)

    def _check_access(self, operation):
        result = super()._check_access(operation)
        private = self._get_private_threads()
        if self.env.su or not self or not private:
            return result
        # sudo: of which document they are, to ask for that document
        asked = self.sudo().filtered(lambda row: row.res_model in private)
        shut = self.browse()
        for name, rows in asked.grouped("res_model").items():
            documents = self.env[name].browse(rows.mapped("res_id"))
            readable = set(documents._filtered_access("read").ids)
            shut |= self.browse(row.id for row in rows if row.res_id not in readable)
        if not shut:
            return result
        if result:
            return result[0] | shut, result[1]
        return shut, lambda: self.env["ir.rule"]._make_access_error(operation, shut)

    @api.model
    def _follow_at_once(self, model, ids_by_partner):
        """Let people follow documents, with what they hear of by default.

        As ``_insert_followers`` does for the documents of one person, by two statements
        for all of them. Whoever follows already goes on as before. The caller decides
        who may follow what.

        :param str model: name of the model of the documents
        :param dict ids_by_partner: ``{id of res.partner: ids of documents}``
        """
        rows = [
            (partner_id, res_id)
            for partner_id, ids in ids_by_partner.items()
            for res_id in ids
        ]
        # sudo: the caller has decided it
        Followers = self.sudo()
        if not (
            orm.is_plain(self, *FOLLOW_STEPS) and orm.is_plain(self, *orm.INSERT_STEPS)
        ):
            for partner_id, ids in ids_by_partner.items():
                Followers._insert_followers(model, ids, [partner_id])
            return
        if not rows:
            return
        default, _internal, external = self.env[
            "mail.message.subtype"
        ].default_subtypes(model)
        # sudo: as by Odoo
        shared = (
            self.env["res.partner"]
            .sudo()
            .search([("id", "in", list(ids_by_partner)), ("partner_share", "=", True)])
        )
        Followers.flush_model()
        Followers._insert_rows(model, rows, default, external, shared)
        ids = sorted({res_id for _partner_id, res_id in rows})
        Followers._invalidate_documents(
            [{"res_model": model, "res_id": res_id} for res_id in ids]
        )
        documents = self.env[model].browse(ids)
        documents.invalidate_recordset(
            ["message_follower_ids", "message_partner_ids", "message_is_follower"],
            flush=False,
        )

    @api.model
    def _insert_rows(self, model, rows, default, external, shared):
        """Followers who are missing, with what they hear of.

        :param str model: name of the model of the documents
        :param list rows: ``(id of res.partner, id of the document)``
        :param default: mail.message.subtype of which colleagues hear
        :param external: mail.message.subtype of which others hear
        :param shared: res.partner who are others
        """
        self.env.execute_query(
            SQL(
                """
                WITH follower AS (
                    INSERT INTO mail_followers (res_model, res_id, partner_id)
                    SELECT %(model)s, row.res_id, row.partner_id
                      FROM unnest(%(partners)s::int[], %(ids)s::int[])
                           AS row (partner_id, res_id)
                  ORDER BY row.res_id, row.partner_id
                        ON CONFLICT (res_model, res_id, partner_id) DO NOTHING
                 RETURNING id, partner_id)
                INSERT INTO mail_followers_mail_message_subtype_rel
                       (mail_followers_id, mail_message_subtype_id)
                SELECT follower.id, subtype.id
                  FROM follower, unnest(%(default)s::int[]) AS subtype (id)
                 WHERE NOT follower.partner_id = ANY(%(shared)s::int[])
             UNION ALL
                SELECT follower.id, subtype.id
                  FROM follower, unnest(%(external)s::int[]) AS subtype (id)
                 WHERE follower.partner_id = ANY(%(shared)s::int[])
             RETURNING mail_followers_id
                """,
                model=model,
                partners=[partner_id for partner_id, _id in rows],
                ids=[res_id for _partner_id, res_id in rows],
                default=default.ids,
                external=external.ids,
                shared=shared.ids,
            )
        )
