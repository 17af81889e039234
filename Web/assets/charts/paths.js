// Path data from points. A missing value is a gap: a line drawn over it would claim a measurement.

const place = (number) => Math.round(number * 10) / 10;

/** Runs of neighbouring points that are known; `longest` is the longest step in x that still joins two points. */
export function runsOf(points, longest = Infinity) {
  const runs = [];
  let run = null;
  for (const [x, y] of points) {
    if (y === null || y === undefined || Number.isNaN(y)) {
      run = null;
    } else if (run === null || x - run.at(-1)[0] > longest) {
      run = [[x, y]];
      runs.push(run);
    } else {
      run.push([x, y]);
    }
  }
  return runs;
}

/** A lone point becomes a dash of two pixels, or it would not be seen. */
function drawn(run) {
  const [first, ...others] = run.map(([x, y]) => [place(x), place(y)]);
  const start = `M${first[0]} ${first[1]}`;
  return others.length === 0 ? `${start}h2` : start + others.map(([x, y]) => `L${x} ${y}`).join('');
}

export function linePath(points, longest) {
  return runsOf(points, longest).map(drawn).join('');
}

/** The area between a line and `base`, a height or one for each point. */
export function areaPath(points, base, longest) {
  const bases = typeof base === 'number' ? null : new Map(base);
  return runsOf(points, longest)
    .filter((run) => run.length > 1)
    .map((run) => {
      const back = run.toReversed().map(([x]) => [x, bases ? bases.get(x) : base]);
      return `${drawn(run)}${back.map(([x, y]) => `L${place(x)} ${place(y)}`).join('')}Z`;
    })
    .join('');
}
