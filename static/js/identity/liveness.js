/**
 * The live selfie: shows what the challenge asks, records frames at known times, sends them. Decides nothing.
 * A face mesh (parts/guide.js) helps to find the oval and tells at once when an action was seen.
 *
 * What the page gives:
 *
 *   <section data-liveness data-mesh="…/mesh.js" data-mesh-models="…/facemesh.json">
 *     <script type="application/json" id="liveness-challenge">
 *       {"look_ahead": "…", "lights": [{"colour": "red", "from_ms": 500, "until_ms": 1350}],
 *        "prompts": [{"action": "turn_left", "say": "…", "from_ms": 4600, "until_ms": 7000}], "length_ms": 7300}
 *     </script>
 *     <button type="button" data-liveness-start>…</button>
 *     <div class="liveness__stage" data-liveness-stage hidden>      fills the screen, and shines in its colours
 *       <video class="liveness__mirror" playsinline muted></video>    mirrored by the style sheet only
 *       <div class="liveness__oval"></div>
 *       <p class="liveness__say" data-liveness-say aria-live="assertive"></p>      one instruction, large
 *       <button type="button" data-liveness-stop>…</button>
 *       <progress class="liveness__progress" data-liveness-progress max="1" value="0"></progress>
 *     </div>
 *     <p role="status" data-liveness-words></p>                       troubles, in words
 *     <form data-liveness-form method="post" enctype="multipart/form-data" action="…">
 *       … hidden fields of the page (nonce, form token) …
 *       <input type="hidden" name="times">                            JSON: milliseconds of each frame (parts/pace.js)
 *       <input type="file" name="frames" multiple hidden>             frame-00.jpg … in order
 *     </form>
 *   </section>
 *
 * The section carries `data-state`: "waiting", "ready", "recording", "sending", "trouble" (with `data-trouble`); the
 * current action stands in `data-action`, the colour that the screen shines in `data-light`, whether the action was
 * seen in `data-done`, whether the guide sees anything ("seeing" or "none") in `data-guide`. The staff check stands on the page beside this, always.
 */

import { Guide } from "./parts/guide.js";
import { choose, closeCamera, drawn, jpegOf, openCamera, wordsOf } from "./parts/camera.js";
import { Pace } from "./parts/pace.js";
import { _ } from "../messages.js";

const AFTER_MS = 350; // frames after the last action's end
const READY_MS = 1500; // to find the oval without a guide; the colours that follow need no deed either
const LONGEST_READY_MS = 12000; // to find it with one; then the server may say what is wrong
const HELD_MS = 500;
const LOOK_MS = 100;
const LONGEST_PX = 640;
const QUALITY = 0.82; // about 30 KB a frame

/**
 * @typedef {{ action: string, say: string, from_ms: number, until_ms: number }} Prompt
 * @typedef {{ colour: string, from_ms: number, until_ms: number }} Shine
 * @typedef {{ look_ahead: string, lights: Shine[], prompts: Prompt[], length_ms: number }} Challenge
 * @typedef {{ t_ms: number, jpeg: Promise<Blob> }} Shot
 */

for (const section of document.querySelectorAll("[data-liveness]")) {
  attach(/** @type {HTMLElement} */ (section));
}

/** @param {HTMLElement} section */
function attach(section) {
  const data = section.querySelector("script[type='application/json']");
  const start = /** @type {HTMLButtonElement | null} */ (section.querySelector("[data-liveness-start]"));
  if (!data || !start) return;
  const challenge = /** @type {Challenge} */ (JSON.parse(data.textContent ?? "{}"));
  section.dataset.state = "waiting";
  section.querySelector("[data-liveness-stop]")?.addEventListener("click", () => {
    section.dataset.stop = "yes";
  });
  aloud(section);
  start.addEventListener("click", () => {
    start.disabled = true;
    delete section.dataset.stop;
    run(section, challenge).catch((/** @type {unknown} */ trouble) => {
      start.disabled = false;
      complain(section, trouble);
    });
  });
}

/** @param {HTMLElement} section @param {Challenge} challenge */
async function run(section, challenge) {
  const stage = /** @type {HTMLElement} */ (section.querySelector("[data-liveness-stage]"));
  const video = /** @type {HTMLVideoElement} */ (stage.querySelector("video"));
  const guide = new Guide(section);
  words(section, "");
  try {
    await openCamera(video, "user", { width: 640, height: 480 });
    section.dataset.state = "ready";
    stage.hidden = false;
    await settle(section, video, challenge, guide);
    section.dataset.state = "recording";
    const shots = await record(section, video, challenge, guide);
    section.dataset.state = "sending";
    say(section, _("Thank you. The pictures are being checked."));
    await send(section, shots);
  } finally {
    guide.close();
    closeCamera(video);
    if (section.dataset.state !== "sending") stage.hidden = true;
  }
}

/**
 * Until the face is well in the oval, as far as the guide sees; without one a moment must do.
 * @param {HTMLElement} section @param {HTMLVideoElement} video @param {Challenge} challenge @param {Guide} guide
 */
async function settle(section, video, challenge, guide) {
  const begun = performance.now();
  let wellSince = Infinity;
  for (;;) {
    if (stopped(section)) throw "stopped";
    const now = performance.now();
    const advice = guide.advice();
    say(section, advice || challenge.look_ahead);
    wellSince = guide.awake && !advice ? Math.min(wellSince, now) : Infinity;
    const long = guide.awake ? LONGEST_READY_MS : READY_MS;
    if (now - wellSince >= HELD_MS || now - begun >= long) return;
    watch(section, video, guide);
    await wait(LOOK_MS);
  }
}

