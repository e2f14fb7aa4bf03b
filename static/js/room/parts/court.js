/**
 * What the room's page asks of the server, and what both sides of the talk look like.
 *
 * @typedef {{ id: string, name: string, in_place_of?: string, role: string, side: string, present: boolean, connected: boolean,
 *   place: string, admitted: boolean, device: Record<string, any>,
 *   beside?: { name: string, relation: string }[], line: string, standing: string,
 *   asked: string, because: string, hand_at: string | null, shares: boolean, muted: boolean }} Person
 * @typedef {{ id: string, key: string, name: string, role: string, mine: boolean, text: string,
 *   at: string, number: number, released: boolean }} ChatLine
 * @typedef {{ id: string, speaker: string, text: string, at: string, number: number }} MinutesLine
 * @typedef {{ id: string, kind: string, state: string, stage: string, epoch: number, me: Person, hosts: boolean,
 *   seats: Person[], hearers: string[], readers: string[], may_share: boolean, chat: ChatLine[], minutes: MinutesLine[], starts_at: string, starts_in_s: number,
 *   ready: boolean, waits_for: string[], host: string, host_away: boolean,
 *   apart_since: string | null, returns_in_s: number | null, kept_until: string | null,
 *   recording: Recording | null, recording_ended: string }} RoomState
 * @typedef {{ on: boolean, why: string, consent: boolean, asks: boolean, agreed: boolean,
 *   waits_for: string[] }} Recording
 */

import { _ } from "../../messages.js";
import { SLOW_MS } from "../../site/parts/slow.js";

/** A refusal in the person's words; `status` 0: no connection. */
export class Refusal extends Error {
  /** @param {string} words @param {number} status */
  constructor(words, status) {
    super(words);
    this.status = status;
  }
}

/** Beside a party, and no party. In a test call or a video check nobody has a role. @param {{ role?: string }} one */
export function helps(one) {
  return one.role?.startsWith("helper") ?? false;
}

/** A person's name, or "You"; a guest's says as what they are here. @param {{ role?: string }} one @param {string} name */
export function called(one, name) {
  if (helps(one)) return _("%(name)s (helper)", { name });
  if (one.role === "witness") return _("%(name)s (witness)", { name });
  if (one.role === "interpreter") return _("%(name)s (interpreter)", { name });
  return one.role === "observer" ? _("%(name)s (observer)", { name }) : name;
}

/** The side for which a person speaks, "" for none: a helper sits with one. @param {Person} one */
export function speaksFor(one) {
  return helps(one) ? "" : one.side;
}

const RETRY_MS = 3000;

/**
 * One question at a time: what changes meanwhile is asked once more, what failed is asked again later.
 * @param {() => Promise<boolean>} ask  whether it was answered
 * @returns {() => Promise<void>}
 */
export function oneAtATime(ask) {
  let asking = false;
  let stale = false;
  const load = async () => {
    stale = true;
    if (asking) return;
    asking = true;
    while (stale) {
      stale = false;
      if (!(await ask())) setTimeout(load, RETRY_MS);
    }
    asking = false;
  };
  return load;
}

const GIVE_UP_MS = 30_000; // what is only asked for is asked again then, on a line that may be a new one

export class Court {
  /** @param {string} here  the sitting's address @param {(waits: boolean) => void} [slow]  the answer takes long, or came */
  constructor(here, slow = () => {}) {
    this.here = here;
    this.slow = slow;
  }

  /** @param {string} path */
  get(path) {
    return this.ask(path, { headers: { Accept: "application/json" }, signal: until(GIVE_UP_MS) });
  }

  /** @param {string} path @param {object} [body] @param {AbortSignal} [signal] */
  post(path, body = {}, signal) {
    return this.ask(path, {
      method: "POST",
      headers: { Accept: "application/json", "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal,
    });
  }

  /** @param {string} path @param {RequestInit} wish @returns {Promise<any>} rejects with a Refusal */
  async ask(path, wish) {
    /** @type {Response} */
    let answer;
    let waits = false;
    const timer = setTimeout(() => this.slow((waits = true)), SLOW_MS);
    try {
      answer = await fetch(`${this.here}${path}`, wish);
    } catch {
      throw new Refusal("", 0);
    } finally {
      clearTimeout(timer);
      if (waits) this.slow(false);
    }
    const said = await answer.json().catch(() => ({}));
    if (wish.signal?.aborted) throw new Refusal("", 0);
    if (!answer.ok) throw new Refusal(said.error ?? "", answer.status);
    return said;
  }
}

/** Ends a question that takes too long. @param {number} ms @returns {AbortSignal} */
export function until(ms) {
  const control = new AbortController();
  setTimeout(() => control.abort(), ms);
  return control.signal;
}

/**
 * The element; missing ones are a mistake of ours.
 * @param {string} selector @param {ParentNode} [within]
 * @returns {HTMLElement}
 */
export function find(selector, within = document) {
  const found = within.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`no ${selector}`);
  return found;
}

/**
 * A new element with text.
 * @param {string} tag @param {string} [className] @param {string} [text]
 */
export function make(tag, className = "", text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

/**
 * Sends what a field holds, once, however often that is pressed on a slow line. What was written there meanwhile
 * stays, as does all of it where the court did not take it; the cursor comes back, unless it went elsewhere.
 * Sent once more, because the answer was lost, it has the same name: the court knows whether it has it already.
 * @param {HTMLInputElement | HTMLTextAreaElement} field @param {(text: string, name: string) => Promise<unknown>} post
 * @param {(error: unknown) => void} trouble
 */
export async function sendOff(field, post, trouble) {
  const text = field.value.trim();
  if (!text || field.dataset.underway) return;
  field.dataset.underway = "yes";
  if (field.dataset.named !== text) Object.assign(field.dataset, { named: text, name: newName() });
  try {
    await post(text, field.dataset.name ?? "");
    delete field.dataset.named;
    const now = field.value.trimStart();
    if (now.startsWith(text)) field.value = now.slice(text.length).trimStart();
  } catch (error) {
    trouble(error);
  } finally {
    delete field.dataset.underway;
  }
  const at = document.activeElement;
  if (!at || at === document.body || field.form?.contains(at)) field.focus();
}

/** A name that nothing else has; an iPhone before 2022 makes none by itself. */
function newName() {
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-8$4-$5");
}

/** As the pages of the court tell it, wherever the person is. @type {Intl.DateTimeFormatOptions} */
const COURT_TIME = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Asia/Shanghai" };

/** Day and time. @param {string} iso */
export function moment(iso) {
  return new Date(iso).toLocaleString("zh-CN", { month: "numeric", day: "numeric", ...COURT_TIME });
}

/** @param {string} iso */
export function clock(iso) {
  return new Date(iso).toLocaleTimeString("zh-CN", COURT_TIME);
}
