# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# One model, one file, named like the model.
from . import sales_process_scorecard_template
from . import sales_process_scorecard_version
from . import sales_process_scorecard_item
from . import sales_process_scorecard_step
from . import sales_process_scorecard_stay
from . import sales_process_scorecard_course
from . import sales_process_scorecard
from . import sales_process_scorecard_segment
from . import sales_process_scorecard_line
from . import sales_process_scorecard_payroll
from . import sales_process_scorecard_payroll_line
from . import sales_process_scorecard_rating
from . import sales_process_scorecard_pair
from . import sales_process_metric
from . import sales_process_praise
from . import crm_team
from . import crm_team_member
from . import ir_ui_menu
