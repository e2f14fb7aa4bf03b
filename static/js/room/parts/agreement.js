/**
 * The agreement and the negotiation in the room: nobody leaves the room's page to offer, to read and to sign.
 *
 * Rule 1: the sheet knows nothing of signing. It shows the part `[data-agreement-page]` of the pages under
 *         /cases/{case}/agreement and /negotiation, sends their forms, and shows what the court answers.
 * Rule 2: what a person has begun to write is never replaced by news, nor is the answer to what they sent.
 * Rule 3: news draws anew only those parts of the page that read otherwise: the field for the signature that
 *         somebody is about to use, the keys' place in it and an open whole screen stay when another one signs.
 *
 * @typedef {"top" | "next" | "due" | "stay"} Spot  what is shown of a new page: its top, what is to be done,
 *   that one unless the whole text is to be read first, or the place where the person reads
 * @typedef {{ name: string, mine: boolean, signed: boolean }} Signer
 * @typedef {{ state: string, version: number, offered: boolean, signers: Signer[] }} Standing
 */

import { _ } from "../../messages.js";
import { keepClauses } from "../../agreements/parts/clauses.js";
import { attachPad } from "../../agreements/parts/pad.js";
import { compareLimits } from "../../negotiation/parts/limits.js";
import { readAloud } from "../../site/parts/readaloud.js";
import { addressOf, entered, senderOf } from "../../site/parts/sender.js";
import { SLOW_MS, tellIfSlow } from "../../site/parts/slow.js";
import { showChosenFiles } from "../../site/parts/upload.js";
import { Court, find } from "./court.js";

const MACHINES = ["agreement", "mediation"];
const TALKS = ["offer", "comparison", "mediation"];
const LOOK_AGAIN_MS = 3000; // while the signature is being placed

