/**
 * The device check: each part tried by itself, a verdict and a remedy each; the result goes to the court.
 *
 * It takes at most a minute: 2 x 15 s for the permissions, if nobody answers them, 18 s for the way (voice and
 * picture are looked at meanwhile), 2 s for the echo.
 */

import { io } from "socket.io-client";
import { _ } from "../messages.js";
import { openDevices, RoomMedia } from "./media.js";
import { Court, find, Refusal, until } from "./parts/court.js";
import { Help } from "./parts/help.js";
import { able, browser, elsewhere, remedy } from "./parts/remedies.js";
import { listenFor, measure, tone } from "./parts/sound.js";

const ASK_MS = 15_000; // somebody may be reading what the phone asks
const LISTEN_MS = 5000;
const CONNECT_MS = 9000;
const SETTLE_MS = 2500; // a report of what was lost comes about each second
const PINGS = 8;
const PING_MS = 3000; // for all of them
const UP_MS = 3000;
const UP_BYTES = 2 ** 16; // a piece
const UP_MOST = 24; // pieces: 1.5 MB are enough to know
const KEEP_MS = 15_000;
const QUIET = 0.02;
const TONE = { hertz: 1130, seconds: 1.6 };
const ECHO_DB = 18; // above the loudest of the quiet before

class Check {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.court = new Court(/** @type {string} */ (root.dataset.check), (waits) => (find("[data-check-slow]").hidden = !waits));
    /** @type {Record<string, string>} */
    this.found = untried();
    /** @type {Record<string, string>} part to fault */
    this.why = {};
    this.rtt = 0;
    this.loss = 0;
    /** @type {number | null} */
    this.up = null;
    /** @type {number | null} */
    this.loudest = null;
    /** @type {MediaStreamTrack[]} what the last test opened */
    this.opened = [];
    this.done = () => {};
    new Help(this.court).listen(io("/push", { transports: ["websocket", "polling"] }));
    find("[data-check-start]").addEventListener("click", () => this.run());
    for (const button of root.querySelectorAll("[data-heard]")) {
      button.addEventListener("click", () => this.heard(/** @type {HTMLElement} */ (button).dataset.heard ?? ""));
    }
    find("[data-copy]").addEventListener("click", () => copyAddress());
    if (!able() && window.isSecureContext) this.offerElsewhere();
  }

  async run() {
    this.done();
    for (const track of this.opened) track.stop();
    const start = /** @type {HTMLButtonElement} */ (find("[data-check-start]"));
    start.disabled = true;
    find("[data-check-result]").hidden = true;
    find("[data-check-elsewhere]").hidden = true;
    this.found = untried();
    this.why = {};
    for (const name of ["camera", "microphone"]) this.tell(name, "busy", _("Please tap “Allow” when your device asks."));
    this.tell("path", "busy", _("Testing; this takes up to twenty seconds. Please stay on this page."));
    const way = this.measureWay();
    const devices = await openDevices({}, ASK_MS);
    this.opened = [devices.audio, devices.video].filter((one) => one !== null);
    const quiet = devices.audio ? this.listen(devices.audio) : Promise.resolve();
    await Promise.all([this.look(devices), quiet, way.then(() => this.travel(devices))]);
    this.judgeSound(devices);
    find("[data-check-heard]").hidden = false;
    this.tell("speaker", "busy", _("Did you hear the tone?"));
    await this.ring(devices.audio);
    start.disabled = false;
    find("span", start).textContent = _("Test again");
    if (Object.values(this.why).some((fault) => ["denied", "timeout", "blocked"].includes(fault))) this.offerElsewhere();
    await this.keep();
  }

  /** @param {import("./media.js").Devices} devices */
  async look({ video, trouble }) {
    if (!video) return this.fail("camera", "failed", trouble.video ?? "missing");
    const screen = /** @type {HTMLVideoElement} */ (find("[data-check-video]"));
    screen.srcObject = new MediaStream([video]);
    await screen.play().catch(() => {});
    find("[data-check-picture-words]").hidden = true;
    const came = await within(LISTEN_MS, () => screen.videoWidth > 0);
    if (!came) return this.fail("camera", "failed", "timeout");
    return this.say("camera", "ok", _("Works. Is your face well lit?"));
  }

  /** @param {MediaStreamTrack} track */
  async listen(track) {
    this.tell("microphone", "busy", _("Please say a few words."));
    const meter = /** @type {HTMLMeterElement} */ (find("[data-check-level]"));
    this.loudest = null;
    const stop = measure(track, (level) => {
      meter.value = level;
      this.loudest = Math.max(this.loudest ?? 0, level);
    });
    this.done = stop;
    await within(LISTEN_MS, () => (this.loudest ?? 0) > 3 * QUIET);
  }

  /** @param {import("./media.js").Devices} devices */
  judgeSound({ audio, trouble }) {
    if (!audio) this.fail("microphone", "failed", trouble.audio ?? "missing");
    else if (this.loudest === null && !audio.muted) this.say("microphone", "ok", _("It is open; this browser does not tell how loud it is."));
    else if (audio.muted || !this.loudest) this.fail("microphone", "weak", "muted");
    else if (this.loudest < QUIET) this.fail("microphone", "weak", "quiet");
    else this.say("microphone", "ok", _("Works. Your voice arrives."));
  }

  /** A tone to be heard by the person, and not by the microphone. @param {MediaStreamTrack | null} track */
  async ring(track) {
    if (!track || this.found.microphone !== "ok") return tone(TONE.hertz, TONE.seconds);
    const louder = await listenFor(track, TONE.hertz, TONE.seconds);
    if (louder > ECHO_DB) this.fail("microphone", "weak", "echo");
  }

  /** Round trip and width, before sound and picture take their part. */
  async measureWay() {
    await this.ping();
    await this.push();
  }

  /** The way of sound and picture itself, in a room of one's own. @param {import("./media.js").Devices} devices */
  async travel(devices) {
    let flows = false;
    /** @type {RoomMedia | null} */
    let media = null;
    if (able()) {
      media = new RoomMedia({
        getTicket: async () => (await this.court.post("/check/ticket")).ticket,
        on: { restored: () => (flows = true) },
      });
      media.start({ audio: copy(devices.audio), video: copy(devices.video), trouble: {} });
    }
    const came = Boolean(media) && (await within(CONNECT_MS, () => flows));
    if (came && media && (devices.audio || devices.video)) {
      await new Promise((next) => setTimeout(next, SETTLE_MS));
      this.loss = Math.max(this.loss, (await media.stats()).up.lost);
    }
    media?.stop();
    this.found.media = came ? "ok" : "failed";
    const ms = Math.round(this.rtt);
    const kbps = this.up ?? 0;
    if (!came) this.fail("path", "failed", able() ? "gone" : "blocked");
    else if (this.loss >= 0.1) this.fail("path", "weak", "lossy");
    else if (ms >= 400) this.fail("path", "weak", "slow", { ms });
    else if (this.up !== null && kbps < 200) this.fail("path", "weak", "narrow", { kbps });
    else this.tell("path", "ok", _("Good: %(ms)s milliseconds.", { ms }));
  }

  async ping() {
    const times = [];
    const end = performance.now() + PING_MS;
    let tried = 0;
    for (; tried < PINGS && performance.now() < end; tried += 1) {
      const begun = performance.now();
      try {
        await this.court.ask("/check/ping", { signal: until(PING_MS) });
        times.push(performance.now() - begun);
      } catch {
        // counted as lost
      }
    }
    this.rtt = times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 60_000;
    this.loss = 1 - times.length / tried;
  }

  /** How much gets out: pieces sent for a while; what is under way when the time is over does not count. */
  async push() {
    const piece = new Uint8Array(UP_BYTES);
    crypto.getRandomValues(piece); // nothing on the way makes it smaller
    const begun = performance.now();
    let sent = 0;
    this.up = null;
    try {
      for (let count = 0; count < UP_MOST && performance.now() - begun < UP_MS; count += 1) {
        await this.court.ask("/check/uplink", { method: "POST", body: piece, signal: until(2 * UP_MS) });
        sent += UP_BYTES;
      }
    } catch {
      // too slow for a piece, or cut off: what came through counts
    }
    const ms = performance.now() - begun;
    if (sent || ms >= UP_MS) this.up = Math.round((8 * sent) / ms);
  }

  /** @param {string} answer */
  async heard(answer) {
    this.say("speaker", answer, answer === "ok" ? _("Works.") : _("Turn the volume up, switch silent mode off, or take earphones. Then test again."));
    find("[data-check-heard]").hidden = true;
    await this.keep();
  }

  async keep() {
    const box = find("[data-check-result]");
    const why = Object.fromEntries(Object.entries(this.why).filter(([, fault]) => fault !== "gone"));
    const told = { ...this.found, rtt_ms: Math.min(60_000, Math.round(this.rtt)), loss: this.loss, up_kbps: this.up, why };
    try {
      const { verdict } = await this.court.post("/check", told, until(KEEP_MS));
      find("p", box).textContent = verdicts()[verdict];
      box.className = `notice notice--${["good", "voice", "picture"].includes(verdict) ? "good" : "warn"}`;
    } catch (error) {
      box.className = "notice notice--warn";
      const said = error instanceof Refusal ? error.message : "";
      find("p", box).textContent = said || _("The result could not be kept: the court did not answer. Go nearer to the router or switch to mobile data, then test again.");
    }
    box.hidden = false;
  }

  offerElsewhere() {
    find("[data-check-elsewhere-words]").textContent = elsewhere(browser());
    find("[data-check-elsewhere]").hidden = false;
  }

  /** @param {string} name @param {string} finding @param {string} fault @param {Record<string, string | number>} [values] */
  fail(name, finding, fault, values) {
    this.why[name] = fault;
    if (name in this.found) this.found[name] = finding;
    this.tell(name, finding, remedy(fault, values));
  }

  /** @param {string} name @param {string} finding @param {string} words */
  say(name, finding, words) {
    delete this.why[name];
    this.found[name] = finding;
    this.tell(name, finding, words);
  }

  /** @param {string} name @param {string} finding @param {string} words */
  tell(name, finding, words) {
    const item = find(`[data-item="${name}"]`, this.root);
    item.dataset.finding = finding;
    find("[data-words]", item).textContent = words;
  }
}

