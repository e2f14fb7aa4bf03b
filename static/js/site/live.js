/**
 * News for an open page.
 *
 * DOM contract: an element with `data-live` asks for news; `data-live-case` narrows it to one case;
 * `data-live-address` is where the page is found when it is the answer to a form;
 * `data-live-messages` on it, for a queue, counts a message to the person as news too. The body's
 * `data-live-version` says up to which news the page was made: what came before the socket was open, or while the
 * line was down, was told to nobody, so each connection asks.
 * When something changed elsewhere the page is loaded anew, unless the person has begun to fill a form: then the
 * element with `data-live-notice` is shown instead, and its link or button loads the page when the person wants.
 */

import { io } from "socket.io-client";
import { keepFocus } from "./parts/focus.js";

const RELOAD_MS = 3000;
const LEAVING_MS = 10_000; // a page that is still here after that was not left: it was a file, or the way back

/** @returns {boolean} whether any form holds something the person entered */
function beingFilled() {
  return [...document.forms].some((form) => form.dataset.touched === "yes");
}

/**
 * Listens for news to this account.
 * @param {HTMLElement} page the element with `data-live`
 * @param {() => void} reload what to do when the page is out of date
 */
export function listen(page, reload) {
  const wanted = page.dataset.liveCase;
  const notice = page.querySelector("[data-live-notice]");
  const socket = io("/push", { transports: ["websocket", "polling"] });
  const version = document.body.dataset.liveVersion;
  let waiting = 0;
  let leftAt = -Infinity;
  // Loading anew now would take the person back from the page that was just asked for.
  window.addEventListener("beforeunload", () => (leftAt = performance.now()));
  const soon = (/** @type {number} */ ms) => {
    window.clearTimeout(waiting);
    // Asked again at the last moment: the person may have begun a form since the news came.
    waiting = window.setTimeout(() => {
      if (performance.now() - leftAt < LEAVING_MS) soon(LEAVING_MS);
      else if (beingFilled()) outOfDate();
      else reload();
    }, ms);
  };
  const outOfDate = () => {
    if (beingFilled()) {
      if (notice instanceof HTMLElement) notice.hidden = false;
      return;
    }
    // One act may bring several pieces of news: load once, after the last.
    soon(300);
  };
  socket.on("connect", () => {
    if (version) socket.emit("seen", version, (/** @type {boolean} */ current) => current || outOfDate());
  });
  // Closed by the server alone: the person has signed out elsewhere in this browser.
  socket.on("disconnect", (reason) => reason === "io server disconnect" && outOfDate());
  // A page that says "please wait" must not depend on one message: its news may come before the socket is open.
  if (page.querySelector(".working")) soon(RELOAD_MS);
  // Whoever asks for a check has no case and no judge: that somebody waits, a message tells.
  if (page.dataset.liveMessages !== undefined) socket.on("message", outOfDate);
  socket.on("changed", (/** @type {{case: string}} */ news) => {
    if (!wanted || !news.case || news.case === wanted) outOfDate();
  });
  return socket;
}

document.addEventListener("input", (event) => {
  const form = event.target instanceof Element ? event.target.closest("form") : null;
  if (form) form.dataset.touched = "yes";
});

const page = document.querySelector("[data-live]");
if (page instanceof HTMLElement) listen(page, () => renew(page.dataset.liveAddress));

/** The page anew; one that answered a form is asked for, not sent again. @param {string} [address] */
function renew(address) {
  keepFocus(new URL(address ?? "", window.location.href).pathname);
  if (address && address !== window.location.pathname) window.location.assign(address);
  else window.location.reload();
}
