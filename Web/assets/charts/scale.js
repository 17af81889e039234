// From values to places on the screen.

/** Straight from a domain to a range; a domain of one point maps to the middle. */
export function linearScale([low, high], [start, end]) {
  const span = high - low;
  return (value) => (span === 0 ? (start + end) / 2 : start + ((value - low) / span) * (end - start));
}

/** For values that differ by orders of magnitude; what is below the domain stands at its beginning. */
export function logarithmicScale([low, high], [start, end]) {
  const straight = linearScale([Math.log(low), Math.log(high)], [start, end]);
  return (value) => straight(Math.log(Math.min(high, Math.max(low, value))));
}
