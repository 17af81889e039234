// One model's ladder: rungs at the height of their quality, and on each plan's own track the mark of where it stands.

import { setAttribute, svg } from '../charts/svg.js';
import { markOf } from '../charts/look.js';
import { linearScale } from '../charts/scale.js';
import { figure, share } from '../status/amounts.js';
import { reach, rungHeights, standing } from './ladder.js';
import { lookOfPlan } from './looks.js';

const HEIGHT = 264;
const EDGE = { top: 22, bottom: 20, right: 88 };
const TRACK = 33;
// About the width of a letter at the size of the names: they are as long as a model's maker likes.
const LETTER = 6.8;

/** @param {any} model @param {string[]} plans @param {{costOf: (text: string) => string}} words */
export function ladderDrawing(model, plans, words) {
  const left = 22 + LETTER * Math.max(...model.rungs.map((rung) => rung.name.length));
  const right = left + plans.length * TRACK;
  const width = right + EDGE.right;
  const heights = rungHeights(model);
  const y = linearScale([0, 1], [HEIGHT - EDGE.bottom, EDGE.top]);
  const x = (index) => left + TRACK * (index + 0.5);

  const rungs = model.rungs.flatMap((rung) => {
    const height = y(heights.get(rung.name));
    return [
      svg('line', { class: 'rung', x1: left - 6, x2: right + 6, y1: height, y2: height }),
      svg('text', { class: 'rung-name', x: left - 14, y: height + 4, 'text-anchor': 'end' }, rung.name),
      svg('text', { class: 'rung-facts', x: right + 14, y: height + 4 }, `${share(rung.quality)} · ${words.costOf(figure(rung.cost_device_seconds))}`),
    ];
  });
  const rails = [left - 6, right + 6].map((place) => svg('line', { class: 'rail', x1: place, x2: place, y1: 6, y2: HEIGHT - 4 }));
  const tracks = plans.map((_, index) => svg('line', { class: 'track', x1: x(index), x2: x(index) }));
  const marks = plans.map((plan) => svg('g', { class: 'standing' }, markOf(lookOfPlan(plan))));
  const drawing = svg('svg', { class: 'ladder-drawing', viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, 'aria-hidden': 'true' }, ...rails, ...rungs, ...tracks, ...marks);

  return {
    element: drawing,
    show(state) {
      for (const [index, name] of plans.entries()) {
        const plan = state.plans.find((one) => one.name === name);
        const given = plan?.rungs.find((rung) => rung.model === model.id);
        const height = given ? standing(heights, given) : null;
        setAttribute(marks[index], 'visibility', height === null ? 'hidden' : 'visible');
        if (height === null) continue;
        // A transform through the style moves smoothly; the attribute would jump.
        marks[index].style.transform = `translate(${x(index)}px, ${y(height)}px)`;
        const { low, high } = reach(model, plan.settings);
        setAttribute(tracks[index], 'y1', y(heights.get(low.name)));
        setAttribute(tracks[index], 'y2', y(heights.get(high.name)));
      }
    },
  };
}
