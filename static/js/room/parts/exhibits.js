/**
 * Evidence: the list with each side's opinions, what lies open for all, and what a person looks at alone.
 *
 * @typedef {{ id: string, label: string, side: string, title: string, purpose: string, pages: number, mine: boolean,
 *   disclosed: boolean, presentable: boolean, opinions: Record<string, Record<string, string>>,
 *   due_at: string | null, original: import("./originals.js").Original | null }} Exhibit
 * @typedef {{ item_id: string, page: number, presenter_id: string, presenter: string, leads: boolean, zoom: number, x: number, y: number,
 *   marks: import("./folio.js").Mark[], may_mark: boolean }} Showing
 *
 * Rule 1: what is shown in a place has a version; what is told of an older one, by news or by an answer, is passed by.
 *         Who leads the sitting and who presents may both move the page: each follows the other, but while they move it.
 * Rule 2: who presents sees their own turn at once. What comes while the court has not answered it may be of before, or
 *         of the turn itself: the list is asked for once more instead.
 */

import { _ } from "../../messages.js";
import { find, make, moment, oneAtATime, Refusal, speaksFor } from "./court.js";
import { Folio, WHOLE } from "./folio.js";
import { opinionForm, told } from "./opinions.js";
import { originalBox } from "./originals.js";

