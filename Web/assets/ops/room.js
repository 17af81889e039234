// The control room: its panels, and what each is shown.

import { element, fill } from '../common/dom.js';
import { auditPanel } from './audit-panel.js';
import { calibrationPanel } from './calibration-panel.js';
import { calibrationChart, flowChart, machineChart, qualityChart, refusalsChart, waitsChart } from './charts-panels.js';
import { costPanel } from './cost-panel.js';
import { fleetPanel } from './fleet-panel.js';
import { headlinePanel } from './headline-panel.js';
import { heavyPanel } from './heavy-panel.js';
import { ladderPanel } from './ladder-panel.js';
import { leversPanel } from './levers-panel.js';
import { rememberPlans } from './looks.js';
import { panel } from './panel.js';
import { refusalsPanel } from './refusals-panel.js';
import { rightsPanel } from './rights-panel.js';
import { openDrainLever } from './timed-lever.js';
import { waitsPanel } from './waits-panel.js';

/** @param {Element} place @param {any} first the state that says which plans there are */
export function buildRoom(place, first) {
  rememberPlans(first.plans);
  const plans = first.plans.map(({ name }) => name);
  let state = first;
  const audit = auditPanel();
  const context = { stateNow: () => state, onDone: audit.refresh };

  const [flow, machine] = [flowChart(plans), machineChart()];
  const panels = [
    headlinePanel(),
    { element: panel('demand', element('div', { class: 'pair' }, flow.element, machine.element)), showWindow: (...told) => [flow, machine].forEach((chart) => chart.showWindow(...told)) },
    waitsPanel(waitsChart(plans)),
    ladderPanel(qualityChart(plans)),
    fleetPanel({ onDrain: (worker) => openDrainLever(worker, context) }),
    refusalsPanel(plans, refusalsChart()),
    calibrationPanel(calibrationChart()),
    heavyPanel(),
    costPanel(),
    leversPanel(context),
    audit,
    rightsPanel(),
  ];
  fill(place, panels.map((one) => one.element));
  audit.refresh();

  return {
    showState(next) {
      state = next;
      for (const one of panels) one.showState?.(next);
    },
    showWindow(window, now) {
      for (const one of panels) one.showWindow?.(window, now);
    },
  };
}
