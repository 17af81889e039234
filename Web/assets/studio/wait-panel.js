// Waiting as something calm: how many are before, when it will be there, what was lowered, and the way out.
import { element, fill, write } from '../common/dom.js';
import { icon } from '../common/icons.js';
import { formatDuration, formatTime, say } from '../common/words.js';
import { onLine, phrase } from './waiting.js';

/** @typedef {import('./waiting.js').Interval} Interval */

/** When it will be there, in words. @param {Interval|null} shown @param {number} now */
export function whenInWords(shown, now) {
  if (!shown) return say('wait.unknown');
  const said = phrase(shown, now);
  switch (said.form) {
    case 'overdue': return say('wait.overdue');
    case 'by': return say('wait.by', { high: formatTime(said.high) });
    case 'clock': return say('wait.clock', { low: formatTime(said.low), high: formatTime(said.high) });
    case 'within': return say('wait.within', { count: said.high });
    default: return said.low === said.high ? say('wait.about', { count: said.high }) : say('wait.seconds', { low: said.low, high: said.high });
  }
}

/** Where it stands, in words. @param {any} job */
export const whereInWords = (job) =>
  job.status === 'running' || job.position === 0 ? say('wait.painting') : job.position === null ? say('wait.queued') : say('wait.before', { count: job.position - 1 });

/** What was lowered and why, or null. @param {any} job */
export const loweredInWords = (job) =>
  job.lowered ? say('lowered.sentence', { from: job.lowered.from, to: job.lowered.to, why: job.lowered.why }) : null;

/** Why a request has not been accepted yet. @param {import('./outbox-plan.js').Entry} entry @param {boolean} isSending @param {number} now */
export function heldInWords(entry, isSending, now) {
  if (isSending || entry.state === 'ready') return say('held.sending');
  if (entry.state === 'refused') return entry.message || say('held.refused');
  const seconds = Math.max(0, Math.ceil((entry.notBefore - now) / 1000));
  if (entry.reason === 'allowance') return say('held.allowance', { when: formatDuration(seconds), time: formatTime(entry.notBefore) });
  if (entry.reason === 'session') return say('held.session');
  return say(`held.${entry.reason}`, { count: seconds });
}

/** @param {{onCancel: () => void, onNotify: (() => void)|null}} events */
export function createWaitPanel({ onCancel, onNotify }) {
  const where = element('p', { class: 'wait-where' });
  const when = element('p', { class: 'wait-when' });
  const moved = element('p', { class: 'wait-moved small', hidden: true });
  const lowered = element('p', { class: 'lowered small', hidden: true });
  const thread = element('div', { class: 'thread', 'aria-hidden': 'true' }, element('span', { class: 'thread-band' }), element('span', { class: 'thread-now' }));
  const keep = element('p', { class: 'small soft' }, say('wait.keep'));
  const notify = onNotify && element('button', { type: 'button', class: 'button quiet', onclick: () => { onNotify(); notify.remove(); } }, icon('bell'), say('wait.tellMe'));
  const node = element('div', { class: 'waiting' }, where, when, thread, moved, lowered, keep,
    element('div', { class: 'row' }, element('button', { type: 'button', class: 'button', onclick: onCancel }, say('wait.cancel')), notify));

  return {
    node,
    /** @param {any} job @param {Interval|null} shown @param {number} to the latest moment ever shown @param {number} now */
    update(job, shown, to, now) {
      const deferred = job.verdict === 'deferred' && job.status === 'queued';
      write(where, deferred ? say('wait.deferred') : whereInWords(job));
      write(when, whenInWords(shown, now));
      moved.hidden = !shown?.moved;
      if (shown?.moved) write(moved, say(`wait.${shown.moved}`));
      const less = loweredInWords(job);
      lowered.hidden = !less;
      if (less) write(lowered, less);
      thread.hidden = !shown;
      if (shown) {
        const line = onLine(shown, job.created_at * 1000, to, now);
        for (const [name, value] of Object.entries(line)) thread.style.setProperty(`--${name}`, String(value));
      }
    },
    /** A request that waits to be accepted. */
    hold(text, isCalm) {
      write(where, text);
      fill(when);
      thread.hidden = true;
      keep.hidden = !isCalm;
      if (notify) notify.hidden = true;
    },
  };
}
