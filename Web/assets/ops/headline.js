// Is everybody served? One sentence, from the worst thing that is true.

import { bestQuality } from './ladder.js';

// Smaller than what a person can see, larger than what the governor rounds.
const VISIBLE = 0.005;

const named = (plans) => plans.map((plan) => plan.name);

/** Plans that get less than the best that their ceiling allows. */
export function loweredPlans(state) {
  const models = new Map(state.models.map((model) => [model.id, model]));
  return state.plans.filter((plan) =>
    plan.rungs.some((given) => {
      const model = models.get(given.model);
      const best = model ? bestQuality(model, plan.settings) : given.quality;
      return given.quality < best - VISIBLE;
    }),
  );
}

/** Plans whose pictures wait longer than the governor aims at, the worst first. */
export function latePlans(state) {
  const lateness = (plan) => plan.delay_seconds / plan.target_delay_seconds;
  return state.plans
    .filter((plan) => plan.target_delay_seconds > 0 && lateness(plan) > 1)
    .toSorted((one, other) => lateness(other) - lateness(one));
}

/** `{key, tone, values}`: which sentence of the words, how grave it is, and what to put into it. */
export function headline(state) {
  if (!state.accepting) return { key: 'stopping', tone: 'bad', values: {} };
  const working = state.workers.some((worker) => !worker.draining && worker.usable_slots > 0);
  if (!working) return { key: 'no-workers', tone: 'bad', values: {} };
  const refusing = state.plans.filter((plan) => plan.refusing);
  if (refusing.length > 0) return { key: 'refusing', tone: 'bad', values: { plans: named(refusing) } };
  const deferring = state.plans.filter((plan) => plan.deferring || plan.held_until !== null);
  if (deferring.length > 0) {
    const isByHand = deferring.every((plan) => plan.held_until !== null);
    return { key: isByHand ? 'deferred-by-hand' : 'deferring', tone: 'warn', values: { plans: named(deferring) } };
  }
  const late = latePlans(state);
  if (late.length > 0) {
    const [worst] = late;
    return {
      key: 'late',
      tone: 'warn',
      values: { plans: named(late), plan: worst.name, delay: worst.delay_seconds, target: worst.target_delay_seconds },
    };
  }
  const lowered = loweredPlans(state);
  if (lowered.length === state.plans.length) return { key: 'lowered-all', tone: 'lowered', values: {} };
  if (lowered.length > 0) return { key: 'lowered', tone: 'lowered', values: { plans: named(lowered) } };
  return { key: state.waiting_jobs + state.running_pictures === 0 ? 'idle' : 'full', tone: 'good', values: {} };
}

/** What else an operator should know: who waits too long, levers that are pulled, workers that are not well. */
export function remarks(state) {
  const found = [];
  const add = (key, names) => names.length > 0 && found.push({ key, values: { names } });
  if (headline(state).key !== 'late') add('late', named(latePlans(state)));
  add('paused', state.models.filter((model) => model.held_until !== null).map((model) => model.id));
  add('draining', state.workers.filter((worker) => worker.draining).map((worker) => worker.name));
  add('throttling', state.workers.filter((worker) => worker.throttling > 0.05).map((worker) => worker.name));
  add('changed', named(state.plans.filter((plan) => Object.keys(plan.changed_settings).length > 0)));
  return found;
}
