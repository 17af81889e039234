// The ledger: its newest entries, whether its chain is whole, and the way to have all of it.

import { ApiError, ask } from '../common/api.js';
import { element, fill, write } from '../common/dom.js';
import { formatNumber, knows, say } from '../common/words.js';
import { moment } from '../status/amounts.js';
import { ledgerDetail } from './rights-ledger-words.js';
import { row, table } from './panel.js';

const SHOWN_ENTRIES = 20;

export function ledgerPart() {
  const columns = [{ name: say('rights.ledger.number'), isNumber: true }, { name: say('rights.ledger.what') }, { name: say('rights.ledger.subject') }, { name: say('rights.ledger.who') }];
  const { frame, body } = table(say('rights.ledger.newest'), columns);
  const head = element('p', { class: 'small soft' });
  const checked = element('p', { class: 'small', role: 'status' });
  const complaint = element('p', { class: 'complaint' });
  let shownHead = /** @type {string|null|undefined} */ (undefined);

  function rowOf(entry) {
    const made = row(columns);
    const detail = ledgerDetail(entry.detail);
    made.cells[0].append(formatNumber(entry.sequence));
    made.cells[1].append(element('span', {}, knows(`rights.entry.${entry.kind}`) ? say(`rights.entry.${entry.kind}`) : entry.kind), element('time', { class: 'under', datetime: new Date(entry.at * 1000).toISOString() }, moment(entry.at)));
    made.cells[2].append(entry.subject?.startsWith('dec_') ? element('a', { href: `/rights?decision=${encodeURIComponent(entry.subject)}` }, entry.subject) : entry.subject ?? '–', detail ? element('span', { class: 'under wraps' }, detail) : '');
    made.cells[3].append(entry.actor ?? '–');
    return made;
  }

  async function load() {
    try {
      const { data } = await ask(`/ops/rights/ledger?order=newest&limit=${SHOWN_ENTRIES}`);
      fill(complaint);
      fill(body, data.map(rowOf));
      frame.hidden = data.length === 0;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      fill(complaint, error.message || say('rights.not-loaded'));
    }
  }

  async function check() {
    write(checked, say('rights.ledger.checking'));
    try {
      const found = await ask('/ops/rights/ledger/check');
      checked.className = found.is_whole ? 'small tone-good' : 'small tone-bad';
      write(checked, found.is_whole ? say('rights.ledger.whole', { count: found.entries }) : say('rights.ledger.broken', { fault: found.fault ?? '' }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      write(checked, error.message || say('rights.not-loaded'));
    }
  }

  const node = element('section', { class: 'rights-part', 'aria-labelledby': 'rights-ledger' },
    element('h3', { class: 'minor', id: 'rights-ledger' }, say('rights.ledger.title')),
    head,
    element('div', { class: 'row' },
      element('button', { type: 'button', class: 'button small', onclick: check }, say('rights.ledger.check')),
      element('a', { class: 'button small', href: '/ops/rights/ledger/export', download: '' }, say('rights.ledger.export')),
      checked),
    complaint,
    frame);

  return {
    node,
    /** @param {{entries: number, head: string|null}} ledger */
    show(ledger) {
      write(head, say('rights.ledger.entries', { count: ledger.entries }) + (ledger.head ? ` ${say('rights.ledger.head', { head: ledger.head.slice(0, 16) })}` : ''));
      // A new head is a new entry: only then is there something to fetch.
      if (shownHead === ledger.head) return;
      shownHead = ledger.head;
      load();
    },
  };
}
