# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The import against a server that only remembers: what is created, in which order,
what happens to rows that it refuses, and that a second run changes nothing."""

import csv

import import_opportunities as script
import odoorpc.error
import opportunity_server
import pytest

PIPELINE = """\
opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value
O1,Moses Frase,GTXPro,Cancity,Won,10/25/2016,3/1/2017,1054
O2,Darcel Schlecht,GTXPro,Cancity,Lost,10/20/2016,3/11/2017,0
O3,Darcel Schlecht,MG Special,,Engaging,10/26/2016,,
O4,Moses Frase,MG Special,Isdom,Prospecting,,,
"""
TEAMS = """\
sales_agent,manager,regional_office
Moses Frase,Dustin Brinkmann,Central
Darcel Schlecht,Melvin Marxen,Central
"""
ARGUMENTS = """\
--column=id=opportunity_id
--column=name={product} {opportunity_id}
--column=salesperson=sales_agent
--column=stage=deal_stage
--column=start=engage_date
--column=close=close_date
--column=amount=close_value
--date-format=%m/%d/%Y
--stage=Prospecting=New
--stage=Engaging=Qualified
--people-column=salesperson=sales_agent
--people-column=leader=manager
--people-column=team={manager} ({regional_office})
--quiet
"""


class FakeServer(opportunity_server.Server):
    """Remembers what it is told; refuses leads of the names in ``refused``."""

    def __init__(self):
        super().__init__(None, "test")
        self.tables = {
            "crm.stage": [
                {"id": 1, "name": "New", "is_won": False},
                {"id": 2, "name": "Qualified", "is_won": False},
                {"id": 4, "name": "Won", "is_won": True},
            ],
            "res.users": [
                {
                    "id": 2,
                    "login": "admin",
                    "name": "Admin",
                    "email": False,
                    "active": True,
                }
            ],
        }
        self.names = {}
        self.loads = []
        self.refused = {}
        self.broken = set()
        self.last_id = 100

    def call(self, model, method, *args, **kwargs):
        if method == "search_read":
            return [dict(row) for row in self.tables.get(model, ())]
        if (model, method) == ("ir.model", "search_count"):
            return 0
        if method == "fields_get":
            return {}
        raise AssertionError(f"unexpected call {model}.{method}")

    def find(self, model, names):
        return {
            name: self.names[model, name]
            for name in names
            if (model, name) in self.names
        }

    def load(self, model, fields, rows):
        records = [dict(zip(fields, row, strict=True)) for row in rows]
        if any(record["name"] in self.broken for record in records):
            raise odoorpc.error.RPCError("the server fell over")
        errors = {
            index: self.refused[record["name"]]
            for index, record in enumerate(records)
            if record["name"] in self.refused
        }
        if errors:
            return False, errors
        ids = []
        for record in records:
            self.last_id += 1
            module, name = record["id"].split(".")
            assert module == script.MODULE
            assert (model, name) not in self.names, "created twice"
            self.names[model, name] = self.last_id
            values = {**record, "id": self.last_id, "active": True, "email": False}
            if model == "crm.team":
                values.update(make_team(self.last_id, record["name"]))
            self.tables.setdefault(model, []).append(values)
            ids.append(self.last_id)
        self.loads.append((model, records))
        return ids, {}

    def loaded(self, model):
        return [
            record
            for name, records in self.loads
            if name == model
            for record in records
        ]


def make_team(team_id, name, sequence=10, leader=False):
    leader = [leader, "Leader"] if leader else False
    return {"id": team_id, "name": name, "sequence": sequence, "user_id": leader}


@pytest.fixture
def files(tmp_path):
    (tmp_path / "pipeline.csv").write_text(PIPELINE)
    (tmp_path / "teams.csv").write_text(TEAMS)
    (tmp_path / "settings.args").write_text(ARGUMENTS)
    return tmp_path


@pytest.fixture
def server(monkeypatch):
    server = FakeServer()
    monkeypatch.setenv("ODOO_PASSWORD", "secret")
    monkeypatch.setattr(script, "connect", lambda options, password: server)
    return server


def run(files, *arguments, people=True):
    options = [f"@{files}/settings.args", f"{files}/pipeline.csv"]
    options += ["--database", "test", "--rejects", f"{files}/rejects.csv"]
    if people:
        options += ["--people", f"{files}/teams.csv"]
    return script.run(script.parse_arguments([*options, *arguments]))


def read_rejects(files):
    with open(files / "rejects.csv", encoding="utf-8-sig", newline="") as file:
        return [(int(row["line"]), row["reason"]) for row in csv.DictReader(file)]


def test_import(files, server):
    assert run(files, "--create-users", "--timezone", "America/New_York") == 0
    users = {row["name"]: row for row in server.loaded("res.users")}
    assert sorted(users) == [
        *("Darcel Schlecht", "Dustin Brinkmann", "Melvin Marxen", "Moses Frase"),
    ]
    assert users["Moses Frase"]["login"] == "moses.frase"
    assert users["Moses Frase"]["group_ids/id"] == script.SALESPERSON_GROUP
    assert users["Dustin Brinkmann"]["group_ids/id"] == script.LEADER_GROUP
    assert users["Dustin Brinkmann"]["tz"] == "America/New_York"
    ids = {row["name"]: str(row["id"]) for row in server.tables["res.users"]}
    teams = {row["name"]: row for row in server.loaded("crm.team")}
    team = teams["Dustin Brinkmann (Central)"]
    assert team["user_id/.id"] == ids["Dustin Brinkmann"]
    assert team["member_ids/.id"] == ids["Moses Frase"]
    accounts = [row["name"] for row in server.loaded("res.partner")]
    assert sorted(accounts) == ["Cancity", "Isdom"]

    leads = server.loaded("crm.lead")
    # lost ones apart; the others by first contact, without a date last
    assert [lead["name"].split()[-1] for lead in leads] == ["O2", "O1", "O3", "O4"]
    lost, won, no_account, no_date = leads
    assert (lost["active"], lost["probability"], lost["stage_id/.id"]) == (
        "0",
        "0",
        "1",
    )
    assert lost["date_closed"] == "2017-03-11 12:00:00"
    assert "active" not in won and "probability" not in won
    assert (won["stage_id/.id"], won["expected_revenue"]) == ("4", "1054.0")
    assert won["date_open"] == "2016-10-25 12:00:00"
    assert won["user_id/.id"] == ids["Moses Frase"]
    assert (no_account["partner_id/.id"], no_account["stage_id/.id"]) == ("", "2")
    assert (no_date["date_open"], no_date["date_closed"]) == ("", "")
    assert read_rejects(files) == []


def test_second_run_changes_nothing(files, server):
    run(files, "--create-users")
    count = len(server.loads)
    assert run(files, "--create-users") == 0
    assert len(server.loads) == count


def test_resume(files, server):
    """What a stopped run has not brought is brought by the next one."""
    server.broken = {"MG Special O4"}
    assert run(files, "--create-users", "--batch", "1") == 1
    assert read_rejects(files) == [(5, "the server fell over")]
    server.broken = set()
    assert run(files, "--create-users", "--batch", "1") == 0
    assert len(server.loaded("crm.lead")) == 4
    assert server.loads[-1][1][0]["name"] == "MG Special O4"


def test_dry_run(files, server, capsys):
    assert run(files, "--create-users", "--dry-run") == 0
    assert server.loads == []
    output = capsys.readouterr().out
    for line in ("Would be imported:", "users: 4", "teams: 2", "opportunities: 4"):
        assert line in output


def test_unknown_salesperson(files, server):
    """Without --create-users nobody is invented; without people list all are."""
    assert run(files) == 1
    assert [line for line, _reason in read_rejects(files)] == [2, 3, 4, 5]
    assert read_rejects(files)[0][1] == "unknown salesperson 'Moses Frase'"
    assert server.loads == []
    assert run(files, "--create-users", people=False) == 0
    assert len(server.loaded("res.users")) == 2


def test_salesperson_missing_in_list(files, server):
    """A typo does not become a user: the list of people is the truth."""
    text = (
        (files / "pipeline.csv").read_text().replace("O4,Moses Frase", "O4,Moses Fras")
    )
    (files / "pipeline.csv").write_text(text)
    assert run(files, "--create-users") == 1
    assert read_rejects(files) == [(5, "unknown salesperson 'Moses Fras'")]
    assert len(server.loaded("crm.lead")) == 3


def test_existing_people_and_accounts(files, server):
    """Found by login, e-mail or name; two of a name are nobody's guess."""
    users = [("moses", "Moses Frase", False), ("x", "D. S.", "darcel schlecht")]
    server.tables["res.users"] += [
        {"id": 10 + index, "login": login, "name": name, "email": email, "active": True}
        for index, (login, name, email) in enumerate(users)
    ]
    server.tables["crm.team"] = [
        make_team(30, "Dustin Brinkmann (Central)"),
        make_team(31, "Melvin Marxen (Central)"),
    ]
    server.tables["res.partner"] = [
        {"id": 20, "name": "Cancity", "active": True},
        {"id": 21, "name": "Isdom", "active": True},
        {"id": 22, "name": "Isdom", "active": True},
    ]
    assert run(files) == 1
    assert read_rejects(files) == [(5, "2 companies are called 'Isdom'")]
    leads = {lead["name"].split()[-1]: lead for lead in server.loaded("crm.lead")}
    assert (leads["O1"]["user_id/.id"], leads["O1"]["partner_id/.id"]) == ("10", "20")
    assert leads["O3"]["user_id/.id"] == "11"
    assert leads["O3"]["team_id/.id"] == "31"
    server.tables["res.users"].append(
        {"id": 12, "login": "m2", "name": "Moses Frase", "email": False, "active": True}
    )
    (files / "pipeline.csv").write_text(PIPELINE.replace("O1,", "O9,"))
    assert run(files) == 1
    assert (2, "2 users are called 'Moses Frase'") in read_rejects(files)


