# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the classes of models say of where they come from."""

from odoo.orm.model_classes import is_model_definition


def find_lost_parents(env, modules):
    """What models that stay inherit by way of addons that go, and not otherwise.

    Odoo names a mixin of a mixin in the addon of the latter, not in that which gave it
    to a model: without this, the model keeps the mixin's mixins in Odoo's list.

    :param env: an environment
    :param modules: names of the addons that go
    :return: dict ``{name of a model: names of those it inherits no longer}``
    """
    lost = {}
    for name, cls in env.registry.items():
        definitions = _list_definitions(cls)
        own = [each for each in definitions if each._name == name]
        staying = [each for each in own if each._module not in modules]
        if not staying or len(staying) == len(own):
            continue
        # what every model is
        kept = {name, "base", None}
        for parent in {parent for each in staying for parent in each._inherit} - kept:
            kept |= {base._name for base in _list_definitions(env.registry[parent])}
        if gone := {each._name for each in definitions} - kept:
            lost[name] = gone
    return lost


def _list_definitions(cls):
    """The classes as addons declare them, of a model with all that it inherits."""
    return [base for base in cls.mro() if is_model_definition(base)]
