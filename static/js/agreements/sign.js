/** The agreement's own page, beside or outside the room: the clauses, and the field for the signature. */

import { keepClauses } from "./parts/clauses.js";
import { attachPad } from "./parts/pad.js";

for (const field of document.querySelectorAll("[data-pad]")) attachPad(/** @type {HTMLElement} */ (field));
keepClauses(document);
