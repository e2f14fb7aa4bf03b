/**
 * Which voices one hears where an interpreter is: everybody, the speakers alone, or the interpreter with the
 * speakers low behind.
 *
 * DOM contract: [data-voices] with a button a choice, data-voice. What was chosen holds for this tab.
 */

import { find } from "./court.js";

const LOW = 0.15;
const KEY = "room.voice";

export class Channels {
  /** @param {import("./tiles.js").Tiles} tiles */
  constructor(tiles) {
    this.tiles = tiles;
    this.chosen = stored() ?? "all";
    /** @type {Set<string>} */
    this.interpreters = new Set();
    find("[data-voices]").addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest("[data-voice]") : null;
      if (button instanceof HTMLElement) this.choose(button.dataset.voice ?? "all");
    });
  }

  /** @param {import("./court.js").RoomState} state @param {import("./court.js").Person[]} here */
  show(state, here) {
    const others = here.filter((one) => one.role === "interpreter" && one.id !== state.me.id);
    this.interpreters = new Set(others.map((one) => one.id));
    find("[data-voices]").hidden = !this.interpreters.size;
    this.mix();
  }

  /** @param {string} name */
  choose(name) {
    this.chosen = name;
    try {
      sessionStorage.setItem(KEY, name);
    } catch {
      // a browser that keeps nothing plays all voices next time
    }
    this.mix();
  }

  mix() {
    const chosen = this.interpreters.size ? this.chosen : "all";
    for (const button of document.querySelectorAll("[data-voice]")) {
      button.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (button).dataset.voice === chosen));
    }
    this.tiles.mix((id) => {
      const interprets = this.interpreters.has(id);
      if (chosen === "original") return interprets ? 0 : 1;
      return chosen === "interpreter" && !interprets ? LOW : 1;
    });
  }
}

function stored() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}
