// A request not to be imitated, as whoever made it sees it: how it stands, and the way to take it back.

import { ask } from '../common/api.js';
import { element } from '../common/dom.js';
import { say } from '../common/words.js';
import { list, moment } from '../status/amounts.js';
import { addressOf, sourceOf } from './addresses.js';
import { factList, keptNumber, quotation, standingHead, sureButton } from './parts.js';
import { mayWithdraw, requestStanding } from './standing.js';

/** @param {any} request @param {{onChange: (request: any) => void, isNew?: boolean}} acts */
export function optOutView(request, { onChange, isNew = false }) {
  const { key, tone } = requestStanding(request);
  const { heading, node } = standingHead(say(isNew ? 'rights.filed' : `rights.${key}`), isNew ? 'good' : tone);
  const wanted = { kind: /** @type {const} */ ('opt-out'), id: request.id };
  return {
    heading,
    node: element('article', { class: 'card stack found' },
      node,
      element('p', { class: 'soft' }, say(`rights.${key}-meaning`)),
      request.decision_reason && quotation(say('rights.operators-answer'), request.decision_reason),
      factList([
        ['rights.opt-out.name', request.name],
        ['rights.opt-out.other_names', request.other_names.length > 0 ? list(request.other_names) : null],
        ['rights.opt-out.kind', say(`rights.opt-out.kind-${request.kind}`)],
        ['rights.opt-out.scope', list(request.scope.map((scope) => say(`rights.opt-out.scope-${scope}`)))],
        ['rights.fact-requested', moment(request.requested_at)],
        ['rights.fact-changed', request.changed_at && request.changed_at !== request.requested_at ? moment(request.changed_at) : null],
      ]),
      element('p', { class: isNew ? 'strong' : 'small soft' }, say('rights.keep-number')),
      keptNumber(say('rights.request-number'), request.id),
      isNew && element('p', {}, element('a', { href: addressOf(wanted) }, say('rights.come-back'))),
      mayWithdraw(request) && sureButton(say('rights.withdraw'), say('rights.withdraw-sure'), async () => onChange(await ask(sourceOf(wanted), { method: 'DELETE' })))),
  };
}
