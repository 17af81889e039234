// What may be said about waiting: an interval in absolute time that only ever gets more exact. Values in, values out.

/**
 * Milliseconds since 1970, in whole seconds. `moved` says that the truth left what had been shown.
 * @typedef {{low: number, high: number, moved: null|'longer'|'sooner'}} Interval
 */

const second = 1000;
// What is promised is a finished picture; it still has to travel here.
const travel = 1000;
const minute = 60 * second;

/** What a job told when it was heard at `now`. @param {any} job @param {number} now @returns {Interval|null} */
export function told(job, now) {
  if (!job.eta) return null;
  return {
    low: Math.floor((now + job.eta.low_seconds * second) / second) * second,
    high: Math.ceil((now + job.eta.high_seconds * second + travel) / second) * second,
    moved: null,
  };
}

/**
 * What to show from now on: what was shown and what is told, as far as they agree. Where they do not, or time has run out on
 * what was shown, the new interval stands and says that it moved.
 * @param {Interval|null} shown @param {Interval|null} heard @param {number} now @returns {Interval|null}
 */
export function narrow(shown, heard, now) {
  if (!shown || !heard) return heard ?? shown;
  if (heard.low > shown.high || (shown.high <= now && heard.high > now)) return { ...heard, moved: 'longer' };
  if (heard.high < shown.low) return { ...heard, moved: 'sooner' };
  return { low: Math.max(shown.low, heard.low), high: Math.min(shown.high, heard.high), moved: shown.moved };
}

/**
 * How to say it at `now`. Long waits are told as times of day and short ones in seconds, both counted on a fixed grid:
 * rounding each moment anew would make the interval breathe.
 * @param {Interval} shown @param {number} now
 * @returns {{form: 'overdue'}|{form: 'by', high: number}|{form: 'clock', low: number, high: number}|{form: 'within', high: number}|{form: 'seconds', low: number, high: number}}
 */
export function phrase(shown, now) {
  if (shown.high <= now) return { form: 'overdue' };
  if (shown.high - now > 2 * minute) {
    const low = Math.floor(shown.low / minute) * minute;
    const high = Math.ceil(shown.high / minute) * minute;
    return shown.low <= now + minute || low >= high ? { form: 'by', high } : { form: 'clock', low, high };
  }
  const tick = Math.floor(now / second);
  const low = Math.max(0, shown.low / second - tick);
  const high = shown.high / second - tick;
  return low <= 0 ? { form: 'within', high } : { form: 'seconds', low, high };
}

/**
 * Where things stand on a line from the asking (0) to the latest moment that was ever shown (1).
 * @param {Interval} shown @param {number} from @param {number} to @param {number} now
 */
export function onLine(shown, from, to, now) {
  const place = (/** @type {number} */ at) => Math.min(1, Math.max(0, (at - from) / Math.max(second, to - from)));
  return { now: place(now), low: place(shown.low), high: place(shown.high) };
}

/** Whether a change is worth saying aloud: not more often than every twenty seconds. @param {number} last @param {number} now */
export const mayAnnounce = (last, now) => now - last >= 20 * second;
