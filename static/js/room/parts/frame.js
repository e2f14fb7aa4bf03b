/** The frame round the people: panels, the sheet of further things to do, and how much room each picture gets. */

import { _ } from "../../messages.js";
import { find } from "./court.js";

const WIDE = "(min-width: 64em)";
const KEPT = "room-layout";

export class Frame {
  /** @param {HTMLElement} root @param {() => void} opened  a panel was opened or closed */
  constructor(root, opened) {
    this.root = root;
    this.opened = opened;
    this.menu = find("[data-more]");
    this.lay(stored() ?? (this.wide ? "gallery" : "speaker"));
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.escape());
    if (this.wide) this.open("people");
  }

  get wide() {
    return window.matchMedia(WIDE).matches;
  }

  /** Space for what is to be seen on a small screen. */
  makeRoom() {
    const writes = document.activeElement?.matches(".dock input, .dock textarea");
    if (!this.wide && !writes) this.open("");
  }

  escape() {
    if (!this.menu.hidden) this.more(false);
    else this.open("");
  }

  /** @param {boolean} [open] */
  more(open = this.menu.hidden) {
    const button = find("[data-do=more]");
    this.menu.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) find("button:not([hidden])", this.menu).focus();
    else if (this.menu.contains(document.activeElement)) button.focus();
  }

  /** @param {string} layout  speaker: one large; gallery: all of one size */
  lay(layout) {
    this.root.dataset.layout = layout;
    for (const label of document.querySelectorAll("[data-layout-words]")) {
      label.textContent = layout === "speaker" ? _("Show all alike") : _("Show the speaker large");
    }
  }

  relay() {
    this.lay(this.root.dataset.layout === "speaker" ? "gallery" : "speaker");
    try {
      sessionStorage.setItem(KEPT, this.root.dataset.layout ?? "");
    } catch {
      // a browser that keeps nothing shows the usual layout next time
    }
    this.more(false);
  }

  /** @param {string} name  of the panel; "" closes it */
  open(name) {
    const before = this.root.dataset.panel;
    this.root.dataset.panel = name;
    for (const tab of document.querySelectorAll("[data-tab]")) {
      tab.setAttribute("aria-selected", String(/** @type {HTMLElement} */ (tab).dataset.tab === name));
    }
    for (const body of document.querySelectorAll("[data-body]")) {
      /** @type {HTMLElement} */ (body).hidden = /** @type {HTMLElement} */ (body).dataset.body !== name;
    }
    for (const opener of document.querySelectorAll("[data-opens]")) {
      opener.setAttribute("aria-expanded", String(/** @type {HTMLElement} */ (opener).dataset.opens === name));
    }
    const chosen = this.menu.contains(document.activeElement);
    this.more(false);
    if (name && chosen) find(`[data-tab=${name}]`).focus();
    else if (!name && before && document.activeElement === document.body) find("[data-do=more]").focus();
    this.mark(name, false);
    this.opened();
  }

  /** Something new in a panel that is not open. @param {string} panel */
  fresh(panel) {
    if (this.root.dataset.panel !== panel) this.mark(panel, true);
  }

  /** @param {string} panel @param {boolean} on */
  mark(panel, on) {
    for (const dot of document.querySelectorAll(`[data-new="${panel}"]`)) /** @type {HTMLElement} */ (dot).hidden = !on;
    document.querySelector(`.more [data-opens="${panel}"]`)?.classList.toggle("control--new", on);
    find("[data-do=more]").classList.toggle("control--new", Boolean(this.menu.querySelector(".control--new")));
  }
}

function stored() {
  try {
    return sessionStorage.getItem(KEPT);
  } catch {
    return null;
  }
}
