// The label beside a picture, as on a museum's wall: what made it, of what, when, what was asked for and what was given.
import { openDialog } from '../common/dialog.js';
import { element, write } from '../common/dom.js';
import { icon } from '../common/icons.js';
import { formatDate, formatDuration, formatNumber, say } from '../common/words.js';
import { changeInWords, decisionAddress } from './rights.js';

/** @param {any} job @param {number} index @param {{styleOf: (name: string) => string, onDelete: () => Promise<any>}} acts */
export function openLabel(job, index, { styleOf, onDelete }) {
  const picture = job.pictures[index];
  const share = (/** @type {number} */ value) => formatNumber(value, { style: 'percent' });
  const facts = [
    ['label.maker', say('label.makerValue', { model: job.model })],
    ['label.when', `${formatDate(job.finished_at * 1000)} (${say('label.took', { time: formatDuration(job.finished_at - job.created_at) })})`],
    ['label.words', job.prompt ? element('q', {}, job.prompt) : null],
    ['label.understood', picture.revised_prompt],
    ['label.changed', job.rights?.changes?.length ? element('ul', {}, job.rights.changes.map((sentence) => element('li', {}, changeInWords(sentence).text))) : null],
    ['label.policy', job.rights?.policy],
    ['label.style', (picture.style ?? job.style) && styleOf(picture.style ?? job.style)],
    ['label.photo', job.photo ? say('label.photoValue') : say('label.noPhoto')],
    ['label.asked', `${job.requested_rung ?? job.requested_quality}${job.requested_quality_value == null ? '' : ` · ${share(job.requested_quality_value)}`}`],
    ['label.given', `${job.rung ?? '–'}${job.quality_value == null ? '' : ` · ${share(job.quality_value)}`}`],
    ['label.lowered', job.lowered ? job.lowered.why : say('label.notLowered')],
    ['label.size', `${formatNumber(picture.width)} × ${formatNumber(picture.height)}, ${picture.format.toUpperCase()}`],
    ['label.seed', job.seed == null ? null : element('span', { class: 'digits' }, job.seed)],
    ['label.fingerprint', element('span', { class: 'digits' }, picture.sha256)],
  ].filter(([, value]) => value !== null && value !== undefined && value !== '');

  const signed = element('div', { class: 'signed stack' });
  const told = element('p', { role: 'status', class: 'small' });
  const check = element('button', { type: 'button', class: 'button', onclick: async () => {
    if (check.getAttribute('aria-disabled')) return;
    check.setAttribute('aria-disabled', 'true');
    write(told, say('label.checking'));
    try {
      await (await import('../verify/beside-picture.js')).showCredentials(picture, signed);
      check.hidden = true;
      write(told, '');
    } catch (error) {
      write(told, error.message || say(error.isNetwork ? 'notice.offline' : 'error.unknown'));
    } finally {
      check.removeAttribute('aria-disabled');
    }
  } }, icon('check'), element('span', {}, say('label.check')));
  const isTakenDown = Boolean(picture.taken_down);

  const dialog = openDialog(say('label.title'), [
    element('div', { class: 'label-card' },
      isTakenDown
        ? element('div', { class: 'taken-down label-picture' }, element('p', { class: 'small' }, say('taken.title')), element('a', { href: decisionAddress(picture.taken_down) }, say('taken.decision')))
        : element('img', { src: `${picture.url}?side=320`, alt: '', class: 'label-picture' }),
      element('dl', { class: 'facts' }, facts.map(([key, value]) => element('div', {}, element('dt', {}, say(key)), element('dd', {}, value))))),
    !isTakenDown && element('section', { class: 'stack', 'aria-label': say('label.signed') },
      element('p', { class: 'small soft' }, say('label.later'), ' ', element('a', { href: '/verify' }, say('page.verify'))),
      signed, element('div', { class: 'row' }, check, told)),
    element('div', { class: 'row' }, element('button', { type: 'button', class: 'button danger', onclick: async (event) => {
      const button = event.currentTarget;
      if (button.dataset.sure !== 'yes') {
        button.dataset.sure = 'yes';
        button.lastChild.textContent = say('label.deleteSure');
        return;
      }
      await onDelete();
      dialog.close();
    } }, icon('trash'), element('span', {}, say('label.delete')))),
  ], { className: 'label-dialog' });
}
