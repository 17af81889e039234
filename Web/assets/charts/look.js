// How series are told apart: by colour, and for those who do not see it by the line's dashes and the mark's shape.

import { svg } from './svg.js';

const DASHES = [null, '7 3', '2 3', '10 3 2 3', '5 2 1 2 1 2', '1 2'];
const SHAPES = ['circle', 'square', 'triangle', 'diamond', 'cross', 'bar'];

/** The look of the series with a number; numbers go round when there are more series than looks. */
export function lookOf(number) {
  const index = number % DASHES.length;
  return { colour: index + 1, dash: DASHES[index], shape: SHAPES[index] };
}

/** A short piece of the line, for a legend. */
export function lineSample(look, isArea = false) {
  const mark = isArea
    ? svg('rect', { x: 1, y: 2, width: 22, height: 8, rx: 1.5, class: `fill-${look.colour} solid` })
    : svg('line', { x1: 1, y1: 6, x2: 23, y2: 6, class: `line-${look.colour}`, 'stroke-dasharray': look.dash });
  return svg('svg', { width: 24, height: 12, viewBox: '0 0 24 12', class: 'sample', 'aria-hidden': 'true' }, mark);
}

/** The same for a line that stands still. */
export function levelSample() {
  const line = svg('line', { x1: 1, y1: 6, x2: 23, y2: 6, class: 'level' });
  return svg('svg', { width: 24, height: 12, viewBox: '0 0 24 12', class: 'sample', 'aria-hidden': 'true' }, line);
}

const OUTLINES = {
  circle: 'M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z',
  square: 'M-4.5 -4.5h9v9h-9Z',
  triangle: 'M0 -5.5L5.5 4.5H-5.5Z',
  diamond: 'M0 -6.2L6.2 0L0 6.2L-6.2 0Z',
  cross: 'M-5 -2h3v-3h4v3h3v4h-3v3h-4v-3h-3Z',
  bar: 'M-6 -2.5h12v5h-12Z',
};

/** The mark of a plan, around the point 0, 0. */
export function markOf(look) {
  return svg('path', { d: OUTLINES[look.shape], class: `mark fill-${look.colour} solid` });
}

/** The same mark in a line of text. */
export function markSample(look) {
  const box = { width: 14, height: 14, viewBox: '-7 -7 14 14', class: 'sample', 'aria-hidden': 'true' };
  return svg('svg', box, markOf(look));
}
