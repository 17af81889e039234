// Taking a picture down: what is pasted is recognised at once, and what will happen is said before it does.

import { ask } from '../common/api.js';
import { element, write } from '../common/dom.js';
import { say } from '../common/words.js';
import { openAct } from './act-dialog.js';
import { outcome, previews } from './rights-acts.js';
import { takedownBody, takedownPreview, targetOf } from './rights-target.js';

const RIGHT_HOLDER_LENGTH = 300;

/** @param {{onDone: () => void}} context */
export function openTakedown({ onDone }) {
  const what = element('input', { type: 'text', id: 'takedown-what', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': 'takedown-help takedown-found' });
  const recognised = element('p', { class: 'small', id: 'takedown-found', role: 'status' });
  const holder = element('input', { type: 'text', id: 'takedown-holder', maxlength: RIGHT_HOLDER_LENGTH, autocomplete: 'off' });
  const register = element('input', { type: 'checkbox', id: 'takedown-register', checked: true });

  function read() {
    const target = targetOf(what.value);
    write(recognised, what.value.trim() === '' ? '' : say(target ? `rights.recognised.${target.kind}` : 'rights.recognised.nothing'));
    return target && { target, rightHolder: holder.value.trim(), isRegistered: register.checked };
  }

  openAct({
    title: say('rights.takedown.title'),
    verb: say('rights.yes.takedown'),
    fields: element('div', { class: 'stack' },
      element('div', { class: 'field' }, element('label', { for: 'takedown-what' }, say('rights.takedown.what')), what, element('p', { class: 'small soft', id: 'takedown-help' }, say('rights.takedown.what-help')), recognised),
      element('div', { class: 'field' }, element('label', { for: 'takedown-holder' }, say('rights.takedown.holder')), holder),
      element('label', { class: 'check' }, register, say('rights.takedown.register'))),
    read,
    preview: (act) => previews(takedownPreview(act)),
    reason: { label: say('rights.reason-told') },
    send: (act, reason) => ask('/ops/rights/takedowns', { method: 'POST', body: takedownBody(act, reason) }),
    done: ({ decision, pictures, shares, work }) => [
      ...outcome(say('rights.done.takedown-pictures', { count: pictures }), say('rights.done.takedown-shares', { count: shares }), work && say('rights.done.takedown-work', { work })),
      element('p', {}, element('a', { href: `/rights?decision=${encodeURIComponent(decision)}` }, decision)),
    ],
    onDone,
  });
}
