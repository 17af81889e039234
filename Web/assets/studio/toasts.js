// A word in passing, that stays while one points at it.
import { element, find } from '../common/dom.js';
import { icon } from '../common/icons.js';
import { say } from '../common/words.js';

/** @param {string} text @param {string} [action] @param {() => void} [onAction] */
export function toast(text, action, onAction) {
  const end = () => { clearTimeout(timer); node.remove(); };
  const wait = () => setTimeout(end, action ? 20_000 : 7_000);
  let timer = wait();
  const node = element('div', { class: 'toast', onpointerenter: () => clearTimeout(timer), onfocusin: () => clearTimeout(timer), onpointerleave: () => { timer = wait(); } },
    element('p', {}, text),
    action && element('button', { type: 'button', class: 'button', onclick: () => { onAction?.(); end(); } }, action),
    element('button', { type: 'button', class: 'button quiet icon-only', 'aria-label': say('common.close'), onclick: end }, icon('close')));
  find('#toasts').append(node);
}
