# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
import json
import zipfile

from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import SalesProcessCommon

SECRET = "Xylograph7731"
NUMBER = "13955550777"
READING = {
    "/web/export/csv",
    "/web/export/xlsx",
    "/web/dataset/call_kw/crm.lead/read",
    "/web/dataset/call_kw/crm.lead/export_data",
    "/mail/thread/messages",
    "/mail/data",
}


@tagged("post_install", "-at_install")
class TestHttpDoors(SalesProcessCommon, HttpCase):
    """What Odoo's own addresses give of a colleague's lead: nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # whoever may not export is refused before anybody asks for the record
        cls.env.ref("base.group_user").implied_ids |= cls.env.ref(
            "base.group_allow_export"
        )
        cls.lead = cls._create_lead(
            cls.salesperson_a,
            name=f"Lead {SECRET}",
            partner_name=f"Company {SECRET}",
            phone=NUMBER,
            description=SECRET,
        )
        said = cls.lead.with_user(cls.salesperson_a).message_post(
            body=f"Said {SECRET}", message_type="comment"
        )
        cls.message = said.with_env(cls.env)
        cls.file = (
            cls.env["ir.attachment"]
            .with_user(cls.salesperson_a)
            .create(
                {
                    "name": f"{SECRET}.txt",
                    "raw": SECRET.encode(),
                    "res_model": "crm.lead",
                    "res_id": cls.lead.id,
                }
            )
        )
        cls.portal_user = new_test_user(
            cls.env, "portal_person", groups="base.group_portal"
        )
        cls.env.flush_all()

    def _rpc(self, url, **params):
        return url, {"json": {"jsonrpc": "2.0", "method": "call", "params": params}}

    def _kw(self, button, method, *args, **kwargs):
        door = "call_button" if button else "call_kw"
        return self._rpc(
            f"/web/dataset/{door}/crm.lead/{method}",
            model="crm.lead",
            method=method,
            args=[self.lead.ids, *args],
            kwargs=kwargs,
        )

    def _get_doors(self):
        """The addresses, and what is sent there."""
        lead, ids = self.lead, self.lead.ids
        export = {
            "model": "crm.lead",
            "fields": [
                {"name": name, "label": name, "type": "char"}
                for name in ("name", "phone", "description")
            ],
            "ids": ids,
            "domain": [],
            "groupby": [],
            "import_compat": False,
            "context": {"active_test": False, "su": True, "uid": 1},
        }
        doors = [
            (f"/web/export/{kind}", {"data": {"data": json.dumps(export)}})
            for kind in ("csv", "xlsx")
        ]
        doors += [
            (f"/web/content/{self.file.id}", {}),
            (f"/web/content/{self.file.id}?access_token=None&download=1", {}),
            (f"/web/image/{self.file.id}", {}),
            (f"/web/content/crm.lead/{lead.id}/description", {}),
            (f"/mail/message/{self.message.id}", {}),
            (f"/mail/view?model=crm.lead&res_id={lead.id}", {}),
            (f"/odoo/crm.lead/{lead.id}", {}),
        ]
        thread = {"thread_model": "crm.lead", "thread_id": lead.id}
        wanted = ["attachments", "followers", "activities", "suggestedRecipients"]
        doors += [
            self._rpc("/mail/thread/messages", **thread),
            self._rpc("/mail/thread/recipients", **thread),
            self._rpc(
                "/mail/data",
                fetch_params=[["mail.thread", {**thread, "request_list": wanted}]],
            ),
            self._rpc(
                "/mail/message/post",
                **thread,
                post_data={"body": "Taken", "message_type": "comment"},
            ),
            self._rpc(
                "/mail/message/update_content",
                message_id=self.message.id,
                update_data={"body": "Taken"},
            ),
            self._rpc(
                "/mail/message/reaction",
                message_id=self.message.id,
                content="x",
                action="add",
            ),
            self._rpc("/mail/attachment/delete", attachment_id=self.file.id),
            self._kw(False, "read", ["name", "phone", "description"]),
            self._kw(False, "export_data", ["name", "phone"]),
            self._kw(False, "copy"),
            self._kw(False, "message_get_suggested_recipients"),
            self._kw(True, "action_set_lost"),
            self._kw(True, "write", {"user_id": self.salesperson_b.id}),
        ]
        return doors

    def _open(self, url, sent):
        if "data" in sent:
            token = Request.csrf_token(self)
            sent = {"data": {**sent["data"], "csrf_token": token}}
        return self.url_open(url, **sent)

    def _get_leaks(self, response):
        content = response.content
        if content.startswith(b"PK"):  # a workbook
            with zipfile.ZipFile(io.BytesIO(content)) as book:
                content = b"".join(map(book.read, book.namelist()))
        return [word for word in (SECRET, NUMBER) if word.encode() in content]

    @mute_logger("odoo.http", "odoo.addons.web.controllers.export")
    def test_nothing_of_a_colleagues_lead(self):
        before = self._get_state()
        for login in (
            "salesperson_b",
            "salesperson_d",
            "salesperson_x",
            "leader_west",
            "office_user",
            "portal_person",
            None,
        ):
            self.authenticate(login, login and login.ljust(8, "x"))
            for url, sent in self._get_doors():
                with self.subTest(login=login, url=url):
                    response = self._open(url, sent)
                    self.assertFalse(self._get_leaks(response))
                    self.env.invalidate_all()
                    self.assertEqual(self._get_state(), before)

    @mute_logger("odoo.http")
    def test_its_owner_is_shown_it(self):
        """The same addresses do give it: they are spelt rightly."""
        self.authenticate("salesperson_a", "salesperson_a")
        shown = {
            url
            for url, sent in self._get_doors()
            if url in READING and self._get_leaks(self._open(url, sent))
        }
        self.assertEqual(shown, READING)

    def _get_state(self):
        lead, ownership = self.lead, self.lead.ownership_id
        return {
            "user": lead.user_id,
            "active": lead.active,
            "owner": ownership.user_id,
            "deadline": ownership.date_deadline,
            "helpers": ownership.collaborator_ids,
            "messages": lead.message_ids,
            "said": self.message.body,
            "reactions": self.message.reaction_ids,
            "file": self.file.exists(),
            "leads": self.env["crm.lead"].with_context(active_test=False).search([]),
        }
