/**
 * A check by video, on the person's page and on the desk: two people see each other, the desk asks and decides.
 * A test call of technical support is the same without anything to decide: `news` names what tells of it, `done`
 * is where the desk goes when it has ended it.
 *
 * DOM contract: templates/identity/video_parts.html; on the desk also [data-ask], [data-verdict] and [data-sure].
 * The state comes from GET …/state whenever /push says that it changed; when it says that the check has
 * ended, the page goes on to `after`, which says how it stands. Who ended it goes on by the answer alone: the news
 * of it may come first, and would lead elsewhere.
 */

import { io } from "socket.io-client";
import { _ } from "../messages.js";
import { openDevices, RoomMedia } from "../room/media.js";
import { Controls } from "../room/parts/controls.js";
import { clock, Court, find, oneAtATime, Refusal } from "../room/parts/court.js";
import { tone } from "../room/parts/sound.js";
import { Tiles } from "../room/parts/tiles.js";
import { SLOW_MS } from "../site/parts/slow.js";

const ASKING_MS = 1000; // most devices answer sooner: then nothing has to be said

/**
 * @typedef {{ id: string, name: string, present: boolean, connected: boolean, standing: string }} Seat
 * @typedef {{ part: string, me: Seat, other: Seat, prompt: string, opened_at: string, met: boolean }} VideoState
 */

class VideoPage {
  /** @param {{ here: string, after: string, staff: boolean, news?: string, done?: string }} data */
  constructor(data) {
    this.data = data;
    this.root = find("[data-court]");
    this.court = new Court(data.here, (waits) => this.wait({ answer: waits ? lateWords() : "" }));
    /** @type {VideoState | null} */
    this.state = null;
    /** Why one waits, in words; the first that there is is told. */
    this.waits = { line: "", court: "", answer: "" };
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.slowTimer = undefined;
    this.entered = this.connected = this.gone = this.finishing = false;
    this.tiles = new Tiles(find("[data-tiles]"), () => (find("[data-do=sound]").hidden = false));
    this.media = new RoomMedia({
      getTicket: async () => (await this.court.post("/ticket")).ticket,
      on: {
        track: (seat, kind, stream) => kind !== "screen" && this.tiles.play(seat, kind, stream),
        trackGone: (seat, kind) => kind !== "screen" && this.tiles.stop(seat, kind),
        speaker: (seat) => this.tiles.speaks(seat),
        pictures: (qualities) => this.tiles.weigh(qualities),
        restored: () => this.setConnected(true),
        lost: () => this.setConnected(false),
        ended: (reason) => this.ended(reason),
        device: (kind, state) => state === "ended" && this.tellDevices({ [kind]: "busy" }),
      },
    });
    const told = { say: (/** @type {string} */ words) => this.say(words), hush: () => this.say("") };
    this.controls = new Controls(this.media, this.tiles, told);
    this.load = oneAtATime(() => this.look());
    document.addEventListener("click", (event) => this.click(event));
    document.querySelector("[data-verdict]")?.addEventListener("submit", (event) => this.decide(event));
    // Closed as the page comes: a tap before this script ran would be lost without a word.
    /** @type {HTMLButtonElement} */ (find("[data-do=enter]")).disabled = false;
  }

  run() {
    const socket = io("/push", { transports: ["websocket", "polling"] });
    socket.on("connect", () => this.load());
    socket.on("disconnect", (reason) => reason === "io server disconnect" && this.load()); // signed out elsewhere
    socket.on(this.data.news ?? "video_check", () => this.load());
    return this.load();
  }

  /** Whether the server answered. */
  async look() {
    if (this.gone) return true;
    let state;
    try {
      state = await this.court.get("/state");
    } catch (error) {
      if (!(error instanceof Refusal && [401, 403, 409].includes(error.status))) {
        this.wait({ court: _("The court does not answer at the moment. It is asked again by itself; please stay on this page.") });
        return false;
      }
      state = { ended: true };
    }
    this.wait({ court: "" });
    if (this.gone || this.finishing) return true; // meanwhile, by one's own act
    if (state.ended) this.goOn();
    else this.show(state);
    return true;
  }

