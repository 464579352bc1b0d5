import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {describe} from "@odoo/hoot";

/** How a file of tests begins: on a desktop, where people and their messages exist. */
export function beginDesktopTests() {
    describe.current.tags("desktop");
    defineMailModels();
}
