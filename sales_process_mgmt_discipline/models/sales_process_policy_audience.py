# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who is asked to confirm a policy, until when, and by which to-do."""

from collections import defaultdict

from odoo.addons.sales_process_mgmt.models.crm_team import ACTIVE_MODES

from ..tools import policies as policy_tools

OPEN = ("to_read", "read")
# An answer that binds: it is not asked for again with a minor version.
SETTLED = ("confirmed", "exempt")
TODO_TYPE = "sales_process_mgmt_discipline.mail_activity_type_policy"


class PolicyAudience:
    """Brings the confirmations of some policies in line with their audience.

    Safe to run at any time and twice: it looks at what should be, makes what is
    missing, and closes what nobody asks for any more. Confirmations are never touched.

    :param policies: sales.process.policy in sudo
    """

    def __init__(self, policies):
        self.policies = policies.filtered("current_version_id")
        self.env = policies.env
        self.now = self.env.cr.now().replace(microsecond=0)
        # whoever publishes follows nobody's answer
        self.rows = self.env["sales.process.policy.acknowledgement"].with_context(
            mail_create_nosubscribe=True, mail_create_nolog=True
        )

    def run(self, told=True):
        """Bring in line.

        :param bool told: whether people are told of what they are newly asked for
        :return: sales.process.policy.acknowledgement that were made or opened again
        """
        if not self.policies:
            return self.rows
        self.policies._lock_rows()
        known = self.rows.search([("policy_id", "in", self.policies.ids)], order="id")
        by_policy = known.grouped("policy_id")
        fresh = self.rows
        for policy in self.policies:
            fresh |= self._ask(policy, by_policy.get(policy, self.rows))
        # late already, or carried over: the day is the person's
        (known | fresh).filtered(lambda row: row.state in OPEN)._update_deadlines(
            set(fresh.ids)
        )
        (known | fresh)._plan_todos()
        if told:
            self._announce(fresh)
        return fresh

    # ------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------

    def find_people(self, policy):
        """Who has to confirm a policy.

        :param policy: sales.process.policy in sudo
        :return: ``{res.users: crm.team, may be empty}``
        """
        Team = self.env["crm.team"]
        people = {}
        company = policy.company_id
        if policy.audience != "named":
            teams = policy.team_ids or Team.search(
                [("company_id", "in", (company.id, False))], order="id"
            )
            teams = teams.filtered(
                lambda team: (
                    team.active
                    and team.process_policy
                    and team.process_mode in ACTIVE_MODES
                )
            )
            for team in teams:
                for user in self._find_in_team(policy, team):
                    people.setdefault(user, team)
        for user in policy.user_ids:
            people.setdefault(user, Team if user.share else user.sale_team_id)
        return {
            user: team
            for user, team in people.items()
            if user.active and company in user.company_ids
        }

    def _find_in_team(self, policy, team):
        people = self.env["res.users"]
        if policy.audience in ("everybody", "salesperson"):
            people |= team.crm_team_member_ids.user_id
        if policy.audience in ("everybody", "leader"):
            # whoever leads from above is asked by what holds for all teams
            line = team._get_leader_line(policy.company_id)
            people |= team.user_id if policy.team_ids else people.union(*line)
        return people.filtered(
            lambda user: user.has_group("sales_team.group_sale_salesman")
        )

    # ------------------------------------------------------------
    # ASKING
    # ------------------------------------------------------------

    def _ask(self, policy, known):
        """Make the rows of a policy that are missing, close those of who has left.

        :param policy: sales.process.policy in sudo
        :param known: all its acknowledgements
        :return: acknowledgements that were made or opened again
        """
        version = policy.current_version_id
        people = self.find_people(policy)
        current = known.filtered(lambda row: row.version_id == version)
        known.filtered(
            lambda row: (
                row.state in (*OPEN, "declined")
                and row.version_id == version
                and row.user_id not in people
            )
        )._close("left")
        settled = self._find_settled(version, known)
        again = current.filtered(
            lambda row: (
                row.state == "closed"
                and row.close_reason == "left"
                and row.user_id in people
                and row.user_id not in settled
            )
        )
        self._ask_again(again)
        for row in current:
            team = people.get(row.user_id)
            if team is not None and row.team_id != team and row.state in OPEN:
                row.team_id = team
        carried = self._get_carried(version, known)
        asked = current.user_id
        return again | self.rows.create(
            [
                {
                    "version_id": version.id,
                    "user_id": user.id,
                    "team_id": team.id,
                    "date_assigned": carried.get(user, self.now),
                    "date_due": self.now,
                }
                for user, team in people.items()
                if user not in asked and user not in settled
            ]
        )

    def _ask_again(self, rows):
        """Whoever had left is here again: an answer from before binds nobody.

        :param rows: sales.process.policy.acknowledgement in sudo
        """
        rows.write(
            {
                "state": "to_read",
                "close_reason": False,
                "date_assigned": self.now,
                "date_closed": False,
                "date_answered": False,
                "date_read": False,
                "lang": False,
                "note": False,
                "reader_lang": False,
            }
        )

    def _get_carried(self, version, known):
        """Since when people have had the time for a minor version that comes today.

        It leaves them the time of the one before; whoever has answered has it anew.

        :param version: sales.process.policy.version
        :param known: all acknowledgements of the policy
        :return: ``{res.users: datetime}``
        """
        return {
            row.user_id: row.date_assigned
            for row in known
            if version.is_minor
            and version.date_published == self.now
            and row.version_id.number == version.number - 1
            and row.state == "closed"
            and row.close_reason == "newer"
            and not row.date_answered
        }

    def _find_settled(self, version, known):
        """Whose answer to an earlier version holds for this one, which is minor.

        :return: res.users
        """
        users = self.env["res.users"]
        if not version.is_minor:
            return users
        versions = version.policy_id.version_ids.filtered(
            lambda row: row.number and row.number <= version.number
        ).sorted("number", reverse=True)
        chain = versions.browse()
        for row in versions:
            chain |= row
            if not row.is_minor:
                break
        return known.filtered(
            lambda row: row.version_id in chain and row.state in SETTLED
        ).user_id

    # ------------------------------------------------------------
    # NEWS
    # ------------------------------------------------------------

    def _announce(self, rows):
        """Tell people once of each policy that they are asked to confirm."""
        notice = self.env["sales.process.notice"]
        by_version = defaultdict(self.env["res.users"].browse)
        for row in rows:
            by_version[row.version_id] |= row.user_id
        for version, users in by_version.items():
            inside = users.filtered(lambda user: not user.share)
            for people, url in (
                (inside, "/odoo/my-policies"),
                (users - inside, "/my/policies"),
            ):
                if people:
                    notice._tell(people, version._render_news(url), answer=True)


def compute_deadline(row, absences, now):
    """Until when a row has to be answered, see :func:`reading_deadline`.

    :param row: sales.process.policy.acknowledgement in sudo
    :param list absences: of the person
    :param now: naive UTC datetime
    :return: naive UTC datetime
    """
    zone = row._get_zone()
    deadline = policy_tools.reading_deadline(
        row.date_assigned,
        row.version_id.reading_days,
        zone,
        absences,
        row.version_id.date_effect,
    )
    return policy_tools.keep_time(deadline, row.date_due, now, zone)
