# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import re

from odoo.tools.safe_eval import safe_eval

from odoo.addons.sales_process_mgmt.tests.common import SalesProcessCommon
from odoo.addons.spreadsheet.utils.validate_data import (
    fields_in_spreadsheet,
    menus_xml_ids_in_spreadsheet,
    odoo_charts,
)

WORDS = re.compile(r'_t\("([^"]+)"\)')


class DashboardCommon(SalesProcessCommon):
    """Dashboards are read as the browser reads them: each source, by a person."""

    def _get_ours(self, user):
        """The dashboards of the sales process that somebody sees, by their names."""
        rows = (
            self.env["spreadsheet.dashboard"]
            .with_user(user)
            .search([("process_role", "!=", False)])
        )
        names = rows.get_external_id()
        return {names[row.id].rsplit("_", 1)[1] for row in rows}

    def _load(self, dashboard, user):
        text = dashboard.with_user(user)._get_serialized_readonly_dashboard()
        return json.loads(text)["snapshot"]

    def _check_names(self, data):
        """Every field, menu, action, measure and filter is there."""
        for model, names in fields_in_spreadsheet(data).items():
            for name in names:
                self.assertTrue(self._follow(model, name), f"{model}: {name}")
        for name in menus_xml_ids_in_spreadsheet(data):
            self.assertTrue(self.env.ref(name).action, name)
        self._check_titles(data)
        filters = {row["id"]: row for row in data["globalFilters"]}
        for source in self._get_sources(data):
            model = source["model"]
            self.assertLessEqual(source["matching"].keys(), filters.keys())
            for key, match in source["matching"].items():
                field = self._follow(model, match["chain"])
                self.assertEqual(field.type, match["type"], match)
                if match["type"] == "many2one":
                    self.assertEqual(field.comodel_name, filters[key]["modelName"])
            if source["action"]:
                action = self.env.ref(source["action"])
                self.assertEqual(action.res_model, model)

    def _check_titles(self, data):
        """Each chart says itself what it shows: telephones show charts alone."""
        titles = [
            figure["data"]["title"].get("text")
            for sheet in data["sheets"]
            for figure in sheet["figures"]
        ]
        self.assertTrue(all(titles), titles)
        self.assertEqual(len(titles), len(set(titles)), "Two charts of one name")

    def _follow(self, model, chain):
        for name in chain.split(":")[0].split("."):
            field = self.env[model]._fields.get(name)
            if not field:
                return None
            model = field.comodel_name
        return field

    def _get_sources(self, data):
        for pivot in data["pivots"].values():
            axes = pivot["rows"] + pivot["columns"]
            yield {
                "kind": "pivot",
                "model": pivot["model"],
                "domain": pivot["domain"],
                "groups": [axis["fieldName"] for axis in axes],
                "measures": [row["fieldName"] for row in pivot["measures"]],
                "matching": pivot["fieldMatching"],
                "action": None,
            }
        for chart in odoo_charts(data):
            yield {
                "kind": chart["type"],
                "model": chart["metaData"]["resModel"],
                "domain": chart["searchParams"]["domain"],
                "groups": chart["metaData"]["groupBy"],
                "measures": [chart["metaData"]["measure"]],
                "matching": chart["fieldMatching"],
                "action": chart["actionXmlId"],
            }
        for source in data["lists"].values():
            yield {
                "kind": "list",
                "model": source["model"],
                "domain": source["domain"],
                "columns": source["columns"],
                "order": ", ".join(
                    f"{row['name']} {'asc' if row['asc'] else 'desc'}"
                    for row in source["orderBy"]
                ),
                "matching": source["fieldMatching"],
                "action": None,
            }

    def _read(self, source, user):
        """The rows of a source, as this person gets them.

        :return: list of dicts
        """
        Model = self.env[source["model"]].with_user(user)
        domain = source["domain"]
        if isinstance(domain, str):
            domain = safe_eval(domain)
        if source["kind"] == "list":
            return Model.search_read(
                domain, source["columns"], order=source["order"], limit=10
            )
        aggregates = [
            name if name == "__count" else f"{name}:{Model._fields[name].aggregator}"
            for name in source["measures"]
        ]
        return Model.formatted_read_group(domain, source["groups"], aggregates)

    def _count(self, source, user):
        return sum(row.get("__count", 0) for row in self._read(source, user))

    def _get_words(self, data):
        """What the files say in English, for the translations."""
        words = {row["label"] for row in data["globalFilters"]}
        for sheet in data["sheets"]:
            for cell in sheet["cells"].values():
                words.update(WORDS.findall(cell) if cell.startswith("=") else ())
                words.update(re.findall(r"^\[(.+)\]\(", cell))
            for figure in sheet["figures"]:
                title = figure["data"]["title"].get("text")
                words.update([title] if title else ())
        return words
