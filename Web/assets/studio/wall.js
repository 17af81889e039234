// The wall of styles: radio buttons with pictures. It hangs beside the conversation, under the welcome, or in a dialog.
import { element, fill, find, write } from '../common/dom.js';
import { icon } from '../common/icons.js';
import { knows, say } from '../common/words.js';

/** @typedef {{index: number, name: string, description: string}} Style */

/** The style's name as the page's language says it. @param {{index?: number, name: string}} style */
export const styleName = (style) => (knows(`style.${style.index}`) ? say(`style.${style.index}`) : style.name);

/** @param {(style: Style|null) => void} onChoose */
export function createWall(onChoose) {
  const wall = find('#wall');
  const tiles = find('#tiles');
  const note = find('#style-note');
  /** @type {Style[]} */
  let styles = [];
  /** @type {number|null} */
  let chosen = null;

  const tile = (/** @type {Style|null} */ style) => element('label', { class: 'tile' },
    element('input', { type: 'radio', name: 'style', value: style ? style.index : 'words', class: 'tile-input', checked: (style?.index ?? null) === chosen }),
    style
      ? example(style.index)
      : element('span', { class: 'tile-words' }, icon('brush')),
    element('span', { class: 'tile-name' }, style ? styleName(style) : say('wall.words')));

  // A browser's own lazy loading fetches the whole wall; what is far below need not be fetched by everybody who looks in.
  const near = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      /** @type {HTMLImageElement} */ (target).src = `/assets/styles/${/** @type {any} */ (target).dataset.style.padStart(2, '0')}.webp`;
    }
  }, { rootMargin: '300px' });
  const example = (/** @type {number} */ index) => {
    const image = element('img', { dataset: { style: String(index) }, width: 112, height: 112, decoding: 'async', alt: '' });
    near.observe(image);
    return image;
  };

  const draw = () => {
    fill(tiles, tile(null), styles.map(tile));
    describe();
  };
  const current = () => styles.find((style) => style.index === chosen) ?? null;
  const describe = () => {
    const style = current();
    write(note, style ? (knows(`style.${style.index}.look`) ? say(`style.${style.index}.look`) : style.description) : say('wall.note'));
  };

  wall.addEventListener('submit', (/** @type {Event} */ event) => event.preventDefault());
  tiles.addEventListener('change', (/** @type {any} */ event) => {
    chosen = event.target.value === 'words' ? null : Number(event.target.value);
    describe();
    onChoose(current());
  });

  return {
    node: wall,
    draw,
    show(/** @type {Style[]} */ list) {
      styles = list;
      draw();
    },
    choose(/** @type {number|null} */ index) {
      chosen = index;
      for (const input of tiles.querySelectorAll('input')) input.checked = input.value === String(index ?? 'words');
      describe();
    },
    current,
    /** One that is not this one. @param {string|null} name */
    other(name) {
      const others = styles.filter((style) => style.name !== name);
      return others[Math.floor(Math.random() * others.length)] ?? null;
    },
    get styles() { return styles; },
  };
}
