/**
 * Records a voice note into the file field of its form, so that it is handed in like any chosen file.
 *
 * DOM contract: a form with `data-voice` holds the field `voice`, the buttons `[data-voice-start]` and
 * `[data-voice-stop]` in `[data-voice-tools]`, `[data-voice-words]` for what happens, and `[data-voice-heard]`,
 * where the person hears it. Without this script, or without a microphone, a recording is chosen as a file.
 */

import { _ } from "../messages.js";

/** @param {HTMLFormElement} form */
function attach(form) {
  /** @param {string} name */
  const find = (name) => /** @type {HTMLElement} */ (form.querySelector(`[data-voice-${name}]`));
  const [start, stop, words] = [find("start"), find("stop"), find("words")];
  const heard = /** @type {HTMLAudioElement} */ (find("heard"));
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("voice"));
  /** @type {MediaRecorder | null} */
  let recorder = null;
  find("tools").hidden = false;

  const begin = async () => {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      words.textContent = _("The microphone cannot be used. Please choose a recording, or let our staff call you.");
      return;
    }
    /** @type {Blob[]} */
    const pieces = [];
    recorder = new MediaRecorder(stream);
    recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
    recorder.addEventListener("stop", () => {
      for (const track of stream.getTracks()) track.stop();
      const sound = new Blob(pieces, { type: recorder?.mimeType });
      const chosen = new DataTransfer();
      chosen.items.add(new File([sound], sound.type.includes("mp4") ? "voice.m4a" : "voice.webm", { type: sound.type }));
      field.files = chosen.files;
      heard.src = URL.createObjectURL(sound);
      heard.hidden = false;
      words.textContent = _("Recorded. Listen to it, then hand it in.");
    });
    recorder.start();
    start.hidden = true;
    stop.hidden = false;
    words.textContent = _("Recording. Please speak.");
  };
  start.addEventListener("click", begin);
  stop.addEventListener("click", () => {
    recorder?.stop();
    stop.hidden = true;
    start.hidden = false;
  });
}

if (typeof MediaRecorder !== "undefined" && navigator.mediaDevices) {
  for (const form of document.querySelectorAll("form[data-voice]")) attach(/** @type {HTMLFormElement} */ (form));
}
