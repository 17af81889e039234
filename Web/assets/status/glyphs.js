// How grave it is, by shape as well as by colour.

import { svg } from '../charts/svg.js';

const SHAPES = {
  good: 'M4.5 12.5l5 5L19.500 7',
  lowered: 'M4 7h5v5h5v5h6',
  warn: 'M12 6v6.500l4.500 2.500M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18',
  bad: 'M6 6l12 12M18 6L6 18',
};

export function glyph(tone) {
  return svg('svg', { viewBox: '0 0 24 24', class: `glyph ${tone}`, 'aria-hidden': 'true' }, svg('path', { d: SHAPES[tone] }));
}
