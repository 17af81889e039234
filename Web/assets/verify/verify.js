// A file goes in by dropping, pasting or choosing; what the server knows of it comes out.

import { ApiError, ask } from '../common/api.js';
import { element, fill, find, write } from '../common/dom.js';
import { formatNumber, knows, loadWords, preferredLanguage, say, currentLanguage } from '../common/words.js';
import { moment } from '../status/amounts.js';
import { glyph } from '../status/glyphs.js';
import { showLanguages } from '../status/languages.js';
import { grouped, MOST_BYTES, reasonNotToSend, verdictOf } from './verdict.js';

await loadWords(preferredLanguage(), ['status', 'verify']);
document.title = say('verify.page-title');
showLanguages(find('#languages'));

const [zone, chooser, result, spoken] = ['#zone', '#chooser', '#result', '#spoken'].map((name) => find(name));
let shownAddress = null;
let pending = null;

function complaintOf(error) {
  if (error.isNetwork) return say('verify.no-network');
  if (error.code === 'invalid_image') return say('verify.invalid');
  if (error.status === 429) return say('verify.too-often');
  return error.message;
}

function showComplaint(text) {
  fill(result, element('p', { class: 'complaint' }, text));
  write(spoken, text);
}

function pictureOf(file) {
  if (shownAddress) URL.revokeObjectURL(shownAddress);
  shownAddress = URL.createObjectURL(file);
  const picture = element('img', { src: shownAddress, alt: say('verify.your-picture') });
  // Not every browser draws every kind of picture that the server reads.
  picture.addEventListener('error', () => picture.remove());
  return element('div', { class: 'shown' }, picture);
}

function factsOf(answer, file) {
  const size = `${formatNumber(answer.width)} × ${formatNumber(answer.height)}, ${answer.format.toUpperCase()}`;
  const facts = [['file', file.name || say('verify.pasted')], ['size', size], ['sha256', element('code', {}, grouped(answer.sha256))]];
  if (answer.made_at !== null) facts.unshift(['when', moment(answer.made_at)]);
  if (answer.model !== null) facts.splice(1, 0, ['how', knows(`verify.kind-${answer.kind}`) ? say(`verify.kind-${answer.kind}`, { model: answer.model }) : answer.model]);
  return element('dl', { class: 'facts' }, facts.map(([name, value]) => element('div', {}, element('dt', {}, say(`verify.fact-${name}`)), element('dd', {}, value))));
}

function showAnswer(answer, file) {
  const { key, tone } = verdictOf(answer);
  const title = say(`verify.${key}`);
  const heading = element('h2', { tabindex: -1 }, title);
  fill(
    result,
    element(
      'article',
      { class: 'verdict' },
      pictureOf(file),
      element(
        'div',
        { class: 'stack' },
        element('div', { class: 'verdict-head' }, element('span', { class: `sign tone-${tone}` }, glyph(tone)), heading),
        element('p', {}, say(`verify.${key}-meaning`)),
        currentLanguage() === 'en' && answer.explanation ? element('p', { class: 'soft' }, answer.explanation) : null,
        factsOf(answer, file),
      ),
    ),
  );
  write(spoken, title);
  heading.focus({ preventScroll: true });
  result.scrollIntoView({ block: 'nearest' });
}

async function look(file) {
  const reason = reasonNotToSend(file);
  if (reason) return showComplaint(say(`verify.${reason}`, { most: formatNumber(MOST_BYTES / 1_000_000) }));
  pending?.abort();
  const mine = new AbortController();
  pending = mine;
  zone.classList.add('is-busy');
  fill(result, element('p', { class: 'soft' }, say('verify.looking')));
  write(spoken, say('verify.looking'));
  try {
    const answer = await ask('/v1/verify', { method: 'POST', body: file, headers: { 'Content-Type': file.type || 'application/octet-stream' }, signal: mine.signal });
    showAnswer(answer, file);
  } catch (error) {
    // Another file came meanwhile: its answer is the one that counts.
    if (mine.signal.aborted) return;
    if (!(error instanceof ApiError)) throw error;
    showComplaint(complaintOf(error));
  } finally {
    if (pending === mine) zone.classList.remove('is-busy');
  }
}

chooser.addEventListener('change', () => {
  if (chooser.files[0]) look(chooser.files[0]);
  chooser.value = '';
});
// The whole page takes what is dropped: a file that misses the frame would else replace the page.
for (const name of ['dragenter', 'dragover']) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    zone.classList.add('is-over');
  });
}
document.addEventListener('dragleave', (event) => event.relatedTarget === null && zone.classList.remove('is-over'));
document.addEventListener('drop', (event) => {
  event.preventDefault();
  zone.classList.remove('is-over');
  const [file] = event.dataTransfer.files;
  if (file) look(file);
  else showComplaint(say('verify.no-file'));
});
document.addEventListener('paste', (event) => {
  const [file] = event.clipboardData.files;
  if (!file) return;
  event.preventDefault();
  look(file);
});
