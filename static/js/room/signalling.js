/**
 * The talk with the media server: Socket.IO namespace /rtc (docs/signalling.md).
 *
 * Rule 1: each connection shows a fresh ticket and is a new place at the same seat; there is nothing to resume.
 * Rule 2: after a farewell that was meant (replaced, revoked, closed) we stay away; after all else we come back.
 *
 *   const talk = new Signalling({ getTicket, on: { joined, moved, offer, slots, speaker, … } });
 *   talk.join();  talk.answer(version, sdp);  talk.restart();  talk.rejoin();  talk.leave();
 *
 * @typedef {"replaced" | "revoked" | "closed"} Farewell
 *
 * @typedef {object} SignallingEvents
 * @property {() => void} joined                        a new place was given: everything before it is void
 * @property {(version: number, sdp: string, slots: Record<string, string>, relays: RTCIceServer[]) => void} offer
 * @property {(slots: Record<string, string>) => void} slots    mid to seat; what is not named carries nobody
 * @property {(seat: string | null) => void} speaker
 * @property {(muted: boolean) => void} muted           whether the room keeps our sound from the others
 * @property {(qualities: Record<string, string>) => void} pictures  mid to how much of it our line lets through
 * @property {() => void} moved                         the media server was lost; another offers a new place soon
 * @property {() => void} lost                          not connected; trying again
 * @property {(reason: Farewell) => void} ended         for good
 */
import { io } from "socket.io-client";

const FINAL = ["replaced", "revoked", "closed"];
const FIRST_WAIT_MS = 300;
const LONGEST_WAIT_MS = 4000;

export class Signalling {
  /**
   * @param {object} options
   * @param {() => Promise<string>} options.getTicket   asked for each connection; tickets live a minute
   * @param {SignallingEvents} options.on
   * @param {string} [options.origin]                   of the server; this page's own if left out
   */
  constructor({ getTicket, on, origin = "" }) {
    this.getTicket = getTicket;
    this.on = on;
    this.ended = false;
    this.waitMs = FIRST_WAIT_MS;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.ticket = "";
    this.socket = io(`${origin}/rtc`, {
      autoConnect: false,
      reconnection: false, // a refused ticket is not retried by the library; one way for both is ours
      forceNew: true,
      transports: ["websocket", "polling"],
      auth: (send) => send({ ticket: this.ticket }),
    });
    this.listen();
  }

  get connected() {
    return this.socket.connected;
  }

  listen() {
    this.socket.on("connect", () => {
      this.waitMs = FIRST_WAIT_MS;
      this.on.joined();
    });
    this.socket.on("offer", (m) => this.on.offer(m.version, m.sdp, m.slots, m.relays ?? []));
    this.socket.on("slots", (m) => this.on.slots(m.slots));
    this.socket.on("speaker", (m) => this.on.speaker(m.seat));
    this.socket.on("muted", (m) => this.on.muted(m.muted));
    this.socket.on("pictures", (m) => this.on.pictures(m.qualities));
    this.socket.on("moved", () => this.on.moved());
    this.socket.on("bye", (m) => FINAL.includes(m.reason) && this.end(m.reason));
    this.socket.on("connect_error", () => this.joinLater());
    this.socket.on("disconnect", () => this.joinLater());
  }

  async join() {
    clearTimeout(this.timer);
    if (this.ended || this.socket.active) return;
    try {
      this.ticket = await this.getTicket();
    } catch {
      this.joinLater();
      return;
    }
    if (!this.ended) this.socket.connect();
  }

  joinLater() {
    if (this.ended) return;
    this.on.lost();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.join(), this.waitMs);
    this.waitMs = Math.min(2 * this.waitMs, LONGEST_WAIT_MS);
  }

  /** A new place at once, as after a change of network. */
  rejoin() {
    this.waitMs = FIRST_WAIT_MS / 10;
    const told = this.socket.connected; // then "disconnect" follows, and with it the next try
    this.socket.disconnect();
    if (!told) this.joinLater();
  }

  /** @param {number} version @param {string} sdp */
  answer(version, sdp) {
    this.socket.emit("answer", { version, sdp });
  }

  /** Ask for an offer with new ICE credentials. */
  restart() {
    this.socket.emit("restart");
  }

  leave() {
    this.ended = true;
    clearTimeout(this.timer);
    if (this.socket.connected) this.socket.emit("leave");
    this.socket.disconnect();
  }

  /** @param {Farewell} reason */
  end(reason) {
    this.ended = true;
    clearTimeout(this.timer);
    this.on.ended(reason);
    this.socket.disconnect();
  }
}
