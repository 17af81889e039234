// One chart over time: several series, real clock time, gaps where nothing is known.
//
// It can be read in four ways: by looking, with the pointer, with the arrow keys (the plot is a slider over time), and as
// a table behind a disclosure. A sentence below the title says what it shows.

import { levelSample, lineSample } from './look.js';
import { areaPath, linePath } from './paths.js';
import { meansOver, nearestIndex } from './readings.js';
import { linearScale, logarithmicScale } from './scale.js';
import { element, write } from '../common/dom.js';
import { setAttribute, svg } from './svg.js';
import { niceTicks, timeTicks } from './ticks.js';

const MARGIN = { top: 8, right: 10, bottom: 22, left: 46 };
const KEY_STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -12, PageUp: 12 };
const TABLE_SECONDS = 60;

let chartCount = 0;

/**
 * @param {object} options
 * @param {string} options.title
 * @param {{name: string, look: object, kind?: 'line' | 'area' | 'stack'}[]} options.series
 * @param {{value: number, name: string}[]} [options.levels] lines that stand still, such as a promise
 * @param {[number, number]} [options.domain] of the values, which begins lower when it has to; without it from 0 to what is needed
 * @param {number[]} [options.logarithmic] the marks of an axis for values that differ by orders of magnitude: it begins at
 *   the first and ends at the first that is large enough
 * @param {number} [options.height]
 * @param {(value: number) => string} options.format a value with its unit
 * @param {(value: number) => string} [options.formatTick] a value on the axis
 * @param {object} options.words `table`, `time`, `now`, `unknown`, `read` (how the plot is called), `clock(seconds)`,
 *   `minute(seconds)`
 */
