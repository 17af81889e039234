// Every lever that was pulled: who, when, what and why.

import { ask } from '../common/api.js';
import { element, fill } from '../common/dom.js';
import { knows, say } from '../common/words.js';
import { moment } from '../status/amounts.js';
import { panel, row, table } from './panel.js';

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

  async function refresh() {
    const { data } = await ask('/ops/audit?limit=50');
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

  return { element: panel('audit', frame, none), refresh };
}
