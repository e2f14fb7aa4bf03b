/**
 * The private comparison: keys and marks are made here; the limit itself is in no form that is sent.
 *
 * DOM contract: `[data-compare]` is hidden until this browser can do it, then `[data-compare-cannot]` is.
 * `form[data-compare-key]` sends a public key in its input `key`. `form[data-compare-limit]` has `data-id`, `data-part`
 * (pays or takes), `data-own` and `data-other` (public keys), an input `[data-limit]` without a name, and the input
 * `marks`; `[data-limit-wrong]` and `[data-compare-lost]` say what is wrong.
 */

import { exported, makeKeys, marks } from "./blind.js";
import { find, forget, keep } from "./keys.js";

/** An amount as people type it, in fen; NaN if it is none. @param {string} typed */
export function fenOf(typed) {
  const plain = typed
    .replace(/[０-９．，]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0xfee0))
    .replace(/[,¥￥\s元]/g, "");
  if (!/^\d{1,9}(\.\d{1,2})?$/.test(plain)) return NaN;
  const [yuan, cents = ""] = plain.split(".");
  return Number(yuan) * 100 + Number(cents.padEnd(2, "0"));
}

/** @param {HTMLFormElement} form @param {string} name @param {string} value */
function fill(form, name, value) {
  const input = form.elements.namedItem(name);
  if (input instanceof HTMLInputElement) input.value = value;
}

/** @param {HTMLFormElement} form @param {string} selector */
function show(form, selector) {
  const words = form.querySelector(selector);
  if (!(words instanceof HTMLElement)) return;
  words.hidden = false;
  words.focus();
}

/** @param {HTMLFormElement} form */
async function sendKey(form) {
  const pair = await makeKeys();
  const name = await exported(pair.publicKey);
  await keep(name, pair.privateKey);
  fill(form, "key", name);
  send(form);
}

/** @param {HTMLFormElement} form */
async function sendMarks(form) {
  const { id = "", part = "pays", own = "", other = "" } = form.dataset;
  const input = form.querySelector("[data-limit]");
  const fen = input instanceof HTMLInputElement ? fenOf(input.value) : NaN;
  if (Number.isNaN(fen)) return show(form, "[data-limit-wrong]");
  const key = await find(own);
  if (!key) return show(form, "[data-compare-lost]");
  if (input instanceof HTMLInputElement) input.readOnly = true; // what goes, also once more, is of this number
  const made = await marks({ fen, part: part === "takes" ? "takes" : "pays", own: key, other, id });
  await forget(own); // a limit is put in once; without the key nobody can try numbers against its marks
  fill(form, "marks", made.join(" "));
  send(form);
}

/** Send what was made ready, as if it had been pressed now: the room sends its forms itself. @param {HTMLFormElement} form */
function send(form) {
  form.dataset.ready = "yes";
  const event = new Event("submit", { bubbles: true, cancelable: true });
  if (form.dispatchEvent(event)) form.submit();
}

/** @param {ParentNode} root @param {string} selector @param {(form: HTMLFormElement) => Promise<void>} act */
function on(root, selector, act) {
  for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (root.querySelectorAll(selector))) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.ready) return;
      event.preventDefault();
      if (form.dataset.sending) return;
      form.dataset.sending = "yes";
      act(form).catch(() => show(form, "[data-compare-lost]")).finally(() => delete form.dataset.sending);
    });
  }
}

/** Makes the comparison of a page ready, where this browser can do it. @param {ParentNode} root */
export function compareLimits(root) {
  if (!globalThis.crypto?.subtle || !globalThis.indexedDB) return;
  for (const part of root.querySelectorAll("[data-compare]")) part.removeAttribute("hidden");
  for (const part of root.querySelectorAll("[data-compare-cannot]")) part.setAttribute("hidden", "");
  on(root, "form[data-compare-key]", sendKey);
  on(root, "form[data-compare-limit]", sendMarks);
}
