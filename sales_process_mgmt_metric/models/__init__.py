# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# others inherit it
from . import sales_process_plan_course  # isort: skip
from . import digest_digest
from . import ir_module_module
from . import ir_ui_menu
from . import sales_process_home
from . import sales_process_metric
from . import sales_process_metric_query
from . import sales_process_plan
from . import sales_process_plan_line
