/**
 * The support desk: what stands in [data-board] is asked for anew every few seconds, while somebody looks.
 *
 * The focus stays on what had it, by its id. A new wish to be called back is heard; while nothing answers,
 * [data-stale] says that what stands here may be old, and [data-signed-out] that whoever looks has to sign in again.
 */

import { io } from "socket.io-client";
import { until } from "../room/parts/court.js";
import { tone } from "../room/parts/sound.js";

const EVERY_MS = 3000;
const ANSWER_MS = 3000; // a question that hangs on a dead line must not keep the next ones back, nor the words

class Board {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.calls = this.count();
    this.asking = false;
    setInterval(() => document.visibilityState === "visible" && this.load(), EVERY_MS);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.load());
    io("/push", { transports: ["websocket", "polling"] }).on("support_desk", () => this.load());
  }

  async load() {
    if (this.asking) return;
    this.asking = true;
    let text = "";
    let out = false;
    try {
      const answer = await fetch(/** @type {string} */ (this.root.dataset.board), { signal: until(ANSWER_MS) });
      out = answer.redirected || [401, 403].includes(answer.status);
      if (answer.ok && !out) text = await answer.text();
    } catch {
      // said below
    }
    this.asking = false;
    reveal("[data-stale]", !text && !out);
    reveal("[data-signed-out]", out);
    if (text) this.show(text);
  }

  /** @param {string} text */
  show(text) {
    const focused = this.root.contains(document.activeElement) ? document.activeElement?.id : "";
    this.root.innerHTML = text;
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    const calls = this.count();
    if (calls > this.calls) tone(880, 0.5);
    this.calls = calls;
  }

  count() {
    const told = this.root.querySelector("[data-calls]");
    return told instanceof HTMLElement ? Number(told.dataset.calls) : 0;
  }
}

/** @param {string} selector @param {boolean} on */
function reveal(selector, on) {
  document.querySelector(selector)?.toggleAttribute("hidden", !on);
}

const root = document.querySelector("[data-board]");
if (root instanceof HTMLElement) new Board(root);
