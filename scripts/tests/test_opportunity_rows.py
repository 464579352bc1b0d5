# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import csv
import random
from datetime import date

import pytest
from opportunity_rows import (
    FIELDS,
    PEOPLE_FIELDS,
    FileError,
    RowError,
    external_name,
    fold,
    get_value,
    open_table,
    parse_amount,
    parse_columns,
    parse_date,
    parse_stages,
    read_people,
    read_rows,
    write_rejects,
)

HEADER = "id,salesperson,account,stage,start,close,amount"
US_DATE = ["%m/%d/%Y"]


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def read(tmp_path, *lines, header=HEADER, columns=None, formats=("%Y-%m-%d",)):
    path = write(tmp_path / "rows.csv", "\n".join([header, *lines]) + "\n")
    columns = columns or {}
    _headers, table = open_table(path, "utf-8-sig", ",", columns, FIELDS)
    return read_rows(table, columns, formats)


# -- settings ---------------------------------------------------------------


def test_columns():
    assert parse_columns(["id=Nr", "name={a} {b}"]) == {"id": "Nr", "name": "{a} {b}"}
    assert parse_columns(["account= Kunde = 1"]) == {"account": "Kunde = 1"}


@pytest.mark.parametrize("setting", ["id", "id=", "id= ", "=x", "colour=x", ""])
def test_wrong_column(setting):
    with pytest.raises(FileError, match="FIELD=HEADER"):
        parse_columns([setting])


def test_stages():
    assert parse_stages(["Engaging=Qualified"]) == {"engaging": "Qualified"}
    for setting in ("Engaging", "=New", "Engaging="):
        with pytest.raises(FileError, match="VALUE=STAGE"):
            parse_stages([setting])


def test_template():
    raw = {"product": "GTX  Pro", "no": "7", "empty": None}
    assert get_value(raw, "product") == "GTX Pro"
    assert get_value(raw, "{product} ({no})") == "GTX Pro (7)"
    assert get_value(raw, "{empty} {no}") == "7"
    assert get_value(raw, "missing") == ""


# -- values -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "formats", "expected"),
    [
        ("", US_DATE, None),
        ("  ", US_DATE, None),
        (None, US_DATE, None),
        ("10/20/2016", US_DATE, date(2016, 10, 20)),
        ("1/2/2017", US_DATE, date(2017, 1, 2)),
        ("2/29/2016", US_DATE, date(2016, 2, 29)),
        ("2016-10-20", ["%m/%d/%Y", "%Y-%m-%d"], date(2016, 10, 20)),
    ],
)
def test_date(text, formats, expected):
    assert parse_date(text, formats) == expected


@pytest.mark.parametrize("text", ["20/10/2016", "2/29/2017", "soon", "10/20/16 9:00"])
def test_wrong_date(text):
    with pytest.raises(RowError, match="is not a date of the form %m/%d/%Y"):
        parse_date(text, US_DATE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("0", 0.0),
        ("1054", 1054.0),
        ("1,054.50", 1054.5),
        ("-5", -5.0),
        ("$1,234,567", 1234567.0),
        ("¥ 300", 300.0),
    ],
)
def test_amount(text, expected):
    assert parse_amount(text) == expected


@pytest.mark.parametrize(
    "text", ["ten", "1.054,50", "1,05", "1 000", "1e3", "nan", "--1"]
)
def test_wrong_amount(text):
    with pytest.raises(RowError, match="is not an amount"):
        parse_amount(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("12.500", 12500.0), ("12.500,00", 12500.0), ("12,5", 12.5), ("-7,25", -7.25)],
)
def test_amount_with_decimal_comma(text, expected):
    assert parse_amount(text, ",") == expected


def test_doubtful_amounts(tmp_path):
    """Where a file has commas before the cents, nobody knows what 12.500 is."""
    lines = ("A,,,New,,,12.500", 'B,,,New,,,"12,50"', "C,,,New,,,700")
    rows, rejects = read(tmp_path, *lines)
    assert [row.key for row in rows] == ["C"]
    assert "two ways" in rejects[0].reason
    rows, rejects = read(tmp_path, *lines[::2])
    assert [row.amount for row in rows] == [12.5, 700.0], "nothing speaks for a comma"
    path = tmp_path / "rows.csv"
    write(path, "\n".join([HEADER, *lines]) + "\n")
    _headers, table = open_table(path, "utf-8-sig", ",", {}, FIELDS)
    rows, rejects = read_rows(table, {}, ["%Y-%m-%d"], decimal=",")
    assert not rejects
    assert [row.amount for row in rows] == [12500.0, 12.5, 700.0]


