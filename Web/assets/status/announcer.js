// What a screen reader is told by itself: changes of what matters, once they have lasted, and never often.

export const LASTING_SECONDS = 4;
export const PAUSE_SECONDS = 20;

/** Decides; keeps no clock. `decide(key, now)` is true when the state of affairs with that key is to be told now. */
export function makeAnnouncer() {
  let told = null;
  let toldAt = -Infinity;
  let seen = null;
  let seenAt = 0;
  return {
    decide(key, now) {
      if (key !== seen) [seen, seenAt] = [key, now];
      // The first one is on the page when it is opened and is read there.
      if (told === null) {
        told = key;
        return false;
      }
      if (key === told || now - seenAt < LASTING_SECONDS || now - toldAt < PAUSE_SECONDS) return false;
      [told, toldAt] = [key, now];
      return true;
    },
  };
}
