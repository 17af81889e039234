// A lever is pulled in three steps: what and why, a second yes, and the line that stands in the audit.

import { ApiError, ask } from '../common/api.js';
import { openDialog } from '../common/dialog.js';
import { element, fill } from '../common/dom.js';
import { say } from '../common/words.js';
import { minute, moment } from '../status/amounts.js';
import { auditSentence } from './audit-panel.js';
import { previewOf } from './lever-preview.js';

const REASON_LENGTH = 500;

function previewSentence({ key, values }) {
  if (key === 'setting') return say('preview.setting', { ...values, setting: say(`setting.${values.setting}`) });
  if (values.until) return say(`preview.${key}`, { ...values, until: minute(values.until) });
  return say(`preview.${key}`, values);
}

function previewItems(lever, state) {
  return previewOf(lever, state).map((found) => element('li', { class: found.tone ?? null }, previewSentence(found)));
}

/** What the server is asked; the kind is in the address. */
function bodyOf({ kind: _, ...body }, reason) {
  return { ...body, reason };
}

/**
 * @param {object} options
 * @param {string} options.title
 * @param {string} options.verb what the last button says
 * @param {Element|null} options.fields
 * @param {() => any} options.read the lever as the fields have it; null when they are not right (and say so themselves)
 * @param {() => any} options.stateNow
 * @param {() => void} options.onDone
 */
export function openLever({ title, verb, fields, read, stateNow, onDone }) {
  const place = element('div', { class: 'lever stack' });
  const reason = element('textarea', { id: 'lever-reason', rows: 2, maxlength: REASON_LENGTH, required: true, 'aria-describedby': 'lever-complaint' });
  const complaint = element('p', { class: 'complaint', id: 'lever-complaint', role: 'alert' });
  const preview = element('ul', { class: 'preview' });
  const dialog = openDialog(title, place, { className: 'lever-dialog' });

  function showPreview() {
    const lever = read();
    fill(preview, lever ? previewItems(lever, stateNow()) : element('li', { class: 'bad' }, say('lever.not-right')));
  }

  function heading(text) {
    return element('h3', { tabindex: -1 }, text);
  }

  function enter(...children) {
    fill(place, ...children);
    place.querySelector('h3')?.focus();
    dialog.scrollTop = 0;
  }

  function showForm() {
    fill(complaint);
    const goOn = (event) => {
      event.preventDefault();
      const lever = read();
      const text = reason.value.trim();
      if (!lever) fill(complaint, say('lever.not-right'));
      else if (text === '') {
        fill(complaint, say('lever.reason-missing'));
        reason.setAttribute('aria-invalid', 'true');
        reason.focus();
      } else showConfirmation(lever, text);
    };
    fill(place, element(
      'form',
      { class: 'stack', onsubmit: goOn, oninput: showPreview, novalidate: true },
      fields,
      element('div', {}, element('h3', { class: 'minor' }, say('lever.preview')), preview),
      element('div', { class: 'field' }, element('label', { for: 'lever-reason' }, say('lever.reason')), reason),
      complaint,
      element('div', { class: 'row end' },
        element('button', { type: 'button', class: 'button quiet', onclick: () => dialog.close() }, say('lever.cancel')),
        element('button', { type: 'submit', class: 'button main' }, say('lever.go-on'))),
    ));
    showPreview();
  }

  function showConfirmation(lever, text) {
    const failed = element('p', { class: 'complaint', role: 'alert' });
    const yes = element('button', { type: 'button', class: 'button main' }, verb);
    yes.addEventListener('click', async () => {
      if (yes.getAttribute('aria-disabled')) return;
      yes.setAttribute('aria-disabled', 'true');
      fill(failed);
      try {
        const { audit } = await ask(`/ops/levers/${lever.kind}`, { method: 'POST', body: bodyOf(lever, text) });
        showDone(audit);
        onDone();
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        yes.removeAttribute('aria-disabled');
        fill(failed, error.isNetwork ? say('lever.no-network') : error.message);
      }
    });
    enter(
      heading(say('lever.really')),
      element('ul', { class: 'preview' }, previewItems(lever, stateNow())),
      element('p', {}, element('span', { class: 'soft' }, say('lever.because')), ' ', text),
      element('p', { class: 'small soft' }, say('lever.noted')),
      failed,
      element('div', { class: 'row end' },
        element('button', { type: 'button', class: 'button', onclick: () => { showForm(); place.querySelector('input, textarea, button')?.focus(); } }, say('lever.back')),
        yes),
    );
  }

  function showDone(audit) {
    enter(
      heading(say('lever.done')),
      element('div', { class: 'audit-line' },
        element('p', { class: 'strong' }, auditSentence(audit)),
        element('p', {}, audit.reason),
        element('p', { class: 'small soft' }, say('lever.line', { id: String(audit.id), name: audit.name, date: moment(audit.at) }))),
      element('div', { class: 'row end' }, element('button', { type: 'button', class: 'button main', onclick: () => dialog.close() }, say('common.close'))),
    );
  }

  showForm();
  return { dialog, showPreview };
}
