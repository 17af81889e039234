// A sheet of paper taped to the board: first pencilled words or the faint photo, then the picture, each layer over the last.
import { element, fill, write } from '../common/dom.js';
import { whyGone } from './rights.js';

/** The picture once it is there. One that must come is asked for again, after a while or as soon as there is a network; one that was taken down is not. */
async function loaded(build, isWanted, mustCome, onGone) {
  for (let tries = 0; isWanted(); tries++) {
    const image = build();
    try { await image.decode(); } catch { /* not there, or not yet */ }
    if (image.naturalWidth) return isWanted() ? image : null;
    if (!mustCome || tries > 20) return null;
    const gone = await whyGone(image.src);
    if (gone) {
      if (isWanted()) onGone?.(gone.decision);
      return null;
    }
    await new Promise((resolve) => {
      const go = () => { removeEventListener('online', go); resolve(null); };
      addEventListener('online', go);
      setTimeout(go, 1000 * Math.min(30, 2 ** tries));
    });
  }
  return null;
}

export function createSheet() {
  const pencil = element('p', { class: 'pencil', 'aria-hidden': 'true' });
  const layers = element('div', { class: 'layers' }, pencil);
  const node = element('div', { class: 'sheet' }, layers);
  let shown = '';

  const shape = (width, height) => {
    if (!(width > 0 && height > 0)) return;
    const ratio = Math.min(3, Math.max(1 / 3, width / height));
    node.style.setProperty('--ratio', String(ratio));
  };

  return {
    node,
    layers,
    shape,
    pencil(/** @type {string} */ text) { write(pencil, text); },
    tape(/** @type {boolean} */ isTaped) { node.classList.toggle('is-taped', isTaped); },
    /**
     * Fades a picture in over the last, which goes when the new one has come.
     * @param {{src: string, srcset?: string, alt: string, kind: 'photo'|'partial'|'final', blur?: number, onGone?: (decision: string|null) => void}} picture
     */
    async show({ src, srcset, alt, kind, blur = 0, onGone }) {
      if (shown === src) return;
      shown = src;
      const build = () => element('img', { class: `layer is-${kind}`, src, srcset, sizes: srcset ? '(min-width: 62rem) 40rem, 94vw' : null, alt, decoding: 'async' });
      const image = await loaded(build, () => shown === src, kind === 'final', onGone);
      if (!image) return;
      image.style.setProperty('--blur', `${blur}px`);
      if (kind !== 'partial') shape(image.naturalWidth, image.naturalHeight);
      const older = [...layers.querySelectorAll('.layer')];
      layers.append(image);
      setTimeout(() => older.forEach((layer) => layer.remove()), 900);
    },
    /** In the place of a picture that is not given out. @param {Element} card */
    place(card) {
      shown = '';
      fill(layers, card);
    },
    clear() { shown = ''; fill(layers, pencil); },
  };
}
