/** What a side thinks of a piece: the three questions, the answers, and how they are told. */

import { _ } from "../../messages.js";
import { make } from "./court.js";

/**
 * @param {string} name  of the piece @param {boolean} again  an opinion was given before
 * @param {Record<string, string>} begun  what was entered before the form was drawn anew; kept up to date
 * @param {(given: object) => Promise<void>} give
 * @returns {HTMLElement}
 */
export function opinionForm(name, again, begun, give) {
  const box = document.createElement("details");
  box.className = "opinion";
  box.append(make("summary", "", again ? _("Change your opinion") : _("Give your opinion")));
  const form = document.createElement("form");
  for (const [question, words] of questions()) form.append(choice(`${question}-${name}`, question, words, begun[question]));
  const reason = make("label", "opinion__reason", _("Reason, if you do not admit something"));
  const field = document.createElement("textarea");
  field.name = "reason";
  field.className = "input";
  field.rows = 2;
  field.maxLength = 500;
  field.value = begun.reason ?? "";
  reason.append(field);
  form.append(reason, make("button", "button button--main", _("Record my opinion")));
  box.open = Object.keys(begun).length > 0;
  form.addEventListener("input", () => Object.assign(begun, Object.fromEntries(new FormData(form))));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    give(Object.fromEntries(new FormData(form)));
  });
  box.append(form);
  return box;
}

function questions() {
  return [
    ["truth", _("Is it genuine?")],
    ["legality", _("Was it obtained lawfully?")],
    ["relevance", _("Does it concern the dispute?")],
  ];
}

/** @returns {Record<string, string>} */
function answers() {
  return { admit: _("I admit it"), deny: _("I deny it"), ask_original: _("I ask for the original") };
}

/** @param {string} id @param {string} name @param {string} question @param {string | undefined} chosen */
function choice(id, name, question, chosen) {
  const group = document.createElement("fieldset");
  group.append(make("legend", "", question));
  for (const [value, text] of Object.entries(answers())) {
    if (value === "ask_original" && name !== "truth") continue;
    const label = make("label", "opinion__choice");
    const input = document.createElement("input");
    Object.assign(input, { type: "radio", name, value, required: true, checked: value === chosen, id: `${id}-${value}` });
    label.append(input, make("span", "", text));
    group.append(label);
  }
  return group;
}

/** @param {string} side @param {Record<string, string>} opinion */
export function told(side, opinion) {
  const box = make("div", "exhibit__opinion");
  box.append(make("strong", "", _("Opinion of side %(side)s", { side })));
  for (const [name, point] of [["truth", _("Genuine")], ["legality", _("Lawful")], ["relevance", _("Relevant")]]) {
    box.append(make("p", "", `${point}：${answers()[opinion[name]] ?? ""}`));
  }
  if (opinion.reason) box.append(make("p", "", _("Reason: %(reason)s", { reason: opinion.reason })));
  return box;
}
