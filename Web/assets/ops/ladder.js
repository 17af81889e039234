// Where plans stand on a model's ladder.

const numeric = (text, otherwise) => {
  const number = Number(text);
  return text === undefined || text === 'none' || Number.isNaN(number) ? otherwise : number;
};

/** From the worst rung to the best. */
export function rungsUpwards(model) {
  return model.rungs.toSorted((one, other) => one.quality - other.quality);
}

/** The rungs between a plan's floor and its ceiling; as in the governor, the cheapest that reaches the floor if none is. */
export function reach(model, settings) {
  const [floor, ceiling] = [numeric(settings['floor-quality'], 0), numeric(settings['ceiling-quality'], 1)];
  const upwards = rungsUpwards(model);
  const reaching = upwards.filter((rung) => rung.quality >= floor);
  const allowed = reaching.filter((rung) => rung.quality <= ceiling);
  if (allowed.length > 0) return { low: allowed[0], high: allowed.at(-1) };
  const only = reaching[0] ?? upwards.at(-1);
  return { low: only, high: only };
}

export function bestQuality(model, settings) {
  return reach(model, settings).high.quality;
}

/**
 * A drawing's heights of the rungs, 0 (bottom) to 1. Heights follow quality, but rungs of nearly one quality are kept
 * apart by `least`, or their names would lie on each other.
 */
export function rungHeights(model, least = 0.12) {
  const upwards = rungsUpwards(model);
  if (upwards.length === 1) return new Map([[upwards[0].name, 0.5]]);
  const [low, high] = [upwards[0].quality, upwards.at(-1).quality];
  const gap = Math.min(least, 1 / (upwards.length - 1));
  const free = 1 - gap * (upwards.length - 1);
  return new Map(
    upwards.map((rung, index) => {
      const share = high > low ? (rung.quality - low) / (high - low) : index / (upwards.length - 1);
      return [rung.name, index * gap + share * free];
    }),
  );
}

/** Where a plan's mix stands: between its two rungs, by the share of the better one. */
export function standing(heights, given) {
  const lower = heights.get(given.rung);
  const upper = heights.get(given.better_rung) ?? lower;
  return lower === undefined ? null : lower + (upper - lower) * given.better_share;
}
