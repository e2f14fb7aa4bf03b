/**
 * Ticks of an agreement's clauses, kept as they are made: who loses the line finds them again.
 *
 * DOM contract: `form[data-clauses]` names the address that takes the ticks, `data-text` the text they are said of;
 * a button with a `formaction` asks about the clause beside it. Without script the ticks are sent with the form.
 *
 * Rule 1: only what changed is sent, one message after the other, until the court has taken it: none undoes another.
 *         What was lost on the way, or met a court that could not answer, is said again; a refusal is an answer.
 * Rule 2: a form that is shown anew has what was ticked here, also if the page was made before that arrived.
 * Rule 3: the form itself goes after the ticks that are on their way: the last word is what the person sees.
 * Rule 4: a form is sent by its buttons alone: Enter in a box neither asks nor says that all is read.
 */

import { _ } from "../../messages.js";
import { senderOf } from "../../site/parts/sender.js";

export const PATIENCE_MS = 5000; // then it is said once more
const AGAIN_MS = 2000;
const SELDOM_MS = 30_000; // a court that stays down is not asked more often by every page
const CHANGED = 409;
const FAILED = 500; // and above: the court heard it and could not take it

/** What was ticked on this page of one text, and which of it the court has not taken yet. */
export class Ticks {
  /** @param {string} address @param {string} text */
  constructor(address, text) {
    this.address = address;
    this.text = text;
    this.stale = () => {}; // the text is another by now
    /** @type {Map<string, boolean>} */
    this.said = new Map();
    /** @type {Set<string>} */
    this.untold = new Set();
    /** @type {Promise<void> | null} */
    this.telling = null;
    this.pause = AGAIN_MS;
  }

  tell() {
    this.telling ??= this.send().catch(() => this.tellLater()).finally(() => (this.telling = null));
    return this.telling;
  }

  /** One that was lost on the way goes with the next tick, with the form, or by itself: the line may come back. */
  tellLater() {
    setTimeout(() => this.tell(), this.pause);
    this.pause = Math.min(2 * this.pause, SELDOM_MS);
  }

  async send() {
    while (this.untold.size) {
      const sent = new Map([...this.untold].map((number) => [number, Boolean(this.said.get(number))]));
      const body = new URLSearchParams([...sent].map(([number, ticked]) => [ticked ? "clause" : "open", number]));
      body.append("text", this.text);
      const answer = await fetch(this.address, { method: "POST", body, keepalive: true, signal: until(PATIENCE_MS) });
      if (answer.status >= FAILED) throw new Error(`the court answered ${answer.status}`);
      this.pause = AGAIN_MS;
      if (answer.status === CHANGED) this.stale();
      if (!answer.ok) return;
      for (const [number, ticked] of sent) if (this.said.get(number) === ticked) this.untold.delete(number);
    }
  }
}

/** @type {Map<string, Ticks>} */
const texts = new Map();

/** @param {ParentNode} root */
export function keepClauses(root) {
  for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (root.querySelectorAll("form[data-clauses]"))) keep(form);
}

/** @param {HTMLFormElement} form */
function keep(form) {
  const address = form.dataset.clauses ?? "";
  const text = form.dataset.text ?? "";
  const ticks = texts.get(text) ?? new Ticks(address, text);
  texts.set(text, ticks);
  /** @type {Element | null} */
  let near = null;
  ticks.stale = () => tellStale(form, near ?? form);
  for (const box of boxes(form)) box.checked = ticks.said.get(box.value) ?? box.checked;
  form.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.name !== "clause") return;
    near = target.closest(".clause");
    ticks.said.set(target.value, target.checked);
    ticks.untold.add(target.value);
    ticks.tell();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target instanceof HTMLInputElement) event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    const button = senderOf(form);
    if (ticks.telling && button) {
      event.preventDefault();
      event.stopImmediatePropagation();
      ticks.telling.then(() => form.isConnected && button.click());
    } else if (button?.hasAttribute("formaction")) {
      const box = button.closest(".clause")?.querySelector("input[name=clause]");
      if (box instanceof HTMLInputElement) ticks.said.delete(box.value); // who asks takes the tick back
    }
  });
}

/** What is ticked here counts for nothing. @param {HTMLFormElement} form @param {Element} near  where the person is */
function tellStale(form, near) {
  if (near.querySelector("[data-stale]")) return;
  const words = document.createElement("p");
  words.className = "field__error";
  words.setAttribute("role", "alert");
  words.setAttribute("data-stale", "");
  const link = document.createElement("a");
  link.href = (form.dataset.clauses ?? "").replace(/\/clauses$/, "");
  link.textContent = _("Read the new text");
  words.append(_("The text was changed meanwhile; ticks on this one no longer count."), " ", link);
  near.append(words);
}

/** @param {HTMLFormElement} form */
function boxes(form) {
  return /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("input[name=clause]"));
}

/** @param {number} ms @returns {AbortSignal} */
function until(ms) {
  const control = new AbortController();
  setTimeout(() => control.abort(), ms);
  return control.signal;
}
