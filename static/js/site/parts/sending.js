/**
 * Sending files: what is too large is told before it is sent, and how far it is while it goes.
 *
 * DOM contract: a form with a file field; `data-most-bytes` on the field's tile is the bound of one file. Without
 * this script the browser sends the form by itself, and the server says what it does not take.
 */

import { _ } from "../../messages.js";
import { addressOf, entered, senderOf } from "./sender.js";

const MOST_TOGETHER = 30 * 2 ** 20; // bytes of one request, a little below the server's bound
const SLOW_BYTES = 300_000; // what is smaller has gone before a bar is seen

/** @param {HTMLFormElement} form */
function filesOf(form) {
  const inputs = /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("input[type=file]"));
  return [...inputs].flatMap((input) => [...(input.files ?? [])]);
}

/**
 * Why these files cannot be sent, or "".
 * @param {HTMLFormElement} form
 */
function tooMuch(form) {
  const tile = /** @type {HTMLElement | null} */ (form.querySelector("[data-most-bytes]"));
  const most = Number(tile?.dataset.mostBytes ?? Infinity);
  const files = filesOf(form);
  const large = files.find((file) => file.size > most);
  const name = large?.name ?? "";
  if (large) return _("%(name)s is too large. Please choose a file of at most %(most)s MB.", { name, most: most / 2 ** 20 });
  const together = files.reduce((sum, file) => sum + file.size, 0);
  return together > MOST_TOGETHER ? _("Together these files are too large. Please send some now and the others after.") : "";
}

/** @param {HTMLFormElement} form */
function barOf(form) {
  const place = document.createElement("div");
  place.className = "working";
  place.setAttribute("role", "status");
  place.dataset.sending = "";
  const bar = document.createElement("progress");
  bar.className = "working__bar";
  bar.max = 100;
  const words = document.createElement("p");
  place.append(bar, words);
  form.append(place);
  return { place, bar, words };
}

/**
 * The answer is a page: another address is gone to, a page that says what is wrong takes this one's place.
 * @param {XMLHttpRequest} sent @param {HTMLFormElement} form @param {(main: HTMLElement) => void} prepare
 */
function follow(sent, form, prepare) {
  if (sent.status < 400 && sent.responseURL !== form.action) {
    window.location.assign(sent.responseURL);
    return;
  }
  const answer = new DOMParser().parseFromString(sent.responseText, "text/html");
  const main = /** @type {HTMLElement | null} */ (answer.querySelector("main"));
  if (!main) return window.location.reload();
  document.title = answer.title;
  document.querySelector("main")?.replaceWith(main);
  window.scrollTo(0, 0);
  prepare(main);
}

/** @param {HTMLFormElement} form @param {HTMLButtonElement | null} button @param {(main: HTMLElement) => void} prepare */
function send(form, button, prepare) {
  const { place, bar, words } = barOf(form);
  const sent = new XMLHttpRequest();
  const failed = () => {
    place.remove();
    delete form.dataset.sent;
    button?.classList.remove("button--busy");
    tell(form, _("Not sent: no connection. Your files are still chosen; press the button again."));
  };
  sent.upload.addEventListener("progress", (event) => {
    const percent = Math.floor((100 * event.loaded) / Math.max(1, event.total));
    bar.value = percent;
    words.textContent = _("Sending: %(percent)s %", { percent });
    if (event.loaded >= event.total) {
      bar.removeAttribute("value");
      words.textContent = _("All sent. We are looking at it; this takes a few seconds.");
    }
  });
  sent.addEventListener("load", () => follow(sent, form, prepare));
  sent.addEventListener("error", failed);
  sent.addEventListener("abort", failed);
  sent.open("POST", addressOf(form, button));
  sent.send(entered(form, button));
  form.dataset.sent = "yes";
  button?.classList.add("button--busy");
}

/** @param {HTMLFormElement} form @param {string} text */
function tell(form, text) {
  const said = form.querySelector("[data-sending-words]") ?? document.createElement("p");
  said.className = "field__error";
  said.setAttribute("role", "alert");
  said.setAttribute("data-sending-words", "");
  said.textContent = text;
  if (text) form.append(said);
  else said.remove();
}

/**
 * Watches the forms that send files.
 * @param {(main: HTMLElement) => void} prepare what a page that takes this one's place needs
 */
export function sendFiles(prepare) {
  document.addEventListener("change", (event) => {
    const form = event.target instanceof HTMLInputElement && event.target.type === "file" ? event.target.form : null;
    if (form) tell(form, tooMuch(form));
  });
  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    const files = filesOf(form);
    if (event.defaultPrevented || !files.length || form.dataset.sent === "yes") return;
    const why = tooMuch(form);
    if (why) {
      event.preventDefault();
      tell(form, why);
    } else if (files.reduce((sum, file) => sum + file.size, 0) > SLOW_BYTES) {
      event.preventDefault();
      send(form, senderOf(form), prepare);
    }
  });
}
