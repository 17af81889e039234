// A shared picture's page is whole without scripts; with them it speaks the visitor's language.
import { formatDate, loadWords } from '../common/words.js';

await loadWords();
for (const time of document.querySelectorAll('time')) {
  const at = Date.parse(time.dateTime);
  if (!Number.isNaN(at)) time.textContent = formatDate(at);
}