/**
 * @param {HTMLElement} section @param {HTMLVideoElement} video @param {Challenge} challenge @param {Guide} guide
 * @returns {Promise<Shot[]>}
 */
async function record(section, video, challenge, guide) {
  const until = challenge.length_ms + AFTER_MS;
  const progress = /** @type {HTMLProgressElement | null} */ (
    section.querySelector("[data-liveness-progress]")
  );
  /** @type {Shot[]} */
  const shots = [];
  const pace = new Pace();
  for (;;) {
    await wait(pace.pause(performance.now()));
    if (stopped(section)) throw "stopped";
    if (document.hidden) throw "hidden"; // the browser stops the camera of a page that is not seen
    const t_ms = pace.tick(performance.now());
    if (t_ms > until) return shots;
    shine(section, challenge, t_ms);
    prompt(section, challenge, t_ms);
    praise(section, guide);
    watch(section, video, guide);
    if (progress) progress.value = t_ms / until;
    shots.push({ t_ms, jpeg: jpegOf(drawn(video, LONGEST_PX), QUALITY) });
  }
}

/**
 * The screen lights the face in the colours of the challenge, and in white before and after.
 * @param {HTMLElement} section @param {Challenge} challenge @param {number} t_ms
 */
function shine(section, challenge, t_ms) {
  const light = challenge.lights.find((one) => one.from_ms <= t_ms && t_ms < one.until_ms);
  section.dataset.light = light?.colour ?? "white";
}

/** @param {HTMLElement} section */
function stopped(section) {
  return section.dataset.stop === "yes";
}

/** @param {HTMLElement} section @param {Challenge} challenge @param {number} t_ms */
function prompt(section, challenge, t_ms) {
  const asked = challenge.prompts.find((one) => one.from_ms <= t_ms && t_ms < one.until_ms);
  const action = asked?.action ?? "";
  if (section.dataset.action === action) return;
  section.dataset.action = action;
  delete section.dataset.done;
  say(section, asked?.say ?? challenge.look_ahead);
  // felt where it cannot be read: with closed eyes, or with the head turned away
  if ("vibrate" in navigator) navigator.vibrate(asked ? 120 : 60);
}

/** @param {HTMLElement} section @param {HTMLVideoElement} video @param {Guide} guide */
function watch(section, video, guide) {
  guide.look(video);
  section.dataset.guide = guide.awake ? "seeing" : "none";
}

/** @param {HTMLElement} section @param {Guide} guide */
function praise(section, guide) {
  const { action, done } = section.dataset;
  if (!action) return guide.keep();
  if (done || !guide.done(action)) return;
  section.dataset.done = "yes";
  say(section, _("Good. Now look ahead again."));
  if ("vibrate" in navigator) navigator.vibrate(60);
}

/** @param {HTMLElement} section @param {Shot[]} shots */
async function send(section, shots) {
  const form = /** @type {HTMLFormElement} */ (section.querySelector("form[data-liveness-form]"));
  const blobs = await Promise.all(shots.map((shot) => shot.jpeg));
  const files = blobs.map(
    (blob, number) => new File([blob], `frame-${String(number).padStart(2, "0")}.jpg`, { type: "image/jpeg" }),
  );
  choose(/** @type {HTMLInputElement} */ (form.querySelector("input[name=frames]")), files);
  const times = /** @type {HTMLInputElement} */ (form.querySelector("input[name=times]"));
  times.value = JSON.stringify(shots.map((shot) => shot.t_ms));
  form.submit();
}

/** @param {HTMLElement} section @param {unknown} trouble */
function complain(section, trouble) {
  section.dataset.state = "trouble";
  section.dataset.trouble = typeof trouble === "string" ? trouble : "busy";
  /** @type {Record<string, string>} */
  const own = {
    hidden: _("The page was left while recording. Please start again and keep this page open."),
    stopped: _("Stopped. Nothing was sent."),
  };
  words(
    section,
    own[section.dataset.trouble] ??
      wordsOf(/** @type {import("./parts/camera.js").Trouble} */ (section.dataset.trouble)),
  );
}

/** @param {HTMLElement} section @param {string} text */
function say(section, text) {
  const place = section.querySelector("[data-liveness-say]");
  if (!place || place.textContent === text) return;
  place.textContent = text;
  const wish = /** @type {HTMLInputElement | null} */ (section.querySelector("[data-liveness-aloud]"));
  if (!wish?.checked || !("speechSynthesis" in window)) return;
  speechSynthesis.cancel(); // an instruction that is over would be in the way of the next
  const speech = new SpeechSynthesisUtterance(text);
  speech.lang = document.documentElement.lang;
  speechSynthesis.speak(speech);
}

/**
 * The choice to hear the instructions, where the device has a voice; chosen already in elder mode.
 * @param {HTMLElement} section
 */
function aloud(section) {
  const wish = /** @type {HTMLInputElement | null} */ (section.querySelector("[data-liveness-aloud]"));
  const place = wish?.closest("[hidden]");
  if (!wish || !(place instanceof HTMLElement) || !("speechSynthesis" in window)) return;
  place.hidden = false;
  wish.checked = document.documentElement.classList.contains("elder");
}

/** @param {HTMLElement} section @param {string} text */
function words(section, text) {
  const place = section.querySelector("[data-liveness-words]");
  if (place) place.textContent = text;
}

/** @param {number} ms */
function wait(ms) {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
