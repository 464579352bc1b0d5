# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What we use of Odoo's inside, each with the gain that is worth it.

``tests/test_orm_contract.py`` fails where Odoo changes what is relied on here, and
where it changes what reports override of it (``_read_grouping_sets``,
``_read_group_select``). With ``kept.py`` the only files of ``tools/`` that know Odoo.
"""

from .classes import find_lost_parents
from .late import (
    LATE_LEVELS,
    LateInsert,
    LateSavepoint,
    update_together,
)
from .memory import (
    are_known,
    fill_cache,
    fill_rows,
    filter_by,
    forget_lists,
    forgetting,
    get_cached,
    get_memory,
    get_row,
    group_by,
    name_as_relation,
    read_columns,
)
from .moves import move_rows
from .queries import (
    get_columns,
    get_condition,
    get_query,
    get_reached_models,
    get_sql,
    tally,
)
from .rows import (
    FEW_ROWS,
    INSERT_BATCH_SIZE,
    INSERT_STEPS,
    are_classes_plain,
    can_insert,
    copy_row,
    flush_rows,
    insert,
    is_plain,
    plan_insert,
    tell,
    update_rows,
    write_decided,
)
from .rules import (
    WrittenOnce,
    decide_by,
    is_bound_to,
    optimize_once,
    without_uninstall,
    write_once,
)
