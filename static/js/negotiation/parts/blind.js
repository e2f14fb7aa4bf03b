/**
 * A private limit as a set of marks, such that two sets share a mark exactly if the limits meet.
 *
 * Rule 1: the key is agreed between the two browsers (ECDH on P-256) and bound to the comparison; the server, which
 *         carries the public keys and sees both sets, does not have it and can undo no mark.
 * Rule 2: a set has always as many marks, filled up by chance and sorted: neither count nor order says anything.
 *
 * The payer's limit p ("at most") reaches the payee's t ("at least") if p + 1 > t. A number above another agrees with
 * it in its first bits, and then has a 1 where the other has a 0. So the payer marks each beginning of p + 1 that ends
 * in 1, the payee each beginning of t whose next bit is 0, with a 1 in its place (Lin and Tzeng 2005).
 */

export const MARKS = 40;
const MOST = 2 ** MARKS - 2;
const CURVE = { name: "ECDH", namedCurve: "P-256" };

/** @returns {Promise<CryptoKeyPair>} whose private key never leaves this browser */
export function makeKeys() {
  return crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
}

/** @param {CryptoKey} key @returns {Promise<string>} the point, in base64 */
export async function exported(key) {
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", key));
  return btoa(String.fromCharCode(...point));
}

/**
 * The places of a limit, in clear: they never leave the browser.
 * @param {number} fen @param {"pays" | "takes"} part
 * @returns {string[]}
 */
export function places(fen, part) {
  if (!Number.isSafeInteger(fen) || fen < 0 || fen > MOST) throw new RangeError("a limit is between 0 and 2^40 fen");
  const value = part === "pays" ? fen + 1 : fen;
  const wanted = part === "pays" ? 1 : 0;
  const found = [];
  for (let bit = 0; bit < MARKS; bit += 1) {
    const beginning = Math.floor(value / 2 ** bit);
    if (beginning % 2 === wanted) found.push(`${bit}:${wanted ? beginning : beginning + 1}`);
  }
  return found;
}

/**
 * @param {{ fen: number, part: "pays" | "takes", own: CryptoKey, other: string, id: string }} limit `other` is the
 *   other side's public key in base64, `id` that of the comparison
 * @returns {Promise<string[]>} `MARKS` marks in hexadecimal, sorted
 */
export async function marks({ fen, part, own, other, id }) {
  const key = await sharedKey(own, other, id);
  const text = new TextEncoder();
  const made = places(fen, part).map((place) => crypto.subtle.sign("HMAC", key, text.encode(place)));
  const found = (await Promise.all(made)).map((mark) => hex(new Uint8Array(mark)));
  while (found.length < MARKS) found.push(hex(crypto.getRandomValues(new Uint8Array(32))));
  return found.sort();
}

/** @param {CryptoKey} own @param {string} other @param {string} id */
async function sharedKey(own, other, id) {
  const point = Uint8Array.from(atob(other), (letter) => letter.charCodeAt(0));
  const theirs = await crypto.subtle.importKey("raw", point, CURVE, false, []);
  const secret = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, own, 256);
  const seed = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const text = new TextEncoder();
  const bound = { name: "HKDF", hash: "SHA-256", salt: text.encode(id), info: text.encode("odr comparison of limits") };
  return crypto.subtle.deriveKey(bound, seed, { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]);
}

/** @param {Uint8Array} bytes */
function hex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
