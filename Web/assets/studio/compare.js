// Before and after, with a real slider across the picture.
import { element } from '../common/dom.js';
import { formatNumber, say } from '../common/words.js';

/** @param {string} before the photo's address @param {string} alt */
export function createCompare(before, alt) {
  const node = element('div', { class: 'compare' },
    element('img', { class: 'compare-before', src: before, alt, decoding: 'async' }),
    element('span', { class: 'compare-line', 'aria-hidden': 'true' }));
  const range = element('input', { type: 'range', class: 'compare-range', min: 0, max: 100, value: 50, 'aria-label': say('compare.slider'), oninput: () => place() });
  const place = () => {
    node.style.setProperty('--at', `${range.value}%`);
    range.setAttribute('aria-valuetext', say('compare.value', { share: formatNumber(range.value / 100, { style: 'percent' }) }));
  };
  node.append(range);
  place();
  return node;
}
