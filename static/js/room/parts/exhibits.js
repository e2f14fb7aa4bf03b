/**
 * Evidence in step: the list with each side's opinions, and the page that lies open for all.
 *
 * @typedef {{ id: string, label: string, side: string, title: string, purpose: string, pages: number, mine: boolean,
 *   disclosed: boolean, presentable: boolean, opinions: Record<string, Record<string, string>> }} Exhibit
 * @typedef {{ item_id: string, page: number, presenter: string, leads: boolean }} Showing
 */

import { _ } from "../../messages.js";
import { find, make } from "./court.js";

export class Exhibits {
  /**
   * @param {import("./court.js").Court} court
   * @param {{ trouble: (error: unknown) => void, fresh: (panel: string) => void }} page
   * @param {boolean} host
   */
  constructor(court, page, host) {
    this.court = court;
    this.page = page;
    this.host = host;
    /** @type {Exhibit[]} */
    this.items = [];
    /** @type {Showing | null} */
    this.showing = null;
    this.at = 1; // the page this person looks at
    this.following = true;
    this.acting = Promise.resolve(true);
    this.side = "";
    this.place = "";
    this.listed = ""; // from what the list was drawn
  }

  /** @param {import("./court.js").RoomState} state */
  async move(state) {
    this.side = state.me.side;
    if (state.me.place !== this.place) {
      this.place = state.me.place;
      this.following = true;
      this.showing = null;
      this.draw();
    }
    await this.load();
  }

  async load() {
    try {
      const { items, showing } = await this.court.get("/evidence");
      this.items = items;
      this.open(showing);
      // What can be done with a paper depends on where the person is, too.
      const made = JSON.stringify([items, this.side, this.place]);
      if (made !== this.listed) this.list();
      this.listed = made;
    } catch (error) {
      this.page.trouble(error);
    }
  }

  /** News: a page was turned, laid open or put away. @param {{ item: string | null, page: number } | undefined} news */
  hear(news) {
    if (news?.item && this.showing?.item_id === news.item) this.open({ ...this.showing, page: news.page });
    else this.load();
  }

  /** @param {Showing | null} showing */
  open(showing) {
    if (showing && showing.item_id !== this.showing?.item_id) {
      this.following = true;
      this.page.fresh("evidence");
    }
    this.showing = showing;
    if (showing && this.following) this.at = showing.page;
    this.draw();
  }

  draw() {
    const paper = find("[data-paper]");
    const item = this.items.find((one) => one.id === this.showing?.item_id);
    paper.hidden = !item;
    document.querySelector("[data-court]")?.classList.toggle("court--paper", Boolean(item));
    if (!item || !this.showing) return;
    const image = /** @type {HTMLImageElement} */ (find("[data-paper-image]"));
    const source = `${this.court.here}/evidence/${item.id}/${this.at}`;
    if (image.getAttribute("src") !== source) image.src = source;
    const words = { label: item.label, title: item.title, page: this.at, pages: item.pages };
    image.alt = _("Exhibit %(label)s %(title)s, page %(page)s of %(pages)s", words);
    find("[data-paper-words]").textContent = _("%(label)s %(page)s/%(pages)s · shown by %(name)s", {
      ...words,
      name: this.showing.presenter,
    });
    const follow = find("[data-do=follow]");
    follow.hidden = this.showing.leads;
    follow.setAttribute("aria-pressed", String(this.following));
    follow.textContent = this.following ? _("Following") : _("Follow again");
    find("[data-do=put-away]").hidden = !this.showing.leads;
  }

  /** @param {number} step */
  turn(step) {
    const item = this.items.find((one) => one.id === this.showing?.item_id);
    const page = this.at + step;
    if (!item || !this.showing || page < 1 || page > item.pages) return;
    if (this.showing.leads) {
      this.present(item.id, page);
    } else {
      this.following = false;
      this.at = page;
      this.draw();
    }
  }

  follow() {
    this.following = !this.following;
    if (this.following && this.showing) this.at = this.showing.page;
    this.draw();
  }

  /** @param {string} id @param {number} page */
  async present(id, page) {
    await this.act(`/evidence/${id}/show`, { page });
  }

