/**
 * The notice has to be read: the button opens when the end of the text has been on the screen.
 *
 * DOM contract: `[data-notice-end]` stands after the text, `[data-notice-form]` holds the button and the field
 * `scrolled`. Without this script a page of its own asks whether the text was read.
 */

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-notice-form]"));
const end = document.querySelector("[data-notice-end]");

if (form && end) {
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button"));
  const hint = /** @type {HTMLElement | null} */ (form.querySelector("[data-notice-hint]"));
  const scrolled = /** @type {HTMLInputElement} */ (form.elements.namedItem("scrolled"));
  button.disabled = true;
  if (hint) hint.hidden = false;
  const watch = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    scrolled.value = "yes";
    button.disabled = false;
    if (hint) hint.hidden = true;
    watch.disconnect();
  });
  watch.observe(end);
}
