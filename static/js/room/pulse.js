/**
 * Notices that nothing comes any more: a browser itself says so only after six to eight seconds (measured).
 *
 * Reports come from the server each second while a microphone or camera sends; so silence is told by comparing
 * what has been received, and a page whose timers were held back finds more received, not silence.
 */

const EVERY_MS = 250;
const SILENT_MS = 2500; // with the tick, words stand there within three seconds
/** What grows when something comes, by kind of report. @type {Record<string, string[]>} */
const GROWING = {
  "candidate-pair": ["bytesReceived", "packetsReceived", "responsesReceived", "requestsReceived"],
  "remote-inbound-rtp": ["timestamp"],
};

export class Pulse {
  /**
   * @param {() => RTCPeerConnection | null} connection  the one that counts now
   * @param {(comes: boolean) => void} tell  nothing comes; it comes again
   */
  constructor(connection, tell) {
    this.connection = connection;
    this.tell = tell;
    /** @type {RTCPeerConnection | null} */
    this.felt = null;
    this.sum = 0;
    this.grewAt = 0;
    this.silent = false;
    this.timer = setInterval(() => this.feel(), EVERY_MS);
  }

  end() {
    clearInterval(this.timer);
  }

  async feel() {
    const pc = this.connection();
    const sum = pc ? await received(pc) : 0;
    if (pc !== this.connection()) return;
    const grew = sum !== this.sum;
    if (pc !== this.felt || grew) {
      this.grewAt = performance.now();
      if (this.silent && pc === this.felt && grew) this.tell(true);
      this.silent = false;
    } else if (pc && !this.silent && performance.now() - this.grewAt > SILENT_MS) {
      this.silent = true;
      this.tell(false);
    }
    this.felt = pc;
    this.sum = sum;
  }
}

/** @param {RTCPeerConnection} pc */
async function received(pc) {
  let sum = 0;
  (await pc.getStats()).forEach((/** @type {any} */ report) => {
    for (const name of GROWING[report.type] ?? []) sum += report[name] ?? 0;
  });
  return sum;
}
