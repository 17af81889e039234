// Whether what is shown is still so.

export const STALE_AFTER_SECONDS = 6;

/** `live`, `stale` or `waiting` (nothing has come yet), from when news last came and what time it is. */
export function freshness(lastNews, now) {
  if (lastNews === null) return 'waiting';
  return now - lastNews > STALE_AFTER_SECONDS ? 'stale' : 'live';
}
