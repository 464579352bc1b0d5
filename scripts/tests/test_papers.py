# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The programs that write and check documents: no Odoo server, no database."""

import importlib.machinery
import importlib.util
import pathlib

import pytest

SCRIPTS = pathlib.Path(__file__).resolve().parent.parent


def load(name):
    """A program without extension, as a module of its own."""
    loader = importlib.machinery.SourceFileLoader(f"spm_{name}", str(SCRIPTS / name))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture
def docs(tmp_path):
    """scripts/check_docs over a checkout of two addons."""
    module = load("check_docs")
    module.ROOT = tmp_path
    for name, depends in (("core", ["crm"]), ("core_glue", ["core", "stock"])):
        (tmp_path / name / "models").mkdir(parents=True)
        (tmp_path / name / "__manifest__.py").write_text(str({"depends": depends}))
    (tmp_path / "core/models/thing.py").write_text(
        "class Thing(models.Model):\n"
        '    _name = "sales.process.thing"\n'
        '    _description = "Thing"\n'
        "    def _go(self): pass\n"
    )
    (tmp_path / "core_glue/models/thing.py").write_text(
        'class Thing(models.Model):\n    _inherit = "sales.process.thing"\n'
        "    def _go(self): pass\n    def _stay(self): pass\n"
    )
    (tmp_path / "docs").mkdir()
    return module


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def test_reference_leads_to_the_method(docs, tmp_path):
    code, page = docs.Code(), tmp_path / "A.md"
    good = "`sales.process.thing._go` ([thing.py](core/models/thing.py))"
    assert docs.check_references(page, good, code) == good
    # an override in glue is a place of it as well
    glue = "`sales.process.thing._go` ([thing.py](core_glue/models/thing.py))"
    assert docs.check_references(page, glue, code) == glue
    assert not docs.findings


def test_method_that_moved_or_went(docs, tmp_path):
    code, page = docs.Code(), tmp_path / "docs/A.md"
    moved = "`sales.process.thing._go` ([old.py](../core/models/old.py))"
    gone = "`sales.process.thing._gone` ([thing.py](../core/models/thing.py))"
    assert docs.check_references(page, moved, code) == moved
    assert docs.check_references(page, gone, code) == gone
    assert [finding.split(" ")[0] for finding in docs.findings] == ["docs/A.md:"] * 2
    docs.FIX = True
    assert docs.check_references(page, moved, code) == (
        "`sales.process.thing._go` ([thing.py](../core/models/thing.py))"
    )


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        ("[here](A.md) and [there](B.md#part)", 1),
        ("`make lint` and `make coffee`", 1),
        ("`scripts/lint` and [web](https://example.com)", 1),
        ("`sales.process.thing` and [a](docs/)", 0),
    ],
)
def test_names(docs, tmp_path, text, findings):
    page = write(tmp_path / "A.md", text)
    docs.check_names(page, text, {"lint"})
    assert len(docs.findings) == findings


def test_private_names(docs, tmp_path):
    code, page = docs.Code(), tmp_path / "A.md"
    docs.check_private(page, "`_go`, `sales.process.thing._stay()`, `_inherit`", code)
    assert not docs.findings
    docs.check_private(page, "`_gone`, `thing._lost`", code)
    assert len(docs.findings) == 2


def test_picture_is_that_of_the_manifests(docs, tmp_path):
    picture = docs.draw_addons()
    assert "core_glue --> core" in picture
    assert "core_glue --> stock" in picture
    page = write(
        tmp_path / "A.md", f"{docs.BEGIN[:-4]}: the addons -->\nold\n{docs.END}\nrest"
    )
    docs.write_between(page, "the addons", picture)
    assert len(docs.findings) == 1
    docs.FIX = True
    docs.write_between(page, "the addons", picture)
    docs.FIX = False
    docs.write_between(page, "the addons", picture)
    assert len(docs.findings) == 1
    assert page.read_text(encoding="utf-8").endswith("rest")


def test_access_and_glossary_forget_no_model(docs, tmp_path):
    (tmp_path / "core/tests").mkdir()
    write(
        tmp_path / "core/tests/test_access_matrix.py",
        'ALL = frozenset(["owner", "manager"])\nNOBODY = frozenset()\n'
        'MATRIX = {"sales.process.thing": (ALL, NOBODY, NOBODY, NOBODY)}\n',
    )
    code = docs.Code()
    (row,) = [line for line in docs.draw_access(code).splitlines() if "Thing" in line]
    assert row.count(" R ") == 2
    assert "W" not in row
    write(tmp_path / "docs/access.md", "nothing")
    write(tmp_path / "docs/glossary.md", "`sales.process.gone`")
    docs.check_access(code)
    docs.check_glossary(code)
    assert len(docs.findings) == 3


