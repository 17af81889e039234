// The requests that are in force, fetched when somebody opens them; each can be ended.

import { ApiError, ask } from '../common/api.js';
import { element, fill } from '../common/dom.js';
import { say } from '../common/words.js';
import { openWord } from './rights-acts.js';
import { requestFacts } from './rights-lists.js';

/** @param {{onDone: () => void}} context */
export function acceptedRequests({ onDone }) {
  const place = element('div', { class: 'stack' });
  const done = () => { load(); onDone(); };

  const card = (request) => element('li', { class: 'waiting-card' },
    element('h4', {}, request.name),
    requestFacts(request),
    element('div', { class: 'row tight' }, element('button', {
      type: 'button', class: 'button small', 'aria-label': `${say('rights.button.withdraw')}: ${request.name}`,
      onclick: () => openWord({ part: 'opt-outs', id: request.id, decision: 'withdraw', name: request.name, onDone: done }),
    }, say('rights.button.withdraw'))));

  async function load() {
    try {
      const { data } = await ask('/ops/rights/opt-outs?state=accepted');
      fill(place, data.length > 0 ? element('ul', { class: 'waiting-cards', role: 'list' }, data.map(card)) : element('p', { class: 'soft small' }, say('rights.accepted.none')));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fill(place, element('p', { class: 'complaint' }, error.message || say('rights.not-loaded')));
    }
  }

  return element('details', { class: 'rights-details', ontoggle: (event) => event.target.open && load() }, element('summary', {}, say('rights.accepted.title')), place);
}
