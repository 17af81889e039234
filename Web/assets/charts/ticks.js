// Where an axis has its marks: numbers that people count in, and times that stand on the wall clock.

const MANTISSAS = [1, 2, 2.5, 5, 10];

/** The step of 1, 2, 2.5 or 5 times a power of ten that gives about as many marks as wanted. */
export function niceStep(span, wanted) {
  const rough = span / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  return MANTISSAS.find((mantissa) => mantissa * power >= rough * 0.999) * power;
}

/** Marks of an axis that begins at `low` and reaches at least `high`; the last of them is the axis' end. */
export function niceTicks(low, high, wanted = 4) {
  if (!(high > low)) return [low, low + 1];
  const step = niceStep(high - low, wanted);
  const first = Math.floor(low / step);
  // A hair of tolerance: 0.3 / 0.1 is a little less than 3.
  const last = Math.ceil(high / step - 1e-9);
  const decimals = Math.max(0, 1 - Math.floor(Math.log10(step)));
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toFixed(decimals)));
}

const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400];

/** Seconds that the local clock is ahead of UTC at a time. */
export function localOffset(seconds) {
  return -new Date(seconds * 1000).getTimezoneOffset() * 60;
}

/** Unix seconds within a stretch at which the local clock shows a round time. */
export function timeTicks(from, to, wanted = 6, offsetAt = localOffset) {
  if (!(to > from)) return [];
  const rough = (to - from) / Math.max(1, wanted);
  const step = TIME_STEPS.find((candidate) => candidate >= rough) ?? TIME_STEPS.at(-1);
  const offset = offsetAt(from);
  const marks = [];
  for (let local = Math.ceil((from + offset) / step) * step; local - offset <= to; local += step) {
    marks.push(local - offset);
  }
  return marks;
}
