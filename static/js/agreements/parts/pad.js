/**
 * The field for a handwritten signature.
 *
 * DOM contract: a `[data-pad]` with a canvas, the hidden input that the drawing goes into, and the buttons
 * `data-pad-clear`, `data-pad-full` (fill the screen) and `data-pad-done`; `data-pad-empty` is shown when the form
 * is sent without a drawing and without a photo. The canvas stands alone in a box of its size: who has no pen draws by
 * keys there.
 */

import SignaturePad from "signature_pad";
import { KeyPen } from "../../site/parts/keypen.js";

const EDGE = 6;

/**
 * Gives the canvas as many pixels as the screen has, and draws again what was there.
 * @param {HTMLCanvasElement} canvas
 * @param {SignaturePad} pad
 */
function fit(canvas, pad) {
  const strokes = pad.toData();
  const { width, height } = canvas.getBoundingClientRect();
  const shape = `${width} ${height}`;
  if (!width || canvas.dataset.shape === shape) return; // not shown now: the strokes stay as they are
  const ratio = Math.max(window.devicePixelRatio || 1, 1);
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.getContext("2d")?.scale(ratio, ratio);
  if (canvas.dataset.shape) place(strokes.flatMap((stroke) => stroke.points), width, height);
  canvas.dataset.shape = shape;
  pad.clear();
  pad.fromData(strokes);
}

/**
 * Into the middle, as large as there is room: what was written on the whole screen is wholly in the small field.
 * @param {{ x: number, y: number }[]} points @param {number} width @param {number} height
 */
function place(points, width, height) {
  if (!points.length) return;
  const span = (/** @type {number[]} */ at) => ({ from: Math.min(...at), long: Math.max(1, Math.max(...at) - Math.min(...at)) });
  const [across, down] = [span(points.map((one) => one.x)), span(points.map((one) => one.y))];
  const scale = Math.min(1, (width - 2 * EDGE) / across.long, (height - 2 * EDGE) / down.long);
  for (const point of points) {
    point.x = width / 2 + (point.x - across.from - across.long / 2) * scale;
    point.y = height / 2 + (point.y - down.from - down.long / 2) * scale;
  }
}

/** @param {HTMLElement} field */
export function attachPad(field) {
  const canvas = field.querySelector("canvas");
  const form = field.closest("form");
  const input = form?.querySelector("input[name=drawing]");
  if (!canvas || !form || !(input instanceof HTMLInputElement)) return;
  field.hidden = false;
  const pad = new SignaturePad(canvas, { minWidth: 1.2, maxWidth: 3.6, penColor: "#000" });
  fit(canvas, pad);
  const keep = () => { input.value = pad.isEmpty() ? "" : pad.toDataURL("image/png"); };
  pad.addEventListener("beginStroke", () => { form.dataset.touched = "yes"; });
  pad.addEventListener("endStroke", keep);
  new KeyPen(canvas, canvas, /** @type {HTMLElement} */ (canvas.parentElement));
  const opener = /** @type {HTMLElement | null} */ (field.querySelector("[data-pad-full]"));
  const photo = form.querySelector("input[type=file]");
  const chosen = () => photo instanceof HTMLInputElement && (photo.files?.length ?? 0) > 0;
  const full = (/** @type {boolean} */ on) => {
    if (on) form.dataset.touched = "yes"; // news does not shut the whole screen on who is about to sign
    else if (pad.isEmpty() && !chosen()) delete form.dataset.touched;
    field.classList.toggle("pad--full", on);
    document.body.classList.toggle("pad-open", on);
    fit(canvas, pad);
    keep();
    (on ? canvas : opener)?.focus();
  };
  field.querySelector("[data-pad-clear]")?.addEventListener("click", () => { pad.clear(); keep(); });
  opener?.addEventListener("click", () => full(true));
  field.querySelector("[data-pad-done]")?.addEventListener("click", () => full(false));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !field.classList.contains("pad--full")) return;
    event.stopPropagation();
    full(false);
  });
  window.addEventListener("resize", () => fit(canvas, pad));
  field.closest("details")?.addEventListener("toggle", () => fit(canvas, pad)); // folded away it has no size
  form.addEventListener("submit", (event) => {
    keep();
    if (input.value || chosen()) return;
    event.preventDefault();
    const empty = form.querySelector("[data-pad-empty]");
    if (empty instanceof HTMLElement) {
      empty.hidden = false;
      empty.focus();
    }
  });
}
