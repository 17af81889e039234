// On a narrow screen the wall of styles comes to the desk.
import { openDialog } from '../common/dialog.js';
import { find } from '../common/dom.js';
import { say } from '../common/words.js';

/** @param {HTMLElement} wall */
export function openStyles(wall) {
  const home = find('#wall-home');
  if (matchMedia('(min-width: 75rem)').matches) {
    find('input:checked', wall)?.focus();
    return;
  }
  const dialog = openDialog(say('wall.title'), wall, { className: 'style-dialog', onclose: () => home.append(wall) });
  dialog.id = 'style-dialog';
}
