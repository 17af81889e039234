// What was decided about a wish, in words: refused, held, changed, taken down; and the way to object.
import { ApiError, ask } from '../common/api.js';
import { element } from '../common/dom.js';
import { currentLanguage, say } from '../common/words.js';

/** Where a decision is read, and appealed against. @param {string} decision */
export const decisionAddress = (decision) => `/rights?decision=${encodeURIComponent(decision)}`;

/** The way to a decision, where there is one. @param {string|null|undefined} decision @param {string} [code] */
export const appealLink = (decision, code) =>
  (decision ? element('a', { class: 'button', href: decisionAddress(decision) }, say(code === 'held_for_review' ? 'rights.look' : 'rights.appeal')) : null);

const LEADS = { moderation_blocked: 'rights.blocked', held_for_review: 'rights.held' };

/** The server's message without its end, which tells programs where to appeal: here there is a button. @param {string} message @param {string|null|undefined} decision */
export const reasonAlone = (message, decision) => (decision ? message.split(` Decision ${decision}`)[0] : message);

/** Why there is no picture. What the server says in English comes after what the page says, and alone where that is enough. @param {string|null} code @param {string} message @param {string|null} [decision] */
export function refusalInWords(code, message, decision) {
  const lead = LEADS[code ?? ''];
  if (!lead) return element('p', {}, message);
  const reason = reasonAlone(message, decision);
  return [element('p', {}, say(lead)), reason && element('p', { class: 'small soft', lang: 'en' }, reason)];
}

/** The change as the page's language says it; a sentence that is not known stays as it came. @param {string} sentence @returns {{text: string, isForeign: boolean}} */
export function changeInWords(sentence) {
  const found = /^‘(.+?)’ was replaced by ‘(.+)’\.$/s.exec(sentence);
  return found ? { text: say('rights.replaced', { from: found[1], to: found[2] }), isForeign: false } : { text: sentence, isForeign: currentLanguage() !== 'en' };
}

/** What was changed in the words, and what goes with the picture. @param {{changes: string[], labels: string[]}|null|undefined} rights */
export function changedInWords(rights) {
  const changes = rights?.changes ?? [];
  const labels = rights?.labels ?? [];
  if (changes.length + labels.length === 0) return null;
  return element('div', { class: 'changed small' },
    changes.length > 0 && [element('p', {}, say('rights.changed')), element('ul', {}, changes.map(changeInWords).map(({ text, isForeign }) => element('li', { lang: isForeign ? 'en' : null }, text)))],
    labels.map((label) => element('p', { lang: 'en' }, label)));
}

/** Which of a job's pictures were taken down, to be compared. @param {any} job */
export const takenDownMarks = (job) => (job.pictures ?? []).map((picture) => picture.taken_down ?? '').join();

/** Why a picture does not come: the decision by which it was taken down; null where it was not, or nobody can say. @param {string} address @returns {Promise<{decision: string|null}|null>} */
export async function whyGone(address) {
  try {
    await ask(address);
  } catch (error) {
    if (error instanceof ApiError && error.status === 451) return { decision: error.decision };
  }
  return null;
}

/** What hangs in the place of a picture that was taken down. @param {string|null} decision */
export const takenDownCard = (decision) => element('div', { class: 'layer taken-down' },
  element('p', {}, say('taken.title')),
  element('p', { class: 'small soft' }, say('taken.why')),
  decision && element('a', { class: 'button', href: decisionAddress(decision) }, say('taken.decision')));
