# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import wraps

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.crm_mail_plugin.controllers.crm_client import CrmClient


def saying_why(method):
    """A refusal is an answer in one sentence, and nothing of the request stays.

    The rollback also records the attempt: what is refused leaves a conflict.

    :param method: of a controller whose answers are JSON
    :return: the method
    """

    @wraps(method)
    def answer(self, *args, **kwargs):
        try:
            result = method(self, *args, **kwargs)
            # what is refused only at the end of the request is said, too
            request.env.flush_all()
        except UserError as refusal:
            request.env.cr.rollback()
            return {"error": " ".join(str(refusal).split())}
        return result

    return answer


class SalesProcessCrmClient(CrmClient):
    @http.route()
    @saying_why
    def crm_lead_create(self, partner_id, email_body, email_subject):
        return super().crm_lead_create(partner_id, email_body, email_subject)

    @http.route()
    @saying_why
    def res_partner_create(self, email, name, company):
        return super().res_partner_create(email, name, company)

    @http.route()
    @saying_why
    def log_mail_content(self, model, res_id, message, attachments=None):
        return super().log_mail_content(model, res_id, message, attachments)

    @http.route()
    @saying_why
    def log_single_mail_content(self, lead, message, **kwargs):
        return super().log_single_mail_content(lead, message, **kwargs)
