/**
 * Records a voice note into the file field of its form, so that it is handed in like any chosen file.
 *
 * DOM contract: a form with `data-voice` holds the field `voice`, the buttons `[data-voice-start]` and
 * `[data-voice-stop]` in `[data-voice-tools]`, `[data-voice-words]` for what happens, `[data-voice-time]` for how
 * long it has been, `[data-voice-heard]`, where the person hears it, and `[data-voice-send]`, shown once there is
 * something to hand in. Without this script, or without a microphone, a recording is chosen as a file.
 */

import { _ } from "../messages.js";

const OPEN_MS = 8000; // some telephones never settle getUserMedia
const BITS_S = 32_000; // speech; an hour is 14 MB, below the bound of a file
const LONGEST_S = 3600;
const PIECE_MS = 1000; // what is kept if the telephone takes the microphone away

/** Whether something was recorded that has not been handed in. */
let unsent = false;

/** @returns {Promise<MediaStream>} */
function openMicrophone() {
  const opened = navigator.mediaDevices.getUserMedia({ audio: true });
  return new Promise((resolve, reject) => {
    const late = window.setTimeout(() => {
      reject(new Error("timeout"));
      opened.then(close, () => {});
    }, OPEN_MS);
    opened.then(resolve, reject).finally(() => window.clearTimeout(late));
  });
}

/** @param {MediaStream} stream */
function close(stream) {
  for (const track of stream.getTracks()) track.stop();
}

/** @param {number} seconds */
function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** @param {HTMLFormElement} form */
function attach(form) {
  /** @param {string} name */
  const find = (name) => /** @type {HTMLElement} */ (form.querySelector(`[data-voice-${name}]`));
  const [start, stop, words, time, send] = [find("start"), find("stop"), find("words"), find("time"), find("send")];
  const heard = /** @type {HTMLAudioElement} */ (find("heard"));
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("voice"));
  const label = /** @type {HTMLElement} */ (start.querySelector("span"));
  /** @type {MediaRecorder | null} */
  let recorder = null;
  let sendNext = false;

  const follow = () => {
    const file = field.files?.[0];
    send.hidden = !file;
    heard.hidden = !file;
    if (heard.src) URL.revokeObjectURL(heard.src);
    if (file) heard.src = URL.createObjectURL(file);
    else heard.removeAttribute("src");
  };
  /** @param {Blob} sound */
  const keep = (sound) => {
    const chosen = new DataTransfer();
    const kind = sound.type.includes("mp4") ? "m4a" : sound.type.includes("ogg") ? "ogg" : "webm";
    const name = _("Your recording"); // apart from the template: sentences inside one are not found
    chosen.items.add(new File([sound], `${name}.${kind}`, { type: sound.type }));
    field.files = chosen.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    unsent = true;
    words.textContent = _("Recorded. Listen to it, then hand it in.");
    label.textContent = _("Record it again");
    start.classList.replace("button--main", "button--quiet");
  };
  const begin = async () => {
    if (recorder?.state === "recording") return;
    words.textContent = _("Please allow the microphone.");
    let stream;
    try {
      stream = await openMicrophone();
    } catch {
      words.textContent = _("The microphone cannot be used. Please choose a recording, or let our staff call you.");
      return;
    }
    const begun = performance.now();
    const seconds = () => Math.floor((performance.now() - begun) / 1000);
    const tick = window.setInterval(() => {
      time.textContent = clock(seconds());
      if (seconds() >= LONGEST_S) recorder?.stop();
    }, 250);
    /** @type {Blob[]} */
    const pieces = [];
    recorder = new MediaRecorder(stream, { audioBitsPerSecond: BITS_S });
    recorder.addEventListener("dataavailable", (event) => event.data.size && pieces.push(event.data));
    // Also when a call takes the microphone away: what was said until then is kept.
    recorder.addEventListener("stop", () => {
      window.clearInterval(tick);
      close(stream);
      stop.hidden = true;
      start.hidden = false;
      if (pieces.length) keep(new Blob(pieces, { type: recorder?.mimeType || pieces[0]?.type }));
      else words.textContent = _("Nothing was recorded. Please try again.");
      if (sendNext && pieces.length) send.querySelector("button")?.click();
      sendNext = false;
    });
    recorder.start(PIECE_MS);
    unsent = true;
    form.dataset.touched = "yes"; // news must not load the page anew while somebody speaks
    time.textContent = clock(0);
    heard.hidden = true;
    start.hidden = true;
    stop.hidden = false;
    stop.focus();
    words.textContent = _("Recording. Please speak.");
  };

  find("tools").append(send); // below what is heard, not below the file
  find("tools").hidden = false;
  follow();
  field.addEventListener("change", follow);
  start.addEventListener("click", begin);
  stop.addEventListener("click", () => recorder?.stop());
  form.addEventListener("submit", (event) => {
    if (recorder?.state === "recording") {
      event.preventDefault();
      sendNext = true;
      recorder.stop();
    } else unsent = false;
  });
}

function attachAll() {
  if (typeof MediaRecorder === "undefined" || !navigator.mediaDevices) return;
  for (const form of document.querySelectorAll("form[data-voice]")) attach(/** @type {HTMLFormElement} */ (form));
}

window.addEventListener("beforeunload", (event) => unsent && event.preventDefault());
document.addEventListener("page:replaced", attachAll);
attachAll();
