# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The customer register: background and logistics needs."""

from odoo import api, models
from odoo.fields import Domain

from ..tools import register
from .sales_process_guard import on_records


class SalesProcessPartnerRegister(models.AbstractModel):
    """One's customers, on the screen and on paper; contacts inherit it."""

    _name = "sales.process.partner.register"
    _description = "Contact in the Customer Register"

    @api.model
    def _get_register_domain(self):
        """Whose customers stand in the register of the reader.

        One's own; those of led teams for their leaders; all for who reads all
        documents. The rules on ownerships are asked, too.

        :return: list, a domain
        """
        user = self.env.user
        running = Domain("state", "=", "open")
        if not user.has_group("sales_team.group_sale_salesman_all_leads"):
            running &= Domain("user_id", "=", user.id) | Domain(
                "team_id", "in", user.process_overseen_team_ids.ids
            )
        return [("process_ownership_ids", "any", list(running))]

    @api.model
    @on_records
    def action_open_register(self):
        """The customer register: background and logistics needs of one's customers.

        :return: dict, a window action
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_process_mgmt.sales_process_register_action"
        )
        return {**action, "domain": self._get_register_domain()}

    def _get_logistics_texts(self):
        """How goods are brought to these contacts, in words; one query.

        Where nothing is said of a contact, what is said of its company holds.

        :return: ``{res.partner: str}``, a line for each need
        """
        places = self | self.commercial_partner_id
        # sudo: whoever sells to a contact reads how it is supplied
        rows = places.sudo().read(["properties"])
        texts = {
            row["id"]: "\n".join(
                f"{label}: {text}"
                for label, text in register.get_said(
                    row["properties"], register.LOGISTICS
                )
            )
            for row in rows
        }
        return {
            place: texts[place.id] or texts[place.commercial_partner_id.id]
            for place in self
        }

    @api.model
    def _add_register_properties(self):
        """Offer the usual background and logistics needs as properties of contacts.

        Those that are there stay as they are.
        """
        names = {
            register.BACKGROUND: self.env._("Background"),
            "process_business": self.env._("Main Business"),
            "process_decider": self.env._("Who Decides"),
            "process_competitors": self.env._("Buys From"),
            "process_payment_habit": self.env._("Payment Habits"),
            register.LOGISTICS: self.env._("Logistics Needs"),
            "process_delivery_window": self.env._("Delivery Hours"),
            "process_unloading": self.env._("Unloading"),
            "process_packaging": self.env._("Packaging"),
            "process_carrier": self.env._("Carrier"),
        }
        headings = (register.BACKGROUND, register.LOGISTICS)
        wanted = [
            {
                "name": name,
                "string": label,
                "type": "separator" if name in headings else "char",
            }
            for name, label in names.items()
        ]
        Definition = self.env["properties.base.definition"]
        # sudo: a sales administrator has been asked for
        definition = Definition.sudo()._get_definition_for_property_field(
            "res.partner", "properties"
        )
        known = definition.properties_definition or []
        if register.find_missing(known, wanted):
            definition.properties_definition = register.insert_missing(known, wanted)
