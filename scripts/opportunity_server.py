# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What import_opportunities.py asks of Odoo, over its public API."""

from urllib.parse import urlsplit

import odoorpc
from opportunity_rows import external_name

# The module of external ids of everything that is imported by hand
MODULE = "__import__"
CONTEXT = {
    "lang": "en_US",
    # Dates have no hour: noon UTC is the same date nearly everywhere.
    "tz": "UTC",
    "active_test": False,
    # History makes no noise: no welcome, no "you have been assigned".
    "tracking_disable": True,
    "mail_auto_subscribe_no_notify": True,
    "no_reset_password": True,
}


class ImportFailure(Exception):
    """The import cannot go on."""


class Server:
    """The few calls that the import makes."""

    def __init__(self, connection, prefix):
        self.connection = connection
        self.prefix = prefix

    def call(self, model, method, *args, **kwargs):
        kwargs["context"] = {**CONTEXT, **kwargs.get("context", {})}
        return self.connection.execute_kw(model, method, list(args), kwargs)

    def search_read(self, model, domain, fields):
        return self.call(model, "search_read", domain, fields, order="id")

    def has_model(self, model):
        return bool(self.call("ir.model", "search_count", [("model", "=", model)]))

    def has_field(self, model, name):
        return name in self.call(model, "fields_get", [name], ["type"])

    def name(self, kind, value):
        return external_name(f"{self.prefix}_{kind}", value)

    def find(self, model, names):
        """What was imported before: ``{external name: id}``."""
        found = {}
        names = list(names)
        for start in range(0, len(names), 1000):
            domain = [
                ("module", "=", MODULE),
                ("model", "=", model),
                ("name", "in", names[start : start + 1000]),
            ]
            for data in self.search_read("ir.model.data", domain, ["name", "res_id"]):
                found[data["name"]] = data["res_id"]
        return found

    def load(self, model, fields, rows):
        """Create records, all or none of them.

        :return: ``(ids or False, {index of the row: reason})``
        """
        result = self.call(model, "load", fields, rows)
        errors = {}
        for message in result["messages"]:
            if message["type"] == "error":
                index = message.get("record", message.get("rows", {}).get("from", -1))
                errors.setdefault(index, message["message"])
        return result["ids"], errors


def connect(options, password):
    """Log in to the Odoo that the options name.

    :return: :class:`Server`
    """
    url = urlsplit(options.url)
    if url.scheme not in ("http", "https") or not url.hostname:
        raise ImportFailure(f"{options.url!r} is not the address of an Odoo")
    secure = url.scheme == "https"
    connection = odoorpc.ODOO(
        url.hostname,
        protocol="jsonrpc+ssl" if secure else "jsonrpc",
        port=url.port or (443 if secure else 80),
        timeout=options.timeout,
    )
    connection.login(options.database, options.user, password)
    return Server(connection, options.prefix)


def describe_process(server):
    """What the sales process made of the opportunities, if it is installed."""
    if not server.has_model("sales.process.ownership"):
        return []
    lines = []
    for model, fields in (
        ("sales.process.ownership", ["state", "phase"]),
        ("sales.process.conflict", ["state", "resolution"]),
    ):
        groups = server.call(model, "formatted_read_group", [], fields, ["__count"])
        for group in groups:
            values = " ".join(str(group[name]) for name in fields if group[name])
            lines.append(f"{model} {values}: {group['__count']}")
    return lines
