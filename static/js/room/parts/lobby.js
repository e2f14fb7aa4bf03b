/** The waiting room, and the words about whom one waits for, why, and what happens next. */

import { _ } from "../../messages.js";
import { clock, find, make } from "./court.js";
import { whereabouts } from "./people.js";

const EVERY_MS = 10_000; // minutes are told

/** When the sitting is set for, in this page's own time, as the newest state said. */
let startsAt = 0;
/** @type {import("./court.js").RoomState | null} */
let newest = null;
/** @type {ReturnType<typeof setInterval> | undefined} */
let ticking;

/**
 * @param {import("./court.js").RoomState} state
 * @param {boolean} inside  in a place where people talk
 * @param {boolean} connected @param {boolean} slow  and that takes long
 */
export function showLobby(state, inside, connected, slow) {
  find("[data-lobby]").hidden = inside;
  find("[data-lobby-title]").textContent = state.state === "paused" ? _("The sitting is paused") : _("Waiting room");
  find("[data-lobby-words]").textContent = connected ? words(state) : connecting(slow);
  const others = state.seats.filter((one) => one.id !== state.me.id);
  find("[data-lobby-people]").replaceChildren(
    ...others.filter((one) => one.present).map((one) => make("li", "", `${one.name} · ${whereabouts(one)}`)),
  );
  const missing = others.filter((one) => !one.present).map((one) => `${one.name}（${whereabouts(one)}）`);
  const away = find("[data-lobby-missing]");
  away.hidden = !missing.length;
  away.textContent = _("Not here yet: %(names)s", { names: missing.join("、") });
  if (state !== newest) startsAt = performance.now() + 1000 * state.starts_in_s;
  newest = state;
  clearInterval(ticking);
  ticking = inside || state.state === "closed" ? undefined : setInterval(() => showWait(state), EVERY_MS);
  showWait(state);
  const start = document.querySelector("[data-do=start]");
  if (!(start instanceof HTMLButtonElement)) return;
  start.hidden = state.state !== "lobby_open";
  start.disabled = !state.ready;
}

/** @param {boolean} slow */
function connecting(slow) {
  return slow
    ? _("You are still being connected; it goes on by itself. If it lasts longer than half a minute: go nearer to the router or switch to mobile data, then tap “Connect anew”.")
    : _("You are being connected.");
}

/** @param {import("./court.js").RoomState} state */
function words(state) {
  if (state.me.place === "moving") return _("One moment: the rooms are changing. You need not do anything.");
  if (state.state === "paused") return pause(state);
  if (state.state === "live") return during(state);
  if (!state.hosts) return _("You are connected. The sitting begins when everybody is there.");
  if (state.ready) return _("Both sides are there. You can begin.");
  return state.waits_for.length
    ? _("You can begin once both sides are here. Waiting for: %(names)s", { names: state.waits_for.join("、") })
    : _("You can begin once everybody has come in through the door.");
}

/** Nothing else may happen for long: the minutes go on by themselves. @param {import("./court.js").RoomState} state */
function showWait(state) {
  const told = expected(state);
  const wait = find("[data-lobby-wait]");
  wait.hidden = !told || Boolean(find("[data-court]").dataset.over);
  if (wait.textContent !== told) wait.textContent = told;
}

/** How long it may take, as far as anybody knows. @param {import("./court.js").RoomState} state */
function expected(state) {
  if (state.state === "live" && state.apart_since && state.me.admitted)
    return _("The talk apart began at %(time)s. It has no fixed length; you hear a tone when you are let in.", { time: clock(state.apart_since) });
  if (state.state !== "lobby_open") return "";
  const minutes = Math.ceil((startsAt - performance.now()) / 60_000);
  const values = { time: clock(state.starts_at), minutes, host: state.host };
  return minutes > 0
    ? _("Set for %(time)s, in about %(minutes)s minutes. Led by %(host)s.", values)
    : _("Set for %(time)s. It begins as soon as everybody is here. Led by %(host)s.", values);
}

/** @param {import("./court.js").RoomState} state */
function during(state) {
  if ((state.me.admitted || state.hosts) && !state.apart_since) return _("One moment: you are being led back to the others. You need not do anything.");
  if (state.hosts) return _("Press “All together” to enter again.");
  if (state.me.role === "witness") return _("You wait here until you are called, and hear nothing of the talk. After you have spoken you may leave.");
  if (state.me.role === "observer" && state.apart_since) return _("The mediator talks with one side alone. You are let in again when all are together.");
  return state.me.admitted
    ? _("The others are talking apart. You will be let in.")
    : _("Please wait a moment. You will be let in.");
}

/** @param {import("./court.js").RoomState} state */
function pause(state) {
  if (!state.host_away) return _("One moment: the sitting goes on. You need not do anything.");
  return _(
    "%(host)s lost the connection. Nobody hears anybody now. Please stay on this page: the sitting goes on by itself as soon as %(host)s is back. The room is kept until %(time)s; after that a new time is set, and you get a message.",
    { host: state.host, time: clock(state.kept_until ?? "") },
  );
}

/** What everybody should know while they talk. @param {import("./court.js").RoomState} state @param {boolean} inside */
export function showNotice(state, inside) {
  const notice = find("[data-notice]");
  const away = inside && state.host_away && !state.hosts;
  notice.hidden = !away;
  notice.textContent = away
    ? _("%(host)s lost the connection. If it does not come back within half a minute, the sitting pauses by itself. You need not do anything.", { host: state.host })
    : "";
}

/** @param {import("./court.js").RoomState} state */
export function farewell(state) {
  return state.kept_until
    ? _("The sitting was adjourned, because %(host)s did not come back. A new time will be set, and you get a message. What was written down is kept.", { host: state.host })
    : _("The sitting has ended. Its minutes stand with the papers of the case.");
}

/** Why the room is closed to the person, and where they go from here. @param {number} status  the court's answer */
export function outside(status) {
  if (status === 401) return _("Your sign-in has run out. Go back to the sitting's page, sign in with a new code and come in again: your seat is kept.");
  return _("You are no longer in this sitting: who leads it has put you out, or you no longer take part in the case. If that is a mistake, call 12368.");
}
