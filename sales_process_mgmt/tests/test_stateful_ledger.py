# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The ledger as a machine: what breaks it is shortened to the acts that matter."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_ledger import LedgerActs

EXAMPLES = 10
STEPS = 24
# Nothing that is remembered between runs, nothing that depends on a busy machine.
SETTINGS = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
ACTS = sorted(name for name in dir(LedgerActs) if name.startswith("do_"))
# After these a contact detail may have gone from a customer that goes on.
FREEING = {"do_merge_contacts", "do_remove_detail"}
chances = st.randoms(use_true_random=False, note_method_calls=True)


class LedgerMachine(RuleBasedStateMachine):
    """One example: a few customers, and what people do to them, in a savepoint."""

    # the test case, whose database and people these are
    world = None

    def __init__(self):
        super().__init__()
        self.world.env.flush_all()
        self.savepoint = self.world.env.cr.savepoint()
        self.world.leads = self.world.env["crm.lead"]
        self.world.partners = type(self.world).partners
        self.done = []
        self.keys = {}
        self.freed = False

    def teardown(self):
        self.savepoint.rollback()
        self.savepoint.close(rollback=False)
        self.world.env.invalidate_all(flush=False)

    def _act(self, name, user, chance):
        act = getattr(self.world, name)
        self.world._try(act, chance, user, self.done)
        self.world.leads = self.world.leads.exists()
        self.freed = name in FREEING

    @initialize(chance=chances)
    def begin(self, chance):
        """Four leads of one salesperson are there."""
        for _number in range(4):
            self._act("do_register", self.world.salesperson_a, chance)

    @precondition(lambda self: len(self.world.leads) > 2)
    @rule(name=st.sampled_from(ACTS), person=st.integers(0, 5), chance=chances)
    def somebody_does(self, name, person, chance):
        """Anybody does anything."""
        self._act(name, self.world.people[person], chance)

    @rule(person=st.integers(0, 3), chance=chances)
    def somebody_registers(self, person, chance):
        """Customers come in all the time."""
        self._act("do_register", self.world.people[person], chance)

    @invariant()
    def rules_hold(self):
        """What ``scripts/check_ledger`` asks of a whole database."""
        self.world._assert_rules(self.done)

    @invariant()
    def leads_go_along(self):
        """Where two customers are one, the open leads of both are its leads."""
        left = self.world._find_left_behind()
        self.world.assertFalse(left, f"Left behind by {self.done[-1:]}")

    @invariant()
    def details_stay(self):
        """While a customer goes on, what identifies it is nobody else's."""
        before, self.keys = self.keys, self.world._read_keys()
        for key, root in {} if self.freed else before.items():
            if self.world._is_running(root):
                self.world.assertIn(key, self.keys, f"Freed by {self.done[-1:]}")


@tagged("post_install", "-at_install")
class TestStatefulLedger(LedgerActs):
    """Whatever people do, in whatever order: the rules hold, and details stay."""

    @mute_logger("odoo.addons.sales_process_mgmt.models.crm_lead_sync")
    def test_ledger_is_a_machine(self):
        machine = type("Ledger", (LedgerMachine,), {"world": self})
        run_state_machine_as_test(machine, settings=SETTINGS)
