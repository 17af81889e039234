// What a decision and a request have in common on the page.

import { element, fill, write } from '../common/dom.js';
import { say } from '../common/words.js';
import { glyph } from '../status/glyphs.js';

/** A title with its sign; the heading takes the focus when it comes. */
export function standingHead(text, tone) {
  const heading = element('h2', { tabindex: -1 }, text);
  return { heading, node: element('div', { class: 'verdict-head' }, element('span', { class: `sign tone-${tone}` }, glyph(tone)), heading) };
}

/** @param {Array<[string, any]>} facts those without a value are left out */
export const factList = (facts) => element('dl', { class: 'facts' }, facts.filter(([, value]) => value !== null && value !== undefined && value !== '')
  .map(([key, value]) => element('div', {}, element('dt', {}, say(key)), element('dd', {}, value))));

/** The words of a person, or of the server in its own language, set apart. */
export const quotation = (said, text, lang = null) => element('div', { class: 'quotation' }, element('p', { class: 'small soft' }, said), element('blockquote', { lang }, text));

/** A number to be kept, with a way to copy it. */
export function keptNumber(label, text) {
  const told = element('span', { role: 'status', class: 'small soft' });
  const field = element('input', { type: 'text', readonly: true, value: text, 'aria-label': label, class: 'kept-number', onfocus: (event) => event.target.select() });
  const copy = async () => {
    field.select();
    try { await navigator.clipboard.writeText(text); } catch { document.execCommand('copy'); }
    write(told, say('rights.copied'));
  };
  return element('div', { class: 'row kept' }, field, element('button', { type: 'button', class: 'button', onclick: copy }, say('rights.copy')), told);
}

/** A button that asks once more before it does what cannot be undone. */
export function sureButton(label, sure, act) {
  const complaint = element('p', { class: 'complaint', role: 'alert' });
  const button = element('button', { type: 'button', class: 'button danger', onclick: async () => {
    if (button.dataset.sure !== 'yes') {
      button.dataset.sure = 'yes';
      return write(button, sure);
    }
    try {
      await act();
    } catch (error) {
      fill(complaint, error.message || say('rights.failed'));
    }
  } }, label);
  return element('div', { class: 'stack' }, element('div', { class: 'row' }, button), complaint);
}