export function createChart(options) {
  const { title, series, levels = [], domain = null, logarithmic = null, height = 180, format, words } = options;
  const formatTick = options.formatTick ?? ((value) => String(value));
  chartCount += 1;
  const id = `chart-${chartCount}`;

  const summary = element('p', { class: 'chart-summary', id: `${id}-summary` });
  const values = series.map(() => element('dd'));
  const moment = element('p', { class: 'chart-moment' });
  const entry = (sample, name, value) => element('div', {}, element('dt', {}, sample, name), value);
  const legend = element(
    'div',
    { class: 'chart-legend' },
    element(
      'dl',
      {},
      series.map(({ name, look, kind }, index) => entry(lineSample(look, kind === 'stack'), name, values[index])),
      levels.map(({ name, value }) => entry(levelSample(), name, element('dd', {}, formatTick(value)))),
    ),
    moment,
  );

  const grid = svg('g', { class: 'grid' });
  const marks = svg('g', {});
  const cursor = svg('g', { class: 'cursor' });
  const drawing = svg('svg', { class: 'chart-drawing', 'aria-hidden': 'true', height }, grid, marks, cursor);
  const plot = element(
    'div',
    { class: 'chart-plot', role: 'slider', tabindex: '0', 'aria-label': `${title}. ${words.read}`, 'aria-describedby': `${id}-summary` },
    drawing,
  );
  const table = element('div', { class: 'chart-table', tabindex: '0', role: 'group', 'aria-label': `${title}. ${words.table}` });
  const disclosure = element('details', { class: 'chart-details' }, element('summary', {}, words.table, element('span', { class: 'visually-hidden' }, `: ${title}`)), table);
  const figure = element(
    'figure',
    { class: 'chart', 'aria-labelledby': `${id}-title` },
    element('figcaption', {}, element('h3', { id: `${id}-title` }, title), summary),
    legend,
    plot,
    disclosure,
  );

  const paths = series.map(({ look, kind = 'line' }) => ({
    area: kind === 'line' ? null : marks.appendChild(svg('path', { class: `fill-${look.colour} ${kind === 'stack' ? 'solid' : ''}` })),
    line: kind === 'stack' ? null : svg('path', { class: `line-${look.colour}`, 'stroke-dasharray': look.dash }),
  }));
  for (const { line } of paths) if (line) marks.append(line);
  const rule = svg('line', { class: 'rule' });
  const dots = series.map(({ look }) => svg('circle', { r: 3.5, class: `dot fill-${look.colour} solid` }));
  cursor.append(rule, ...dots);

  let data = { from: 0, to: 1, at: [], columns: series.map(() => []), interval: 5 };
  let chosenTime = null;
  let width = 0;
  let frame = null;

  /** What is drawn of each series: its values, or in a stack their running sums. */
  function heights() {
    const sums = new Map();
    return series.map(({ kind }, index) => {
      if (kind !== 'stack') return data.columns[index];
      return data.at.map((time, sample) => {
        const value = data.columns[index][sample];
        if (value === null || value === undefined) return null;
        const sum = (sums.get(time) ?? 0) + value;
        sums.set(time, sum);
        return sum;
      });
    });
  }

  function ticksFor(least, top) {
    const wanted = height < 160 ? 3 : 4;
    if (domain) return niceTicks(Math.min(domain[0], least), domain[1], wanted);
    if (!logarithmic) return niceTicks(0, top > 0 ? top * 1.02 : 1, wanted);
    const last = logarithmic.findIndex((mark, index) => index > 1 && mark >= top);
    return last === -1 ? logarithmic : logarithmic.slice(0, last + 1);
  }

  function draw() {
    frame = null;
    if (width === 0) return;
    const drawn = heights();
    const top = Math.max(0, ...drawn.flat().filter((value) => value !== null), ...levels.map(({ value }) => value));
    const least = Math.min(...drawn.flat().filter((value) => value !== null));
    const ticks = ticksFor(least, top);
    const x = linearScale([data.from, data.to], [MARGIN.left, width - MARGIN.right]);
    const scale = logarithmic ? logarithmicScale : linearScale;
    const y = scale([ticks[0], ticks.at(-1)], [height - MARGIN.bottom, MARGIN.top]);
    setAttribute(drawing, 'viewBox', `0 0 ${width} ${height}`);
    setAttribute(drawing, 'width', width);
    drawGrid(x, y, ticks);

    const longest = (x(data.interval) - x(0)) * 2.5;
    let below = null;
    for (const [index, { kind }] of series.entries()) {
      const points = data.at.map((time, sample) => {
        const value = drawn[index][sample];
        return [x(time), value === null || value === undefined ? null : y(value)];
      });
      if (paths[index].line) setAttribute(paths[index].line, 'd', linePath(points, longest));
      if (paths[index].area) {
        const base = kind === 'stack' && below ? below.map(([px, py]) => [px, py ?? y(0)]) : y(ticks[0]);
        setAttribute(paths[index].area, 'd', areaPath(points, base, longest));
        if (kind === 'stack') below = points;
      }
    }
    drawReading(x, y, drawn);
  }

  function drawGrid(x, y, ticks) {
    const [left, right, bottom] = [MARGIN.left, width - MARGIN.right, height - MARGIN.bottom];
    const wanted = Math.max(2, Math.floor((right - left) / 75));
    grid.replaceChildren(
      ...ticks.flatMap((value) => [
        svg('line', { x1: left, x2: right, y1: y(value), y2: y(value), class: value === ticks[0] ? 'axis' : null }),
        svg('text', { x: left - 8, y: y(value) + 4, 'text-anchor': 'end' }, formatTick(value)),
      ]),
      ...timeTicks(data.from, data.to, wanted).flatMap((time) => {
        const place = x(time);
        const label = svg('text', { x: place, y: height - 5, 'text-anchor': 'middle' }, words.minute(time));
        const hasRoom = place > left + 12 && place < right - 14;
        return [svg('line', { x1: place, x2: place, y1: bottom, y2: bottom + 4, class: 'axis' }), hasRoom ? label : null];
      }).filter(Boolean),
      ...levels.map(({ value }) => svg('line', { x1: left, x2: right, y1: y(value), y2: y(value), class: 'level' })),
    );
  }

  function readingIndex() {
    if (data.at.length === 0) return -1;
    return chosenTime === null ? data.at.length - 1 : nearestIndex(data.at, chosenTime);
  }

  function say(value) {
    return value === null || value === undefined ? words.unknown : format(value);
  }

  function drawReading(x, y, drawn) {
    const index = readingIndex();
    const isChosen = chosenTime !== null && index >= 0;
    figure.classList.toggle('is-reading', isChosen);
    write(moment, isChosen ? words.clock(data.at[index]) : words.now);
    for (const [number] of series.entries()) {
      write(values[number], index < 0 ? words.unknown : say(data.columns[number][index]));
      const value = index < 0 ? null : drawn[number][index];
      const isShown = isChosen && value !== null && value !== undefined;
      setAttribute(dots[number], 'visibility', isShown ? 'visible' : 'hidden');
      if (isShown) {
        setAttribute(dots[number], 'cx', x(data.at[index]));
        setAttribute(dots[number], 'cy', y(value));
      }
    }
    setAttribute(rule, 'visibility', isChosen ? 'visible' : 'hidden');
    if (isChosen) {
      const place = x(data.at[index]);
      for (const [name, value] of [['x1', place], ['x2', place], ['y1', MARGIN.top], ['y2', height - MARGIN.bottom]]) setAttribute(rule, name, value);
    }
    setAttribute(plot, 'aria-valuemin', 0);
    setAttribute(plot, 'aria-valuemax', Math.max(0, data.at.length - 1));
    setAttribute(plot, 'aria-valuenow', Math.max(0, index));
    // While nobody chose a time the spoken text stands still: a slider that changes by itself is read out each time.
    setAttribute(plot, 'aria-valuetext', isChosen ? spoken(index) : words.now);
  }

  function spoken(index) {
    const parts = series.map(({ name }, number) => `${name} ${say(data.columns[number][index])}`);
    return `${words.clock(data.at[index])}: ${parts.join(', ')}`;
  }

  function schedule() {
    frame ??= requestAnimationFrame(draw);
  }

  function choose(time) {
    chosenTime = time;
    schedule();
  }

  plot.addEventListener('pointermove', (event) => {
    const box = drawing.getBoundingClientRect();
    const time = linearScale([MARGIN.left, width - MARGIN.right], [data.from, data.to])(event.clientX - box.left);
    choose(Math.min(data.to, Math.max(data.from, time)));
  });
  plot.addEventListener('pointerleave', () => choose(null));
  plot.addEventListener('blur', () => choose(null));
  plot.addEventListener('keydown', (event) => {
    if (data.at.length === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const last = data.at.length - 1;
    let index = readingIndex();
    if (event.key in KEY_STEPS) index += KEY_STEPS[event.key];
    else if (event.key === 'Home') index = 0;
    else if (event.key === 'End') index = last;
    else if (event.key === 'Escape' && chosenTime !== null) return choose(null);
    else return;
    event.preventDefault();
    choose(data.at[Math.min(last, Math.max(0, index))]);
  });

  /** Made when it is opened, and then left alone: rows that move under a reader cannot be read. */
  function fillTable() {
    const head = [words.time, ...series.map(({ name }) => name)].map((name) => element('th', { scope: 'col' }, name));
    const rows = meansOver(data.at, data.columns, TABLE_SECONDS).toReversed();
    table.replaceChildren(
      element(
        'table',
        {},
        element('thead', {}, element('tr', {}, ...head)),
        element('tbody', {}, ...rows.map(({ at, values: means }) =>
          element('tr', {}, element('th', { scope: 'row' }, words.minute(at)), ...means.map((mean) => element('td', {}, say(mean)))))),
      ),
    );
  }
  disclosure.addEventListener('toggle', () => disclosure.open && fillTable());

  new ResizeObserver(([entry]) => {
    width = Math.round(entry.contentRect.width);
    schedule();
  }).observe(plot);

  return {
    element: figure,
    /** `{from, to, at, columns, interval, summary}`: times and values as in `readings.js`; the sentence is the caller's. */
    update(next) {
      data = next;
      write(summary, next.summary);
      schedule();
    },
  };
}
