// Samples for the window from the live states: counters become rates by what was added between two of them.

const sum = (values) => Object.values(values).reduce((total, value) => total + value, 0);

/** What was added a second; null after a restart, when counters begin anew. */
function rate(before, after, seconds) {
  const added = after - before;
  return added < 0 ? null : added / seconds;
}

/** One sample from two states; null when they are not of the same life of the server, or not apart in time. */
export function sampleBetween(before, after) {
  const seconds = after.at - before.at;
  if (seconds <= 0 || before.started_at !== after.started_at) return null;
  const values = {
    capacity: after.governor.capacity,
    demand_top: after.governor.demand_top,
    demand_floor: after.governor.demand_floor,
    device_seconds: rate(before.cost.device_seconds, after.cost.device_seconds, seconds),
    wasted: rate(before.cost.wasted_device_seconds, after.cost.wasted_device_seconds, seconds),
    sign_ups: rate(before.guests.made, after.guests.made, seconds),
  };
  const plansBefore = new Map(before.plans.map((plan) => [plan.name, plan]));
  const add = (name, value) => {
    values[name] = (values[name] ?? 0) + (value ?? 0);
  };
  for (const plan of after.plans) {
    const earlier = plansBefore.get(plan.name);
    if (!earlier) continue;
    const [old, now] = [earlier.counts, plan.counts];
    const refused = rate(sum(old.refused), sum(now.refused), seconds);
    const own = {
      asked: rate(old.accepted + sum(old.refused), now.accepted + sum(now.refused), seconds),
      delivered: rate(old.pictures, now.pictures, seconds),
      refused,
      waiting: plan.waiting_pictures,
      delay: plan.delay_seconds,
      quality: meanQuality(plan),
    };
    for (const [name, value] of Object.entries(own)) values[`plans.${plan.name}.${name}`] = value;
    for (const [reason, count] of Object.entries(now.refused)) {
      add(`refused.${reason}`, rate(old.refused[reason] ?? 0, count, seconds));
    }
    add('estimates', rate(old.estimates, now.estimates, seconds));
    add('estimates_held', rate(old.estimates_held, now.estimates_held, seconds));
  }
  return { at: after.at, values };
}

/** The mean over the models of what the governor gives. */
export function meanQuality({ rungs }) {
  return rungs.length === 0 ? null : rungs.reduce((total, rung) => total + rung.quality, 0) / rungs.length;
}
