# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SalesProcessCommon

TITLE = "Hidden Title 4711"
# What says which document is meant, beside the field itself.
QUIET = ("odoo.models", "odoo.addons.base.models.ir_rule", "odoo.sql_db")
REFERENCES = ("many2one", "many2one_reference", "reference")


@tagged("post_install", "-at_install")
class TestNamedDocuments(SalesProcessCommon):
    """An id that a form of any application names tells nothing of a hidden lead."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owned = cls._create_lead(cls.salesperson_a, name=TITLE)
        cls.pooled = cls._create_lead(cls.salesperson_a, name=TITLE)
        cls.pooled.ownership_id.with_user(cls.salesperson_a)._give_up("No need")
        cls.elsewhere = cls._create_lead(cls.salesperson_x, cls.team_c2, name=TITLE)
        cls.lead_model_id = cls.env["ir.model"]._get_id("crm.lead")
        cls.env.flush_all()

    def _get_forms(self, user):
        """Every form on which ``user`` may name a lead: model and field."""
        for model in sorted(self.registry):
            Model = self.env[model].with_user(user)
            if Model._abstract or not (Model._transient or Model.has_access("read")):
                continue
            for name, field in Model._fields.items():
                if field.type in REFERENCES and (
                    field.type != "many2one" or field.comodel_name == "crm.lead"
                ):
                    yield Model, field, name

    def _get_values(self, field, name, lead):
        if field.type == "many2one":
            return {name: lead.id}
        if field.type == "reference":
            return {name: f"crm.lead,{lead.id}"}
        values = {name: lead.id, field.model_field: "crm.lead"}
        return {**values, f"{field.model_field}_id": self.lead_model_id}

    def _get_spec(self, Model):
        return {
            name: {"fields": {"display_name": {}}} if field.comodel_name else {}
            for name, field in Model._fields.items()
            if field.type not in ("binary", "properties", "properties_definition")
            and not field.groups
        }

    def _fill_in(self, Model, values, way):
        """What a client is told about a form that it fills in."""
        # another request remembers nothing
        self.env.invalidate_all()
        values = {name: values[name] for name in values if name in Model._fields}
        spec = self._get_spec(Model)
        if way == "values":
            return Model.onchange(values, list(values), spec)
        if way == "first values":
            return Model.onchange(values, [], spec)
        defaults = {f"default_{name}": value for name, value in values.items()}
        return Model.with_context(**defaults).onchange({}, [], spec)

    @mute_logger(*QUIET)
    def test_forms_of_every_application(self):
        tried = set()
        for Model, field, name in self._get_forms(self.salesperson_b):
            for lead in (self.owned, self.pooled, self.elsewhere):
                values = self._get_values(field, name, lead)
                for way in ("values", "first values", "defaults"):
                    tried.add(Model._name)
                    with self.subTest(model=Model._name, field=name, way=way):
                        try:
                            with self.env.cr.savepoint():
                                told = repr(self._fill_in(Model, values, way))
                        except (UserError, KeyError, TypeError, ValueError) as error:
                            told = str(error)
                        self.assertNotIn(TITLE, told)
        self.assertLessEqual({"calendar.event", "mail.activity", "mail.message"}, tried)

    def test_own_forms_go_on(self):
        """Whoever reads the lead is told what it is called."""
        values = {
            "res_model": "crm.lead",
            "res_model_id": self.lead_model_id,
            "res_id": self.owned.id,
        }
        for user in self.salesperson_a | self.leader_east | self.director:
            Activity = self.env["mail.activity"].with_user(user)
            for way in ("values", "defaults"):
                with self.subTest(user=user.login, way=way):
                    self.assertIn(TITLE, repr(self._fill_in(Activity, values, way)))

    @mute_logger(*QUIET)
    def test_mail_dialog(self):
        """Odoo fills in the title as the subject of a mail, in sudo."""
        for lead in (self.owned, self.pooled, self.elsewhere):
            values = {"model": "crm.lead", "res_ids": repr(lead.ids), "body": "Hello"}
            Composer = self.env["mail.compose.message"]
            with self.subTest(lead=lead), self.assertRaises(AccessError):
                Composer.with_user(self.salesperson_b).create(values)
        own = Composer.with_user(self.salesperson_a).create(
            {"model": "crm.lead", "res_ids": repr(self.owned.ids), "body": "Hello"}
        )
        self.assertEqual(own.subject, TITLE)

    @mute_logger(*QUIET)
    def test_asked_twice(self):
        """What a refusal reads, to say whose customer it is, stays unread by others.

        Odoo itself asks a second time what a record is called.
        """
        for lead in (self.owned, self.pooled, self.elsewhere):
            hidden = lead.with_user(self.salesperson_b)
            for name in ("display_name", "name", "display_name"):
                self.env.invalidate_all()
                for time in ("first", "second"):
                    with (
                        self.subTest(lead=lead, name=name, time=time),
                        self.assertRaises(AccessError),
                    ):
                        str(hidden[name])

    def test_refusal_keeps_what_waits(self):
        """What was in memory before a refusal, or waits to be written, stays there."""
        own = self._create_lead(self.salesperson_b).with_user(self.salesperson_b)
        own.name = "Waits"
        stage = own.stage_id
        with self.assertRaises(AccessError), mute_logger(*QUIET):
            self.owned.with_user(self.salesperson_b).read(["name"])
        self.assertEqual(own.name, "Waits")
        with self.assertQueryCount(0):
            self.assertEqual(own.stage_id, stage)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(own.name, "Waits")

    @mute_logger(*QUIET)
    def test_property_that_names_a_lead(self):
        """A property of one's own lead may hold any id."""
        own = self._create_lead(self.salesperson_b).with_user(self.salesperson_b)
        self.team_east.lead_properties_definition = [
            {"name": name, "type": kind, "comodel": "crm.lead", "string": name}
            for name, kind in (("one", "many2one"), ("all", "many2many"))
        ]
        hidden = self.owned | self.pooled | self.elsewhere
        for lead in hidden:
            own.lead_properties = {"one": lead.id, "all": hidden.ids}
            self.env.flush_all()
            self.env.invalidate_all()
            with self.subTest(lead=lead):
                self.assertNotIn(TITLE, repr(own.read(["lead_properties"])))
                self.env.invalidate_all()
                # Odoo refuses the groups where it cannot name one
                with self.assertRaises(AccessError) as refusal:
                    own.formatted_read_group([], ["lead_properties.one"], ["__count"])
                self.assertNotIn(TITLE, str(refusal.exception))
        own.lead_properties = {"one": own.id}
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertIn(own.name, repr(own.read(["lead_properties"])))