def test_row_without_team(files, server):
    """The team of the salesperson, as Odoo gives it to a lead made by hand."""
    names = {10: "Moses Frase", 11: "Darcel Schlecht"}
    server.tables["res.users"] += [
        {"id": key, "login": name, "name": name, "email": False, "active": True}
        for key, name in names.items()
    ]
    server.tables["crm.team"] = [
        make_team(30, "Late", sequence=20),
        make_team(31, "Early"),
        make_team(32, "Darcel leads", leader=11),
    ]
    server.tables["crm.team.member"] = [
        {"user_id": [10, "Moses Frase"], "crm_team_id": [team, "Team"]}
        for team in (30, 31)
    ]
    assert run(files, people=False) == 0
    teams = {
        row["user_id/.id"]: row["team_id/.id"] for row in server.loaded("crm.lead")
    }
    assert teams == {"10": "31", "11": "32"}


def test_unknown_stage_and_team(files, server):
    text = PIPELINE.replace("Prospecting", "Dreaming")
    (files / "pipeline.csv").write_text(text)
    assert run(files, "--create-users") == 1
    assert read_rejects(files) == [(5, "unknown stage 'Dreaming'")]
    assert run(files, "--create-users", "--stage=Dreaming=Nowhere") == 1
    assert read_rejects(files) == [(5, "unknown stage 'Nowhere'")]
    assert run(files, "--create-users", "--stage=Dreaming=Qualified") == 0


