// What the server said of each job, newest word last. The page believes nothing else.

const over = new Set(['completed', 'failed', 'cancelled', 'expired']);

/** @param {any} job */
export const isOver = (job) => over.has(job.status);

/** The later word of two about one job: a slow answer must not undo a fast event. @param {any} known @param {any} heard */
export function later(known, heard) {
  if (!known) return heard;
  if (isOver(known) && !isOver(heard)) return known;
  if (known.status === 'running' && heard.status === 'queued' && heard.version <= known.version) return known;
  return heard.version < known.version ? known : heard;
}

/** In the order in which they were asked for. @template T @param {T[]} things @param {(thing: T) => number} [time] */
export const inOrder = (things, time = (/** @type {any} */ job) => job.created_at) => [...things].sort((one, other) => time(one) - time(other));

/** How far the server's clock is known to be before ours, in milliseconds: no job is made in the future. @param {number} known @param {any} job @param {number} now */
export const clockLead = (known, job, now) => Math.max(known, job.created_at * 1000 - now);

/**
 * Of the jobs that somebody was waiting for here, those that ended meanwhile, and those still awaited.
 * @param {string[]} awaited @param {any[]} jobs
 */
export function arrivals(awaited, jobs) {
  const known = new Map(jobs.map((job) => [job.id, job]));
  const arrived = awaited.map((id) => known.get(id)).filter((job) => job && isOver(job));
  const gone = new Set(arrived.map((job) => job.id));
  return { arrived, awaited: awaited.filter((id) => !gone.has(id)) };
}
