# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.fields import Domain
from odoo.orm.domains import DomainCondition, DomainNary
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import SalesProcessCommon

# Whom a record is about, who said it, or who works with the customer today: they read
# it because of that, whatever they have become. Everybody else is named as somebody
# who was asked, has decided or has recorded: see docs/decisions.md.
CONCERNED = {
    "user_id": "whose it is",
    "holder_id": "who holds the customer today",
    "owner_id": "whose customer it was about, or whose commission is shared",
    "collaborator_ids": "who helps today",
    "requester_id": "who asks for the swap",
    "new_user_id": "who is given the customer",
    "seller_id": "whose order it is",
    "deputy_id": "who stands in for the person; the row is about both",
    "substitute_id": "who takes the duty",
    "giver_id": "who said it, in the own name",
    "process_report_to_id": "to whom the leader of the team reports today",
    "partner_id": "who is invited to a meeting of Odoo's calendar",
    "against_id": "shuts out, and opens nothing",
}
# A leaf beside it that says that the person is somebody today, or is asked now.
TODAY = ("team_id", "crm_team_ids")
OPEN = ("state", "date_reopen_until")


@tagged("post_install", "-at_install")
class TestRecordRules(SalesProcessCommon):
    """What a person may read is who the person is today, over all our record rules.

    A stored "who was asked", "who decided", "who recorded" opens a record only together
    with a condition that the matter is open, or that the person leads or belongs to
    the team today.
    """

    def _get_rules(self):
        """Our record rules that let somebody read."""
        data = self.env["ir.model.data"].search(
            [
                ("model", "=", "ir.rule"),
                ("module", "=like", "sales_process_mgmt%"),
            ]
        )
        rules = self.env["ir.rule"].browse(data.mapped("res_id")).exists()
        return rules.filtered("perm_read")

    def _iterate_grants(self, domain, beside=()):
        """Each leaf, with the leaves that have to be true as well.

        :return: iterator of ``(condition, tuple of conditions)``
        """
        if isinstance(domain, DomainCondition):
            yield domain, beside
        elif isinstance(domain, DomainNary):
            for child in domain.children:
                others = beside
                if domain.OPERATOR == "&":
                    # an alternative beside it binds, whichever of its leaves is true
                    others += tuple(
                        other for other in domain.children if other is not child
                    )
                yield from self._iterate_grants(child, others)

    def _binds(self, beside):
        """Whether one of these conditions says: asked now, or somebody today."""
        return any(
            all(
                leaf.field_expr.rpartition(".")[2] in (*TODAY, *OPEN)
                for leaf in (
                    other.iter_conditions()
                    if not isinstance(other, DomainCondition)
                    else [other]
                )
            )
            for other in beside
        )

    def test_named_people(self):
        """Each leaf that compares a stored person with the reader."""
        user = self.salesperson_a
        context = self.env(user=user)["ir.rule"]._eval_context()
        found = 0
        for rule in self._get_rules():
            if not rule.domain_force:
                continue
            domain = Domain(safe_eval(rule.domain_force, context))
            for leaf, beside in self._iterate_grants(domain):
                value = leaf.value
                mine = value == user.id or (
                    not isinstance(value, str)
                    and hasattr(value, "__iter__")
                    and list(value) == [user.id]
                )
                if not mine or leaf.operator not in ("=", "in"):
                    continue
                name = leaf.field_expr.rpartition(".")[2]
                Model = self.env[rule.model_id.model]
                if name == "id" or not self._is_person(Model, leaf.field_expr):
                    continue
                found += 1
                with self.subTest(rule=rule.name, field=leaf.field_expr):
                    self.assertTrue(
                        name in CONCERNED or self._binds(beside),
                        "opens a record for ever for who was named once",
                    )
        self.assertGreater(found, 10)

    def _is_person(self, Model, path):
        for name in path.split("."):
            field = Model._fields[name]
            Model = self.env[field.comodel_name] if field.relational else Model
        return field.relational and field.comodel_name == "res.users"

    def test_the_test_finds_one(self):
        """The walk itself: what binds, and what does not."""
        asked = Domain("decider_id", "=", 1)
        leads = Domain("team_id", "in", [1])
        is_open = Domain("state", "!=", "closed")
        kind = Domain("kind", "=", "x")
        for domain, binds in (
            (asked, False),
            (asked | leads, False),
            (asked & leads, True),
            (asked & is_open, True),
            (asked & kind, False),
            (asked & (is_open | leads), True),
            (asked & (is_open | kind), False),
            (leads | (asked & is_open), True),
        ):
            with self.subTest(str(domain)):
                beside = [
                    others
                    for leaf, others in self._iterate_grants(domain)
                    if leaf.field_expr == "decider_id"
                ]
                self.assertEqual([self._binds(others) for others in beside], [binds])

    def test_numbers_of_sequences(self):
        """How many there are: nobody reads the next number, or draws it."""
        sequence = self.env.ref("sales_process_mgmt.sequence_certificate")
        sequence._next()
        for user in (self.salesperson_a, self.leader_east, self.director):
            mine = self.env["ir.sequence"].with_user(user)
            self.assertFalse(mine.search([("code", "=like", "sales.process.%")]))
            self.assertFalse(mine.next_by_code(sequence.code))
            self.assertFalse(sequence.with_user(user).has_access("read"))
            ranges = sequence.date_range_ids.with_user(user)
            self.assertFalse(ranges.has_access("read"))
            # Odoo's own are read as ever
            self.assertTrue(mine.search_count([("code", "=", False)]) >= 0)
        other = self.env["ir.sequence"].create({"name": "Other", "code": "other.x"})
        self.assertTrue(other.with_user(self.salesperson_a).has_access("read"))
