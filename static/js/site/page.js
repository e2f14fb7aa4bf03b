/** What every page does: focus on what is wrong, open help where there is room, read aloud, show chosen files. */

import { _ } from "../messages.js";
import { Focus, goRound, takeFocus } from "./parts/focus.js";
import { readAloud } from "./parts/readaloud.js";
import { senderOf } from "./parts/sender.js";
import { sendFiles } from "./parts/sending.js";
import { tellIfSlow } from "./parts/slow.js";
import { showChosenFiles } from "./parts/upload.js";
import { sheets } from "./parts/sheets.js";

const WIDE = "(min-width: 64em)";

function focusOnErrors() {
  /** @type {HTMLElement | null} */ (document.querySelector("[data-takes-focus]"))?.focus();
}

function openHelpWhereThereIsRoom() {
  if (!window.matchMedia(WIDE).matches) return;
  for (const panel of document.querySelectorAll("details[data-help]")) panel.setAttribute("open", "");
}

/** A form is sent once, however often the button is pressed. */
function sendOnce() {
  /** @type {(() => void)[]} */
  const waiting = [];
  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (event.defaultPrevented || form.method === "dialog") return; // a dialog's answer stays on the page
    if (form.dataset.sent === "yes") {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    const button = senderOf(form);
    button?.classList.add("button--busy");
    button?.setAttribute("aria-label", _("Sending, please wait"));
    if (button) waiting.push(tellIfSlow(button));
  });
  // A page that comes back from the cache of "Back" must be able to send again.
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
    for (const answered of waiting.splice(0)) answered();
    for (const button of document.querySelectorAll(".button--busy")) {
      button.classList.remove("button--busy");
      button.removeAttribute("aria-label");
    }
  });
}

function printButtons() {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.removeAttribute("hidden");
    button.addEventListener("click", () => window.print());
  }
}

focusOnErrors();
takeFocus();
new Focus();
goRound(() => [document.querySelector(".pad--full, .sheet--live:not([hidden])")]);
openHelpWhereThereIsRoom();
sendFiles((main) => {
  focusOnErrors();
  readAloud(main);
  showChosenFiles(main);
  document.dispatchEvent(new CustomEvent("page:replaced"));
});
sendOnce();
printButtons();
readAloud();
showChosenFiles();
sheets();
