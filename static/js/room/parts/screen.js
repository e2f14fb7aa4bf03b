/**
 * Shared screens: one's own on its way out, and the one that is shown in this talk, large, to be enlarged.
 *
 * The court decides who shares (POST …/screen); what is captured before it said yes is shown to nobody.
 *
 * DOM contract: [data-do=share], [data-sharing] with [data-sharing-words], [data-screen] with [data-screen-sheet],
 * [data-screen-page], [data-screen-words], [data-screen-thin] and, for the host, [data-do=stop-screen].
 */

import { _ } from "../../messages.js";
import { screenable } from "../media.js";
import { find, Refusal } from "./court.js";

const MOST = 400;
const STEP = 50;
const WISH = { video: { width: { max: 1600 }, height: { max: 1000 }, frameRate: { ideal: 5, max: 8 } }, audio: false };

export class Screen {
  /**
   * @param {import("./court.js").Court} court
   * @param {() => import("../media.js").RoomMedia} media
   * @param {{ say: (words: string) => void, trouble: (error: unknown) => void, load: () => void,
   *   makeRoom: () => void }} page
   */
  constructor(court, media, page) {
    this.court = court;
    this.media = media;
    this.page = page;
    /** @type {import("./court.js").RoomState | null} */
    this.state = null;
    /** @type {MediaStreamTrack | null} */
    this.track = null;
    this.since = 0; // the epoch from which on the court says that we share
    this.asking = false;
    this.sharer = "";
    this.zoom = 100;
    this.box = find("[data-screen]");
    this.sheet = find("[data-screen-sheet]");
    this.video = /** @type {HTMLVideoElement} */ (find("video", this.box));
    /** @type {Map<string, MediaStream>} what arrives, whether shown yet or not */
    this.streams = new Map();
    new Pinch(this.sheet, () => this.zoom, (zoom, x, y) => this.magnify(zoom, x, y));
  }

  /** @param {import("./court.js").RoomState} state @param {boolean} inside */
  show(state, inside) {
    this.state = state;
    if (this.track && !state.me.shares && !this.asking && state.epoch >= this.since) this.drop();
    const button = find("[data-do=share]");
    button.hidden = !state.may_share || !screenable();
    button.setAttribute("aria-pressed", String(state.me.shares));
    const unable = document.querySelector("[data-share-unable]");
    unable?.toggleAttribute("hidden", !state.may_share || screenable());
    find("[data-sharing]").hidden = !state.me.shares;
    find("[data-sharing-words]").textContent = state.me.shares ? outgoing(state) : "";
    const other = inside ? state.seats.find((one) => one.shares && one.id !== state.me.id) : undefined;
    this.display(other?.id ?? "", other?.name ?? "");
  }

  /** @param {string} seat  whose screen is shown; "" nobody's @param {string} name */
  display(seat, name) {
    const begins = seat && seat !== this.sharer;
    this.sharer = seat;
    this.box.hidden = !seat;
    document.querySelector("[data-court]")?.classList.toggle("court--screen", Boolean(seat));
    find("[data-screen-words]").textContent = seat ? _("%(name)s is sharing a screen", { name }) : "";
    this.attach();
    if (!begins) return;
    this.magnify(100);
    this.page.makeRoom();
  }

  // -- what is shown here

  /** @param {string} seat @param {MediaStream} stream */
  play(seat, stream) {
    this.streams.set(seat, stream);
    this.attach();
  }

  /** @param {string} seat */
  stop(seat) {
    this.streams.delete(seat);
    this.attach();
  }

  attach() {
    const stream = this.streams.get(this.sharer) ?? null;
    if (this.video.srcObject === stream) return;
    this.video.srcObject = stream;
    if (stream) this.video.play().catch(() => {}); // without sound no browser asks for a tap
  }

  /** How much of it our line lets through. @param {string | undefined} quality */
  weigh(quality) {
    const words = { stills: _("Your network is slow: the screen changes only every few seconds."), sound: _("Your network is slow: the screen is paused and comes back by itself. The sound goes on as before.") }[quality ?? ""];
    find("[data-screen-thin]").hidden = !words;
    find("[data-screen-thin]").textContent = words ?? "";
  }

  /** @param {number} step  of the buttons: -1 or 1 */
  step(step) {
    this.magnify(Math.round(this.zoom / STEP + step) * STEP);
  }

