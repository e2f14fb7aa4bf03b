/** The people on the stage: a tile each, the speaker large, oneself small. */

import { _ } from "../../messages.js";
import { called, make } from "./court.js";

export class Tiles {
  /** @param {HTMLElement} stage @param {() => void} silent  called when the browser wants a tap before sound */
  constructor(stage, silent) {
    this.stage = stage;
    this.silent = silent;
    /** @type {Map<string, HTMLElement>} */
    this.tiles = new Map();
    /** @type {Map<string, { audio?: MediaStream, video?: MediaStream }>} what arrives, whether shown yet or not */
    this.streams = new Map();
    /** @type {Record<string, string>} whose picture our line carries how far; who is not named is whole */
    this.qualities = {};
    /** @type {Set<string>} who sends no picture now */
    this.resting = new Set();
    this.me = "";
    this.speaker = "";
  }

  /**
   * @typedef {Pick<import("./court.js").Person, "id" | "name" | "connected">
   *   & Partial<Pick<import("./court.js").Person, "role" | "beside" | "muted">>} Seen
   *
   * Who is to be seen here; everybody else's tile goes, picture and sound with it.
   * @param {Seen[]} people @param {string} me
   */
  seat(people, me) {
    this.me = me;
    const wanted = new Set(people.map((one) => one.id));
    for (const [id, tile] of this.tiles) if (!wanted.has(id)) this.remove(id, tile);
    for (const one of people) {
      const tile = this.tile(one.id);
      const name = /** @type {HTMLElement} */ (tile.querySelector(".tile__name"));
      const others = one.beside?.length ? ` +${one.beside.length}` : ""; // who sits beside, by name under "People"
      const muted = _("muted");
      name.textContent = called(one, one.id === me ? _("You") : one.name) + others + (one.muted ? `（${muted}）` : "");
      /** @type {HTMLElement} */ (tile.querySelector(".tile__initial")).textContent = one.name.slice(0, 1);
      tile.classList.toggle("tile--self", one.id === me);
      tile.classList.toggle("tile--away", one.id !== me && !one.connected);
    }
    this.arrange();
  }

  /** @param {string} id */
  tile(id) {
    const there = this.tiles.get(id);
    if (there) return there;
    const tile = make("div", "tile");
    tile.dataset.seat = id;
    const video = document.createElement("video");
    video.playsInline = video.muted = video.autoplay = true;
    const audio = document.createElement("audio");
    audio.autoplay = true;
    const hand = make("span", "tile__hand", _("Hand up"));
    hand.hidden = true;
    tile.append(make("span", "tile__initial"), video, audio, make("span", "tile__name"), hand, note());
    video.addEventListener("resize", () => tile.classList.toggle("tile--tall", video.videoHeight > video.videoWidth));
    this.tiles.set(id, tile);
    this.stage.append(tile);
    this.explain(id, tile);
    for (const kind of /** @type {("audio" | "video")[]} */ (["audio", "video"])) this.attach(id, kind);
    return tile;
  }

  /** @param {string} id @param {HTMLElement} tile */
  remove(id, tile) {
    for (const element of tile.querySelectorAll("video, audio")) {
      /** @type {HTMLMediaElement} */ (element).srcObject = null;
    }
    tile.remove();
    this.tiles.delete(id);
  }

  /**
   * Media and words come by different ways: a stream may be there before its person is known to be here.
   * @param {string} id @param {"audio" | "video"} kind @param {MediaStream} stream
   */
  play(id, kind, stream) {
    this.streams.set(id, { ...this.streams.get(id), [kind]: stream });
    this.attach(id, kind);
  }

  /** @param {string} id @param {"audio" | "video"} kind */
  stop(id, kind) {
    this.streams.set(id, { ...this.streams.get(id), [kind]: undefined });
    this.attach(id, kind);
  }

  /** @param {string} id @param {"audio" | "video"} kind */
  attach(id, kind) {
    const tile = this.tiles.get(id);
    if (!tile || id === this.me) return;
    const stream = this.streams.get(id)?.[kind] ?? null;
    const element = /** @type {HTMLMediaElement} */ (tile.querySelector(kind));
    element.srcObject = stream;
    if (kind === "video") this.uncover(id, tile);
    if (stream) element.play().catch((error) => error.name === "NotAllowedError" && this.silent());
  }

