# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_datetime

from ..tools import labels, orm
from .sales_process_retry import work_on_each

RELEASED = ("handed_over", "pool", "waiting")
# The same customer stands in another run, as released.
COUNTED_ELSEWHERE = ("went", "assigned")


# So many customers are named in a message, the rest is counted.
NAMED_CUSTOMERS = 100


class SalesProcessReleaseRun(models.Model):
    """What one run of the release did, would have done, or holds for the leader."""

    _name = "sales.process.release.run"
    _description = "Release Run"
    _inherit = ["sales.process.guard"]
    _order = "date desc, id desc"
    _rec_names_search = ["team_id"]

    name = fields.Char(compute="_compute_name")
    team_id = fields.Many2one("crm.team", required=True, index=True, readonly=True)
    company_id = fields.Many2one("res.company", index="btree_not_null", readonly=True)
    date = fields.Datetime(
        default=lambda self: self.env.cr.now(), required=True, readonly=True
    )
    mode = fields.Selection(
        [
            ("observe", "Observe"),
            ("enforce", "Enforce"),
            ("preview", "Preview"),
        ],
        required=True,
        readonly=True,
        help="Observe: nothing was taken from anybody. Preview: who would lose what "
        "when a change takes effect.",
    )
    state = fields.Selection(
        [
            ("done", "Done"),
            ("held", "Waits for the Leader"),
            ("undone", "Undone"),
        ],
        default="done",
        required=True,
        readonly=True,
        index=True,
    )
    line_ids = fields.One2many(
        "sales.process.release.line", "run_id", string="Customers", readonly=True
    )
    line_count = fields.Integer(string="Customers Due", compute="_compute_counts")
    released_count = fields.Integer(string="Released", compute="_compute_counts")
    held_count = fields.Integer(string="Held Back", compute="_compute_counts")
    can_lead = fields.Boolean(compute="_compute_can_lead")
    is_told = fields.Boolean(
        readonly=True,
        export_string_translation=False,
        help="Whether people have been told. Until then the run may go on.",
    )

    _untold_idx = models.Index("(team_id, mode) WHERE is_told IS NOT TRUE")

    @api.depends("team_id", "date")
    @api.depends_context("lang", "tz")
    def _compute_name(self):
        for run in self:
            day = fields.Datetime.context_timestamp(run, run.date).date()
            run.name = f"{run.team_id.name} {fields.Date.to_string(day)}"

    @api.depends("line_ids.outcome")
    def _compute_counts(self):
        counts = {}
        for run, outcome, count in self.env["sales.process.release.line"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "outcome"], ["__count"]
        ):
            counts.setdefault(run, {})[outcome] = count
        for run in self:
            by_outcome = counts.get(run, {})
            run.line_count = sum(
                count
                for outcome, count in by_outcome.items()
                if outcome not in COUNTED_ELSEWHERE
            )
            run.released_count = sum(by_outcome.get(name, 0) for name in RELEASED)
            run.held_count = by_outcome.get("held", 0)

    @api.depends_context("uid")
    @api.depends("team_id.user_id")
    def _compute_can_lead(self):
        for run in self:
            # sudo: the team may be a stranger's
            run.can_lead = run.sudo().team_id._is_leader(self.env.user)

    @api.depends("name")
    def _compute_display_name(self):
        for run in self:
            run.display_name = run.name

    # ------------------------------------------------------------
    # RUNNING
    # ------------------------------------------------------------

    @api.model
    def _find_running(self, team, mode):
        """The run of the team that goes on: people have not been told of it yet.

        It is locked; the run of another server is left to that server.

        :return: sales.process.release.run, may be empty
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id
                  FROM sales_process_release_run
                 WHERE team_id = %s AND mode = %s AND is_told IS NOT TRUE
                   AND state != 'undone'
              ORDER BY id
                 LIMIT 1
                   FOR UPDATE SKIP LOCKED
                """,
                team.id,
                mode,
            )
        )
        return self.browse(row[0] for row in rows)

    # ------------------------------------------------------------
    # DECIDING
    # ------------------------------------------------------------

    def _check_decide(self):
        self.ensure_one()
        self.check_access("read")
        if not self.can_lead:
            # sudo: the name in a refusal
            raise AccessError(
                self.env._(
                    "Only the leader of %(team)s or a sales administrator decides "
                    "about a release.",
                    team=self.sudo().team_id.name,
                )
            )

    def _get_held(self):
        """The customers of this run that still wait, locked.

        Not those that were contacted in time and are due again, and held, later.

        :return: sales.process.ownership, sudo
        """
        # sudo: the leader decides, the ledger is written by its own methods
        lines = self.sudo().line_ids.filtered(lambda line: line.outcome == "held")
        deadlines = {line.ownership_id: line.date_deadline for line in lines}
        return lines.ownership_id._lock_rows().filtered(
            lambda row: row.is_held and row.date_deadline == deadlines[row]
        )

    def action_release_held(self):
        """Release the held customers now, as a run of its own.

        :return: dict, a window action on that run
        """
        self._check_decide()
        held = self._get_held()
        if not held:
            self.sudo().state = "done"
            return self._get_nothing_action()
        # sudo: whoever decides may not write the ledger
        run = (
            self.env["sales.process.release"]
            .sudo()
            ._release_team(held, self.sudo().team_id, ceiling=False)
        )
        run._tell()
        return run._get_form_action()

    def action_fresh_period(self):
        """Give the owners of the held customers a full fresh period.

        Customers of owners who have left stay held: they have nobody to contact
        them, and are released or handed over. So do those of whoever decides:
        somebody else decides about these.

        :return: dict, an action for the client
        """
        self._check_decide()
        held = self._get_held()
        own = held.filtered(
            lambda row: row.state == "open" and not row._may_decide(self.env.user)
        )
        staying = held.filtered(lambda row: not row.has_owner_left) - own
        if held and held == own:
            own._check_decider()
        staying._give_fresh_period()
        if held == staying:
            # sudo: after the checks; the state is the system's to write
            self.sudo().state = "done"
        elif not staying:
            raise UserError(
                self.env._(
                    "The owners of these customers have left. Release the customers "
                    "or hand them over."
                )
            )
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_undo(self):
        """Give everything back, as long as nobody has worked on what was moved.

        :raise UserError: naming the first customer that has been worked on
        """
        self._check_decide()
        # sudo: the leader decides, the ledger is written by its own methods
        run = self.sudo()
        lines = run.line_ids.filtered("successor_id")
        running = lines.successor_id._lock_rows()
        people = lines.user_id
        if not run.team_id._may_decide(self.env.user, people):
            raise self.sudo().team_id.with_env(self.env)._make_own_matter_error(people)
        run.invalidate_recordset(["state"])
        if run.state != "done" or run.mode != "enforce" or not lines:
            raise UserError(self.env._("Only a finished release can be undone."))
        self._check_unworked(lines, running)
        note = self.env._("The release was undone by %s.", self.env.user.name)
        for team, team_lines in lines.grouped(
            lambda line: line.ownership_id.team_id
        ).items():
            returned = running._hand_over(
                {line.successor_id: line.user_id for line in team_lines},
                "transfer",
                "transferred",
                note,
                team,
            )
            by_count = {}
            for line in team_lines:
                old = line.ownership_id
                values = (old.lapse_count, old.is_dormant)
                by_count.setdefault(values, running.browse())
                by_count[values] |= returned[line.successor_id]
            for (count, dormant), rows in by_count.items():
                # as if nobody had let it go
                rows.write({"lapse_count": count, "is_dormant": dormant})
            running.browse().union(*returned.values())._give_fresh_period()
        run.state = "undone"

    def _check_unworked(self, lines, running):
        """Refuse to undo what somebody has worked on, or what has no way back."""
        # one query: a contact, or a further period in the ledger
        # sudo: contacts of whoever received them; only whether there are any
        worked = running.browse(
            row.id
            for (row,) in self.env["sales.process.followup"]
            .sudo()
            ._read_group(
                [("ownership_id", "in", lines.successor_id.ids)], ["ownership_id"]
            )
        )
        for line in lines:
            if line.successor_id not in running:
                raise UserError(
                    self.env._(
                        "%(customer)s has changed hands since. The run can only be "
                        "undone as a whole.",
                        customer=line.ownership_id.name,
                    )
                )
            if line.successor_id in worked:
                raise UserError(
                    self.env._(
                        "%(customer)s has been worked on since. The run can only be "
                        "undone as a whole.",
                        customer=line.ownership_id.name,
                    )
                )
            members = line.ownership_id.team_id._get_roster_users()
            if line.user_id and line.user_id not in members:
                raise UserError(
                    self.env._(
                        "%(owner)s has left the team and cannot have %(customer)s "
                        "back.",
                        owner=line.user_id.name,
                        customer=line.ownership_id.name,
                    )
                )

    def _get_form_action(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "view_mode": "form",
            "views": [(False, "form")],
            "res_id": self.id,
        }

    def _get_nothing_action(self):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._("No customer of this run waits any more."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _process_untold(self):
        """Tell people what the runs did that have come to their end."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id
                  FROM sales_process_release_run
                 WHERE is_told IS NOT TRUE
              ORDER BY id
                   FOR UPDATE SKIP LOCKED
                """
            )
        )
        self.browse(row[0] for row in rows)._tell()

    def _tell(self):
        """Send one message to each person these runs concern."""
        # sudo: runs are written by the system only
        self.sudo().write({"is_told": True})
        sections_by_user = defaultdict(list)
        for (user, kind, run), lines in self.sudo()._group_lines().items():
            if user.active:
                sections_by_user[user].append((kind, run, lines))
        # sudo: how colleagues are told
        everybody = self.env["res.users"].union(*sections_by_user).sudo()
        self._read_named(sections_by_user.values())

        # sudo: what waits is written by the system
        Line = self.env["sales.process.notice.line"].sudo()
        moments = self.env["sales.process.notice"]._get_moments(everybody)
        later = everybody.filtered(moments.get).with_prefetch(everybody._ids)

        def tell(users):
            waiting = []
            for user in users.with_prefetch(everybody._ids):
                self._tell_one(user, sections_by_user[user], waiting)
            Line._keep(waiting)

        # what waits is kept at once, what is told now is told one by one
        for users in (later, *(everybody - later)):
            # what was released stays released, whoever cannot be told
            work_on_each(self.env, users, tell, lambda user, error: None, at_most=None)

    def _read_named(self, sections_list):
        """Read at once what the customers are called that messages name."""
        # sudo: the lines that name them are read by the system
        periods = self.env["sales.process.ownership"].sudo()
        for sections in sections_list:
            for kind, _run, lines in sections:
                named = lines[:NAMED_CUSTOMERS]
                periods |= (
                    named.successor_id if kind == "received" else named.ownership_id
                )
        periods.flush_recordset(["name"])
        orm.read_columns(periods, ["name"])

    def _tell_one(self, user, sections, waiting):
        """Tell one person what these runs did.

        :param user: res.users, one
        :param list sections: see :meth:`_render_sections`
        :param list waiting: what is told later is added to it, and kept by the caller
        """
        self.env["sales.process.notice"]._tell(
            user,
            lambda env: self.with_context(lang=env.lang)._render_sections(sections),
            why="leader" if any(run for _k, run, _l in sections) else "customer",
            waiting=waiting,
        )

    def _group_lines(self):
        """Who is told what: what one received, what one lost, what the leader decides.

        :return: ``{(res.users, kind, run): lines}``; the run matters to leaders only
        """
        groups = defaultdict(list)
        for run in self.filtered(lambda row: row.mode != "observe"):
            leader = run.team_id._get_leaders()
            # columns: a line's own fields are a dozen calls each
            outcomes, befores, afters = (
                orm.get_cached(run.line_ids, name)
                for name in ("outcome", "user_id", "new_user_id")
            )
            for line_id, outcome, user_id, new_user_id in zip(
                run.line_ids._ids, outcomes, befores, afters, strict=True
            ):
                if outcome in ("handed_over", "assigned"):
                    groups[new_user_id, "received", self.browse()].append(line_id)
                if outcome in RELEASED and user_id:
                    groups[user_id, "lost", self.browse()].append(line_id)
                if leader and outcome in ("held", "waiting", "failed", "observed"):
                    groups[leader.id, outcome, run].append(line_id)
        lines = self.line_ids
        User = self.env["res.users"]
        people = tuple({user_id for user_id, _kind, _run in groups if user_id})
        return {
            (
                User.browse(user_id or ()).with_prefetch(people),
                kind,
                run,
            ): lines.browse(ids).with_prefetch(lines._ids)
            for (user_id, kind, run), ids in groups.items()
        }

    def _render_sections(self, sections):
        """What one person is told of releases.

        :param list sections: of ``(kind, run, lines)``, see :meth:`_group_lines`
        :return: tuple, subject and body
        """
        body = Markup()
        subjects = []
        for kind, run, lines in sections:
            lines = lines.with_env(self.env)
            subject, hint = self._get_section_texts(kind, run, len(lines))
            subjects.append(subject)
            items = Markup().join(
                Markup("<li>%s</li>") % item
                for item in lines[:NAMED_CUSTOMERS]._get_message_items(kind)
            )
            if len(lines) > NAMED_CUSTOMERS:
                items += Markup("<li>%s</li>") % self.env._(
                    "and %(count)s more", count=len(lines) - NAMED_CUSTOMERS
                )
            body += Markup("<p>%s</p><ul>%s</ul>") % (subject, items)
            if hint:
                body += Markup("<p>%s</p>") % hint
        return labels.join_clauses(self.env, subjects), body

    def _get_section_texts(self, kind, run, count):
        """The heading of a list of customers, and what to do about it.

        :return: ``(str, str or Markup or False)``
        """
        team = run.team_id
        stays = self.env._("Won and lost leads stay with who closed them.")
        link = run._get_html_link(self.env._("Open the release")) if run else False
        texts = {
            "received": (self.env._("Customers handed to you: %s", count), stays),
            "lost": (self.env._("Your customers that were released: %s", count), stays),
            "held": (
                self.env._(
                    "Held back in %(team)s, above the ceiling or with something to "
                    "settle first, until the next nights unless you decide sooner: "
                    "%(count)s",
                    team=team.name,
                    count=count,
                ),
                link,
            ),
            "waiting": (
                self.env._(
                    "Nobody on duty in %(team)s, customers that wait for the next "
                    "shift: %(count)s",
                    team=team.name,
                    count=count,
                ),
                link,
            ),
            "failed": (
                self.env._(
                    "Customers of %(team)s that could not be released: %(count)s",
                    team=team.name,
                    count=count,
                ),
                link,
            ),
        }
        if kind in texts:
            return texts[kind]
        zone = team._get_process_timezone(team.user_id)
        return (
            self.env._(
                "Customers of %(team)s that will be released from %(moment)s: "
                "%(count)s",
                team=team.name,
                moment=format_datetime(
                    self.env,
                    team.process_date_release_from,
                    tz=zone.zone,
                    dt_format="short",
                )
                if team.process_date_release_from
                else self.env._("now"),
                count=count,
            ),
            link,
        )
