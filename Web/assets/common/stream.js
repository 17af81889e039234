// One stream of server-sent events that comes back by itself: after a lost network, a sleep, a restart of the server.

/** @typedef {{close: () => void, wake: () => void, readonly isOpen: boolean}} Stream */

/**
 * @param {string} path
 * @param {Record<string, (data: any) => void>} listeners by the event's name
 * @param {{onState?: (isConnected: boolean, isBlind: boolean) => void, resumes?: boolean}} [options] resumes: the server
 * understands ?after=ID; isBlind: nothing was heard yet, so the server cannot know what ended before it was open
 * @returns {Stream}
 */
export function openStream(path, listeners, { onState = () => {}, resumes = false } = {}) {
  /** @type {EventSource|null} */
  let source = null;
  let lastId = '';
  let failures = 0;
  let timer = 0;

  const connect = () => {
    clearTimeout(timer);
    source?.close();
    const address = resumes && lastId ? `${path}?after=${encodeURIComponent(lastId)}` : path;
    source = new EventSource(address);
    source.onopen = () => { failures = 0; onState(true, !lastId); };
    source.onerror = () => {
      onState(false, !lastId);
      // The browser tries again by itself, but not after an answer that is not a stream.
      if (source?.readyState === EventSource.CLOSED) again();
    };
    for (const [name, listener] of Object.entries(listeners)) {
      source.addEventListener(name, (event) => {
        if (event.lastEventId) lastId = event.lastEventId;
        listener(JSON.parse(event.data));
      });
    }
  };
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(connect, Math.min(30_000, 1_000 * 2 ** failures++) * (0.75 + Math.random() / 2));
  };

  connect();
  return {
    close: () => { clearTimeout(timer); source?.close(); source = null; },
    wake: connect,
    get isOpen() { return source !== null; },
  };
}
