// Who was sent away, and for which reason.

import { element, write } from '../common/dom.js';
import { say } from '../common/words.js';
import { figure } from '../status/amounts.js';
import { showKeyed } from '../status/keyed.js';
import { REASONS } from './charts-panels.js';
import { planName } from './looks.js';
import { panel, row, table } from './panel.js';

export function refusalsPanel(chart) {
  const columns = [{ name: say('ops.plan') }, ...REASONS.map((reason) => ({ name: say(`refusal.${reason}`), isNumber: true }))];
  const { frame, body } = table(say('ops.refusals.table'), columns);
  return {
    element: panel('refusals', chart.element, element('h3', { class: 'minor' }, say('ops.refusals.table')), frame),
    showState(state) {
      showKeyed(body, state.plans, (plan) => plan.name, (plan) => {
        const made = row(columns);
        made.cells[0].append(planName(plan.name));
        return made;
      }, (made, plan) => {
        for (const [index, reason] of REASONS.entries()) write(made.cells[index + 1], figure(plan.counts.refused[reason] ?? 0));
      });
    },
    showWindow: chart.showWindow,
  };
}
