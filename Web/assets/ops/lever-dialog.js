// A lever is an act on the machine: it says what will happen to the crowd, and ends as a line in the audit.

import { ask } from '../common/api.js';
import { element } from '../common/dom.js';
import { say } from '../common/words.js';
import { minute, moment } from '../status/amounts.js';
import { openAct, previewItem } from './act-dialog.js';
import { auditSentence } from './audit-panel.js';
import { previewOf } from './lever-preview.js';

function previewSentence({ key, values }) {
  if (key === 'setting') return say('preview.setting', { ...values, setting: say(`setting.${values.setting}`) });
  if (values.until) return say(`preview.${key}`, { ...values, until: minute(values.until) });
  return say(`preview.${key}`, values);
}

/** What the server is asked; the kind is in the address. */
function bodyOf({ kind: _, ...body }, reason) {
  return { ...body, reason };
}

const auditLine = ({ audit }) => [
  element('p', { class: 'strong' }, auditSentence(audit)),
  element('p', {}, audit.reason),
  element('p', { class: 'small soft' }, say('lever.line', { id: String(audit.id), name: audit.name, date: moment(audit.at) })),
];

/**
 * @param {object} options
 * @param {string} options.title
 * @param {string} options.verb what the last button says
 * @param {Element|null} options.fields
 * @param {() => any} options.read the lever as the fields have it; null when they are not right (and say so themselves)
 * @param {() => any} options.stateNow
 * @param {() => void} options.onDone
 */
export function openLever({ stateNow, ...options }) {
  return openAct({
    ...options,
    preview: (lever) => previewOf(lever, stateNow()).map((found) => previewItem(previewSentence(found), found.tone)),
    send: (lever, reason) => ask(`/ops/levers/${lever.kind}`, { method: 'POST', body: bodyOf(lever, reason) }),
    done: auditLine,
  });
}
