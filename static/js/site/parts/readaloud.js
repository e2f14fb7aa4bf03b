/** Reading a page aloud with the voice of the device; the buttons appear only where it has one. */

import { _ } from "../../messages.js";

/** Slower than usual: the listeners are often old (measured by ear, not by law). */
const RATE = 0.9;
const SILENCE_MS = 6000; // a device without a voice for this language says neither yes nor no

/** What is read: headings, text, labels; not buttons, not what is folded away. */
const SPOKEN = "h1, h2, h3, p, li, dt, dd, legend, label, th, td, figcaption";
const SILENT = "button, nav, svg, .unseen, [hidden], details:not([open]) > :not(summary)";

/** What is being read; some browsers forget a speech that nothing else holds. @type {SpeechSynthesisUtterance[]} */
let queue = [];

/**
 * Sentence by sentence: some browsers fall silent in the middle of a long text.
 * @param {Element} root
 */
function sentences(root) {
  const found = [...root.querySelectorAll(SPOKEN)].filter(
    (part) => !part.closest(SILENT) && !part.parentElement?.closest("p, li, dt, dd, legend, label, th, td"),
  );
  return found.flatMap((part) => spoken(part).match(/[^。！？；]+[。！？；]?/g) ?? []).filter((text) => /[\p{L}\p{N}]/u.test(text));
}

/** The words of a part without the buttons and hidden words in it. @param {Element} part */
function spoken(part) {
  const copy = /** @type {Element} */ (part.cloneNode(true));
  for (const silent of copy.querySelectorAll(SILENT)) silent.remove();
  return (copy.textContent ?? "").replace(/\s+/g, " ").trim();
}

/** @param {HTMLButtonElement} button */
function attach(button) {
  const label = button.querySelector("[data-read-label]") ?? button;
  const idle = label.textContent;
  let waiting = 0;
  /** @param {string | null} words */
  const rest = (words) => {
    window.clearTimeout(waiting);
    label.textContent = words;
    button.setAttribute("aria-pressed", "false");
  };
  const failed = () => {
    silence();
    rest(_("This device cannot read aloud"));
  };
  button.hidden = false;
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => {
    const speaking = button.getAttribute("aria-pressed") === "true";
    silence();
    rest(idle);
    const root = document.getElementById(button.dataset.readAloud ?? "main");
    if (speaking || !root) return;
    label.textContent = _("Stop reading");
    button.setAttribute("aria-pressed", "true");
    queue = sentences(root).map(speech);
    queue[0]?.addEventListener("start", () => window.clearTimeout(waiting));
    queue[queue.length - 1]?.addEventListener("end", () => rest(idle));
    for (const one of queue) {
      one.addEventListener("error", (event) => queue.includes(one) && !stopped(event) && failed());
      speechSynthesis.speak(one);
    }
    waiting = window.setTimeout(() => speechSynthesis.speaking || failed(), SILENCE_MS);
  });
}

/** @param {string} text */
function speech(text) {
  const made = new SpeechSynthesisUtterance(text);
  made.lang = document.documentElement.lang;
  made.rate = RATE;
  return made;
}

/** Whether the person, not the device, ended it. @param {SpeechSynthesisErrorEvent} event */
function stopped(event) {
  return event.error === "canceled" || event.error === "interrupted";
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
  queue = [];
  speechSynthesis.cancel();
}
