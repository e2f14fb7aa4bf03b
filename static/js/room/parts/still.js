/** Whose picture has stopped while our line is well: they go on by sound alone, and their last picture is not kept up. */

const EVERY_MS = 1000;
const STILL_MS = 3000; // a camera sends several pictures a second, also of a wall

export class Stillness {
  /** @param {import("../media.js").RoomMedia} media @param {(seats: Set<string>) => void} tell  all of them, each time */
  constructor(media, tell) {
    this.media = media;
    this.tell = tell;
    /** @type {Map<string, { frames: number, at: number }>} when the newest picture of each came */
    this.newest = new Map();
    setInterval(() => this.look(), EVERY_MS);
  }

  async look() {
    const { seats } = await this.media.stats();
    const now = performance.now();
    const well = this.media.connected && !document.hidden;
    for (const seat of this.newest.keys()) if (!seats[seat]) this.newest.delete(seat);
    for (const [seat, { frames }] of Object.entries(seats)) {
      if (!well || this.newest.get(seat)?.frames !== frames) this.newest.set(seat, { frames, at: now });
    }
    this.tell(new Set([...this.newest].filter(([, last]) => now - last.at > STILL_MS).map(([seat]) => seat)));
  }
}
