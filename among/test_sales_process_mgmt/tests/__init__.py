# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_among
from . import test_among_money
from . import test_among_website
from . import test_rating
