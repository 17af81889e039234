// A <dialog> with a title, a way out, and the focus back where it came from (the browser does the rest).
import { element } from './dom.js';
import { icon } from './icons.js';
import { say } from './words.js';

let count = 0;

/**
 * Opens a dialog; a press on the veil closes it too.
 * @param {string} title
 * @param {any} body
 * @param {{className?: string, onclose?: () => void}} [options]
 * @returns {HTMLDialogElement}
 */
export function openDialog(title, body, { className = '', onclose } = {}) {
  const id = `dialog-${++count}`;
  const dialog = element('dialog', { class: className, 'aria-labelledby': id },
    element('div', { class: 'dialog-head' },
      element('h2', { id, tabindex: -1 }, title),
      element('button', { type: 'button', class: 'button quiet icon-only', 'aria-label': say('common.close'), onclick: () => dialog.close() }, icon('close'))),
    element('div', { class: 'dialog-body' }, body));
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener('close', () => { onclose?.(); dialog.remove(); });
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector('h2')?.focus();
  return dialog;
}
