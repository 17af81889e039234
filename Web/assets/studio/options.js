// What few people change: the shape, how many, how well.
import { openDialog } from '../common/dialog.js';
import { element } from '../common/dom.js';
import { say } from '../common/words.js';

const choices = {
  size: ['auto', '768x512', '512x768', '1024x512'],
  count: [1, 2, 4],
  quality: ['auto', 'low', 'medium', 'high', 'max'],
};

/** @param {{desk: any, change: (parts: any) => void}} composer */
export function openOptions(composer) {
  const field = (name) => element('label', { class: 'field' }, element('span', { class: 'label' }, say(`options.${name}`)),
    element('select', { onchange: (event) => composer.change({ [name]: name === 'count' ? Number(event.target.value) : event.target.value }) },
      choices[name].map((value) => element('option', { value, selected: composer.desk[name] === value }, say(`options.${name}.${value}`)))));
  openDialog(say('options.title'), [field('size'), field('count'), field('quality'), element('p', { class: 'small soft' }, say('options.note'))], { className: 'small-dialog' });
}
