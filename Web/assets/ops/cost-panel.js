// What it costs, what was for nothing, and who came.

import { element, write } from '../common/dom.js';
import { formatNumber, say } from '../common/words.js';
import { duration, figure, moment, share } from '../status/amounts.js';
import { panel } from './panel.js';
import { column } from './window.js';

const FACTS = ['spent', 'wasted', 'each', 'money', 'sign-ups', 'guests', 'proof', 'up', 'version'];

export function costPanel() {
  const values = new Map(FACTS.map((name) => [name, element('dd')]));
  const list = element('dl', { class: 'pairs' }, FACTS.map((name) => element('div', {}, element('dt', {}, say(`ops.cost.${name}`)), values.get(name))));
  const tell = (name, text) => write(values.get(name), text);

  return {
    element: panel('cost', list),
    showState({ cost, plans, guests, started_at: started, version, at }) {
      const pictures = plans.reduce((sum, plan) => sum + plan.counts.pictures, 0);
      tell('spent', duration(cost.device_seconds));
      tell('wasted', cost.device_seconds > 0 ? say('ops.cost.wasted-share', { seconds: duration(cost.wasted_device_seconds), share: share(cost.wasted_device_seconds / cost.device_seconds, 1) }) : '–');
      tell('each', pictures > 0 ? say('ops.cost.each-of', { seconds: duration(cost.device_seconds / pictures), count: pictures }) : '–');
      const price = cost.price_per_device_hour;
      const money = (amount) => formatNumber(amount, { style: 'currency', currency: cost.currency, maximumFractionDigits: amount < 1 ? 4 : 2 });
      tell('money', price > 0
        ? say('ops.cost.money-of', { total: money((cost.device_seconds / 3600) * price), thousand: money(pictures > 0 ? ((cost.device_seconds / 3600) * price * 1000) / pictures : 0) })
        : say('ops.cost.no-price'));
      tell('guests', say('ops.cost.guests-of', { made: figure(guests.made), refused: figure(guests.refused) }));
      tell('proof', guests.proof_bits > 0 ? say('ops.cost.proof-bits', { count: guests.proof_bits }) : say('ops.cost.proof-none'));
      tell('up', say('ops.cost.up-since', { duration: duration(at - started), date: moment(started) }));
      tell('version', version ?? '–');
    },
    showWindow(window) {
      const made = column(window, 'sign_ups').reduce((sum, value) => sum + (value ?? 0), 0) * window.interval;
      tell('sign-ups', figure(Math.round(made)));
    },
  };
}
