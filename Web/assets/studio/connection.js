// The one stream of the page: open while somebody looks or something is under way, resumed after sleep and lost networks.
import { openStream } from '../common/stream.js';

const rest = 2 * 60_000;

/**
 * @param {object} parts
 * @param {Record<string, (data: any) => void>} parts.listeners
 * @param {() => boolean} parts.isWaiting
 * @param {(isConnected: boolean) => void} parts.onState
 * @param {() => void} parts.onReturn after an absence: what may have been missed is asked for
 */
export function createConnection({ listeners, isWaiting, onState, onReturn }) {
  /** @type {import('../common/stream.js').Stream|null} */
  let stream = null;
  let hiddenSince = 0;
  let lastBeat = Date.now();
  let isWanted = false;

  const open = () => {
    if (!isWanted) return;
    if (stream?.isOpen) stream.wake();
    else stream = openStream('/v1/events', listeners, { onState: heardOf, resumes: true });
  };
  const heardOf = (/** @type {boolean} */ isConnected, /** @type {boolean} */ isBlind) => {
    onState(isConnected);
    // What ended between the request and the stream was told to nobody.
    if (isConnected && isBlind && isWaiting()) onReturn();
  };
  const returned = () => { open(); onReturn(); };

  document.addEventListener('visibilitychange', () => {
    if (document.hidden) hiddenSince = Date.now();
    else if (!stream?.isOpen || Date.now() - hiddenSince > rest) returned();
  });
  addEventListener('online', returned);
  addEventListener('pageshow', (event) => { if (event.persisted) returned(); });
  setInterval(() => {
    const now = Date.now();
    // A beat that comes much too late: the machine slept, and the connection did not survive that.
    if (now - lastBeat > 40_000 && !document.hidden) returned();
    lastBeat = now;
    if (document.hidden && stream?.isOpen && now - hiddenSince > rest && !isWaiting()) stream.close();
  }, 10_000);

  return {
    start() { isWanted = true; if (!stream?.isOpen) open(); },
    stop() { isWanted = false; stream?.close(); stream = null; },
  };
}
