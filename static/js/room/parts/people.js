/** Who is here, where, and how well they are heard; for the host also what may be done about it. */

import { _ } from "../../messages.js";
import { find, make } from "./court.js";

/** In words; a weak line is told beside the place. @param {import("./court.js").Person} one */
export function whereabouts(one) {
  return (
    {
      not_signed_in: _("Not signed in yet"),
      checking: _("Getting ready: tries the device, reads the rules"),
      joining: one.place === "moving" ? _("Changing rooms") : _("Coming in"),
      disconnected: _("Connection lost, coming back"),
      left: _("Has left"),
    }[one.standing] ?? place(one)
  );
}

/** @param {import("./court.js").Person} one */
function place(one) {
  if (one.role === "mediator" && one.place.startsWith("caucus")) return _("Talks with one side alone");
  return (
    {
      lobby: _("In the waiting room"),
      joint: _("In the room"),
      "caucus:a": _("Apart with the mediator"),
      "caucus:b": _("Apart with the mediator"),
      "private:a": _("Among the own side"),
      "private:b": _("Among the own side"),
    }[one.place] ?? ""
  );
}

/** @param {import("./court.js").Person} one */
function remarks(one) {
  const found = [];
  if (one.line === "poor") found.push(_("Weak connection"));
  if (one.line === "bad") found.push(_("Very weak connection: sound may break up"));
  const why = one.device?.why ?? {};
  /** @param {string} words @param {string} part */
  const tell = (words, part) => found.push(why[part] ? `${words}（${faults()[why[part]] ?? ""}）` : words);
  if (one.device?.camera === "failed") tell(_("No camera in the test"), "camera");
  if (one.device?.microphone === "failed") tell(_("No microphone in the test"), "microphone");
  if (one.device?.microphone === "weak") tell(_("Hard to hear in the test"), "microphone");
  if (one.device?.speaker === "failed") found.push(_("Did not hear the tone of the test"));
  if (one.device?.path === "failed") tell(_("Sound did not get through in the test"), "path");
  if (one.device?.path === "weak") tell(_("Weak network in the test"), "path");
  return found.join(" · ");
}

/** @returns {Record<string, string>} */
function faults() {
  return JSON.parse(find("[data-people]").dataset.faults || "{}");
}

/**
 * @param {import("./court.js").RoomState} state
 * @param {(act: string, seat: string) => void} lead
 */
export function showPeople(state, lead) {
  const roles = JSON.parse(find("[data-people]").dataset.roles || "{}");
  const relations = JSON.parse(find("[data-people]").dataset.relations || "{}");
  find("[data-people]").replaceChildren(
    ...state.seats.map((one) => {
      const item = make("li", "people__one");
      item.id = `seat-${one.id}`;
      item.dataset.where = one.present ? one.place : "away";
      item.dataset.standing = one.standing;
      const words = make("div", "people__words");
      const you = _("You");
      words.append(make("strong", "", one.id === state.me.id ? `${one.name}（${you}）` : one.name));
      words.append(make("span", "people__where", [roles[one.role], one.in_place_of, whereabouts(one)].filter(Boolean).join(" · ")));
      if (one.hand_at) words.append(make("span", "people__hand", _("Asks to speak")));
      const beside = (one.beside ?? []).map((each) => `${each.name}（${relations[each.relation]}）`).join("、");
      if (beside) words.append(make("span", "people__where", _("beside: %(name)s", { name: beside })));
      if (one.muted) words.append(make("span", "people__remark", _("Muted by the one who leads")));
      if (state.hosts && remarks(one)) words.append(make("span", "people__remark", remarks(one)));
      item.append(words);
      if (state.hosts && one.id !== state.me.id) item.append(acts(one, state, lead));
      return item;
    }),
  );
}

/**
 * @param {import("./court.js").Person} one
 * @param {import("./court.js").RoomState} state  people are let in once it is live; put out at any time before its end
 * @param {(act: string, seat: string) => void} lead
 */
function acts(one, state, lead) {
  const row = make("div", "people__acts");
  /** @param {string} act @param {string} text */
  const add = (act, text) => {
    const button = make("button", "small-button", text);
    button.setAttribute("type", "button");
    button.addEventListener("click", () => lead(act, one.id));
    row.append(button);
  };
  const live = state.state === "live";
  if (live && one.hand_at) add("lower", _("Hand down"));
  const heard = one.present && one.place === state.me.place && !["lobby", "moving"].includes(one.place) && one.role !== "observer";
  if (live && one.muted) add("unmute", _("Unmute"));
  else if (live && heard) add("mute", _("Mute"));
  const witness = one.role === "witness";
  if (live && one.present && one.place === "lobby") add("admit", witness ? _("Call the witness") : _("Let in"));
  if (live && one.present && one.place !== "lobby") add("dismiss", witness ? _("Dismiss the witness") : _("To the waiting room"));
  if (one.present && state.state !== "closed") add("remove", _("Put out"));
  return row;
}
