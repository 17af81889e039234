import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headline, latePlans, loweredPlans, remarks } from '../assets/ops/headline.js';
import { bestQuality, reach, rungHeights, standing } from '../assets/ops/ladder.js';
import { previewOf } from '../assets/ops/lever-preview.js';
import { sampleBetween } from '../assets/ops/sampling.js';
import { changesFrom, contradiction, differences, isSame, problemWith, SETTINGS, tightened } from '../assets/ops/settings.js';
import { beginning, column, EMPTY, extended, fromHistory, merged, since, slidingShare, total } from '../assets/ops/window.js';

const MODEL = {
  id: 'restyle',
  held_until: null,
  rungs: [
    { name: '1024', quality: 1, cost_device_seconds: 0.1 },
    { name: '384', quality: 0.55, cost_device_seconds: 0.01 },
    { name: '768', quality: 0.84, cost_device_seconds: 0.06 },
  ],
};

const CONFIGURED = { 'daily-allowance': '100', 'pictures-per-second': '1.0', 'floor-quality': '0.0', 'ceiling-quality': '1.0' };

function plan(name, changes = {}) {
  return {
    name,
    delay_seconds: 1,
    target_delay_seconds: 5,
    deferring: false,
    refusing: false,
    held_until: null,
    waiting_pictures: 2,
    rungs: [{ model: 'restyle', rung: '1024', better_rung: '1024', better_share: 0, quality: 1 }],
    settings: { ...CONFIGURED, ...changes.changed_settings },
    configured_settings: CONFIGURED,
    changed_settings: {},
    counts: { accepted: 10, pictures: 5, refused: { overloaded: 1, slowDown: 0 }, estimates: 5, estimates_held: 4 },
    ...changes,
  };
}

function state(changes = {}) {
  return {
    at: 1000,
    started_at: 1,
    accepting: true,
    waiting_jobs: 2,
    running_pictures: 1,
    governor: { capacity: 1, demand_top: 2, demand_floor: 0.5 },
    plans: [plan('free'), plan('pro')],
    models: [MODEL],
    workers: [{ name: 'local', draining: false, usable_slots: 3, throttling: 0 }],
    cost: { device_seconds: 100, wasted_device_seconds: 1 },
    guests: { made: 3 },
    ...changes,
  };
}

const LOWER = [{ model: 'restyle', rung: '384', better_rung: '768', better_share: 0.4, quality: 0.66 }];

test('the headline is the worst thing that is true', () => {
  const key = (changes) => headline(state(changes)).key;
  assert.equal(key({}), 'full');
  assert.equal(key({ waiting_jobs: 0, running_pictures: 0 }), 'idle');
  assert.equal(key({ plans: [plan('free', { rungs: LOWER }), plan('pro')] }), 'lowered');
  assert.equal(key({ plans: [plan('free', { rungs: LOWER })] }), 'lowered-all');
  assert.equal(key({ plans: [plan('free', { rungs: LOWER, delay_seconds: 6 }), plan('pro')] }), 'late');
  assert.equal(key({ plans: [plan('free', { delay_seconds: 6, deferring: true })] }), 'deferring');
  assert.equal(key({ plans: [plan('free', { held_until: 5 })] }), 'deferred-by-hand');
  assert.equal(key({ plans: [plan('free', { held_until: 5 }), plan('pro', { refusing: true })] }), 'refusing');
  assert.equal(key({ workers: [{ name: 'local', draining: true, usable_slots: 3 }] }), 'no-workers');
  assert.equal(key({ accepting: false, plans: [plan('free', { refusing: true })] }), 'stopping');
});

test('who is late, and who is lowered', () => {
  const late = state({ plans: [plan('free', { delay_seconds: 6 }), plan('pro', { delay_seconds: 9 })] });
  assert.deepEqual(latePlans(late).map(({ name }) => name), ['pro', 'free']);
  assert.deepEqual(headline(late).values, { plans: ['pro', 'free'], plan: 'pro', delay: 9, target: 5 });
  const capped = plan('free', {
    rungs: [{ model: 'restyle', rung: '768', better_rung: '768', better_share: 0, quality: 0.84 }],
    changed_settings: { 'ceiling-quality': '0.9' },
  });
  assert.deepEqual(loweredPlans(state({ plans: [capped] })), [], 'the ceiling is the best that the plan can have');
});

test('remarks name levers that are pulled and workers that are not well', () => {
  assert.deepEqual(remarks(state()), []);
  const late = [plan('free', { deferring: true }), plan('pro', { delay_seconds: 9 })];
  assert.deepEqual(remarks(state({ plans: late })), [{ key: 'late', values: { names: ['pro'] } }]);
  assert.deepEqual(remarks(state({ plans: late.slice(1) })), [], 'the headline says it');
  const found = remarks(
    state({
      models: [{ ...MODEL, held_until: 99 }],
      workers: [{ name: 'shed', draining: true, usable_slots: 1, throttling: 0.4 }],
      plans: [plan('free', { changed_settings: { burst: '5' } })],
    }),
  );
  assert.deepEqual(found.map(({ key }) => key), ['paused', 'draining', 'throttling', 'changed']);
});

