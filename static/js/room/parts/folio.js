/**
 * The page of evidence that lies open: turned, zoomed and marked by who leads; the others follow, or look around.
 *
 * Places on a page are in ten-thousandths of its width and height, so that a phone and a desk mean the same spot.
 *
 * @typedef {{ zoom: number, x: number, y: number }} View  percent; the point in the middle
 * @typedef {{ id: string, page: number, side: string, mine: boolean, points: number[][] }} Mark
 */

import { _ } from "../../messages.js";
import { byKeys } from "../../site/parts/focus.js";
import { KeyPen } from "../../site/parts/keypen.js";
import { find, make } from "./court.js";

const ZOOMS = [100, 150, 200, 300];
const UNIT = 10_000;
const REST_MS = 400; // a finger that rests has arrived
const SHOWN_MS = 4000; // how long a pointer stays
const STROKE_POINTS = 200;
const SLOW_MS = 2000;
export const WHOLE = { zoom: 100, x: 5000, y: 0 }; // as a page begins
const SVG = "http://www.w3.org/2000/svg";

export class Folio {
  /**
   * @param {(view: View) => void} steer  the leader's view changed
   * @param {{ point: (x: number, y: number) => void, draw: (points: number[][]) => void }} tell
   * @param {() => void} wander  somebody who followed looks around
   * @param {() => void} missed  a page did not come; whoever still shows it opens it once more
   */
  constructor(steer, tell, wander, missed) {
    this.steer = steer;
    this.tell = tell;
    this.wander = wander;
    this.missed = missed;
    /** @type {View | undefined} */
    this.view = undefined; // what this person is to see once the picture is there
    this.tried = ""; // what did not come
    this.box = find("[data-paper]");
    this.sheet = find("[data-paper-sheet]");
    this.page = find("[data-paper-page]");
    this.image = /** @type {HTMLImageElement} */ (find("[data-paper-image]"));
    this.ink = /** @type {SVGSVGElement} */ (/** @type {unknown} */ (this.page.querySelector("[data-paper-ink]")));
    this.zoom = 100;
    /** @type {"" | "point" | "draw"} */
    this.tool = "";
    this.put = [0, 0]; // where the page was scrolled to, not by the person
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.resting = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.waiting = undefined;
    /** @type {number[][]} */
    this.stroke = [];
    this.sheet.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.image.addEventListener("load", () => this.loaded());
    this.image.addEventListener("error", () => this.failed());
    for (const name of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) {
      this.ink.addEventListener(name, (event) => this.touch(/** @type {PointerEvent} */ (event)));
    }
    new KeyPen(this.sheet, this.ink, this.page, () => this.tool);
    this.sheet.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.tool) return;
      event.stopPropagation();
      const taken = find(`[data-do=${this.tool}]`);
      this.take(this.tool);
      taken.focus();
    });
  }

  /** @param {string} source @param {string} words */
  open(source, words) {
    this.image.alt = words;
    if (this.image.getAttribute("src") === source) return;
    this.image.src = source;
    this.say("");
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.say(_("The page is being loaded. On a slow network this may take a little.")), SLOW_MS);
  }

  /** Nothing lies open: what is still on its way is not wanted any more. */
  close() {
    clearTimeout(this.waiting);
    this.image.removeAttribute("src");
    this.tried = "";
    this.say("");
  }

  loaded() {
    clearTimeout(this.waiting);
    this.tried = "";
    this.say("");
    if (this.view) this.look(this.view);
  }

  failed() {
    clearTimeout(this.waiting);
    const source = this.image.getAttribute("src");
    if (this.box.hidden || !source) return;
    if (this.tried !== source) {
      this.tried = source;
      this.image.removeAttribute("src");
      this.missed();
      return;
    }
    const again = make("button", "small-button", _("Load it again"));
    again.setAttribute("type", "button");
    again.addEventListener("click", () => {
      this.image.removeAttribute("src");
      this.open(source, this.image.alt);
    });
    this.say(_("The page did not arrive."), again);
  }

  /** @param {string} words @param {HTMLElement} [more] */
  say(words, more) {
    const line = find("[data-paper-say]");
    line.hidden = !words;
    line.replaceChildren(words, ...(more ? [more] : []));
  }

  // -- the view

  /** Whether this person is just moving the page. */
  get moving() {
    return this.resting !== undefined;
  }

  /** A page begins: what was about to be told of the one before is not true of it. @param {View} view */
  begin(view) {
    clearTimeout(this.resting);
    this.resting = undefined;
    this.view = view;
  }

  /** @param {View} view  what is to be seen */
  look(view) {
    this.view = view;
    this.magnify(view.zoom);
    this.sheet.scrollTo({
      left: (view.x / UNIT) * this.page.offsetWidth - this.sheet.clientWidth / 2,
      top: (view.y / UNIT) * this.page.offsetHeight - this.sheet.clientHeight / 2,
    });
    this.put = [this.sheet.scrollLeft, this.sheet.scrollTop];
  }

  /** @returns {View} what this person sees, or will once the picture is there */
  seen() {
    if (!this.image.complete || !this.image.naturalHeight) return { ...(this.view ?? WHOLE), zoom: this.zoom };
    const middle = (/** @type {number} */ at, /** @type {number} */ window, /** @type {number} */ whole) =>
      Math.round(Math.min(1, Math.max(0, (at + window / 2) / Math.max(1, whole))) * UNIT);
    return {
      zoom: this.zoom,
      x: middle(this.sheet.scrollLeft, this.sheet.clientWidth, this.page.offsetWidth),
      y: middle(this.sheet.scrollTop, this.sheet.clientHeight, this.page.offsetHeight),
    };
  }

  /** @param {number} zoom  percent */
  magnify(zoom) {
    this.zoom = zoom;
    this.page.style.width = `${zoom}%`;
    /** @type {HTMLButtonElement} */ (find("[data-do=smaller]")).disabled = zoom <= ZOOMS[0];
    /** @type {HTMLButtonElement} */ (find("[data-do=larger]")).disabled = zoom >= ZOOMS[ZOOMS.length - 1];
  }

  /** One step larger (1) or smaller (-1), about the middle. @param {number} step */
  step(step) {
    const at = ZOOMS.findIndex((one) => one >= this.zoom);
    const zoom = ZOOMS[Math.min(ZOOMS.length - 1, Math.max(0, at + step))];
    this.look({ ...this.seen(), zoom });
    this.moved();
  }

  /** The news of a scroll may come late: what counts is whether the page still is where it was put. */
  scrolled() {
    const [left, top] = this.put;
    if (Math.abs(this.sheet.scrollLeft - left) >= 1 || Math.abs(this.sheet.scrollTop - top) >= 1) this.moved();
  }

  moved() {
    this.view = this.seen();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.resting = undefined;
      this.steer(this.seen());
    }, REST_MS);
    this.wander();
  }

  // -- pointing and marking

  /** Put away, if it was taken. @param {"" | "point" | "draw"} tool */
  take(tool) {
    this.tool = this.tool === tool ? "" : tool;
    this.ink.dataset.tool = this.tool;
    for (const one of ["point", "draw"]) find(`[data-do=${one}]`).setAttribute("aria-pressed", String(this.tool === one));
    this.say("");
    const chosen = document.activeElement;
    if (!this.tool || !chosen?.matches(".folio__tool") || !byKeys(chosen)) return;
    this.say(this.tool === "point" ? _("Arrow keys move the cross, Enter points. Escape: done.") : _("Arrow keys move the cross, Enter puts the pen down and lifts it. Escape: done."));
    this.sheet.focus();
  }

  /** @param {PointerEvent} event */
  touch(event) {
    if (!this.tool) return;
    event.preventDefault();
    const at = this.spot(event);
    if (event.type === "pointerdown") {
      if (event.isTrusted) this.ink.setPointerCapture(event.pointerId);
      this.stroke = [at];
    } else if (event.type === "pointermove" && this.tool === "draw" && this.stroke.length && this.stroke.length < STROKE_POINTS) {
      this.stroke.push(at);
      this.sketch();
    } else if (event.type === "pointerup" && this.stroke.length) {
      if (this.tool === "point") this.tell.point(at[0], at[1]);
      else if (this.stroke.length > 1) this.tell.draw(this.stroke);
      this.stroke = [];
    } else if (event.type === "pointercancel") {
      this.stroke = [];
      this.sketch();
    }
  }

  /** @param {PointerEvent} event */
  spot(event) {
    const { left, top, width, height } = this.ink.getBoundingClientRect();
    const share = (/** @type {number} */ part) => Math.round(Math.min(1, Math.max(0, part)) * UNIT);
    return [share((event.clientX - left) / width), share((event.clientY - top) / height)];
  }

  sketch() {
    this.ink.querySelector(".folio__sketch")?.remove();
    if (this.stroke.length) this.ink.append(line(this.stroke, "folio__sketch"));
  }

  /** @param {Mark[]} marks  of the page that is seen */
  show(marks) {
    this.ink.replaceChildren(...marks.map((one) => line(one.points, `folio__mark folio__mark--${one.side || "host"}`)));
    this.sketch();
  }

  /** Somebody points: a ring for a few seconds, and who it is. @param {{ x: number, y: number, side: string, name: string }} at */
  ring({ x, y, side, name }) {
    const ring = make("span", `folio__ring folio__ring--${side || "host"}`);
    ring.append(make("span", "folio__who", name));
    ring.style.left = `${(100 * x) / UNIT}%`;
    ring.style.top = `${(100 * y) / UNIT}%`;
    this.page.append(ring);
    setTimeout(() => ring.remove(), SHOWN_MS);
  }
}

/** @param {number[][]} points @param {string} name */
function line(points, name) {
  const made = document.createElementNS(SVG, "polyline");
  made.setAttribute("points", points.map((one) => one.join(",")).join(" "));
  made.setAttribute("class", name);
  return made;
}
