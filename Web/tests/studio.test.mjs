import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { ApiError } from '../assets/common/api.js';
import { randomIdentifier } from '../assets/studio/identifier.js';
import { arrivals, clockLead, inOrder, later } from '../assets/studio/jobs.js';
import { afterError, due, entry, hurried, nextDue } from '../assets/studio/outbox-plan.js';
import { createOutbox } from '../assets/studio/outbox.js';
import { createSession } from '../assets/studio/session.js';
import { leadingZeroBits, sha256, solve } from '../assets/studio/sha256.js';
import { mayAnnounce, narrow, onLine, phrase, told } from '../assets/studio/waiting.js';
import { again, emptyDesk, knownModels, missing, wish } from '../assets/studio/wish.js';

const hex = (words) => Array.from(words, (word) => word.toString(16).padStart(8, '0')).join('');

test('our SHA-256 is SHA-256, at every length about the ends of blocks', () => {
  for (let length = 0; length < 200; length++) {
    const message = Uint8Array.from({ length }, (_, i) => (i * 31 + length) & 255);
    assert.equal(hex(sha256(message)), createHash('sha256').update(message).digest('hex'), `length ${length}`);
  }
});

test('a proof begins with as many zero bits as were asked for', () => {
  for (const bits of [0, 1, 8, 12]) {
    const proof = solve('challenge', bits);
    const digest = createHash('sha256').update(`challenge:${proof}`).digest();
    assert.ok(digest.readUInt32BE(0) >>> (32 - bits) === 0 || bits === 0);
    assert.match(proof, /^[\x21-\x7e]{1,64}$/);
  }
  assert.equal(leadingZeroBits(Uint32Array.of(0, 1, 7)), 63);
});

