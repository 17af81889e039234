// An answer as parts with a heading and facts: for the page, and for the label beside a picture.

import { element } from '../common/dom.js';
import { knows, say } from '../common/words.js';
import { moment } from '../status/amounts.js';
import { actionWords, ingredientWords, isReliable, policyActions } from './statement.js';

/** @typedef {{title: string, note: string|null, facts: Array<[string, any]>}} Section */

const isKnown = ([, value]) => value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);
const known = (facts) => facts.filter(isKnown).map(([name, value]) => [say(`verify.fact-${name}`), value]);
const listed = (items) => (items.length === 0 ? null : element('ul', { role: 'list' }, items.map((item) => element('li', {}, item))));
// What others wrote is in their language, which is mostly English.
const quoted = (text) => element('span', { lang: 'en' }, text);
const code = (text) => element('code', {}, text);

/** Who signed it, when, and what that is worth. @returns {Section} */
export function signatureSection({ credentials }) {
  const { verdict, is_own: isOwn, is_development: isDevelopment } = credentials;
  const state = isOwn && isReliable(credentials) ? 'own' : verdict;
  return {
    title: say('verify.section-signature'),
    note: isDevelopment ? say('verify.development') : null,
    facts: known([
      ['signature', knows(`verify.signature-${state}`) ? say(`verify.signature-${state}`) : verdict],
      ['signed-by', credentials.signed_by],
      ['certificate', isDevelopment ? say('verify.certificate-development') : null],
      ['signed-at', credentials.signed_at === null ? null : moment(credentials.signed_at)],
      ['generator', credentials.generator],
    ]),
  };
}

function actionSentence(action) {
  const { key, values, source } = actionWords(action);
  const parts = [say(`verify.${key}`, values)];
  if (source) parts.push(say(`verify.${source}`));
  if (action.software) parts.push(say('verify.with-software', { software: action.software }));
  return parts.join(', ');
}

/** What the credentials say of how it came to be; null where there are none. @returns {Section|null} */
export function statementSection({ credentials }) {
  if (credentials.verdict === 'absent') return null;
  const { policy } = credentials;
  const done = policyActions(credentials.policy_actions).map(({ key, values }) => say(`verify.${key}`, values));
  return {
    title: say('verify.section-statement'),
    note: isReliable(credentials) ? null : say('verify.not-reliable'),
    facts: known([
      ['by-model', say(credentials.made_by_model ? 'verify.by-model-yes' : 'verify.by-model-no')],
      ['title', credentials.title],
      ['actions', listed(credentials.actions.map(actionSentence))],
      ['ingredients', listed(credentials.ingredients.map((one) => { const { key, values } = ingredientWords(one); return say(`verify.${key}`, values); }))],
      ['policy', policy === null ? null : done.length > 0 ? say('verify.policy-did', { policy, done: done.join(', ') }) : policy],
      ['labels', listed(credentials.labels.map(quoted))],
    ]),
  };
}

/** Whether the invisible mark is in the picture, and what it brings back. @returns {Section} */
export function watermarkSection({ watermark, credentials }) {
  const state = watermark === null ? 'none' : watermark.is_known ? 'known' : 'strange';
  const brings = watermark?.is_known && credentials.verdict === 'absent';
  return {
    title: say('verify.section-watermark'),
    note: brings ? say('verify.watermark-recovers') : null,
    facts: known([
      ['watermark', say(`verify.watermark-${state}`)],
      ['watermark-id', watermark ? code(watermark.id) : null],
      ['when', watermark?.made_at ? moment(watermark.made_at) : null],
      ['model', watermark?.model],
    ]),
  };
}

/** What our own books have. @returns {Section} */
export function recordSection(answer) {
  const isKnownHere = answer.made_here;
  return {
    title: say('verify.section-record'),
    note: null,
    facts: known([
      ['record', say(isKnownHere ? 'verify.record-known' : 'verify.record-none')],
      ['when', answer.made_at === null ? null : moment(answer.made_at)],
      ['how', answer.model === null ? null : knows(`verify.kind-${answer.kind}`) ? say(`verify.kind-${answer.kind}`, { model: answer.model }) : answer.model],
      ['standing', isKnownHere ? say(answer.taken_down ? 'verify.standing-down' : 'verify.standing-up') : null],
    ]),
  };
}

/** @param {Array<[string, any]>} facts */
export const factList = (facts) => element('dl', { class: 'facts' }, facts.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))));
