/**
 * Ticks of an agreement's clauses, kept as they are made: who loses the line finds them again.
 *
 * DOM contract: `form[data-clauses]` names the address that takes the ticks, `data-text` the text they are said of.
 * Without script they are sent with the form.
 *
 * Rule 1: only what changed is sent, one message after the other, until the court has taken it: none undoes another.
 * Rule 2: a form that is shown anew has what was ticked here, also if the page was made before that arrived.
 * Rule 3: the form itself goes after the ticks that are on their way: the last word is what the person sees.
 */

const PATIENCE_MS = 5000; // the form says all of it once more

/** What was ticked on this page of one text, and which of it the court has not taken yet. */
class Ticks {
  constructor() {
    /** @type {Map<string, boolean>} */
    this.said = new Map();
    /** @type {Set<string>} */
    this.untold = new Set();
    /** @type {Promise<void> | null} */
    this.telling = null;
  }

  /** @param {string} address */
  tell(address) {
    this.telling ??= this.send(address).catch(() => undefined).finally(() => (this.telling = null));
    return this.telling;
  }

  /** One that was lost goes with the next tick, or with the form. @param {string} address */
  async send(address) {
    while (this.untold.size) {
      const sent = new Map([...this.untold].map((number) => [number, Boolean(this.said.get(number))]));
      const body = new URLSearchParams([...sent].map(([number, ticked]) => [ticked ? "clause" : "open", number]));
      const answer = await fetch(address, { method: "POST", body, keepalive: true, signal: until(PATIENCE_MS) });
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
  const text = `${address} ${form.dataset.text}`;
  const ticks = texts.get(text) ?? new Ticks();
  texts.set(text, ticks);
  for (const box of boxes(form)) box.checked = ticks.said.get(box.value) ?? box.checked;
  form.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLInputElement) || target.name !== "clause") return;
    ticks.said.set(target.value, target.checked);
    ticks.untold.add(target.value);
    ticks.tell(address);
  });
  /** @type {HTMLButtonElement | null} The event of an old browser does not name it. */
  let pressed = null;
  form.addEventListener("click", ({ target }) => (pressed = target instanceof Element ? target.closest("button") : null));
  form.addEventListener("submit", (event) => {
    const button = pressed;
    if (ticks.telling && button) {
      event.preventDefault();
      event.stopImmediatePropagation();
      ticks.telling.then(() => form.isConnected && button.click());
    } else if (button?.name === "question") ticks.said.delete(button.value); // who asks takes the tick back
  });
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
