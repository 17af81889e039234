// A link to one picture, which can be taken back.
import { ask } from '../common/api.js';
import { openDialog } from '../common/dialog.js';
import { element, write } from '../common/dom.js';
import { icon } from '../common/icons.js';
import { formatDate, say } from '../common/words.js';

/** @param {any} job @param {number} picture */
export async function openSharing(job, picture) {
  const links = element('div', { class: 'stack' });
  const told = element('p', { role: 'status', class: 'small' });
  const withWords = element('input', { type: 'checkbox', checked: true });
  // A link may be made while the known ones are still being fetched: that list then has it or has it not. Each is shown once.
  const shown = new Set();
  const isNew = ({ id }) => !shown.has(id) && Boolean(shown.add(id));
  const make = async () => {
    try {
      const share = await ask('/v1/shares', { method: 'POST', body: { job: job.id, picture, with_words: withWords.checked } });
      if (isNew(share)) links.prepend(shareRow(share, told));
      write(told, say('share.made'));
    } catch (error) { write(told, error.message || say('error.unknown')); }
  };
  openDialog(say('share.title'), [
    element('p', {}, say('share.explain')),
    element('label', { class: 'check' }, withWords, say('share.withWords')),
    element('div', { class: 'row' }, element('button', { type: 'button', class: 'button main', onclick: make }, icon('link'), say('share.make'))),
    told,
    links,
  ], { className: 'small-dialog' });
  try {
    const { data } = await ask('/v1/shares');
    links.append(...data.filter((share) => share.job === job.id && isNew(share)).map((share) => shareRow(share, told)));
  } catch (error) { write(told, error.message || say('notice.offline')); }
}

/** One link, with what can be done with it. @param {any} share @param {HTMLElement} told where outcomes are said */
export function shareRow(share, told) {
  const address = element('input', { type: 'text', readonly: true, value: share.url, 'aria-label': say('share.link'), onfocus: (event) => event.target.select() });
  const copy = async () => {
    address.select();
    try { await navigator.clipboard.writeText(share.url); } catch { document.execCommand('copy'); }
    write(told, say('share.copied'));
  };
  const revoke = async () => {
    try {
      await ask(`/v1/shares/${share.id}`, { method: 'DELETE' });
      write(told, say('share.revoked'));
      row.remove();
    } catch (error) { write(told, error.message || say(error.isNetwork ? 'share.notRevoked' : 'error.unknown')); }
  };
  const row = element('div', { class: 'share-row' }, address,
    element('div', { class: 'row' },
      element('button', { type: 'button', class: 'button', onclick: copy }, icon('copy'), say('share.copy')),
      'share' in navigator && element('button', { type: 'button', class: 'button', onclick: () => navigator.share({ url: share.url }).catch(() => {}) }, icon('share'), say('share.send')),
      element('a', { class: 'button quiet', href: share.url, target: '_blank', rel: 'noopener' }, say('share.open')),
      element('button', { type: 'button', class: 'button danger', onclick: revoke }, say('share.revoke'))),
    share.expires_at && element('p', { class: 'small soft' }, say('share.until', { date: formatDate(share.expires_at * 1000) })));
  return row;
}