def test_papers_of_an_addon(tmp_path):
    papers = load("addon_papers")
    assert papers.to_rst("**a** `b` *c*\n\n- d\n") == "**a** ``b`` *c*\n\n- d\n"
    assert "<h1" in papers.make_page("T", "=\nT\n=\n\ntext\n")
    folder = tmp_path / "readme/newsfragments"
    folder.mkdir(parents=True)
    write(tmp_path / "readme/HISTORY.md", "## 1.0\n\n- First.\n")
    write(folder / "7.bugfix.md", "Mended.\n")
    write(folder / "9.feature.md", "New\nthing.\n")
    papers.fold_news(tmp_path, {"version": "2.0"})
    history = (tmp_path / "readme/HISTORY.md").read_text(encoding="utf-8")
    assert history.startswith("## 2.0 (")
    assert history.index("- New thing. (#9)") < history.index("- Mended. (#7)")
    assert history.endswith("- First.\n")
    assert not list(folder.iterdir())
    papers.fold_news(tmp_path, {"version": "3.0"})
    assert "3.0" not in (tmp_path / "readme/HISTORY.md").read_text(encoding="utf-8")


def test_walk_counts_changes_of_file():
    walk = load("walk").Walk()
    walk.calls = [(file, "f") for file in "aabbabc"]
    assert walk.get_figures() == (7, 3, 4, 2, 0)
    walk.calls = []
    assert walk.get_figures() == (0, 0, 0, 0, 0)


def test_walk_sees_our_addons_alone():
    module = load("walk")
    source = "def inner():\n    return [n for n in range(3)]\n"
    ours, others = {}, {}
    exec(compile(source, str(module.ROOT / "sales_process_mgmt/x.py"), "exec"), ours)
    exec(compile(source, str(module.ROOT / "scripts/x.py"), "exec"), others)
    with module.Walk() as walk:
        others["inner"]()
        ours["inner"]()
    assert walk.calls == [("sales_process_mgmt/x.py", "inner")]


def test_new_addon_has_a_name_of_ours(tmp_path):
    module = load("new_addon")
    for name in ("stock", "sales_process_mgmt", "sales_process_mgmt_Stock", "../x"):
        with pytest.raises(SystemExit):
            module.lay_out(tmp_path, name, None, None)
    assert not list(tmp_path.iterdir())


def test_method_of_a_room_is_one_of_the_model(docs, tmp_path):
    (tmp_path / "core/models/room.py").write_text(
        "class Room(models.AbstractModel):\n"
        '    _name = "sales.process.room"\n'
        '    _description = "Room"\n'
        "    def _rest(self): pass\n    def _go(self): pass\n"
    )
    (tmp_path / "core/models/house.py").write_text(
        "class House(models.Model):\n"
        '    _name = "sales.process.house"\n'
        '    _inherit = ["sales.process.room", "mail.thread"]\n'
        '    _description = "House"\n'
        "    def _go(self): pass\n"
    )
    (tmp_path / "core_glue/models/house.py").write_text(
        'class House(models.Model):\n    _inherit = "sales.process.house"\n'
        "    def _rest(self): pass\n"
    )
    places = docs.Code().places
    assert places["sales.process.house._rest"] == [
        "core/models/room.py",
        "core_glue/models/house.py",
    ]
    assert places["sales.process.house._go"] == ["core/models/house.py"]


def test_manifests_say_where_the_project_is_at_home():
    papers = load("addon_papers")
    papers.WEBSITE = "https://example.org"
    papers.MAINTAINERS = ["one", "two"]
    manifest = (
        '{\n    "website": "",\n    "maintainers": [\n        "old",\n    ],\n'
        '    "data": ["website"],\n}\n'
    )
    text = papers.make_manifest(manifest)
    assert '"website": "https://example.org",' in text
    assert '"maintainers": ["one", "two"],\n    "data"' in text
    assert '"data": ["website"],' in text
    assert papers.make_manifest(text) == text
    papers.MAINTAINERS = []
    assert "maintainers" not in papers.make_manifest(text)
