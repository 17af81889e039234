// The label beside a picture, as on a museum's wall: what made it, of what, when, what was asked for and what was given.
import { openDialog } from '../common/dialog.js';
import { element } from '../common/dom.js';
import { icon } from '../common/icons.js';
import { formatDate, formatDuration, formatNumber, say } from '../common/words.js';

/** @param {any} job @param {number} index @param {{styleOf: (name: string) => string, onDelete: () => Promise<any>}} acts */
export function openLabel(job, index, { styleOf, onDelete }) {
  const picture = job.pictures[index];
  const share = (/** @type {number} */ value) => formatNumber(value, { style: 'percent' });
  const facts = [
    ['label.maker', say('label.makerValue', { model: job.model })],
    ['label.when', `${formatDate(job.finished_at * 1000)} (${say('label.took', { time: formatDuration(job.finished_at - job.created_at) })})`],
    ['label.words', job.prompt ? element('q', {}, job.prompt) : null],
    ['label.understood', picture.revised_prompt],
    ['label.style', (picture.style ?? job.style) && styleOf(picture.style ?? job.style)],
    ['label.photo', job.photo ? say('label.photoValue') : say('label.noPhoto')],
    ['label.asked', `${job.requested_rung ?? job.requested_quality}${job.requested_quality_value == null ? '' : ` · ${share(job.requested_quality_value)}`}`],
    ['label.given', `${job.rung ?? '–'}${job.quality_value == null ? '' : ` · ${share(job.quality_value)}`}`],
    ['label.lowered', job.lowered ? job.lowered.why : say('label.notLowered')],
    ['label.size', `${formatNumber(picture.width)} × ${formatNumber(picture.height)}, ${picture.format.toUpperCase()}`],
    ['label.seed', job.seed == null ? null : element('span', { class: 'digits' }, job.seed)],
    ['label.fingerprint', element('span', { class: 'digits' }, picture.sha256)],
  ].filter(([, value]) => value !== null && value !== undefined && value !== '');

  const dialog = openDialog(say('label.title'), [
    element('div', { class: 'label-card' },
      element('img', { src: `${picture.url}?side=320`, alt: '', class: 'label-picture' }),
      element('dl', { class: 'facts' }, facts.map(([key, value]) => element('div', {}, element('dt', {}, say(key)), element('dd', {}, value))))),
    element('p', { class: 'small soft' }, say('label.later'), ' ', element('a', { href: '/verify' }, say('page.verify'))),
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