test('rungs keep apart and keep their order', () => {
  const heights = rungHeights(MODEL);
  assert.equal(heights.get('384'), 0);
  assert.equal(heights.get('1024'), 1);
  const close = rungHeights({ rungs: [0.9, 0.91, 0.92, 1].map((quality, index) => ({ name: `${index}`, quality })) }, 0.2);
  assert.ok(close.get('1') - close.get('0') >= 0.2);
  assert.ok(close.get('2') > close.get('1') && close.get('3') === 1);
  assert.equal(rungHeights({ rungs: [MODEL.rungs[0]] }).get('1024'), 0.5);
});

test('a plan stands between its rungs, within its reach', () => {
  const heights = new Map([['384', 0], ['768', 0.5], ['1024', 1]]);
  assert.equal(standing(heights, LOWER[0]), 0.2);
  assert.equal(standing(heights, { rung: '2048', better_rung: '2048', better_share: 0 }), null);
  assert.equal(reach(MODEL, { 'floor-quality': '0.6', 'ceiling-quality': '0.9' }).low.name, '768');
  assert.equal(reach(MODEL, { 'floor-quality': '0.6', 'ceiling-quality': '0.9' }).high.name, '768');
  assert.equal(reach(MODEL, { 'floor-quality': '0.9', 'ceiling-quality': '0.6' }).high.name, '1024');
  assert.equal(bestQuality(MODEL, {}), 1);
});

const HISTORY = {
  interval_seconds: 5,
  at: [100, 105, 110],
  capacity: [1, 1, null],
  refused: { overloaded: [0, 1, 2], slowDown: [0, null, 1] },
  plans: { free: { asked: [1, 2, 3] } },
};

test('a window is made of the history and goes on with samples', () => {
  const window = extended(fromHistory(HISTORY), { at: 115, values: { capacity: 0.9, 'plans.new.asked': 7 } });
  assert.deepEqual(window.at, [100, 105, 110, 115]);
  assert.deepEqual(column(window, 'capacity'), [1, 1, null, 0.9]);
  assert.deepEqual(column(window, 'plans.free.asked'), [1, 2, 3, null]);
  assert.deepEqual(column(window, 'plans.new.asked'), [null, null, null, 7]);
  assert.deepEqual(column(window, 'nothing'), [null, null, null, null]);
  assert.equal(extended(window, { at: 115, values: {} }), window);
  assert.deepEqual(extended(EMPTY, { at: 5, values: { capacity: 1 } }).at, [5]);
});

test("the server's samples replace what the page made of the live states", () => {
  const live = extended(fromHistory(HISTORY), { at: 114, values: { capacity: 0.5 } });
  const window = merged(live, fromHistory({ interval_seconds: 5, at: [110, 115], capacity: [0.7, 0.8] }));
  assert.deepEqual(window.at, [100, 105, 110, 115]);
  assert.deepEqual(column(window, 'capacity'), [1, 1, 0.7, 0.8]);
  assert.deepEqual(column(window, 'plans.free.asked'), [1, 2, null, null]);
  assert.deepEqual(since(window, 105).at, [105, 110, 115]);
  assert.deepEqual(since(window, 999).at, []);
});

test('a drawing begins where something is known, and is never a sliver', () => {
  const from = (first) => beginning({ at: [first] }, 10_000, 3600, 300);
  assert.equal(from(1), 6400);
  assert.equal(from(8000), 8000);
  assert.equal(from(9990), 9700);
  assert.equal(beginning(EMPTY, 10_000, 3600, 300), 9700);
});

test('sums and shares leave out what is not known', () => {
  const window = fromHistory(HISTORY);
  assert.deepEqual(total(window, ['refused.overloaded', 'refused.slowDown']), [0, 1, 3]);
  assert.deepEqual(total(window, ['capacity']), [1, 1, null]);
  const shares = fromHistory({ interval_seconds: 5, at: [0, 5, 10, 15], held: [1, 0, 2, 0], all: [2, 0, 2, 0] });
  assert.deepEqual(slidingShare(shares, 'held', 'all', 10), [0.5, 0.5, 1, 1]);
  assert.deepEqual(slidingShare(shares, 'held', 'none', 10), [null, null, null, null]);
});

