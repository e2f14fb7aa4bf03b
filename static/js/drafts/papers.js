/**
 * Says of each chosen photo of a paper what is wrong with it, before it is sent. Only advice: what is chosen
 * stays as it is, and a poor photo may be sent all the same.
 *
 * DOM contract: a form with `data-judge` and `data-quality` (limits and words) holds one file field and
 * `[data-judge-words]`, a list that fills. Screenshots (PNG) are not judged: no camera made them.
 */

import { drawn } from "../identity/parts/camera.js";
import { faultOf, rulesOf } from "../identity/parts/quality.js";
import { _ } from "../messages.js";

const LONGEST_PX = 2600; // as photos of complaints are judged

/**
 * What is wrong with the photo, or ""; also "" for what this browser cannot show.
 * @param {File} file @param {import("../identity/parts/quality.js").Rules} rules
 */
async function judged(file, rules) {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await image.decode();
    return faultOf(drawn(image, LONGEST_PX), rules);
  } catch {
    return "";
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

/** @param {HTMLFormElement} form */
function attach(form) {
  const input = /** @type {HTMLInputElement | null} */ (form.querySelector("input[type=file]"));
  const list = form.querySelector("[data-judge-words]");
  const rules = rulesOf(form);
  let turn = 0;
  input?.addEventListener("change", async () => {
    const mine = ++turn;
    list?.replaceChildren();
    for (const file of input.files ?? []) {
      if (!rules || !file.type.startsWith("image/") || file.type === "image/png") continue;
      const fault = await judged(file, rules);
      if (mine !== turn) return; // others were chosen meanwhile
      if (!fault) continue;
      const item = document.createElement("li");
      item.textContent = _("%(name)s: %(fault)s", { name: file.name, fault });
      list?.append(item);
    }
  });
}

function attachAll() {
  for (const form of document.querySelectorAll("form[data-judge]")) attach(/** @type {HTMLFormElement} */ (form));
}

document.addEventListener("page:replaced", attachAll);
attachAll();
