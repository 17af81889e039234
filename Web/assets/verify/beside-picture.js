// What is signed inside a picture's own file, for the studio's label beside it: asked for when somebody presses the button, and
// remembered, for the answer does not change.
import { ask, fetchBlob } from '../common/api.js';
import { element, fill } from '../common/dom.js';
import { addWords, say } from '../common/words.js';
import { factList, signatureSection, statementSection, watermarkSection } from './sections.js';
import { verdictOf, whole } from './verdict.js';

const MOST_REMEMBERED = 50;
/** @type {Map<string, Promise<any>>} by the picture's SHA-256 */
const answers = new Map();
/** @type {Promise<void>|null} */
let words = null;

async function fetchAnswer(picture) {
  const blob = await fetchBlob(`${picture.url}?download=1`);
  return ask('/v1/verify', { method: 'POST', body: blob, headers: { 'Content-Type': blob.type || 'application/octet-stream' } });
}

function answerOf(picture) {
  let answer = answers.get(picture.sha256);
  if (!answer) {
    if (answers.size >= MOST_REMEMBERED) answers.delete(/** @type {string} */ (answers.keys().next().value));
    answer = fetchAnswer(picture);
    // What failed is asked for again.
    answer.catch(() => answers.delete(picture.sha256));
    answers.set(picture.sha256, answer);
  }
  return answer;
}

/** @param {any} picture @param {HTMLElement} place where it is shown */
export async function showCredentials(picture, place) {
  words ??= addWords(['verify']).catch((error) => { words = null; throw error; });
  const [told] = await Promise.all([answerOf(picture), words]);
  const { key, meaning } = verdictOf(told);
  const answer = whole(told);
  const name = answer.credentials.signed_by ?? say('verify.somebody');
  const heading = element('h3', { tabindex: -1 }, say(`verify.${key}`, { name }));
  const sections = [signatureSection(answer), statementSection(answer), watermarkSection(answer)].filter((section) => section !== null);
  fill(place, heading, element('p', { class: 'small' }, say(`verify.${meaning}`, { name })),
    sections.map(({ note, facts }) => [note && element('p', { class: 'small soft' }, note), factList(facts)]));
  heading.focus({ preventScroll: true });
}
