// What waits for an operator's word: requests not to be imitated, held pictures, open appeals. Each is a card with its buttons.

import { element, fill } from '../common/dom.js';
import { knows, say } from '../common/words.js';
import { list, moment } from '../status/amounts.js';
import { showKeyed } from '../status/keyed.js';
import { openWord } from './rights-acts.js';

const pairs = (facts) => element('dl', { class: 'pairs' }, facts.filter(([, value]) => value !== null && value !== undefined && value !== '')
  .map(([key, value]) => element('div', {}, element('dt', {}, say(`rights.fact.${key}`)), element('dd', {}, value))));
const code = (text) => element('code', { class: 'small' }, text);
const decisionLink = (id) => element('a', { href: `/rights?decision=${encodeURIComponent(id)}` }, id);

/** The label alone would be the same on every card. */
const wordButton = (key, name, onclick, look = '') =>
  element('button', { type: 'button', class: `button small ${look}`, 'aria-label': `${say(`rights.button.${key}`)}: ${name}`, onclick }, say(`rights.button.${key}`));

function waitingList(part, make, keyOf) {
  const cards = element('ul', { class: 'waiting-cards', role: 'list' });
  const none = element('p', { class: 'soft small' }, say(`rights.${part}.none`));
  const node = element('section', { class: 'rights-part', 'aria-labelledby': `rights-${part}` }, element('h3', { class: 'minor', id: `rights-${part}` }, say(`rights.${part}.title`)), none, cards);
  return {
    node,
    show(items) {
      none.hidden = items.length > 0;
      showKeyed(cards, items, keyOf, (item) => element('li', { class: 'waiting-card' }, make(item)));
    },
  };
}

/** What a request says. */
export const requestFacts = (request) => pairs([
  ['other-names', request.other_names.length > 0 ? list(request.other_names) : null],
  ['kind', say(`rights.kind.${request.kind}`)],
  ['scope', list(request.scope.map((scope) => say(`rights.scope.${scope}`)))],
  ['evidence', element('span', { class: 'as-written' }, request.evidence ?? '')],
  ['look', request.look],
  ['contact', request.contact],
  ['requested', moment(request.requested_at)],
]);

export function requestsList(context) {
  return waitingList('opt-outs', (request) => {
    const open = (decision) => () => openWord({ part: 'opt-outs', id: request.id, decision, name: request.name, ...context });
    return [
      element('h4', {}, request.name),
      requestFacts(request),
      element('div', { class: 'row tight' }, wordButton('accept', request.name, open('accept'), 'main'), wordButton('decline', request.name, open('decline'))),
    ];
  }, ({ id }) => id);
}

/** A held picture is not everybody's sight: it is shown when somebody asks for it. */
function heldPicture(review) {
  const place = element('div', {});
  const button = element('button', { type: 'button', class: 'button small', 'aria-label': `${say('rights.button.show')}: ${review.id}`, onclick: () => {
    fill(place, element('img', { class: 'held-picture', src: `${review.picture}?side=512`, alt: say('rights.held-picture') }));
  } }, say('rights.button.show'));
  fill(place, button);
  return place;
}

export function reviewsList(context) {
  return waitingList('reviews', (review) => {
    const open = (decision) => () => openWord({ part: 'reviews', id: review.id, decision, name: review.id, ...context });
    return [
      element('h4', {}, say(knows(`rights.held.${review.kind}`) ? `rights.held.${review.kind}` : 'rights.held.output')),
      review.picture && heldPicture(review),
      pairs([['reason', review.reason], ['rule', review.rule && code(review.rule)], ['account', review.account && code(review.account)], ['at', moment(review.at)], ['decision', decisionLink(review.id)]]),
      element('div', { class: 'row tight' }, wordButton('release', review.id, open('release'), 'main'), wordButton('refuse', review.id, open('refuse'))),
    ];
  }, ({ id }) => id);
}

export function appealsList(context) {
  return waitingList('appeals', (appeal) => {
    const open = (decision) => () => openWord({ part: 'appeals', id: appeal.id, decision, name: appeal.id, ...context });
    const { decision } = appeal;
    return [
      element('h4', {}, say(knows(`rights.appealed.${decision?.kind}`) ? `rights.appealed.${decision.kind}` : 'rights.appealed.other')),
      element('blockquote', { class: 'as-written appeal-text' }, appeal.text),
      pairs([
        ['prompt', appeal.prompt && element('q', {}, appeal.prompt)],
        ['reason', decision?.reason],
        ['rule', decision?.rule && code(decision.rule)],
        ['contact', appeal.contact],
        ['at', moment(appeal.at)],
        ['decision', decisionLink(appeal.id)],
      ]),
      element('div', { class: 'row tight' }, wordButton('uphold', appeal.id, open('uphold')), wordButton('overturn', appeal.id, open('overturn'))),
    ];
  }, ({ id }) => id);
}
