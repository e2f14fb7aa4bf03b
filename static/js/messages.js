/**
 * The sentences that scripts speak, in the language of the page.
 *
 * The page carries them as data blocks; English is the ids themselves.
 */

/** @type {Record<string, string>} */
const catalogue = {};
for (const block of document.querySelectorAll("script[data-messages]")) {
  Object.assign(catalogue, JSON.parse(block.textContent ?? "{}"));
}

/**
 * The sentence in the language of the page, its %(name)s places filled.
 * @param {string} id
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function _(id, values = {}) {
  const text = catalogue[id] ?? id;
  return text.replace(/%\((\w+)\)s/g, (place, name) => String(values[name] ?? place));
}
