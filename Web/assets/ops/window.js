// The last hour as columns beside one row of times: what the server remembered, extended by what it says live.
//
// A window is `{interval, at: [unix], columns: {name: [value or null]}}`. Names are flat: `capacity`,
// `refused.overloaded`, `plans.free.delay`.

export const EMPTY = Object.freeze({ interval: 5, at: [], columns: {} });

function flatten(value, prefix, columns) {
  for (const [name, inner] of Object.entries(value)) {
    const path = prefix ? `${prefix}.${name}` : name;
    if (Array.isArray(inner)) columns[path] = inner;
    else if (inner !== null && typeof inner === 'object') flatten(inner, path, columns);
  }
}

/** A window from the document of `/ops/history`. */
export function fromHistory({ interval_seconds: interval, at, ...rest }) {
  const columns = {};
  flatten(rest, '', columns);
  return { interval, at: [...at], columns };
}

/** Older samples of `first` before those of `second`, which is right where both know something. */
export function merged(first, second) {
  if (second.at.length === 0) return first;
  const kept = first.at.findIndex((time) => time >= second.at[0] - second.interval / 2);
  const count = kept === -1 ? first.at.length : kept;
  return joined(first, count, second);
}

/** The window with one sample more; a sample that is not newer than the last one changes nothing. */
export function extended(window, sample) {
  if (window.at.length > 0 && sample.at <= window.at.at(-1)) return window;
  const columns = Object.fromEntries(Object.entries(sample.values).map(([name, value]) => [name, [value]]));
  return joined(window, window.at.length, { ...window, at: [sample.at], columns });
}

function joined(first, count, second) {
  const columns = {};
  const unknown = (length) => Array(length).fill(null);
  for (const name of new Set([...Object.keys(first.columns), ...Object.keys(second.columns)])) {
    const before = first.columns[name]?.slice(0, count) ?? unknown(count);
    columns[name] = before.concat(second.columns[name] ?? unknown(second.at.length));
  }
  return { interval: second.interval, at: first.at.slice(0, count).concat(second.at), columns };
}

/**
 * From when on a drawing shows it: an hour before `now`, or where it begins if that is later, but some minutes at least, so
 * that what just began has a shape.
 */
export function beginning(window, now, longest, shortest) {
  const first = window.at[0] ?? now;
  return Math.min(now - shortest, Math.max(now - longest, first));
}

/** What is not older than `from`. */
export function since(window, from) {
  const start = window.at.findIndex((time) => time >= from);
  const count = start === -1 ? window.at.length : start;
  if (count === 0) return window;
  const columns = Object.fromEntries(Object.entries(window.columns).map(([name, values]) => [name, values.slice(count)]));
  return { ...window, at: window.at.slice(count), columns };
}

/** One column; of nulls where there is none. */
export function column(window, name) {
  return window.columns[name] ?? Array(window.at.length).fill(null);
}

/** The sum of columns; null where not one of them is known. */
export function total(window, names) {
  const known = names.map((name) => window.columns[name]).filter(Boolean);
  return window.at.map((_, index) => {
    const values = known.map((values) => values[index]).filter((value) => value !== null && value !== undefined);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
  });
}

/**
 * `part` over `whole`, each summed over the `seconds` before: a share of few cases jumps, and one of no cases is none.
 */
export function slidingShare(window, part, whole, seconds) {
  const [parts, wholes] = [column(window, part), column(window, whole)];
  const reach = Math.max(1, Math.round(seconds / window.interval));
  let [partSum, wholeSum] = [0, 0];
  return window.at.map((_, index) => {
    partSum += parts[index] ?? 0;
    wholeSum += wholes[index] ?? 0;
    if (index >= reach) {
      partSum -= parts[index - reach] ?? 0;
      wholeSum -= wholes[index - reach] ?? 0;
    }
    return wholes[index] === null || wholeSum < 1e-9 ? null : Math.min(1, Math.max(0, partSum / wholeSum));
  });
}
