// A part of the room: a heading, and what stands under it.

import { element, set } from '../common/dom.js';
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
    { class: 'table-frame', role: 'group', 'aria-label': caption },
    element(
      'table',
      {},
      element('caption', { class: 'visually-hidden' }, caption),
      element('thead', {}, element('tr', {}, columns.map(({ name, isNumber }) => element('th', { scope: 'col', class: isNumber ? 'number' : null }, name)))),
      body,
    ),
  );
  // Whoever has no pointer scrolls with the arrow keys, for which the frame must take the focus; only where it scrolls.
  new ResizeObserver(() => set(frame, 'tabindex', frame.scrollWidth > frame.clientWidth ? 0 : null)).observe(frame);
  return { frame, body };
}

/** A row whose first cell names it; the others are found again by number. */
export function row(columns) {
  return element('tr', {}, columns.map(({ isNumber }, index) => element(index === 0 ? 'th' : 'td', { scope: index === 0 ? 'row' : null, class: isNumber ? 'number' : null })));
}
