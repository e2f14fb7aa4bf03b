/** The frame round the people: panels, the sheet of further things to do, and how much room each picture gets. */

import { _ } from "../../messages.js";
import { goRound } from "../../site/parts/focus.js";
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
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !document.querySelector("dialog[open]")) this.escape();
    });
    find("[role=tablist]").addEventListener("keydown", (event) => this.arrow(event));
    goRound(() => this.over());
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

  /** For a question that comes. @returns {boolean} whether the person goes on writing beside it */
  uncover() {
    if (this.wide) return Boolean(document.activeElement?.matches("input, textarea, select"));
    this.open("");
    return false;
  }

  /** What lies over the rest, with the bars that stay in sight. @returns {(Element | null)[]} */
  over() {
    const part = (/** @type {string} */ name) => document.querySelector(name);
    if (part(".pad--full")) return []; // that one has its own way round
    if (!this.menu.hidden) return [this.menu, part(".court__controls")];
    const bars = [part(".court__told"), part("[data-agreement-bar]")];
    if (this.root.dataset.panel && !this.wide) return [...bars, part(".dock"), part(".court__controls")];
    const asked = part(".asked:not([hidden])");
    return asked ? [...bars, asked, part(".dock"), part(".court__controls")] : [];
  }

  /** From tab to tab. @param {KeyboardEvent} event */
  arrow(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const tabs = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-tab]:not([hidden])")]);
    const next = tabs[(tabs.findIndex((one) => one === event.target) + step + tabs.length) % tabs.length];
    event.preventDefault();
    this.open(next.dataset.tab ?? "");
    next.focus();
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
    this.root.dataset.panel = name;
    for (const tab of document.querySelectorAll("[data-tab]")) {
      const chosen = /** @type {HTMLElement} */ (tab).dataset.tab === name;
      tab.setAttribute("aria-selected", String(chosen));
      /** @type {HTMLElement} */ (tab).tabIndex = chosen ? 0 : -1;
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
