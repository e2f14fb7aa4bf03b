/**
 * The field for a handwritten signature.
 *
 * DOM contract: a `[data-pad]` with a canvas, the hidden input that the drawing goes into, and the buttons
 * `data-pad-clear`, `data-pad-full` (fill the screen) and `data-pad-done`; `data-pad-empty` is shown when the form
 * is sent without a drawing and without a photo.
 */

import SignaturePad from "signature_pad";

/**
 * Gives the canvas as many pixels as the screen has, and draws again what was there.
 * @param {HTMLCanvasElement} canvas
 * @param {SignaturePad} pad
 */
function fit(canvas, pad) {
  const strokes = pad.toData();
  const box = canvas.getBoundingClientRect();
  if (!box.width) return; // not shown now: the strokes stay as they are
  const was = Number(canvas.dataset.width || box.width);
  const ratio = Math.max(window.devicePixelRatio || 1, 1);
  canvas.width = Math.round(box.width * ratio);
  canvas.height = Math.round(box.height * ratio);
  canvas.getContext("2d")?.scale(ratio, ratio);
  canvas.dataset.width = String(box.width);
  const scale = box.width / was;
  for (const stroke of strokes) for (const point of stroke.points) {
    point.x *= scale;
    point.y *= scale;
  }
  pad.clear();
  pad.fromData(strokes);
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
  const full = (/** @type {boolean} */ on) => {
    field.classList.toggle("pad--full", on);
    document.body.classList.toggle("pad-open", on);
    fit(canvas, pad);
    keep();
  };
  field.querySelector("[data-pad-clear]")?.addEventListener("click", () => { pad.clear(); keep(); });
  field.querySelector("[data-pad-full]")?.addEventListener("click", () => full(true));
  field.querySelector("[data-pad-done]")?.addEventListener("click", () => full(false));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !field.classList.contains("pad--full")) return;
    event.stopPropagation();
    full(false);
  });
  window.addEventListener("resize", () => fit(canvas, pad));
  form.addEventListener("submit", (event) => {
    keep();
    const photo = form.querySelector("input[type=file]");
    const chosen = photo instanceof HTMLInputElement && (photo.files?.length ?? 0) > 0;
    if (input.value || chosen) return;
    event.preventDefault();
    const empty = form.querySelector("[data-pad-empty]");
    if (empty instanceof HTMLElement) {
      empty.hidden = false;
      empty.focus();
    }
  });
}
