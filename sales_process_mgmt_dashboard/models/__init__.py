# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import ir_ui_menu
from . import res_users
from . import spreadsheet_dashboard
