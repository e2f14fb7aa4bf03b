/** Where this browser keeps the private keys of comparisons that are under way; they cannot be read out of it. */

const BASE = "odr-comparisons";
const STORE = "keys";

/** @returns {Promise<IDBDatabase>} */
function base() {
  return new Promise((done, failed) => {
    const opening = indexedDB.open(BASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onsuccess = () => done(opening.result);
    opening.onerror = () => failed(opening.error);
  });
}

/**
 * @template T
 * @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest<T>} ask
 * @returns {Promise<T>}
 */
async function once(mode, ask) {
  const open = await base();
  return new Promise((done, failed) => {
    const asked = ask(open.transaction(STORE, mode).objectStore(STORE));
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

/** @param {string} name the public key @param {CryptoKey} key */
export const keep = (name, key) => once("readwrite", (store) => store.put(key, name));

/** @param {string} name @returns {Promise<CryptoKey | undefined>} */
export const find = (name) => once("readonly", (store) => store.get(name));

/** @param {string} name */
export const forget = (name) => once("readwrite", (store) => store.delete(name));