  /** The point under the finger stays there. @param {number} zoom  percent @param {number} [x] @param {number} [y] */
  magnify(zoom, x = this.sheet.clientWidth / 2, y = this.sheet.clientHeight / 2) {
    const before = this.zoom;
    this.zoom = Math.min(MOST, Math.max(100, zoom));
    const page = find("[data-screen-page]");
    const [left, top] = [this.sheet.scrollLeft + x, this.sheet.scrollTop + y];
    page.style.width = page.style.height = `${this.zoom}%`;
    this.sheet.scrollLeft = (left * this.zoom) / before - x;
    this.sheet.scrollTop = (top * this.zoom) / before - y;
    /** @type {HTMLButtonElement} */ (find("[data-do=screen-smaller]")).disabled = this.zoom <= 100;
    /** @type {HTMLButtonElement} */ (find("[data-do=screen-larger]")).disabled = this.zoom >= MOST;
  }

  // -- one's own

  toggle() {
    if (this.state?.me.shares || this.track) this.end();
    else this.begin();
  }

  async begin() {
    if (this.asking) return;
    const other = this.state?.seats.find((one) => one.shares);
    if (other) {
      this.page.say(_("%(name)s is sharing a screen now. You can share yours when that has ended.", { name: other.name }));
      return;
    }
    this.asking = true;
    /** @type {MediaStreamTrack | null} */
    let track = null;
    try {
      [track] = (await navigator.mediaDevices.getDisplayMedia(WISH)).getVideoTracks();
      this.since = (await this.court.post("/screen", { on: true })).epoch;
      await this.send(track);
    } catch (error) {
      track?.stop();
      if (error instanceof Refusal) this.page.trouble(error);
      else this.page.say(_("Nothing is shared: no window was chosen, or this device does not allow it."));
    }
    this.asking = false;
    this.page.load();
  }

  /** @param {MediaStreamTrack} track */
  async send(track) {
    track.contentHint = "detail"; // letters stay sharp, movement may wait
    track.onended = () => this.end(); // by the browser's own button, or with the window
    this.track = track;
    await this.media().share(track);
    if (track.readyState === "ended") await this.end(); // while the court was asked
  }

  /** The person has had enough; also when another page of theirs began it. */
  async end() {
    this.drop();
    try {
      await this.court.post("/screen", { on: false });
    } catch (error) {
      this.page.trouble(error);
    }
    this.page.load();
  }

  /** Nothing is captured any more. */
  drop() {
    if (this.track) this.track.onended = null;
    this.track = null;
    this.media().share(null);
  }
}

/** Two fingers on a sheet, or a double tap. */
class Pinch {
  /**
   * @param {HTMLElement} sheet @param {() => number} zoom
   * @param {(zoom: number, x: number, y: number) => void} magnify  about a point of the sheet
   */
  constructor(sheet, zoom, magnify) {
    this.sheet = sheet;
    let began = { zoom: 100, apart: 1 };
    sheet.addEventListener("touchstart", (event) => {
      if (event.touches.length === 2) began = { zoom: zoom(), apart: this.fingers(event).apart };
    }, { passive: true });
    sheet.addEventListener("touchmove", (event) => {
      if (event.touches.length !== 2) return;
      event.preventDefault();
      const { apart, x, y } = this.fingers(event);
      magnify((began.zoom * apart) / began.apart, x, y);
    }, { passive: false });
    sheet.addEventListener("dblclick", (event) => {
      const box = sheet.getBoundingClientRect();
      magnify(zoom() > 100 ? 100 : 200, event.clientX - box.left, event.clientY - box.top);
    });
  }

  /** How far two fingers are apart, and the point between them. @param {TouchEvent} event */
  fingers(event) {
    const [a, b] = [event.touches[0], event.touches[1]];
    const box = this.sheet.getBoundingClientRect();
    return {
      apart: Math.max(1, Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY)),
      x: (a.clientX + b.clientX) / 2 - box.left,
      y: (a.clientY + b.clientY) / 2 - box.top,
    };
  }
}

/** @param {import("./court.js").RoomState} state */
function outgoing(state) {
  const words = _("You are sharing your screen: everybody in this talk sees it.");
  return state.recording?.on ? _("You are sharing your screen: everybody in this talk sees it, and it is recorded too.") : words;
}
