/**
 * Saves an answer while it is written, so that nothing is lost.
 *
 * DOM contract: a form with `data-autosave` is posted to its own address a moment after each change; the element
 * with `data-autosave-status` inside it says what happened. Without this script the button saves.
 */

import { _ } from "../messages.js";

/** Long enough not to send every letter, short enough that little is lost with the battery. */
const PAUSE_MS = 800;

/** @param {HTMLFormElement} form */
function attach(form) {
  const status = form.querySelector("[data-autosave-status]");
  let waiting = 0;
  let latest = 0;
  /** @param {string} text */
  const tell = (text) => {
    if (status) status.textContent = text;
  };
  const save = async () => {
    const turn = ++latest;
    tell(_("Saving…"));
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
      });
      const said = await answer.json();
      if (turn === latest) tell(answer.ok ? said.said : _("Not saved yet. Please press the button."));
    } catch {
      if (turn === latest) tell(_("Not saved: no connection. What you wrote stays on this page."));
    }
  };
  form.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(save, PAUSE_MS);
  });
  form.addEventListener("submit", () => {
    window.clearTimeout(waiting);
    latest += 1;
  });
}

for (const form of document.querySelectorAll("form[data-autosave]")) {
  attach(/** @type {HTMLFormElement} */ (form));
}
