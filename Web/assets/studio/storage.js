// What must outlive the page: requests not yet accepted, the draft, and what was shown. In memory where a browser keeps nothing.

const database = 'heatsink-studio';
const stores = ['outbox', 'draft'];

/** @returns {Promise<IDBDatabase>} */
const opened = () => new Promise((resolve, reject) => {
  const request = indexedDB.open(database, 1);
  request.onupgradeneeded = () => stores.forEach((name) => request.result.createObjectStore(name, { keyPath: 'key' }));
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

/** @type {Promise<IDBDatabase>|null} */
let connection = null;

/**
 * A store of records that have a `key`. `put` is over when the record is on disk.
 * @param {'outbox'|'draft'} name
 */
export function openStore(name) {
  /** @type {Map<string, any>} */
  const memory = new Map();
  const work = async (mode, act, instead) => {
    try {
      connection ??= opened();
      const transaction = (await connection).transaction(name, mode, { durability: 'strict' });
      const request = act(transaction.objectStore(name));
      await new Promise((resolve, reject) => {
        transaction.oncomplete = resolve;
        transaction.onabort = () => reject(transaction.error);
      });
      return request.result;
    } catch {
      return instead();
    }
  };
  return {
    all: () => work('readonly', (store) => store.getAll(), () => [...memory.values()]),
    put: (/** @type {any} */ record) => work('readwrite', (store) => store.put(record), () => void memory.set(record.key, record)),
    remove: (/** @type {string} */ key) => work('readwrite', (store) => store.delete(key), () => void memory.delete(key)),
  };
}

/** A small value in localStorage. @template T @param {string} name @param {T} otherwise @returns {T} */
export function recall(name, otherwise) {
  try { return JSON.parse(localStorage.getItem(`heatsink.${name}`) ?? 'null') ?? otherwise; } catch { return otherwise; }
}

/** @param {string} name @param {any} value */
export function remember(name, value) {
  try { localStorage.setItem(`heatsink.${name}`, JSON.stringify(value)); } catch { /* full or forbidden: it is a comfort, not a record */ }
}

/** Forgets all that this browser kept, but the language. */
export async function forgetEverything() {
  for (const name of ['waits', 'awaited', 'seen']) localStorage.removeItem(`heatsink.${name}`);
  for (const name of /** @type {const} */ (['outbox', 'draft'])) {
    const store = openStore(name);
    for (const record of await store.all()) await store.remove(record.key);
  }
}
