/**
 * The clock of a capture. It runs with time, and stands still while the device does: on a slow telephone what the
 * screen shows, what the person does and when a frame says it was taken stay together, and no frame is missing.
 */

export const EVERY_MS = 250; // 60 frames; the server asks for gaps below 900 ms and eight frames in the colours
const LONGEST_STEP_MS = 300; // what lies beyond is the device's own time
const LATE_MS = 50; // of a frame that is later than this the next is not hurried after

export class Pace {
  constructor() {
    this.t_ms = 0;
    this.last = NaN;
    this.due = NaN;
  }

  /** A frame is taken at `now`; its time on the clock, whole milliseconds. @param {number} now */
  tick(now) {
    if (Number.isNaN(this.last)) this.due = now;
    else {
      this.t_ms += Math.round(Math.min(Math.max(now - this.last, 1), LONGEST_STEP_MS));
      this.due += EVERY_MS;
      if (now - this.due > LATE_MS) this.due = now;
    }
    this.last = now;
    return this.t_ms;
  }

  /** How long to wait for the next frame. @param {number} now */
  pause(now) {
    return Number.isNaN(this.due) ? 0 : this.due + EVERY_MS - now;
  }
}
