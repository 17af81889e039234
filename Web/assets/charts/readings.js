// What a chart says when it is asked for a time, or for all of it.

/** The index of the time that is nearest to `time`; times ascend. -1 when there are none. */
export function nearestIndex(times, time) {
  if (times.length === 0) return -1;
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < time) low = middle + 1;
    else high = middle;
  }
  return low > 0 && time - times[low - 1] <= times[low] - time ? low - 1 : low;
}

/** The last value that is known, the greatest one and when it was; null when nothing is known. */
export function factsOf(times, values) {
  let facts = null;
  for (const [index, value] of values.entries()) {
    if (value === null || value === undefined) continue;
    facts ??= { most: -Infinity, least: Infinity, mostAt: 0, last: value, lastAt: 0 };
    if (value > facts.most) Object.assign(facts, { most: value, mostAt: times[index] });
    facts.least = Math.min(facts.least, value);
    facts.last = value;
    facts.lastAt = times[index];
  }
  return facts;
}

/** Means over stretches of `seconds`, for the table: nobody reads seven hundred rows. */
export function meansOver(times, columns, seconds) {
  const rows = [];
  let row = null;
  const close = () => {
    if (row) rows.push({ at: row.at, values: row.sums.map((sum, index) => (row.known[index] ? sum / row.known[index] : null)) });
  };
  for (const [index, time] of times.entries()) {
    const at = Math.floor(time / seconds) * seconds;
    if (row?.at !== at) {
      close();
      row = { at, sums: columns.map(() => 0), known: columns.map(() => 0) };
    }
    for (const [column, values] of columns.entries()) {
      const value = values[index];
      if (value === null || value === undefined) continue;
      row.sums[column] += value;
      row.known[column] += 1;
    }
  }
  close();
  return rows;
}
