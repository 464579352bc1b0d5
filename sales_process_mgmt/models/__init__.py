# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    crm_lead,
    crm_team,
    res_company,
    res_partner,
    res_users,
    sales_process_conflict,
    sales_process_customer_grade,
    sales_process_followup_rule,
    sales_process_ownership,
    sales_process_ownership_key,
    sales_process_shared_value,
)
