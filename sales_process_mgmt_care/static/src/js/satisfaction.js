/* Copyright 2026 Sales Process Management contributors
 * License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl). */

// A scanner of links opens the page and sends its form. What a person does (a press, a
// key) is trusted by the browser; only then the nonce of this view is put into the form.
for (const form of document.querySelectorAll("form.o_process_satisfaction")) {
    const {nonce} = form.dataset;
    const button = form.querySelector("button[type=submit]");
    let isPerson = false;
    for (const kind of ["pointerdown", "keydown"]) {
        form.addEventListener(kind, (event) => {
            isPerson = isPerson || event.isTrusted;
        });
    }
    form.addEventListener("submit", (event) => {
        if (!isPerson) {
            event.preventDefault();
            return;
        }
        form.elements.nonce.value = nonce;
        button.disabled = true;
    });
}
