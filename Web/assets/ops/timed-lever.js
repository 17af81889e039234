// Levers that end by themselves: deferring a plan's work and pausing a model, for so many minutes.

import { element } from '../common/dom.js';
import { say } from '../common/words.js';
import { openLever } from './lever-dialog.js';

const CHOICES = [5, 15, 30, 60, 120];
const FIRST_CHOICE = 15;

/** @param {'defer'|'pause'} kind @param {string} name of the plan or model @param {boolean} isHeld */
export function openTimedLever(kind, name, isHeld, context) {
  const choices = isHeld ? [0, ...CHOICES] : CHOICES;
  const chosen = isHeld ? 0 : FIRST_CHOICE;
  const fields = element(
    'fieldset',
    {},
    element('legend', { class: 'small soft' }, say('lever.how-long')),
    element('div', { class: 'choices' }, choices.map((minutes) =>
      element('label', { class: 'choice' },
        element('input', { type: 'radio', name: 'minutes', value: minutes, checked: minutes === chosen }),
        minutes === 0 ? say('lever.end-now') : say('lever.minutes', { count: minutes })))),
  );
  const target = kind === 'defer' ? 'plan' : 'model';
  openLever({
    title: say(`lever.${kind}`, { name }),
    verb: say(`lever.yes-${kind}`, { name }),
    fields,
    read: () => ({ kind, [target]: name, minutes: Number(fields.querySelector('input:checked').value) }),
    ...context,
  });
}

/** Draining has no end of its own: it is taken back. */
export function openDrainLever(worker, context) {
  const drain = !worker.draining;
  const key = drain ? 'drain' : 'drain-end';
  openLever({
    title: say(`lever.${key}`, { name: worker.name }),
    verb: say(`lever.yes-${key}`, { name: worker.name }),
    fields: null,
    read: () => ({ kind: 'drain', worker: worker.name, drain }),
    ...context,
  });
}
