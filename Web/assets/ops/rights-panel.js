// Rights: what waits for an operator's word, the way to take a picture down, the works, and the ledger of all of it.

import { ApiError, ask } from '../common/api.js';
import { element, fill, write } from '../common/dom.js';
import { say } from '../common/words.js';
import { figure } from '../status/amounts.js';
import { panel } from './panel.js';
import { acceptedRequests } from './rights-accepted.js';
import { ledgerPart } from './rights-ledger.js';
import { appealsList, requestsList, reviewsList } from './rights-lists.js';
import { openTakedown } from './rights-takedown.js';
import { worksPart } from './rights-works.js';

const REFRESH_MILLISECONDS = 10_000;
const COUNTS = ['opt_outs_requested', 'reviews_held', 'appeals_open', 'works', 'taken_down'];

/** It keeps itself fresh while it is there to be seen. */
export function rightsPanel() {
  const place = element('div', { class: 'rights-place' });
  const context = { onDone: () => refresh() };
  const values = new Map(COUNTS.map((name) => [name, element('dd', {}, '–')]));
  const policy = element('p', { class: 'small soft' });
  const complaint = element('p', { class: 'complaint', role: 'alert' });
  const [requests, reviews, appeals, ledger] = [requestsList(context), reviewsList(context), appealsList(context), ledgerPart()];
  let isSeen = true;

  async function refresh() {
    try {
      const rights = await ask('/ops/rights');
      write(complaint, '');
      write(policy, say('rights.policy-is', { policy: rights.policy }));
      for (const name of COUNTS) write(values.get(name), figure(rights.counts[name] ?? 0));
      requests.show(rights.opt_outs);
      reviews.show(rights.reviews);
      appeals.show(rights.appeals);
      ledger.show(rights.ledger);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // Who may not come in any more is told so by the feed; and what is shown stays until there is news.
      write(complaint, error.isNetwork ? say('rights.stale') : error.message || say('rights.not-loaded'));
    }
  }

  fill(place,
    policy,
    element('dl', { class: 'rights-counts' }, COUNTS.map((name) => element('div', {}, element('dt', {}, say(`rights.count.${name}`)), values.get(name)))),
    complaint,
    element('div', { class: 'row' },
      element('button', { type: 'button', class: 'button', onclick: () => openTakedown(context) }, say('rights.button.takedown')),
      element('a', { href: '/rights' }, say('rights.public-page'))),
    element('div', { class: 'rights-parts' }, requests.node, reviews.node, appeals.node),
    acceptedRequests(context),
    worksPart(context),
    ledger.node);

  const sight = new IntersectionObserver(([entry]) => { isSeen = entry.isIntersecting; });
  const stop = () => { clearInterval(timer); sight.disconnect(); };
  sight.observe(place);
  const timer = setInterval(() => {
    // A room that was left, or built anew, has panels of its own.
    if (!place.isConnected) return stop();
    if (isSeen && !document.hidden) refresh();
  }, REFRESH_MILLISECONDS);
  refresh();
  return { element: panel('rights', place) };
}