  async putAway() {
    await this.act("/evidence/put-away", {});
  }

  /**
   * One act after the other: what is let be seen and shown at once must arrive in that order.
   * @param {string} path @param {object} body
   * @returns {Promise<boolean>} whether it was done
   */
  act(path, body) {
    this.acting = this.acting.then(() => this.send(path, body));
    return this.acting;
  }

  /** @param {string} path @param {object} body */
  async send(path, body) {
    try {
      await this.court.post(path, body);
      return true;
    } catch (error) {
      this.page.trouble(error);
      return false;
    }
  }

  list() {
    const box = find("[data-exhibits]");
    box.replaceChildren(...this.items.map((item) => this.card(item)));
    if (!this.items.length) box.append(make("p", "talk__none", _("No evidence can be shown here yet.")));
  }

  /** @param {Exhibit} item */
  card(item) {
    const card = make("article", "exhibit");
    card.dataset.exhibit = item.label;
    const label = _("Exhibit %(label)s", { label: item.label });
    card.append(make("h3", "", `${label} ${item.title}`));
    if (item.purpose) card.append(make("p", "exhibit__purpose", item.purpose));
    if (!item.disclosed) card.append(make("p", "exhibit__closed", _("Only your side sees this so far.")));
    const row = make("div", "exhibit__row");
    if (item.presentable && (item.mine || this.host)) {
      row.append(this.button(_("Show to all here"), () => this.present(item.id, 1)));
    }
    if (item.mine && !item.disclosed) {
      row.append(this.button(_("Let the other side see it"), () => this.act(`/evidence/${item.id}/disclose`, {})));
    }
    if (row.childElementCount) card.append(row);
    for (const [side, opinion] of Object.entries(item.opinions)) card.append(told(side, opinion));
    if (this.side && !item.mine && item.disclosed && this.place === "joint") card.append(this.form(item));
    return card;
  }

  /** @param {string} text @param {() => void} act */
  button(text, act) {
    const button = make("button", "small-button", text);
    button.setAttribute("type", "button");
    button.addEventListener("click", act);
    return button;
  }

  /** @param {Exhibit} item */
  form(item) {
    const box = document.createElement("details");
    box.className = "opinion";
    box.append(make("summary", "", this.side in item.opinions ? _("Change your opinion") : _("Give your opinion")));
    const form = document.createElement("form");
    for (const [name, question] of questions()) form.append(choice(`${name}-${item.label}`, name, question));
    const reason = make("label", "opinion__reason", _("Reason, if you do not admit something"));
    const field = document.createElement("textarea");
    field.name = "reason";
    field.className = "input";
    field.rows = 2;
    reason.append(field);
    const send = make("button", "button button--main", _("Record my opinion"));
    form.append(reason, send);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const given = Object.fromEntries(new FormData(form));
      if (await this.act(`/evidence/${item.id}/opinion`, given)) this.load();
    });
    box.append(form);
    return box;
  }
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

/** @param {string} id @param {string} name @param {string} question */
function choice(id, name, question) {
  const group = document.createElement("fieldset");
  group.append(make("legend", "", question));
  for (const [value, text] of Object.entries(answers())) {
    if (value === "ask_original" && name !== "truth") continue;
    const label = make("label", "opinion__choice");
    const input = document.createElement("input");
    Object.assign(input, { type: "radio", name, value, required: true, id: `${id}-${value}` });
    label.append(input, make("span", "", text));
    group.append(label);
  }
  return group;
}

/** @param {string} side @param {Record<string, string>} opinion */
function told(side, opinion) {
  const box = make("div", "exhibit__opinion");
  box.append(make("strong", "", _("Opinion of side %(side)s", { side })));
  for (const [name, point] of [["truth", _("Genuine")], ["legality", _("Lawful")], ["relevance", _("Relevant")]]) {
    box.append(make("p", "", `${point}：${answers()[opinion[name]] ?? ""}`));
  }
  if (opinion.reason) box.append(make("p", "", _("Reason: %(reason)s", { reason: opinion.reason })));
  return box;
}
