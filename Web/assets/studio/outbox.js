// Requests on their way: written down before they are sent, sent until a job comes back, never lost.
import { afterError, due, hurried, nextDue } from './outbox-plan.js';

/** @typedef {import('./outbox-plan.js').Entry} Entry */

/**
 * @param {object} parts
 * @param {{all: () => Promise<Entry[]>, put: (entry: Entry) => Promise<any>, remove: (key: string) => Promise<any>}} parts.store
 * @param {(entry: Entry) => Promise<any>} parts.send answers with the job, or throws an ApiError
 * @param {(entry: Entry, job: any) => void} parts.onAccepted
 * @param {() => void} parts.onChange
 * @param {() => number|null} parts.allowanceSeconds
 * @param {(job: any) => Promise<any>} parts.cancel
 */
export function createOutbox({ store, send, onAccepted, onChange, allowanceSeconds, cancel }) {
  /** @type {Map<string, Entry>} */
  const entries = new Map();
  /** @type {Set<string>} */
  const withdrawn = new Set();
  let sending = '';
  let timer = 0;

  const keep = async (/** @type {Entry} */ entry) => {
    await store.put(entry);
    entries.set(entry.key, entry);
    onChange();
  };
  const drop = async (/** @type {string} */ key) => {
    entries.delete(key);
    onChange();
    await store.remove(key);
  };
  const plan = () => {
    clearTimeout(timer);
    const next = nextDue([...entries.values()]);
    if (next !== null && next !== Infinity) timer = setTimeout(work, Math.min(2 ** 30, Math.max(0, next - Date.now())));
  };

  /** One at a time, so that pictures are asked for in the order in which they were wished. */
  async function work() {
    if (sending) return;
    for (let [next] = due([...entries.values()], Date.now()); next; [next] = due([...entries.values()], Date.now())) {
      sending = next.key;
      onChange();
      try {
        const job = await send(next);
        sending = '';
        entries.delete(next.key);
        onAccepted(next, job);
        onChange();
        await store.remove(next.key);
        if (withdrawn.delete(next.key)) await cancel(job);
      } catch (error) {
        sending = '';
        const known = entries.get(next.key);
        if (!known || withdrawn.delete(next.key)) await drop(next.key);
        else await keep(afterError(known, Object.assign({ status: 400, code: null, message: String(error), retryAfter: null }, error, { message: error.message }), Date.now(), allowanceSeconds()));
      }
    }
    plan();
  }

  return {
    /** What an earlier visit could not send. */
    async restore() {
      // A new visit is a reason to try the network again, but none to be less patient than the server asked for.
      for (const entry of await store.all()) entries.set(entry.key, hurried(hurried(hurried(entry, 'offline'), 'trouble'), 'session'));
      onChange();
      work();
    },
    async add(/** @type {Entry} */ entry) {
      await keep(entry);
      work();
    },
    /** Keeps a change to an entry that is under way, such as a photo that has been fetched. */
    keep,
    hurry(/** @type {Entry['reason']} */ reason) {
      for (const [key, entry] of entries) entries.set(key, hurried(entry, reason));
      work();
    },
    /** Takes a request back. One that is just being sent is cancelled as soon as its job is known. */
    async withdraw(/** @type {string} */ key) {
      if (sending === key) withdrawn.add(key);
      else await drop(key);
    },
    list: () => [...entries.values()].filter((each) => !withdrawn.has(each.key)).sort((one, other) => one.createdAt - other.createdAt),
    /** The key of the one that is just being sent, or ''. */
    sending: () => sending,
  };
}
