// What will happen when a lever is pulled, as sentences, before it is.

import { differences } from './settings.js';

const lower = (one, other) => Number(other === 'none' ? Infinity : other) < Number(one === 'none' ? Infinity : one);

function ofPlan({ plan: name, settings }, state) {
  const plan = state.plans.find((one) => one.name === name);
  const changes = differences(plan.settings, { ...plan.configured_settings, ...settings });
  if (changes.length === 0) return [{ key: 'nothing', values: {} }];
  const found = changes.map(({ name: setting, from, to }) => ({ key: 'setting', values: { setting, from, to } }));
  const falls = (setting) => changes.some((change) => change.name === setting && lower(change.from, change.to));
  if (falls('daily-allowance')) found.push({ key: 'allowance-falls', values: {} });
  if (falls('pictures-per-second') || falls('burst')) found.push({ key: 'rate-falls', values: {} });
  if (falls('most-active-jobs')) found.push({ key: 'jobs-fall', values: {} });
  if (falls('patience-seconds') || falls('horizon-seconds')) found.push({ key: 'patience-falls', values: {} });
  if (falls('ceiling-quality')) found.push({ key: 'ceiling-falls', values: {} });
  if (changes.some((change) => change.name === 'floor-quality' && lower(change.to, change.from))) found.push({ key: 'floor-rises', values: {} });
  found.push({ key: Object.keys(settings).length === 0 ? 'plan-reset' : 'plan-stays', values: {} });
  return found;
}

function ofDefer({ plan: name, minutes }, state) {
  const { waiting_pictures: count } = state.plans.find((one) => one.name === name);
  if (minutes === 0) return [{ key: 'defer-end', values: { target: name, count } }];
  return [
    { key: 'defer', values: { target: name, until: state.at + minutes * 60 } },
    { key: 'defer-waiting', values: { count } },
    { key: 'hold-newcomers', values: {} },
    { key: 'ends-by-itself', values: {} },
  ];
}

function ofPause({ model, minutes }, state) {
  const count = state.workers.flatMap((worker) => worker.running).filter((running) => running.model === model).length;
  if (minutes === 0) return [{ key: 'pause-end', values: { target: model } }];
  const found = [{ key: 'pause', values: { target: model, until: state.at + minutes * 60 } }];
  if (count > 0) found.push({ key: 'pause-running', values: { count } });
  found.push({ key: 'hold-newcomers', values: {} }, { key: 'ends-by-itself', values: {} });
  return found;
}

function ofDrain({ worker: name, drain }, state) {
  const worker = state.workers.find((one) => one.name === name);
  if (!drain) return [{ key: 'drain-end', values: { target: name, count: worker.slots } }];
  const others = state.workers.filter((one) => one.name !== name && !one.draining);
  const slots = others.reduce((sum, one) => sum + one.usable_slots, 0);
  const found = [{ key: 'drain', values: { target: name, count: worker.running.length } }];
  found.push(slots === 0 ? { key: 'drain-last', values: {}, tone: 'bad' } : { key: 'drain-others', values: { count: slots } });
  return found;
}

const PREVIEWS = { plan: ofPlan, defer: ofDefer, pause: ofPause, drain: ofDrain };

/** `[{key, values, tone?}]`: keys of the words under `preview`. */
export function previewOf(lever, state) {
  return PREVIEWS[lever.kind](lever, state);
}
