/**
 * A film and the places in it.
 *
 * DOM contract: in a section with a `video[data-film]`, an element with `data-film-at` (seconds) goes there.
 */

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target.closest("[data-film-at]") : null;
  const film = target?.closest("section")?.querySelector("video[data-film]");
  if (!(target instanceof HTMLElement) || !(film instanceof HTMLVideoElement)) return;
  film.currentTime = Number(target.dataset.filmAt);
  film.play();
  film.scrollIntoView({ block: "nearest" });
});
