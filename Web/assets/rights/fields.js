// Fields that say what belongs in them, how much of it, and what is wrong.

import { element, set, write } from '../common/dom.js';
import { formatNumber, say } from '../common/words.js';
import { characters } from './limits.js';

const NEARLY_FULL = 0.8;

/**
 * A field of text with its help, its limit and a place for what is wrong with it.
 * @param {{form: string, name: string, most: number, rows?: number, isRequired?: boolean, most_key?: string, count?: (text: string) => number, autocomplete?: string}} options
 */
export function textField({ form, name, most, rows = 0, isRequired = false, most_key: mostKey = 'rights.at-most', count = characters, autocomplete = 'off' }) {
  const id = `${form}-${name}`;
  const shared = { id, name, required: isRequired, autocomplete, 'aria-describedby': `${id}-help ${id}-problem` };
  const control = rows > 0 ? element('textarea', { ...shared, rows }) : element('input', { ...shared, type: 'text' });
  const left = element('span', { class: 'soft', hidden: true });
  const problem = element('p', { class: 'complaint small', id: `${id}-problem` });
  control.addEventListener('input', () => {
    const used = count(control.value);
    left.hidden = used < most * NEARLY_FULL;
    write(left, say('rights.used', { used, most }));
    complain(null);
  });
  function complain(text) {
    write(problem, text ?? '');
    set(control, 'aria-invalid', text ? 'true' : null);
  }
  const key = `rights.${form}.${name}`;
  const node = element('div', { class: 'field' },
    element('label', { for: id }, say(key), !isRequired && element('span', { class: 'soft' }, ` (${say('rights.optional')})`)),
    control,
    element('p', { class: 'small soft', id: `${id}-help` }, say(`${key}-help`), ' ', say(mostKey, { most: formatNumber(most) }), ' ', left),
    problem);
  return { name, node, control, complain, read: () => control.value.trim() };
}

/**
 * A choice of one (radio) or several (checkbox), each with a sentence about it.
 * @param {{form: string, name: string, values: string[], chosen: string[], isSingle: boolean}} options
 */
export function choiceField({ form, name, values, chosen, isSingle }) {
  const id = `${form}-${name}`;
  const problem = element('p', { class: 'complaint small', id: `${id}-problem` });
  const key = `rights.${form}.${name}`;
  const controls = values.map((value) => element('input', { type: isSingle ? 'radio' : 'checkbox', name, value, id: `${id}-${value}`, checked: chosen.includes(value), 'aria-describedby': `${id}-${value}-help` }));
  const node = element('fieldset', { class: 'choice-field', 'aria-describedby': `${id}-problem` },
    element('legend', {}, say(key)),
    controls.map((control, index) => element('div', { class: 'choice' }, control,
      element('label', { for: control.id }, say(`${key}-${values[index]}`)),
      element('p', { class: 'small soft', id: `${control.id}-help` }, say(`${key}-${values[index]}-help`)))),
    problem);
  const complain = (text) => {
    write(problem, text ?? '');
    for (const control of controls) set(control, 'aria-invalid', text && !isSingle ? 'true' : null);
  };
  node.addEventListener('change', () => complain(null));
  const picked = () => controls.filter((control) => control.checked).map((control) => control.value);
  return { name, node, control: controls[0], complain, read: () => (isSingle ? picked()[0] : picked()) };
}
