/** The recording of the joint talk: the red mark that everybody sees, the question, the answer, and its end. */

import { _ } from "../../messages.js";
import { find } from "./court.js";
import { tone } from "./sound.js";

export class Recorded {
  /**
   * @param {import("./court.js").Court} court
   * @param {{ trouble: (error: unknown) => void, ask: (words: string) => Promise<boolean>,
   *   uncover: () => boolean }} page
   */
  constructor(court, page) {
    this.court = court;
    this.page = page;
    this.card = document.querySelector("[data-record-asked]");
    this.consent = true;
    this.inForce = false;
    this.on = false;
  }

  /** @param {import("./court.js").RoomState} state */
  show(state) {
    const recording = state.state === "closed" ? null : state.recording;
    const words = recording ? standing(recording, state) : ended(state);
    const bar = find("[data-recording]");
    bar.hidden = !words;
    bar.dataset.recording = recording?.on ? "on" : recording ? "waits" : "ended";
    find("[data-recording-words]").textContent = words;
    for (const [what, shown] of [["on", recording?.why === "rests"], ["back", recording?.agreed]]) {
      const button = bar.querySelector(`[data-recording-${what}]`);
      if (button instanceof HTMLElement) button.hidden = !shown;
    }
    const stop = bar.querySelector("[data-do=stop-record]");
    if (stop instanceof HTMLElement) stop.hidden = !recording;
    const order = document.querySelector("[data-record]");
    if (order instanceof HTMLElement) order.hidden = Boolean(recording);
    this.consent = state.kind === "mediation";
    this.inForce = Boolean(recording);
    this.question(Boolean(recording?.asks));
    if (recording?.on && !this.on) tone(740, 0.3);
    this.on = Boolean(recording?.on);
  }

  /** @param {boolean} open */
  question(open) {
    if (!(this.card instanceof HTMLElement)) return;
    const opens = open && this.card.hidden;
    const writes = opens && this.page.uncover();
    this.card.hidden = !open;
    if (!opens) return;
    if (!writes) this.card.focus();
    tone(660, 0.4);
  }

  /** Order one, or go on after a talk apart. @param {(question: string) => void} lead */
  begin(lead) {
    if (this.inForce) return lead("");
    lead(
      this.consent
        ? _("Ask everybody whether the joint talk may be recorded? It begins once all have said yes.")
        : _("Record this hearing? Everybody is told, and sees it."),
    );
  }

  /** @param {boolean} agrees */
  async answer(agrees) {
    try {
      await this.court.post("/recording", { agrees });
    } catch (error) {
      this.page.trouble(error);
    }
  }

  async takeBack() {
    if (await this.page.ask(_("Take back your yes? The recording stops at once for everybody."))) await this.answer(false);
  }
}

/** @param {import("./court.js").Recording} recording @param {import("./court.js").RoomState} state */
function standing(recording, state) {
  if (recording.on) return _("Sound and picture are being recorded");
  if (state.state !== "live") return _("Recording waits: the sitting is paused.");
  if (recording.why === "apart") return _("Nothing is recorded during a talk apart.");
  if (recording.why === "rests")
    return state.hosts
      ? _("Recording has rested since the talk apart.")
      : _("Nothing is recorded. Recording goes on when %(host)s says so; you see it here.", { host: state.host });
  if (recording.waits_for.length) return _("Recording waits for the answer of: %(names)s", { names: recording.waits_for.join("、") });
  return _("Nothing is recorded yet: not everybody has answered.");
}

/** @param {import("./court.js").RoomState} state */
function ended(state) {
  if (state.state !== "live") return "";
  if (state.recording_ended === "refuse") return _("Nothing is recorded: not everybody agrees.");
  if (state.recording_ended !== "fail") return "";
  return state.hosts
    ? _("The recording has stopped: there is no room on the disk, or it failed. What was recorded until then is kept. Tell technical support, and say it in the minutes; the sitting can go on.")
    : _("The recording has stopped because of a technical fault. The sitting goes on.");
}
