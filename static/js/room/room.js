/**
 * The room's page: joins by itself, shows what the server says this person may see, and sends what they do.
 *
 * DOM contract: templates/sittings/room.html. The state comes from GET …/state whenever /push says that it changed;
 * lines and pages come with the news itself. Where the server does not answer, words say so and it is tried again.
 */

import { io } from "socket.io-client";
import { _ } from "../messages.js";
import { openDevices, RoomMedia } from "./media.js";
import { AgreementSheet } from "./parts/agreement.js";
import { Apart } from "./parts/apart.js";
import { Controls } from "./parts/controls.js";
import { Court, find, oneAtATime, Refusal } from "./parts/court.js";
import { Exhibits } from "./parts/exhibits.js";
import { Facts } from "./parts/facts.js";
import { Help } from "./parts/help.js";
import { farewell, showLobby, showNotice } from "./parts/lobby.js";
import { showPeople } from "./parts/people.js";
import { tone } from "./parts/sound.js";
import { Talk } from "./parts/talk.js";
import { Tiles } from "./parts/tiles.js";

const TROUBLE_MS = 6000;

class RoomPage {
  /** @param {{ here: string, id: string, case: string, host: boolean, mediation: boolean }} data */
  constructor(data) {
    this.data = data;
    this.root = find("[data-court]");
    this.court = new Court(data.here);
    /** @type {import("./parts/court.js").RoomState | null} */
    this.state = null;
    this.connected = false;
    this.waited = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.troubleTimer = undefined;
    const page = {
      trouble: (/** @type {unknown} */ error) => this.trouble(error),
      fresh: (/** @type {string} */ panel) => this.fresh(panel),
      say: (/** @type {string} */ words) => this.say(words),
      makeRoom: () => window.matchMedia("(min-width: 64em)").matches || this.openPanel(""),
    };
    this.tiles = new Tiles(find("[data-tiles]"), () => (find("[data-do=sound]").hidden = false));
    this.talk = new Talk(this.court, page);
    this.apart = new Apart(this.court, page);
    this.exhibits = new Exhibits(this.court, page, data.host);
    this.help = new Help(this.court, (on) => this.setCamera(on));
    this.facts = data.mediation ? new Facts(this.court, page) : null;
    this.agreement = data.mediation ? new AgreementSheet(data.case, page) : null;
    this.media = new RoomMedia({ getTicket: () => this.ticket(), on: this.mediaEvents() });
    this.controls = new Controls(this.media, this.tiles, { say: (words) => this.say(words, true), hush: () => this.hush() });
    this.load = oneAtATime(() => this.look());
    document.addEventListener("click", (event) => this.click(event));
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.openPanel(""));
    if (window.matchMedia("(min-width: 64em)").matches) this.openPanel("people");
  }

  async run() {
    this.listen();
    await this.load();
    if (this.state?.state === "closed") return;
    await this.help.load();
    const mine = await openDevices({ video: !this.help.off });
    this.media.start(mine);
    this.tellDevices(mine.trouble);
    this.controls.press("video", Boolean(mine.video));
    this.controls.drawSelf();
    this.keepAwake();
  }

  // -- the server's word

  listen() {
    const socket = io("/push", { transports: ["websocket", "polling"] });
    socket.on("connect", () => {
      this.load();
      this.agreement?.look();
    });
    socket.on("disconnect", (reason) => reason === "io server disconnect" && this.load()); // signed out elsewhere
    this.help.listen(socket);
    socket.on("changed", (news) => this.agreement?.hear(news));
    socket.on("sitting", (news) => news.sitting === this.data.id && this.hear(news));
  }

  /** @param {any} news */
  hear(news) {
    if (news.what === "chat") this.talk.hear(news.line);
    else if (news.what === "minutes") this.talk.note(news.line);
    else if (news.what === "facts") this.facts?.look();
    else if (news.what === "evidence") this.exhibits.hear(news.key === this.state?.me.place ? news.showing : undefined);
    else this.load();
  }

  /** Whether the server answered. */
  async look() {
    try {
      this.show(await this.court.get("/state"));
    } catch (error) {
      if (!(error instanceof Refusal && [401, 404].includes(error.status))) return false;
      this.finish(_("You are no longer in this room."));
    }
    return true;
  }

  /** @param {import("./parts/court.js").RoomState} state */
  show(state) {
    const before = this.state;
    this.state = state;
    this.root.dataset.place = state.me.place;
    this.root.dataset.phase = state.state;
    const inside = state.state === "live" && !["lobby", "moving"].includes(state.me.place);
    const here = state.seats.filter((one) => inside && one.present && one.place === state.me.place);
    this.tiles.seat([...here.filter((one) => one.id !== state.me.id), state.me], state.me.id);
    this.controls.drawSelf();
    showLobby(state, inside, this.connected);
    showNotice(state, inside);
    this.apart.show(state);
    this.showHost(state);
    this.talk.show(state);
    this.facts?.show(state);
    showPeople(state, (act, seat) => this.lead(act, { seat }));
    if (before?.me.place !== state.me.place || !inside) this.exhibits.move(state);
    if (before && state.hosts && arrivals(before, state)) tone(880, 0.5);
    if (inside && this.waited) tone(660, 0.4); // whoever looked away hears that the door is open
    this.waited = !inside && (this.waited || state.me.place === "lobby");
    find("[data-state]").textContent = this.words(state, inside);
    if (state.state === "closed") this.finish(farewell(state));
  }

  /** @param {import("./parts/court.js").RoomState} state @param {boolean} inside */
  words(state, inside) {
    if (state.state === "closed") return _("Ended");
    if (state.state === "paused") return _("Paused");
    if (!this.connected) return _("Connecting …");
    if (!inside) return _("Waiting");
    return state.me.place === "joint" ? _("All together") : _("Apart");
  }

  /** @param {import("./parts/court.js").RoomState} state */
  showHost(state) {
    const bar = document.querySelector("[data-host]");
    if (!(bar instanceof HTMLElement)) return;
    bar.hidden = state.state !== "live";
    for (const [act, stage] of [["caucus-A", "caucus:a"], ["caucus-B", "caucus:b"], ["joint", "joint"]]) {
      const button = bar.querySelector(`[data-do=${act}]`);
      button?.setAttribute("aria-pressed", String(state.stage === stage && state.me.place === stage));
    }
  }

  /** @param {string} words */
  finish(words) {
    this.media.stop();
    this.tiles.seat([], "");
    find("[data-lobby]").hidden = false;
    find("[data-lobby-title]").textContent = _("Goodbye");
    find("[data-lobby-words]").textContent = words;
    find("[data-lobby-people]").replaceChildren();
    find("[data-lobby-missing]").hidden = true;
    find("[data-lobby-wait]").hidden = true;
    find("[data-back]").hidden = false;
    for (const button of document.querySelectorAll("[data-do=start], [data-do=sound]")) button.setAttribute("hidden", "");
  }

  // -- media

  async ticket() {
    try {
      return (await this.court.post("/ticket")).ticket;
    } catch (error) {
      if (error instanceof Refusal && error.status === 409) window.location.assign(this.data.here);
      throw error;
    }
  }

  /** @returns {import("./media.js").MediaEvents} */
  mediaEvents() {
    return {
      track: (seat, kind, stream) => this.tiles.play(seat, kind, stream),
      trackGone: (seat, kind) => this.tiles.stop(seat, kind),
      speaker: (seat) => this.tiles.speaks(seat),
      pictures: (qualities) => this.tiles.weigh(qualities),
      restored: () => this.setConnected(true),
      lost: () => this.setConnected(false),
      ended: (reason) => this.ended(reason),
      muted: (kinds) => kinds.length && this.say(_("The one who leads the sitting has muted you.")),
      device: (kind, state) => state === "ended" && this.lostDevice(kind),
    };
  }

  /** @param {boolean} connected */
  setConnected(connected) {
    this.connected = connected;
    if (connected) this.hush();
    else this.say(_("Your connection broke. It is being restored; please stay on this page."), true);
    this.load();
  }

  /** @param {string} reason */
  ended(reason) {
    if (reason === "replaced") this.finish(_("You have entered from another page or device. This one is silent now."));
    else this.load();
  }

  /** @param {"audio" | "video"} kind */
  lostDevice(kind) {
    this.say(
      kind === "audio"
        ? _("Another app took the microphone. Tap “Microphone” to get it back.")
        : _("Another app took the camera. Tap “Camera” to get it back."),
      true,
    );
  }

  /** @param {Partial<Record<string, string>>} trouble */
  tellDevices(trouble) {
    this.controls.opened(trouble);
    if (trouble.audio && trouble.video) this.say(_("Camera and microphone are closed. You hear and see the others; tap a button below to try again."), true);
    else if (trouble.audio) this.say(_("The microphone is closed: nobody hears you. Tap “Microphone” to try again."), true);
    else if (trouble.video) this.say(_("You take part by voice. Tap “Camera” to try the picture again."));
  }

  /** The camera is given back, not only muted: a thin line is spared black pictures too. @param {boolean} on */
  async setCamera(on) {
    if (!this.media.pc) return; // before the devices are opened: then they are opened so
    if (on) {
      if (!this.media.own.video) await this.controls.toggle("video");
      return;
    }
    await this.media.replaceTrack("video", null);
    this.controls.press("video", false);
    this.controls.drawSelf();
  }

  async keepAwake() {
    const keep = () => /** @type {any} */ (navigator).wakeLock?.request("screen").catch(() => {});
    keep();
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && keep());
  }

  // -- what the person does

  /** @param {MouseEvent} event */
  click(event) {
    const target = event.target instanceof Element ? event.target.closest("[data-do], [data-tab]") : null;
    if (!(target instanceof HTMLElement)) return;
    if (target.dataset.tab) this.openPanel(target.dataset.tab);
    else if (target.dataset.opens) this.openPanel(this.root.dataset.panel === target.dataset.opens ? "" : target.dataset.opens);
    else this.acts()[target.dataset.do ?? ""]?.();
  }

  /** @returns {Record<string, () => void>} */
  acts() {
    return {
      mic: () => this.controls.toggle("audio"),
      camera: () => this.controls.toggle("video"),
      sound: () => this.controls.unlock(),
      start: () => this.lead("start"),
      joint: () => this.lead("joint"),
      back: () => this.lead("back"),
      withdraw: () => this.lead("withdraw"),
      accept: () => this.apart.accept(),
      refuse: () => this.apart.refuse(),
      reconsider: () => this.apart.reconsider(),
      "caucus-A": () => this.lead("caucus", { side: "A" }),
      "caucus-B": () => this.lead("caucus", { side: "B" }),
      close: () => this.lead("close", {}, _("End the sitting for everybody? It cannot be opened again.")),
      previous: () => this.exhibits.turn(-1),
      next: () => this.exhibits.turn(1),
      follow: () => this.exhibits.follow(),
      "put-away": () => this.exhibits.putAway(),
      "close-panel": () => this.openPanel(""),
      agreement: () => this.agreement?.open(),
      negotiation: () => this.agreement?.open(this.agreement.table),
      "close-agreement": () => this.agreement?.close(),
    };
  }

  /** @param {string} act @param {object} [body] @param {string} [question] */
  async lead(act, body = {}, question = "") {
    const asked = question || (act === "remove" ? _("Put this person out for the rest of the sitting?") : "");
    if (asked && !(await this.ask(asked))) return;
    try {
      await this.court.post(`/host/${act}`, body);
    } catch (error) {
      this.trouble(error);
    }
  }

  /** @param {string} words @returns {Promise<boolean>} */
  ask(words) {
    const dialog = /** @type {HTMLDialogElement} */ (find("[data-ask]"));
    if (!dialog.showModal) return Promise.resolve(window.confirm(words));
    find("[data-ask-words]").textContent = words;
    dialog.returnValue = "no";
    dialog.showModal();
    return new Promise((answer) =>
      dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true }),
    );
  }

  /** @param {string} name  of the panel; "" closes it */
  openPanel(name) {
    this.root.dataset.panel = name;
    for (const tab of document.querySelectorAll("[data-tab]")) {
      tab.setAttribute("aria-selected", String(/** @type {HTMLElement} */ (tab).dataset.tab === name));
    }
    for (const body of document.querySelectorAll("[data-body]")) {
      /** @type {HTMLElement} */ (body).hidden = /** @type {HTMLElement} */ (body).dataset.body !== name;
    }
    for (const opener of document.querySelectorAll("[data-opens]")) {
      opener.setAttribute("aria-expanded", String(/** @type {HTMLElement} */ (opener).dataset.opens === name));
    }
    this.mark(name, false);
    this.talk.down();
  }

  /** Something new in a panel that is not open. @param {string} panel */
  fresh(panel) {
    if (this.root.dataset.panel !== panel) this.mark(panel, true);
  }

  /** @param {string} panel @param {boolean} on */
  mark(panel, on) {
    for (const dot of document.querySelectorAll(`[data-new="${panel}"]`)) /** @type {HTMLElement} */ (dot).hidden = !on;
    document.querySelector(`.control[data-opens="${panel}"]`)?.classList.toggle("control--new", on);
  }

  // -- words

  /** @param {unknown} error */
  trouble(error) {
    const words = error instanceof Refusal ? error.message : "";
    this.say(words || _("The court did not answer. Please try once more."));
  }

  /** @param {string} words @param {boolean} [stays] */
  say(words, stays = false) {
    const box = find("[data-trouble]");
    box.textContent = words;
    box.hidden = false;
    clearTimeout(this.troubleTimer);
    if (!stays) this.troubleTimer = setTimeout(() => this.hush(), TROUBLE_MS);
  }

  hush() {
    find("[data-trouble]").hidden = true;
  }
}

/** @param {import("./parts/court.js").RoomState} before @param {import("./parts/court.js").RoomState} now */
function arrivals(before, now) {
  const there = new Set(before.seats.filter((one) => one.present).map((one) => one.id));
  return now.seats.some((one) => one.present && one.place === "lobby" && !there.has(one.id));
}

new RoomPage(JSON.parse(find("#room-data").textContent ?? "{}")).run();
