/** Words for whoever waits for an answer: nobody waits for three seconds without any. */

import { _ } from "../../messages.js";

export const SLOW_MS = 2500; // and half a second for a slow phone to draw them

/**
 * Words below the button once it takes long; the returned function takes them away, or keeps them from coming.
 * @param {HTMLElement} button
 * @returns {() => void}
 */
export function tellIfSlow(button) {
  const words = document.createElement("p");
  words.className = "slow";
  words.setAttribute("role", "status");
  (button.closest(".button-row") ?? button).after(words); // there before its words, which are read out so
  const timer = setTimeout(() => {
    words.textContent = _("The court's answer takes a little longer. You need not press again; what you entered stays here.");
  }, SLOW_MS);
  return () => {
    clearTimeout(timer);
    words.remove();
  };
}
