import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { say, useWords } from '../assets/common/words.js';
import { ledgerDetail } from '../assets/ops/rights-ledger-words.js';
import { takedownBody, takedownPreview, targetOf } from '../assets/ops/rights-target.js';
import { addressOf, sourceOf, typedIn, wantedBy, wantedIn } from '../assets/rights/addresses.js';
import { appealProblems, characters, fieldOf, filled, KINDS, LIMITS, namesFrom, requestProblems, SCOPES } from '../assets/rights/limits.js';
import { appealStanding, decisionStanding, isPending, mayAppeal, mayWithdraw, requestStanding, ruleKey } from '../assets/rights/standing.js';
import { ApiError } from '../assets/common/api.js';
import { afterError, entry } from '../assets/studio/outbox-plan.js';
import { changeInWords, decisionAddress, reasonAlone, takenDownMarks } from '../assets/studio/rights.js';
import { actionWords, ingredientWords, isReliable, policyActions } from '../assets/verify/statement.js';
import { verdictOf, whole } from '../assets/verify/verdict.js';

const read = (name) => JSON.parse(readFileSync(new URL(`../assets/words/${name}`, import.meta.url), 'utf8'));

/** Keys that are put together from what the server says are in no source: they are looked up one by one. */
function said(file, keys) {
  for (const language of ['en', 'fr']) {
    const table = read(`${file}.${language}.json`);
    assert.deepEqual([...new Set(keys)].filter((key) => !(key in table)), [], language);
  }
}

// /verify

const credentials = (verdict, more = {}) => ({ verdict, is_own: false, ...more });
const WATERMARK = { id: '0123456789abcdef', is_known: true, made_at: 5, model: 'meadow' };
const ANSWERS = {
  'made-signed': { made_here: true, is_altered: false, credentials: credentials('valid', { is_own: true }), watermark: WATERMARK },
  'made-trusted': { made_here: true, is_altered: false, credentials: credentials('trusted', { is_own: true }), watermark: null },
  'forgotten-but-signed': { made_here: false, is_altered: null, credentials: credentials('valid', { is_own: true }), watermark: null },
  'very-file': { made_here: true, is_altered: false, credentials: credentials('absent'), watermark: null },
  'very-file-of-an-ended-certificate': { made_here: true, is_altered: false, credentials: credentials('expired'), watermark: null },
  'older-server': { made_here: true },
  tampered: { made_here: true, is_altered: true, credentials: credentials('tampered'), watermark: WATERMARK },
  broken: { made_here: true, is_altered: true, credentials: credentials('invalid'), watermark: null },
  stripped: { made_here: true, is_altered: true, credentials: credentials('absent'), watermark: WATERMARK },
  'stripped-and-said-to-be-unknown': { made_here: false, is_altered: null, credentials: credentials('absent'), watermark: WATERMARK },
  'signed-by-somebody-since': { made_here: true, is_altered: true, credentials: credentials('trusted'), watermark: WATERMARK },
  'ours-and-no-more': { made_here: true, is_altered: null, credentials: credentials('absent'), watermark: null },
  'foreign-trusted': { made_here: false, is_altered: null, credentials: credentials('trusted'), watermark: null },
  'foreign-valid': { made_here: false, is_altered: null, credentials: credentials('valid'), watermark: null },
  'foreign-expired': { made_here: false, is_altered: null, credentials: credentials('expired'), watermark: null },
  'foreign-tampered': { made_here: false, is_altered: null, credentials: credentials('tampered'), watermark: null },
  'foreign-invalid': { made_here: false, is_altered: null, credentials: credentials('invalid'), watermark: null },
  marked: { made_here: false, is_altered: null, credentials: credentials('absent'), watermark: { ...WATERMARK, is_known: false } },
  nothing: { made_here: false, is_altered: null, credentials: credentials('absent'), watermark: null },
};
const VERDICTS = {
  'made-signed': 'made', 'made-trusted': 'made', 'forgotten-but-signed': 'made', 'very-file': 'made', 'very-file-of-an-ended-certificate': 'made', 'older-server': 'made',
  tampered: 'altered', broken: 'altered', stripped: 'recovered', 'stripped-and-said-to-be-unknown': 'recovered', 'signed-by-somebody-since': 'signed-anew', 'ours-and-no-more': 'ours',
  'foreign-trusted': 'foreign-trusted', 'foreign-valid': 'foreign-valid', 'foreign-expired': 'foreign-expired', 'foreign-tampered': 'foreign-tampered', 'foreign-invalid': 'foreign-invalid',
  marked: 'marked', nothing: 'unknown',
};

