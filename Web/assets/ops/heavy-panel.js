// Whose pictures take most of the machine.

import { element, write } from '../common/dom.js';
import { say } from '../common/words.js';
import { figure, share } from '../status/amounts.js';
import { showKeyed } from '../status/keyed.js';
import { planName } from './looks.js';
import { panel, row, table } from './panel.js';

export function heavyPanel() {
  const columns = [
    { name: say('ops.heavy.account') },
    { name: say('ops.plan') },
    { name: say('ops.heavy.share'), isNumber: true },
    { name: say('ops.heavy.seconds'), isNumber: true },
    { name: say('ops.heavy.jobs'), isNumber: true },
  ];
  const { frame, body } = table(say('ops.heavy.title'), columns);
  const none = element('p', { class: 'soft' }, say('ops.heavy.none'));
  return {
    element: panel('heavy', element('p', { class: 'small soft' }, say('ops.heavy.about')), frame, none),
    showState(state) {
      frame.hidden = state.heavy.length === 0;
      none.hidden = !frame.hidden;
      showKeyed(body, state.heavy, (one) => one.account, (one) => {
        const made = row(columns);
        made.cells[0].append(element('span', {}), element('code', { class: 'under' }, one.account));
        made.cells[1].append(planName(one.plan));
        made.cells[2].append(element('span', { class: 'digits' }), element('span', { class: 'share-bar' }));
        return made;
      }, (made, one) => {
        write(made.cells[0].firstChild, one.name);
        write(made.cells[2].firstChild, share(one.share));
        made.cells[2].lastChild.style.inlineSize = `${Math.round(one.share * 100)}%`;
        write(made.cells[3], figure(one.device_seconds));
        write(made.cells[4], figure(one.active_jobs));
      });
    },
  };
}
