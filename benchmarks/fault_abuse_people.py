"""The people of fault_abuse: who does too much, and a colleague who just works.

Would catch: what fault_abuse would: here stands who does too much, and who must not
feel it.
"""

import threading
import time

from fault_load_clients import Person
from fault_servers import Connection

ABUSER, COLLEAGUE = 3, 6
BATCH = 200
MEGABYTE = 1_000_000
PASTED = "Load: called, nobody there"


class Colleague(Person):
    """Somebody who registers, takes notes and looks things up until told to stop."""

    def __init__(self, ports, arguments, journal):
        super().__init__(COLLEAGUE, ports, arguments, journal, is_leader=False)
        self.label = "before: "
        self.is_done = False

    def run(self):
        self.read_own_leads()
        while not self.is_done:
            self.counter += 1
            self.chance.choice(
                [self.register, self.follow_up, self.post, self.read_own_leads]
            )()
            time.sleep(self.think)


class Abuser:
    """One user with two tabs."""

    def __init__(self, database, ports, journal):
        self.journal = journal
        first = Connection(ports[0])
        self.uid = first.log_in(database.name, f"load_{ABUSER}")
        self.tabs = [first, Connection(ports[-1], first.opener)]
        self.numbers = iter(range(10**7))

    def ask(self, kind, tab, model, method, *args, **kwargs):
        outcome, answer = self.journal.measure(
            f"abuse: {kind}", self.tabs[tab].call, model, method, *args, **kwargs
        )
        return answer if outcome == "ok" else None

    def in_both_tabs(self, work):
        threads = [threading.Thread(target=work, args=(tab,)) for tab in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def register_all(self, count, seconds):
        """Single registrations in one tab, batches in the other."""
        finish_by = time.monotonic() + seconds
        sent = [0, 0]

        def work(tab):
            while time.monotonic() < finish_by and sum(sent) < count:
                sent[tab] += (self.register_batch if tab else self.register_one)(tab)

        self.in_both_tabs(work)
        return sum(sent)

    def make_phone(self):
        return f"+86135{next(self.numbers):08d}"

    def register_one(self, tab):
        model = "sales.process.registration"
        phone = self.make_phone()
        ids = self.ask(
            "registration", tab, model, "create", [{"phone": phone, "subject": phone}]
        )
        if ids:
            shown = {"result_state": {}, "result_message": {}}
            self.ask("look-up", tab, model, "web_read", ids, shown)
            self.ask("registration", tab, model, "action_register", ids)
        return 1

    def register_batch(self, tab):
        values_list = [
            {"name": "Abuse", "type": "opportunity", "phone": self.make_phone()}
            for _number in range(BATCH)
        ]
        self.ask("batch of leads", tab, "crm.lead", "create", values_list)
        return BATCH

    def paste_all(self, count):
        """The same words on the same customer, one by one and in one call."""
        lead_id = self.ask(
            "own lead", 0, "crm.lead", "search", [("user_id", "=", self.uid)], limit=1
        )[0]
        values = {"lead_id": lead_id, "subject": PASTED, "channel": "call"}

        def work(tab):
            if tab:
                for _number in range(count // 2):
                    self.ask("paste", tab, "sales.process.followup", "create", [values])
            else:
                batch = [values] * (count - count // 2)
                self.ask(
                    "paste in one call", tab, "sales.process.followup", "create", batch
                )

        self.in_both_tabs(work)
        return lead_id

    def send_long_texts(self, lead_id, ownership_ids):
        """A megabyte in every field that takes a text."""
        text = "long 长 " * (MEGABYTE // 7)
        for fields in (
            ["phone"],
            ["email"],
            ["wechat_id"],
            ["contact_name", "partner_name"],
            ["subject", "next_step"],
            ["solution"],
            ["token"],
        ):
            values = {"phone": self.make_phone(), **dict.fromkeys(fields, text)}
            self.register_with(
                f"1 MB in {', '.join(fields)}", values, "action_register"
            )
        for button in ("action_ask_invitation", "action_call_leader", "action_help"):
            # a customer of somebody else
            values = {"phone": "+8613900000001", "solution": text}
            self.register_with(f"1 MB, {button}", values, button)
        crowd = [(0, 0, {"phone": self.make_phone()}) for _number in range(2000)]
        values = {"phone": self.make_phone(), "contact_ids": crowd}
        self.register_with("a party of 2,000", values, "action_register")
        for field in ("subject", "solution", "next_step", "location"):
            values = {"lead_id": lead_id, "subject": "Load", field: text}
            self.ask(
                f"1 MB, follow-up {field}",
                0,
                "sales.process.followup",
                "create",
                [values],
            )
        # not the phone: an index of Odoo itself refuses it with an error
        for field in ("name", "email_from", "partner_name", "contact_name"):
            values = {"name": "Abuse", "type": "opportunity", field: text}
            self.ask(f"1 MB, lead {field}", 0, "crm.lead", "create", [values])
        self.use_wizard(
            "sales.process.pool.return",
            "action_give_up",
            {"ownership_ids": [(6, 0, ownership_ids[:1])], "reason": text},
        )
        self.use_wizard(
            "sales.process.claim.back",
            "action_claim_back",
            {"ownership_id": ownership_ids[1], "phone": text, "reason": text},
        )
        self.ask(
            "1 MB, invitation",
            0,
            "sales.process.invitation",
            "create",
            [{"ownership_id": ownership_ids[1], "user_id": self.uid + 3, "note": text}],
        )
        self.ask(
            "1 MB, news",
            0,
            "sales.process.intelligence",
            "create",
            [{"name": text, "description": text}],
        )

    def register_with(self, kind, values, button):
        model = "sales.process.registration"
        ids = self.ask(kind, 0, model, "create", [{"subject": "Abuse", **values}])
        if ids:
            shown = {"result_state": {}, "result_message": {}}
            self.ask(kind, 0, model, "web_read", ids, shown)
            self.ask(kind, 0, model, button, ids)

    def use_wizard(self, model, button, values):
        ids = self.ask(f"1 MB, {model}", 0, model, "create", [values])
        if ids:
            self.ask(f"1 MB, {model}", 0, model, button, ids)
