# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import ast
from pathlib import Path
from unittest import TestCase

from odoo.modules import get_manifest, get_module_path

LAST_DOOR = "create of mail.mail"
# Where Odoo writes e-mails past the chatter, in everything that crm stands on, and how
# a colleague's customer is kept out of them.
DOORS = {
    "auth_signup: _action_reset_password": LAST_DOOR,
    "digest: _action_send_to_user": LAST_DOOR,
    "mail: _action_send_mail_mass_mail": LAST_DOOR,
    "mail: _notify_security_setting_update": LAST_DOOR,
    "mail: _notify_thread_by_email": "message_post and message_notify of mail.thread",
    "mail: _routing_create_bounce_email": LAST_DOOR,
    "mail: create": "attachments of the mail itself",
    "mail: invite_by_email": "discuss.channel, before the channel is told",
    "mail: message_mail_with_source": "mail.compose.message",
    "mail: send_mail_batch": LAST_DOOR,
}


class TestMailDoors(TestCase):
    """A door that a later Odoo opens is seen before somebody goes through it."""

    def test_every_door_is_known(self):
        addons, waiting = set(), ["crm"]
        while waiting:
            addon = waiting.pop()
            if addon not in addons:
                addons.add(addon)
                waiting += get_manifest(addon).get("depends", ())
        found = set()
        for addon in addons:
            for path in Path(get_module_path(addon)).rglob("*.py"):
                text = path.read_text(encoding="utf-8")
                if "tests" in path.parts or "mail.mail" not in text:
                    continue
                found |= {
                    f"{addon}: {node.name}"
                    for node in ast.walk(ast.parse(text))
                    if isinstance(node, ast.FunctionDef) and self._writes_mails(node)
                }
        self.assertEqual(found, DOORS.keys())

    def _writes_mails(self, function):
        nodes = list(ast.walk(function))
        return any(
            isinstance(node, ast.Constant) and node.value == "mail.mail"
            for node in nodes
        ) and any(
            isinstance(node, ast.Attribute) and node.attr == "create" for node in nodes
        )
