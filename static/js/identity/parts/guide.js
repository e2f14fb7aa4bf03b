/**
 * Watches the camera's picture for the page, and says what to do better. It guides only: where it cannot start, or is
 * too slow, the plain instructions go on, and the server decides in any case.
 *
 * @typedef {import("./motion.js").Motion} Motion
 * @typedef {import("./motion.js").Place} Place
 * @typedef {{ faces: number, motion?: Motion, place?: Place }} Seen
 */

import { isDone, median } from "./motion.js";
import { _ } from "../../messages.js";

const EVERY_MS = 400; // between two looks: the telephone has the pictures to take, too
const WIDE_PX = 320; // enough for the mesh, which looks at 192 pixels of the face
const SLOWEST_MS = 900; // a look that takes longer comes too late to help
const PATIENCE = 3;
// The jaw's width as a share of the video's width on the screen, whose height is 1.2 widths (identity.css).
const TALL = 1.2;
const SMALLEST = 0.34;
const LARGEST = 0.9;
const ASIDE = 0.2;

export class Guide {
  /** @param {HTMLElement} section names the worker and the folder of its models */
  constructor(section) {
    /** @type {Worker | null} */
    this.worker = null;
    this.ready = false;
    /** @type {Seen | null} */
    this.seen = null;
    /** @type {Motion[]} */
    this.rest = [];
    this.looking = false;
    this.asked = 0;
    this.slow = 0;
    const { mesh, meshModels } = section.dataset;
    if (!mesh || !meshModels || !("createImageBitmap" in window)) return;
    try {
      this.worker = new Worker(mesh, { type: "module" });
    } catch {
      return; // browsers of before 2021 know no module workers
    }
    this.worker.addEventListener("error", () => this.close());
    this.worker.addEventListener("message", (event) => this.hear(event.data));
    this.worker.postMessage({ models: new URL(".", new URL(meshModels, location.href)).href });
  }

  /** Whether it sees anything at all. */
  get awake() {
    return this.ready && this.seen !== null;
  }

  /** Look at the video's picture, unless the last look is not over. @param {HTMLVideoElement} video */
  look(video) {
    const now = performance.now();
    if (!this.worker || !this.ready || this.looking || now - this.asked < EVERY_MS) return;
    this.looking = true;
    this.asked = now;
    const tall = Math.round((WIDE_PX * video.videoHeight) / Math.max(video.videoWidth, 1));
    createImageBitmap(video, { resizeWidth: WIDE_PX, resizeHeight: tall }).then(
      (picture) => this.worker?.postMessage({ picture }, [picture]),
      () => this.close(),
    );
  }

  /** What the person should do to be seen well; "" when all is well or nothing is known. */
  advice() {
    if (!this.seen) return "";
    if (this.seen.faces > 1) return _("One person only, please.");
    if (!this.seen.place || !this.seen.motion) return _("Move your face into the oval.");
    const { x, y, jaw, width, height } = this.seen.place;
    const scale = Math.max(1 / width, TALL / height);
    if (jaw * scale < SMALLEST) return _("Come closer.");
    if (jaw * scale > LARGEST) return _("Move back a little.");
    const aside = Math.hypot(x - width / 2, y - height / 2) * scale;
    return aside > ASIDE ? _("Move your face into the oval.") : "";
  }

  /** Remember the face as one at rest: the measure of what follows. */
  keep() {
    if (this.seen?.motion && this.rest.at?.(-1) !== this.seen.motion) this.rest.push(this.seen.motion);
  }

  /** Whether the action was seen. @param {string} action */
  done(action) {
    return !!this.seen?.motion && this.rest.length > 2 && isDone(action, median(this.rest), this.seen.motion);
  }

  close() {
    this.worker?.terminate();
    this.worker = null;
    this.seen = null;
    this.ready = false;
  }

  /** @param {Seen & { ready?: boolean, trouble?: string }} told */
  hear(told) {
    if (told.trouble) return this.close();
    if (told.ready) {
      this.ready = true;
      return;
    }
    this.looking = false;
    this.seen = told;
    this.slow = performance.now() - this.asked > SLOWEST_MS ? this.slow + 1 : 0;
    if (this.slow >= PATIENCE) this.close();
  }
}
