/**
 * The buttons of one's own microphone, camera and sound, alike wherever people see each other.
 *
 * DOM contract: [data-do=mic], [data-do=camera] (aria-pressed: on) and [data-do=sound].
 */

import { _ } from "../../messages.js";
import { openDevice } from "../media.js";
import { find } from "./court.js";

/** @typedef {"audio" | "video"} Kind */

const ASKING_MS = 1000; // longer, and the device asks its person, or does not answer
const BUTTONS = { audio: "mic", video: "camera" };

export class Controls {
  /**
   * @param {import("../media.js").RoomMedia} media @param {import("./tiles.js").Tiles} tiles
   * @param {{ say: (words: string) => void, hush: () => void, got?: (kind: Kind) => void }} told
   *   words that stay until the trouble is over; a device that was gone is ours again
   */
  constructor(media, tiles, told) {
    this.media = media;
    this.tiles = tiles;
    this.told = told;
    this.wanted = { audio: true, video: true };
  }

  /** Our own mute; a device that is gone is asked for again. @param {Kind} kind */
  async toggle(kind) {
    const track = this.media.own[kind];
    if (!track || track.readyState === "ended") {
      try {
        await this.media.replaceTrack(kind, await this.open(kind));
        this.wanted[kind] = true;
        this.told.got?.(kind);
        this.told.hush();
      } catch {
        this.told.say(_("It is still closed. Tap the lock beside the address and allow it, then try again."));
      }
    } else {
      this.wanted[kind] = !this.wanted[kind];
      if (kind === "audio") this.media.muteMic(!this.wanted.audio);
      else this.media.muteCamera(!this.wanted.video);
    }
    this.press(kind, this.wanted[kind] && Boolean(this.media.own[kind]));
    this.drawSelf();
  }

  /** From a tap, with words for who waits. @param {Kind} kind */
  async open(kind) {
    const asking = setTimeout(() => this.told.say(_("Please tap “Allow” when your device asks.")), ASKING_MS);
    try {
      return await openDevice(kind);
    } finally {
      clearTimeout(asking);
    }
  }

  /** @param {Kind} kind @param {boolean} on */
  press(kind, on) {
    find(`[data-do=${BUTTONS[kind]}]`).setAttribute("aria-pressed", String(on));
  }

  /** Which devices could not be opened. @param {Partial<Record<string, string>>} trouble */
  opened(trouble) {
    this.press("audio", !trouble.audio);
    this.press("video", !trouble.video);
  }

  drawSelf() {
    this.tiles.showSelf(this.media.own.video, this.wanted.video);
  }

  /** The browser wanted a tap before sound. */
  unlock() {
    this.tiles.unlock();
    find("[data-do=sound]").hidden = true;
  }
}
