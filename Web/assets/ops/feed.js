// What comes from the server: the state each second, the hour before it, and word when it stops coming.

import { ask } from '../common/api.js';
import { openStream } from '../common/stream.js';
import { freshness } from '../status/freshness.js';
import { sampleBetween } from './sampling.js';
import { EMPTY, extended, fromHistory, merged, since } from './window.js';

export const HOUR = 3600;
// The server's own samples are better than ours, which miss what lies between two of them: its last minute is fetched again
// now and then, and what was missed after a silence.
const REFRESH_SECONDS = 20;

const isForbidden = (error) => error.status === 401 || error.status === 403;

/**
 * @param {{onState: (state: any) => void, onWindow: (window: any, now: number) => void,
 *   onFreshness: (freshness: string, at: number|null) => void, onForbidden: (error: any) => void}} listeners
 */
export function openFeed({ onState, onWindow, onFreshness, onForbidden }) {
  let state = null;
  let sampled = null;
  let window = EMPTY;
  let newsAt = null;
  let refreshedAt = -Infinity;
  let isClosed = false;

  const clock = () => performance.now() / 1000;

  async function refresh() {
    const missing = state === null || window.at.length === 0 ? HOUR : state.at - window.at.at(-1) + REFRESH_SECONDS * 2;
    refreshedAt = clock();
    try {
      const minutes = Math.min(60, Math.max(1, Math.ceil(missing / 60)));
      const history = await ask(`/ops/history?minutes=${minutes}`);
      if (isClosed) return;
      window = merged(window, fromHistory(history));
      showWindow();
    } catch (error) {
      if (isForbidden(error)) onForbidden(error);
    }
  }

  function showWindow() {
    const now = state?.at ?? window.at.at(-1);
    if (now === undefined) return;
    window = since(window, now - HOUR);
    onWindow(window, now);
  }

  function take(next) {
    const wasSilent = newsAt !== null && freshness(newsAt, clock()) === 'stale';
    state = next;
    newsAt = clock();
    onFreshness('live', state.at);
    onState(state);
    if (sampled === null || state.at - sampled.at > window.interval * 3) sampled = state;
    if (state.at - sampled.at >= window.interval - 0.25) {
      const sample = sampleBetween(sampled, state);
      sampled = state;
      if (sample) {
        window = extended(window, sample);
        showWindow();
      }
    }
    if (wasSilent || clock() - refreshedAt > REFRESH_SECONDS) refresh();
  }

  /** A stream that broke does not say why: asked for once, the state does. */
  async function askWhy() {
    try {
      await ask('/ops/state');
    } catch (error) {
      if (!isClosed && isForbidden(error)) onForbidden(error);
    }
  }

  const stream = openStream('/ops/events', { state: take }, { onState: (isConnected) => isConnected || askWhy() });
  const watch = setInterval(() => onFreshness(freshness(newsAt, clock()), state?.at ?? null), 1000);
  refresh();

  return {
    get state() { return state; },
    close() {
      isClosed = true;
      stream.close();
      clearInterval(watch);
    },
  };
}
