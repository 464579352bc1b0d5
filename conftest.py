# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What all tests share."""

import inspect
import os
import re
import shutil
from pathlib import Path

import pytest

# What each page of the web client asks for: (bundle, styles, scripts)
PAGE_BUNDLES = (
    ("web.assets_web", True, False),
    ("web.assets_web", False, True),
    ("web.assets_web_print", True, False),
    ("web.assets_tests", False, True),
    ("bus.websocket_worker_assets", False, True),
)
# So much longer than elsewhere a browser may take: tests share the machine. What a tour
# itself waits for, step by step, is not longer for it.
PATIENCE = 2
IN_BROWSER = re.compile(r"\b(start_tour|browser_js)\(")


@pytest.fixture(scope="session", autouse=True)
def patient_browser(load_registry):
    """Wait longer for a page than Odoo does, so that a busy machine fails no test."""
    from odoo.tests import common

    class PatientBrowser(common.ChromeBrowser):
        @property
        def throttling_factor(self):
            return self._throttling_factor * PATIENCE

        @throttling_factor.setter
        def throttling_factor(self, factor):
            self._throttling_factor = factor

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(common, "ChromeBrowser", PatientBrowser)
        yield


@pytest.fixture(scope="session", autouse=True)
def own_files(load_registry):
    """Keep the files of parallel processes apart, as their databases are.

    pytest-odoo lets all of them write into one folder: who wants to keep what another
    one is writing just now is told that two contents have one name.
    """
    from odoo.tests.common import get_db_name
    from odoo.tools import config

    worker = os.getenv("PYTEST_XDIST_WORKER")
    if not worker:
        yield
        return
    shared = Path(config.filestore(get_db_name()))
    own = shared.with_name(f"{shared.name}-{worker}")
    shutil.rmtree(own, ignore_errors=True)
    if shared.exists():
        shutil.copytree(shared, own, copy_function=os.link)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(config, "filestore", lambda dbname: str(own))
        yield
    shutil.rmtree(own, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def page_bundles(request, own_files):
    """Build what pages load once, before the first test, not again in each tour.

    A test is rolled back, and the scripts and styles that its pages made with it: each
    tour built them again, and on a busy machine its page was not there after the
    minute that Odoo waits for one.
    """
    modules = {item.module for item in request.session.items}
    if not any(IN_BROWSER.search(inspect.getsource(module)) for module in modules):
        return
    from odoo.api import SUPERUSER_ID, Environment
    from odoo.modules.registry import Registry
    from odoo.tests.common import get_db_name

    with Registry(get_db_name()).cursor() as cr:
        qweb = Environment(cr, SUPERUSER_ID, {})["ir.qweb"]
        for name, styles, scripts in PAGE_BUNDLES:
            bundle = qweb._get_asset_bundle(name, css=styles, js=scripts)
            if styles:
                bundle.css()
            if scripts:
                bundle.js()