  /** Our line has grown too thin for pictures, or wide again. @param {Record<string, string>} qualities  by person */
  weigh(qualities) {
    this.qualities = qualities;
    for (const [id, tile] of this.tiles) this.explain(id, tile);
  }

  /** The initial takes the place of a picture that has stopped. @param {Set<string>} ids */
  rest(ids) {
    this.resting = ids;
    for (const [id, tile] of this.tiles) if (id !== this.me) this.uncover(id, tile);
  }

  /** A still one stays where words say why it stands still. @param {string} id @param {HTMLElement} tile */
  uncover(id, tile) {
    const moves = !this.resting.has(id) || tile.classList.contains("tile--thin");
    tile.classList.toggle("tile--seen", moves && Boolean(this.streams.get(id)?.video));
  }

  /** Why a picture stands still, and that the voice goes on. @param {string} id @param {HTMLElement} tile */
  explain(id, tile) {
    const thin = id === this.me ? undefined : words()[this.qualities[id] ?? "full"];
    tile.classList.toggle("tile--thin", Boolean(thin));
    const [what, why] = tile.querySelectorAll(".tile__thin > *");
    what.textContent = thin?.what ?? "";
    why.textContent = thin?.why ?? "";
  }

  /** One's own picture. @param {MediaStreamTrack | null} track @param {boolean} on */
  showSelf(track, on) {
    const tile = this.tiles.get(this.me);
    if (!tile) return;
    const video = /** @type {HTMLVideoElement} */ (tile.querySelector("video"));
    const before = video.srcObject instanceof MediaStream ? video.srcObject.getTracks()[0] : null;
    if (before !== track) video.srcObject = track ? new MediaStream([track]) : null;
    tile.classList.toggle("tile--seen", Boolean(track) && on);
  }

  /** How loud each is heard, 0 to 1. @param {(id: string) => number} volume */
  mix(volume) {
    for (const [id, tile] of this.tiles) {
      const audio = /** @type {HTMLAudioElement} */ (tile.querySelector("audio"));
      const wanted = volume(id);
      audio.volume = wanted;
      audio.muted = wanted === 0 || audio.volume > wanted; // an iPhone lets no page set it: then silent, not loud
    }
  }

  /** Called from a tap: phones play sound only then. */
  unlock() {
    for (const element of this.stage.querySelectorAll("audio, video")) {
      /** @type {HTMLMediaElement} */ (element).play().catch(() => {});
    }
  }

  /** @param {string | null} id */
  speaks(id) {
    this.speaker = id && id !== this.me ? id : this.speaker;
    for (const [each, tile] of this.tiles) tile.classList.toggle("tile--speaks", each === id);
    this.arrange();
  }

  /** @param {Set<string>} ids  of those who ask to speak */
  raise(ids) {
    for (const [id, tile] of this.tiles) /** @type {HTMLElement} */ (tile.querySelector(".tile__hand")).hidden = !ids.has(id);
  }

  /** The large tile: who spoke last, else the first of the others. */
  arrange() {
    const others = [...this.tiles.keys()].filter((id) => id !== this.me);
    const main = others.includes(this.speaker) ? this.speaker : others[0];
    for (const [id, tile] of this.tiles) tile.classList.toggle("tile--main", id === main);
    this.stage.dataset.count = String(this.tiles.size);
  }
}

/** Where a tile says why its picture stands still; read aloud when it comes. */
function note() {
  const box = make("span", "tile__thin");
  box.setAttribute("role", "status");
  box.append(make("b", ""), make("span", "tile__why"));
  return box;
}

/** @returns {Record<string, { what: string, why: string } | undefined>} by how much of a picture comes through */
function words() {
  return {
    stills: {
      what: _("A picture now and then"),
      why: _("Your network is slow: the picture changes only every few seconds. The sound goes on as before."),
    },
    sound: {
      what: _("Picture paused"),
      why: _("Your network is slow: this picture is paused and comes back by itself. The sound goes on as before."),
    },
  };
}