for (const [name, answer] of Object.entries(ANSWERS)) {
  test(`a verdict for every answer: ${name}`, () => {
    const found = verdictOf(answer);
    assert.equal(found.key, VERDICTS[name]);
    assert.ok(found.isUnderstood);
    said('verify', [`verify.${found.key}`, `verify.${found.meaning}`]);
  });
}

test('only what nobody altered looks good, and what is foreign is no alarm unless it is broken', () => {
  for (const answer of Object.values(ANSWERS)) assert.equal(verdictOf(answer).tone === 'good', verdictOf(answer).key === 'made');
  assert.equal(verdictOf(ANSWERS['foreign-valid']).tone, 'lowered');
  assert.equal(verdictOf(ANSWERS['foreign-tampered']).tone, 'warn');
});

test('a signature that is ours but does not hold is no yes', () => {
  assert.notEqual(verdictOf({ made_here: true, is_altered: true, credentials: credentials('valid', { is_own: true }) }).key, 'made');
});

test('a verdict that is not known here leaves the word to the server', () => {
  assert.equal(verdictOf({ made_here: false, credentials: credentials('quantum') }).isUnderstood, false);
  assert.deepEqual(whole({ made_here: false }).credentials.actions, []);
});

test('what was done is said in words, and what has none is named', () => {
  assert.deepEqual(actionWords({ name: 'c2pa.created', source: 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia', software: 'meadow 1' }), { key: 'action-created', values: { name: 'c2pa.created', software: 'meadow 1' }, source: 'source-trainedAlgorithmicMedia' });
  assert.equal(actionWords({ name: 'c2pa.edited', source: 'digitalCapture' }).source, 'source-digitalCapture');
  for (const name of ['vendor.created', 'created', 'c2pa.never-heard', 'c2pa.constructor', '']) assert.equal(actionWords({ name }).key, 'action-other', name);
  assert.equal(actionWords({ name: 'c2pa.created', source: 'toString' }).source, null);
  assert.deepEqual(policyActions(['rewrite:ghibli', 'label', 'rewrite:totoro', 'dance']).map(({ key }) => key), ['did-rewrite', 'did-label', 'did-other']);
  assert.equal(ingredientWords({ title: null, relationship: 'parentOf', has_credentials: true }).key, 'ingredient-parentOf-signed');
  assert.equal(ingredientWords({ title: 'x', relationship: 'cousinOf', has_credentials: false }).key, 'ingredient-other');
  assert.ok(isReliable({ verdict: 'trusted' }) && !isReliable({ verdict: 'expired' }));
});

test('every word about a statement is there', () => {
  const actions = ['created', 'opened', 'edited', 'placed', 'converted', 'cropped', 'resized', 'orientation', 'color_adjustments', 'filtered', 'drawing', 'removed', 'redacted', 'published', 'transcoded', 'repackaged', 'translated', 'unknown'];
  const sources = ['trainedAlgorithmicMedia', 'compositeWithTrainedAlgorithmicMedia', 'algorithmicMedia', 'digitalCapture', 'digitalCreation', 'digitalArt', 'composite', 'screenCapture'];
  said('verify', [
    ...actions.map((name) => { assert.equal(actionWords({ name: `c2pa.${name}` }).key, `action-${name}`); return `verify.action-${name}`; }), 'verify.action-other',
    ...sources.map((source) => { const { source: key } = actionWords({ name: 'c2pa.created', source }); assert.ok(key); return `verify.${key}`; }),
    ...['parentOf', 'inputTo', 'componentOf', 'other'].flatMap((relationship) => [true, false].map((isSigned) => `verify.${ingredientWords({ title: 'x', relationship, has_credentials: isSigned }).key}`)),
    ...['allow', 'rewrite', 'label', 'refuse', 'dance'].flatMap((action) => policyActions([action]).map(({ key }) => `verify.${key}`)),
    ...['own', 'trusted', 'valid', 'expired', 'tampered', 'invalid', 'absent'].map((state) => `verify.signature-${state}`),
    ...['none', 'known', 'strange', 'recovers'].map((state) => `verify.watermark-${state}`),
    ...['signature', 'signed-by', 'certificate', 'signed-at', 'generator', 'by-model', 'title', 'actions', 'ingredients', 'policy', 'labels', 'watermark', 'watermark-id', 'when', 'model', 'record', 'how', 'standing', 'file', 'size', 'sha256'].map((fact) => `verify.fact-${fact}`),
    'verify.kind-generation', 'verify.kind-edit', 'verify.empty', 'verify.too-large', 'verify.no-picture',
  ]);
});

// /rights

const WISH = { name: 'Jane Doe', other_names: [], scope: ['style'], evidence: 'a portfolio', look: '', contact: '' };

test('a request is checked as the server does it, in characters as people count them', () => {
  assert.deepEqual(requestProblems(WISH), {});
  const problem = (changes) => Object.values(requestProblems({ ...WISH, ...changes }))[0];
  assert.equal(problem({ name: '' }), 'missing');
  assert.equal(problem({ name: '🖌'.repeat(LIMITS.name) }), undefined);
  assert.equal(problem({ name: '🖌'.repeat(LIMITS.name + 1) }), 'too-long');
  assert.equal(problem({ other_names: Array.from({ length: LIMITS.other_names }, (_, index) => `J ${index}`) }), undefined);
  assert.equal(problem({ other_names: Array.from({ length: LIMITS.other_names + 1 }, (_, index) => `J ${index}`) }), 'too-many');
  assert.equal(problem({ other_names: ['J'.repeat(LIMITS.name + 1)] }), 'name-too-long');
  assert.equal(problem({ scope: [] }), 'none-chosen');
  assert.equal(problem({ evidence: '' }), 'missing');
  assert.equal(problem({ evidence: 'x'.repeat(LIMITS.evidence + 1) }), 'too-long');
  assert.equal(problem({ look: 'x'.repeat(LIMITS.look + 1) }), 'too-long');
  assert.equal(problem({ contact: 'x'.repeat(LIMITS.contact + 1) }), 'too-long');
  assert.deepEqual(appealProblems({ text: '', contact: '' }), { text: 'missing' });
  assert.deepEqual(appealProblems({ text: 'x'.repeat(LIMITS.text), contact: '' }), {});
  assert.deepEqual(appealProblems({ text: 'x'.repeat(LIMITS.text + 1), contact: '' }), { text: 'too-long' });
  said('rights', ['missing', 'too-long', 'too-many', 'name-too-long', 'none-chosen'].map((key) => `rights.problem-${key}`));
});

test('names are one a line, and what is empty is not sent', () => {
  assert.deepEqual(namesFrom(' J. Doe \n\nジェーン・ドウ\r\nJ. Doe\n'), ['J. Doe', 'ジェーン・ドウ']);
  assert.equal(characters('🖌a'), 2);
  assert.deepEqual(filled({ name: 'J', look: '', other_names: [] }), { name: 'J', other_names: [] });
});

test('a complaint finds its field', () => {
  assert.deepEqual(['name', 'other_names[3]', 'other_names.3', 'scope', null, '', '3'].map(fieldOf), ['name', 'other_names', 'other_names', 'scope', null, null, null]);
});

test('a number is found in what was pasted, and nothing else is', () => {
  assert.deepEqual(wantedIn(' dec_aZ0-_9 '), { kind: 'decision', id: 'dec_aZ0-_9' });
  assert.deepEqual(wantedIn('https://example.org/rights?opt-out=out_abc'), { kind: 'opt-out', id: 'out_abc' });
  for (const text of ['', 'dec_', 'job_1', 'dec', `dec_${'a'.repeat(81)}`, '../../ops']) assert.equal(wantedIn(text), null, text);
  assert.deepEqual(wantedBy('?decision=dec_1'), { kind: 'decision', id: 'dec_1' });
  assert.equal(wantedBy('?decision=javascript:alert(1)'), null);
  assert.deepEqual(wantedBy('?number=out_1'), { kind: 'opt-out', id: 'out_1' });
  assert.equal(typedIn('?number=a+number'), 'a number');
  assert.equal(typedIn('?decision=dec_1'), null);
  assert.equal(addressOf({ kind: 'opt-out', id: 'out_1' }), '/rights?opt-out=out_1');
  assert.equal(sourceOf({ kind: 'decision', id: 'dec_1' }), '/v1/decisions/dec_1');
  assert.equal(sourceOf({ kind: 'opt-out', id: 'out_1' }), '/v1/opt-outs/out_1');
});

test('every way in which a decision or a request can stand has its words', () => {
  const decisions = ['prompt', 'upload', 'output', 'takedown'].flatMap((kind) => ['refused', 'held', 'released', 'taken_down', 'overturned'].map((state) => decisionStanding({ kind, state }).key));
  const requests = ['requested', 'accepted', 'declined', 'withdrawn'].map((state) => requestStanding({ state }).key);
  said('rights', [...decisions, ...requests].flatMap((key) => [`rights.${key}`, `rights.${key}-meaning`]));
  said('rights', ['open', 'upheld', 'overturned'].map((state) => `rights.${appealStanding({ state }).key}`));
  said('rights', ['living-artist/jane-doe', 'artist/x', 'studio/x', 'character/x', 'work/x', 'style-term/x', 'opt-out:out_1', 'wrk_1', 'safety'].map((rule) => `rights.${ruleKey(rule)}`));
  for (const rule of [null, '', 'jane-doe', '/x']) assert.equal(ruleKey(rule), null);
});

test('one appeals once, against what is decided', () => {
  assert.ok(mayAppeal({ state: 'refused', appeal: null }) && mayAppeal({ state: 'taken_down', appeal: null }));
  for (const state of ['held', 'released', 'overturned']) assert.ok(!mayAppeal({ state, appeal: null }));
  assert.ok(!mayAppeal({ state: 'refused', appeal: { state: 'upheld' } }));
  assert.ok(mayWithdraw({ state: 'requested' }) && mayWithdraw({ state: 'accepted' }) && !mayWithdraw({ state: 'withdrawn' }) && !mayWithdraw({ state: 'declined' }));
  assert.ok(isPending({ object: 'opt_out', state: 'requested' }) && !isPending({ object: 'opt_out', state: 'accepted' }));
  assert.ok(isPending({ object: 'decision', state: 'refused', appeal: { state: 'open' } }) && !isPending({ object: 'decision', state: 'refused', appeal: null }));
});

test('every field of the forms has its name and its help', () => {
  const text = ['opt-out.name', 'opt-out.other_names', 'opt-out.evidence', 'opt-out.look', 'opt-out.contact', 'appeal.text', 'appeal.contact'];
  const choices = [...KINDS.map((kind) => `opt-out.kind-${kind}`), ...SCOPES.map((scope) => `opt-out.scope-${scope}`)];
  said('rights', [...text, ...choices].flatMap((key) => [`rights.${key}`, `rights.${key}-help`]).concat(['rights.opt-out.kind', 'rights.opt-out.scope', 'rights.opt-out.title', 'rights.appeal.title']));
  said('rights', ['refuse', 'review', 'off'].map((safety) => `rights.policy.safety-${safety}`));
});

// /studio

test('a refusal keeps its decision, and other failures have none', () => {
  const request = entry({ key: 'a', endpoint: 'generations', fields: { prompt: 'x' } }, 1);
  const refused = afterError(request, new ApiError({ status: 400, code: 'moderation_blocked', message: 'no', decision: 'dec_1' }), 2);
  assert.deepEqual([refused.state, refused.decision], ['refused', 'dec_1']);
  assert.equal(afterError(refused, new ApiError({ status: 0 }), 3).decision, null);
  assert.equal(decisionAddress('dec_1'), '/rights?decision=dec_1');
  assert.equal(reasonAlone('Not painted here. Decision dec_1: POST /v1/appeals says something against it.', 'dec_1'), 'Not painted here.');
  assert.equal(reasonAlone('Not painted here.', null), 'Not painted here.');
});

test('a change is said in the language of the page, and an unknown sentence as it came', () => {
  useWords('fr', { 'rights.replaced': '« {from} » est devenu « {to} ».' });
  assert.deepEqual(changeInWords('‘Studio Ghibli’ was replaced by ‘hand-painted animation’.'), { text: '« Studio Ghibli » est devenu « hand-painted animation ».', isForeign: false });
  assert.deepEqual(changeInWords('‘O’Keeffe’s’ was replaced by ‘{from}’.').text, '« O’Keeffe’s » est devenu « {from} ».');
  assert.deepEqual(changeInWords('Something else.'), { text: 'Something else.', isForeign: true });
  useWords('en', {});
  assert.equal(changeInWords('Something else.').isForeign, false);
  assert.equal(say('missing'), 'missing');
});

test('a picture that is taken down is news of its job', () => {
  const job = (...marks) => ({ pictures: marks.map((mark) => ({ taken_down: mark })) });
  assert.notEqual(takenDownMarks(job(null, null)), takenDownMarks(job(null, 'dec_1')));
  assert.equal(takenDownMarks({ pictures: [{}, {}] }), takenDownMarks(job(null, null)));
  assert.equal(takenDownMarks({}), '');
});

// /ops

test('what an operator pastes is recognised, and nothing is guessed', () => {
  assert.deepEqual(targetOf('https://example.org/s/aB3-_x'), { kind: 'share', value: 'aB3-_x' });
  assert.deepEqual(targetOf(' http://localhost:8080/s/aB3.png '), { kind: 'share', value: 'aB3' });
  assert.deepEqual(targetOf('AB'.repeat(32).replace(/(.{8})/g, '$1 ')), { kind: 'sha256', value: 'ab'.repeat(32) });
  assert.deepEqual(targetOf('0123456789ABCDEF'), { kind: 'watermark', value: '0123456789abcdef' });
  assert.deepEqual(targetOf('job_abc'), { kind: 'job', value: 'job_abc', picture: 0 });
  assert.deepEqual(targetOf('/v1/jobs/job_abc/pictures/2?side=512'), { kind: 'job', value: 'job_abc', picture: 2 });
  for (const text of ['', 'a green door', 'ab'.repeat(31), '0123456789abcdefg', 'https://example.org/picture.png']) assert.equal(targetOf(text), null, text);
});

test('a takedown asks for what its preview says', () => {
  const act = { target: targetOf('job_abc/pictures/1'), rightHolder: 'The estate', isRegistered: true };
  assert.deepEqual(takedownBody(act, 'a letter'), { job: 'job_abc', picture: 1, reason: 'a letter', right_holder: 'The estate', register: true });
  assert.deepEqual(takedownBody({ ...act, target: { kind: 'watermark', value: 'f'.repeat(16) }, rightHolder: '', isRegistered: false }, 'x'), { watermark: 'f'.repeat(16), reason: 'x', register: false });
  const keys = (isRegistered) => takedownPreview({ ...act, isRegistered }).map(({ key }) => key);
  assert.ok(keys(true).includes('takedown-registered') && keys(false).includes('takedown-unregistered'));
  assert.equal(takedownPreview(act)[0].values.number, 2);
  said('ops-rights', ['share', 'sha256', 'watermark', 'job'].flatMap((kind) => [`rights.recognised.${kind}`, `rights.preview.target-${kind}`]).concat([...keys(true), ...keys(false)].map((key) => `rights.preview.${key}`)));
});

test('every act and every entry of the ledger has its words', () => {
  const acts = ['opt-outs-accept', 'opt-outs-decline', 'opt-outs-withdraw', 'reviews-release', 'reviews-refuse', 'appeals-uphold', 'appeals-overturn'];
  said('ops-rights', acts.flatMap((act) => ['act', 'yes', 'preview', 'done'].map((part) => `rights.${part}.${act}`)));
  said('ops-rights', ['accept', 'decline', 'withdraw', 'release', 'refuse', 'uphold', 'overturn'].map((button) => `rights.button.${button}`));
  said('ops-rights', ['opt_outs_requested', 'reviews_held', 'appeals_open', 'works', 'taken_down'].map((count) => `rights.count.${count}`));
  said('ops-rights', ['opt-outs', 'reviews', 'appeals', 'accepted', 'works'].flatMap((part) => [`rights.${part}.title`, `rights.${part}.none`]));
  said('ops-rights', ['other-names', 'kind', 'scope', 'evidence', 'look', 'contact', 'requested', 'reason', 'rule', 'account', 'at', 'decision', 'prompt'].map((fact) => `rights.fact.${fact}`));
  said('ops-rights', ['register', 'register-uploads', 'register-outputs', 'withdraw-work'].map((key) => `rights.preview.${key}`));
  said('ops-rights', ['file', 'title', 'holder', 'evidence', 'scope', 'scope-uploads', 'scope-outputs', 'no-file', 'no-title', 'no-holder', 'no-evidence', 'no-scope'].map((key) => `rights.work.${key}`));
  const entries = [
    'prompt.refused', 'prompt.rewritten', 'prompt.labelled', 'upload.refused', 'upload.held', 'output.refused', 'output.held', 'review.released', 'review.refused', 'opt-out.requested', 'opt-out.accepted', 'opt-out.declined', 'opt-out.withdrawn',
    'work.registered', 'work.withdrawn', 'takedown', 'appeal.filed', 'appeal.upheld', 'appeal.overturned', 'lever.plan', 'lever.defer', 'lever.pause', 'lever.drain', 'text.erased', 'contact.erased',
  ];
  said('ops-rights', entries.map((kind) => `rights.entry.${kind}`));
  said('ops-rights', [...KINDS.map((kind) => `rights.kind.${kind}`), ...SCOPES.map((scope) => `rights.scope.${scope}`)]);
});

test('an entry of the ledger is one line, however much it holds', () => {
  assert.equal(ledgerDetail({ rules: ['a', 'b'], policy: 'considerate', empty: null, more: { side: 1 } }), 'rules: a, b; policy: considerate; more: side: 1');
  assert.equal(ledgerDetail(null), '');
  assert.ok([...ledgerDetail({ long: 'x'.repeat(1000) })].length < 250);
});
