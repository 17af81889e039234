// The workers as tiles: what each is doing, how hot it is, whether it is well, and the lever to take it out.

import { element, fill, write } from '../common/dom.js';
import { formatNumber, say } from '../common/words.js';
import { duration, share } from '../status/amounts.js';
import { showKeyed } from '../status/keyed.js';
import { panel } from './panel.js';

const THROTTLED = 0.05;
const HOT_CELSIUS = 80;

/** One word for a worker, the gravest first. */
export function conditionOf(worker) {
  if (worker.draining) return worker.running.length > 0 ? 'draining' : 'drained';
  if (worker.held_until !== null) return 'held';
  if (worker.usable_slots === 0) return 'unusable';
  if (worker.throttling > THROTTLED) return 'throttling';
  return worker.running.length > 0 ? 'working' : 'idle';
}

const TONES = { draining: 'warn', drained: 'warn', held: 'warn', unusable: 'bad', throttling: 'warn', working: 'good', idle: '' };

/** How far a picture is: by its steps where there are several, else by the time it was expected to take. */
export function progressOf(running, stepsOfRung) {
  if (stepsOfRung > 1) return Math.min(1, running.steps_done / stepsOfRung);
  return running.expected_seconds > 0 ? Math.min(1, running.seconds / running.expected_seconds) : 0;
}

/** The number of steps is in the rung's name where rungs are named by it: `12 steps`. */
const stepsIn = (rung) => Number(/^(\d+) steps?\b/.exec(rung)?.[1] ?? 1);

function slot(running) {
  if (!running) return element('li', { class: 'slot free' }, element('span', { class: 'slot-name' }, say('ops.fleet.free')));
  const bar = element('span', { class: 'slot-bar' });
  return element('li', { class: 'slot' }, bar, element('span', { class: 'slot-name' }), element('span', { class: 'slot-facts digits' }));
}

function showSlot(node, running) {
  if (!running) return;
  const steps = stepsIn(running.rung);
  const [bar, name, facts] = node.children;
  bar.style.inlineSize = `${Math.round(progressOf(running, steps) * 100)}%`;
  write(name, `${running.model} ${running.rung}`);
  write(facts, steps > 1 ? say('ops.fleet.step', { done: running.steps_done, of: steps }) : duration(running.seconds));
}

export function fleetPanel({ onDrain }) {
  const tiles = element('ul', { class: 'tiles', role: 'list' });
  const none = element('p', { class: 'soft' }, say('ops.fleet.none'));
  let latest = null;

  function makeTile(worker) {
    const button = element('button', { type: 'button', class: 'button small', onclick: () => onDrain(latest.workers.find((one) => one.name === worker.name)) });
    return element(
      'li',
      { class: 'tile' },
      element('div', { class: 'tile-head' }, element('h3', {}, worker.name), element('span', { class: 'chip' })),
      element('ul', { class: 'slots', role: 'list', 'aria-label': say('ops.fleet.slots-in', { name: worker.name }) }),
      element('dl', { class: 'tile-facts' }),
      element('p', { class: 'small soft' }),
      button,
    );
  }

  function showTile(tile, worker) {
    const condition = conditionOf(worker);
    tile.dataset.tone = TONES[condition];
    const chip = tile.querySelector('.chip');
    chip.className = `chip ${TONES[condition]}`;
    write(chip, say(`ops.fleet.${condition}`));
    const free = Math.max(0, worker.usable_slots - worker.running.length);
    const taken = worker.running.map((running, index) => ({ key: `${index}`, running }));
    const slots = taken.concat(Array.from({ length: worker.draining ? 0 : free }, (_, index) => ({ key: `free ${index}`, running: null })));
    showKeyed(tile.querySelector('.slots'), slots, ({ key }) => key, ({ running }) => slot(running), (node, { running }) => showSlot(node, running));
    const facts = [
      ['slots', say('ops.fleet.slots-of', { usable: worker.usable_slots, count: worker.slots })],
      ['temperature', worker.temperature_celsius === null ? say('ops.fleet.no-reading') : formatNumber(worker.temperature_celsius, { style: 'unit', unit: 'celsius', maximumFractionDigits: 0 })],
      ['speed', share(worker.speed)],
      ['throttled', share(worker.throttling)],
    ];
    const text = facts.flat().join('|');
    const list = tile.querySelector('.tile-facts');
    if (list.dataset.text !== text) {
      list.dataset.text = text;
      const isGrave = { temperature: worker.temperature_celsius >= HOT_CELSIUS, throttled: worker.throttling > THROTTLED, slots: worker.usable_slots < worker.slots };
      fill(list, facts.map(([name, value]) => element('div', { class: isGrave[name] ? 'grave' : null }, element('dt', {}, say(`ops.fleet.${name}`)), element('dd', { class: 'digits' }, value))));
    }
    write(tile.querySelector('p'), worker.models.join(', '));
    const button = tile.querySelector('button');
    write(button, say(worker.draining ? 'ops.fleet.take-back' : 'ops.fleet.drain'));
    button.setAttribute('aria-label', say(worker.draining ? 'ops.fleet.take-back-one' : 'ops.fleet.drain-one', { name: worker.name }));
  }

  return {
    element: panel('fleet', none, tiles),
    showState(state) {
      latest = state;
      none.hidden = state.workers.length > 0;
      showKeyed(tiles, state.workers, (worker) => worker.name, makeTile, showTile);
    },
  };
}
