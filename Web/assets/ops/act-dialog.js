// What an operator does is done in three steps: what and why, a second yes, and what came of it.

import { ApiError } from '../common/api.js';
import { openDialog } from '../common/dialog.js';
import { element, fill } from '../common/dom.js';
import { say } from '../common/words.js';

const REASON_LENGTH = 500;

/** A sentence of a preview. @param {string} text @param {string|null} [tone] */
export const previewItem = (text, tone = null) => element('li', { class: tone }, text);

/**
 * @param {object} options
 * @param {string} options.title
 * @param {string} options.verb what the last button says
 * @param {Element|null} options.fields
 * @param {() => any} options.read the act as the fields have it; null when they are not right (and say so themselves)
 * @param {(act: any) => Element[]} options.preview what will happen
 * @param {(act: any, reason: string) => Promise<any>} options.send
 * @param {(answer: any) => any} options.done what came of it
 * @param {() => void} options.onDone
 * @param {{label?: string, most?: number, isNeeded?: boolean}} [options.reason] how the reason is asked for; where it is not needed, it is not asked for
 */
export function openAct({ title, verb, fields, read, preview: previewOf, send, done, onDone, reason: { label = say('lever.reason'), most = REASON_LENGTH, isNeeded = true } = {} }) {
  const place = element('div', { class: 'lever stack' });
  const reason = element('textarea', { id: 'lever-reason', rows: 2, maxlength: most, required: true, 'aria-describedby': 'lever-complaint' });
  const complaint = element('p', { class: 'complaint', id: 'lever-complaint', role: 'alert' });
  const preview = element('ul', { class: 'preview' });
  const dialog = openDialog(title, place, { className: 'lever-dialog' });

  function showPreview() {
    const act = read();
    fill(preview, act ? previewOf(act) : previewItem(say('lever.not-right'), 'bad'));
  }

  function enter(...children) {
    fill(place, ...children);
    place.querySelector('h3')?.focus();
    dialog.scrollTop = 0;
  }

  const heading = (text) => element('h3', { tabindex: -1 }, text);

  function showForm() {
    fill(complaint);
    const goOn = (event) => {
      event.preventDefault();
      const act = read();
      const text = reason.value.trim();
      if (!act) fill(complaint, say('lever.not-right'));
      else if (isNeeded && text === '') {
        fill(complaint, say('lever.reason-missing'));
        reason.setAttribute('aria-invalid', 'true');
        reason.focus();
      } else showConfirmation(act, text);
    };
    fill(place, element(
      'form',
      { class: 'stack', onsubmit: goOn, oninput: showPreview, novalidate: true },
      fields,
      element('div', {}, element('h3', { class: 'minor' }, say('lever.preview')), preview),
      isNeeded && element('div', { class: 'field' }, element('label', { for: 'lever-reason' }, label), reason),
      complaint,
      element('div', { class: 'row end' },
        element('button', { type: 'button', class: 'button quiet', onclick: () => dialog.close() }, say('lever.cancel')),
        element('button', { type: 'submit', class: 'button main' }, say('lever.go-on'))),
    ));
    showPreview();
  }

  function showConfirmation(act, text) {
    const failed = element('p', { class: 'complaint', role: 'alert' });
    const yes = element('button', { type: 'button', class: 'button main' }, verb);
    yes.addEventListener('click', async () => {
      if (yes.getAttribute('aria-disabled')) return;
      yes.setAttribute('aria-disabled', 'true');
      fill(failed);
      try {
        showDone(done(await send(act, text)));
        onDone();
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        yes.removeAttribute('aria-disabled');
        fill(failed, error.isNetwork ? say('lever.no-network') : error.message);
      }
    });
    enter(
      heading(say('lever.really')),
      element('ul', { class: 'preview' }, previewOf(act)),
      isNeeded && element('p', {}, element('span', { class: 'soft' }, say('lever.because')), ' ', text),
      element('p', { class: 'small soft' }, say('lever.noted')),
      failed,
      element('div', { class: 'row end' },
        element('button', { type: 'button', class: 'button', onclick: () => { showForm(); place.querySelector('input, textarea, button')?.focus(); } }, say('lever.back')),
        yes),
    );
  }

  function showDone(came) {
    enter(
      heading(say('lever.done')),
      element('div', { class: 'audit-line' }, came),
      element('div', { class: 'row end' }, element('button', { type: 'button', class: 'button main', onclick: () => dialog.close() }, say('common.close'))),
    );
  }

  showForm();
  return { dialog, showPreview };
}
