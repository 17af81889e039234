// A part of the room: a heading, and what stands under it.

import { element } from '../common/dom.js';
import { say } from '../common/words.js';

export function panel(name, ...children) {
  const id = `panel-${name}`;
  return element('section', { class: `panel ${name}`, 'aria-labelledby': id }, element('h2', { id }, say(`ops.${name}.title`)), ...children);
}

/** A real table in a frame that scrolls by itself where it is too wide. `columns`: `{name, isNumber}`. */
export function table(caption, columns) {
  const body = element('tbody');
  const frame = element(
    'div',
    { class: 'table-frame', role: 'region', 'aria-label': caption, tabindex: 0 },
    element(
      'table',
      {},
      element('caption', { class: 'visually-hidden' }, caption),
      element('thead', {}, element('tr', {}, columns.map(({ name, isNumber }) => element('th', { scope: 'col', class: isNumber ? 'number' : null }, name)))),
      body,
    ),
  );
  return { frame, body };
}

/** A row whose first cell names it; the others are found again by number. */
export function row(columns) {
  return element('tr', {}, columns.map(({ isNumber }, index) => element(index === 0 ? 'th' : 'td', { scope: index === 0 ? 'row' : null, class: isNumber ? 'number' : null })));
}
