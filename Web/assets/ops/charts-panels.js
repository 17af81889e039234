// The charts of the last hour: which columns, and the sentence that says what they show.

import { createChart } from '../charts/chart.js';
import { lookOf } from '../charts/look.js';
import { factsOf } from '../charts/readings.js';
import { say } from '../common/words.js';
import { clock, duration, figure, minute, perSecond, roundDuration, share } from '../status/amounts.js';
import { HOUR } from './feed.js';
import { lookOfPlan } from './looks.js';
import { beginning, column, slidingShare, total } from './window.js';

export const PROMISED_SHARE = 0.9;
const CALIBRATION_SECONDS = 300;
const SHORTEST = 300;

export const REASONS = ['overloaded', 'slowDown', 'rateLimited', 'tooManyActive', 'allowanceExhausted', 'creditsExhausted'];

function words() {
  return {
    table: say('chart.table'),
    time: say('chart.time'),
    now: say('chart.now'),
    unknown: say('chart.unknown'),
    read: say('chart.read'),
    clock,
    minute,
  };
}

/** A chart with where its columns come from: `sources` are functions from the window to values. */
function windowChart({ sources, summarise, ...options }) {
  const chart = createChart({ words: words(), ...options });
  return {
    element: chart.element,
    showWindow(window, now) {
      const columns = sources.map((source) => source(window));
      const summary = summarise(columns, window.at) ?? say('chart.nothing');
      chart.update({ from: beginning(window, now, HOUR, SHORTEST), to: now, at: window.at, columns, interval: window.interval, summary });
    },
  };
}

const planColumns = (plans, what) => (window) => total(window, plans.map((plan) => `plans.${plan}.${what}`));

const most = (facts, format) => ({ most: format(facts.most), time: minute(facts.mostAt) });

export function flowChart(plans) {
  return windowChart({
    title: say('ops.flow.title'),
    series: [
      { name: say('ops.flow.asked'), look: { colour: 6, dash: '5 3' } },
      { name: say('ops.flow.delivered'), look: lookOf(0), kind: 'area' },
      { name: say('ops.flow.refused'), look: { colour: 2, dash: '2 2' } },
    ],
    sources: ['asked', 'delivered', 'refused'].map((what) => planColumns(plans, what)),
    format: perSecond,
    formatTick: figure,
    summarise([asked, delivered], at) {
      const [first, second] = [factsOf(at, asked), factsOf(at, delivered)];
      if (!first || !second) return null;
      return say('ops.flow.summary', { asked: figure(first.last), delivered: figure(second.last), ...most(first, figure) });
    },
  });
}

export function machineChart() {
  return windowChart({
    title: say('ops.machine.title'),
    series: [
      { name: say('ops.machine.spent'), look: { colour: 3, dash: null }, kind: 'area' },
      { name: say('ops.machine.capacity'), look: { colour: 6, dash: null } },
      { name: say('ops.machine.top'), look: { colour: 1, dash: '7 3' } },
      { name: say('ops.machine.floor'), look: { colour: 2, dash: '2 3' } },
    ],
    sources: ['device_seconds', 'capacity', 'demand_top', 'demand_floor'].map((name) => (window) => column(window, name)),
    format: figure,
    formatTick: figure,
    summarise([, capacity, top, floor], at) {
      const [can, best, least] = [capacity, top, floor].map((values) => factsOf(at, values));
      if (!can || !best || !least || can.last <= 0) return null;
      const key = best.last <= can.last ? 'fits' : least.last <= can.last ? 'lowered' : 'short';
      return say(`ops.machine.summary-${key}`, { best: share(best.last / can.last), least: share(least.last / can.last) });
    },
  });
}

export function waitsChart(plans) {
  return windowChart({
    title: say('ops.waits.chart'),
    height: 220,
    logarithmic: [0.1, 1, 10, 60, 600, 3600, 36000],
    series: plans.map((plan) => ({ name: plan, look: lookOfPlan(plan) })),
    sources: plans.map((plan) => (window) => column(window, `plans.${plan}.delay`)),
    format: duration,
    formatTick: roundDuration,
    summarise(columns, at) {
      const facts = columns.map((values, index) => ({ plan: plans[index], facts: factsOf(at, values) })).filter(({ facts: known }) => known);
      if (facts.length === 0) return null;
      const worst = facts.reduce((one, other) => (other.facts.most > one.facts.most ? other : one));
      return say('ops.waits.summary', { plan: worst.plan, ...most(worst.facts, duration) });
    },
  });
}

export function qualityChart(plans) {
  return windowChart({
    title: say('ops.ladder.chart'),
    domain: [0.5, 1],
    series: plans.map((plan) => ({ name: plan, look: lookOfPlan(plan) })),
    sources: plans.map((plan) => (window) => column(window, `plans.${plan}.quality`)),
    format: share,
    formatTick: share,
    summarise(columns, at) {
      const facts = columns.map((values, index) => ({ plan: plans[index], facts: factsOf(at, values) })).filter(({ facts: known }) => known);
      if (facts.length === 0) return null;
      const worst = facts.reduce((one, other) => (other.facts.least < one.facts.least ? other : one));
      return say('ops.ladder.summary', { plan: worst.plan, least: share(worst.facts.least) });
    },
  });
}

export function refusalsChart() {
  return windowChart({
    title: say('ops.refusals.chart'),
    series: REASONS.map((reason, index) => ({ name: say(`refusal.${reason}`), look: lookOf(index), kind: 'stack' })),
    sources: REASONS.map((reason) => (window) => column(window, `refused.${reason}`)),
    format: perSecond,
    formatTick: figure,
    summarise(columns, at) {
      const sums = at.map((_, index) => (columns.every((values) => values[index] === null) ? null : columns.reduce((sum, values) => sum + (values[index] ?? 0), 0)));
      const facts = factsOf(at, sums);
      if (!facts) return null;
      return facts.most === 0 ? say('ops.refusals.none') : say('ops.refusals.summary', { now: perSecond(facts.last), ...most(facts, perSecond) });
    },
  });
}

export function calibrationChart() {
  return windowChart({
    title: say('ops.calibration.chart'),
    domain: [0.7, 1],
    height: 150,
    series: [{ name: say('ops.calibration.held'), look: lookOf(0) }],
    levels: [{ value: PROMISED_SHARE, name: say('ops.calibration.promised') }],
    sources: [(window) => slidingShare(window, 'estimates_held', 'estimates', CALIBRATION_SECONDS)],
    format: (value) => share(value, 1),
    formatTick: share,
    summarise([held], at) {
      const facts = factsOf(at, held);
      if (!facts) return null;
      return say(facts.last >= PROMISED_SHARE ? 'ops.calibration.summary-good' : 'ops.calibration.summary-low', { held: share(facts.last, 1) });
    },
  });
}
