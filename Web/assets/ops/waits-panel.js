// How long each plan waits, beside what is aimed at and how long its people stay.

import { svg, setAttribute } from '../charts/svg.js';
import { logarithmicScale } from '../charts/scale.js';
import { element, fill, write } from '../common/dom.js';
import { say } from '../common/words.js';
import { duration, interval, roundDuration } from '../status/amounts.js';
import { showKeyed } from '../status/keyed.js';
import { lookOfPlan, planName } from './looks.js';
import { panel, row, table } from './panel.js';

const AXIS = [0.1, 1, 10, 60, 600, 3600];
const place = logarithmicScale([AXIS[0], AXIS.at(-1)], [0, 100]);
const percent = (seconds) => `${place(seconds).toFixed(2)}%`;

function bar(plan) {
  const look = lookOfPlan(plan);
  return svg(
    'svg',
    { class: 'wait-bar', height: 30, width: '100%', 'aria-hidden': 'true' },
    ...AXIS.map((seconds) => svg('line', { class: 'grid', x1: percent(seconds), x2: percent(seconds), y1: 0, y2: 30 })),
    svg('rect', { class: `eta fill-${look.colour}`, y: 6, height: 18, rx: 2 }),
    svg('rect', { class: `delay fill-${look.colour} solid`, x: 0, y: 11, height: 8, rx: 1.5 }),
    svg('line', { class: 'target', y1: 3, y2: 27 }),
    svg('line', { class: 'patience', y1: 3, y2: 27 }),
  );
}

function showBar(drawing, plan) {
  const [eta, delay, target, patience] = ['.eta', '.delay', '.target', '.patience'].map((name) => drawing.querySelector(name));
  setAttribute(delay, 'width', percent(plan.delay_seconds));
  const hasEta = plan.eta_low_seconds !== null;
  setAttribute(eta, 'visibility', hasEta ? 'visible' : 'hidden');
  if (hasEta) {
    setAttribute(eta, 'x', percent(plan.eta_low_seconds));
    setAttribute(eta, 'width', `${Math.max(0.4, place(plan.eta_high_seconds) - place(plan.eta_low_seconds)).toFixed(2)}%`);
  }
  for (const [line, seconds] of [[target, plan.target_delay_seconds], [patience, plan.patience_seconds]]) {
    setAttribute(line, 'x1', percent(seconds));
    setAttribute(line, 'x2', percent(seconds));
  }
}

function axis() {
  return svg(
    'svg',
    { class: 'wait-axis', height: 16, width: '100%', 'aria-hidden': 'true' },
    ...AXIS.map((seconds, index) =>
      svg('text', { x: percent(seconds), y: 12, 'text-anchor': index === 0 ? 'start' : index === AXIS.length - 1 ? 'end' : 'middle' }, roundDuration(seconds))),
  );
}

const sample = (className, ...shapes) => svg('svg', { width: 22, height: 14, viewBox: '0 0 22 14', class: `sample ${className}`, 'aria-hidden': 'true' }, ...shapes);

function key() {
  return element(
    'ul',
    { class: 'key', role: 'list' },
    element('li', {}, sample('', svg('rect', { class: 'fill-6 solid', x: 1, y: 4, width: 20, height: 6, rx: 1.5 })), say('ops.waits.key-delay')),
    element('li', {}, sample('', svg('rect', { class: 'eta fill-6', x: 1, y: 0, width: 20, height: 14, rx: 2 })), say('ops.waits.key-eta')),
    element('li', {}, sample('', svg('line', { class: 'target', x1: 11, x2: 11, y1: 0, y2: 14 })), say('ops.waits.key-target')),
    element('li', {}, sample('', svg('line', { class: 'patience', x1: 11, x2: 11, y1: 0, y2: 14 })), say('ops.waits.key-patience')),
  );
}

function newcomer(plan) {
  if (plan.refusing) return element('span', { class: 'chip bad' }, say('ops.waits.refused'));
  const chips = [];
  if (plan.deferring || plan.held_until !== null) chips.push(element('span', { class: 'chip warn' }, say(plan.held_until === null ? 'ops.waits.deferred' : 'ops.waits.held')));
  return [plan.eta_low_seconds === null ? null : interval(plan.eta_low_seconds, plan.eta_high_seconds), ...chips];
}

export function waitsPanel(chart) {
  const columns = [{ name: say('ops.plan') }, { name: say('ops.waits.wait') }, { name: say('ops.waits.newcomer') }];
  const { frame, body } = table(say('ops.waits.title'), columns);
  return {
    element: panel('waits', key(), frame, chart.element),
    showState(state) {
      showKeyed(body, state.plans, (plan) => plan.name, (plan) => {
        const made = row(columns);
        made.cells[0].append(planName(plan.name), element('span', { class: 'under' }));
        made.cells[1].append(element('span', { class: 'wait-words' }, element('span', { class: 'digits strong' }), ' ', element('span', { class: 'soft' })), bar(plan.name));
        return made;
      }, (made, plan, index) => {
        const [waiting] = made.cells[0].getElementsByClassName('under');
        write(waiting, say('ops.waits.waiting', { count: plan.waiting_pictures }));
        const [delay, target] = made.cells[1].firstChild.children;
        write(delay, duration(plan.delay_seconds));
        write(target, say('ops.waits.of', { target: roundDuration(plan.target_delay_seconds), patience: roundDuration(plan.patience_seconds) }));
        made.classList.toggle('is-late', plan.delay_seconds > plan.target_delay_seconds);
        showBar(made.cells[1].querySelector('.wait-bar'), plan);
        const isLast = index === state.plans.length - 1;
        const known = made.cells[1].querySelector('.wait-axis');
        if (isLast && !known) made.cells[1].append(axis());
        else if (!isLast && known) known.remove();
        const signature = [plan.refusing, plan.deferring, plan.held_until, plan.eta_low_seconds && interval(plan.eta_low_seconds, plan.eta_high_seconds)].join();
        if (made.cells[2].dataset.signature !== signature) {
          made.cells[2].dataset.signature = signature;
          fill(made.cells[2], newcomer(plan));
        }
      });
    },
    showWindow: chart.showWindow,
  };
}
