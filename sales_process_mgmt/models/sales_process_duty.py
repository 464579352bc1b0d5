# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, format_datetime, format_time

from ..tools import labels


class SalesProcessDuty(models.Model):
    """One shift in which one person receives the team's next customers.

    The first second belongs to the shift, the last one to the shift that follows.
    Past shifts stay: they tell why a customer was handed to whom.
    """

    _name = "sales.process.duty"
    _description = "Duty Shift"
    _is_copied = True
    _inherit = ["sales.process.guard"]
    _order = "date_start, team_id, id"
    _check_company_auto = True

    team_id = fields.Many2one(
        "crm.team",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        default=lambda self: self._default_team_id(),
    )
    company_id = fields.Many2one(related="team_id.company_id", store=True, index=True)
    user_id = fields.Many2one(
        "res.users",
        string="Planned Person",
        required=True,
        index=True,
        check_company=True,
        domain="[('id', 'in', member_ids)]",
        help="Whose shift it is on the roster. After a swap the substitute is on duty.",
    )
    substitute_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        check_company=True,
        readonly=True,
        help="Who has taken the shift over.",
    )
    duty_user_id = fields.Many2one(
        "res.users",
        string="On Duty",
        compute="_compute_duty_user_id",
        store=True,
        precompute=True,
        index=True,
        help="Who receives the customers: the substitute after a swap, else the "
        "planned person.",
    )
    kind = fields.Selection(
        [
            ("all", "All Customers"),
            ("reception", "Reception"),
            ("hotline", "Hotline"),
        ],
        default="all",
        required=True,
        help="Which customers the person receives in this shift.",
    )
    date_start = fields.Datetime(
        string="Start",
        required=True,
        index=True,
        help="The first second of the shift. Shown in your time zone.",
    )
    date_end = fields.Datetime(
        string="End",
        required=True,
        index=True,
        help="The second at which the shift is over. Shown in your time zone.",
    )
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("confirmed", "Confirmed"),
            ("swapped", "Swapped"),
            ("cancelled", "Cancelled"),
        ],
        default="planned",
        required=True,
        index=True,
        copy=False,
        help="All shifts but the cancelled ones count, confirmed or not.",
    )
    note = fields.Char(help="Anything the person on duty should know.")
    swap_ids = fields.One2many(
        "sales.process.duty.swap", "duty_id", string="Swaps", readonly=True
    )
    open_swap_id = fields.Many2one(
        "sales.process.duty.swap",
        string="Open Request",
        compute="_compute_open_swap_id",
        help="The request to swap this shift that waits for an answer.",
    )
    member_ids = fields.Many2many("res.users", compute="_compute_member_ids")
    can_edit = fields.Boolean(
        compute="_compute_can_edit", help="Whether you decide about this roster."
    )
    can_ask_swap = fields.Boolean(
        compute="_compute_can_ask_swap",
        help="Whether you may ask a colleague to take this shift.",
    )

    _check_dates = models.Constraint(
        "CHECK(date_end > date_start)", "A shift ends after it starts."
    )
    _check_substitute = models.Constraint(
        "CHECK((state = 'swapped' AND substitute_id IS NOT NULL)"
        " OR state = 'cancelled' OR (state != 'swapped' AND substitute_id IS NULL))",
        "A shift is swapped if, and only if, a substitute has taken it over.",
    )
    _check_other_person = models.Constraint(
        "CHECK(substitute_id != user_id)",
        "A person cannot be the own substitute.",
    )
    # A range of one team instead of the plain number needs no extension of the
    # database. Deferred, so that the method below explains before it is enforced.
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(team_id, team_id, '[]') WITH &&,"
        " int4range(duty_user_id, duty_user_id, '[]') WITH &&,"
        " tsrange(date_start, date_end) WITH &&) WHERE (state <> 'cancelled')"
        " DEFERRABLE INITIALLY DEFERRED",
        "Nobody is on duty twice at the same time in one team.",
    )

    # ------------------------------------------------------------
    # DEFAULTS AND COMPUTE
    # ------------------------------------------------------------

    @api.model
    def _default_team_id(self):
        led = self.env["crm.team"].search([("user_id", "=", self.env.uid)], limit=1)
        return led or self.env.user.sale_team_id

    @api.depends("user_id", "substitute_id")
    def _compute_duty_user_id(self):
        for duty in self:
            duty.duty_user_id = duty.substitute_id or duty.user_id

    @api.depends("duty_user_id", "substitute_id", "state", "team_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for duty in self:
            values = {
                "person": duty.duty_user_id.name or "",
                "team": duty.team_id.name or "",
                "planned": duty.user_id.name or "",
            }
            if not duty.duty_user_id:
                name = duty.team_id.name
            elif duty.state == "cancelled":
                name = self.env._("%(person)s, %(team)s (cancelled)", **values)
            elif duty.substitute_id:
                name = self.env._("%(person)s for %(planned)s, %(team)s", **values)
            else:
                name = self.env._("%(person)s, %(team)s", **values)
            duty.display_name = name

    @api.depends("swap_ids.state")
    def _compute_open_swap_id(self):
        for duty in self:
            duty.open_swap_id = duty.swap_ids.filtered(
                lambda swap: swap.state == "asked"
            )[:1]

    @api.depends("team_id")
    def _compute_member_ids(self):
        for duty in self:
            duty.member_ids = duty.team_id._get_roster_users()

    @api.depends("team_id")
    @api.depends_context("uid")
    def _compute_can_edit(self):
        for duty in self:
            duty.can_edit = duty.team_id._is_leader(self.env.user)

    @api.depends("duty_user_id", "date_start", "state", "can_edit", "open_swap_id")
    @api.depends_context("uid")
    def _compute_can_ask_swap(self):
        now = self.env.cr.now()
        for duty in self:
            duty.can_ask_swap = bool(
                duty.id
                and duty.state != "cancelled"
                and not duty.open_swap_id
                and (
                    (duty.can_edit and duty.date_end > now)
                    or (duty.duty_user_id == self.env.user and duty.date_start > now)
                )
            )

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("team_id", "user_id", "substitute_id")
    def _check_members(self):
        for duty in self:
            # sudo: who belongs to the team decides, not who may read that
            members = duty.sudo().team_id._get_roster_users()
            for user in (duty.user_id | duty.substitute_id) - members:
                raise ValidationError(
                    self.env._(
                        "%(person)s does not belong to %(team)s. Only its salespersons "
                        "and its leader are on duty there.",
                        person=user.name,
                        team=duty.team_id.name,
                    )
                )

    @api.constrains(
        "team_id", "user_id", "substitute_id", "date_start", "date_end", "state"
    )
    def _check_overlap(self):
        """Say who is on duty twice, then let the database decide.

        Two transactions that plan the same person at once do not see each other's
        shift. The exclusion constraint does.
        """
        self.flush_model(["team_id", "duty_user_id", "date_start", "date_end", "state"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT other.id
                  FROM sales_process_duty duty
                  JOIN sales_process_duty other
                    ON other.team_id = duty.team_id
                   AND other.duty_user_id = duty.duty_user_id
                   AND other.id != duty.id
                   AND other.state != 'cancelled'
                   AND other.date_start < duty.date_end
                   AND other.date_end > duty.date_start
                 WHERE duty.id IN %s
                   AND duty.state != 'cancelled'
                 LIMIT 1
                """,
                self._ids,
            )
        )
        if rows:
            # sudo: the name and hours of the colleague's shift explain the refusal
            other = self.sudo().browse(rows[0])
            raise ValidationError(
                self.env._(
                    "%(person)s is already on duty in %(team)s at that time: "
                    "%(period)s.",
                    person=other.duty_user_id.name,
                    team=other.team_id.name,
                    period=other._get_period_text(),
                )
            )
        constraint = SQL.identifier(f"{self._table}_no_overlap")
        self.env.cr.execute(SQL("SET CONSTRAINTS %s IMMEDIATE", constraint))
        self.env.cr.execute(SQL("SET CONSTRAINTS %s DEFERRED", constraint))

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        duties = super().create(vals_list)
        duties._wake_release()
        return duties

    def write(self, vals):
        result = super().write(vals)
        moved = {"team_id", "user_id", "substitute_id", "date_start", "date_end"}
        if moved & set(vals) or vals.get("state") == "cancelled":
            # sudo: the request belongs to whoever asked; it was about another shift
            self.sudo().swap_ids.filtered(lambda swap: swap.state == "asked")._close(
                "cancelled"
            )
        if (moved | {"state"}) & set(vals):
            self._wake_release()
        return result

    @api.readonly
    @api.model
    def get_import_templates(self):
        """The template of the import: a roster."""
        return [
            {
                "label": self.env._("Template for a Duty Roster"),
                "template": "/sales_process_mgmt/import_template/sales.process.duty",
            }
        ]

    @api.model
    def _get_import_columns(self):
        """What a file of shifts says; times are those of whoever imports it.

        :return: list of ``(path of the field, examples)``
        """
        kinds = labels.get_choices(self, "kind")
        return [
            ("id", ["roster.0001", "roster.0002"]),
            ("team_id", [self.env.user.sale_team_id.name or ""] * 2),
            ("user_id", [self.env.user.name] * 2),
            ("date_start", ["2027-01-04 09:00:00", "2027-01-05 09:00:00"]),
            ("date_end", ["2027-01-04 18:00:00", "2027-01-05 18:00:00"]),
            ("kind", [kinds["all"], kinds["reception"]]),
        ]

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self._is_planner())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Offer no buttons that only end in a refusal to who plans no roster."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if arch.tag != "search" and not self._is_planner():
            for attribute in ("create", "edit", "delete", "quick_create"):
                arch.set(attribute, "0")
        return arch, view

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        now = self.env.cr.now()
        for duty in self:
            if duty.state != "cancelled" and duty.date_start <= now:
                raise UserError(
                    self.env._(
                        "The shift of %(person)s has started: cancel it instead. It "
                        "tells why customers were handed out as they were.",
                        person=duty.duty_user_id.name,
                    )
                )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_confirm(self):
        """Confirm the planned shifts among these; others stay as they are."""
        duties = self._lock_for_decision()
        duties.filtered(lambda duty: duty.state == "planned").write(
            {"state": "confirmed"}
        )

    def action_cancel(self):
        """Cancel these shifts. A shift that is over stays as it was."""
        duties = self._lock_for_decision()
        duties = duties.filtered(lambda duty: duty.state != "cancelled")
        now = self.env.cr.now()
        for duty in duties:
            if duty.date_end <= now:
                raise UserError(
                    self.env._(
                        "The shift of %(person)s is over and cannot be cancelled.",
                        person=duty.duty_user_id.name,
                    )
                )
        duties.write({"state": "cancelled"})

    def action_plan(self):
        """Put cancelled shifts back on the roster, without their substitute."""
        duties = self._lock_for_decision()
        # sudo: a substitute comes and goes by the buttons, not by hand
        duties.filtered(lambda duty: duty.state == "cancelled").sudo().write(
            {"state": "planned", "substitute_id": False}
        )

    def action_ask_swap(self):
        """Open the request with which a colleague is asked to take this shift.

        :return: dict, a window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_process_mgmt.sales_process_duty_swap_action_ask"
        )
        action["context"] = {"default_duty_id": self.id}
        return action

    def action_open_swap(self):
        """Open the request that waits for an answer.

        :return: dict, a window action
        """
        self.ensure_one()
        return self.open_swap_id._get_records_action()

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _lock_for_decision(self):
        """Lock the rows, so that two clicks do not decide about the same state.

        :return: the same records, read again
        """
        self.check_access("write")
        return self._lock_rows()

    @api.model
    def _is_planner(self):
        """Tell whether the user leads a team or administers sales."""
        return self.env.user.has_group("sales_team.group_sale_manager") or bool(
            self.env.user.process_led_team_ids
        )

    def _substitute(self, user):
        """Let ``user`` take the shift over, or the planned person take it back.

        Who may decide this is checked by the request.

        :param user: res.users
        """
        self.ensure_one()
        # sudo: two colleagues agree on a swap, neither of them writes the roster
        if user == self.user_id:
            self.sudo().write({"state": "confirmed", "substitute_id": False})
        else:
            self.sudo().write({"state": "swapped", "substitute_id": user.id})

    def _check_may_swap(self):
        """Refuse swaps of what is neither one's coming shift nor led by oneself."""
        self.check_access("read")
        now = self.env.cr.now()
        for duty in self:
            if duty.team_id._is_leader(self.env.user):
                continue
            if duty.duty_user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "Only %(person)s or the team leader can swap this shift.",
                        person=duty.duty_user_id.name,
                    )
                )
            if duty.date_start <= now:
                raise UserError(
                    self.env._(
                        "The shift has started. Ask your team leader to swap it."
                    )
                )

    def _get_overlapping_domain(self):
        """The shifts that count and take place at the same time in the same team.

        :return: list, a domain
        """
        self.ensure_one()
        return [
            ("id", "!=", self.id),
            ("team_id", "=", self.team_id.id),
            ("state", "!=", "cancelled"),
            ("date_start", "<", self.date_end),
            ("date_end", ">", self.date_start),
        ]

    def _get_period_text(self):
        """When the shift is, in the time zone of the person on duty.

        :return: str
        """
        self.ensure_one()
        zone = self.team_id._get_process_timezone(self.duty_user_id)
        start, end = (
            fields.Datetime.context_timestamp(self.with_context(tz=zone.zone), moment)
            for moment in (self.date_start, self.date_end)
        )
        if start.date() == end.date():
            until = format_time(
                self.env, self.date_end, tz=zone.zone, time_format="short"
            )
        else:
            until = format_datetime(
                self.env, self.date_end, tz=zone.zone, dt_format="short"
            )
        return self.env._(
            "%(start)s to %(end)s (%(zone)s)",
            start=format_datetime(
                self.env, self.date_start, tz=zone.zone, dt_format="short"
            ),
            end=until,
            zone=zone.zone,
        )

    def _wake_release(self):
        """Run the release when these shifts start, or at once if they have.

        Customers that wait because nobody was on duty are handed out then.
        """
        cron = self.env.ref(
            "sales_process_mgmt.ir_cron_release", raise_if_not_found=False
        )
        if not cron:
            return
        now = self.env.cr.now()
        moments = {
            max(duty.date_start, now)
            for duty in self
            if duty.state != "cancelled" and duty.date_end > now
        }
        if moments:
            # sudo: whoever plans a shift need not know the scheduled actions
            cron.sudo()._trigger(at=sorted(moments))
