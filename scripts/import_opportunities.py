#!/usr/bin/env python3
# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Bring opportunities from a CSV file into a running Odoo 19, over its public API.

Salesperson, team, account, dates and stage are imported in the order of the first
contact. What is there already is left alone: a run that was stopped is resumed by
running it again, and a second run changes nothing. Rows that cannot be imported are
written to a file with their line and the reason. See scripts/README.md.
"""

import argparse
import os
import sys
from getpass import getpass
from pathlib import Path
from urllib.error import URLError

import odoorpc.error
from opportunity_rows import (
    FIELDS,
    PEOPLE_FIELDS,
    FileError,
    Person,
    Reject,
    RowError,
    fold,
    open_table,
    parse_columns,
    parse_stages,
    read_people,
    read_rows,
    write_rejects,
)
from opportunity_server import MODULE, ImportFailure, connect, describe_process
from tqdm import tqdm

SALESPERSON_GROUP = "sales_team.group_sale_salesman"
LEADER_GROUP = "sales_team.group_sale_salesman_all_leads"
LEAD_FIELDS = [
    "id",
    "type",
    "name",
    "user_id/.id",
    "team_id/.id",
    "partner_id/.id",
    "stage_id/.id",
    "date_open",
    "date_closed",
    "expected_revenue",
]
LOST_FIELDS = [*LEAD_FIELDS, "active", "probability"]


class Importer:
    """Imports opportunities and what they need."""

    def __init__(self, server, options, people):
        self.server = server
        self.options = options
        self.people = people
        self.users = {}
        self.teams = {}
        self.team_by_user = {}
        self.accounts = {}
        self.stages = {}
        self.rejects = []
        self.counts = dict.fromkeys(
            ("users", "teams", "accounts", "opportunities", "already there"), 0
        )

    def run(self, rows):
        """Import the rows that are not there yet."""
        names = {row.key: self.server.name("opportunity", row.key) for row in rows}
        known = self.server.find("crm.lead", names.values())
        todo = [row for row in rows if names[row.key] not in known]
        self.counts["already there"] = len(rows) - len(todo)
        self.load_stages()
        todo = self.check(todo, self.get_stage)
        self.load_users(todo)
        todo = self.check(todo, self.get_user)
        self.load_teams(todo)
        todo = self.check(todo, self.get_team)
        self.load_accounts(todo)
        todo = self.check(todo, self.get_account)
        if self.options.dry_run:
            self.counts["opportunities"] = len(todo)
            return
        # Lost opportunities hold nobody's customer, and need two more columns. They
        # come first, so that Odoo's prediction has seen failures before open ones.
        lost = [row for row in todo if row.status == "lost"]
        running = [row for row in todo if row.status != "lost"]
        with tqdm(total=len(todo), unit="row", disable=self.options.quiet) as bar:
            for part, fields in ((lost, LOST_FIELDS), (running, LEAD_FIELDS)):
                for start in range(0, len(part), self.options.batch):
                    batch = part[start : start + self.options.batch]
                    self.load_leads(batch, fields, names)
                    bar.update(len(batch))

    def check(self, rows, get):
        """Leave out the rows for which there is no such value."""
        kept = []
        for row in rows:
            try:
                get(row)
            except RowError as error:
                self.rejects.append(Reject(row.line, str(error), row.raw))
            else:
                kept.append(row)
        return kept

    # -- stages -----------------------------------------------------------

    def load_stages(self):
        stages = self.server.search_read("crm.stage", [], ["name", "is_won"])
        for stage in stages:
            self.stages.setdefault(fold(stage["name"]), stage["id"])
        won = [stage["id"] for stage in stages if stage["is_won"]]
        if not stages or not won:
            raise ImportFailure("Odoo has no stage for won opportunities.")
        self.won_stage, self.first_stage = won[0], stages[0]["id"]

    def get_stage(self, row):
        name = self.options.stages.get(fold(row.stage))
        if name is None and row.status == "won":
            return self.won_stage
        if name is None and row.status == "lost":
            return self.first_stage
        stage = self.stages.get(fold(name or row.stage))
        if not stage:
            raise RowError(f"unknown stage {name or row.stage!r}")
        return stage

    # -- people -----------------------------------------------------------

    def load_users(self, rows):
        """Who is who: by login, e-mail or name; create who is missing if asked."""
        for user in self.server.search_read(
            "res.users", [("share", "=", False)], ["login", "email", "name", "active"]
        ):
            if user["active"]:
                for value in {
                    fold(user[key] or "") for key in ("login", "email", "name")
                }:
                    self.users.setdefault(value, set()).add(user["id"])
        self.users.pop("", None)
        if not self.options.create_users:
            return
        wanted = {}
        people = list(self.people.values())
        if not people:
            people = [Person(row.salesperson) for row in rows if row.salesperson]
        for person in people:
            wanted.setdefault(fold(person.name), (person.name, SALESPERSON_GROUP))
        for person in people:
            if person.leader:
                wanted[fold(person.leader)] = (person.leader, LEADER_GROUP)
        values = [
            [self.server.name("user", key), name, key.replace(" ", "."), group]
            + [self.options.timezone or ""]
            for key, (name, group) in wanted.items()
            if key not in self.users
        ]
        fields = ["id", "name", "login", "group_ids/id", "tz"]
        ids = self.create("users", "res.users", fields, values)
        for row, user_id in zip(values, ids, strict=True):
            self.users[fold(row[1])] = {user_id}

    def get_user(self, row):
        if not row.salesperson:
            return False
        users = self.users.get(fold(row.salesperson), ())
        if not users:
            raise RowError(f"unknown salesperson {row.salesperson!r}")
        if len(users) > 1:
            raise RowError(f"{len(users)} users are called {row.salesperson!r}")
        return next(iter(users))

    # -- teams ------------------------------------------------------------

    def get_team_name(self, row):
        person = self.people.get(fold(row.salesperson))
        return row.team or (person.team if person else "")

    def load_teams(self, rows):
        teams = self.server.search_read(
            "crm.team", [("active", "=", True)], ["name", "sequence", "user_id"]
        )
        for team in teams:
            self.teams.setdefault(fold(team["name"]), team["id"])
        self.load_team_of_users(teams)
        if not self.options.create_users:
            return
        leaders = {fold(person.team): person.leader for person in self.people.values()}
        names = {fold(person.team): person.team for person in self.people.values()}
        names.update({fold(row.team): row.team for row in rows})
        fields = ["id", "name", "user_id/.id", "member_ids/.id"]
        if self.options.process_mode:
            if not self.server.has_field("crm.team", "process_mode"):
                raise ImportFailure(
                    "--process-mode needs the addon sales_process_mgmt in the database."
                )
            fields.append("process_mode")
        values = []
        for key, name in sorted(names.items()):
            if name and key not in self.teams:
                leader = next(iter(self.users.get(fold(leaders.get(key)), ())), "")
                members = ",".join(
                    str(user)
                    for person in self.people.values()
                    if fold(person.team) == key
                    for user in self.users.get(fold(person.name), ())
                )
                values.append(
                    [self.server.name("team", key), name, str(leader or ""), members]
                )
                if self.options.process_mode:
                    values[-1].append(self.options.process_mode)
        ids = self.create("teams", "crm.team", fields, values)
        self.teams.update(zip((fold(row[1]) for row in values), ids, strict=True))

    def load_team_of_users(self, teams):
        """For rows without a team: the first that the salesperson is in, or leads."""
        members = {}
        for member in self.server.search_read(
            "crm.team.member", [("active", "=", True)], ["user_id", "crm_team_id"]
        ):
            members.setdefault(member["crm_team_id"][0], []).append(member["user_id"])
        for team in sorted(teams, key=lambda team: (team["sequence"], team["id"])):
            for user in [*members.get(team["id"], ()), team["user_id"]]:
                if user:
                    self.team_by_user.setdefault(user[0], team["id"])

    def get_team(self, row):
        name = self.get_team_name(row)
        if not name:
            return self.team_by_user.get(self.get_user(row), False)
        if fold(name) not in self.teams:
            raise RowError(f"unknown team {name!r}")
        return self.teams[fold(name)]

    # -- accounts ---------------------------------------------------------

    def load_accounts(self, rows):
        """The companies: imported before, of the same name, or new ones."""
        names = {}
        for row in rows:
            if row.account:
                names.setdefault(fold(row.account), row.account)
        external = {key: self.server.name("account", key) for key in names}
        known = self.server.find("res.partner", external.values())
        for key, name in external.items():
            if name in known:
                self.accounts[key] = {known[name]}
        missing = [name for key, name in names.items() if key not in self.accounts]
        for partner in self.server.search_read(
            "res.partner",
            [("name", "in", missing), ("is_company", "=", True)],
            ["name", "active"],
        ):
            if partner["active"]:
                self.accounts.setdefault(fold(partner["name"]), set()).add(
                    partner["id"]
                )
        values = [
            [external[key], name, "1"]
            for key, name in names.items()
            if key not in self.accounts
        ]
        ids = self.create(
            "accounts", "res.partner", ["id", "name", "is_company"], values
        )
        for row, account_id in zip(values, ids, strict=True):
            self.accounts[fold(row[1])] = {account_id}

    def get_account(self, row):
        if not row.account:
            return False
        accounts = self.accounts[fold(row.account)]
        if len(accounts) > 1:
            raise RowError(f"{len(accounts)} companies are called {row.account!r}")
        return next(iter(accounts))

    # -- writing ----------------------------------------------------------

    def create(self, label, model, fields, rows):
        """Create what opportunities need; a failure here stops the import.

        :return: list of ids, of zeros in a dry run
        """
        self.counts[label] = len(rows)
        if self.options.dry_run or not rows:
            return [0] * len(rows)
        rows = [[f"{MODULE}.{row[0]}", *row[1:]] for row in rows]
        ids, errors = self.server.load(model, fields, rows)
        if not ids:
            reasons = "; ".join(
                f"{rows[index][1]}: {reason}" for index, reason in errors.items()
            )
            raise ImportFailure(f"The {label} cannot be created. {reasons}")
        return ids

    def prepare_lead(self, row, name):
        def noon(day):
            return f"{day} 12:00:00" if day else ""

        values = [
            f"{MODULE}.{name}",
            "opportunity",
            row.name,
            str(self.get_user(row) or ""),
            str(self.get_team(row) or ""),
            str(self.get_account(row) or ""),
            str(self.get_stage(row)),
            noon(row.start),
            noon(row.close) if row.status != "open" else "",
            "" if row.amount is None else str(row.amount),
        ]
        return values + ["0", "0"] if row.status == "lost" else values

    def load_leads(self, rows, fields, names):
        """Import a batch; rows that Odoo refuses are left out and named."""
        while rows:
            values = [self.prepare_lead(row, names[row.key]) for row in rows]
            try:
                ids, errors = self.server.load("crm.lead", fields, values)
            except odoorpc.error.RPCError as error:
                if len(rows) > 1:
                    for row in rows:
                        self.load_leads([row], fields, names)
                    return
                ids, errors = False, {0: str(error)}
            if ids:
                self.counts["opportunities"] += len(ids)
                return
            if not errors.keys() & set(range(len(rows))):
                if len(rows) > 1:
                    for row in rows:
                        self.load_leads([row], fields, names)
                    return
                errors = {0: next(iter(errors.values()), "refused without a reason")}
            for index, reason in errors.items():
                if 0 <= index < len(rows):
                    row = rows[index]
                    self.rejects.append(Reject(row.line, reason, row.raw))
            rows = [row for index, row in enumerate(rows) if index not in errors]


def parse_arguments(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__.partition("\n")[0],
        epilog="The password is taken from the variable ODOO_PASSWORD, else asked for. "
        "@FILE reads arguments from a file, one a line.",
        fromfile_prefix_chars="@",
    )
    parser.add_argument("file", type=Path, help="the opportunities, CSV")
    server = parser.add_argument_group("Odoo")
    server.add_argument("--url", default="http://localhost:8069")
    server.add_argument("--database", required=True)
    server.add_argument("--user", default="admin", help="login (default: admin)")
    server.add_argument("--timeout", type=int, default=900, help="seconds for a batch")
    table = parser.add_argument_group("the file")
    table.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="FIELD=HEADER",
        help=f"where a value stands; fields: {', '.join(FIELDS)}. A header with braces "
        "is a template: name='{product} {size}'",
    )
    table.add_argument(
        "--date-format",
        action="append",
        metavar="FORMAT",
        help="as of strptime, may be repeated (default: %%Y-%%m-%%d)",
    )
    table.add_argument("--encoding", default="utf-8-sig")
    table.add_argument("--delimiter", default=",")
    table.add_argument(
        "--decimal",
        choices=(".", ","),
        help="decimal sign of the amounts; without it amounts that can be read in two "
        "ways are rejected",
    )
    table.add_argument(
        "--stage",
        action="append",
        default=[],
        metavar="VALUE=STAGE",
        help="the stage in Odoo for a value; without it, the stage of that name",
    )
    table.add_argument("--won", action="append", help="value that means won (Won)")
    table.add_argument("--lost", action="append", help="value that means lost (Lost)")
    people = parser.add_argument_group("people")
    people.add_argument("--people", type=Path, help="who is in which team, CSV")
    people.add_argument(
        "--people-column",
        action="append",
        default=[],
        metavar="FIELD=HEADER",
        help=f"fields: {', '.join(PEOPLE_FIELDS)}",
    )
    people.add_argument(
        "--create-users",
        action="store_true",
        help="create missing salespeople, without password, and missing teams",
    )
    people.add_argument("--timezone", help="of the users that are created")
    people.add_argument(
        "--process-mode",
        choices=("off", "observe", "enforce"),
        help="of the teams that are created, where the sales process is installed",
    )
    run = parser.add_argument_group("the run")
    run.add_argument(
        "--dry-run", action="store_true", help="only say what would happen"
    )
    run.add_argument("--rejects", type=Path, help="(default: FILE.rejects.csv, here)")
    run.add_argument("--prefix", default="opportunities", help="of external ids")
    run.add_argument("--batch", type=int, default=200, help="rows in a transaction")
    run.add_argument("--quiet", action="store_true", help="no progress bar")
    options = parser.parse_args(arguments)
    if options.batch < 1:
        parser.error("--batch must be at least 1")
    options.date_format = options.date_format or ["%Y-%m-%d"]
    options.rejects = options.rejects or Path(f"{options.file.name}.rejects.csv")
    return options


def run(options):
    """Import the file; say what was done.

    :return: exit code: 1 if rows were rejected
    """
    columns = parse_columns(options.column)
    options.stages = parse_stages(options.stage)
    how = (options.encoding, options.delimiter)
    headers, table = open_table(options.file, *how, columns, FIELDS)
    rows, rejects = read_rows(
        table,
        columns,
        options.date_format,
        options.won or ["Won"],
        options.lost or ["Lost"],
        options.decimal,
    )
    people = {}
    if options.people:
        people_columns = parse_columns(options.people_column, PEOPLE_FIELDS)
        _headers, lines = open_table(
            options.people, *how, people_columns, PEOPLE_FIELDS
        )
        people = read_people(lines, people_columns)
    # Now, and not after an hour: it may be a place where nobody can write.
    write_rejects(
        options.rejects, headers, rejects, options.encoding, options.delimiter
    )
    password = os.environ.get("ODOO_PASSWORD")
    if password is None:
        password = getpass(f"Password of {options.user}: ")
    server = connect(options, password)
    importer = Importer(server, options, people)
    try:
        importer.run(rows)
    finally:
        rejects += importer.rejects
        write_rejects(
            options.rejects, headers, rejects, options.encoding, options.delimiter
        )
    print("Would be imported:" if options.dry_run else "Imported:")
    for label, count in importer.counts.items():
        print(f"  {label}: {count}")
    print(f"  rejected: {len(rejects)}", end="")
    print(f", see {options.rejects}" if rejects else "")
    for line in describe_process(server):
        print(f"  {line}")
    return 1 if rejects else 0


def main():
    options = parse_arguments()
    try:
        return run(options)
    except (FileError, ImportFailure) as error:
        print(error, file=sys.stderr)
    except odoorpc.error.RPCError as error:
        print(f"Odoo refuses: {error}", file=sys.stderr)
    except (URLError, OSError, odoorpc.error.Error) as error:
        print(f"The connection broke: {error}. Run it again to go on.", file=sys.stderr)
    except EOFError:
        print(
            "Nobody can be asked for the password: set ODOO_PASSWORD.", file=sys.stderr
        )
    except KeyboardInterrupt:
        print("Stopped. Run it again to go on.", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
