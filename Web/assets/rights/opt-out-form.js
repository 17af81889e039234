// The form of an artist or a right holder who does not want to be imitated here.

import { ask } from '../common/api.js';
import { say } from '../common/words.js';
import { choiceField, textField } from './fields.js';
import { filled, KINDS, LIMITS, namesFrom, requestProblems, SCOPES } from './limits.js';
import { sendingForm } from './sending.js';

/** @param {(request: any) => void} onFiled */
export function optOutForm(onFiled) {
  const form = 'opt-out';
  const others = textField({ form, name: 'other_names', most: LIMITS.other_names, rows: 3, most_key: 'rights.at-most-names', count: (text) => namesFrom(text).length });
  const fields = [
    choiceField({ form, name: 'kind', values: KINDS, chosen: [KINDS[0]], isSingle: true }),
    textField({ form, name: 'name', most: LIMITS.name, isRequired: true, autocomplete: 'name' }),
    { ...others, read: () => namesFrom(others.control.value) },
    choiceField({ form, name: 'scope', values: SCOPES, chosen: ['style', 'name'], isSingle: false }),
    textField({ form, name: 'evidence', most: LIMITS.evidence, rows: 5, isRequired: true }),
    textField({ form, name: 'look', most: LIMITS.look }),
    textField({ form, name: 'contact', most: LIMITS.contact, autocomplete: 'email' }),
  ];
  return sendingForm({
    form,
    fields,
    problems: requestProblems,
    verb: say('rights.opt-out.send'),
    send: async (wish) => onFiled(await ask('/v1/opt-outs', { method: 'POST', body: filled(wish) })),
  });
}
