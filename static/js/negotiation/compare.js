/** The negotiation's own page, outside the room: the private comparison. */

import { compareLimits } from "./parts/limits.js";

compareLimits(document);
