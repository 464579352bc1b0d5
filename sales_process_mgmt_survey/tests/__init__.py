# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_access_matrix
from . import test_exam
from . import test_exam_certificate
from . import test_exam_page
from . import test_exam_privacy
from . import test_guard
from . import test_no_metric
from . import test_switched_off
from . import test_training
from . import test_training_limits
from . import test_training_race
from . import test_training_tools
