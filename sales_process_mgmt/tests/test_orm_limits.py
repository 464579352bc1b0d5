# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo import SUPERUSER_ID
from odoo.fields import Domain
from odoo.sql_db import Cursor
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from ..models.crm_lead_merge import find_dependences
from ..tools import kept, orm
from ..tools.spoken import get_spoken
from .common import SalesProcessCommon
from .common_followup import FollowupCommon


class StatementsMixin:
    def _listen(self):
        """The statements that are sent from now on: list of str."""
        sent = []
        execute = Cursor.execute

        def spy(cursor, query, *arguments, **options):
            sent.append(query.code if isinstance(query, SQL) else query)
            return execute(cursor, query, *arguments, **options)

        self.startPatcher(patch.object(Cursor, "execute", spy))
        return sent


@tagged("post_install", "-at_install")
class TestBatchLimits(StatementsMixin, FollowupCommon):
    """One less, as many, and one more than a statement takes."""

    def _create_run(self):
        return self.env["sales.process.release.run"].create(
            {"team_id": self.team_east.id, "mode": "enforce"}
        )

    def _insert_lines(self, run, number):
        """Lines of a release, past ``create``: what they say is their number."""
        Line = self.env["sales.process.release.line"].sudo()
        vals_list = [
            {
                "run_id": run.id,
                "team_id": self.team_east.id,
                "company_id": self.company.id,
                "ownership_id": self.ownership.id,
                "outcome": "pool",
                "note": f"Row {row}",
            }
            for row in range(number)
        ]
        plan = orm.plan_insert(Line)
        self.assertTrue(orm.can_insert(Line, plan, vals_list))
        return orm.insert(Line, plan, vals_list)

    def test_rows_of_each_statement(self):
        self.patch(orm.rows, "INSERT_BATCH_SIZE", 3)
        sent = self._listen()
        for number, statements in ((1, 1), (2, 1), (3, 1), (4, 2), (6, 2), (7, 3)):
            with self.subTest(number=number):
                run = self._create_run()
                del sent[:]
                lines = self._insert_lines(run, number)
                into = 'INSERT INTO "sales_process_release_line"'
                self.assertEqual(sum(into in code for code in sent), statements)
                notes = [f"Row {row}" for row in range(number)]
                self.assertEqual(lines.mapped("note"), notes, "as it is remembered")
                self.env.invalidate_all()
                self.assertEqual(lines.mapped("note"), notes, "as it is written")
                self.assertEqual(run.line_ids, lines)

    def test_lists_of_few_and_many(self):
        """Few rows join the lists in memory; of many the lists are read anew."""
        self.patch(orm.rows, "FEW_ROWS", 2)
        for number in (1, 2, 3, 5):
            with self.subTest(number=number):
                run = self._create_run()
                self.assertFalse(run.line_ids)
                self.assertEqual(run.released_count, 0)
                lines = self._insert_lines(run, number)
                self.assertEqual(run.line_ids, lines)
                self.assertEqual(run.released_count, number)

    def test_savepoints_that_stay(self):
        """The first ones end with the transaction, further ones by themselves."""
        self.patch(orm.late, "MOST_LEVELS", 2)
        self.env.cr.postcommit.data.pop(orm.LATE_LEVELS, None)
        self.addCleanup(self.env.cr.postcommit.data.pop, orm.LATE_LEVELS, None)
        self.env.cr.flush()
        sent = self._listen()
        released = []
        for _turn in range(4):
            del sent[:]
            with orm.LateSavepoint(self.env) as savepoint:
                savepoint.begin()
            released.append([code.partition(" ")[0] for code in sent])
        self.assertEqual(released, [["SAVEPOINT"]] * 2 + [["SAVEPOINT", "RELEASE"]] * 2)
        # the next transaction counts anew; one that never began sends nothing
        self.env.cr.postcommit.data.pop(orm.LATE_LEVELS)
        del sent[:]
        with orm.LateSavepoint(self.env):
            self.assertFalse(sent)
        self.assertFalse(sent)
        with orm.LateSavepoint(self.env) as savepoint:
            savepoint.begin()
        self.assertNotIn("RELEASE", str(sent))

    def test_savepoint_inside_another(self):
        """What stays inside is taken back together with what is around it."""
        self.patch(orm.late, "MOST_LEVELS", 1)
        self.env.cr.postcommit.data.pop(orm.LATE_LEVELS, None)
        self.addCleanup(self.env.cr.postcommit.data.pop, orm.LATE_LEVELS, None)
        self.lead.name, self.other_lead.name = "Before", "Before"
        with self.assertRaises(ValueError), orm.LateSavepoint(self.env) as outer:
            outer.begin()
            self.lead.name = "Outer"
            with orm.LateSavepoint(self.env) as inner:
                inner.begin()
                self.other_lead.name = "Inner"
            with self.assertRaises(KeyError), orm.LateSavepoint(self.env) as failing:
                failing.begin()
                self.other_lead.name = "Failing"
                raise KeyError
            self.assertEqual(self.other_lead.name, "Inner", "only what failed")
            self.assertEqual(self.lead.name, "Outer")
            raise ValueError
        self.assertEqual((self.lead.name, self.other_lead.name), ("Before", "Before"))

    def test_columns_are_read_by_one_statement(self):
        periods = (
            self.ownership
            | self._create_lead(self.salesperson_b, phone="13912345678").ownership_id
        ).sudo()
        names = periods.mapped("name")
        self.ownership.sudo().name = "Waits to be written"
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(0):
            orm.read_columns(periods.browse(), ["name"])
        with self.assertQueryCount(1):
            orm.read_columns(periods, ["name", "state"])
            self.assertEqual(periods.mapped("name"), ["Waits to be written", names[1]])
            self.assertEqual(periods.mapped("state"), ["open", "open"])
        # a relation is read along, whoever is archived
        self.other_lead.active = False
        self.env.flush_all()
        self.env.invalidate_all()
        every = periods.with_context(active_test=False)
        with self.assertQueryCount(1):
            orm.read_columns(every, ["name"], "lead_ids")
            self.assertEqual(every[0].lead_ids._ids, (self.lead | self.other_lead)._ids)
            self.assertEqual(len(every[1].lead_ids), 1)

    def test_rows_of_others_stay_where_they_are(self):
        """What moves is what belongs to one of them; the rest of a row stays."""
        third = self._create_lead(self.salesperson_b, phone="13912345678")
        Followup = self.env["sales.process.followup"].sudo()
        rows = Followup.create(
            [
                {"lead_id": lead.id, "subject": self._say(number)}
                for number, lead in enumerate((self.lead, self.other_lead, third))
            ]
        )
        periods = rows.mapped("ownership_id.id")
        self.env.flush_all()
        moves = {
            "lead_id": (self.lead, self.other_lead),
            "ownership_id": (third.ownership_id, self.ownership),
        }
        before = self.ownership.sudo().write_date
        moved = orm.move_rows(Followup, moves, touched=self.ownership.sudo())
        self.assertEqual(moved, rows[0] | rows[2])
        for _again in range(2):
            self.assertEqual(
                rows.lead_id.ids, (self.other_lead | third).ids, "the own one stays"
            )
            self.assertEqual(
                [row.ownership_id.id for row in rows],
                [periods[0], periods[0], self.ownership.id],
            )
            self.env.flush_all()
            self.env.invalidate_all()
        self.assertEqual(self.ownership.sudo().write_date, before)
        self.assertFalse(orm.move_rows(Followup, {}))

    def test_lists_are_forgotten_alone(self):
        """The list is read anew; to whom its members belong stays in memory."""
        self.assertEqual(len(self.ownership.lead_ids), 2)
        self.env.cr.execute(
            "UPDATE crm_lead SET ownership_id = NULL WHERE id = %s",
            (self.other_lead.id,),
        )
        self.assertEqual(len(self.ownership.lead_ids), 2, "in memory")
        orm.forget_lists(self.ownership, "lead_ids")
        self.assertEqual(self.ownership.lead_ids, self.lead)
        self.assertEqual(self.other_lead.ownership_id, self.ownership)

    def test_nothing_is_written_of_nobody(self):
        with self.assertQueryCount(0):
            orm.update_together([])
            orm.update_together([(self.lead.browse(), {"date_last_contact": None})])
        # nobody between two others is left out
        moment = self._days_ago(2).replace(microsecond=0)
        values = {"date_last_contact": moment}
        orm.update_together(
            [
                (self.ownership, dict(values)),
                (self.lead.browse(), dict(values)),
                (self.other_lead, tuple(values.items())),
            ]
        )
        self.env.invalidate_all()
        self.assertEqual(self.ownership.date_last_contact, moment)
        self.assertEqual(self.other_lead.date_last_contact, moment)

    def test_what_a_merged_lead_has(self):
        """Each of the three by itself, and of the others nothing."""
        leads = self.lead | self.other_lead
        self.assertEqual(tuple(find_dependences(leads)), (False,) * 3)
        made = (
            lambda: self.env["ir.attachment"].create(
                {"name": "x", "res_model": "crm.lead", "res_id": self.lead.id}
            ),
            lambda: self.env["calendar.event"].create(
                {
                    "name": "x",
                    "start": "2031-03-04 02:00:00",
                    "stop": "2031-03-04 03:00:00",
                    "opportunity_id": self.lead.id,
                }
            ),
            lambda: (
                self.env["sales.process.followup"]
                .sudo()
                .create({"lead_id": self.lead.id, "subject": self._say(1)})
            ),
        )
        for position, make in enumerate(made):
            with self.subTest(position), self.env.cr.savepoint() as savepoint:
                make()
                wanted = tuple(place == position for place in range(3))
                self.assertEqual(tuple(find_dependences(leads)), wanted)
                self.assertEqual(tuple(find_dependences(leads)), wanted)
                self.assertEqual(tuple(find_dependences(self.other_lead)), (False,) * 3)
                savepoint.close(rollback=True)
            self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestOrmQuestions(StatementsMixin, SalesProcessCommon):
    """What is asked of Odoo's inside without writing anything."""

    def test_uninstalling_is_said_by_the_system_only(self):
        """A client may name the flag; it is taken off, and nothing else is."""
        context = {MODULE_UNINSTALL_FLAG: True, "lang": "en_US", "own": 1}
        Lead = self.env["crm.lead"].with_context(**context)
        for user, su, is_kept in (
            (self.salesperson_a.id, False, False),
            (self.salesperson_a.id, True, False),
            (self.director.id, False, False),
            (SUPERUSER_ID, True, True),
        ):
            with self.subTest(user=user, su=su):
                asked = orm.without_uninstall(Lead.with_user(user).sudo(su))
                self.assertEqual(MODULE_UNINSTALL_FLAG in asked.env.context, is_kept)
                self.assertEqual(asked.env.context["own"], 1)
                self.assertEqual((asked.env.uid, asked.env.su), (user, su))
        plain = self.env["crm.lead"].with_user(self.salesperson_a)
        self.assertIs(orm.without_uninstall(plain).env, plain.env)

    def test_where_a_filter_leads(self):
        Lead = self.env["crm.lead"]
        for domain, reached in (
            ([], []),
            ([("name", "=", "x")], []),
            ([("no_such_field", "=", "x")], []),
            ([("team_id", "=", 1)], ["crm.team"]),
            ([("team_id.name", "=", "x")], ["crm.team"]),
            (
                [("team_id.user_id.partner_id", "=", 1)],
                ["crm.team", "res.users", "res.partner"],
            ),
            ([("team_id.name.user_id", "=", 1)], ["crm.team"]),
            (
                ["|", ("user_id", "=", 1), ("tag_ids.name", "=", "x")],
                ["res.users", "crm.tag"],
            ),
            (
                [("team_id", "any", [("user_id.partner_id.name", "=", "x")])],
                ["crm.team", "res.users", "res.partner"],
            ),
            (
                [("user_id", "not any", Domain("company_id", "=", 1))],
                ["res.users", "res.company"],
            ),
            # a query is nobody's filter any more
            ([("team_id", "any", self.env["crm.team"]._search([]))], ["crm.team"]),
        ):
            with self.subTest(domain=str(domain)):
                found = orm.get_reached_models(Lead, Domain(domain))
                self.assertEqual(
                    sorted(model._name for model in found), sorted(reached)
                )
                self.assertFalse(any(found), "no records")

    def test_what_is_kept_of_a_filter(self):
        """Ids and fixed values are worked out, names and moments are not."""
        Lead = self.env["crm.lead"]
        for term, asked, is_kept in (
            (("team_id", "in", [self.team_east.id]), (), True),
            (("team_id", "=", self.team_east.id), (), True),
            (("team_id", "in", ["East"]), (), False),
            (("type", "=", "lead"), (), True),
            (("name", "=", "x"), (), True),
            (("name", "like", "x"), (), False),
            (("date_last_contact", "=", False), (), False),
            (("process_is_helped", "=", True), ("process_is_helped",), True),
            (("process_is_helped", "=", True), (), False),
        ):
            domain = Domain([term])
            with self.subTest(term=term, asked=asked):
                found = orm.optimize_once(domain, Lead, asked)
                if is_kept:
                    searched = domain.optimize_full(Lead.sudo())
                    self.assertEqual(
                        list(found.iter_conditions()),
                        list(searched.iter_conditions()),
                        "as by a search",
                    )
                else:
                    self.assertEqual(found, domain)
                # beside another one: that one is worked out by itself
                fixed = Domain("team_id", "=", self.team_east.id)
                both = orm.optimize_once(fixed & domain, Lead, asked)
                part = fixed.optimize_full(Lead.sudo())
                self.assertIn(part, list(both.iter_conditions()))

    def test_figures_are_counted_with_the_readers_rules(self):
        for number, user in enumerate(
            (self.salesperson_a, self.salesperson_a, self.salesperson_b)
        ):
            self._create_lead(user, name=f"Lead {number}", phone=f"1381234500{number}")
        cases = {
            "first": [("name", "=", "Lead 0")],
            "all": [],
            "none": [("name", "=", "Nobody")],
        }
        domain = [("name", "like", "Lead "), ("team_id", "=", self.team_east.id)]
        for user, first, every in (
            (self.salesperson_a, 1, 2),
            (self.salesperson_b, 0, 1),
            (self.leader_east, 1, 3),
            (self.salesperson_d, 0, 0),
        ):
            Lead = self.env["crm.lead"].with_user(user)
            with self.subTest(user=user.login):
                self.assertEqual(
                    orm.tally(Lead, domain, cases),
                    {"first": first, "all": every, "none": 0},
                )
                by_user = orm.tally(Lead, domain, cases, "user_id")
                self.assertEqual(sum(row["all"] for row in by_user.values()), every)
        by_user = orm.tally(
            self.env["crm.lead"].with_user(self.leader_east), domain, cases, "user_id"
        )
        self.assertEqual(
            by_user,
            {
                self.salesperson_a.id: {"first": 1, "all": 2, "none": 0},
                self.salesperson_b.id: {"first": 0, "all": 1, "none": 0},
            },
        )

    def test_in_which_language(self):
        """One that is there; English always is, switched on or not."""
        Lang = self.env["res.lang"].with_context(active_test=False)
        Lang._activate_lang("de_DE")
        Lang._activate_lang("fr_FR")
        Lang.search([("code", "=", "fr_FR")]).active = False
        for code, spoken in (
            ("de_DE", "de_DE"),
            ("fr_FR", None),
            ("xx_XX", None),
            ("", None),
            (False, None),
            (None, None),
            ("en_US", "en_US"),
        ):
            with self.subTest(code=code):
                self.assertEqual(get_spoken(self.env, code), spoken)
        with patch.object(type(Lang), "_get_data", return_value=Lang.browse()):
            self.assertEqual(get_spoken(self.env, "en_US"), "en_US")
            self.assertIsNone(get_spoken(self.env, "de_DE"))

    # ------------------------------------------------------------
    # functions of the database
    # ------------------------------------------------------------

    def _get_query(self, name="limits", types=("int[]",), text="SELECT unnest(%s)"):
        return kept.KeptQuery(name, types, lambda _env, *values: SQL(text, *values))

    def test_name_of_a_function_follows_its_query(self):
        """Another text, other types, another name: never the function of before."""
        asked = [
            self._get_query(),
            self._get_query(name="others"),
            self._get_query(types=("bigint[]",)),
            self._get_query(text="SELECT unnest(%s) + 1"),
        ]
        names = [query.get_function(query.get_text(self.env)) for query in asked]
        self.assertEqual(len(set(names)), len(asked))
        for name in names:
            self.assertRegex(name, r"^sales_process_kept_(limits|others)_[0-9a-f]{12}$")
        same = self._get_query()
        self.assertEqual(names[0], same.get_function(same.get_text(self.env)))
        with patch.object(kept, "OPTIONS", "LANGUAGE plpgsql"):
            self.assertNotEqual(names[0], same.get_function(same.get_text(self.env)))

    def test_functions_of_others_stay(self):
        """Those are ours whose name begins so, in the schema of the database."""
        cr = self.env.cr
        cr.execute("CREATE SCHEMA elsewhere")
        for name in (
            "other_kept_function",
            "elsewhere.sales_process_kept_other",
            "sales_process_kept_before",
        ):
            cr.execute(f"CREATE FUNCTION {name}() RETURNS int RETURN 1")

        def find():
            cr.execute(
                "SELECT proname FROM pg_proc WHERE proname LIKE %s ORDER BY 1",
                ("%kept%",),
            )
            return [name for (name,) in cr.fetchall()]

        self.assertIn("sales_process_kept_before", find())
        kept.drop_functions(self.env)
        self.assertEqual(find(), ["other_kept_function", "sales_process_kept_other"])
        kept.drop_functions(self.env)
        kept.make_functions(self.env, [])
        self.assertEqual(find(), ["other_kept_function", "sales_process_kept_other"])

    def test_several_columns_and_nothing(self):
        """A function answers with the types of its query, and with no row, too."""
        before = getattr(self.env.registry, kept.FOUND)
        self.addCleanup(setattr, self.env.registry, kept.FOUND, before)
        query = self._get_query(
            types=("int[]", "text"),
            text="SELECT id, login, active FROM res_users"
            " WHERE id = ANY(%s) AND login = %s",
        )
        user = self.salesperson_a
        asked = (
            (user.ids, user.login, [(user.id, user.login, True)]),
            (user.ids, "nobody", []),
            ([], user.login, []),
            (
                (user | self.salesperson_b).ids,
                user.login,
                [(user.id, user.login, True)],
            ),
        )
        self.env.flush_all()
        for is_made in (False, True):
            if is_made:
                kept.make_functions(self.env, [query])
            kept.find_functions(self.env, [query])
            for ids, login, rows in asked:
                sent = query.get_query(self.env, ids, login)
                with self.subTest(is_made=is_made, ids=ids, login=login):
                    self.assertEqual(kept.PREFIX in sent.code, is_made)
                    self.assertEqual(self.env.execute_query(sent), rows)

    def test_a_database_without_the_language(self):
        """Nothing is made, what was there is gone, and queries go as text."""
        before = getattr(self.env.registry, kept.FOUND)
        self.addCleanup(setattr, self.env.registry, kept.FOUND, before)
        query = self._get_query()
        kept.make_functions(self.env, [query])
        execute = Cursor.execute

        def without(cursor, code, *arguments, **options):
            if code == "SELECT FROM pg_language WHERE lanname = 'plpgsql'":
                code += " AND FALSE"
            return execute(cursor, code, *arguments, **options)

        with patch.object(Cursor, "execute", without):
            kept.make_functions(self.env, [query])
        kept.find_functions(self.env, [query])
        self.assertEqual(getattr(self.env.registry, kept.FOUND), {})
        sent = query.get_query(self.env, [7])
        self.assertEqual(self.env.execute_query(sent), [(7,)])
