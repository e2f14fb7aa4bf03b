/**
 * The undisputed facts beside the minutes: stated by the one who leads, agreed to or not by each side.
 *
 * DOM contract: `[data-facts]` holds the list `[data-facts-list]` and, for the host, the form `[data-facts-form]`.
 * Facts belong to the joint room: elsewhere the part is hidden and asks for nothing.
 */

import { _ } from "../../messages.js";
import { find, make, oneAtATime, Refusal, sendOff, speaksFor } from "./court.js";

/**
 * @typedef {{ id: string, text: string, answers: Record<string, boolean | null>, mine: boolean | null,
 *   undisputed: boolean, lacks: string }} Fact  `lacks`: why the person may not say yes
 */

export class Facts {
  /**
   * @param {import("./court.js").Court} court
   * @param {{ trouble: (error: unknown) => void, fresh: (panel: string) => void }} page
   */
  constructor(court, page) {
    this.court = court;
    this.page = page;
    this.joint = false;
    this.side = "";
    this.known = 0;
    this.look = oneAtATime(() => this.ask());
    this.root = find("[data-facts]");
    this.list = find("[data-facts-list]", this.root);
    this.root.querySelector("[data-facts-form]")?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.state();
    });
  }

  /** @param {import("./court.js").RoomState} state */
  show(state) {
    const joint = state.state === "live" && state.me.place === "joint";
    this.side = speaksFor(state.me);
    if (joint && !this.joint) this.look();
    this.joint = joint;
    if (!joint) this.draw([]);
  }

  /** Whether the court answered. */
  async ask() {
    try {
      const told = await this.court.get("/facts");
      if (this.joint) this.draw(told.facts);
      return true;
    } catch (error) {
      this.page.trouble(error);
      return error instanceof Refusal && error.status > 0;
    }
  }

  /** @param {Fact[]} facts */
  draw(facts) {
    this.root.hidden = !this.joint || (!facts.length && !this.root.querySelector("[data-facts-form]"));
    if (facts.length > this.known) this.page.fresh("minutes");
    this.known = facts.length;
    this.list.replaceChildren(...facts.map((fact) => this.item(fact)));
  }

  /** @param {Fact} fact */
  item(fact) {
    const item = make("li", fact.undisputed ? "fact fact--undisputed" : "fact");
    item.id = `fact-${fact.id}`;
    item.append(make("p", "fact__text", fact.text), make("p", "fact__state", standing(fact)));
    if (this.side) {
      const row = make("div", "fact__answers");
      if (!fact.lacks) row.append(this.button(fact, true, _("Yes, it is so")));
      row.append(this.button(fact, false, _("No, it is not so")));
      item.append(row);
      if (fact.lacks) item.append(make("p", "fact__state", _("To admit for the party, an agent needs that power, named in the authority. You can state an objection, or let the party answer.")));
    }
    return item;
  }

  /** @param {Fact} fact @param {boolean} agrees @param {string} words */
  button(fact, agrees, words) {
    const button = /** @type {HTMLButtonElement} */ (make("button", "small-button", words));
    button.type = "button";
    button.setAttribute("aria-pressed", String(fact.mine === agrees));
    button.addEventListener("click", () => this.answer(fact.id, agrees));
    return button;
  }

  /** @param {string} id @param {boolean} agrees */
  async answer(id, agrees) {
    try {
      await this.court.post(`/facts/${id}`, { agrees });
    } catch (error) {
      this.page.trouble(error);
    }
  }

  state() {
    const field = /** @type {HTMLTextAreaElement} */ (find("#fact-text"));
    return sendOff(field, (text, name) => this.court.post("/facts", { text, name }), this.page.trouble);
  }
}

/** @param {Fact} fact */
function standing(fact) {
  if (fact.undisputed) return _("Undisputed: both sides agree");
  const words = { true: _("agrees"), false: _("does not agree"), null: _("has not spoken yet") };
  const said = (/** @type {string} */ side) => words[/** @type {"true"} */ (String(fact.answers[side] ?? null))];
  return _("Applicant: %(a)s. Respondent: %(b)s.", { a: said("A"), b: said("B") });
}
