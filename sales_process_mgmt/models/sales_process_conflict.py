# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_list, plaintext2html

from ..exceptions import work_after_rollback
from ..tools import labels, texts

# So many contacts are shown beside a decision.
EVIDENCE_LIMIT = 20


class SalesProcessConflict(models.Model):
    _name = "sales.process.conflict"
    _description = "Customer Conflict"
    _inherit = ["sales.process.guard", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    # whoever decides writes down why, although the row itself is the system's
    _mail_post_access = "read"
    _text_limits = {"note": texts.NOTE_LENGTH}

    name = fields.Char(string="Customer", size=texts.NAME_LENGTH, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Tried By",
        index=True,
        readonly=True,
        help="Who tried to register or work the customer.",
    )
    actor_id = fields.Many2one(
        "res.users",
        string="Done By",
        index="btree_not_null",
        readonly=True,
        help="The person behind it, where an import, another application or a form did "
        "it on behalf of somebody else.",
    )
    lead_id = fields.Many2one(
        "crm.lead",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
        help="The lead that was received, where there is one.",
    )
    ownership_id = fields.Many2one(
        "sales.process.ownership",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
        help="The ownership that stood when it happened.",
    )
    other_ownership_id = fields.Many2one(
        "sales.process.ownership",
        string="Second Ownership",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
        help="Set where the contact details point at two owners.",
    )
    owner_id = fields.Many2one("res.users", index="btree_not_null", readonly=True)
    team_id = fields.Many2one("crm.team", index="btree_not_null", readonly=True)
    company_id = fields.Many2one("res.company", index="btree_not_null", readonly=True)
    date = fields.Datetime(default=fields.Datetime.now, readonly=True, required=True)
    door = fields.Selection(
        [
            ("interactive", "By Hand"),
            ("gateway", "E-mail"),
            ("website", "Website"),
            ("application", "Another Application"),
            ("order", "Order"),
            ("contact", "Contact"),
            ("import", "Import"),
            ("cron", "Scheduled Action"),
            ("backfill", "First Installation"),
        ],
        string="Came Through",
        default="interactive",
        readonly=True,
        help="Where the attempt came from.",
    )
    keys = fields.Char(
        string="Contact Details",
        readonly=True,
        help="The contact details that belong to the other ownership.",
    )
    identities = fields.Json(readonly=True, export_string_translation=False)
    state = fields.Selection(
        [("open", "To Decide"), ("resolved", "Resolved")],
        default="open",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    resolution = fields.Selection(
        [
            ("refused", "Refused"),
            ("routed", "Given to the Owner"),
            ("observed", "Only Observed"),
            ("helped", "Logged as Help"),
            ("kept", "Owner Kept"),
            ("transferred", "Transferred"),
            ("split", "Credit Split"),
            ("shared", "Contact Detail Identifies Nobody"),
        ],
        readonly=True,
        tracking=True,
        help="What became of the attempt.",
    )
    attempt_count = fields.Integer(
        string="Attempts",
        default=1,
        readonly=True,
        help="How often the same person tried within a day.",
    )
    resolved_by_id = fields.Many2one("res.users", readonly=True)
    note = fields.Text(
        string="What Was Said", help="What whoever tried learned from the customer."
    )
    customer_name = fields.Char(
        string="In the Records",
        compute="_compute_evidence",
        help="The name under which the owner keeps the customer.",
    )
    date_owned = fields.Datetime(
        string="Owner Since",
        compute="_compute_evidence",
        help="When the owner received the customer.",
    )
    date_last_contact = fields.Datetime(
        string="Owner's Last Contact",
        compute="_compute_evidence",
        help="The owner's last contact that counts.",
    )
    date_deadline = fields.Datetime(
        string="Owner's Deadline",
        compute="_compute_evidence",
        help="The last second at which the customer still belongs to its owner.",
    )
    followup_ids = fields.Many2many(
        "sales.process.followup",
        string="Contacts of Both Sides",
        compute="_compute_evidence",
        help="The last contacts with this customer, by the owner and by whoever "
        "tried; those that you may read.",
    )
    can_lead = fields.Boolean(
        compute="_compute_can_lead", help="Whether you decide this conflict."
    )
    is_claim_back = fields.Boolean(
        string="Claimed Back",
        readonly=True,
        help="The owner says that a colleague received the customer without "
        "recognising it.",
    )
    can_give_back = fields.Boolean(
        compute="_compute_can_give_back",
        help="Whether you received the customer that is claimed back.",
    )

    _attempt_idx = models.Index("(user_id, ownership_id, date)")
    # facts are asked for by their days
    _refused_idx = models.Index("(date) WHERE resolution = 'refused'")

    @api.depends_context("uid")
    @api.depends(
        "team_id.user_id",
        "ownership_id.team_id.user_id",
        "other_ownership_id.team_id.user_id",
    )
    def _compute_can_lead(self):
        """Who leads all sides decides, else an administrator; nobody for oneself."""
        for conflict in self:
            # sudo: only which company decides
            conflict.can_lead = conflict._get_sides()._may_decide(
                self.env.user, conflict._get_people(), conflict.sudo().company_id
            )

    def _get_people(self):
        """Whose customer it is, or might become.

        :return: res.users
        """
        self.ensure_one()
        # sudo: the sides may be strangers'
        conflict = self.sudo()
        rows = conflict._get_running() | conflict.other_ownership_id
        return conflict.user_id | conflict.owner_id | rows.user_id

    def _get_sides(self):
        """The teams whose customer it is about.

        :return: crm.team
        """
        self.ensure_one()
        # sudo: the teams may be strangers'
        conflict = self.sudo()
        running = conflict._get_running() or conflict.ownership_id
        return conflict.team_id | running.team_id | conflict.other_ownership_id.team_id

    @api.depends_context("uid")
    @api.depends("ownership_id", "other_ownership_id", "lead_id", "owner_id")
    def _compute_evidence(self):
        """What a decision rests on, for whoever decides and for the owner."""
        user = self.env.user
        Followup = self.env["sales.process.followup"]
        for conflict in self:
            # sudo: whether one may see the facts is decided here
            sudo_conflict = conflict.sudo()
            may_see = conflict.can_lead or user == conflict.owner_id
            chain = (
                sudo_conflict.ownership_id | sudo_conflict.other_ownership_id
            ).chain_ids
            held = chain if may_see else chain.browse()
            current = sudo_conflict._get_running() or sudo_conflict.ownership_id
            current = current if may_see else current.browse()
            conflict.customer_name = current.name
            conflict.date_owned = current.date_start
            conflict.date_last_contact = current.date_last_contact
            conflict.date_deadline = current.date_deadline
            # each: a form shows one conflict
            conflict.followup_ids = Followup.search(
                [
                    "|",
                    ("ownership_id", "in", held.ids),
                    ("lead_id", "in", sudo_conflict.lead_id.ids if may_see else []),
                ],
                limit=EVIDENCE_LIMIT,
            )

    # ------------------------------------------------------------
    # RECORDING
    # ------------------------------------------------------------

    @api.model
    def _record(self, values_list):
        """Record attempts; repeated ones of a day are counted, not repeated.

        :param list values_list: field values; ``identities`` is a list of
            ``(company_id or 0, kind, value)``; what is read instead of them, where the
            conflict says nothing against them, is ``details``
        :return: the conflicts
        """
        known = self._get_repeatable(values_list)
        repeated = self.sudo()
        fresh = {}
        for values in values_list:
            pair = (values["user_id"], values["ownership_id"], values["resolution"])
            # each lead that reaches the owner is a record of its own
            is_repeated = values["resolution"] != "routed" or not values["lead_id"]
            if pair in known and is_repeated:
                known[pair].attempt_count += 1
                repeated |= known[pair]
            elif pair in fresh and is_repeated:
                fresh[pair]["attempt_count"] = fresh[pair].get("attempt_count", 1) + 1
            else:
                values = dict(values)
                values["keys"] = ", ".join(
                    value if kind != "partner" else self.env._("contact %s", value)
                    for _company, kind, value in values.pop(
                        "details", values["identities"]
                    )
                )[:1000]
                values["identities"] = [list(row) for row in values["identities"]]
                fresh[pair if pair not in fresh else (*pair, len(fresh))] = values
        # sudo: whoever tried may not write the leader's inbox
        created = (
            self.sudo()
            .with_context(mail_create_nosubscribe=True, mail_create_nolog=True)
            .create(list(fresh.values()))
        )
        self.env["sales.process.shared.value"]._count_conflicts(
            [tuple(row) for conflict in created for row in conflict.identities or ()]
        )
        Notice = self.env["sales.process.notice"]
        Notice._refresh_homes(created.team_id._get_leaders())
        Notice._announce("conflict", created | repeated)
        return created | repeated

    @api.model
    def _get_repeatable(self, values_list):
        """The attempts of a day that count another one.

        :param list values_list: as for :meth:`_record`
        :return: ``{(user id, ownership id, resolution): conflict}``
        """
        # sudo: whoever tries again does not read the leader's inbox
        counted = self.sudo().search(
            [
                ("user_id", "in", [row["user_id"] for row in values_list]),
                (
                    "ownership_id",
                    "in",
                    [row["ownership_id"] for row in values_list if row["ownership_id"]],
                ),
                ("date", ">", self.env.cr.now() - timedelta(days=1)),
                "|",
                "|",
                ("resolution", "in", ("refused", "observed")),
                ("state", "=", "open"),
                "&",
                ("resolution", "=", "routed"),
                ("lead_id", "=", False),
            ]
        )
        return {
            (row.user_id.id, row.ownership_id.id, row.resolution): row
            for row in counted
        }

    @api.model
    def _record_work(self, values_list):
        """Record work on owned customers where nobody was there to be refused.

        The owner is told of the first one of a day; the others are counted.

        :param values_list: field values, as for :meth:`_record`
        :return: the conflicts
        """
        conflicts = self._record(list(values_list))
        fresh = conflicts.filtered(lambda row: row.attempt_count == 1 and row.owner_id)
        for owner, rows in fresh.grouped("owner_id").items():

            def render(env, rows=rows):
                text = env._(
                    "%(user)s, or an application on their behalf, worked on these "
                    "customers of yours: %(customers)s. They stay yours.",
                    user=format_list(env, rows.user_id.mapped("name")),
                    customers=format_list(env, [row.name or "" for row in rows]),
                )
                subject = env._("Your customer was contacted without you")
                return subject, plaintext2html(text)

            self.env["sales.process.notice"]._tell(
                owner, render, rows if len(rows) == 1 else None, why="customer"
            )
        return conflicts

    @api.model
    def _record_after_rollback(self, values_list):
        """Record refused attempts although the refusal rolls the request back."""

        def record(env):
            Conflict = env["sales.process.conflict"]
            Conflict._record(Conflict._drop_unknown(values_list))

        work_after_rollback(self.env, record)

    @api.model
    def _drop_unknown(self, values_list):
        """Leave out attempts against rows that were rolled back with the request."""
        ids = {row["ownership_id"] for row in values_list if row["ownership_id"]}
        users = {row["user_id"] for row in values_list}
        known = set(self.env["sales.process.ownership"].browse(ids).exists().ids)
        known_users = set(self.env["res.users"].browse(users).exists().ids)
        return [
            row
            for row in values_list
            if row["ownership_id"] in known and row["user_id"] in known_users
        ]

    # ------------------------------------------------------------
    # DECIDING
    # ------------------------------------------------------------

    def _check_decide(self):
        """Only who leads all sides decides, and only once."""
        self.check_access("read")
        for conflict in self:
            if not conflict.can_lead:
                raise AccessError(
                    self.env._(
                        "Only the leader of %(team)s or a sales administrator "
                        "decides this conflict.",
                        team=format_list(
                            self.env, conflict._get_sides().mapped("name")
                        ),
                    )
                )
        self._lock_rows()
        for conflict in self:
            decided = conflict.resolution in ("kept", "transferred", "split", "shared")
            if conflict.state == "resolved" and decided:
                raise UserError(
                    self.env._("This conflict has been decided already. Reload it.")
                )

    def _resolve(self, resolution):
        # sudo: the ledger of conflicts is written by its own methods only
        self.sudo().write(
            {
                "state": "resolved",
                "resolution": resolution,
                "resolved_by_id": self.env.uid,
            }
        )
        resolutions = labels.get_choices(self, "resolution")
        # sudo: the to-do may be that of another leader
        self.sudo().activity_feedback(
            ["sales_process_mgmt.mail_activity_type_conflict"],
            feedback=resolutions[resolution],
        )

    def _get_running(self):
        """The ownership that stands now for the customer of the conflict."""
        self.ensure_one()
        # sudo: the whole chain; whoever calls shows of it what the reader may see
        chain = self.sudo().ownership_id.chain_ids
        return chain.filtered(lambda row: row.state != "ended")[:1]

    def action_keep(self):
        """The owner keeps the customer; a loose lead joins it."""
        self._check_decide()
        for conflict in self:
            running = conflict._get_running()
            # sudo: after the check; the lead is the other side's
            lead = conflict.sudo().lead_id
            if running and lead and lead.won_status == "pending":
                if lead.ownership_id != running:
                    other = lead.ownership_id
                    if other and other.state != "ended":
                        running._absorb(other)
                    lead._write_owner(running.user_id, running.team_id)
                    lead._set_ownership({lead: running})
        self._resolve("kept")
        return self.env["sales.process.notice"]._toast(
            self.env._("Decided: the customer stays with its owner.")
        )

    def action_transfer(self):
        """Whoever tried becomes the owner."""
        self._check_decide()
        for conflict in self:
            running = conflict._get_running()
            user = conflict.user_id
            if not running or not user:
                raise UserError(
                    self.env._("Nobody owns this customer any more. Keep or reload.")
                )
            if running.user_id != user:
                running._check_receiver(user)
                successors = running._hand_over(
                    {running: user},
                    "transfer",
                    "transferred",
                    self.env._("Decided in a conflict by %s.", self.env.user.name),
                    running.team_id._get_team_of(user),
                )
                running = successors.get(running, running)
            # sudo: after the check; lead and second customer are the other side's
            other = conflict.sudo().other_ownership_id
            if other and other.state != "ended" and other != running:
                running._absorb(other)
            lead = conflict.sudo().lead_id
            if lead and lead.won_status == "pending" and lead.ownership_id != running:
                lead._write_owner(running.user_id, running.team_id)
                lead._set_ownership({lead: running})
        self._resolve("transferred")

    def action_split(self):
        """The owner keeps the customer, whoever tried becomes a helper."""
        self._check_decide()
        for conflict in self:
            running = conflict._get_running()
            if not running:
                raise UserError(
                    self.env._("Nobody owns this customer any more. Keep or reload.")
                )
            if conflict.user_id != running.user_id:
                running._add_collaborators(conflict.user_id)
        self._resolve("split")

    def action_mark_shared(self):
        """The contact details identify nobody: they go on the company's list."""
        self._check_decide()
        # sudo: after the check; the list is the administrator's
        SharedValue = self.env["sales.process.shared.value"].sudo()
        for conflict in self.sudo():
            for company_id, kind, value in conflict.identities or []:
                if kind == "partner":
                    continue
                # each: a few details of what somebody has just decided
                known = SharedValue.search(
                    [
                        ("company_id", "=", company_id or False),
                        ("kind", "=", kind),
                        ("value", "=", value),
                    ]
                )
                if known:
                    known.action_confirm()
                else:
                    SharedValue.create(
                        {"company_id": company_id, "kind": kind, "value": value}
                    )
            lead = conflict.lead_id
            if lead and not lead.ownership_id:
                lead._sync_ownership()
        self._resolve("shared")

    @api.depends_context("uid")
    @api.depends("is_claim_back", "state", "user_id")
    def _compute_can_give_back(self):
        for conflict in self:
            conflict.can_give_back = (
                conflict.is_claim_back
                and conflict.state == "open"
                and conflict.user_id == self.env.user
            )

    def action_give_back(self):
        """Agree that the customer is the owner's, as the one who received it."""
        self.ensure_one()
        self.check_access("read")
        if not self.can_give_back:
            raise AccessError(
                self.env._("Only who received the customer gives it back.")
            )
        # sudo: what the two agree on is written by the methods of the ledger
        conflict = self.sudo()
        kept = conflict._get_running()
        received = conflict.other_ownership_id
        (kept | received)._lock_rows()
        if (
            kept.user_id != conflict.owner_id
            or received.state != "open"
            or received.user_id != self.env.user
        ):
            raise UserError(
                self.env._("One of the two customers has changed hands. Reload.")
            )
        kept._take_back(received)
        self._resolve("kept")
