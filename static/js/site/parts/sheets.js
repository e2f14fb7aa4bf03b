/** Panels that come from below on phones: folded away by the script, so that without it they are simply there. */

import { _ } from "../../messages.js";

/** @param {HTMLElement} panel */
function attach(panel) {
  const openers = document.querySelectorAll(`[data-sheet="${panel.id}"]`);
  if (!openers.length) return;
  /** @type {HTMLElement | null} */
  let opener = null;
  const close = () => {
    panel.hidden = true;
    document.body.classList.remove("has-sheet");
    opener?.focus();
  };
  const button = document.createElement("button");
  button.type = "button";
  button.className = "sheet__close";
  button.textContent = _("Close");
  button.addEventListener("click", close);
  panel.prepend(button);
  panel.classList.add("sheet--live");
  panel.hidden = true;
  panel.tabIndex = -1;
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  for (const each of openers) {
    each.addEventListener("click", (event) => {
      event.preventDefault();
      opener = /** @type {HTMLElement} */ (each);
      panel.hidden = false;
      document.body.classList.add("has-sheet");
      panel.focus();
    });
  }
}

export function sheets() {
  for (const panel of document.querySelectorAll("[data-sheet-panel]")) attach(/** @type {HTMLElement} */ (panel));
}
