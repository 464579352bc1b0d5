"""Open every view of ours inside Odoo's shell, as an administrator does.

    scripts/odoo shell -d DATABASE <THIS FILE

The last line is EVERY VIEW OPENS if all is well.
"""

# ruff: noqa: F821  (`env` is the shell's)


def main():
    actions = env["ir.actions.act_window"].browse(
        env["ir.model.data"]
        .search(
            [
                ("module", "=like", "sales_process_mgmt%"),
                ("model", "=", "ir.actions.act_window"),
            ]
        )
        .mapped("res_id")
    )
    faults = []
    for action in actions:
        views = [*action.views, (action.search_view_id.id or False, "search")]
        try:
            env[action.res_model].get_views(views)
        except Exception as error:
            faults.append(f"{action.xml_id}: {error}")
    menus = env["ir.ui.menu"].browse(
        env["ir.model.data"]
        .search(
            [
                ("module", "=like", "sales_process_mgmt%"),
                ("model", "=", "ir.ui.menu"),
            ]
        )
        .mapped("res_id")
    )
    for menu in menus:
        if menu.child_id:
            continue
        if not menu.action or not menu.parent_id:
            faults.append(f"menu {menu.complete_name} opens nothing")
    print(f"{len(actions)} actions, {len(menus)} menus")
    print("\n".join(faults) if faults else "EVERY VIEW OPENS")


main()
