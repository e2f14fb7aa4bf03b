/**
 * A film and the places in it.
 *
 * DOM contract: in a section with a `video[data-film]`, an element with `data-film-at` (seconds) goes there, and
 * `[data-film-words]` says why the film stands still.
 */

import { _ } from "../messages.js";
import { SLOW_MS } from "./parts/slow.js";

/** @param {HTMLVideoElement} film */
function explain(film) {
  const place = film.closest("section")?.querySelector("[data-film-words]");
  if (!place) return;
  let timer = 0;
  const say = (/** @type {string} */ words) => {
    window.clearTimeout(timer);
    place.textContent = words;
  };
  film.addEventListener("waiting", () => {
    say("");
    timer = window.setTimeout(
      () => say(_("The film is being loaded, and goes on by itself. On a slow network this may take a little; you can also come back later.")),
      SLOW_MS,
    );
  });
  for (const event of ["playing", "pause", "seeked"]) film.addEventListener(event, () => say(""));
  film.addEventListener("error", () => say(_("The film could not be loaded. Please look whether you have a connection, then load this page anew.")));
}

for (const film of document.querySelectorAll("video[data-film]")) explain(/** @type {HTMLVideoElement} */ (film));

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target.closest("[data-film-at]") : null;
  const film = target?.closest("section")?.querySelector("video[data-film]");
  if (!(target instanceof HTMLElement) || !(film instanceof HTMLVideoElement)) return;
  film.currentTime = Number(target.dataset.filmAt);
  film.play();
  film.scrollIntoView({ block: "nearest" });
});
