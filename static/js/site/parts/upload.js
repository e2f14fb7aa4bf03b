/** The tiles for files: what was chosen is shown, photos as pictures. */

import { _ } from "../../messages.js";

/** @param {File} file */
function size(file) {
  return file.size < 1e6 ? `${Math.max(Math.floor(file.size / 1e3), 1)} KB` : `${(file.size / 1e6).toFixed(1)} MB`;
}

/** @param {File} file */
function picture(file) {
  const image = document.createElement("img");
  image.alt = _("Your photo: %(name)s", { name: file.name });
  image.src = URL.createObjectURL(file);
  image.addEventListener("load", () => URL.revokeObjectURL(image.src));
  image.addEventListener("error", () => image.remove()); // HEIC, which this browser cannot show
  return image;
}

/** @param {Element} tile */
function attach(tile) {
  const input = /** @type {HTMLInputElement | null} */ (tile.querySelector("input[type=file]"));
  const preview = tile.querySelector("[data-upload-preview]");
  if (!input || !preview) return;
  input.addEventListener("change", () => {
    preview.replaceChildren();
    const files = [...(input.files ?? [])];
    tile.classList.toggle("upload--chosen", files.length > 0);
    for (const file of files) {
      const item = document.createElement("span");
      item.className = "upload__file";
      if (file.type.startsWith("image/")) item.append(picture(file));
      const words = document.createElement("span");
      words.textContent = `${file.name} · ${size(file)}`;
      item.append(words);
      preview.append(item);
    }
  });
}

/** @param {ParentNode} [within] */
export function showChosenFiles(within = document) {
  for (const tile of within.querySelectorAll("[data-upload]")) attach(tile);
}
