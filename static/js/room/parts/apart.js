/** A talk apart: the question to who is asked, what the mediator is told, the banner, and the way back together. */

import { _ } from "../../messages.js";
import { find, helps } from "./court.js";
import { tone } from "./sound.js";

export class Apart {
  /**
   * @param {import("./court.js").Court} court
   * @param {{ trouble: (error: unknown) => void, uncover: () => boolean }} page
   */
  constructor(court, page) {
    this.court = court;
    this.page = page;
    this.endsAt = 0;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.ticking = undefined;
    this.card = document.querySelector("[data-asked]");
    this.form = document.querySelector("[data-asked-form]");
    this.form?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.decline();
    });
  }

  /** @param {import("./court.js").RoomState} state */
  show(state) {
    showBanner(state);
    this.showReturn(state);
    showAsking(state);
    this.showQuestion(state);
  }

  /** @param {import("./court.js").RoomState} state */
  showQuestion(state) {
    if (!(this.card instanceof HTMLElement)) return;
    const open = state.state === "live" && state.me.asked === "open";
    if (open && this.card.hidden) {
      const names = { host: state.host };
      find("[data-asked-words]").textContent = helps(state.me)
        ? _("%(host)s talks alone with the side that you help, and it wants you there. Say yes once the party has gone there. You hear and read what is said, and do not speak for the party.", names)
        : _(
            "%(host)s would like to talk with you alone. Only you and those of your side who say yes hear and read it; the other side does not, and nothing is written down. You are free to say no, and there is no hurry.",
            names,
          );
      this.reconsider();
      const writes = this.page.uncover();
      this.card.hidden = false;
      if (!writes) this.card.focus();
      tone(660, 0.4);
    }
    this.card.hidden = !open;
  }

  async accept() {
    try {
      await this.court.post("/apart", { accepts: true });
    } catch (error) {
      this.page.trouble(error);
    }
  }

  async decline() {
    const field = /** @type {HTMLTextAreaElement} */ (find("#asked-reason"));
    try {
      await this.court.post("/apart", { accepts: false, reason: field.value });
      field.value = "";
    } catch (error) {
      this.page.trouble(error);
    }
  }

  /** The reason is asked for once the person has said no. */
  refuse() {
    find("[data-asked-answer]").hidden = true;
    find("[data-asked-form]").hidden = false;
    find("#asked-reason").focus();
  }

  reconsider() {
    find("[data-asked-answer]").hidden = false;
    find("[data-asked-form]").hidden = true;
  }

  /** @param {import("./court.js").RoomState} state */
  showReturn(state) {
    const runs = state.state === "live" && state.returns_in_s !== null;
    find("[data-return]").hidden = !runs;
    clearInterval(this.ticking);
    if (!runs) return;
    this.endsAt = performance.now() + 1000 * (state.returns_in_s ?? 0);
    const tick = () => {
      const seconds = Math.max(0, Math.ceil((this.endsAt - performance.now()) / 1000));
      find("[data-return-words]").textContent = _("All are together again in %(seconds)s seconds.", { seconds });
    };
    tick();
    this.ticking = setInterval(tick, 1000);
  }
}

/** Who hears, in red. @param {import("./court.js").RoomState} state */
function showBanner(state) {
  const banner = find("[data-caucus]");
  const place = state.state === "live" ? state.me.place : "";
  const apart = place.startsWith("caucus") || place.startsWith("private");
  banner.hidden = !apart;
  if (!apart) return;
  const here = state.seats.filter((one) => one.present && one.place === place);
  if (place.startsWith("caucus")) {
    const names = state.hearers.map((name) => accompanied(name, here)).join("、");
    banner.textContent = _("Talk apart: only %(names)s hear and read this. Nothing is written down.", { names });
    return;
  }
  const others = here.filter((one) => one.id !== state.me.id);
  const names = others.map((one) => accompanied(one.name, here)).join("、");
  const own = place.slice(-1) === state.stage.slice(-1); // others of the side are there, and this person is not
  const alone = own
    ? _("The mediator talks with others of your side. Nobody hears you now.")
    : _("The mediator talks with the other side. Nobody hears you now.");
  const among = own
    ? _("The mediator talks with others of your side. Here only %(names)s hear you.", { names })
    : _("The mediator talks with the other side. Here only %(names)s hear you.", { names });
  banner.textContent = names ? among : alone;
}

/**
 * A person, with those who sit beside them and hear as much. @param {string} name
 * @param {import("./court.js").Person[]} here
 */
function accompanied(name, here) {
  const beside = here.find((one) => one.name === name)?.beside ?? [];
  if (!beside.length) return name;
  const words = _("beside: %(name)s", { name: beside.map((one) => one.name).join("、") });
  return `${name}（${words}）`;
}

/** What became of the question, for the mediator. @param {import("./court.js").RoomState} state */
function showAsking(state) {
  const line = document.querySelector("[data-asking]");
  if (!(line instanceof HTMLElement)) return;
  const open = state.seats.filter((one) => one.asked === "open").map((one) => one.name);
  const declined = state.seats.filter((one) => one.asked === "declined");
  line.hidden = state.state !== "live" || !(open.length || declined.length);
  const words = declined.map((one) =>
    one.because
      ? _("%(name)s does not want to talk apart now: “%(reason)s”", { name: one.name, reason: one.because })
      : _("%(name)s does not want to talk apart now, and gave no reason.", { name: one.name }),
  );
  if (open.length) words.push(_("Asked to talk apart, no answer yet: %(names)s", { names: open.join("、") }));
  find("[data-asking-words]").textContent = words.join(" ");
  find("[data-asking-open]").textContent = open.length ? _("Do not ask any more") : _("Close");
}
