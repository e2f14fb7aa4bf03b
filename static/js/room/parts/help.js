/**
 * Technical support on a page of a sitting: its messages and proposals, and the person's wish to be called back.
 *
 * DOM contract: `help_strip` and, where help is asked for without leaving the page, `help_dialog` of
 * templates/support/parts.html; [data-do=help] opens that. The state comes from GET …/help/state whenever /push
 * tells of "support". What becomes of a press is said beside the button: an open dialog hides the rest of the page.
 *
 * @typedef {{ messages: { text: string, at: string, new: boolean }[], pictures: string, called_at: string | null,
 *   phone: string, testing: boolean }} HelpState
 */

import { _ } from "../../messages.js";
import { tellIfSlow } from "../../site/parts/slow.js";
import { clock, find, Refusal, until } from "./court.js";
import { tone } from "./sound.js";

const ANSWER_MS = 30_000; // then it may be pressed once more: each of these acts is the same done twice

export class Help {
  /**
   * @param {import("./court.js").Court} court
   * @param {(on: boolean) => void} [camera]  told when the person goes on with the voice alone, or no longer
   */
  constructor(court, camera = () => {}) {
    this.court = court;
    this.camera = camera;
    this.off = false;
    this.tested = false;
    this.unread = 0;
    this.sending = false;
    document.addEventListener("click", (event) => this.click(event));
    this.form?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask();
    });
  }

  get dialog() {
    return /** @type {HTMLDialogElement | null} */ (document.querySelector("[data-help-ask]"));
  }

  get form() {
    return /** @type {HTMLFormElement | null} */ (document.querySelector("[data-help-form]"));
  }

  /** @param {any} socket  of /push */
  listen(socket) {
    socket.on("connect", () => this.load());
    socket.on("support", (/** @type {{ sitting: string }} */ news) => this.court.here.endsWith(news.sitting) && this.load());
  }

  /** Without an answer what stands there stays: the next news, or connection, asks again. */
  async load() {
    try {
      this.show(await this.court.get("/help/state"));
    } catch {
      // the page itself tells of a connection that is gone
    }
  }

  /** @param {HelpState} state */
  show(state) {
    const unread = state.messages.filter((one) => one.new);
    find("[data-help-words]").textContent = unread.map((one) => one.text).join(" ");
    reveal("[data-help-told]", unread.length > 0);
    reveal("[data-help-voice]", state.pictures === "asked");
    reveal("[data-help-testing]", state.testing);
    reveal("[data-help-off]", state.pictures === "off");
    reveal("[data-help-called]", Boolean(state.called_at));
    find("[data-help-called-words]").textContent = state.called_at
      ? _("Technical support calls you back at %(phone)s; asked for at %(time)s.", { phone: state.phone, time: clock(state.called_at) })
      : "";
    const own = document.querySelector("[data-help-own]");
    if (own) own.textContent = _("Leave it empty, and we call %(phone)s.", { phone: state.phone });
    if (unread.length > this.unread || (state.testing && !this.tested)) tone(740, 0.4);
    this.unread = unread.length;
    this.tested = state.testing;
    const off = state.pictures === "off";
    if (off !== this.off) this.camera(!off);
    this.off = off;
  }

  /** @param {MouseEvent} event */
  click(event) {
    const target = event.target instanceof Element ? event.target.closest("[data-help-do], [data-do=help]") : null;
    if (!(target instanceof HTMLElement)) return;
    const act = target.dataset.helpDo ?? "open";
    if (act === "open") this.dialog?.showModal();
    else if (act === "close") this.dialog?.close();
    else if (act === "read" || act === "withdraw") this.press(`/help/${act}`, {});
    else this.press("/help/pictures", { pictures: act });
  }

  /** @param {string} path @param {Record<string, string>} form */
  async press(path, form) {
    const said = await this.send(path, form);
    if (said !== null) tell(find("[data-help-trouble]"), said);
  }

  /** For a page with no other place for it: the court's answer to a press takes long, or has come. @param {boolean} waits */
  wait(waits) {
    const words = waits ? _("The court's answer takes a little longer. You need not press again.") : "";
    if (this.sending) tell(find("[data-help-trouble]"), words);
  }

  async ask() {
    const form = /** @type {HTMLFormElement} */ (this.form);
    const entered = new FormData(form);
    const wish = { trouble: String(entered.get("trouble")), phone: String(entered.get("phone") ?? "") };
    const answered = tellIfSlow(find("[type=submit]", form));
    const said = await this.send("/help", wish);
    answered();
    if (said === null) return;
    tell(find("[data-help-error]"), said);
    if (!said) this.dialog?.close();
  }

  /**
   * What was wrong with it, in words; "" if it was taken, null if something is on its way already.
   * @param {string} path @param {Record<string, string>} form
   */
  async send(path, form) {
    if (this.sending) return null;
    this.sending = true;
    try {
      const headers = { Accept: "application/json" };
      const body = new URLSearchParams(form);
      await this.court.ask(path, { method: "POST", headers, body, signal: until(ANSWER_MS) });
    } catch (error) {
      const words = error instanceof Refusal ? error.message : "";
      return words || _("The court did not answer. Please try once more.");
    } finally {
      this.sending = false;
    }
    await this.load();
    return "";
  }
}

/** @param {HTMLElement} box @param {string} words  "" hides it */
function tell(box, words) {
  box.textContent = words;
  box.hidden = !words;
}

/** @param {string} selector @param {boolean} on */
function reveal(selector, on) {
  find(selector).hidden = !on;
}
