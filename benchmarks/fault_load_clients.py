"""The people of fault_load: what each of them does, and what each was told.

Would catch: an answer to a person that is neither a result nor a sentence.
"""

import random
import threading
import time
from hashlib import sha256

from fault_servers import Connection

CONTESTED = 20
# How often a salesperson does what; leaders also transfer and hand over.
WORK = {
    "register": 30,
    "follow_up": 25,
    "paste": 6,
    "finish_activity": 10,
    "take": 10,
    "give_up": 5,
    "post": 5,
    "confirm_handover": 6,
}
LEADERS_WORK = {"transfer": 30, "hand_over": 10, "register": 10, "follow_up": 10}
STRANGERS_BUTTONS = [
    ("action_help", "help"),
    ("action_ask_invitation", "ask to be invited"),
    ("action_call_leader", "call the leader"),
]
RUNNING_CUSTOMERS = [
    ("state", "=", "open"),
    ("team_id.process_mode", "=", "enforce"),
]


class Person(threading.Thread):
    """Somebody who works with Odoo until the time is up.

    ``told`` is what the servers said has been done, to be compared with the database
    afterwards.
    """

    work, leaders_work = WORK, LEADERS_WORK

    def __init__(self, number, ports, arguments, journal, is_leader):
        super().__init__(name=f"load_{number}", daemon=True)
        self.number = number
        self.chance = random.Random(arguments.seed * 1000 + number)
        self.think = arguments.think
        self.journal = journal
        self.is_leader = is_leader
        self.connection = Connection(ports[number % len(ports)])
        # the second tab of the same browser, on another server
        other_port = ports[(number + 1) % len(ports)]
        self.second_tab = Connection(other_port, self.connection.opener)
        # stands before the kind of every request
        self.label = ""
        self.uid = None
        self.counter = 0
        self.leads = []
        self.contested = 0
        self.finish_by = 0
        self.told = {"registered": [], "followed_up": [], "taken": [], "given": []}

    def log_in(self, database):
        self.uid = self.connection.log_in(database, self.name)

    def run(self):
        work = self.leaders_work if self.is_leader else self.work
        names, weights = list(work), list(work.values())
        while time.monotonic() < self.finish_by:
            if self.counter % 15 == 0:
                self.read_own_leads()
            self.counter += 1
            getattr(self, self.chance.choices(names, weights)[0])()
            time.sleep(self.think * 2 * self.chance.random())

    def ask(self, kind, model, method, *args, **kwargs):
        """One request.

        :return: the answer, or None where there is a sentence or a failure
        """
        outcome, answer = self.journal.measure(
            self.label + kind, self.connection.call, model, method, *args, **kwargs
        )
        return answer if outcome == "ok" else None

    def make_text(self, what):
        # words, for whoever writes the same ones with another number has pasted them
        letters = sha256(f"{self.number}-{self.counter}".encode()).hexdigest()
        words = letters[:24].translate(str.maketrans("0123456789", "ghijklmnop"))
        return f"{what} {self.number}-{self.counter} {words}"

    def read_own_leads(self):
        self.leads = self.ask(
            "read own leads",
            "crm.lead",
            "search_read",
            [("user_id", "=", self.uid), ("type", "=", "opportunity")],
            ["name", "ownership_id"],
            order=self.chance.choice(["id", "id desc", "write_date desc"]),
            limit=40,
        )

    def choose_lead(self):
        return self.chance.choice(self.leads)["id"] if self.leads else None

    # Registering

    def register(self):
        subject = self.make_text("Load inquiry")
        # by its owner a contested customer is registered again, as the same one
        is_contested = self.chance.random() < 0.2
        phone = f"+86137{self.number:03d}{self.counter:05d}"
        values = {
            "phone": phone,
            "contact_name": self.make_text("Visitor"),
            "subject": subject,
            "solution": f"{subject}: what the customer wants",
            "receive_for": self.chance.choice(["myself", "myself", "myself", "duty"]),
        }
        if is_contested:
            values["phone"] = f"+86136{self.chance.randrange(CONTESTED):08d}"
            if self.chance.random() < 0.5:
                number = self.chance.randrange(CONTESTED)
                values["email"] = f"contested{number}@example.com"
        ids = self.ask(
            "registration: open", "sales.process.registration", "create", [values]
        )
        if not ids:
            return
        looked = self.ask(
            "registration: look up",
            "sales.process.registration",
            "web_read",
            ids,
            {"result_state": {}, "result_message": {}, "can_register": {}},
        )
        if looked:
            self.press_register(ids, values)

    def press_register(self, ids, values):
        """Press the button, now and then twice at once, in two tabs."""
        arguments = ("sales.process.registration", "action_register", ids)
        kind = f"{self.label}registration: register"
        answers = []

        def press(kind, tab):
            answers.append(self.journal.measure(kind, tab.call, *arguments))

        second = None
        if self.chance.random() < 0.1:
            second = threading.Thread(
                target=press, args=(f"{kind} twice", self.second_tab)
            )
            second.start()
        press(kind, self.connection)
        if second:
            second.join()
        answers = [answer for outcome, answer in answers if outcome == "ok"]
        if not answers:
            return
        # whose customer it is may change between one press and the other
        if all(answer.get("tag") != "display_notification" for answer in answers):
            # the screen came again: it says whose customer it is
            button, what = self.chance.choice(STRANGERS_BUTTONS)
            self.ask(f"registration: {what}", "sales.process.registration", button, ids)
            return
        done = self.ask(
            "registration: result",
            "sales.process.registration",
            "read",
            ids,
            ["handled", "lead_id"],
        )
        if done:
            lead = done[0]["lead_id"]
            self.told["registered"].append(
                (
                    values["subject"],
                    values["phone"],
                    lead[0] if lead else None,
                    self.uid if values["receive_for"] == "myself" else None,
                )
            )

    # Follow-ups

    def follow_up(self, subject=None, lead_id=None):
        lead_id = lead_id or self.choose_lead()
        if not lead_id:
            return
        subject = subject or self.make_text("Load call")
        values = {"lead_id": lead_id, "subject": subject, "channel": "call"}
        if self.chance.random() < 0.2:
            values["date_next"] = time.strftime(
                "%Y-%m-%d", time.gmtime(time.time() + 4 * 24 * 3600)
            )
        ids = self.ask("follow-up", "sales.process.followup", "create", [values])
        if ids:
            self.told["followed_up"].append((subject, self.uid, lead_id))

    def paste(self):
        """The same text again, in two tabs at once."""
        lead_id = self.choose_lead()
        if not lead_id:
            return
        subject = self.make_text("Load pasted")
        second = threading.Thread(target=self.paste_elsewhere, args=(subject, lead_id))
        second.start()
        self.follow_up(subject, lead_id)
        second.join()
        self.follow_up(subject, lead_id)

    def paste_elsewhere(self, subject, lead_id):
        values = {"lead_id": lead_id, "subject": subject, "channel": "call"}
        outcome, _answer = self.journal.measure(
            f"{self.label}follow-up",
            self.second_tab.call,
            "sales.process.followup",
            "create",
            [values],
        )
        if outcome == "ok":
            self.told["followed_up"].append((subject, self.uid, lead_id))

    def finish_activity(self):
        lead_id = self.choose_lead()
        if not lead_id:
            return
        text = self.make_text("Load activity")
        activity = self.ask(
            "activity: plan",
            "crm.lead",
            "activity_schedule",
            [lead_id],
            "mail.mail_activity_data_call",
            summary=text,
            user_id=self.uid,
        )
        ids = activity if isinstance(activity, list) else [activity]
        if not all(ids):
            return
        done = self.ask(
            "activity: done", "mail.activity", "action_feedback", ids, feedback=text
        )
        if done is not None:
            self.told["followed_up"].append((text, self.uid, lead_id))

    def post(self):
        lead_id = self.choose_lead()
        if lead_id:
            self.ask(
                "message", "crm.lead", "message_post", [lead_id], body="Load message"
            )

    # The pool

    def take(self):
        rows = self.ask(
            "pool: list",
            "sales.process.ownership",
            "search_read",
            [("state", "=", "pool")],
            ["name", "masked_contact"],
            # everybody sees the same few on top
            limit=15,
        )
        if not rows:
            return
        ids = [self.chance.choice(rows)["id"]]
        opened = self.ask(
            "pool: open", "sales.process.ownership", "action_open_pool_customer", ids
        )
        if opened and self.ask(
            "pool: take", "sales.process.ownership", "action_take", ids
        ):
            self.told["taken"].append((ids[0], self.uid))

    def give_up(self):
        rows = [row for row in self.leads or () if row["ownership_id"]]
        if not rows:
            return
        ownership_id = self.chance.choice(rows)["ownership_id"][0]
        self.run_wizard(
            "pool: give up",
            "sales.process.pool.return",
            "action_give_up",
            {"ownership_ids": [(6, 0, [ownership_id])], "reason": "Load: no interest"},
        )

    def run_wizard(self, kind, model, button, values):
        ids = self.ask(f"{kind}: open", model, "create", [values])
        return ids and self.ask(kind, model, button, ids)

    # Transfers and handovers

    def read_team_customers(self, limit):
        return self.ask(
            "leader: customers",
            "sales.process.ownership",
            "search_read",
            [*RUNNING_CUSTOMERS, ("team_id.user_id", "=", self.uid)],
            ["user_id", "team_id"],
            order=self.chance.choice(["id", "date_deadline", "write_date desc"]),
            limit=limit,
        )

    def transfer(self):
        rows = self.read_team_customers(60)
        if not rows:
            return
        chosen = self.chance.sample(rows, min(len(rows), self.chance.randint(1, 5)))
        others = {row["user_id"][0] for row in rows} - {
            row["user_id"][0] for row in chosen
        }
        if not others:
            return
        user_id = self.chance.choice(sorted(others))
        ids = [row["id"] for row in chosen]
        if self.run_wizard(
            "transfer",
            "sales.process.transfer",
            "action_transfer",
            {
                "ownership_ids": [(6, 0, ids)],
                "user_id": user_id,
                "reason": "Load: other territory",
            },
        ):
            self.told["given"] += [(row_id, user_id) for row_id in ids]

    def hand_over(self):
        """Begin a handover, or end the one that waits for confirmations."""
        waiting = self.ask(
            "handover: list",
            "sales.process.handover",
            "search",
            [("team_id.user_id", "=", self.uid), ("state", "in", ["draft", "confirm"])],
        )
        if waiting:
            button = self.chance.choice(["action_hand_over", "action_cancel"])
            self.ask("handover: end", "sales.process.handover", button, waiting[:1])
            return
        rows = self.read_team_customers(200)
        users = sorted({row["user_id"][0] for row in rows or ()} - {self.uid})
        if len(users) < 3:
            return
        leaver, *receivers = self.chance.sample(users, 3)
        ids = self.ask(
            "handover: create",
            "sales.process.handover",
            "create",
            [
                {
                    "team_id": rows[0]["team_id"][0],
                    "user_id": leaver,
                    "receiver_ids": [(6, 0, receivers)],
                    "reason": "Load: leaves",
                }
            ],
        )
        for button in ("action_propose", "action_send"):
            if ids:
                self.ask(
                    f"handover: {button[7:]}", "sales.process.handover", button, ids
                )

    def confirm_handover(self):
        rows = self.ask(
            "handover: list",
            "sales.process.handover",
            "search_read",
            [("state", "=", "confirm")],
            ["can_confirm"],
        )
        for row in rows or ():
            if row["can_confirm"]:
                self.ask(
                    "handover: confirm",
                    "sales.process.handover",
                    "action_confirm",
                    [row["id"]],
                )
