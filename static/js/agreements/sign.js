/** The agreement's own page, beside or outside the room: the field for the signature. */

import { attachPad } from "./parts/pad.js";

for (const field of document.querySelectorAll("[data-pad]")) attachPad(/** @type {HTMLElement} */ (field));
