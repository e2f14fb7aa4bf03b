/** A page of a sitting before the room: technical support is heard here too. */

import { io } from "socket.io-client";
import { Court } from "./parts/court.js";
import { Help } from "./parts/help.js";

const strip = document.querySelector("[data-help]");
if (strip instanceof HTMLElement) {
  /** @type {Help} */
  const help = new Help(new Court(/** @type {string} */ (strip.dataset.help), (waits) => help.wait(waits)));
  help.listen(io("/push", { transports: ["websocket", "polling"] }));
}
