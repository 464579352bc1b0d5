"""What scripts/check_code finds, and what it lets pass."""

import importlib.util
import tempfile
from importlib.machinery import SourceFileLoader
from pathlib import Path
from unittest import TestCase

PATH = Path(__file__).resolve().parents[1] / "check_code"


def load_program():
    loader = SourceFileLoader("check_code", str(PATH))
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_loader("check_code", loader)
    )
    loader.exec_module(module)
    return module


class TestCheckCode(TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = load_program()

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addon = Path(folder.name) / "sales_process_mgmt_trial"
        self.write(
            "security/ir.model.access.csv",
            "id,model_id:id\na,model_sales_process_training\n",
        )

    def write(self, name, text):
        path = self.addon / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def find(self):
        finder = self.program.Finder(self.addon.parent)
        finder.check_addon(self.addon)
        return finder.findings

    def assert_found(self, *sentences):
        found = self.find()
        self.assertEqual(len(found), len(sentences), found)
        for finding, sentence in zip(found, sentences, strict=True):
            self.assertIn(sentence, finding)

    def write_model(self, *lines, name="sales.process.training", head="_name"):
        body = "\n".join(f"    {line}" if line else "" for line in lines)
        file = name.replace(".", "_")
        self.write(
            f"models/{file}.py",
            f'class Model(models.Model):\n    {head} = "{name}"\n{body}\n',
        )

    def test_nothing_to_say(self):
        self.write_model(
            "def action_done(self):",
            '    """The leader says that it was attended."""',
            "    # sudo: the state is set by this button alone",
            '    self.sudo().state = "done"',
            "",
            "def write(self, vals):",
            "    return super().write(vals)",
        )
        self.assert_found()

    def test_access_and_docstring(self):
        self.write_model(
            "def action_done(self):", "    pass", name="sales.process.exam"
        )
        self.assert_found("ir.model.access.csv", "a docstring says")

    def test_a_model_stands_once(self):
        self.write_model()
        self.write(
            "models/training_more.py",
            'class Model(models.Model):\n    _inherit = "sales.process.training"\n',
        )
        self.assert_found(
            "stands in sales_process_training.py already",
            "write sales.process.training into sales_process_training.py",
        )

    def test_sudo_without_a_reason(self):
        self.write_model("def _done(self):", '    self.sudo().state = "done"')
        self.assert_found("“# sudo: ...”")
        self.write_model("def _done(self):", "    return self.sudo(False)")
        self.assert_found()

    def test_query_in_a_loop(self):
        loop = (
            "def _count(self):",
            "    for row in self:",
            '        row.number = self.search_count([("name", "=", row.name)])',
        )
        self.write_model(*loop)
        self.assert_found("search_count() in a loop")
        self.write_model(*loop[:2], "        # each: a form shows one", *loop[2:])
        self.assert_found()
        self.write_model(*loop[:2], '        re.search("a", row.name)')
        self.assert_found()

    def test_one_of_several(self):
        """A number before a word for several; constants and ways for one are right."""
        for line, is_found in (
            ('env._("%(count)s new customers", count=len(rows))', True),
            ('env._("overdue for %(days)s days", **values)', True),
            ('env._("New customers: %(count)s", count=len(rows))', False),
            ('env._("at most %(days)s days", days=MOST_DAYS)', False),
            ('one if len(rows) == 1 else _("%(count)s rows", count=len(rows))', False),
            ('"%(count)s customers"', False),
        ):
            with self.subTest(line):
                self.write_model("def _tell(self, env):", f"    return {line}")
                self.assert_found(*["is wrong where it is one"] * is_found)

    def test_inside_of_odoo(self):
        """Where it is overridden, and in tools/orm/, it is named."""
        self.write_model(
            "def _read(self):",
            '    return self._fields["name"]._get_cache(self.env)',
            "",
            "def _update_cache(self, cache):",
            "    return super()._update_cache(cache)",
        )
        text = "def get(field, env):\n    return field._get_cache(env)\n"
        self.write("tools/orm/memory.py", text)
        self.assert_found("_get_cache is Odoo's own inside")
        self.write("tools/ormer.py", text)
        self.assert_found(*["_get_cache is Odoo's own inside"] * 2)

    def test_column_that_everybody_reads(self):
        for words, found in (
            ("", ["read"]),
            ('prefetch="process_training"', []),
            ('compute="_compute_training"', []),
            ('compute="_compute_training", store=True', ["read"]),
        ):
            with self.subTest(words):
                self.write_model(
                    f"process_training = fields.Integer({words})",
                    name="crm.team",
                    head="_inherit",
                )
                self.assert_found(*found)

    def test_field_on_a_model_of_others(self):
        for model, field, found in (
            ("sale.order", "limit = fields.Integer()", ["call it process_limit"]),
            ("sale.order", "process_limit = fields.Integer()", []),
            ("sale.order", "state = fields.Selection(selection_add=[])", []),
            ("sale.order", "LIMIT = 5", []),
            ("sales.process.training", "limit = fields.Integer()", []),
        ):
            with self.subTest(f"{model} {field}"):
                self.write_model(field, name=model, head="_inherit")
                self.assert_found(*found)
                (self.addon / f"models/{model.replace('.', '_')}.py").unlink()

    def test_long_file(self):
        self.write("models/training_tools.py", "NUMBER = 1\n" * 701)
        self.assert_found("701 lines are too many")

    def test_long_function(self):
        def write(steps, *more):
            lines = ["def train():", *more, *["    step()"] * steps]
            self.write("models/training_tools.py", "\n".join(lines) + "\n")

        write(44)
        self.assert_found()
        write(45)
        self.assert_found("train has 46 lines to follow")
        # neither what it promises, nor what a text or a table says
        promise = ['    """Train.', "", '    :return: nothing"""']
        table = ["    table = [", "        1,", "        2,", "    ]"]
        query = ['    query = """', "        SELECT 1", '    """']
        write(42, *promise, *table, *query)
        self.assert_found()
        # a function inside of one is followed with it, and by itself
        write(40, "    def inner():", *["        step()"] * 5)
        self.assert_found("train has 47 lines to follow")

    def test_views_and_rules(self):
        self.write(
            "views/trial.xml",
            """<odoo noupdate="1">
                <record id="a" model="ir.rule" />
                <record id="b" model="ir.ui.view">
                    <field name="arch" type="xml">
                        <field name="name" position="replace" />
                        <attribute name="string" position="replace" />
                    </field>
                </record>
            </odoo>""",
        )
        self.assert_found("noupdate", "replacing a node")

    def test_rule_that_nobody_reads(self):
        def write(*lines):
            domain = "[" + "\n".join(lines) + "]"
            self.write(
                "security/trial.xml",
                "<odoo><record id='a' model='ir.rule'>"
                f"<field name='domain_force'>{domain}</field></record></odoo>",
            )

        condition = "('team_id.process_parent_id.user_id', '=', user.id), "
        write(condition * 2)
        self.assert_found()
        write(condition * 3)
        self.assert_found("nobody reads a rule in one line")
        write(condition, condition, condition)
        self.assert_found()

    def test_hard_colors(self):
        self.write(
            "static/src/home/home.scss",
            ".a {\n    color: mix($danger, $body-color, 65%);\n"
            "    // as #fff is\n    background: rgba($success, 0.15);\n"
            "    white-space: nowrap;\n}\n",
        )
        self.write("static/src/home/bad.scss", ".a {\n    color: #FFF;\n}\n")
        self.write(
            "static/src/home/worse.scss", ".a {\n    border: 1px solid rgb(1 2 3);\n}\n"
        )
        self.assert_found("bad.scss:2: a dark theme", "worse.scss:2: a dark theme")