  /** It has ended: the next page says how. @param {string} [after] */
  goOn(after = this.data.after) {
    this.gone = true;
    this.media.stop();
    window.location.assign(after);
  }

  /** @param {VideoState} state */
  show(state) {
    const before = this.state;
    this.state = state;
    if (this.gone) return;
    this.tiles.seat(this.entered ? [...(state.other.present ? [state.other] : []), state.me] : [], state.me.id);
    this.controls.drawSelf();
    if (state.other.present && !before?.other.present) tone(880, 0.5); // whoever looks away hears that somebody came
    this.tell("[data-other]", this.entered ? this.aboutOther(state) : "");
    this.tell("[data-prompt]", this.data.staff ? "" : (prompts()[state.prompt] ?? ""));
    for (const asking of document.querySelectorAll("[data-ask]")) {
      const name = /** @type {HTMLElement} */ (asking).dataset.ask;
      asking.setAttribute("aria-pressed", String(Boolean(name) && name === state.prompt));
    }
    find("[data-state]").textContent = this.words(state);
  }

  /** @param {VideoState} state */
  words(state) {
    if (!this.entered) return state.other.present ? _("You are expected") : _("Not connected yet");
    if (!this.connected) return _("Connecting …");
    return state.other.connected ? _("You see each other") : _("Waiting");
  }

  /** Whom one waits for, and why. @param {VideoState} state */
  aboutOther({ other, opened_at: at }) {
    const values = { name: other.name, time: clock(at) };
    if (other.standing === "expected" && this.data.news)
      return _("%(name)s is asked in and is not here yet.", values);
    if (other.standing === "expected" && this.data.staff)
      return _("%(name)s was told by text message at %(time)s and is not here yet.", values);
    /** @type {Record<string, string>} */
    const known = {
      expected: _("%(name)s is coming. Please stay on this page.", values),
      joining: _("%(name)s is coming in …", values),
      lost: _("%(name)s lost the connection, which is being restored. Please stay on this page.", values),
      left: _("%(name)s left the room for a moment. Please stay on this page.", values),
    };
    return known[other.standing] ?? "";
  }

  // -- camera, microphone, line

  /** By one tap: phones play sound only after one. */
  async enter() {
    const button = /** @type {HTMLButtonElement} */ (find("[data-do=enter]"));
    button.disabled = true;
    const asking = setTimeout(() => this.say(_("Please tap “Allow” when your device asks.")), ASKING_MS);
    const mine = await openDevices();
    clearTimeout(asking);
    this.say("");
    this.entered = true;
    find("[data-door]").hidden = true;
    this.root.dataset.place = "joint";
    this.media.start(mine);
    this.tellDevices(mine.trouble);
    this.slowly();
    await this.load();
    /** @type {any} */ (navigator).wakeLock?.request("screen").catch(() => {});
  }

  /** @param {boolean} connected */
  setConnected(connected) {
    this.connected = connected;
    this.slowly();
    if (!connected) this.say(_("Your connection broke. It is being restored; please stay on this page."));
    else if (this.media.own.video && this.media.own.audio) this.say("");
    this.load();
  }

  /** Words for who waits to be connected: what happens, and what to do. */
  slowly() {
    clearTimeout(this.slowTimer);
    this.wait({ line: "" });
    if (this.connected || this.gone) return;
    this.slowTimer = setTimeout(() => this.wait({ line: connectingWords() }), SLOW_MS);
  }

  /** @param {Partial<Record<"line" | "court" | "answer", string>>} reasons  "" for one that is over */
  wait(reasons) {
    Object.assign(this.waits, reasons);
    this.tell("[data-slow]", this.gone ? "" : this.waits.line || this.waits.court || this.waits.answer);
    find("[data-do=again]").hidden = this.gone || !this.waits.line;
  }

  /** @param {string} reason */
  ended(reason) {
    if (reason !== "replaced") return this.load();
    this.gone = true;
    this.slowly();
    this.media.stop();
    this.tiles.seat([], "");
    this.say(_("You have entered from another page or device. This one is silent now."));
  }

