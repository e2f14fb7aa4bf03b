/**
 * What is written: the chat of the place where one is, and the minutes.
 *
 * Rule 1: lines come with the news and with the state of the room. A state that was on its way while a line came does
 *         not hold it yet: what has a higher number than all of the state stays.
 */

import { _ } from "../../messages.js";
import { called, clock, find, make, sendOff } from "./court.js";

export class Talk {
  /**
   * @param {import("./court.js").Court} court
   * @param {{ trouble: (error: unknown) => void, fresh: (panel: string) => void,
   *   ask: (words: string) => Promise<boolean> }} page
   */
  constructor(court, page) {
    this.court = court;
    this.page = page;
    this.key = "";
    /** @type {import("./court.js").ChatLine[]} what was told, also of a place that the page does not know itself in yet */
    this.said = [];
    /** @type {import("./court.js").MinutesLine[]} */
    this.written = [];
    this.lines = find("[data-chat-lines]");
    this.minutes = find("[data-minutes-lines]");
    const form = /** @type {HTMLFormElement} */ (find("[data-chat-form]"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.say();
    });
    document.querySelector("[data-minutes-form]")?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.write();
    });
  }

  /** @param {import("./court.js").RoomState} state */
  show(state) {
    this.key = state.me.place;
    this.said = later(state.chat, this.said.filter((one) => one.key === this.key));
    this.written = this.key === "joint" ? later(state.minutes, this.written) : [];
    const apart = state.me.place !== "joint";
    find("[data-chat-who]").textContent = state.readers.length
      ? _("Read here by: %(names)s", { names: state.readers.join("、") })
      : _("You can write once you are in the room.");
    find("[data-chat-who]").classList.toggle("dock__who--apart", apart && state.readers.length > 0);
    this.lines.replaceChildren(...this.said.map((one) => this.line(one)));
    this.minutes.replaceChildren(...this.written.map(minute));
    if (!this.written.length) this.minutes.append(make("li", "talk__none", _("Nothing is written yet.")));
    this.showSpeakers(state);
    this.down();
  }

  /** Whoever comes meanwhile: the one whose words are being written down stays chosen. @param {import("./court.js").RoomState} state */
  showSpeakers(state) {
    const select = document.querySelector("[data-minutes-speakers]");
    if (!(select instanceof HTMLSelectElement)) return;
    const names = state.seats.map((one) => one.name);
    if (names.join("\n") === [...select.options].map((one) => one.value).join("\n")) return;
    const chosen = select.value;
    select.replaceChildren(...names.map((name) => new Option(name, name, false, name === chosen)));
  }

  /** @param {import("./court.js").ChatLine} told */
  hear(told) {
    if (this.said.some((one) => one.id === told.id)) return;
    this.said.push(told);
    if (told.key !== this.key) return; // the state that says that the person is there is on its way
    this.lines.append(this.line(told));
    if (!told.mine) this.page.fresh("chat");
    this.down();
  }

  /** @param {import("./court.js").MinutesLine} told */
  note(told) {
    if (this.written.some((one) => one.id === told.id)) return;
    this.written.push(told);
    if (this.key !== "joint") return;
    this.minutes.querySelector(".talk__none")?.remove();
    this.minutes.append(minute(told));
    this.page.fresh("minutes");
    this.down();
  }

  /** @param {import("./court.js").ChatLine} told */
  line(told) {
    const item = make("li", told.mine ? "talk__line talk__line--mine" : "talk__line");
    item.id = `line-${told.id}`;
    const who = called(told, told.mine ? _("You") : told.name);
    item.append(make("span", "talk__who", `${who} ${clock(told.at)}`));
    item.append(make("span", "talk__text", told.text));
    if (told.released) item.append(make("span", "talk__released", _("From a talk apart; its author lets all read it.")));
    else if (told.mine && told.key !== "joint") item.append(this.releaser(told.id));
    return item;
  }

  /** What was written apart is read by all only if its author wants it, line by line. @param {string} id */
  releaser(id) {
    const button = make("button", "small-button talk__release", _("Let all read this line"));
    button.setAttribute("type", "button");
    button.addEventListener("click", async () => {
      if (!(await this.page.ask(_("Let everybody in the sitting read this line? It cannot be taken back.")))) return;
      try {
        await this.court.post(`/chat/${id}/release`);
        button.replaceWith(make("span", "talk__released", _("From a talk apart; its author lets all read it.")));
      } catch (error) {
        this.page.trouble(error);
      }
    });
    return button;
  }

  say() {
    const field = /** @type {HTMLInputElement} */ (find("#chat-text"));
    return sendOff(field, (text) => this.court.post("/chat", { text }), this.page.trouble);
  }

  write() {
    const field = /** @type {HTMLTextAreaElement} */ (find("#minutes-text"));
    const speaker = /** @type {HTMLSelectElement} */ (find("#minutes-speaker")).value;
    return sendOff(field, (text, name) => this.court.post("/minutes", { speaker, text, name }), this.page.trouble);
  }

  down() {
    for (const list of [this.lines, this.minutes]) list.scrollTop = list.scrollHeight;
  }
}

/**
 * What the state holds, and what came after it.
 * @template {{ number: number }} Line
 * @param {Line[]} stated @param {Line[]} heard @returns {Line[]}
 */
function later(stated, heard) {
  const newest = stated[stated.length - 1]?.number ?? 0;
  return [...stated, ...heard.filter((one) => one.number > newest)];
}

/** @param {import("./court.js").MinutesLine} told */
function minute(told) {
  const item = make("li", "talk__minute");
  item.id = `line-${told.id}`;
  item.append(make("time", "", clock(told.at)), make("strong", "", told.speaker), make("span", "", told.text));
  return item;
}
