// Who closes the page or looks elsewhere is told on return: a word in the page, the title, and a notification where allowed.
import { say } from '../common/words.js';
import { arrivals, isOver } from './jobs.js';
import { recall, remember } from './storage.js';
import { toast } from './toasts.js';

const plainTitle = document.title;

/** @param {(job: any) => void} reveal */
export function createArrivals(reveal) {
  /** @type {string[]} */
  let awaited = recall('awaited', []);
  let unseen = 0;
  let isReturn = true;
  /** @type {Set<string>} */
  const told = new Set();

  const setTitle = () => { document.title = unseen ? `(${unseen}) ${plainTitle}` : plainTitle; };
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return;
    unseen = 0;
    setTitle();
  });

  function arrive(/** @type {any[]} */ jobs, isNews = false) {
    const done = jobs.filter((job) => job.status === 'completed' && !told.has(job.id));
    if (!done.length) return;
    for (const job of done) told.add(job.id);
    const last = done[done.length - 1];
    if (document.hidden) {
      unseen += done.length;
      setTitle();
      notify(last);
    }
    if (document.hidden || isReturn || isNews) toast(say('arrived', { count: done.length }), say('arrived.show'), () => reveal(last));
  }

  return {
    heard(/** @type {any[]} */ jobs) {
      for (const job of jobs) if (!isOver(job) && !awaited.includes(job.id)) awaited.push(job.id);
      const { arrived, awaited: still } = arrivals(awaited, jobs);
      awaited = still.slice(-200);
      remember('awaited', awaited);
      arrive(arrived);
    },
    /** A request has become a job; one that an earlier visit sent may have been painted meanwhile. @param {any} job @param {boolean} isEarlier */
    accepted(job, isEarlier) {
      if (isOver(job)) arrive([job], isEarlier);
      else this.heard([job]);
    },
    /** From now on, what is seen to be finished is no news. */
    settle() { isReturn = false; },
    forget(/** @type {string} */ id) {
      awaited = awaited.filter((each) => each !== id);
      remember('awaited', awaited);
    },
  };
}

/** Whether a wish to be notified can be offered. */
export const canOfferNotifications = () => 'Notification' in window && isSecureContext && Notification.permission === 'default';

async function notify(job) {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  const options = { body: job.prompt ?? '', icon: '/assets/icons/icon-192.png', tag: job.id };
  const registration = await navigator.serviceWorker?.getRegistration();
  if (registration) registration.showNotification(say('arrived', { count: 1 }), options);
  else new Notification(say('arrived', { count: 1 }), options);
}