def test_first_contact_by_the_hour(tmp_path):
    rows, _rejects = read(
        tmp_path,
        "late,,,New,2026-11-10 21:35,,",
        "early,,,New,2026-11-10 09:05,,",
        "never,,,New,,,",
        formats=["%Y-%m-%d %H:%M"],
    )
    assert [row.key for row in rows] == ["early", "late", "never"]
    assert rows[0].start == date(2026, 11, 10)
    rows, _rejects = read(
        tmp_path,
        "late,,,New,2026-11-10T21:35:00+00:00,,",
        "early,,,New,2026-11-11T01:05:00+08:00,,",
        formats=["%Y-%m-%dT%H:%M:%S%z"],
    )
    assert [row.key for row in rows] == ["early", "late"], "by the instant"
    assert rows[0].start == date(2026, 11, 11), "the day is what the file says"


def test_rejects_with_the_delimiter_of_the_file(tmp_path):
    path = write(tmp_path / "rows.csv", "id;name;stage\nA;one;\n")
    headers, table = open_table(path, "utf-8-sig", ";", {}, FIELDS)
    _rows, rejects = read_rows(table, {}, ["%Y-%m-%d"])
    write_rejects(tmp_path / "out.csv", headers, rejects, "utf-8-sig", ";")
    text = (tmp_path / "out.csv").read_text("utf-8-sig")
    write(tmp_path / "out.csv", text.replace("A;one;", "A;one;New"), "utf-8-sig")
    _headers, table = open_table(tmp_path / "out.csv", "utf-8-sig", ";", {}, FIELDS)
    rows, rejects = read_rows(table, {}, ["%Y-%m-%d"])
    assert [row.key for row in rows] == ["A"]


def test_external_name():
    assert external_name("p_opportunity", "1C1I7A6R") == "p_opportunity_1C1I7A6R"
    assert external_name("p_user", "moses frase").startswith("p_user_moses_frase_")
    assert external_name("p", "张三").startswith("p_")
    values = ["a b", "a_b", "a.b", "a-b", "A b", "张三", "李四", "", "_", "x" * 200]
    names = [external_name("p", value) for value in values]
    assert len(set(names)) == len(values), "two values never have one name"
    assert names == [external_name("p", value) for value in values]
    for name in names[:-1]:
        assert all(char.isalnum() or char in "_-" for char in name)
        assert "." not in name


def test_external_names_of_random_values():
    rng = random.Random(20261123)
    values = {
        "".join(rng.choices("aA1 ._-/张é", k=rng.randrange(1, 12)))
        for _number in range(5000)
    }
    assert len({external_name("p", value) for value in values}) == len(values)


def test_fold():
    assert fold("  Moses\tFRASE ") == fold("Moses Frase")
    assert fold(None) == ""


# -- rows -------------------------------------------------------------------


def test_row(tmp_path):
    rows, rejects = read(
        tmp_path, "A1,Moses Frase,Cancity,Won,10/20/2016,3/1/2017,1054", formats=US_DATE
    )
    assert not rejects
    (row,) = rows
    assert (row.line, row.key, row.name) == (2, "A1", "Cancity")
    assert (row.salesperson, row.account, row.status) == (
        "Moses Frase",
        "Cancity",
        "won",
    )
    assert (row.start, row.close) == (date(2016, 10, 20), date(2017, 3, 1))
    assert row.amount == 1054


def test_what_may_be_missing(tmp_path):
    """No account, date, amount or salesperson is no reason to lose a row."""
    rows, rejects = read(tmp_path, "A1,,,Prospecting,,,")
    assert not rejects
    assert rows[0].start is None and rows[0].account == "" and rows[0].name == "A1"
    rows, rejects = read(tmp_path, "A1,New", header="id,stage")
    assert (len(rows), rejects) == (1, [])


def test_order(tmp_path):
    """First contact first; the same day as in the file; without date last."""
    rows, _rejects = read(
        tmp_path,
        "A,,,New,,,",
        "B,,,New,2017-01-02,,",
        "C,,,New,2016-12-31,,",
        "D,,,New,2017-01-02,,",
        "E,,,New,,,",
        "F,,,New,2016-01-01,,",
    )
    assert "".join(row.key for row in rows) == "FCBDAE"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",Moses,X,Won,,,", "no id"),
        (" ,Moses,X,Won,,,", "no id"),
        ("A1,Moses,X,,,,", "no stage"),
        ("A1,Moses,X,Won,31.12.2016,,", "'31.12.2016' is not a date"),
        ("A1,Moses,X,Won,,2016-13-01,", "'2016-13-01' is not a date"),
        ("A1,Moses,X,Won,,,much", "'much' is not an amount"),
        ("A1,Mo\0ses,X,Won,,,", "a NUL character"),
        ("A1,Moses,X,Won,,", "fewer values than columns"),
        ("A1,Moses,X,Won,,,5,6", "more values than columns"),
    ],
)
def test_rejects(tmp_path, line, reason):
    rows, rejects = read(tmp_path, "OK,,,New,,,", line, "OK2,,,New,,,")
    assert [row.key for row in rows] == ["OK", "OK2"]
    assert [(reject.line, reason in reject.reason) for reject in rejects] == [(3, True)]


