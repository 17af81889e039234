// An appeal against a decision: once, in one's own words.

import { ask } from '../common/api.js';
import { say } from '../common/words.js';
import { textField } from './fields.js';
import { appealProblems, filled, LIMITS } from './limits.js';
import { sendingForm } from './sending.js';

/** @param {string} decision its id @param {(decision: any) => void} onFiled */
export function appealForm(decision, onFiled) {
  const form = 'appeal';
  return sendingForm({
    form,
    fields: [
      textField({ form, name: 'text', most: LIMITS.text, rows: 5, isRequired: true }),
      textField({ form, name: 'contact', most: LIMITS.contact, autocomplete: 'email' }),
    ],
    problems: appealProblems,
    verb: say('rights.appeal.send'),
    send: async (appeal) => onFiled(await ask('/v1/appeals', { method: 'POST', body: { decision, ...filled(appeal) } })),
  });
}
