# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import base_partner_merge
from . import crm_lead
from . import crm_lead_display
from . import crm_lead_identity
from . import crm_lead_ownership
from . import crm_team
from . import crm_team_dashboard
from . import mail_activity_reception
from . import res_company
from . import res_config_settings
from . import res_partner
from . import res_partner_display
from . import res_users
from . import sales_process_backfill
from . import sales_process_conflict
from . import sales_process_customer_grade
from . import sales_process_followup_rule
from . import sales_process_ownership
from . import sales_process_ownership_display
from . import sales_process_ownership_key
from . import sales_process_ownership_key_health
from . import sales_process_ownership_ledger
from . import sales_process_ownership_timer
from . import sales_process_shared_value