function untried() {
  return { camera: "untried", microphone: "untried", speaker: "untried", media: "untried" };
}

/** @returns {Record<string, string>} */
function verdicts() {
  return {
    good: _("Your device is ready."),
    voice: _("You can take part by voice; the camera does not work."),
    picture: _("You are seen, hear the others and can write; nobody hears you, your microphone is off."),
    deaf: _("You do not hear the others yet: turn the volume up, switch silent mode off, or take earphones. Then test again."),
    poor: _("It works, but others may find it hard to hear or see you."),
    failed: _("Sound does not reach the court from here yet."),
  };
}

/** Into the clipboard, or selected where there is none. */
async function copyAddress() {
  const field = /** @type {HTMLInputElement} */ (find("[data-address]"));
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    find("[data-copied]").textContent = _("Copied.");
  } catch {
    find("[data-copied]").textContent = _("Please copy the marked address.");
  }
}

/** @param {MediaStreamTrack | null} track */
function copy(track) {
  return track ? track.clone() : null;
}

/** Whether it became true in time. @param {number} ms @param {() => boolean} true_ */
async function within(ms, true_) {
  const end = performance.now() + ms;
  while (!true_()) {
    if (performance.now() > end) return false;
    await new Promise((next) => setTimeout(next, 50));
  }
  return true;
}

const root = document.querySelector("[data-check]");
if (root instanceof HTMLElement) new Check(root);
