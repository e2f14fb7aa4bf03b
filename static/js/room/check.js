/** The device check: each part tried by itself, a verdict and a remedy each; the result goes to the court. */

import { _ } from "../messages.js";
import { openDevices, RoomMedia } from "./media.js";
import { Court, find } from "./parts/court.js";
import { measure, tone } from "./parts/sound.js";

const LISTEN_MS = 5000;
const CONNECT_MS = 10_000;
const PINGS = 8;
const QUIET = 0.02;

/** @type {Record<string, () => string>} */
const REMEDIES = {
  denied: () => _("Not allowed. Tap the lock beside the address, allow it, and test again."),
  missing: () => _("None was found on this device."),
  busy: () => _("Another app uses it. Close that app and test again."),
  timeout: () => _("It does not answer. Close other apps, or open this page in the phone's own browser."),
  insecure: () => _("This address is not secure (https), so the browser keeps it closed."),
};

class Check {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.court = new Court(/** @type {string} */ (root.dataset.check));
    /** @type {Record<string, string>} */
    this.found = { camera: "untried", microphone: "untried", speaker: "untried", media: "untried" };
    this.rtt = 0;
    this.loss = 0;
    this.done = () => {};
    find("[data-check-start]").addEventListener("click", () => this.run());
    for (const button of root.querySelectorAll("[data-heard]")) {
      button.addEventListener("click", () => this.heard(/** @type {HTMLElement} */ (button).dataset.heard ?? ""));
    }
  }

  async run() {
    this.done();
    const start = /** @type {HTMLButtonElement} */ (find("[data-check-start]"));
    start.disabled = true;
    find("[data-check-result]").hidden = true;
    for (const name of ["camera", "microphone", "path"]) this.tell(name, "busy", _("Testing …"));
    const devices = await openDevices();
    const quiet = devices.audio ? this.listen(devices.audio) : Promise.resolve();
    await Promise.all([this.look(devices), quiet, this.travel(devices)]);
    this.judgeSound(devices);
    find("[data-check-heard]").hidden = false;
    tone(660, 1.2);
    this.tell("speaker", "busy", _("Did you hear the tone?"));
    start.disabled = false;
    find("span", start).textContent = _("Test again");
    await this.keep();
  }

  /** @param {import("./media.js").Devices} devices */
  async look({ video, trouble }) {
    if (!video) return this.say("camera", "failed", REMEDIES[trouble.video ?? "missing"]());
    const screen = /** @type {HTMLVideoElement} */ (find("[data-check-video]"));
    screen.srcObject = new MediaStream([video]);
    await screen.play().catch(() => {});
    find("[data-check-picture-words]").hidden = true;
    const came = await within(LISTEN_MS, () => screen.videoWidth > 0);
    if (!came) return this.say("camera", "failed", REMEDIES.timeout());
    return this.say("camera", "ok", _("Works. Is your face well lit?"));
  }

  /** @param {MediaStreamTrack} track */
  async listen(track) {
    const meter = /** @type {HTMLMeterElement} */ (find("[data-check-level]"));
    this.loudest = 0;
    const stop = measure(track, (level) => {
      meter.value = level;
      this.loudest = Math.max(this.loudest ?? 0, level);
    });
    this.done = stop;
    await within(LISTEN_MS, () => (this.loudest ?? 0) > 3 * QUIET);
  }

  /** @param {import("./media.js").Devices} devices */
  judgeSound({ audio, trouble }) {
    if (!audio) this.say("microphone", "failed", REMEDIES[trouble.audio ?? "missing"]());
    else if ((this.loudest ?? 0) < QUIET) this.say("microphone", "weak", _("Very quiet. Speak closer, and see whether the phone is muted."));
    else this.say("microphone", "ok", _("Works. Your voice arrives."));
  }

  /** The way of sound and picture itself, in a room of one's own. @param {import("./media.js").Devices} devices */
  async travel(devices) {
    await this.ping();
    let flows = false;
    const media = new RoomMedia({
      getTicket: async () => (await this.court.post("/check/ticket")).ticket,
      on: { restored: () => (flows = true) },
    });
    media.start({ audio: copy(devices.audio), video: copy(devices.video), trouble: {} });
    const came = await within(CONNECT_MS, () => flows);
    media.stop();
    this.found.media = came ? "ok" : "failed";
    const ms = Math.round(this.rtt);
    if (!came) this.tell("path", "failed", _("Sound and picture do not get through. Try another network, such as mobile data."));
    else if (ms >= 400 || this.loss >= 0.1) this.tell("path", "weak", _("Slow: %(ms)s milliseconds. Go nearer to the router.", { ms }));
    else this.tell("path", "ok", _("Good: %(ms)s milliseconds.", { ms }));
  }

  async ping() {
    const times = [];
    for (let i = 0; i < PINGS; i += 1) {
      const begun = performance.now();
      try {
        await this.court.get("/check/ping");
        times.push(performance.now() - begun);
      } catch {
        // counted as lost
      }
    }
    this.rtt = times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 60_000;
    this.loss = 1 - times.length / PINGS;
  }

  /** @param {string} answer */
  async heard(answer) {
    this.say("speaker", answer, answer === "ok" ? _("Works.") : _("Turn the volume up, switch silent mode off, or take earphones. Then test again."));
    find("[data-check-heard]").hidden = true;
    await this.keep();
  }

  async keep() {
    const box = find("[data-check-result]");
    try {
      const { verdict } = await this.court.post("/check", { ...this.found, rtt_ms: Math.round(this.rtt), loss: this.loss });
      find("p", box).textContent = verdicts()[verdict];
      box.className = `notice notice--${verdict === "good" || verdict === "voice" ? "good" : "warn"}`;
    } catch {
      find("p", box).textContent = _("The result could not be kept. Please test again.");
    }
    box.hidden = false;
  }

  /** @param {string} name @param {string} finding @param {string} words */
  say(name, finding, words) {
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

/** @returns {Record<string, string>} */
function verdicts() {
  return {
    good: _("Your device is ready."),
    voice: _("You can take part by voice; the camera does not work."),
    poor: _("It works, but others may find it hard to hear or see you."),
    failed: _("Sound does not reach the court from here yet."),
  };
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
