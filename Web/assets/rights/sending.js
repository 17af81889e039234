// A form that checks itself before it is sent, and shows the server's complaint at the field that it is about.

import { ApiError } from '../common/api.js';
import { element, fill } from '../common/dom.js';
import { say } from '../common/words.js';
import { fieldOf } from './limits.js';

/** What a failure means for whoever filled in a form. @param {any} error */
export function complaintOf(error) {
  if (!(error instanceof ApiError)) throw error;
  if (error.isNetwork) return say('rights.no-network');
  if (error.status === 429) return say('rights.too-often');
  return error.message || say('rights.failed');
}

/**
 * @param {object} options
 * @param {Array<any>} options.fields
 * @param {(values: Record<string, any>) => Record<string, string>} options.problems
 * @param {(values: Record<string, any>) => Promise<any>} options.send
 * @param {string} options.verb
 * @param {string} options.form the name under which its words are
 */
export function sendingForm({ fields, problems, send, verb, form }) {
  const complaint = element('p', { class: 'complaint', role: 'alert' });
  const button = element('button', { type: 'submit', class: 'button main' }, verb);
  const values = () => Object.fromEntries(fields.map((field) => [field.name, field.read()]));

  function showProblems(found) {
    for (const field of fields) field.complain(found[field.name] ?? null);
    fields.find((field) => found[field.name])?.control.focus();
  }

  function showRefusal(error) {
    const text = complaintOf(error);
    const field = fields.find(({ name }) => name === fieldOf(error.param));
    if (!field) return fill(complaint, text);
    fill(complaint, say('rights.see-field'));
    showProblems({ [field.name]: text });
  }

  async function submit(event) {
    event.preventDefault();
    if (button.getAttribute('aria-disabled')) return;
    const wish = values();
    const found = Object.fromEntries(Object.entries(problems(wish)).map(([name, key]) => [name, say(`rights.problem-${key}`)]));
    fill(complaint, Object.keys(found).length > 0 ? say('rights.see-field') : '');
    showProblems(found);
    if (Object.keys(found).length > 0) return;
    button.setAttribute('aria-disabled', 'true');
    try {
      await send(wish);
    } catch (error) {
      showRefusal(error);
    } finally {
      button.removeAttribute('aria-disabled');
    }
  }

  return element('form', { class: 'stack', novalidate: true, 'aria-label': say(`rights.${form}.title`), onsubmit: submit }, fields.map(({ node }) => node), complaint, element('div', { class: 'row' }, button));
}