test('identifiers are UUIDs of version 4', () => {
  assert.match(randomIdentifier(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.notEqual(randomIdentifier(), randomIdentifier());
});

// The way of a picture through the network is a second more.
const eta = (low, high) => ({ eta: { low_seconds: low, high_seconds: high - 1 } });

test('a shown interval only gets more exact, whatever is told', () => {
  let random = 7;
  const chance = () => (random = (random * 48271) % 2147483647) / 2147483647;
  for (let round = 0; round < 300; round++) {
    let now = 1_764_000_000_000 + round * 12_345;
    let shown = null;
    for (let step = 0; step < 60; step++) {
      now += Math.floor(chance() * 3000);
      const low = chance() * 120;
      const next = narrow(shown, told(eta(low, low + chance() * 60), now), now);
      assert.ok(next.low <= next.high);
      if (shown && next.low >= shown.low && next.high <= shown.high) assert.ok(next.high - next.low <= shown.high - shown.low);
      else if (shown) assert.notEqual(next.moved, null, 'one that is not inside the last says that it moved');
      shown = next;
    }
  }
});

test('what is said in seconds never breathes between two changes', () => {
  const shown = told(eta(20.4, 61.7), 1_764_000_000_350);
  let last = Infinity;
  for (let now = 1_764_000_000_350; now < shown.high; now += 137) {
    const said = phrase(shown, now);
    const width = said.high - (said.low ?? 0);
    assert.ok(width <= last, `${width} after ${last}`);
    last = width;
  }
});

test('a truth that left the interval is told as such', () => {
  const now = 1_764_000_000_000;
  const shown = told(eta(5, 10), now);
  assert.equal(narrow(shown, told(eta(12, 20), now), now).moved, 'longer');
  assert.equal(narrow(shown, told(eta(1, 2), now), now).moved, 'sooner');
  assert.equal(narrow(shown, told(eta(0, 3), now + 11_000), now + 11_000).moved, 'longer', 'time ran out');
  assert.deepEqual(narrow(shown, null, now), shown, 'silence changes nothing');
  assert.equal(phrase(shown, now + 10_000).form, 'overdue');
});

test('long waits are times of day, short ones seconds', () => {
  const now = 1_764_000_000_000;
  assert.equal(phrase(told(eta(200, 500), now), now).form, 'clock');
  assert.equal(phrase(told(eta(10, 500), now), now).form, 'by');
  assert.deepEqual(phrase(told(eta(5, 9), now), now), { form: 'seconds', low: 5, high: 9 });
  assert.deepEqual(phrase(told(eta(0, 9), now), now), { form: 'within', high: 9 });
  const line = onLine(told(eta(5, 9), now), now - 1000, now + 9000, now);
  assert.ok(line.now < line.low && line.low < line.high && line.high === 1);
  assert.ok(mayAnnounce(0, 20_000) && !mayAnnounce(0, 19_999));
});

const request = (key, createdAt = 1) => entry({ key, endpoint: 'generations', fields: { prompt: 'a lake' } }, createdAt);
const told429 = (code, retryAfter = null) => new ApiError({ status: 429, code, retryAfter, message: 'later' });

test('what becomes of a request depends on why it failed', () => {
  const after = (error, allowance) => afterError(request('a'), error, 1000, allowance);
  assert.deepEqual([after(new ApiError({ status: 0 })).reason, after(new ApiError({ status: 0 })).notBefore], ['offline', 3000]);
  assert.equal(after(told429('slow_down', 7)).notBefore, 8000);
  assert.equal(after(new ApiError({ status: 503, code: 'server_is_overloaded', retryAfter: 120 })).notBefore, 121_000);
  assert.deepEqual([after(told429('insufficient_quota'), 60).reason, after(told429('insufficient_quota'), 60).notBefore], ['allowance', 61_000]);
  assert.equal(after(told429('credit_balance_exhausted')).state, 'refused');
  assert.equal(after(new ApiError({ status: 400 })).state, 'refused');
  assert.equal(after(new ApiError({ status: 502 })).reason, 'trouble');
  assert.equal(after(new ApiError({ status: 401, code: 'sign_in_needed' })).notBefore, Infinity, 'nothing but signing in helps');
  const unknown = after(new ApiError({ status: 401 }));
  assert.equal(unknown.reason, 'session');
  assert.equal(afterError(unknown, new ApiError({ status: 401 }), 2000).state, 'refused');
});

test('the oldest due request goes first, and the way back hurries only those that waited for it', () => {
  const waiting = afterError(request('b', 2), told429('slow_down', 30), 1000);
  assert.deepEqual(due([request('c', 3), waiting, request('a', 1)], 1000).map((each) => each.key), ['a', 'c']);
  assert.equal(nextDue([waiting]), 31_000);
  assert.equal(nextDue([]), null);
  assert.equal(hurried(waiting, 'offline').notBefore, 31_000);
  assert.equal(hurried(waiting, 'busy').notBefore, 0);
});

function memoryStore(records = []) {
  const kept = new Map(records.map((record) => [record.key, record]));
  return { kept, all: async () => [...kept.values()], put: async (record) => void kept.set(record.key, record), remove: async (key) => void kept.delete(key) };
}

function outboxWith(store, send) {
  const accepted = [], cancelled = [];
  const outbox = createOutbox({
    store, send, onAccepted: (_, job) => accepted.push(job.id), onChange() {}, allowanceSeconds: () => 60, cancel: async (job) => cancelled.push(job.id),
  });
  return { outbox, accepted, cancelled };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

test('a request is on disk before it is sent, and gone when its job came back', async () => {
  const store = memoryStore();
  let seen = false;
  const { outbox, accepted } = outboxWith(store, async (sent) => { seen = store.kept.has(sent.key); return { id: `job_${sent.key}` }; });
  await outbox.add(request('a'));
  await settled();
  assert.ok(seen);
  assert.deepEqual(accepted, ['job_a']);
  assert.equal(store.kept.size, 0);
});

test('after a lost network the same key is sent again by the next visit', async () => {
  const store = memoryStore();
  const keys = [];
  const lost = outboxWith(store, async (sent) => { keys.push(sent.key); throw new ApiError({ status: 0 }); });
  await lost.outbox.add(request('a'));
  await settled();
  assert.equal(store.kept.get('a').reason, 'offline');
  const back = outboxWith(store, async (sent) => { keys.push(sent.key); return { id: 'job_1' }; });
  await back.outbox.restore();
  await settled();
  assert.deepEqual(keys, ['a', 'a']);
  assert.equal(store.kept.size, 0);
  await lost.outbox.withdraw('a');
});

test('one taken back while it is being sent is cancelled at the server', async () => {
  let answer;
  const { outbox, cancelled } = outboxWith(memoryStore(), () => new Promise((resolve) => { answer = resolve; }));
  await outbox.add(request('a'));
  await outbox.withdraw('a');
  assert.deepEqual(outbox.list(), []);
  answer({ id: 'job_a' });
  await settled();
  assert.deepEqual(cancelled, ['job_a']);
});

test('a slow answer does not undo a fast event', () => {
  const running = { id: 'j', status: 'running', version: 3 };
  assert.equal(later(running, { id: 'j', status: 'queued', version: 2 }), running);
  assert.equal(later({ ...running, status: 'completed' }, running).status, 'completed');
  assert.equal(later(undefined, running), running);
  assert.deepEqual(inOrder([{ id: 'b', created_at: 2 }, { id: 'a', created_at: 1 }]).map((job) => job.id), ['a', 'b']);
  assert.deepEqual([clockLead(0, { created_at: 9 }, 4000), clockLead(0, { created_at: 9 }, 12_000)], [5000, 0]);
});

test('what ended while nobody looked has arrived once', () => {
  const first = arrivals(['a', 'b'], [{ id: 'a', status: 'completed' }, { id: 'b', status: 'running' }]);
  assert.deepEqual([first.arrived.map((job) => job.id), first.awaited], [['a'], ['b']]);
});

test('what is on the desk decides what is asked for', () => {
  const asked = (parts) => wish({ ...emptyDesk, ...parts }, knownModels, 'Amber Dawn');
  const photo = { kind: 'photo', blob: new Blob(['x']), name: 'cat.jpg' };
  const picture = { kind: 'picture', job: { model: 'meadow', prompt: 'a lake', pictures: [{ url: '/v1/jobs/j/pictures/0' }] }, picture: 0 };

  assert.deepEqual([missing(emptyDesk), missing({ ...emptyDesk, base: photo }), missing({ ...emptyDesk, base: picture, does: 'scene' })], ['words', null, 'becomes']);
  assert.deepEqual([asked({ words: ' a lake ' }).endpoint, asked({ words: ' a lake ' }).fields.prompt], ['generations', 'a lake']);
  assert.equal(asked({ base: photo }).fields.prompt, 'Amber Dawn');
  assert.equal(asked({ base: photo, words: 'blue night' }).fields.prompt, 'blue night');
  assert.equal(asked({ base: photo, words: 'blue night', style: { index: 11, name: 'Ink and Saffron' } }).fields.prompt, 'Ink and Saffron');
  const next = asked({ base: picture, does: 'scene', words: 'now at dusk' });
  assert.deepEqual([next.fields.model, next.fields.prompt, next.photoPath], ['meadow', 'a lake, now at dusk', '/v1/jobs/j/pictures/0']);
});

test('the same again keeps its words, its shape and its photo', () => {
  const words = again({ kind: 'generation', model: 'meadow', prompt: 'a lake', pictures: [{ width: 768, height: 512 }] }, null, knownModels);
  assert.deepEqual([words.fields.size, words.photoPath], ['768x512', null]);
  const styled = again({ kind: 'edit', model: 'restyle', prompt: 'Amber Dawn', photo: '/v1/jobs/j/photo' }, 'Ember', knownModels);
  assert.deepEqual([styled.endpoint, styled.fields.prompt, styled.photoPath], ['edits', 'Ember', '/v1/jobs/j/photo']);
});

const answers = (body, status = 200) => new Response(JSON.stringify(body), { status });

/** A server that answers when told to. */
function slowServer(context) {
  const asked = [];
  context.mock.method(globalThis, 'fetch', (path) => new Promise((answer, fail) => asked.push({ path, answer, fail })));
  return asked;
}

test('whoever has an account does not become a guest because the answer is late', async (context) => {
  const asked = slowServer(context);
  const session = createSession(() => {});
  session.load();
  const ensured = session.ensure();
  await settled();
  assert.deepEqual(asked.map(({ path }) => path), ['/v1/session']);
  asked[0].answer(answers({ guests_allowed: true, passkeys_possible: false, account: { id: 'acct_mine' } }));
  assert.equal((await ensured).id, 'acct_mine');
  assert.equal(asked.length, 1);
});

test('nor because it never came: who one is, is asked again before a guest is made', async (context) => {
  const asked = slowServer(context);
  const session = createSession(() => {});
  const first = session.load();
  asked[0].fail(new TypeError('no network'));
  await assert.rejects(first, ApiError);
  const ensured = session.ensure();
  await settled();
  asked[1].answer(answers({ guests_allowed: true, passkeys_possible: false, account: null }));
  while (asked.length < 3) await settled();
  assert.deepEqual(asked.map(({ path }) => path), ['/v1/session', '/v1/session', '/v1/guests/challenge']);
  asked[2].answer(answers({ challenge: 'c', bits: 0 }));
  while (asked.length < 4) await settled();
  asked[3].answer(answers({ id: 'acct_guest' }, 201));
  assert.equal((await ensured).id, 'acct_guest');
});

test('an answer from before somebody signed in does not sign them out', async (context) => {
  const asked = slowServer(context);
  const session = createSession(() => {});
  const first = session.load();
  session.use({ id: 'acct_mine' });
  asked[0].answer(answers({ guests_allowed: true, passkeys_possible: false, account: null }));
  await first;
  assert.equal(session.account.id, 'acct_mine');
});
