"""Install and uninstall addons inside Odoo's shell, and say what is left.

    SPM_SCRIPTS=scripts SPM_ALONE=sales_process_mgmt,sales_process_mgmt_robot \\
        scripts/odoo shell -d DATABASE --skip-auto-install <THIS FILE
    SPM_SCRIPTS=scripts SPM_ORDER=7 SPM_ADDONS=… \\
        scripts/odoo shell -d DATABASE --skip-auto-install <THIS FILE

SPM_ALONE: each of those comes beside nothing of ours but what it depends on, its menus
open, it goes, and the database is as it was before. SPM_ORDER: those of SPM_ADDONS come
one by one in an order that this number chooses, and go in another one.
The last line is NOTHING IS LEFT if all is well.
"""

# ruff: noqa: F821  (`env` is the shell's)
import os
import random
import sys
import time

from odoo.tools.safe_eval import datetime as safe_datetime
from odoo.tools.safe_eval import safe_eval
from odoo.tools.safe_eval import time as safe_time

sys.path.insert(0, os.environ["SPM_SCRIPTS"])
from database_state import DatabaseState

CORE = "sales_process_mgmt"


def find_modules(names):
    return env["ir.module.module"].search([("name", "in", list(names))])


def list_installed():
    modules = env["ir.module.module"].search([("state", "=", "installed")])
    return set(modules.mapped("name"))


def install(names):
    """Install addons with what they depend on; nothing installs itself beside them."""
    modules = find_modules(names)
    missing = set(names) - set(modules.mapped("name"))
    if missing:
        raise SystemExit(f"not on the path: {', '.join(sorted(missing))}")
    modules = modules.filtered(lambda module: module.state != "installed")
    if modules:
        modules.button_immediate_install()


def uninstall(name):
    find_modules([name]).button_immediate_uninstall()


def take_state(like=None):
    env.flush_all()
    env.cr.commit()
    return DatabaseState(env.cr, like)


def read_records(module, model):
    """The records of a model that an addon has brought."""
    rows = env["ir.model.data"].search([("module", "=", module), ("model", "=", model)])
    return env[model].with_context(active_test=False).browse(rows.mapped("res_id"))


def open_action(action):
    """Do what the web client does: views, filters, and the first records with them."""
    person = env.ref("base.user_admin")
    values = {
        "uid": person.id,
        "allowed_company_ids": person.company_ids.ids,
        "active_id": False,
        "active_ids": [],
        "time": safe_time,
        "datetime": safe_datetime,
        "context_today": safe_datetime.datetime.today,
    }
    context = safe_eval(action.context or "{}", values)
    Model = env[action.res_model].with_user(person).with_context(**context)
    views = [*action.views, (action.search_view_id.id or False, "search")]
    found = Model.get_views(views, {"toolbar": True, "load_filters": True})
    names = found["models"][Model._name]["fields"]
    rows = Model.search(safe_eval(action.domain or "[]", values), limit=5)
    rows.web_read({name: {} for name in names})


def check_opens(name):
    """Menus and views of an addon open, for an administrator.

    :return: list of str, what does not
    """
    faults = []
    menus = read_records(name, "ir.ui.menu")
    actions = read_records(name, "ir.actions.act_window")
    actions |= actions.browse(
        menu.action.id
        for menu in menus
        if menu.action and menu.action._name == actions._name
    )
    for action in actions:
        try:
            with env.cr.savepoint():
                open_action(action)
        except Exception as error:
            faults.append(f"{name}: {action.xml_id} does not open: {error}")
    for menu in menus:
        if not menu.child_id and not menu.action:
            faults.append(f"{name}: the menu {menu.complete_name} opens nothing")
    for view in read_records(name, "ir.ui.view").filtered("model"):
        root = view
        while root.inherit_id and root.mode != "primary":
            root = root.inherit_id
        try:
            with env.cr.savepoint():
                env[view.model].get_view(root.id, root.type)
        except Exception as error:
            faults.append(f"{name}: {view.xml_id} does not open: {error}")
    if name not in list_installed():
        faults.append(f"{name} is not installed")
    return faults