test('counters become rates, and a restart is no negative rate', () => {
  const later = state({
    at: 1005,
    plans: [plan('free', { counts: { accepted: 20, pictures: 10, refused: { overloaded: 6, slowDown: 0 }, estimates: 10, estimates_held: 9 } })],
    cost: { device_seconds: 104, wasted_device_seconds: 1 },
  });
  const { at, values } = sampleBetween(state(), later);
  assert.equal(at, 1005);
  assert.equal(values['plans.free.asked'], 3);
  assert.equal(values['plans.free.delivered'], 1);
  assert.equal(values['refused.overloaded'], 1);
  assert.equal(values.estimates_held, 1);
  assert.equal(values.device_seconds, 0.8);
  assert.equal(sampleBetween(state(), { ...later, started_at: 900 }), null);
  assert.equal(sampleBetween(later, state()), null);
});

test('tighter is half of the allowance and of the rate, and leaves other changes', () => {
  assert.deepEqual(tightened(plan('free', { changed_settings: { burst: '5', 'daily-allowance': '25' } })), {
    burst: '5',
    'daily-allowance': '12',
    'pictures-per-second': '0.5',
  });
  const unlimited = plan('pro', { settings: { 'daily-allowance': 'none', 'pictures-per-second': 'none', 'most-active-jobs': '9' } });
  assert.deepEqual(tightened(unlimited), { 'most-active-jobs': '4' });
  assert.equal(tightened(plan('free', { settings: { 'daily-allowance': '1', 'pictures-per-second': 'none' } }))['daily-allowance'], '1');
});

test('settings are compared as numbers and checked before they are sent', () => {
  assert.ok(isSame('1.0', '1'));
  assert.ok(!isSame('none', '0'));
  assert.ok(!isSame('', '0'));
  const setting = (name) => SETTINGS.find((one) => one.name === name);
  assert.equal(problemWith(setting('burst'), '2.5'), 'not-whole');
  assert.equal(problemWith(setting('burst'), 'none'), 'not-none');
  assert.equal(problemWith(setting('daily-allowance'), 'none'), null);
  assert.equal(problemWith(setting('floor-quality'), '1.2'), 'too-large');
  assert.equal(problemWith(setting('weight'), '0'), 'too-small');
  assert.equal(problemWith(setting('weight'), 'x'), 'not-a-number');
  assert.equal(problemWith(setting('weight'), ' '), 'not-a-number');
  assert.equal(contradiction({ 'floor-quality': '0.9', 'ceiling-quality': '0.8' }), 'floor-above-ceiling');
  const changed = plan('free', { changed_settings: { 'daily-allowance': '50' } });
  assert.deepEqual(differences(changed.configured_settings, changed.settings), [{ name: 'daily-allowance', from: '100', to: '50' }]);
});

test('only what differs from the configuration is sent', () => {
  const changed = plan('free', { changed_settings: { 'daily-allowance': '50' } });
  assert.deepEqual(changesFrom(changed, { 'daily-allowance': '100', 'pictures-per-second': '0.50' }), { 'pictures-per-second': '0.50' });
  assert.deepEqual(changesFrom(changed, changed.settings), { 'daily-allowance': '50' });
});

test('the preview says what a lever does before it is pulled', () => {
  const keys = (lever, at = state()) => previewOf(lever, at).map(({ key }) => key);
  assert.deepEqual(keys({ kind: 'plan', plan: 'free', settings: {} }), ['nothing']);
  assert.deepEqual(keys({ kind: 'plan', plan: 'free', settings: { 'daily-allowance': '50' } }), ['setting', 'allowance-falls', 'plan-stays']);
  assert.deepEqual(keys({ kind: 'plan', plan: 'free', settings: { 'pictures-per-second': 'none' } }), ['setting', 'plan-stays']);
  assert.deepEqual(keys({ kind: 'plan', plan: 'free', settings: { 'floor-quality': '0.7' } }), ['setting', 'floor-rises', 'plan-stays']);
  const [first] = previewOf({ kind: 'defer', plan: 'free', minutes: 15 }, state());
  assert.deepEqual(first, { key: 'defer', values: { target: 'free', until: 1900 } });
  assert.deepEqual(keys({ kind: 'defer', plan: 'free', minutes: 0 }), ['defer-end']);
  const worker = { name: 'local', draining: false, usable_slots: 3, slots: 3, throttling: 0, running: [{ model: 'restyle' }] };
  const alone = state({ workers: [worker] });
  const two = state({ workers: [worker, { ...worker, name: 'shed' }] });
  assert.deepEqual(keys({ kind: 'drain', worker: 'local', drain: true }, alone), ['drain', 'drain-last']);
  assert.deepEqual(keys({ kind: 'drain', worker: 'local', drain: true }, two), ['drain', 'drain-others']);
  assert.deepEqual(keys({ kind: 'pause', model: 'restyle', minutes: 5 }, alone), ['pause', 'pause-running', 'hold-newcomers', 'ends-by-itself']);
});
