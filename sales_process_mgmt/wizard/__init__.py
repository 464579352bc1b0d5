# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# others inherit them
from . import sales_process_registration_once  # isort: skip
from . import base_import
from . import base_partner_merge
from . import mail_compose_message
from . import mail_activity_schedule
from . import portal_wizard
from . import sales_process_claim_back
from . import sales_process_duty_rotation
from . import sales_process_followup_batch
from . import sales_process_followup_void
from . import sales_process_grade_preview
from . import sales_process_grade_setting
from . import sales_process_import_check
from . import sales_process_pool_return
from . import sales_process_registration
from . import sales_process_registration_contact
from . import sales_process_team_change
from . import sales_process_transfer
