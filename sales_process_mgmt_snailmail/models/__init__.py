# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# One model, one file, named like the model.
from . import snailmail_letter
