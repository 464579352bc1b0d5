# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.sales_process_mgmt.exceptions import repeat_lost_races
from odoo.addons.sales_process_mgmt.models.sales_process_retry import work_on_each
from odoo.addons.sales_process_mgmt.tools import texts

from .sales_process_policy_audience import PolicyAudience

_logger = logging.getLogger(__name__)

# To whom it is addressed decides who is asked.
AUDIENCE_FIELDS = {"audience", "company_id", "team_ids", "user_ids"}


class SalesProcessPolicy(models.Model):
    """A rule that is announced, read and confirmed by name.

    What it says stands in its versions, which never change once they are published.
    Who is asked to confirm follows from the audience, day by day: whoever joins gets
    what is in force, whoever leaves is not asked any more.
    """

    _name = "sales.process.policy"
    _description = "Company Policy"
    _is_copied = True
    _inherit = ["sales.process.guard"]
    _order = "area, name, id"
    _check_company_auto = True
    _text_limits = {"name": texts.NAME_LENGTH}

    name = fields.Char(required=True, size=texts.NAME_LENGTH)
    area = fields.Selection(
        [
            ("sales", "Sales Policy"),
            ("price", "Prices and Discounts"),
            ("customer", "Customers"),
            ("conduct", "Conduct"),
            ("report", "Reports and Plans"),
            ("dealer", "Dealers"),
            ("other", "Other Matters"),
        ],
        required=True,
        default="sales",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    audience = fields.Selection(
        [
            ("everybody", "Salespeople and Leaders"),
            ("salesperson", "Salespeople"),
            ("leader", "Leaders"),
            ("named", "Named People Only"),
        ],
        required=True,
        default="everybody",
        help="Who has to confirm, in the teams that are named, else in each team of "
        "the company that takes part in the sales process.",
    )
    team_ids = fields.Many2many(
        "crm.team",
        string="Teams",
        # an archived one is no reason to mean all of them
        context={"active_test": False},
        help="Empty: all teams of the company.",
        check_company=True,
    )
    user_ids = fields.Many2many(
        "res.users",
        string="Named People",
        help="They have to confirm as well: colleagues in sales, or portal users such "
        "as dealers, who confirm in the portal.",
    )
    version_ids = fields.One2many(
        "sales.process.policy.version", "policy_id", string="Versions", readonly=True
    )
    acknowledgement_ids = fields.One2many(
        "sales.process.policy.acknowledgement",
        "policy_id",
        string="Confirmations",
        readonly=True,
    )
    current_version_id = fields.Many2one(
        "sales.process.policy.version",
        string="Published Version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="What people are asked to confirm. Empty before the first one, and after "
        "the policy has been withdrawn.",
    )
    date_effect = fields.Date(related="current_version_id.date_effect")
    asked_count = fields.Integer(string="People Asked", compute="_compute_counts")
    confirmed_count = fields.Integer(string="Confirmed", compute="_compute_counts")
    waiting_count = fields.Integer(
        string="Not Confirmed",
        compute="_compute_counts",
        help="Who has been asked and has not confirmed, of whoever you may see.",
    )

    _in_force_idx = models.Index("(id) WHERE current_version_id IS NOT NULL")

    @api.depends("acknowledgement_ids.state", "current_version_id")
    @api.depends_context("uid")
    def _compute_counts(self):
        Acknowledgement = self.env["sales.process.policy.acknowledgement"]
        groups = Acknowledgement._read_group(
            [("policy_id", "in", self.ids), ("is_current", "=", True)],
            ["policy_id", "state"],
            ["__count"],
        )
        counts = {(policy.id, state): count for policy, state, count in groups}
        for policy in self:

            def get(*states, policy_id=policy._origin.id):
                return sum(counts.get((policy_id, state), 0) for state in states)

            policy.confirmed_count = get("confirmed")
            policy.waiting_count = get("to_read", "read", "declined")
            policy.asked_count = policy.confirmed_count + policy.waiting_count

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.constrains("user_ids", "company_id")
    def _check_named_people(self):
        for policy in self:
            # sudo: who belongs to sales, and to which company, is no secret
            for user in policy.sudo().user_ids:
                if policy.company_id not in user.company_ids:
                    raise ValidationError(
                        self.env._(
                            "%(person)s does not work for %(company)s: name somebody "
                            "who does.",
                            person=user.name,
                            company=policy.company_id.name,
                        )
                    )
                if not (
                    user._is_portal()
                    or user.has_group("sales_team.group_sale_salesman")
                ):
                    raise ValidationError(
                        self.env._(
                            "%(person)s has no access to sales and could not read it: "
                            "name colleagues in sales, or portal users.",
                            person=user.name,
                        )
                    )

    def write(self, vals):
        if "company_id" in vals and self.filtered(
            lambda policy: (
                policy.company_id.id != vals["company_id"]
                and policy.version_ids.filtered(lambda row: row.state != "draft")
            )
        ):
            raise UserError(
                self.env._(
                    "A policy that has been published stays in its company: make a "
                    "new one instead."
                )
            )
        result = super().write(vals)
        if AUDIENCE_FIELDS & vals.keys():
            self._bring_in_line()
        return result

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        return [
            {**vals, "name": self.env._("%(name)s (copy)", name=policy.name)}
            for policy, vals in zip(self, vals_list, strict=True)
        ]

    def unlink(self):
        """Drafts go with their policy; what was published refuses in its own words."""
        self.check_access("unlink")
        self.version_ids.unlink()
        return super().unlink()

    # ------------------------------------------------------------
    # WHEN IT HOLDS
    # ------------------------------------------------------------

    def _is_in_effect(self, day):
        """Tell whether the policy, which still holds, was in effect on a day.

        A newer version takes nothing back: what it replaced was in effect before. What
        was withdrawn in between begins anew with the version that follows.

        :param date day: where the person works
        :return: bool
        """
        self.ensure_one()
        # sudo: since when a policy holds is no secret
        policy = self.sudo()
        if not policy.current_version_id:
            return False
        for version in policy.version_ids.filtered("number").sorted(
            "number", reverse=True
        ):
            if version.state == "withdrawn":
                return False
            if version.date_effect <= day:
                return True
        return False

    # ------------------------------------------------------------
    # WHO IS ASKED
    # ------------------------------------------------------------

    def _bring_in_line(self):
        """Ask whoever belongs to the audience, and nobody else."""
        # sudo: who is asked follows from the audience
        PolicyAudience(self.sudo()).run()

    @api.model
    def _wake(self):
        """Teams have changed: the audience is looked at soon."""
        # sudo: whoever changes a team may touch no scheduled action
        if not self.sudo().search_count([("current_version_id", "!=", False)], limit=1):
            return
        cron = self.env.ref(
            "sales_process_mgmt_discipline.ir_cron_policies", raise_if_not_found=False
        )
        if cron:
            cron.sudo()._trigger()

    @api.model
    def _cron_policies(self):
        """Ask newcomers, close what nobody asks for any more, make lost to-dos again.

        Safe to run twice and to be killed: each policy is committed by itself.
        """
        commit = self.env["ir.cron"]._commit_progress
        policies = self.search([("current_version_id", "!=", False)], order="id")
        remaining = len(policies)
        commit(remaining=remaining)
        for policy in policies:

            def work(policy=policy):
                work_on_each(
                    self.env,
                    policy.exists(),
                    lambda part: part._bring_in_line(),
                    lambda item, error: None,
                )

            if not repeat_lost_races(self.env, work):
                _logger.info("Policy %s is left to the next run", policy.id)
            remaining -= 1
            if not commit(1, remaining=remaining):
                break

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_new_version(self):
        """Begin the next version with the text of the last one.

        :return: dict, a window action
        :raise AccessError: for who does not administer sales
        """
        self.ensure_one()
        self.check_access("write")
        Version = self.env["sales.process.policy.version"]
        draft = self.version_ids.filtered(lambda row: row.state == "draft")[:1]
        if not draft:
            last = self.version_ids.sorted("number")[-1:]
            draft = Version.create(
                {
                    "policy_id": self.id,
                    "text": last.text or False,
                    "lang": last.lang or Version._default_lang(),
                    "reading_days": last.reading_days or Version._default_days(),
                }
            )
            draft._take_files(last)
        return draft._open_form()

    def action_view_waiting(self):
        """Who has been asked and has not confirmed.

        :return: dict, a window action
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_process_mgmt_discipline.sales_process_policy_unconfirmed_action"
        )
        return {**action, "domain": [("policy_id", "in", self.ids)]}

    def action_view_confirmations(self):
        """Who has confirmed which version, and when.

        :return: dict, a window action
        """
        return {
            **self.action_view_waiting(),
            "name": self.env._("Confirmations"),
            "context": {
                "search_default_group_state": True,
                "pivot_row_groupby": ["version_id", "team_id"],
            },
        }
