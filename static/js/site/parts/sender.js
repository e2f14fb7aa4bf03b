/**
 * Which button sends a form. The event of an older browser does not name it (iOS 14), so it is noted here, by one way
 * for all: every sending by a button begins with its click, also by Enter.
 */

/** @type {HTMLButtonElement | null} */
let pressed = null;
const note = (/** @type {Event} */ { target }) => (pressed = target instanceof Element ? target.closest("button") : null);
document.addEventListener("click", note, true);

/** @param {EventTarget | null} form  that is sent now @returns {HTMLButtonElement | null} */
export function senderOf(form) {
  return pressed?.form === form ? pressed : null;
}

/** Where the form goes by this button. @param {HTMLFormElement} form @param {HTMLButtonElement | null} button */
export function addressOf(form, button) {
  return button?.hasAttribute("formaction") ? button.formAction : form.action;
}

/** What the form holds, the button among it. @param {HTMLFormElement} form @param {HTMLButtonElement | null} button */
export function entered(form, button) {
  const fields = new FormData(form);
  if (button?.name) fields.append(button.name, button.value);
  return fields;
}
