// The governor's own words. It speaks English; where a translation of a sentence is known, that is said instead.

import { element } from '../common/dom.js';
import { currentLanguage, knows, say } from '../common/words.js';

/** `{text, language}` of a sentence: as a sentence of its own, with a capital and a full stop. */
export function spokenReason(sentence) {
  const key = `why.${sentence}`;
  if (knows(key)) return { text: say(key), language: currentLanguage() };
  const text = sentence.charAt(0).toUpperCase() + sentence.slice(1);
  return { text: /[.!?]$/.test(text) ? text : `${text}.`, language: 'en' };
}

export function reasonElement(sentence) {
  const { text, language } = spokenReason(sentence);
  return element('span', { lang: language === currentLanguage() ? null : language }, text);
}
