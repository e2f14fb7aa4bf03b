/**
 * Photographing a card or a paper: live through the rear camera with a frame to fit it in, or from a file.
 *
 * What the page gives (works as a plain form without this script):
 *
 *   <form data-capture data-quality="{limits, words}" method="post" enctype="multipart/form-data" action="…">
 *     <input type="file" name="photo" accept="image/*,.heic,application/pdf" capture="environment">
 *     <button type="button" data-capture-open hidden>…</button>           shown when there is a camera
 *     <div class="capture__stage" data-capture-stage hidden>
 *       <video playsinline muted></video>
 *       <div class="capture__guide" data-capture-guide></div>              over the video; what is in it is sent
 *       <div class="capture__buttons">
 *         <button type="button" data-capture-shoot>…</button>
 *         <button type="button" data-capture-close>…</button>
 *       </div>
 *     </div>
 *     <figure data-capture-preview hidden><img alt="…"></figure>
 *     <p role="status" data-capture-words></p>                             advice and troubles, in words
 *     <button type="submit">…</button>
 *   </form>
 *
 * The photo lands in the form's file field, JPEG, at most 2600 pixels; a poor one may be sent all the same.
 */

import { choose, closeCamera, drawn, jpegOf, openCamera, wordsOf } from "./parts/camera.js";
import { faultOf, rulesOf } from "./parts/quality.js";
import { _ } from "../messages.js";

const LONGEST_PX = 2600; // the size at which papers are read
const QUALITY = 0.9;
const MARGIN = 0.06; // around the frame: hands are not steady

function attachAll() {
  for (const form of document.querySelectorAll("form[data-capture]")) attach(/** @type {HTMLFormElement} */ (form));
}
attachAll();
document.addEventListener("page:replaced", attachAll);

/** @param {HTMLFormElement} form */
function attach(form) {
  const input = /** @type {HTMLInputElement} */ (form.querySelector("input[type=file]"));
  const stage = /** @type {HTMLElement | null} */ (form.querySelector("[data-capture-stage]"));
  const open = /** @type {HTMLElement | null} */ (form.querySelector("[data-capture-open]"));
  input.addEventListener("change", () => void takeFile(form, input));
  if (!stage || !open || !navigator.mediaDevices?.getUserMedia) return;
  const video = /** @type {HTMLVideoElement} */ (stage.querySelector("video"));
  const close = () => {
    closeCamera(video);
    stage.hidden = true;
    open.hidden = false;
  };
  open.hidden = false;
  open.addEventListener("click", () => void start(form, stage, open, video));
  stage.querySelector("[data-capture-close]")?.addEventListener("click", close);
  stage.querySelector("[data-capture-shoot]")?.addEventListener("click", () => {
    void take(form, input, drawn(video, LONGEST_PX, framed(stage, video)));
    close();
  });
  window.addEventListener("pagehide", close);
}

/**
 * @param {HTMLFormElement} form @param {HTMLElement} stage @param {HTMLElement} open
 * @param {HTMLVideoElement} video
 */
async function start(form, stage, open, video) {
  try {
    await openCamera(video, "environment", { width: 1920, height: 1080 });
  } catch (trouble) {
    say(form, wordsOf(/** @type {import("./parts/camera.js").Trouble} */ (trouble)));
    return;
  }
  say(form, _("Place the paper inside the frame and hold the phone still."));
  stage.hidden = false;
  open.hidden = true;
}

/**
 * The part of the camera's picture that lies under the frame, for a video shown with `object-fit: cover`.
 * @param {HTMLElement} stage @param {HTMLVideoElement} video
 */
function framed(stage, video) {
  const whole = { x: 0, y: 0, width: video.videoWidth, height: video.videoHeight };
  const guide = stage.querySelector("[data-capture-guide]")?.getBoundingClientRect();
  const shown = video.getBoundingClientRect();
  if (!guide || !guide.width || !shown.width) return whole;
  const scale = Math.max(shown.width / whole.width, shown.height / whole.height);
  const left = (shown.width - whole.width * scale) / 2;
  const top = (shown.height - whole.height * scale) / 2;
  const edge = MARGIN * guide.width;
  const x = Math.max(0, (guide.left - shown.left - left - edge) / scale);
  const y = Math.max(0, (guide.top - shown.top - top - edge) / scale);
  return {
    x,
    y,
    width: Math.min(whole.width - x, (guide.width + 2 * edge) / scale),
    height: Math.min(whole.height - y, (guide.height + 2 * edge) / scale),
  };
}

/**
 * A chosen file: made smaller when this browser can show it; PDF and foreign HEIC go as they are.
 * @param {HTMLFormElement} form @param {HTMLInputElement} input
 */
async function takeFile(form, input) {
  const file = input.files?.[0];
  if (!file || !file.type.startsWith("image/")) return;
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
    await take(form, input, drawn(image, LONGEST_PX));
  } catch {
    say(form, "");
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

/**
 * @param {HTMLFormElement} form @param {HTMLInputElement} input @param {HTMLCanvasElement} photo
 */
async function take(form, input, photo) {
  const blob = await jpegOf(photo, QUALITY);
  choose(input, [new File([blob], "photo.jpg", { type: "image/jpeg" })]);
  form.querySelector("[data-sending-words]")?.remove(); // it was too large, and is no longer
  const rules = rulesOf(form);
  say(form, (rules && faultOf(photo, rules)) || _("The photo is sharp. You can send it."));
  const preview = /** @type {HTMLElement | null} */ (form.querySelector("[data-capture-preview]"));
  const image = preview?.querySelector("img");
  if (!preview || !image) return;
  image.src = URL.createObjectURL(blob);
  image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
  preview.hidden = false;
}

/** @param {HTMLFormElement} form @param {string} words */
function say(form, words) {
  const place = form.querySelector("[data-capture-words]");
  if (place) place.textContent = words;
}
