/**
 * What a phone takes away without a word: the microphone and the sound after a call, the light of the screen.
 *
 * After a phone call iOS leaves a microphone that gives nothing but zeros, and pauses what was playing; nothing comes
 * back by itself. One tap gets it back, since a phone opens both only from a tap.
 */

import { find } from "./court.js";
import { measure } from "./sound.js";

const DEAD_MS = 6000; // no room is as quiet as zero for so long

export class Vigil {
  /** @param {HTMLElement} stage  where others' sound plays */
  constructor(stage) {
    /** @type {Set<string>} what is missing: audio, video (our own), sound (theirs) */
    this.gone = new Set();
    this.unwatch = () => {};
    stage.addEventListener("pause", (event) => this.paused(event.target), true);
    stage.addEventListener("playing", () => this.back("sound"), true);
    keepAwake();
  }

  /** Watch our own microphone from now on. @param {MediaStreamTrack | null} track */
  watch(track) {
    this.unwatch();
    this.unwatch = () => {};
    if (!track) return;
    let heard = performance.now();
    this.unwatch = measure(track, (level) => {
      if (level > 0 || !track.enabled) {
        heard = performance.now();
        if (level > 0 && !track.muted) this.back("audio");
      } else if (performance.now() - heard > DEAD_MS) this.miss("audio");
    });
  }

  /** @param {EventTarget | null} element */
  paused(element) {
    if (element instanceof HTMLAudioElement && element.srcObject && element.isConnected) this.miss("sound");
  }

  /** The system took one of ours, or gave it back. @param {"audio" | "video"} kind @param {"ended" | "muted" | "live"} state */
  told(kind, state) {
    if (state === "live") this.back(kind);
    else this.miss(kind);
  }

  /** @param {string} what */
  miss(what) {
    this.gone.add(what);
    find("[data-restore]").hidden = false;
  }

  /** @param {string} what */
  back(what) {
    this.gone.delete(what);
    find("[data-restore]").hidden = this.gone.size === 0;
  }

  end() {
    this.unwatch();
    this.unwatch = () => {};
    this.gone.clear();
    find("[data-restore]").hidden = true;
  }
}

function keepAwake() {
  const keep = () => /** @type {any} */ (navigator).wakeLock?.request("screen").catch(() => {});
  keep();
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && keep());
}