def use(name):
    """Leave behind what people leave: to-dos of each type, done ones too, a parameter.

    :return: list of ids of to-dos
    """
    person = env.user.partner_id
    todos = env["mail.activity"].create(
        [
            {
                "res_model_id": env["ir.model"]._get_id(person._name),
                "res_id": person.id,
                "activity_type_id": activity_type.id,
                "user_id": env.uid,
                "active": active,
            }
            for activity_type in read_records(name, "mail.activity.type")
            for active in (True, False)
        ]
    )
    env["ir.config_parameter"].set_param(f"{name}.noted_by_itself", "1")
    env.cr.commit()
    return todos.ids


def forget(todos):
    """Delete what people have left, which stays on purpose."""
    env["mail.activity"].with_context(active_test=False).browse(todos).unlink()
    env.cr.commit()


def check_crm():
    """A salesperson works with what is left."""
    team = env["crm.team"].search([], limit=1)
    lead = env["crm.lead"].create(
        {"name": "Afterwards", "type": "opportunity", "phone": "13800000000"}
    )
    lead.write({"team_id": team.id, "partner_name": "Somebody"})
    lead.action_set_won()
    env["crm.lead"].search([], limit=10).read()
    env.cr.rollback()


def check_alone(name, last=None):
    """An addon comes alone and goes; all is as it was.

    :param last: what :func:`check_alone` of another one has returned
    :return: tuple of list of str, and the state without it
    """
    started = time.monotonic()
    module = find_modules([name])
    if module.state == "installed":
        # another one needed it
        uninstall(name)
        last = None
    needed = module.upstream_dependencies(
        exclude_states=("installed", "uninstallable", "to remove")
    )
    if needed or not last:
        install(needed.mapped("name"))
        last = take_state()
    before, there = last, list_installed()
    install([name])
    said = [
        f"{name} takes along {other}"
        for other in sorted(list_installed() - there - {name})
    ]
    said += check_opens(name)
    todos = use(name)
    uninstall(name)
    forget(todos)
    if list_installed() != there:
        changed = ", ".join(sorted(list_installed() ^ there))
        said.append(f"{name}: other addons are there than before: {changed}")
    said += [f"{name} {line}" for line in before.compare(env.cr, take_state(before))]
    check_crm()
    print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr)
    # what differs is told once
    return said, None if said else before


def check_order(addons, seed):
    """All addons come in one order and go in another; all is as it was.

    :param list addons: their names
    :param int seed: chooses the orders
    :return: list of str
    """
    chance = random.Random(seed)  # noqa: S311
    coming = chance.sample(sorted(addons), len(addons))
    going = chance.sample(sorted(addons), len(addons))
    modules = find_modules(addons)
    needed = set(modules.upstream_dependencies().mapped("name")) - set(addons)
    install(needed)
    before, there = take_state(), list_installed()
    said, todos = [], []
    if os.environ.get("SPM_TOGETHER"):
        coming = [coming]
    else:
        coming = [[name] for name in coming]
    for names in coming:
        install(names)
    for name in addons:
        todos += use(name)
    for name in going:
        if name not in list_installed():
            continue
        mine = list_installed()
        uninstall(name)
        gone = mine - list_installed()
        rows = env["ir.model.data"].search([("module", "in", list(gone))])
        said += [f"after {name}: {row.module}.{row.name} ({row.model})" for row in rows]
        check_crm()
        said += [
            fault
            for addon in sorted(list_installed() & set(addons))[:1]
            for fault in check_opens(addon)
        ]
    forget(todos)
    if list_installed() != there:
        changed = ", ".join(sorted(list_installed() ^ there))
        said.append(f"other addons are there than before: {changed}")
    said += before.compare(env.cr, take_state(before))
    if said:
        said.insert(0, f"came {coming}, went {going}")
    return said


def main():
    # addons that are on the path since the template was built get their names here
    env["ir.module.module"].update_list()
    env.cr.commit()
    said, last = [], None
    for name in filter(None, os.environ.get("SPM_ALONE", "").split(",")):
        found, last = check_alone(name, last)
        print("\n".join(found), file=sys.stderr)
        said += found
    if seed := os.environ.get("SPM_ORDER"):
        said += check_order(os.environ["SPM_ADDONS"].split(","), int(seed))
    print("\n".join(said) if said else "NOTHING IS LEFT")


main()
