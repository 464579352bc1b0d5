# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo.tools.mail import email_normalize_all

from odoo.addons.phone_validation.tools.phone_validation import phone_format


def phone_keys(raw, country_code=None, phone_code=None):
    out = []
    for part in re.split(r"[/;,]", raw or ""):
        e = (
            phone_format(
                part.strip(),
                country_code,
                phone_code,
                force_format="E164",
                raise_exception=False,
            )
            if part.strip()
            else None
        )
        if e and e.startswith("+"):
            out.append(("phone", e))
        else:
            d = re.sub(r"\D", "", part)
            if len(d) >= 7:
                out.append(("phone_digits", d))
    return out


def email_keys(raw):
    return [("email", e) for e in email_normalize_all(raw or "")]


def vat_key(raw):
    v = re.sub(r"\W", "", raw or "").upper()
    return [("vat", v)] if len(v) >= 4 else []


def name_key(raw):
    v = re.sub(r"\W", "", raw or "").casefold()
    return [("name", v)] if len(v) >= 2 else []


def wechat_key(raw):
    return [("wechat", raw.strip().lower())] if raw else []


def registration_key(raw):
    return [("registration", raw.strip().upper())] if raw else []


def mask_phone(raw):
    """Hide the middle of a phone number."""
    digits = raw or ""
    return f"{digits[:-8]}****{digits[-4:]}" if len(digits) > 8 else "****"


def mask_email(raw):
    """Hide the name in an e-mail address."""
    name, _at, host = (raw or "").partition("@")
    return f"{name[:1]}***@{host}"