def test_refused_rows(files, server):
    """One row that Odoo refuses does not take its batch with it."""
    server.refused = {"MG Special O3": "no such thing"}
    assert run(files, "--create-users") == 1
    assert read_rejects(files) == [(4, "no such thing")]
    assert len(server.loaded("crm.lead")) == 3


def test_refused_without_row(files, server, monkeypatch):
    """Odoo does not always say which row it means: then they go one by one."""
    load = server.load

    def load_all_or_none(model, fields, rows):
        ids, errors = load(model, fields, rows)
        return ids, dict.fromkeys([-1] * len(errors), "no such thing")

    monkeypatch.setattr(server, "load", load_all_or_none)
    server.refused = {"MG Special O3": "no such thing"}
    assert run(files, "--create-users") == 1
    assert read_rejects(files) == [(4, "no such thing")]
    assert len(server.loaded("crm.lead")) == 3


def test_people_who_cannot_be_created(files, server):
    """Without its people the import stops before the first lead."""
    server.refused = {"Moses Frase": "Login exists"}
    with pytest.raises(script.ImportFailure, match="Moses Frase: Login exists"):
        run(files, "--create-users")
    assert server.loaded("crm.lead") == []


def test_process_mode_needs_the_addon(files, server):
    with pytest.raises(script.ImportFailure, match="sales_process_mgmt"):
        run(files, "--create-users", "--process-mode", "observe")


def test_address(files):
    for url in ("localhost:8069", "ftp://localhost", "http://"):
        options = script.parse_arguments(["x.csv", "--database", "d", "--url", url])
        with pytest.raises(script.ImportFailure, match="not the address"):
            script.connect(options, "secret")


def test_rejects_file_is_tried_first(files, server):
    with pytest.raises(script.FileError, match=r"none/rejects\.csv: No such file"):
        run(files, "--create-users", "--rejects", f"{files}/none/rejects.csv")
    assert server.loads == []


def test_corrected_rejects_are_imported(files, server):
    """The rejects file is a file to import, once the reason is gone."""
    text = PIPELINE.replace("10/26/2016", "26.10.2016")
    (files / "pipeline.csv").write_text(text)
    assert run(files, "--create-users") == 1
    rejects = (files / "rejects.csv").read_text(encoding="utf-8-sig")
    assert len(rejects.splitlines()) == 2
    (files / "pipeline.csv").write_text(rejects.replace("26.10.2016,", "10/26/2016,"))
    assert run(files, "--create-users") == 0
    assert server.loads[-1][1][0]["name"] == "MG Special O3"
    assert len(server.loaded("crm.lead")) == 4
