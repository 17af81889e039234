import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LASTING_SECONDS, makeAnnouncer, PAUSE_SECONDS } from '../assets/status/announcer.js';
import { freshness, STALE_AFTER_SECONDS } from '../assets/status/freshness.js';
import { mixOf, qualityOf, standing } from '../assets/status/standing.js';
import { grouped, MOST_BYTES, reasonNotToSend, verdictOf } from '../assets/verify/verdict.js';

const FITS = "everything that is asked for fits at the plan's best quality";
const LOWERED = 'this is the best quality at which everybody is served in time';

const plan = (name, changes = {}) => ({ name, deferring: false, refusing: false, why: FITS, ...changes });
const status = (plans, changes = {}) => ({ accepting: true, waiting_jobs: 3, plans, ...changes });

test('the sentence for the public is the worst thing that is true', () => {
  const key = (...told) => standing(status(...told)).key;
  assert.equal(key([plan('free')]), 'well');
  assert.equal(key([plan('free')], { waiting_jobs: 0 }), 'quiet');
  assert.equal(key([plan('free', { why: LOWERED }), plan('pro')]), 'busy');
  assert.equal(key([plan('free', { why: LOWERED })]), 'busy-all');
  assert.equal(key([plan('free', { deferring: true, why: LOWERED }), plan('pro')]), 'deferring');
  assert.equal(key([plan('free', { refusing: true }), plan('pro')]), 'refusing');
  assert.equal(key([plan('free', { refusing: true })]), 'refusing-all');
  assert.equal(key([plan('free')], { accepting: false }), 'stopping');
  assert.deepEqual(standing(status([plan('free', { refusing: true }), plan('pro')])).plans, ['free']);
});

test('quality follows the governor, and what it says anew is no alarm', () => {
  assert.equal(qualityOf(plan('free')), 'best');
  assert.equal(qualityOf(plan('free', { why: LOWERED })), 'lowered');
  assert.equal(qualityOf(plan('free', { why: 'not even the lowest quality fits: waiting grows, and new jobs may be deferred' })), 'lowest');
  assert.equal(qualityOf(plan('free', { why: 'something that is not known here' })), 'best');
});

test('a mix of one rung is told as one', () => {
  assert.deepEqual(mixOf({ rung: '512', better_rung: '512', better_share: 0 }), { rung: '512' });
  assert.deepEqual(mixOf({ rung: '512', better_rung: '768', better_share: 0.999 }), { rung: '768' });
  assert.deepEqual(mixOf({ rung: '512', better_rung: '768', better_share: 0.4 }), { rung: '512', better: '768', share: 0.4 });
});

test('what is announced has lasted, and is not announced often', () => {
  const announcer = makeAnnouncer();
  assert.equal(announcer.decide('calm', 0), false, 'what the page opens with is read there');
  assert.equal(announcer.decide('busy', 100), false);
  assert.equal(announcer.decide('calm', 101), false);
  assert.equal(announcer.decide('busy', 102), false);
  assert.equal(announcer.decide('busy', 102 + LASTING_SECONDS), true);
  assert.equal(announcer.decide('busy', 109), false);
  assert.equal(announcer.decide('calm', 110), false);
  assert.equal(announcer.decide('calm', 110 + LASTING_SECONDS), false, 'too soon after the last one');
  assert.equal(announcer.decide('calm', 110 + LASTING_SECONDS + PAUSE_SECONDS), true);
});

test('news grows old', () => {
  assert.equal(freshness(null, 5), 'waiting');
  assert.equal(freshness(5, 5 + STALE_AFTER_SECONDS), 'live');
  assert.equal(freshness(5, 6 + STALE_AFTER_SECONDS), 'stale');
});

test('what is no picture is not sent', () => {
  assert.equal(reasonNotToSend({ size: 0, type: 'image/png' }), 'empty');
  assert.equal(reasonNotToSend({ size: MOST_BYTES + 1, type: 'image/png' }), 'too-large');
  assert.equal(reasonNotToSend({ size: 9, type: 'text/plain' }), 'no-picture');
  assert.equal(reasonNotToSend({ size: 9, type: '' }), null);
  assert.equal(reasonNotToSend({ size: 9, type: 'image/avif' }), null);
  assert.equal(verdictOf({ made_here: true }).key, 'made');
  assert.equal(verdictOf({ made_here: false }).key, 'unknown');
  assert.equal(grouped('0123456789abcdef01'), '01234567 89abcdef 01');
});
