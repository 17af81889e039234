// Who was sent away, and for which reason.

import { element, write } from '../common/dom.js';
import { say } from '../common/words.js';
import { figure } from '../status/amounts.js';
import { REASONS } from './charts-panels.js';
import { planName } from './looks.js';
import { panel, row, table } from './panel.js';

export function refusalsPanel(plans, chart) {
  const columns = [{ name: say('ops.refusals.reason') }, ...plans.map((plan) => ({ name: planName(plan), isNumber: true }))];
  const { frame, body } = table(say('ops.refusals.table'), columns);
  for (const reason of REASONS) {
    const made = row(columns);
    made.cells[0].append(say(`refusal.${reason}`));
    body.append(made);
  }
  return {
    element: panel('refusals', chart.element, element('h3', { class: 'minor' }, say('ops.refusals.table')), frame),
    showState(state) {
      for (const [index, reason] of REASONS.entries()) {
        for (const [column, plan] of state.plans.entries()) write(body.rows[index].cells[column + 1], figure(plan.counts.refused[reason] ?? 0));
      }
    },
    showWindow: chart.showWindow,
  };
}
