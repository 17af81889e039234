// Whether what is promised holds: nine of ten estimates should.

import { element, write } from '../common/dom.js';
import { say } from '../common/words.js';
import { figure, share } from '../status/amounts.js';
import { showKeyed } from '../status/keyed.js';
import { planName } from './looks.js';
import { panel, row, table } from './panel.js';

export function calibrationPanel(chart) {
  const columns = [{ name: say('ops.plan') }, { name: say('ops.calibration.held'), isNumber: true }, { name: say('ops.calibration.of'), isNumber: true }];
  const { frame, body } = table(say('ops.calibration.table'), columns);
  return {
    element: panel('calibration', chart.element, element('h3', { class: 'minor' }, say('ops.calibration.table')), frame),
    showState(state) {
      showKeyed(body, state.plans, (plan) => plan.name, (plan) => {
        const made = row(columns);
        made.cells[0].append(planName(plan.name));
        return made;
      }, (made, { counts: { estimates, estimates_held: held } }) => {
        write(made.cells[1], estimates > 0 ? share(held / estimates, 1) : '–');
        write(made.cells[2], figure(estimates));
      });
    },
    showWindow: chart.showWindow,
  };
}