  /** @param {Partial<Record<string, string>>} trouble */
  tellDevices(trouble) {
    this.controls.opened(trouble);
    if (trouble.video && trouble.audio)
      this.say(_("Camera and microphone are closed. Tap the lock beside the address, allow both, then tap “Camera” and “Microphone”."));
    else if (trouble.video) this.say(_("The camera is closed: you are not seen. Tap the lock beside the address, allow it, then tap “Camera”."));
    else if (trouble.audio) this.say(_("The microphone is closed: nobody hears you. Tap “Microphone” to try again."));
  }

  // -- what somebody does

  /** @param {MouseEvent} event */
  click(event) {
    const target = event.target instanceof Element ? event.target.closest("[data-do], [data-ask]") : null;
    if (!(target instanceof HTMLElement)) return;
    if (target.dataset.ask !== undefined) this.send("/prompt", { prompt: target.dataset.ask });
    else this.acts()[target.dataset.do ?? ""]?.();
  }

  /** @returns {Record<string, () => void>} */
  acts() {
    return {
      enter: () => this.enter(),
      mic: () => this.entered && this.controls.toggle("audio"),
      camera: () => this.entered && this.controls.toggle("video"),
      sound: () => this.controls.unlock(),
      again: () => window.location.reload(),
      end: () => this.end(),
    };
  }

  async end() {
    const dialog = /** @type {HTMLDialogElement} */ (find("[data-sure]"));
    dialog.returnValue = "no";
    dialog.showModal();
    await new Promise((closed) => dialog.addEventListener("close", closed, { once: true }));
    if (dialog.returnValue === "yes") await this.finish("/end", {}, this.data.done ?? "/staff");
  }

  /** @param {Event} event */
  async decide(event) {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const words = { verdict: String(form.get("verdict") ?? ""), note: String(form.get("note") ?? "") };
    await this.finish("/verdict", words, "/staff");
  }

  /** End it oneself; what came meanwhile is looked at only when the court refused. @param {string} path @param {Record<string, string>} form @param {string} next */
  async finish(path, form, next) {
    if (this.finishing) return;
    this.finishing = true;
    const taken = await this.send(path, form);
    this.finishing = false;
    if (taken) this.goOn(next);
    else this.load();
  }

  /** Whether the court took it; if not, its words stand beside the form. @param {string} path @param {Record<string, string>} form */
  async send(path, form) {
    const headers = { Accept: "application/json" };
    try {
      await this.court.ask(path, { method: "POST", headers, body: new URLSearchParams(form) });
      this.tell("[data-verdict-error]", "");
      return true;
    } catch (error) {
      const words = error instanceof Refusal ? error.message : "";
      this.tell("[data-verdict-error]", words || _("The court did not answer. Please try once more."));
      return false;
    }
  }

  /** What is wrong with our own line or device; "" takes it away. @param {string} words */
  say(words) {
    this.tell("[data-trouble]", words);
  }

  /** @param {string} selector @param {string} words  "" hides it */
  tell(selector, words) {
    const box = find(selector);
    if (box.textContent !== words) box.textContent = words;
    box.hidden = !words;
  }
}

/** @returns {string} */
function lateWords() {
  return _("The court's answer takes a little longer. You need not press again.");
}

/** @returns {string} */
function connectingWords() {
  return _("You are still being connected; it goes on by itself. If it lasts longer than half a minute: go nearer to the router or switch to mobile data, then tap “Connect anew”.");
}

/** What the desk asks for, as the person reads it. @returns {Record<string, string>} */
function prompts() {
  return {
    card: _("Please hold your ID card or paper beside your face."),
    closer: _("Please come closer to the camera."),
    light: _("Please go where there is more light on your face."),
    sound: _("We do not hear you. Please speak louder, or tap “Microphone”."),
    wait: _("One moment, please. We are looking."),
  };
}

new VideoPage(JSON.parse(find("#video-data").textContent ?? "{}")).run();
