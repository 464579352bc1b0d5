# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import threading
from contextlib import contextmanager
from time import sleep
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service import model as service_model
from odoo.tests import BaseCase, get_db_name

TABLES_BY_TEAM = (
    "sales_process_conflict",
    "sales_process_release_line",
    "sales_process_release_run",
    "sales_process_followup",
    "sales_process_duty",
)


class SalesProcessRaceCase(BaseCase):
    """Races between real connections: everything is committed, then removed."""

    # by what the team of the racers works, besides the process
    team_values = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        cls.addClassCleanup(cls._remove_records)
        with cls._environment() as env:
            company = env.ref("base.main_company")
            # every race is a look-up, and there are more than people make in an hour
            cls.lookup_limit = company.process_lookup_limit
            company.process_lookup_limit = 0
            group = env.ref("sales_team.group_sale_salesman")
            users = env["res.users"].create(
                [
                    {
                        "name": f"Racer {number}",
                        "login": f"race_{number}_{company.id}",
                        "group_ids": [(6, 0, group.ids)],
                        "company_id": company.id,
                        "company_ids": [(6, 0, company.ids)],
                        "tz": "Asia/Shanghai",
                    }
                    for number in range(3)
                ]
            )
            team = env["crm.team"].create(
                {
                    "name": "Race Team",
                    "company_id": company.id,
                    "process_mode": "enforce",
                    # the digest has a race of its own
                    "process_notice": "now",
                    "process_quiet_from": 0.0,
                    "process_quiet_to": 0.0,
                    **cls.team_values,
                    "user_id": users[2].id,
                    "crm_team_member_ids": [
                        (0, 0, {"user_id": user.id}) for user in users[:2]
                    ],
                }
            )
            cls.user_ids = users.ids
            cls.partner_ids = users.partner_id.ids
            cls.team_id = team.id
            cls.company_id = company.id
        # Odoo waits up to seconds before it repeats a lost race: a tenth of it here.
        # Without any all tries are over while whoever has the turn still works.
        cls.classPatch(
            service_model.time, "sleep", lambda seconds: sleep(min(seconds, 1) / 10)
        )

    @classmethod
    @contextmanager
    def _environment(cls, user_id=SUPERUSER_ID, **context):
        """An environment on a connection of its own, committed at the end."""
        with cls.registry.cursor() as cr:
            yield api.Environment(cr, user_id, context)

    @classmethod
    def _remove_records(cls):
        with cls.registry.cursor() as cr:
            team = (cls.team_id,)
            cr.execute(
                "UPDATE res_company SET process_lookup_limit = %s"
                " WHERE id = (SELECT company_id FROM crm_team WHERE id IN %s)",
                (cls.lookup_limit, team),
            )
            # what they were told stands on no record; other tests count it
            cr.execute(
                "DELETE FROM mail_message"
                " USING mail_notification notification, res_users"
                " WHERE notification.mail_message_id = mail_message.id"
                " AND notification.res_partner_id = res_users.partner_id"
                " AND res_users.id IN %s",
                (tuple(cls.user_ids),),
            )
            for table in TABLES_BY_TEAM:
                cr.execute("SELECT to_regclass(%s)", (table,))
                if cr.fetchone()[0]:
                    cr.execute(f"DELETE FROM {table} WHERE team_id IN %s", (team,))
            cr.execute(
                "SELECT id FROM sales_process_ownership WHERE team_id IN %s", (team,)
            )
            ownership_ids = tuple(row[0] for row in cr.fetchall()) or (0,)
            cr.execute("DELETE FROM crm_lead WHERE team_id IN %s", (team,))
            cr.execute(
                "UPDATE sales_process_ownership SET previous_id = NULL, root_id = NULL"
                " WHERE id IN %s",
                (ownership_ids,),
            )
            cr.execute(
                "DELETE FROM sales_process_ownership WHERE id IN %s", (ownership_ids,)
            )
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["crm.team"].browse(cls.team_id).unlink()
            env["res.users"].browse(cls.user_ids).unlink()
            env["res.partner"].browse(cls.partner_ids).exists().unlink()

    @classmethod
    def _delete_rows(cls, *places):
        """Delete what was committed, also where no method deletes it.

        :param places: table, column and value of each, in their order
        """
        with cls.registry.cursor() as cr:
            for table, column, value in places:
                cr.execute(f"DELETE FROM {table} WHERE {column} = %s", (value,))
        # the tests that follow know nothing of it
        cls.registry.clear_cache()

    @staticmethod
    def _calling(find, name, *args):
        """What a racer does: call a method of what is found in a window of its own.

        :param find: function of an environment that returns records
        :param str name: of the method
        :return: function of an environment, for :meth:`_race`, that returns True
        """

        def work(env):
            getattr(find(env), name)(*args)
            env.flush_all()
            return True

        return work

    def _race(self, *works):
        """Run each of ``works`` on a connection of its own, all at one instant.

        :param works: pairs of user id and function of an environment
        :return: list of the result or the exception of each
        """
        barrier = threading.Barrier(len(works))
        outcomes = [None] * len(works)

        def run(position, user_id, work):
            try:
                with self.registry.cursor() as cr:
                    env = api.Environment(cr, user_id, {})

                    def attempt():
                        # the snapshot is taken before the others may commit
                        env.cr.execute("SELECT 1 FROM res_users LIMIT 1")
                        if not barrier.broken and not attempt.waited:
                            attempt.waited = True
                            barrier.wait(timeout=10)
                        return work(env)

                    attempt.waited = False
                    outcomes[position] = service_model.retrying(attempt, env)
            except Exception as error:  # the outcome is what the test looks at
                outcomes[position] = error

        threads = [
            threading.Thread(target=run, args=(position, user_id, work))
            for position, (user_id, work) in enumerate(works)
        ]
        with patch.object(service_model, "MAX_TRIES_ON_CONCURRENCY_FAILURE", 20):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(timeout=60)
        return outcomes
