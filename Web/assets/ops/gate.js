// Who may come in: a form for the operator's key, and why it was not enough.

import { ApiError, ask } from '../common/api.js';
import { element, fill } from '../common/dom.js';
import { say } from '../common/words.js';

function complaint(error) {
  if (!(error instanceof ApiError)) throw error;
  if (error.isNetwork) return say('ops.gate.no-network');
  if (error.status === 401) return say('ops.gate.unknown-key');
  if (error.status === 429) return say('ops.gate.too-often');
  return error.message || say('ops.gate.failed');
}

/** @param {Element} place @param {{account: any, onEnter: (account: any) => void}} options */
export function showGate(place, { account, onEnter }) {
  if (account && !account.is_operator) showNoOperator(place, account, onEnter);
  else showForm(place, onEnter);
}

function showNoOperator(place, account, onEnter) {
  const leave = async () => {
    await ask('/v1/session', { method: 'DELETE' });
    showForm(place, onEnter);
    place.querySelector('input')?.focus();
  };
  fill(
    place,
    element('h2', {}, say('ops.gate.no-operator')),
    element('p', {}, say('ops.gate.no-operator-why', { name: account.name, plan: account.plan })),
    element('pre', { class: 'command', tabindex: 0, role: 'region', 'aria-label': say('ops.gate.command') }, `heatsink accounts set ${account.id} --operator`),
    element('button', { type: 'button', class: 'button main', onclick: leave }, say('ops.gate.other-key')),
  );
}

function showForm(place, onEnter) {
  const message = element('p', { class: 'complaint', id: 'gate-complaint', role: 'alert' });
  const key = element('input', { type: 'password', id: 'gate-key', name: 'key', required: true, autocomplete: 'current-password', spellcheck: 'false', placeholder: 'hs_…' });
  const button = element('button', { class: 'button main', type: 'submit' }, say('ops.gate.enter'));
  const submit = async (event) => {
    event.preventDefault();
    fill(message);
    button.setAttribute('aria-disabled', 'true');
    try {
      const account = await ask('/v1/session', { method: 'POST', body: { key: key.value.trim() } });
      key.value = '';
      if (account.is_operator) onEnter(account);
      else showNoOperator(place, account, onEnter);
    } catch (error) {
      fill(message, complaint(error));
      key.setAttribute('aria-invalid', 'true');
      key.setAttribute('aria-describedby', 'gate-complaint');
      key.focus();
    } finally {
      button.removeAttribute('aria-disabled');
    }
  };
  fill(
    place,
    element('h2', {}, say('ops.gate.title')),
    element('p', {}, say('ops.gate.about')),
    element(
      'form',
      { class: 'stack', onsubmit: submit },
      element('div', { class: 'field' }, element('label', { for: 'gate-key' }, say('ops.gate.key')), key),
      message,
      element('div', { class: 'row' }, button),
    ),
    element('p', { class: 'small soft' }, say('ops.gate.how')),
  );
}
