# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import tagged

from .common import SalesProcessCommon
from .common_followup import FollowupCommon


@tagged("post_install", "-at_install")
class TestOwnershipReport(SalesProcessCommon):
    def _get_row(self, ownership):
        self.env.flush_all()
        self.env["sales.process.ownership.report"].invalidate_model()
        return self.env["sales.process.ownership.report"].browse(ownership.id)

    def test_one_period(self):
        """Every number of a row is one that a reader can count in the records."""
        lead = self._create_lead(
            self.salesperson_a, phone="13812345601", expected_revenue=1000
        )
        second = self._create_lead(
            self.salesperson_a, phone="13812345601", expected_revenue=500
        )
        self._create_lead(
            self.salesperson_a, phone="13812345601", expected_revenue=70
        ).with_user(self.salesperson_a).action_set_lost()
        ownership = lead.ownership_id
        ownership.date_start = self.env.cr.now() - timedelta(days=10)
        lead.with_user(self.salesperson_a).action_set_won()
        row = self._get_row(ownership)
        self.assertEqual(row.ownership_id, ownership)
        self.assertEqual(row.user_id, self.salesperson_a)
        self.assertEqual(row.team_id, self.team_east)
        self.assertEqual(row.state, "open")
        self.assertAlmostEqual(row.days_held, 10, 1)
        self.assertEqual((row.won_count, row.lost_count), (1, 1))
        self.assertEqual(row.won_revenue, 1000)
        self.assertEqual(row.currency_id, self.company.currency_id)
        second.with_user(self.salesperson_a).action_set_won()
        self.assertEqual(self._get_row(ownership).won_revenue, 1500)

    def _create_followups(self, lead, hours, counts=True):
        """Contacts so many hours ago, written past the rules of what counts."""
        now = self.env.cr.now()
        followups = (
            self.env["sales.process.followup"]
            .with_user(lead.user_id)
            .create(
                [
                    {"lead_id": lead.id, "subject": FollowupCommon._say((hour, counts))}
                    for hour in hours
                ]
            )
            .sudo()
        )
        self.env.flush_all()
        for followup, hour in zip(followups, hours, strict=True):
            self.env.cr.execute(
                "UPDATE sales_process_followup SET date = %s, counts = %s"
                " WHERE id = %s",
                (now - timedelta(hours=hour), counts, followup.id),
            )
        self.env.invalidate_all()

    def test_contacts(self):
        """Contacts: how many, how soon, how far apart; those that count only."""
        lead = self._create_lead(self.salesperson_a, phone="13812345601")
        ownership = lead.ownership_id
        ownership.date_start = self.env.cr.now() - timedelta(days=10)
        row = self._get_row(ownership)
        self.assertEqual(
            (row.contact_count, row.days_to_contact, row.days_between), (0, 0, 0)
        )
        Report = self.env["sales.process.ownership.report"]
        # no contact is no zero in an average
        domain = [("id", "=", ownership.id)]
        self.assertEqual(
            Report._read_group(domain, [], ["days_to_contact:avg", "days_between:avg"]),
            [(False, False)],
        )
        self._create_followups(lead, [240 - 12])
        row = self._get_row(ownership)
        self.assertEqual((row.contact_count, row.days_between), (1, 0))
        self.assertAlmostEqual(row.days_to_contact, 0.5, 3)
        self._create_followups(lead, [180, 84])
        self._create_followups(lead, [1, 2], counts=False)
        row = self._get_row(ownership)
        self.assertEqual(row.contact_count, 3)
        self.assertAlmostEqual(row.days_to_contact, 0.5, 3)
        self.assertAlmostEqual(row.days_between, 3, 3)

    def test_change_of_owner(self):
        """Won deals stay in the period in which they closed."""
        lead = self._create_lead(
            self.salesperson_a, phone="13812345601", expected_revenue=1000
        )
        first = lead.ownership_id
        self._create_lead(
            self.salesperson_a, phone="13812345601", expected_revenue=300
        ).with_user(self.salesperson_a).action_set_won()
        second = first._hand_over(
            {first: self.salesperson_b}, "transfer", "transferred"
        )[first]
        lead.with_user(self.salesperson_b).action_set_won()
        rows = self._get_row(first) | self._get_row(second)
        self.assertEqual(rows.mapped("won_revenue"), [300, 1000])
        self.assertEqual(rows.user_id, self.salesperson_a | self.salesperson_b)
        self.assertEqual(rows[0].end_reason, "transferred")
        self.assertEqual(rows[1].origin, "transfer")

    def test_against_independent_sql(self):
        """Random periods: grouped numbers equal a query written differently."""
        generator = random.Random(7)
        users = [self.salesperson_a, self.salesperson_b, self.salesperson_c]
        for index in range(40):
            user = generator.choice(users)
            lead = self._create_lead(
                user,
                phone=f"139{index:08d}",
                expected_revenue=generator.randint(1, 9000),
            )
            ownership = lead.ownership_id
            ownership.date_start = self.env.cr.now() - timedelta(
                hours=generator.randint(1, 900)
            )
            age = self.env.cr.now() - ownership.date_start
            hours = int(age.total_seconds() // 3600)
            self._create_followups(
                lead, [generator.randint(0, hours) for _ in range(index % 4)]
            )
            step = generator.random()
            if step < 0.3:
                lead.with_user(user).action_set_won()
            elif step < 0.5:
                ownership._end("lost")
            elif step < 0.7:
                ownership._hand_over(
                    {ownership: generator.choice(users)}, "release", "expired"
                )
        Report = self.env["sales.process.ownership.report"]
        self.env.flush_all()
        groups = Report._read_group(
            [("team_id", "=", self.team_east.id)],
            ["user_id", "state"],
            [
                "__count",
                "won_count:sum",
                "won_revenue:sum",
                "days_held:avg",
                "contact_count:sum",
                "days_to_contact:avg",
                "days_between:avg",
            ],
        )
        found = {
            (user.id, state): [round(float(value or 0), 3) for value in values]
            for user, state, *values in groups
        }
        self.env.cr.execute(
            """
            WITH won AS (
                SELECT l.ownership_id AS id, 1 AS n, l.expected_revenue AS amount
                  FROM crm_lead l
                 WHERE l.won_status = 'won'
            ), contact AS (
                SELECT f.ownership_id AS id, f.date,
                       f.date - LAG(f.date) OVER (
                           PARTITION BY f.ownership_id ORDER BY f.date
                       ) AS gap
                  FROM sales_process_followup f
                 WHERE f.counts
            )
            SELECT o.user_id, o.state, COUNT(*),
                   SUM((SELECT COUNT(*) FROM won WHERE won.id = o.id)),
                   SUM((SELECT COALESCE(SUM(amount), 0) FROM won WHERE won.id = o.id)),
                   AVG(EXTRACT(EPOCH FROM
                       (CASE WHEN o.date_end IS NULL THEN %s ELSE o.date_end END)
                       - o.date_start)) / 86400,
                   SUM((SELECT COUNT(*) FROM contact WHERE contact.id = o.id)),
                   AVG((SELECT EXTRACT(EPOCH FROM MIN(contact.date) - o.date_start)
                          FROM contact WHERE contact.id = o.id)) / 86400,
                   AVG((SELECT EXTRACT(EPOCH FROM AVG(contact.gap))
                          FROM contact WHERE contact.id = o.id)) / 86400
              FROM sales_process_ownership o
             WHERE o.team_id = %s
          GROUP BY 1, 2
            """,
            (self.env.cr.now(), self.team_east.id),
        )
        expected = {
            (user, state): [round(float(value or 0), 3) for value in values]
            for user, state, *values in self.env.cr.fetchall()
        }
        self.assertTrue(expected)
        self.assertEqual(found, expected)

    # ------------------------------------------------------------
    # ACCESS
    # ------------------------------------------------------------

    def test_access_matrix(self):
        """Own periods; the team's for its leader; all for those with all documents."""
        own = self._create_lead(self.salesperson_a, phone="13812345601").ownership_id
        team = self._create_lead(self.salesperson_b, phone="13812345602").ownership_id
        west = self._create_lead(self.salesperson_d, phone="13812345603").ownership_id
        other_company = self._create_lead(
            self.salesperson_x, phone="13812345604"
        ).ownership_id
        everything = own | team | west | other_company
        self.env.flush_all()
        for user, visible in (
            (self.salesperson_a, own),
            (self.salesperson_b, team),
            (self.leader_east, own | team),
            (self.leader_west, west),
            (self.salesperson_c, own | team | west),
            (self.director, own | team | west),
            (self.salesperson_x, other_company),
        ):
            Report = self.env["sales.process.ownership.report"].with_user(user)
            with self.subTest(user=user.login):
                rows = Report.search([("id", "in", everything.ids)])
                self.assertEqual(set(rows.ids), set(visible.ids))
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(Report.has_access(operation))
        with self.assertRaises(AccessError):
            self.env["sales.process.ownership.report"].with_user(
                self.office_user
            ).search([])

    def test_row_opens_its_period(self):
        ownership = self._create_lead(
            self.salesperson_a, phone="13812345601"
        ).ownership_id
        row = self._get_row(ownership).with_user(self.salesperson_a)
        self.assertEqual(row.action_open_ownership()["res_id"], ownership.id)

    def test_groups_in_the_order_of_odoo(self):
        """Groups sorted afterwards stand as Odoo's own query would have put them."""
        people = self.salesperson_a | self.salesperson_b | self.salesperson_c
        for user, name in zip(people, ("Zoe", "adam", "Mia"), strict=True):
            user.name = name
            lead = self._create_lead(user, phone=f"1381234580{user.id % 10}")
        lead.with_user(people[2]).action_set_lost()
        self._create_lead(
            self.env["res.users"],
            team_id=self.team_east.id,
            company_id=self.company.id,
        )
        self.env["crm.lead"].flush_model()
        Report = self.env["sales.process.ownership.report"]
        grouping_sets = [
            [],
            ["user_id"],
            ["state"],
            ["date_start:month", "user_id"],
            ["user_id", "state", "end_reason"],
        ]
        ours = Report.formatted_read_grouping_sets([], grouping_sets, ["__count"])
        # any other order than the default one is left to Odoo
        odoo = Report.formatted_read_grouping_sets(
            [],
            grouping_sets,
            ["__count"],
            order="user_id ASC, state, date_start:month, end_reason",
        )
        self.assertEqual(ours[:3] + ours[4:], odoo[:3] + odoo[4:])
        self.assertCountEqual(map(str, ours[3]), map(str, odoo[3]))
        months = [(row["date_start:month"], row["user_id"]) for row in ours[3]]
        names = [user[1] for _month, user in months if user]
        self.assertEqual(
            names, [*people.with_context(active_test=False).sorted().mapped("name")]
        )
        self.assertFalse(months[-1][1], "Nobody comes last")

    def test_cells_are_worded_as_by_odoo(self):
        """Labels and conditions of cells, made once for each value, are Odoo's."""
        for phone in ("13812345821", "13812345822"):
            user = self.salesperson_a if phone.endswith("1") else self.salesperson_b
            lead = self._create_lead(user, phone=phone)
        lead.with_user(user).action_set_lost()
        self.env.flush_all()
        Report = self.env["sales.process.ownership.report"]
        specs = ("user_id", "date_start:month", "state", "end_reason")
        groups = Report._read_group([], specs, ["__count"])
        self.assertGreater(len(groups), 1)
        ours = Report._web_read_group_format(specs, ("__count",), groups)
        # Odoo's own, of a model without our mixin
        odoo_format = type(self.env["base"])._web_read_group_format
        odoo = odoo_format(Report, specs, ("__count",), groups)
        for our, row in zip(ours, odoo, strict=True):
            condition = our.pop("__extra_domain")
            expected = row.pop("__extra_domain")
            self.assertEqual(our, row)
            self.assertEqual(Domain(condition), Domain(expected))
            self.assertEqual(Report.search_count(condition), our["__count"])

    def test_groups_are_counted_without_their_names(self):
        """The names of the groups are not joined to the rows that are counted."""
        self._create_lead(self.salesperson_a, phone="13812345811")
        self.env.flush_all()
        Report = self.env["sales.process.ownership.report"]
        with patch.object(
            type(Report),
            "_read_group_orderby",
            autospec=True,
            side_effect=type(Report)._read_group_orderby,
        ) as orderby:
            Report.formatted_read_grouping_sets([], [[], ["user_id"]], ["__count"])
        queries = [call.args[3] for call in orderby.call_args_list]
        self.assertTrue(queries)
        for query in queries:
            self.assertNotIn("res_users", str(query.from_clause))
