/**
 * The room's page: joins by itself, shows what the server says this person may see, and sends what they do.
 *
 * DOM contract: templates/sittings/room.html. The state comes from GET …/state whenever /push says that it changed;
 * lines and pages come with the news itself. Where the server does not answer, words say so and it is tried again.
 */

import { io } from "socket.io-client";
import { _ } from "../messages.js";
import { SLOW_MS } from "../site/parts/slow.js";
import { openDevices, RoomMedia } from "./media.js";
import { AgreementSheet } from "./parts/agreement.js";
import { Apart } from "./parts/apart.js";
import { Channels } from "./parts/channels.js";
import { Controls } from "./parts/controls.js";
import { Court, find, oneAtATime, Refusal, until } from "./parts/court.js";
import { Exhibits } from "./parts/exhibits.js";
import { Facts } from "./parts/facts.js";
import { Frame } from "./parts/frame.js";
import { Help } from "./parts/help.js";
import { farewell, outside, showLobby, showNotice } from "./parts/lobby.js";
import { showPeople } from "./parts/people.js";
import { Recorded } from "./parts/recorded.js";
import { able, browser, elsewhere } from "./parts/remedies.js";
import { Screen } from "./parts/screen.js";
import { Stillness } from "./parts/still.js";
import { tone } from "./parts/sound.js";
import { Talk } from "./parts/talk.js";
import { Tiles } from "./parts/tiles.js";
import { Vigil } from "./parts/vigil.js";

const TROUBLE_MS = 6000;
const TICKET_MS = 30_000; // then another is asked for

class RoomPage {
  /** @param {{ here: string, id: string, case: string, host: boolean, mediation: boolean, silent: boolean }} data */
  constructor(data) {
    this.data = data;
    this.root = find("[data-court]");
    this.court = new Court(data.here, (waits) => this.wait(waits));
    /** @type {import("./parts/court.js").RoomState | null} */
    this.state = null;
    this.unanswered = false; // the court did not answer the last time
    this.connected = false;
    this.broken = ""; // what is said while a connection that was there is not
    this.closed = ""; // what is said while our own microphone is closed
    /** @type {Partial<Record<string, string>>} which of our devices could not be opened */
    this.missing = {};
    this.waited = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.troubleTimer = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.slowTimer = undefined;
    const page = {
      trouble: (/** @type {unknown} */ error) => this.trouble(error),
      fresh: (/** @type {string} */ panel) => this.frame.fresh(panel),
      say: (/** @type {string} */ words) => this.say(words),
      makeRoom: () => this.frame.makeRoom(),
      uncover: () => this.frame.uncover(),
      ask: (/** @type {string} */ words) => this.ask(words),
      wait: (/** @type {boolean} */ waits) => this.wait(waits),
      load: () => this.load(),
    };
    this.tiles = new Tiles(find("[data-tiles]"), () => (find("[data-do=sound]").hidden = false));
    this.talk = new Talk(this.court, page);
    this.apart = new Apart(this.court, page);
    this.recorded = new Recorded(this.court, page);
    this.screen = new Screen(this.court, () => this.media, page);
    this.exhibits = new Exhibits(this.court, page, data.host);
    this.channels = new Channels(this.tiles);
    this.help = new Help(this.court, (on) => this.setCamera(on));
    this.facts = data.mediation ? new Facts(this.court, page) : null;
    this.agreement = data.mediation ? new AgreementSheet(data.case, page) : null;
    this.media = new RoomMedia({ getTicket: () => this.ticket(), on: this.mediaEvents() });
    new Stillness(this.media, (seats) => this.tiles.rest(seats));
    this.controls = new Controls(this.media, this.tiles, {
      say: (words) => this.say(words, true),
      hush: () => this.hush(),
      got: (kind) => this.regained(kind),
    });
    this.load = oneAtATime(() => this.look());
    document.addEventListener("click", (event) => this.click(event));
    this.vigil = new Vigil(find("[data-tiles]"));
    this.frame = new Frame(this.root, () => this.talk.down());
    this.slowly();
  }

  async run() {
    this.listen();
    await this.load();
    if (this.state?.state === "closed") return;
    if (!able()) {
      this.finish(_("This browser cannot carry sound and picture. %(how)s", { how: elsewhere(browser()) }));
      return;
    }
    await this.help.load();
    const asking = setTimeout(() => this.say(_("Please tap “Allow” when your device asks."), true), 1000);
    const heard = !this.data.silent; // who observes is neither heard nor seen
    const mine = await openDevices({ audio: heard, video: heard && !this.help.off });
    clearTimeout(asking);
    this.hush();
    this.media.start(mine);
    this.tellDevices(mine.trouble);
    this.controls.press("video", Boolean(mine.video));
    this.controls.drawSelf();
    this.vigil.watch(mine.audio);
  }

