// How it stands, for somebody who only wants a picture.

// The document has the governor's sentences and no numbers for quality: these say which way it went.
const LOWEST = new Set(['not even the lowest quality fits: waiting grows, and new jobs may be deferred']);
const LOWERED = new Set([
  'this is the best quality at which everybody is served in time',
  'quality was lowered: more was asked for than fits at the quality before',
  'better quality fits now; it is given when it has done so for a while',
  'quality was raised by a step',
]);

/** `best`, `lowered` or `lowest`. */
export function qualityOf(plan) {
  if (LOWEST.has(plan.why)) return 'lowest';
  return LOWERED.has(plan.why) ? 'lowered' : 'best';
}

/** The share of pictures at the better of two rungs, as one mix: `{rung}` or `{rung, better, share}`. */
export function mixOf({ rung, better_rung: better, better_share: share }) {
  if (rung === better || share < 0.005) return { rung };
  return share > 0.995 ? { rung: better } : { rung, better, share };
}

const named = (plans) => plans.map((plan) => plan.name);

/** `{key, tone, plans}`: the sentence at the top, from the worst thing that is true. */
export function standing(status) {
  const { plans } = status;
  if (!status.accepting) return { key: 'stopping', tone: 'bad', plans: [] };
  const refusing = plans.filter((plan) => plan.refusing);
  if (refusing.length > 0) {
    return refusing.length === plans.length
      ? { key: 'refusing-all', tone: 'bad', plans: [] }
      : { key: 'refusing', tone: 'warn', plans: named(refusing) };
  }
  const deferring = plans.filter((plan) => plan.deferring);
  if (deferring.length > 0) return { key: 'deferring', tone: 'warn', plans: named(deferring) };
  const lowered = plans.filter((plan) => qualityOf(plan) !== 'best');
  if (lowered.length > 0) return { key: lowered.length === plans.length ? 'busy-all' : 'busy', tone: 'lowered', plans: named(lowered) };
  return { key: status.waiting_jobs === 0 ? 'quiet' : 'well', tone: 'good', plans: [] };
}
