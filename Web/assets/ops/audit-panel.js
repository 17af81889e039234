// Every lever that was pulled: who, when, what and why.

import { ApiError, ask } from '../common/api.js';
import { element, fill, write } from '../common/dom.js';
import { knows, say } from '../common/words.js';
import { moment } from '../status/amounts.js';
import { panel, row, table } from './panel.js';

const ASK_AGAIN_MILLISECONDS = 5000;

/** What was done, as a sentence. */
export function auditSentence({ action, target, detail }) {
  if (action === 'plan') {
    const changes = Object.entries(detail ?? {}).map(([name, value]) => `${knows(`setting.${name}`) ? say(`setting.${name}`) : name}: ${value}`);
    return changes.length === 0 ? say('audit.plan-reset', { target }) : say('audit.plan', { target, changes: changes.join('; ') });
  }
  const minutes = Number(detail?.minutes ?? 0);
  if (action === 'defer') return say(minutes > 0 ? 'audit.defer' : 'audit.defer-end', { target, count: minutes });
  if (action === 'pause') return say(minutes > 0 ? 'audit.pause' : 'audit.pause-end', { target, count: minutes });
  if (action === 'drain') return say(String(detail?.drain) === 'false' ? 'audit.drain-end' : 'audit.drain', { target });
  return `${action} ${target}`;
}

export function auditPanel() {
  const columns = [{ name: say('audit.when-who') }, { name: say('audit.what') }, { name: say('audit.why') }];
  const { frame, body } = table(say('ops.audit.title'), columns);
  const none = element('p', { class: 'soft' }, say('ops.audit.none'));
  const complaint = element('p', { class: 'complaint', role: 'alert' });
  let asked = 0;
  let failedAt = /** @type {number|null} */ (null);

  async function refresh() {
    const mine = ++asked;
    failedAt = null;
    try {
      const { data } = await ask('/ops/audit?limit=50');
      // Whoever asked later knows more.
      if (mine !== asked) return;
      write(complaint, '');
      show(data);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (mine !== asked) return;
      // Who may not come in any more is told so by the feed; and what is shown stays until there is news.
      failedAt = performance.now();
      write(complaint, error.isNetwork ? say('ops.audit.stale') : error.message || say('ops.audit.not-loaded'));
    }
  }

  function show(data) {
    frame.hidden = data.length === 0;
    none.hidden = data.length > 0;
    fill(body, data.map((entry) => {
      const made = row(columns);
      made.cells[0].append(element('time', { datetime: new Date(entry.at * 1000).toISOString() }, moment(entry.at)), element('span', { class: 'under' }, entry.name));
      made.cells[1].append(auditSentence(entry));
      made.cells[2].append(entry.reason);
      return made;
    }));
  }

  return {
    element: panel('audit', complaint, frame, none),
    refresh,
    /** News of the state: the server answers, so what could not be fetched is asked for again. */
    showState() {
      if (failedAt !== null && performance.now() - failedAt >= ASK_AGAIN_MILLISECONDS) refresh();
    },
  };
}