export class AgreementSheet {
  /**
   * @param {string} caseId
   * @param {{ trouble: (error: unknown) => void, say: (words: string) => void, makeRoom: () => void,
   *   wait: (waits: boolean) => void }} page
   */
  constructor(caseId, page) {
    this.caseId = caseId;
    this.here = `/cases/${caseId}/agreement`;
    this.table = `/cases/${caseId}/negotiation`;
    this.ours = [this.here, this.table, `/cases/${caseId}/comparisons`];
    this.court = new Court(this.here);
    this.page = page;
    this.root = find("[data-court]");
    this.sheet = find("[data-agreement-sheet]");
    this.body = find("[data-agreement-body]");
    /** @type {Standing | null} */
    this.standing = null;
    this.shownFor = 0;
    this.address = "";
    this.shown = "";
    this.opener = document.body;
    this.looking = Promise.resolve();
    this.sending = false;
    this.acts = 0; // forms sent, and answered
    this.sheet.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.stopPropagation();
      this.close();
    });
    this.body.addEventListener("submit", (event) => this.submit(event));
    this.body.addEventListener("click", (event) => this.follow(event));
    this.body.addEventListener("input", (event) => {
      const form = /** @type {HTMLElement} */ (event.target).closest("form");
      if (form) form.dataset.touched = "yes";
    });
  }

  get isOpen() {
    return !this.sheet.hidden;
  }

  /** News of the case. @param {{ case?: string, machine?: string, call?: boolean }} news */
  hear(news) {
    if (news.case !== this.caseId) return;
    if (MACHINES.includes(news.machine ?? "")) this.look(news.call);
    const talking = this.isOpen && this.address === this.table;
    if (talking && TALKS.includes(news.machine ?? "")) this.load(this.table, "stay");
  }

  /** Where the agreement stands now; one question after the other. @param {boolean} [called] */
  look(called = false) {
    this.looking = this.looking.then(async () => {
      try {
        await this.take(await this.court.get(".json"), called);
      } catch {
        // The next news, or the line coming back, asks again; the room goes on meanwhile.
      }
    });
  }

  /** @param {Standing} standing @param {boolean} called */
  async take(standing, called) {
    this.standing = standing;
    const mine = standing.signers.find((one) => one.mine);
    const awaited = standing.state === "signing" && standing.offered && mine && !mine.signed;
    this.showBar(standing, Boolean(mine?.signed));
    const there = this.isOpen && this.address === this.here;
    const anew = this.shownFor !== standing.version;
    if (awaited && (anew || (called && !there))) {
      this.shownFor = standing.version;
      await this.open();
    } else if (there) {
      if (awaited && called) this.page.makeRoom();
      await this.load(this.here, "stay");
    }
  }

  /** @param {Standing} standing @param {boolean} signed */
  showBar(standing, signed) {
    const bar = find("[data-agreement-bar]");
    const missing = standing.signers.filter((one) => !one.signed).map((one) => one.name);
    bar.hidden = !standing.offered || !["signing", "agreed"].includes(standing.state);
    let words = _("The agreement is ready: please read it and sign.");
    if (signed && missing.length) words = _("You have signed. We wait for %(names)s.", { names: missing.join("、") });
    if (!missing.length) words = _("Everybody has signed the agreement.");
    find("[data-agreement-words]").textContent = words;
  }

  /** Show the sheet; whoever is just writing keeps the cursor. @param {string} [address] */
  async open(address = this.here) {
    const typing = document.activeElement?.matches("input, textarea, select");
    if (!this.isOpen) this.opener = /** @type {HTMLElement} */ (document.activeElement ?? document.body);
    this.page.makeRoom(); // on a phone a panel would lie over the text
    this.sheet.hidden = false;
    this.root.classList.add("court--agreement");
    if (!this.beingFilled()) await this.load(address, "due");
    if (!typing) this.sheet.focus({ preventScroll: true });
  }

  close() {
    if (!this.isOpen) return;
    this.sheet.hidden = true;
    this.root.classList.remove("court--agreement");
    this.opener.focus();
  }

  beingFilled() {
    return this.body.querySelector("form[data-touched=yes]") !== null;
  }

  /** @param {string} address @param {Spot} spot */
  async load(address, spot) {
    await this.show(() => this.ask(address), spot);
  }

  /** A page of ours, with words where it takes long. @param {string} address */
  async ask(address) {
    let waits = false;
    const timer = setTimeout(() => this.page.wait((waits = true)), SLOW_MS);
    try {
      return await fetch(address);
    } finally {
      clearTimeout(timer);
      if (waits) this.page.wait(false);
    }
  }

  /** A form of the page, sent once. @param {Event} event */
  async submit(event) {
    if (event.defaultPrevented) return; // the field for the signature is empty
    event.preventDefault();
    if (this.sending) return;
    this.sending = true;
    this.acts += 1;
    const form = /** @type {HTMLFormElement} */ (event.target);
    const button = senderOf(form);
    button?.classList.add("button--busy");
    const answered = button ? tellIfSlow(button) : () => {};
    await this.show(() => fetch(addressOf(form, button), { method: "POST", body: encoded(form, button) }), "next");
    this.acts += 1;
    answered();
    button?.classList.remove("button--busy");
    this.sending = false;
    this.look();
  }

  /** A link to another page of the agreement opens here. @param {MouseEvent} event */
  follow(event) {
    const link = /** @type {HTMLElement} */ (event.target).closest("a");
    if (!link || link.target || link.getAttribute("href")?.startsWith("#")) return;
    event.preventDefault();
    this.load(link.href, "top");
  }

  /** @param {() => Promise<Response>} ask @param {Spot} spot */
  async show(ask, spot) {
    const acts = this.acts;
    try {
      const answer = await ask();
      const told = new DOMParser().parseFromString(await answer.text(), "text/html");
      const part = told.querySelector("[data-agreement-page]");
      if (!part) return this.page.say(told.querySelector("main h1")?.textContent?.trim() ?? "");
      const address = new URL(answer.url).pathname;
      if (spot === "stay" && acts !== this.acts) return; // how it was before what the person did: that asks anew
      if (spot === "stay") return this.renew(address, /** @type {HTMLElement} */ (part));
      if (spot === "due" && this.beingFilled()) return; // begun while it was on its way
      this.address = address;
      this.put(/** @type {HTMLElement} */ (part));
      this.goTo(spot);
    } catch (error) {
      this.page.trouble(error); // the form stands as it was: nothing is lost
    }
  }

  /** A page that came by itself: its parts that read otherwise take the place of the old ones. @param {string} address @param {HTMLElement} part */
  renew(address, part) {
    if (this.address !== address || part.outerHTML === this.shown) return;
    const [before, after] = [childrenOf(parsed(this.shown)), childrenOf(part)];
    const there = childrenOf(this.body.firstElementChild);
    const alike = heading(parsed(this.shown)) === heading(part) && [before, there].every((one) => sameParts(one, after));
    const changed = after.map((_one, at) => at).filter((at) => !alike || before[at].outerHTML !== after[at].outerHTML);
    const begun = alike ? changed.some((at) => isBegun(there[at])) : this.beingFilled();
    if (begun) return;
    if (!alike) return this.put(part);
    this.shown = part.outerHTML;
    for (const at of changed) {
      this.keepImages(after[at]);
      there[at].replaceWith(after[at]);
      this.makeReady(after[at]);
    }
    this.lookAgain();
  }

  /** @param {HTMLElement} part */
  put(part) {
    this.shown = part.outerHTML; // before it is made ready
    this.keepImages(part);
    this.body.replaceChildren(part);
    document.body.classList.remove("pad-open"); // the field that filled the screen is gone
    this.makeReady(this.body);
    const name = this.address.startsWith(this.here) ? _("The agreement") : _("Negotiation");
    find("[data-sheet-title]").textContent = name;
    this.sheet.setAttribute("aria-label", name);
    this.lookAgain();
  }

  /** A page that is being read does not flicker. @param {Element} part */
  keepImages(part) {
    for (const image of part.querySelectorAll("img")) {
      const there = [...this.body.querySelectorAll("img")].find((one) => one.src === image.src);
      if (there) image.replaceWith(there);
    }
  }

  /** @param {Element} root  what is new on the page */
  makeReady(root) {
    for (const link of root.querySelectorAll("a")) if (!this.isOurs(link)) Object.assign(link, { target: "_blank", rel: "noopener" });
    for (const button of root.querySelectorAll("[data-read-aloud]")) button.setAttribute("data-read-aloud", this.body.id);
    readAloud(root);
    showChosenFiles(root);
    keepClauses(root);
    compareLimits(root);
    for (const field of root.querySelectorAll("[data-pad]")) attachPad(/** @type {HTMLElement} */ (field));
  }

  lookAgain() {
    if (this.body.querySelector(".working")) setTimeout(() => this.look(), LOOK_AGAIN_MS);
  }

  /** @param {HTMLAnchorElement} link */
  isOurs(link) {
    const path = new URL(link.href, location.href).pathname;
    const ours = this.ours.some((one) => path === one || path.startsWith(`${one}/`));
    return link.getAttribute("href")?.startsWith("#") || ours;
  }

  /** @param {Spot} spot */
  goTo(spot) {
    if (spot === "stay") return;
    const toRead = this.body.querySelector("[data-agreement-page=read]");
    const wanted = this.body.querySelector(spot === "top" || (spot === "due" && toRead) ? "[data-takes-focus]" : "[data-takes-focus], #next");
    if (!(wanted instanceof HTMLElement)) this.body.scrollTop = 0;
    else {
      wanted.scrollIntoView({ block: "start" });
      wanted.focus({ preventScroll: true });
    }
  }
}

/** @param {string} html */
function parsed(html) {
  return new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
}

/** @param {Element | null} part @returns {Element[]} */
function childrenOf(part) {
  return part ? [...part.children] : [];
}

/** What a page is, without what it holds. @param {Element | null} part */
function heading(part) {
  return /** @type {Element | undefined} */ (part?.cloneNode(false))?.outerHTML;
}

/** @param {Element[]} first @param {Element[]} second */
function sameParts(first, second) {
  return first.length === second.length && first.every((one, at) => one.tagName === second[at].tagName && one.id === second[at].id);
}

/** @param {Element} part  of the page */
function isBegun(part) {
  return part.matches("form[data-touched=yes]") || part.querySelector("form[data-touched=yes]") !== null;
}

/** What the person entered, in the way the form sends it. @param {HTMLFormElement} form @param {HTMLButtonElement | null} button */
function encoded(form, button) {
  const fields = entered(form, button);
  if (form.enctype === "multipart/form-data") return fields;
  return new URLSearchParams([...fields].map(([name, value]) => [name, String(value)]));
}
