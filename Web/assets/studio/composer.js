// The desk: words, a photo or a picture to begin with, and what is to become of them. A draft survives a reload.
import { element, fill, find, write } from '../common/dom.js';
import { icon } from '../common/icons.js';
import { formatNumber, say } from '../common/words.js';
import { openStore } from './storage.js';
import { styleName } from './wall.js';
import { emptyDesk, missing } from './wish.js';

/** @typedef {import('./wish.js').Desk} Desk */

/**
 * @param {{onSend: (desk: Desk) => void, onStyle: (index: number|null) => void, onHint: (text: string) => void}} events
 */
export function createComposer({ onSend, onStyle, onHint }) {
  const form = find('#composer');
  const words = find('#words');
  const base = find('#base');
  const chip = find('#style-chip span');
  const drafts = openStore('draft');
  /** @type {Desk} */
  let desk = { ...emptyDesk };
  let preview = '';
  let saving = 0;
  /** What was changed before the draft of the last visit was there. @type {Partial<Desk>|null} */
  let early = {};

  const save = () => {
    clearTimeout(saving);
    saving = setTimeout(() => drafts.put({ key: 'desk', desk }), 300);
  };
  const change = (/** @type {Partial<Desk>} */ parts) => {
    const newBase = 'base' in parts;
    desk = { ...desk, ...parts };
    if (early) early = { ...early, ...parts };
    if (newBase) drawBase();
    write(chip, desk.style ? styleName(desk.style) : say('wall.words'));
    drawHint();
    save();
  };
  const grow = () => {
    words.style.height = 'auto';
    words.style.height = `${Math.min(words.scrollHeight + 2, 220)}px`;
  };

  function drawBase() {
    if (preview) URL.revokeObjectURL(preview);
    preview = '';
    base.hidden = !desk.base;
    if (!desk.base) return fill(base);
    const isPhoto = desk.base.kind === 'photo';
    if (desk.base.kind === 'photo') preview = URL.createObjectURL(desk.base.blob);
    const address = desk.base.kind === 'photo' ? preview : `${desk.base.job.pictures[desk.base.picture].url}?side=160`;
    const thumb = element('img', { src: address, alt: '', width: 64, height: 64, onerror: () => thumb.replaceWith(element('span', { class: 'base-thumb' }, icon('photo'))) });
    return fill(base,
      thumb,
      element('div', { class: 'base-words' },
        element('p', { class: 'base-name small' }, isPhoto ? say('composer.from', { name: /** @type {any} */ (desk.base).name || say('composer.photo') }) : say('composer.goOn')),
        element('fieldset', { class: 'segments' },
          element('legend', { class: 'visually-hidden' }, say('composer.does')),
          segment('style', say('composer.inStyle')),
          segment('scene', say('composer.newScene'))),
        strength()),
      element('button', { type: 'button', class: 'button quiet icon-only', 'aria-label': say('composer.removeBase'), onclick: () => { change({ base: null }); words.focus(); } }, icon('close')));
  }
  const segment = (value, label) => element('label', { class: 'segment' },
    element('input', { type: 'radio', name: 'does', value, checked: desk.does === value, onchange: () => { change({ does: value }); drawStrength(); } }),
    element('span', {}, label));
  const strength = () => element('label', { class: 'strength small', hidden: desk.does !== 'scene' },
    element('span', {}, say('composer.strength')),
    element('input', { type: 'range', min: 0.2, max: 1, step: 0.05, value: desk.strength, 'aria-valuetext': asShare(desk.strength), oninput: (event) => {
      change({ strength: Number(event.target.value) });
      event.target.setAttribute('aria-valuetext', asShare(desk.strength));
    } }));
  const asShare = (value) => say('composer.strengthValue', { share: formatNumber(value, { style: 'percent' }) });
  const drawStrength = () => { find('.strength', base).hidden = desk.does !== 'scene'; };

  /** What one should know before one sends. */
  function drawHint() {
    const placeholder = !desk.base ? 'composer.placeholder' : desk.does === 'scene' ? 'composer.placeholderScene' : 'composer.placeholderStyle';
    words.placeholder = say(placeholder);
    if (desk.style && !desk.base) onHint(say('composer.styleNeedsPhoto'));
    else if (desk.style && desk.does === 'style' && desk.words.trim()) onHint(say('composer.styleDecides'));
    else onHint('');
  }

  const send = () => {
    const lack = missing(desk);
    if (lack) {
      onHint(say(lack === 'words' ? 'composer.needsWords' : 'composer.needsBecomes'));
      words.focus();
      return;
    }
    const sent = desk;
    words.value = '';
    change({ words: '', base: null, does: 'style' });
    grow();
    onSend(sent);
  };

  form.addEventListener('submit', (event) => { event.preventDefault(); send(); });
  words.addEventListener('input', () => { grow(); change({ words: words.value }); });
  words.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
  });

  return {
    get desk() { return desk; },
    change,
    redraw() { drawBase(); change({}); },
    /** A photo from wherever it came. @param {Blob & {name?: string}} blob */
    takePhoto(blob) {
      change({ base: { kind: 'photo', blob, name: blob.name ?? '' }, does: 'style' });
      words.focus();
    },
    /** A finished picture to go on from. */
    takePicture(/** @type {any} */ job, /** @type {number} */ picture) {
      change({ base: { kind: 'picture', job, picture }, does: 'scene' });
      words.focus();
    },
    write(/** @type {string} */ text) {
      words.value = text;
      change({ words: text });
      grow();
      words.focus();
    },
    async restore() {
      const kept = (await drafts.all())[0]?.desk;
      const changed = early;
      early = null;
      if (!kept) return change({ words: words.value });
      if (!words.value) words.value = kept.words;
      change({ ...emptyDesk, ...kept, ...changed, words: words.value });
      grow();
      onStyle(desk.style?.index ?? null);
    },
  };
}
