# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# One model, one file, named like the model.
from . import crm_team
from . import crm_team_member
from . import ir_ui_menu
from . import res_partner
from . import sales_process_absence
from . import sales_process_exam_result
from . import sales_process_training_plan
from . import sales_process_training_step
from . import sales_process_training_task
from . import survey_question
from . import survey_question_answer
from . import survey_survey
from . import survey_user_input
