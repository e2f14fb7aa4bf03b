/** The original of a piece: that it is asked for, how it is shown, what was found, and the form of who leads. */

import { _ } from "../../messages.js";
import { make, moment } from "./court.js";

/**
 * @typedef {{ state: string, side: string, asked_at: string, shows: boolean, takes_back: boolean, records: boolean,
 *   comparisons: { at: string, way: string, result: string, note: string, present: string, recorder: string }[] }} Original
 */

/**
 * @param {string} label  of the piece @param {Original} original
 * @param {(found: object) => void} record @param {() => void} takeBack
 */
export function originalBox(label, original, record, takeBack) {
  const box = make("div", "exhibit__opinion");
  box.append(make("strong", "", _("The original")));
  const words = { side: original.side, time: moment(original.asked_at) };
  const asked =
    original.state === "taken_back"
      ? _("Side %(side)s asked for the original and has taken that back.", words)
      : _("Side %(side)s asked for the original on %(time)s.", words);
  box.append(make("p", "", asked));
  for (const one of original.comparisons) {
    box.append(make("p", "", `${results()[one.result]} · ${ways()[one.way]} · ${moment(one.at)}`));
    if (one.note) box.append(make("p", "", one.note));
    const by = { people: one.present, name: one.recorder };
    box.append(make("p", "", _("Present: %(people)s. Written down by %(name)s.", by)));
  }
  if (original.shows) box.append(...guidance());
  if (original.takes_back) {
    const button = make("button", "small-button", _("I no longer need the original"));
    button.setAttribute("type", "button");
    button.addEventListener("click", takeBack);
    box.append(button);
  }
  if (original.records) box.append(comparisonForm(label, original.comparisons.length > 0, record));
  return box;
}

function guidance() {
  const list = make("ul");
  list.append(
    make("li", "", _("Hold it to the camera in the sitting, slowly, front and back, while all are together.")),
    make("li", "", _("Bring it to the court's counter, after you have agreed on a time with the one who leads.")),
    make("li", "", _("Send it by registered post to the one who leads; keep a copy and the receipt. You get it back.")),
  );
  return [make("p", "", _("You can show it in one of three ways:")), list];
}

/** @returns {Record<string, string>} */
function ways() {
  return { camera: _("In the room, by camera"), counter: _("At the court's counter"), post: _("By post") };
}

/** @returns {Record<string, string>} */
function results() {
  return { agrees: _("The original agrees with the copy"), differs: _("The original differs from the copy") };
}

/** @param {string} label @param {boolean} again @param {(found: object) => void} record */
function comparisonForm(label, again, record) {
  const box = make("details", "opinion");
  const title = again ? _("Write down a further comparison") : _("Write down the comparison");
  box.append(make("summary", "", title));
  const form = document.createElement("form");
  form.append(choice(label, "way", _("How was it compared?"), ways()));
  form.append(choice(label, "result", _("Original and copy"), results()));
  const note = document.createElement("textarea");
  const present = document.createElement("input");
  Object.assign(note, { name: "note", className: "input", rows: 2, maxLength: 300 });
  Object.assign(present, { name: "present", className: "input", maxLength: 300 });
  form.append(labelled(_("What differs, or what else is to be noted"), note));
  form.append(labelled(_("Who was present (by camera the room knows)"), present));
  form.append(make("button", "button button--main", title));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    record(Object.fromEntries(new FormData(form)));
  });
  box.append(form);
  return box;
}

/** @param {string} text @param {HTMLElement} field */
function labelled(text, field) {
  const label = make("label", "opinion__reason", text);
  label.append(field);
  return label;
}

/** @param {string} label @param {string} name @param {string} question @param {Record<string, string>} answers */
function choice(label, name, question, answers) {
  const group = document.createElement("fieldset");
  group.append(make("legend", "", question));
  for (const [value, text] of Object.entries(answers)) {
    const row = make("label", "opinion__choice");
    const input = document.createElement("input");
    Object.assign(input, { type: "radio", name, value, required: true, id: `${name}-${label}-${value}` });
    row.append(input, make("span", "", text));
    group.append(row);
  }
  return group;
}
