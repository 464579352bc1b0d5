# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL


class SalesProcessOwnership(models.Model):
    _inherit = "sales.process.ownership"

    # ------------------------------------------------------------
    # MERGE
    # ------------------------------------------------------------

    def _absorb(self, others, without=(), carried=None):
        """Join other running periods of the same customer into this one.

        The others end as ``merged``; their keys, leads and helpers come here. The
        earlier start stays in the ended rows of the ledger.

        :param others: ownerships in the same company
        :param without: crm.lead, about to be deleted
        :param carried: the keys that leads carry afterwards, where that is known: see
            :meth:`_keep_keys_not_in`
        """
        self.ensure_one()
        running = (self | others)._lock_rows()
        others = running - self
        if not others or self not in running:
            return
        sudo_others = others.sudo()
        strangers = others.filtered(lambda row: row.sudo().user_id != self.user_id)
        strangers._check_decided(dict.fromkeys(strangers, self.user_id), self.team_id)
        contact = max(
            filter(None, sudo_others.mapped("date_last_contact")), default=None
        )
        collaborators = sudo_others.collaborator_ids - self.user_id
        # known since the lock; what is about to be deleted need not move
        leads = sudo_others.with_context(active_test=False).lead_ids
        if without:
            leads -= without
        leads = leads.filtered(lambda lead: lead.won_status == "pending")
        freed = others._end_locked(
            "merged", self.env._("The same customer as %s.", self.name)
        )
        self.env["sales.process.ownership.key"]._insert(
            [
                {
                    **key,
                    "ownership_id": self.id,
                    "is_manual": key["is_manual"]
                    or (
                        carried is not None
                        and (key["company_id"] or 0, key["kind"], key["value"])
                        not in carried
                    ),
                }
                for key in freed
            ]
        )
        leads.filtered(
            lambda lead: lead.user_id != self.user_id or lead.team_id != self.team_id
        )._write_owner(self.user_id, self.team_id)
        leads._set_ownership(dict.fromkeys(leads, self))
        if collaborators:
            self.sudo().collaborator_ids |= collaborators
        self._absorb_followups(others)
        if contact and self.state == "open":
            self._move_last_contact({self: contact})

    def _keep_keys_not_in(self, carried):
        """Keep keys that no lead carries, as if they had been added by hand.

        :param carried: the keys that a lead carries, ``(company_id, kind, value)``
        """
        Key = self.env["sales.process.ownership.key"]
        Key.flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE sales_process_ownership_key
                   SET is_manual = TRUE, write_date = %s, write_uid = %s
                 WHERE ownership_id IN %s AND active AND is_manual IS NOT TRUE
                   AND (COALESCE(company_id, 0), kind, value) NOT IN (%s)
                """,
                self.env.cr.now(),
                self.env.uid,
                self._ids,
                SQL(", ").join(
                    SQL("(%s, %s, %s)", *key) for key in carried or [(0, "", "")]
                ),
            )
        )
        Key.invalidate_model(["is_manual"], flush=False)

    # ------------------------------------------------------------
    # CONTACTS
    # ------------------------------------------------------------

    def _find_by_partners(self, partners):
        """The running ownerships of contacts, by their keys and their rows.

        :param partners: res.partner
        :return: sales.process.ownership
        """
        if not partners:
            return self.browse()
        keys = self.env["sales.process.ownership.key"].search(
            [
                ("kind", "=", "partner"),
                ("value", "in", [str(partner.id) for partner in partners]),
            ]
        )
        running = [("partner_id", "in", partners.ids), ("state", "!=", "ended")]
        return self.search(running) | keys.ownership_id.filtered(
            lambda row: row.state != "ended"
        )

    def _follow_partner_merge(self, src_partners, dst_partner):
        """Contacts were merged: join the ownerships, or leave them to the leader.

        Ownerships of one person become one. Where two people own the two contacts,
        the older ownership keeps the contact and the leader decides.

        :param src_partners: the contacts that go, still existing
        :param dst_partner: the contact that stays
        """
        self.invalidate_recordset()
        running = self.filtered(lambda row: row.state != "ended")
        if not running:
            return
        customer = dst_partner
        Key = self.env["sales.process.ownership.key"]
        old_values = [str(partner.id) for partner in src_partners]
        running.key_ids.filtered(
            lambda key: key.kind == "partner" and key.value in old_values
        )._deactivate()
        for rows in running.grouped("company_id").values():
            kept = rows.sorted(lambda row: (row.date_start, row.id))[0]
            others = rows - kept
            same = others.filtered_domain([("user_id", "=", kept.user_id.id)])
            kept._absorb(same)
            if same:
                kept._sync_phase()
            has_key = Key._find(
                [(kept.company_id.id or 0, "partner", str(customer.id))]
            )
            if not has_key:
                Key._insert(
                    [
                        {
                            "ownership_id": kept.id,
                            "company_id": kept.company_id.id,
                            "kind": "partner",
                            "value": str(customer.id),
                            "label": customer.display_name,
                        }
                    ]
                )
            kept.write({"partner_id": customer.id, "name": customer.display_name})
            for other in others - same:
                self.env["sales.process.conflict"]._record(
                    [
                        {
                            "name": customer.display_name,
                            "user_id": other.user_id.id,
                            "lead_id": other.lead_ids[:1].id,
                            "ownership_id": kept.id,
                            "other_ownership_id": other.id,
                            "owner_id": kept.user_id.id,
                            "team_id": kept.team_id.id,
                            "company_id": kept.company_id.id,
                            "door": "contact",
                            "resolution": False,
                            "state": "open",
                            "identities": [
                                (
                                    kept.company_id.id or 0,
                                    "partner",
                                    str(customer.id),
                                )
                            ],
                        }
                    ]
                )
