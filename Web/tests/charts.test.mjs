import assert from 'node:assert/strict';
import { test } from 'node:test';
import { areaPath, linePath, runsOf } from '../assets/charts/paths.js';
import { factsOf, meansOver, nearestIndex } from '../assets/charts/readings.js';
import { linearScale, logarithmicScale } from '../assets/charts/scale.js';
import { niceStep, niceTicks, timeTicks } from '../assets/charts/ticks.js';

test('ticks are numbers that people count in', () => {
  assert.deepEqual(niceTicks(0, 97, 4), [0, 25, 50, 75, 100]);
  assert.deepEqual(niceTicks(0, 0.3, 3), [0, 0.1, 0.2, 0.3]);
  assert.deepEqual(niceTicks(0.81, 1, 4), [0.8, 0.85, 0.9, 0.95, 1]);
  assert.deepEqual(niceTicks(5, 5), [5, 6]);
});

test('ticks reach over everything, whatever the size', () => {
  for (let exponent = -4; exponent < 7; exponent += 1) {
    for (const mantissa of [1, 1.7, 3.3, 5, 9.99]) {
      const high = mantissa * 10 ** exponent;
      const ticks = niceTicks(0, high, 4);
      assert.equal(ticks[0], 0);
      assert.ok(ticks.at(-1) >= high * (1 - 1e-9), `${ticks} does not reach ${high}`);
      assert.ok(ticks.length >= 3 && ticks.length <= 7, `${ticks.length} marks up to ${high}`);
      assert.ok(niceStep(high, 4) > 0);
    }
  }
});

test('times stand on the local clock, also where the offset is a quarter of an hour', () => {
  const nepal = () => 5.75 * 3600;
  const ticks = timeTicks(1_764_000_100, 1_764_003_700, 6, nepal);
  assert.ok(ticks.every((time) => (time + nepal()) % 600 === 0));
  assert.equal(ticks.length, 6);
  assert.deepEqual(timeTicks(10, 10), []);
});

test('scales', () => {
  const scale = linearScale([0, 10], [100, 0]);
  assert.equal(scale(0), 100);
  assert.equal(scale(5), 50);
  assert.equal(linearScale([3, 3], [0, 10])(3), 5);
  const waits = logarithmicScale([0.1, 1000], [0, 4]);
  assert.ok(Math.abs(waits(10) - 2) < 1e-9);
  assert.equal(waits(0), 0);
  assert.equal(waits(5000), 4);
});

test('a gap stays a gap', () => {
  const points = [[0, 1], [1, 2], [2, null], [3, 4], [4, 5], [20, 6]];
  assert.equal(runsOf(points).length, 2);
  assert.equal(runsOf(points, 5).length, 3);
  assert.equal(linePath(points, 5), 'M0 1L1 2M3 4L4 5M20 6h2');
  assert.equal(areaPath([[0, 1], [1, 2]], 9), 'M0 1L1 2L1 9L0 9Z');
  assert.equal(areaPath([[0, 1], [1, 2]], [[0, 7], [1, 8]]), 'M0 1L1 2L1 8L0 7Z');
});

test('the nearest time', () => {
  const times = [0, 5, 10, 15];
  assert.equal(nearestIndex(times, -3), 0);
  assert.equal(nearestIndex(times, 7), 1);
  assert.equal(nearestIndex(times, 8), 2);
  assert.equal(nearestIndex(times, 99), 3);
  assert.equal(nearestIndex([], 1), -1);
});

test('facts and means leave out what is not known', () => {
  assert.deepEqual(factsOf([1, 2, 3], [4, 9, null]), { most: 9, mostAt: 2, least: 4, last: 9, lastAt: 2 });
  assert.equal(factsOf([1], [null]), null);
  const rows = meansOver([60, 65, 120, 125], [[1, 3, null, null]], 60);
  assert.deepEqual(rows, [{ at: 60, values: [2] }, { at: 120, values: [null] }]);
});