def test_same_id_twice(tmp_path):
    """The first one counts; a rejected one does not block a good one."""
    rows, rejects = read(
        tmp_path, "A,,,New,x,,", "A,,,New,,,", "B,,,New,,,", "A,,X,Won,,,"
    )
    assert [(row.key, row.line) for row in rows] == [("A", 3), ("B", 4)]
    assert [reject.line for reject in rejects] == [2, 5]
    assert rejects[1].reason == "the same id as in line 3"


def test_status(tmp_path):
    path = write(tmp_path / "rows.csv", "id,stage\n1,gewonnen\n2,VERLOREN\n3,Won\n")
    _headers, table = open_table(path, "utf-8", ",", {}, FIELDS)
    rows, _rejects = read_rows(table, {}, [], ["Gewonnen"], ["verloren"])
    assert [row.status for row in rows] == ["won", "lost", "open"]


def test_values_over_several_lines(tmp_path):
    """A reject names the line in which its row ends."""
    rows, rejects = read(tmp_path, 'A,,"X\nY",New,,,', "B,,,New,x,,")
    assert rows[0].account == "X Y"
    assert rejects[0].line == 4


# -- files ------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_byte_order_mark(tmp_path, encoding):
    path = write(tmp_path / "rows.csv", "id,stage\n1,New\n", encoding)
    headers, table = open_table(path, "utf-8-sig", ",", {}, FIELDS)
    assert headers == ["id", "stage"]
    assert table == [(2, {"id": "1", "stage": "New"})]


def test_missing_column(tmp_path):
    path = write(tmp_path / "rows.csv", "id,stage\n1,New\n")
    with pytest.raises(FileError, match="'kunde' for 'account'"):
        open_table(path, "utf-8", ",", {"account": "kunde"}, FIELDS)
    with pytest.raises(FileError, match="'size' for 'name'"):
        open_table(path, "utf-8", ",", {"name": "{id} {size}"}, FIELDS)
    path = write(tmp_path / "rows.csv", "nr,stage\n1,New\n")
    with pytest.raises(FileError, match="no column 'id'"):
        open_table(path, "utf-8", ",", {}, FIELDS)


def test_unreadable_files(tmp_path):
    with pytest.raises(FileError):
        open_table(tmp_path / "none.csv", "utf-8", ",", {}, FIELDS)
    with pytest.raises(FileError):
        open_table(write(tmp_path / "a.csv", ""), "utf-8", ",", {}, FIELDS)
    path = write(tmp_path / "b.csv", "id,stage\n张,New\n", "gb18030")
    with pytest.raises(FileError):
        open_table(path, "utf-8", ",", {}, FIELDS)
    with pytest.raises(FileError):
        open_table(path, "no-such-encoding", ",", {}, FIELDS)
    assert open_table(path, "gb18030", ",", {}, FIELDS)[1][0][1]["id"] == "张"


def test_people(tmp_path):
    path = write(
        tmp_path / "people.csv",
        "agent,manager,office\nAnna,Dustin,Central\n,,\nanna ,Dustin,Central\nBo,,\n",
    )
    columns = {
        "salesperson": "agent",
        "leader": "manager",
        "team": "{manager} {office}",
    }
    _headers, table = open_table(path, "utf-8", ",", columns, PEOPLE_FIELDS)
    people = read_people(table, columns)
    assert sorted(people) == ["anna", "bo"]
    assert (people["anna"].team, people["anna"].leader) == ("Dustin Central", "Dustin")
    assert people["bo"].team == ""


def test_person_in_two_teams(tmp_path):
    path = write(tmp_path / "people.csv", "salesperson,team\nAnna,A\nAnna,B\n")
    _headers, table = open_table(path, "utf-8", ",", {}, PEOPLE_FIELDS)
    with pytest.raises(FileError, match="Line 3: Anna is in two teams"):
        read_people(table, {})


def test_rejects_file(tmp_path):
    """Line, reason and the whole row, in the order of the file."""
    _rows, rejects = read(tmp_path, "A,,,New,x,,", 'B,"Frase, M",,,,,', "C,,,New,,,1,2")
    path = tmp_path / "rejects.csv"
    write_rejects(path, HEADER.split(","), reversed(rejects), "utf-8-sig")
    with open(path, encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert lines[0] == ["line", "reason", *HEADER.split(",")]
    assert [line[0] for line in lines[1:]] == ["2", "3", "4"]
    assert lines[2][2:4] == ["B", "Frase, M"]
    assert lines[3][-1] == "2", "values without a column are kept too"
