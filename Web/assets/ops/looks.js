// A plan looks the same in every drawing: by its place among the plans.

import { lookOf, markSample } from '../charts/look.js';
import { element } from '../common/dom.js';

const places = new Map();

export function lookOfPlan(name) {
  if (!places.has(name)) places.set(name, places.size);
  return lookOf(places.get(name));
}

/** The order of the plans is the server's. */
export function rememberPlans(plans) {
  for (const { name } of plans) lookOfPlan(name);
}

export function planName(name) {
  return element('span', { class: 'plan-name' }, markSample(lookOfPlan(name)), name);
}
