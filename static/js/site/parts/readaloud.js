/** Reading a page aloud with the voice of the device; the buttons appear only where it has one. */

import { _ } from "../../messages.js";

/** Slower than usual: the listeners are often old (measured by ear, not by law). */
const RATE = 0.9;

/** What is read: headings, text, labels; not buttons, not what is folded away. */
const SPOKEN = "h1, h2, h3, p, li, dt, dd, legend, label, th, td, figcaption";
const SILENT = "button, nav, svg, .unseen, [hidden], details:not([open]) > :not(summary)";

/** @param {Element} root */
function sentences(root) {
  const found = [...root.querySelectorAll(SPOKEN)].filter(
    (part) => !part.closest(SILENT) && !part.parentElement?.closest("p, li, dt, dd, legend, label, th, td"),
  );
  return found.map((part) => (part.textContent ?? "").replace(/\s+/g, " ").trim()).filter(Boolean);
}

/** @param {HTMLButtonElement} button */
function attach(button) {
  const label = button.querySelector("[data-read-label]") ?? button;
  const idle = label.textContent;
  const rest = () => {
    label.textContent = idle;
    button.setAttribute("aria-pressed", "false");
  };
  button.hidden = false;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    const speaking = button.getAttribute("aria-pressed") === "true";
    speechSynthesis.cancel();
    rest();
    const root = document.getElementById(button.dataset.readAloud ?? "main");
    if (speaking || !root) return;
    label.textContent = _("Stop reading");
    button.setAttribute("aria-pressed", "true");
    const texts = sentences(root);
    texts.forEach((text, index) => {
      const speech = new SpeechSynthesisUtterance(text);
      speech.lang = document.documentElement.lang;
      speech.rate = RATE;
      if (index === texts.length - 1) speech.addEventListener("end", rest);
      speechSynthesis.speak(speech);
    });
  });
}

/** @param {ParentNode} [within] */
export function readAloud(within = document) {
  if (!("speechSynthesis" in window)) return;
  for (const button of within.querySelectorAll("[data-read-aloud]")) {
    attach(/** @type {HTMLButtonElement} */ (button));
  }
  window.addEventListener("pagehide", silence);
}

function silence() {
  speechSynthesis.cancel();
}
