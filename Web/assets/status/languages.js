// The choice of the language. The page is loaded anew for it: it keeps nothing that would be lost.

import { element, fill } from '../common/dom.js';
import { currentLanguage, languages, rememberLanguage, say } from '../common/words.js';

export function showLanguages(place) {
  const select = element(
    'select',
    { 'aria-label': say('frame.language') },
    Object.entries(languages).map(([code, name]) => element('option', { value: code, selected: code === currentLanguage(), lang: code }, name)),
  );
  select.addEventListener('change', () => {
    rememberLanguage(select.value);
    location.reload();
  });
  fill(place, select);
}
