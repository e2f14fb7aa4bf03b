/**
 * Where the keys are: what has the focus may be drawn anew or go away when news comes, and nobody is to start again
 * at the top of the page.
 *
 * Rule 1: the focus goes to the successor that says the same, else to the nearest part that stays and has a name,
 *         else back to where it was before.
 * Rule 2: it never goes to a control that does something else: whoever presses once too often does nothing.
 * Rule 3: parts of a list that is drawn anew are known by their id, or as an exhibit by its label.
 */

const STOPS = "a[href], button, input, select, textarea, summary, [tabindex]";
const NAMED = "[aria-label], [aria-labelledby], [tabindex]";
const KEPT = "focus";
const TRAIL = 200; // steps through a panel that closes do not push out where one was before it

/**
 * @typedef {{ element: Element | null, key: string }} Part  of the page
 * @typedef {{ element: Element, words: string, parts: Part[] }} Step  `parts`: the nearest first
 */

/** @param {Element | null} element @returns {element is Element} */
function seen(element) {
  return Boolean(element?.isConnected && element.getClientRects().length && !folded(element));
}

/** Whether it is inside a part that is folded away: there it may have a place, and never the focus. @param {Element} element */
function folded(element) {
  const title = element.closest("summary");
  for (let part = element.parentElement; part; part = part.parentElement) {
    if (part.matches("details:not([open])") && title?.parentElement !== part) return true;
  }
  return false;
}

/** @param {Element} element */
function reachable(element) {
  return seen(element) && !element.matches(":disabled, [tabindex='-1']");
}

/** What a control says, so that its successor is known. @param {Element} element */
function words(element) {
  const told = ["id", "name", "value", "data-do", "aria-label", "href"].map((name) => element.getAttribute(name));
  return [element.tagName, ...told, element.textContent?.trim()].join("|");
}

/** @param {Element} element */
function key(element) {
  return element.id || element.getAttribute("data-exhibit") || "";
}

/** @param {string} name */
function named(name) {
  return name ? document.querySelector(`[id="${CSS.escape(name)}"], [data-exhibit="${CSS.escape(name)}"]`) : null;
}

/** @param {Element} element @returns {Step} */
function step(element) {
  const parts = [];
  for (let part = element.parentElement; part; part = part.parentElement) parts.push({ element: part, key: key(part) });
  return { element, words: words(element), parts };
}

/** @param {string} said @param {Part[]} parts @returns {Element | null} */
function successor(said, parts) {
  let gone = false; // a part that had a key: what its neighbours say is not meant
  for (const part of parts) {
    const element = seen(part.element) ? part.element : named(part.key);
    if (!seen(element)) {
      gone ||= Boolean(part.key);
      continue;
    }
    const same = gone ? undefined : [...element.querySelectorAll(STOPS)].find((one) => words(one) === said && reachable(one));
    if (same) return same;
    if (element.matches("main, body")) return null;
    if (element.matches(NAMED) || element !== part.element) return element;
  }
  return null;
}

/** @param {Element} element @returns {boolean} whether it has the focus now */
function give(element) {
  if (!(element instanceof HTMLElement)) return false;
  if (!element.matches(STOPS)) element.tabIndex = -1;
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "nearest", inline: "nearest" });
  return document.activeElement === element;
}

/** Watches over the focus of the page. */
export class Focus {
  constructor() {
    /** @type {Step[]} where the focus was, the newest last */
    this.trail = [];
    document.addEventListener("focusin", ({ target }) => this.note(/** @type {Element} */ (target)));
    document.addEventListener("focusout", ({ target }) => setTimeout(() => this.left(/** @type {Element} */ (target))));
    const attributeFilter = ["hidden", "disabled", "open", "data-panel"];
    new MutationObserver(() => this.mend()).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter });
  }

  /** @param {Element} element */
  note(element) {
    this.trail = [...this.trail.filter((one) => one.element !== element), step(element)].slice(-TRAIL);
  }

  /** By a tap beside: then nothing is to be found again. @param {Element} element */
  left(element) {
    if (document.activeElement === document.body && document.hasFocus() && reachable(element)) this.trail = [];
  }

  mend() {
    const last = this.trail[this.trail.length - 1]?.element;
    if (!last || (seen(last) && !last.matches(":disabled"))) return;
    if (document.activeElement !== document.body && document.activeElement !== last) return;
    for (let one = this.trail.pop(); one; one = this.trail.pop()) {
      const next = reachable(one.element) ? one.element : successor(one.words, one.parts);
      if (next && give(next)) return;
    }
    const main = document.querySelector("main");
    if (main) give(main);
  }
}

/** Whether it was reached by keys, not tapped. @param {Element} element */
export function byKeys(element) {
  try {
    return element.matches(":focus-visible");
  } catch {
    return false; // an iPhone before 2022 does not know
  }
}

/** Before the page is loaded anew by itself. @param {string} at  the path of what comes */
export function keepFocus(at) {
  const { activeElement: element } = document;
  if (!element || !byKeys(element)) return;
  const { words: said, parts } = step(element);
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ at, said, keys: parts.map((one) => one.key) }));
  } catch {
    // a browser that keeps nothing begins at the top
  }
}

/** The page that was loaded has the focus where the one before had it. */
export function takeFocus() {
  try {
    const { at = "", said = "", keys = [] } = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
    sessionStorage.removeItem(KEPT);
    if (at !== location.pathname || document.activeElement !== document.body) return;
    const parts = keys.map((/** @type {string} */ one) => ({ element: null, key: one }));
    const next = successor(said, [...parts, { element: document.body, key: "" }]);
    if (next) give(next);
  } catch {
    // as above
  }
}

/**
 * Tab goes round in these parts while they lie over the rest of the page, which is not seen.
 * @param {() => (Element | null)[]} parts  in their order; none: nothing lies over anything
 */
export function goRound(parts) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Tab" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const rounds = parts().filter(seen).map((part) => ({ part, stops: [...part.querySelectorAll(STOPS)].filter(reachable) }));
    const open = rounds.filter((one) => one.stops.length);
    if (!open.length) return;
    const back = event.shiftKey;
    const at = open.findIndex((one) => one.part.contains(document.activeElement));
    if (at >= 0 && !isLast(open[at], back)) return; // within a part the browser knows the way
    event.preventDefault();
    const next = at < 0 ? (back ? open.length - 1 : 0) : (at + (back ? open.length - 1 : 1)) % open.length;
    give(open[next].stops[back ? open[next].stops.length - 1 : 0]);
  });
}

/** @param {{ part: Element, stops: Element[] }} round @param {boolean} back */
function isLast({ part, stops }, back) {
  const active = /** @type {Element} */ (document.activeElement);
  if (active === part) return back;
  const edge = stops[back ? 0 : stops.length - 1];
  const radios = [edge, active].every((one) => one.matches("[type=radio]"));
  return edge === active || (radios && edge.getAttribute("name") === active.getAttribute("name")); // one stop together
}
