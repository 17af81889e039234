// From what stands on the desk to what is asked of the server. Values in, values out.

/**
 * @typedef {object} Desk
 * @property {string} words
 * @property {{kind: 'photo', blob: Blob, name: string}|{kind: 'picture', job: any, picture: number}|null} base what to begin with
 * @property {'style'|'scene'} does what happens to it: painted in a style, or made into another scene
 * @property {{index: number, name: string}|null} style
 * @property {number} strength
 * @property {string} size
 * @property {number} count
 * @property {string} quality
 */

/** @type {Desk} */
export const emptyDesk = { words: '', base: null, does: 'style', style: null, strength: 0.6, size: 'auto', count: 1, quality: 'auto' };

/** The models by what they do; the server's list replaces these. */
export const knownModels = { styles: 'restyle', words: 'meadow' };

/** What is missing before it can be sent. @param {Desk} desk @returns {null|'words'|'becomes'} */
export function missing(desk) {
  if (desk.words.trim()) return null;
  if (!desk.base) return 'words';
  return desk.does === 'scene' ? 'becomes' : null;
}

/**
 * @param {Desk} desk @param {typeof knownModels} models @param {string} defaultStyle
 * @returns {{endpoint: 'generations'|'edits', fields: Record<string, string|number>, photo: Blob|null, photoPath: string|null, photoName: string}}
 */
export function wish(desk, models, defaultStyle) {
  const words = desk.words.trim();
  const common = { n: desk.count, quality: desk.quality };
  if (!desk.base) {
    return { endpoint: 'generations', fields: { model: models.words, prompt: words, size: desk.size, partial_images: 3, ...common }, photo: null, photoPath: null, photoName: '' };
  }
  const fields = desk.does === 'scene'
    ? { model: models.words, prompt: goneOn(desk.base, words, models), strength: desk.strength, partial_images: 3, ...common }
    : { model: models.styles, prompt: desk.style?.name ?? (words || defaultStyle), partial_images: 2, ...common };
  return desk.base.kind === 'photo'
    ? { endpoint: 'edits', fields, photo: desk.base.blob, photoPath: null, photoName: desk.base.name }
    : { endpoint: 'edits', fields, photo: null, photoPath: desk.base.job.pictures[desk.base.picture].url, photoName: 'picture.png' };
}

/** The words so far and the new ones: "a lighthouse, now at dusk" says more to a painter than "now at dusk". */
function goneOn(base, words, models) {
  const before = base.kind === 'picture' && base.job.model !== models.styles ? base.job.prompt : '';
  return before && words !== before ? `${before}, ${words}` : words;
}

/**
 * The same again: with other noise, or a photo in another style.
 * @param {any} job @param {string|null} style @param {typeof knownModels} models
 */
export function again(job, style, models) {
  const isEdit = job.kind === 'edit';
  const fields = { model: job.model, prompt: style ?? job.prompt, n: 1, quality: 'auto', partial_images: job.model === models.styles ? 2 : 3 };
  const picture = job.pictures?.[0];
  if (!isEdit && picture && picture.width !== picture.height) fields.size = `${picture.width}x${picture.height}`;
  return { endpoint: isEdit ? /** @type {const} */ ('edits') : /** @type {const} */ ('generations'), fields, photo: null, photoPath: isEdit ? job.photo : null, photoName: 'photo.webp' };
}
