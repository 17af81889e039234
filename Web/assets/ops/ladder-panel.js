// Where each plan stands on the ladder, and why, in the governor's own words.

import { element, fill, write } from '../common/dom.js';
import { say } from '../common/words.js';
import { share } from '../status/amounts.js';
import { showKeyed } from '../status/keyed.js';
import { reasonElement } from '../status/reasons.js';
import { mixOf } from '../status/standing.js';
import { ladderDrawing } from './ladder-drawing.js';
import { planName } from './looks.js';
import { panel } from './panel.js';

function mixWords(given) {
  const { rung, better, share: part } = mixOf(given);
  return better ? say('ops.ladder.two', { rung, better, share: share(part) }) : say('ops.ladder.one', { rung });
}

export function ladderPanel(chart) {
  const drawings = element('div', { class: 'ladders' });
  const reasons = element('ul', { class: 'standings', role: 'list' });
  const shown = new Map();

  function drawingOf(model, plans) {
    const drawing = ladderDrawing(model, plans, { costOf: (value) => say('amount.seconds', { value }) });
    const paused = element('span', { class: 'chip warn', hidden: true }, say('ops.ladder.paused'));
    shown.set(model.id, { drawing, paused });
    return element('div', { class: 'ladder' }, element('h3', {}, model.id, ' ', paused), element('div', { class: 'ladder-frame' }, drawing.element));
  }

  return {
    element: panel('ladder', element('p', { class: 'small soft' }, say('ops.ladder.about')), drawings, reasons, chart.element),
    showState(state) {
      const plans = state.plans.map(({ name }) => name);
      showKeyed(drawings, state.models, (model) => `${model.id} ${plans} ${model.rungs.map((rung) => rung.name)}`, (model) => drawingOf(model, plans));
      for (const model of state.models) {
        const { drawing, paused } = shown.get(model.id);
        drawing.show(state);
        paused.hidden = model.held_until === null;
      }
      showKeyed(reasons, state.plans, (plan) => plan.name, (plan) => element('li', {}, planName(plan.name), element('p'), element('p', { class: 'soft' })), (item, plan) => {
        const [, mix, why] = item.children;
        const many = plan.rungs.length > 1;
        write(mix, plan.rungs.map((given) => (many ? `${given.model}: ${mixWords(given)}` : mixWords(given))).join(' · '));
        if (why.dataset.why !== plan.why) {
          why.dataset.why = plan.why;
          fill(why, reasonElement(plan.why));
        }
      });
    },
    showWindow: chart.showWindow,
  };
}
