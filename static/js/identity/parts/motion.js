/**
 * What a face does, from the 468 points of its mesh: the same measures that the server takes of its 68 landmarks
 * (filing/motion.py), so that what the page calls done is seldom refused.
 *
 * @typedef {[number, number, number?]} Point
 * @typedef {{ nose: number, lowered: number, eyes: number, mouth: number }} Motion
 * @typedef {{ x: number, y: number, jaw: number, width: number, height: number }} Place in pixels of the picture
 */

const NOSE = 1;
const CHIN = 152;
const JAW = [234, 454];
const EYES = [
  [33, 160, 158, 133, 153, 144],
  [362, 385, 387, 263, 373, 380],
];
const LIPS = [13, 14];

/** How far each action must go (filing/liveness.py), from the face at rest and the face now. */
/** @type {Record<string, (rest: Motion, now: Motion) => boolean>} */
const DONE = {
  turn_left: (rest, now) => now.nose - rest.nose >= 0.25,
  turn_right: (rest, now) => rest.nose - now.nose >= 0.25,
  nod: (rest, now) => now.lowered - rest.lowered >= 0.09,
  blink: (rest, now) => 1 - now.eyes / Math.max(rest.eyes, 0.01) >= 0.28,
  open_mouth: (rest, now) => now.mouth - rest.mouth >= 0.2,
};

/** @param {string} action @param {Motion} rest @param {Motion} now */
export function isDone(action, rest, now) {
  return DONE[action]?.(rest, now) ?? false;
}

/** @param {Point[]} mesh @returns {Motion} */
export function motionOf(mesh) {
  const [left, right] = EYES.map((eye) => middle(eye.map((n) => at(mesh, n))));
  const eyes = middle([left, right]);
  return {
    nose: along(at(mesh, NOSE), at(mesh, JAW[0]), at(mesh, JAW[1])),
    lowered: along(at(mesh, NOSE), eyes, at(mesh, CHIN)),
    eyes: (aspect(mesh, EYES[0]) + aspect(mesh, EYES[1])) / 2,
    mouth: far(at(mesh, LIPS[0]), at(mesh, LIPS[1])) / Math.max(far(left, right), 1),
  };
}

/** @param {Point[]} mesh @param {number} width @param {number} height @returns {Place} */
export function placeOf(mesh, width, height) {
  const [a, b] = [at(mesh, JAW[0]), at(mesh, JAW[1])];
  const [x, y] = middle([a, b, at(mesh, CHIN)]);
  return { x, y, jaw: far(a, b), width, height };
}

/** @param {Motion[]} seen @returns {Motion} the median of each measure */
export function median(seen) {
  /** @param {keyof Motion} name */
  const of = (name) => seen.map((one) => one[name]).sort((a, b) => a - b)[Math.floor(seen.length / 2)];
  return { nose: of("nose"), lowered: of("lowered"), eyes: of("eyes"), mouth: of("mouth") };
}

/** @param {Point[]} mesh @param {number} number @returns {Point} */
function at(mesh, number) {
  return mesh[number];
}

/** @param {Point[]} points @returns {Point} */
function middle(points) {
  const sum = points.reduce(([x, y], point) => [x + point[0], y + point[1]], [0, 0]);
  return [sum[0] / points.length, sum[1] / points.length];
}

/** @param {Point} a @param {Point} b */
function far(a, b) {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

/** Where a point lies along the way from start to end, 0 to 1. @param {Point} point @param {Point} start @param {Point} end */
function along(point, start, end) {
  const [wx, wy] = [end[0] - start[0], end[1] - start[1]];
  return ((point[0] - start[0]) * wx + (point[1] - start[1]) * wy) / Math.max(wx * wx + wy * wy, 1);
}

/** The eye aspect ratio. @param {Point[]} mesh @param {number[]} eye */
function aspect(mesh, eye) {
  const [a, b, c, d, e, f] = eye.map((n) => at(mesh, n));
  return (far(b, f) + far(c, e)) / Math.max(2 * far(a, d), 1);
}