export class Exhibits {
  /**
   * @param {import("./court.js").Court} court
   * @param {{ trouble: (error: unknown) => void, fresh: (panel: string) => void, say: (words: string) => void,
   *   makeRoom: () => void, ask: (words: string) => Promise<boolean> }} page
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
    this.alone = ""; // the piece that this person looks at by themselves
    this.at = 1; // the page this person looks at
    this.following = true;
    this.version = 0; // of what is shown in this place
    this.acting = Promise.resolve(true);
    this.unanswered = 0; // acts that the court has not answered
    this.passedBy = false; // news came meanwhile
    this.older = false; // the last answer was older than the news
    this.missing = ""; // the piece of which a picture did not come
    this.side = "";
    this.place = "";
    this.listed = ""; // from what the list was drawn
    /** @type {Map<string, Record<string, string>>} by piece: opinions that are entered and not sent yet */
    this.begun = new Map();
    this.folio = new Folio(
      (view) => this.steer(view),
      {
        point: (x, y) => this.act("/evidence/point", { x, y, page: this.at }),
        draw: (points) => this.act(`/evidence/${this.showing?.item_id}/mark`, { points, page: this.at }),
      },
      () => this.wander(),
      () => this.missed(),
    );
    this.load = oneAtATime(() => this.ask());
    const form = document.querySelector("[data-bring]");
    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.bring(/** @type {HTMLFormElement} */ (form));
    });
  }

  /** The piece that is seen: the own choice, else what lies open for all. */
  get seen() {
    return this.items.find((one) => one.id === (this.alone || this.showing?.item_id));
  }

  /** @param {import("./court.js").RoomState} state */
  async move(state) {
    this.side = speaksFor(state.me);
    if (state.me.place !== this.place) {
      this.place = state.me.place;
      this.following = true;
      this.alone = "";
      this.showing = null;
      this.version = 0;
      this.draw();
    }
    await this.load();
  }

  /** The list and what is shown, from the court; whether it answered. */
  async ask() {
    try {
      const { place, version, items, showing, adds } = await this.court.get("/evidence");
      if (place && place !== this.place) return true; // the person has moved: it is asked for there
      this.items = items;
      this.tellMissing(place);
      if (!items.some((/** @type {Exhibit} */ one) => one.id === this.alone)) this.alone = "";
      this.older = !this.older && place && version < this.version;
      if (this.unanswered) this.passedBy = true;
      else if (this.older) this.load();
      else this.open(showing, version);
      document.querySelector("[data-bring]")?.toggleAttribute("hidden", !adds);
      // What can be done with a paper depends on where the person is, too.
      const made = JSON.stringify([items, this.side, this.place]);
      if (made !== this.listed) this.list();
      this.listed = made;
      return true;
    } catch (error) {
      this.page.trouble(error);
      return error instanceof Refusal && error.status > 0;
    }
  }

  /**
   * News: a page was turned, moved, pointed at, laid open or put away; else the list changed.
   * @param {{ version?: number, showing?: { item: string | null, page: number, presenter: string },
   *   view?: import("./folio.js").View,
   *   point?: { item: string, page: number, x: number, y: number, side: string, name: string } }} news
   */
  hear({ version, showing, view, point }) {
    if (point) {
      if (point.item === this.seen?.id && point.page === this.at) this.folio.ring(point);
    } else if (version && this.unanswered) this.passedBy = true;
    else if (version && version <= this.version) return;
    else if (version !== this.version + 1 || !this.showing) this.load();
    else if (view) {
      this.version = version;
      this.showing = { ...this.showing, ...view };
      if (this.following && !this.alone && !this.folio.moving) this.folio.look(view);
    } else if (showing?.item === this.showing.item_id && showing.presenter === this.showing.presenter_id) {
      this.open({ ...this.showing, ...WHOLE, page: showing.page }, version);
    } else this.load();
  }

  /** @param {Showing | null} showing @param {number} version */
  open(showing, version) {
    this.version = version;
    if (showing && showing.item_id !== this.showing?.item_id) {
      this.following = !this.alone;
      this.page.fresh("evidence");
      if (!this.alone) this.page.makeRoom();
    }
    const turned = showing?.page !== this.showing?.page || showing?.item_id !== this.showing?.item_id;
    const moved = !this.folio.moving && JSON.stringify(viewOf(showing)) !== JSON.stringify(viewOf(this.showing));
    const view = viewOf(showing);
    this.showing = showing;
    const follows = showing && this.following && !this.alone;
    if (follows) {
      this.at = showing.page;
      if (turned) this.folio.begin(view);
    }
    this.draw();
    if (follows && (turned || moved)) this.folio.look(view);
  }

  draw() {
    const item = this.seen;
    find("[data-paper]").hidden = !item;
    document.querySelector("[data-court]")?.classList.toggle("court--paper", Boolean(item));
    if (!item) {
      this.folio.close();
      return;
    }
    const showing = this.alone ? null : this.showing;
    const words = { label: item.label, title: item.title, page: this.at, pages: item.pages };
    this.folio.open(`${this.court.here}/evidence/${item.id}/${this.at}`, _("Exhibit %(label)s %(title)s, page %(page)s of %(pages)s", words));
    this.folio.show((showing?.marks ?? []).filter((one) => one.page === this.at));
    find("[data-paper-words]").textContent = showing
      ? _("%(label)s %(page)s/%(pages)s · shown by %(name)s", { ...words, name: showing.presenter })
      : _("%(label)s %(page)s/%(pages)s · you alone look at this", words);
    const follow = find("[data-do=follow]");
    follow.hidden = Boolean(showing?.leads) || !this.showing;
    follow.setAttribute("aria-pressed", String(this.following && !this.alone));
    follow.textContent = this.following && !this.alone ? _("Following") : _("Back to what is shown");
    find("[data-do=put-away]").hidden = Boolean(showing && !showing.leads);
    for (const act of ["point", "draw", "wipe"]) find(`[data-do=${act}]`).hidden = !showing?.may_mark;
    if (!showing?.may_mark && this.folio.tool) this.folio.take(this.folio.tool);
  }

  /** @param {number} step */
  turn(step) {
    const item = this.seen;
    const page = this.at + step;
    if (!item || page < 1 || page > item.pages) return;
    if (this.showing?.leads && !this.alone) {
      this.following = true;
      this.open({ ...this.showing, ...WHOLE, page }, this.version);
      this.present(item.id, page);
      return;
    }
    if (!this.alone) this.following = false;
    this.at = page;
    this.folio.begin({ ...WHOLE, zoom: this.folio.zoom });
    this.draw();
  }

  /** Who scrolls or zooms by themselves no longer follows. */
  wander() {
    if (!this.following || this.alone || this.showing?.leads) return;
    this.following = false;
    this.draw();
  }

  follow() {
    this.following = Boolean(this.alone) || !this.following;
    this.alone = "";
    if (this.following) this.rejoin();
    else this.draw();
  }

  /** To the page and the part of it that all look at. */
  rejoin() {
    if (this.showing) this.at = this.showing.page;
    this.folio.begin(viewOf(this.showing));
    this.draw();
    this.folio.look(viewOf(this.showing));
  }

  /** @param {string} id */
  lookAlone(id) {
    this.alone = id;
    this.at = 1;
    this.folio.begin(WHOLE);
    this.draw();
    this.folio.look(WHOLE);
    this.page.makeRoom();
  }

  /** Who leads moved the page. @param {import("./folio.js").View} view */
  steer(view) {
    if (!this.showing?.leads || this.alone) return;
    this.showing = { ...this.showing, ...view };
    this.act("/evidence/view", view);
  }

  /** The picture of the page did not come: perhaps what is shown has changed meanwhile. */
  missed() {
    this.missing = this.seen?.id ?? "";
    this.load();
  }

  /** @param {string} place  where the court sees the person */
  tellMissing(place) {
    const gone = place && this.missing && !this.items.some((one) => one.id === this.missing);
    if (gone) this.page.say(_("This paper is not shown here any more."));
    this.missing = "";
  }

  /** @param {string} id */
  async disclose(id) {
    if (!(await this.page.ask(_("Let the other side see this piece? It cannot be taken back.")))) return;
    await this.act(`/evidence/${id}/disclose`, {});
  }

  /** @param {string} id @param {number} page */
  async present(id, page) {
    this.passedBy = true; // who presents, and the marks
    await this.act(`/evidence/${id}/show`, { page });
  }

  async putAway() {
    if (this.alone) {
      this.follow();
      return;
    }
    this.passedBy = true;
    await this.act("/evidence/put-away", {});
  }

  wipe() {
    this.act("/evidence/wipe", {});
  }

  /** A further piece, photographed or chosen. @param {HTMLFormElement} form */
  async bring(form) {
    const button = /** @type {HTMLButtonElement} */ (form.querySelector("[type=submit]"));
    button.disabled = true;
    this.page.say(_("Your file is being sent. Please stay on this page."));
    try {
      await this.court.ask("/evidence", { method: "POST", headers: { Accept: "application/json" }, body: new FormData(form) });
      form.reset();
      this.page.say(_("It is kept. Only your side sees it until you let the other side see it."));
      await this.load();
    } catch (error) {
      this.page.trouble(error); // the chosen file stays chosen
    }
    button.disabled = false;
  }

  /**
   * One act after the other: what is let be seen and shown at once must arrive in that order.
   * @param {string} path @param {object} body
   * @returns {Promise<boolean>} whether it was done
   */
  act(path, body) {
    const place = this.place;
    this.unanswered += 1;
    this.acting = this.acting.then(() => this.send(path, body, place));
    return this.acting;
  }

  /** @param {string} path @param {object} body @param {string} place  where the person did it */
  async send(path, body, place) {
    try {
      const { version } = await this.court.post(path, body);
      if (version && place === this.place) this.version = version;
      return true;
    } catch (error) {
      this.passedBy = true;
      this.page.trouble(error);
      return false;
    } finally {
      this.unanswered -= 1;
      if (!this.unanswered && this.passedBy) {
        this.passedBy = false;
        this.load();
      }
    }
  }

  list() {
    const box = find("[data-exhibits]");
    // A card that says the same stays as it is: somebody may be writing in it.
    /** @type {Map<string | undefined, Element>} */
    const there = new Map([...box.children].map((one) => [/** @type {HTMLElement} */ (one).dataset.made, one]));
    const cards = this.items.map((item) => {
      const made = JSON.stringify([item, this.side, this.place]);
      const card = there.get(made) ?? this.card(item);
      /** @type {HTMLElement} */ (card).dataset.made = made;
      return card;
    });
    for (const one of [...box.children]) if (!cards.includes(one)) one.remove();
    cards.forEach((card, at) => box.children[at] !== card && box.insertBefore(card, box.children[at] ?? null));
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
    if (item.due_at) card.append(make("p", "exhibit__due", _("Opinions until %(time)s", { time: moment(item.due_at) })));
    const row = make("div", "exhibit__row");
    if (item.presentable && (item.mine || this.host)) {
      row.append(this.button(_("Show to all here"), () => this.present(item.id, 1)));
    }
    row.append(this.button(_("Look at it alone"), () => this.lookAlone(item.id)));
    if (item.mine && !item.disclosed) {
      row.append(this.button(_("Let the other side see it"), () => this.disclose(item.id)));
    }
    card.append(row);
    for (const [side, opinion] of Object.entries(item.opinions)) card.append(told(side, opinion));
    if (item.original) {
      const here = `/evidence/${item.id}/original`;
      card.append(
        originalBox(
          item.label,
          item.original,
          async (found) => (await this.act(here, found)) && this.load(),
          async () => (await this.act(`${here}/take-back`, {})) && this.load(),
        ),
      );
    }
    if (this.side && !item.mine && item.disclosed && this.place === "joint") {
      const begun = this.begun.get(item.id) ?? {};
      this.begun.set(item.id, begun);
      card.append(
        opinionForm(item.label, this.side in item.opinions, begun, async (given) => {
          if (!(await this.act(`/evidence/${item.id}/opinion`, given))) return;
          this.begun.delete(item.id);
          this.load();
        }),
      );
    }
    if (this.host && item.disclosed) card.append(this.times(item));
    return card;
  }

  /** For the host: opinions may come from outside the room, until a time. @param {Exhibit} item */
  times(item) {
    const box = make("details", "opinion");
    box.append(make("summary", "", _("Leave time for opinions")));
    const row = make("div", "exhibit__row");
    for (const [time, words] of [["10m", _("10 minutes")], ["1d", _("One day")], ["3d", _("Three days")]]) {
      row.append(this.button(words, () => this.act(`/evidence/${item.id}/time`, { time })));
    }
    box.append(row);
    return box;
  }

  /** @param {string} text @param {() => void} act */
  button(text, act) {
    const button = make("button", "small-button", text);
    button.setAttribute("type", "button");
    button.addEventListener("click", act);
    return button;
  }
}

/** @param {Showing | null} showing @returns {import("./folio.js").View} */
function viewOf(showing) {
  return showing ? { zoom: showing.zoom, x: showing.x, y: showing.y } : WHOLE;
}
