// The levers on plans and models, with what is pulled now. Those on workers are on their tiles.

import { element, fill } from '../common/dom.js';
import { say } from '../common/words.js';
import { minute } from '../status/amounts.js';
import { showKeyed } from '../status/keyed.js';
import { planName } from './looks.js';
import { panel, row, table } from './panel.js';
import { openPlanLever } from './plan-lever.js';
import { openTimedLever } from './timed-lever.js';

/** The label alone would be the same in every row. */
function leverButton(key, name, onclick) {
  return element('button', { type: 'button', class: 'button small', 'aria-label': `${say(`ops.levers.${key}`)}: ${name}`, onclick }, say(`ops.levers.${key}`));
}

function changesOf(plan) {
  return Object.entries(plan.changed_settings).map(([name, value]) =>
    say('ops.levers.change', { setting: say(`setting.${name}`), value, configured: plan.configured_settings[name] }));
}

export function leversPanel(context) {
  const planColumns = [{ name: say('ops.plan') }, { name: say('ops.levers.now') }, { name: say('ops.levers.pull') }];
  const modelColumns = [{ name: say('ops.model') }, { name: say('ops.levers.now') }, { name: say('ops.levers.pull') }];
  const plans = table(say('ops.levers.plans'), planColumns);
  const models = table(say('ops.levers.models'), modelColumns);
  const latest = (kind, name) => context.stateNow()[kind].find((one) => (one.name ?? one.id) === name);

  function makePlan({ name }) {
    const made = row(planColumns);
    made.cells[0].append(planName(name));
    const plan = () => latest('plans', name);
    fill(made.cells[2], element('div', { class: 'row tight' },
      leverButton('tighten', name, () => openPlanLever(plan(), 'tighten', context)),
      leverButton('loosen', name, () => openPlanLever(plan(), 'loosen', context)),
      leverButton('edit', name, () => openPlanLever(plan(), 'edit', context)),
      leverButton('defer', name, () => openTimedLever('defer', name, plan().held_until !== null, context))));
    return made;
  }

  function makeModel({ id }) {
    const made = row(modelColumns);
    made.cells[0].append(id);
    fill(made.cells[2], leverButton('pause', id, () => openTimedLever('pause', id, latest('models', id).held_until !== null, context)));
    return made;
  }

  function showNow(cell, lines) {
    const text = lines.length > 0 ? lines : [say('ops.levers.as-configured')];
    if (cell.dataset.text === text.join('\n')) return;
    cell.dataset.text = text.join('\n');
    fill(cell, element('ul', { class: lines.length > 0 ? 'changes' : 'changes soft', role: 'list' }, text.map((line) => element('li', {}, line))));
  }

  return {
    element: panel('levers', element('p', { class: 'small soft' }, say('ops.levers.about')), plans.frame, models.frame),
    showState(state) {
      showKeyed(plans.body, state.plans, (plan) => plan.name, makePlan, (made, plan) => {
        const lines = changesOf(plan);
        if (plan.held_until !== null) lines.push(say('ops.levers.deferred-until', { time: minute(plan.held_until) }));
        showNow(made.cells[1], lines);
      });
      showKeyed(models.body, state.models, (model) => model.id, makeModel, (made, model) => {
        showNow(made.cells[1], model.held_until === null ? [] : [say('ops.levers.paused-until', { time: minute(model.held_until) })]);
      });
    },
  };
}
