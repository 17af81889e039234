// A file goes in by dropping, pasting or choosing; what the server knows of it comes out.

import { ApiError, ask } from '../common/api.js';
import { element, fill, find, write } from '../common/dom.js';
import { formatNumber, loadWords, preferredLanguage, say } from '../common/words.js';
import { showLanguages } from '../status/languages.js';
import { answerElement } from './answer.js';
import { MOST_BYTES, reasonNotToSend } from './verdict.js';

// A file may come before the words do: it is taken then, too, and answered once there are words.
const words = loadWords(preferredLanguage(), ['status', 'verify']);
const [zone, chooser, result, spoken] = ['#zone', '#chooser', '#result', '#spoken'].map((name) => find(name));
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

function showAnswer(answer, file) {
  const { node, heading, title } = answerElement(answer, file);
  fill(result, node);
  write(spoken, title);
  heading.focus({ preventScroll: true });
  result.scrollIntoView({ block: 'nearest' });
}

async function look(file) {
  await words;
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

function takeChosen() {
  if (chooser.files[0]) look(chooser.files[0]);
  chooser.value = '';
}
chooser.addEventListener('change', takeChosen);
// What was chosen while this script was still on its way.
takeChosen();
// The whole page takes what is dropped: a file that misses the frame would else replace the page.
for (const name of ['dragenter', 'dragover']) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    zone.classList.add('is-over');
  });
}
document.addEventListener('dragleave', (event) => event.relatedTarget === null && zone.classList.remove('is-over'));
document.addEventListener('drop', async (event) => {
  event.preventDefault();
  zone.classList.remove('is-over');
  const [file] = event.dataTransfer.files;
  if (file) return look(file);
  await words;
  showComplaint(say('verify.no-file'));
});
document.addEventListener('paste', (event) => {
  const [file] = event.clipboardData.files;
  if (!file) return;
  event.preventDefault();
  look(file);
});

await words;
document.title = say('verify.page-title');
showLanguages(find('#languages'));
