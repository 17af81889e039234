// What becomes of a request after each attempt to send it. Values in, values out.

/**
 * @typedef {object} Entry a request that no job has come back for
 * @property {string} key the Idempotency-Key: sent again, it is still one job
 * @property {'generations'|'edits'} endpoint
 * @property {Record<string, string|number>} fields
 * @property {Blob|null} photo
 * @property {string|null} photoPath where the photo is fetched from when it is first sent
 * @property {string} photoName
 * @property {number} createdAt
 * @property {number} attempts
 * @property {number} notBefore
 * @property {'ready'|'waiting'|'refused'} state
 * @property {null|'offline'|'busy'|'allowance'|'session'|'trouble'|'refused'} reason
 * @property {string} message the server's own words
 * @property {string|null} decision the number under which a refusal can be looked up
 */

/** @param {Pick<Entry, 'key'|'endpoint'|'fields'> & Partial<Entry>} parts @param {number} now @returns {Entry} */
export const entry = (parts, now) => ({
  photo: null, photoPath: null, photoName: '', createdAt: now, attempts: 0, notBefore: 0, state: 'ready', reason: null, message: '', decision: null, ...parts,
});

/** Seconds before the next try, growing to half a minute. @param {number} attempts */
export const backoff = (attempts) => Math.min(30, 2 ** Math.min(attempts, 5));

/**
 * @param {Entry} sent
 * @param {{status: number, code: string|null, message: string, retryAfter: number|null, decision?: string|null}} error
 * @param {number} now
 * @param {number|null} allowanceSeconds in how many seconds the allowance is back, if that is known
 * @returns {Entry}
 */
export function afterError(sent, error, now, allowanceSeconds = null) {
  const attempts = sent.attempts + 1;
  const tried = { ...sent, attempts, message: error.message, decision: error.decision ?? null };
  const wait = (/** @type {number} */ seconds, /** @type {Entry['reason']} */ reason) =>
    ({ ...tried, state: /** @type {const} */ ('waiting'), reason, notBefore: now + seconds * 1000 });
  const refuse = () => ({ ...tried, state: /** @type {const} */ ('refused'), reason: /** @type {const} */ ('refused'), notBefore: Infinity });

  if (error.status === 0) return wait(backoff(attempts), 'offline');
  if (error.code === 'insufficient_quota') return wait(allowanceSeconds ?? 3600, 'allowance');
  if (error.code === 'sign_in_needed') return wait(Infinity, 'session');
  if (error.code === 'credit_balance_exhausted') return refuse();
  if (error.status === 429 || error.status === 503) return wait(error.retryAfter ?? backoff(attempts), 'busy');
  if (error.status === 401) return sent.reason === 'session' ? refuse() : wait(0, 'session');
  if (error.status === 408 || error.status >= 500) return attempts < 8 ? wait(backoff(attempts), 'trouble') : refuse();
  return refuse();
}

/** Those to be sent now, oldest first. @param {Entry[]} entries @param {number} now */
export const due = (entries, now) =>
  entries.filter((each) => each.state !== 'refused' && each.notBefore <= now).sort((one, other) => one.createdAt - other.createdAt);

/** When the next becomes due, or null. @param {Entry[]} entries */
export function nextDue(entries) {
  const times = entries.filter((each) => each.state !== 'refused').map((each) => each.notBefore);
  return times.length ? Math.min(...times) : null;
}

/** A way back (network, session, a new day) makes those that waited for it due at once. @param {Entry} each @param {Entry['reason']} reason @returns {Entry} */
export const hurried = (each, reason) => (each.state === 'waiting' && each.reason === reason ? { ...each, notBefore: 0 } : each);
