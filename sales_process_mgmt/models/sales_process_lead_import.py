# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..tools.transaction import get_door


class SalesProcessLeadImport(models.AbstractModel):
    """A file of customers from another register; leads inherit it."""

    _name = "sales.process.lead.import"
    _description = "Import of Leads"

    def _load_records(self, data_list, update=False):
        """A file that comes once more gives no customer to anybody.

        Its first time has said who had the customers; what has become of them since,
        or was said of them then, stands. To give one away there is a transfer, and
        the import of database ids.
        """
        if get_door(self.env) != "import":
            return super()._load_records(data_list, update)
        xids = [data["xml_id"] for data in data_list if data.get("xml_id")]
        # sudo: whose customer it is decides, also for who may not read it
        known = {
            f"{row[1]}.{row[2]}": self.sudo().browse(row[4])
            for row in self.env["ir.model.data"].sudo()._lookup_xmlids(xids, self)
            # the lead is there still
            if row[6]
        }
        for data in data_list:
            lead = known.get(data.get("xml_id"))
            if lead and lead.ownership_id.state in ("open", "pool"):
                data["values"] = {
                    name: value
                    for name, value in data["values"].items()
                    if name not in ("user_id", "team_id")
                }
        return super()._load_records(data_list, update)

    @api.model
    def _get_import_columns(self):
        """What a file of customers from another register says.

        The external ID makes the same file harmless when it comes once more.

        :return: list of ``(path of the field, examples)``
        """
        return [
            ("id", ["register.0001", "register.0002"]),
            ("name", ["Machine tools", "Packaging line"]),
            ("partner_name", ["Example Ltd", "Sample Inc"]),
            ("contact_name", ["Wang Fang", "Li Na"]),
            ("phone", ["+86 139 0000 0001", "+86 139 0000 0002"]),
            ("email_from", ["wang@example.com", ""]),
            ("user_id", [self.env.user.name, self.env.user.name]),
            ("team_id", [self.env.user.sale_team_id.name or ""] * 2),
            ("process_date_first_contact", ["2026-03-02", "2026-04-15"]),
        ]