  // -- the server's word

  listen() {
    const socket = io("/push", { transports: ["websocket", "polling"] });
    socket.on("connect", () => {
      this.load();
      this.agreement?.look();
      if (!this.state) return;
      this.exhibits.load(); // what was told meanwhile was told to nobody
      this.facts?.look();
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
    else if (news.what === "evidence") this.exhibits.hear(news.key === this.state?.me.place ? news : {});
    else this.load();
  }

  /** Whether the server answered. */
  async look() {
    try {
      this.show(await this.court.get("/state"));
      if (this.unanswered) this.hush();
      this.unanswered = false;
    } catch (error) {
      if (!(error instanceof Refusal && [401, 404].includes(error.status))) {
        this.unanswered = true;
        this.say(_("The court does not answer at the moment. It is asked again by itself; please stay on this page."), true);
        return false;
      }
      this.finish(outside(error.status));
    }
    return true;
  }

  /** @param {import("./parts/court.js").RoomState} state */
  show(state) {
    if (this.root.dataset.over) return; // another device has the seat now: its room is not shown here
    const before = this.state;
    this.state = state;
    this.root.dataset.place = state.me.place;
    this.root.dataset.phase = state.state;
    const inside = this.inside(state);
    const here = state.seats.filter((one) => inside && one.present && one.place === state.me.place);
    this.tiles.seat([...here.filter((one) => one.id !== state.me.id), state.me], state.me.id);
    this.channels.show(state, here);
    this.controls.drawSelf();
    showLobby(state, inside, this.connected, this.root.dataset.slow === "yes");
    showNotice(state, inside);
    this.apart.show(state);
    this.recorded.show(state);
    this.screen.show(state, inside);
    this.showHost(state);
    this.talk.show(state);
    this.facts?.show(state);
    showPeople(state, (act, seat) => this.lead(act, { seat }));
    if (before?.me.place !== state.me.place || !inside) this.exhibits.move(state);
    this.showHands(before, state);
    if (before && state.hosts && arrivals(before, state)) tone(880, 0.5);
    if (inside && this.waited) tone(660, 0.4); // whoever looked away hears that the door is open
    this.waited = !inside && (this.waited || state.me.place === "lobby");
    find("[data-state]").textContent = this.words(state, inside);
    if (Boolean(before?.me.muted) !== state.me.muted) this.hush();
    if (before?.me.muted && !state.me.muted) this.say(_("You can be heard again."));
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

  /** Who asks to speak; the host hears it, too. @param {import("./parts/court.js").RoomState | null} before @param {import("./parts/court.js").RoomState} state */
  showHands(before, state) {
    const button = document.querySelector("[data-do=hand]");
    button?.setAttribute("aria-pressed", String(Boolean(state.me.hand_at)));
    button?.classList.toggle("control--up", Boolean(state.me.hand_at));
    const up = state.seats.filter((one) => one.hand_at && one.id !== state.me.id);
    this.tiles.raise(new Set(state.seats.filter((one) => one.hand_at).map((one) => one.id)));
    find("[data-hands]").hidden = !up.length;
    const names = up.sort((a, b) => (a.hand_at ?? "").localeCompare(b.hand_at ?? "")).map((one) => one.name);
    find("[data-hands]").textContent = names.length ? _("Asks to speak: %(names)s", { names: names.join("、") }) : "";
    const known = new Set(before?.seats.filter((one) => one.hand_at).map((one) => one.id));
    if (before && state.hosts && up.some((one) => !known.has(one.id))) tone(520, 0.4);
  }

  /** Words for who waits to be connected: what happens, and what to do. */
  slowly() {
    clearTimeout(this.slowTimer);
    this.root.dataset.slow = "";
    find("[data-again]").hidden = true;
    this.slowTimer = setTimeout(() => {
      if (this.connected) return;
      this.root.dataset.slow = "yes";
      find("[data-again]").hidden = false;
      if (this.state) showLobby(this.state, this.inside(this.state), false, true);
    }, SLOW_MS);
  }

  /** @param {import("./parts/court.js").RoomState} state */
  inside(state) {
    return state.state === "live" && !["lobby", "moving"].includes(state.me.place);
  }

  /** @param {string} words @param {boolean} [again]  the person may come in once more */
  finish(words, again = false) {
    clearTimeout(this.slowTimer);
    this.broken = this.closed = "";
    this.hush();
    this.vigil.end();
    this.media.stop();
    this.screen.display("", "");
    this.tiles.seat([], "");
    this.root.dataset.over = "yes";
    find("[data-lobby]").hidden = false;
    find("[data-lobby-title]").textContent = _("Goodbye");
    find("[data-lobby-words]").textContent = words;
    find("[data-lobby-people]").replaceChildren();
    find("[data-lobby-missing]").hidden = true;
    find("[data-lobby-wait]").hidden = true;
    find("[data-back]").hidden = false;
    find("[data-again]").hidden = !again;
    find("[data-hands]").hidden = true;
    for (const button of document.querySelectorAll("[data-do=start], [data-do=sound]")) button.setAttribute("hidden", "");
  }

  // -- media

  async ticket() {
    try {
      return (await this.court.post("/ticket", {}, until(TICKET_MS))).ticket;
    } catch (error) {
      if (error instanceof Refusal && error.status === 409) window.location.assign(this.data.here);
      throw error;
    }
  }

  /** @returns {import("./media.js").MediaEvents} */
  mediaEvents() {
    return {
      track: (seat, kind, stream) => (kind === "screen" ? this.screen.play(seat, stream) : this.tiles.play(seat, kind, stream)),
      trackGone: (seat, kind) => (kind === "screen" ? this.screen.stop(seat) : this.tiles.stop(seat, kind)),
      speaker: (seat) => this.tiles.speaks(seat),
      pictures: (qualities, screen) => {
        this.tiles.weigh(qualities);
        this.screen.weigh(screen);
      },
      restored: () => this.setConnected(true),
      lost: () => this.setConnected(false),
      moved: () => this.setConnected(false, _("Sound and pictures change to another server and are back in a moment. Please stay on this page.")),
      ended: (reason) => this.ended(reason),
      muted: () => this.load(),
      device: (kind, state) => this.vigil.told(kind, state),
    };
  }

  /** @param {boolean} connected @param {string} [words]  what happened to the connection, if it was not the line */
  setConnected(connected, words) {
    if (connected) this.broken = "";
    else if (words || this.broken || this.connected) this.broken = words || this.broken || brokenLine(this.state !== null && this.inside(this.state));
    this.connected = connected;
    this.slowly();
    this.hush();
    if (this.state) find("[data-state]").textContent = this.words(this.state, this.inside(this.state));
    this.load();
  }

  /** @param {string} reason */
  ended(reason) {
    if (reason === "replaced") this.finish(_("You have entered from another page or device. This one is silent now."), true);
    else this.load();
  }

  /** After a call, or another app: sound and devices back, from one tap. */
  async restore() {
    this.controls.unlock();
    const gone = this.vigil.gone;
    for (const kind of /** @type {("audio" | "video")[]} */ (["audio", "video"])) {
      const track = this.media.own[kind];
      if (!this.controls.wanted[kind] || !(gone.has(kind) || track?.muted || track?.readyState === "ended")) continue;
      try {
        await this.media.replaceTrack(kind, await this.controls.open(kind));
        this.regained(kind);
      } catch {
        this.say(_("It is still in use. End the call, and tap once more."), true);
        return;
      }
    }
    this.vigil.end();
    this.vigil.watch(this.media.own.audio);
    this.hush();
    this.controls.drawSelf();
  }

  /** A device that was gone is ours again. @param {"audio" | "video"} kind */
  regained(kind) {
    if (kind === "audio") this.vigil.watch(this.media.own.audio);
    this.vigil.back(kind);
    delete this.missing[kind];
    this.closed = closedDevices(this.missing);
  }

  async hand() {
    try {
      await this.court.post("/hand", { up: !this.state?.me.hand_at });
    } catch (error) {
      this.trouble(error);
    }
  }

  /** @param {Partial<Record<string, string>>} trouble */
  tellDevices(trouble) {
    this.controls.opened(trouble);
    this.missing = { ...trouble };
    this.closed = closedDevices(this.missing);
    if (this.closed) this.hush();
    else if (trouble.video) this.say(_("You take part by voice. Tap “Camera” to try the picture again."));
  }

  /** The camera is given back, not only muted: a thin line is spared black pictures too. @param {boolean} on */
  async setCamera(on) {
    if (!this.media.pc || this.data.silent) return; // before the devices are opened: then they are opened so
    if (on) {
      if (!this.media.own.video) await this.controls.toggle("video");
      return;
    }
    await this.media.replaceTrack("video", null);
    this.controls.press("video", false);
    this.controls.drawSelf();
  }

  // -- what the person does

  /** @param {MouseEvent} event */
  click(event) {
    const target = event.target instanceof Element ? event.target.closest("[data-do], [data-tab], [data-opens]") : null;
    if (!(target instanceof HTMLElement)) return;
    if (target.dataset.tab) this.frame.open(target.dataset.tab);
    else if (target.dataset.opens) this.frame.open(this.root.dataset.panel === target.dataset.opens ? "" : target.dataset.opens);
    else this.acts()[target.dataset.do ?? ""]?.();
  }

  /** @returns {Record<string, () => void>} */
  acts() {
    return {
      mic: () => this.controls.toggle("audio"),
      camera: () => this.controls.toggle("video"),
      sound: () => this.controls.unlock(),
      restore: () => this.restore(),
      again: () => window.location.reload(),
      hand: () => this.hand(),
      share: () => this.screen.toggle(),
      "stop-share": () => this.screen.end(),
      "stop-screen": () => this.lead("stop-screen", { seat: this.screen.sharer }),
      "screen-smaller": () => this.screen.step(-1),
      "screen-larger": () => this.screen.step(1),
      more: () => this.frame.more(),
      layout: () => this.frame.relay(),
      smaller: () => this.exhibits.folio.step(-1),
      larger: () => this.exhibits.folio.step(1),
      point: () => this.exhibits.folio.take("point"),
      draw: () => this.exhibits.folio.take("draw"),
      wipe: () => this.exhibits.wipe(),
      start: () => this.lead("start"),
      joint: () => this.lead("joint"),
      back: () => this.lead("back"),
      withdraw: () => this.lead("withdraw"),
      accept: () => this.apart.accept(),
      refuse: () => this.apart.refuse(),
      reconsider: () => this.apart.reconsider(),
      "caucus-A": () => this.lead("caucus", { side: "A" }),
      "caucus-B": () => this.lead("caucus", { side: "B" }),
      record: () => this.recorded.begin((question) => this.lead("record", {}, question)),
      "stop-record": () => this.lead("stop-record", {}, _("Stop recording? What was recorded until now is kept.")),
      "let-record": () => this.recorded.answer(true),
      "refuse-record": () => this.recorded.answer(false),
      unrecord: () => this.recorded.takeBack(),
      close: () => this.lead("close", {}, _("End the sitting for everybody? It cannot be opened again.")),
      previous: () => this.exhibits.turn(-1),
      next: () => this.exhibits.turn(1),
      follow: () => this.exhibits.follow(),
      "put-away": () => this.exhibits.putAway(),
      "close-panel": () => this.frame.open(""),
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

  // -- words

  /** @param {unknown} error */
  trouble(error) {
    const words = error instanceof Refusal ? error.message : "";
    this.say(words || _("The court did not answer. Please try once more."));
  }

  /** @param {string} words @param {boolean} [stays] */
  say(words, stays = false) {
    const box = find("[data-trouble]");
    box.textContent = this.broken || words;
    box.hidden = false;
    clearTimeout(this.troubleTimer);
    if (!stays) this.troubleTimer = setTimeout(() => this.hush(), TROUBLE_MS);
  }

  /** The answer of the court takes long, or has come. @param {boolean} waits */
  wait(waits) {
    if (waits) this.say(_("The court's answer takes a little longer. You need not press again."), true);
    else this.hush();
  }

  /** Nothing is wrong any more, but a line that is broken still, or a microphone that is closed or muted. */
  hush() {
    const lasting = this.closed || (this.state?.me.muted ? mutedWords() : "");
    if (this.broken || lasting) this.say(lasting, true);
    else find("[data-trouble]").hidden = true;
  }
}

/** @param {Partial<Record<string, string>>} missing  devices: a closed camera alone is told once, in passing */
function closedDevices(missing) {
  if (!missing.audio) return "";
  return missing.video
    ? _("Camera and microphone are closed. You hear and see the others; tap a button below to try again.")
    : _("The microphone is closed: nobody hears you. Tap “Microphone” to try again.");
}

/** @returns {string} */
function mutedWords() {
  return _("The one who leads the sitting has muted you: nobody hears you. Raise your hand if you want to speak.");
}

/** Above whatever else went wrong because of it. @param {boolean} inside  where others would hear the person */
function brokenLine(inside) {
  if (!inside) return _("Your connection broke. It is being restored by itself; please stay on this page. If it lasts longer than half a minute, go nearer to the router or switch to mobile data.");
  return _("Your connection broke: nobody hears you at the moment. It is being restored by itself; please stay on this page. If it lasts longer than half a minute, go nearer to the router or switch to mobile data.");
}

/** @param {import("./parts/court.js").RoomState} before @param {import("./parts/court.js").RoomState} now */
function arrivals(before, now) {
  const there = new Set(before.seats.filter((one) => one.present).map((one) => one.id));
  return now.seats.some((one) => one.present && one.place === "lobby" && !there.has(one.id));
}

new RoomPage(JSON.parse(find("#room-data").textContent ?? "{}")).run();
