// Elements are built, never parsed: what people write can only ever become text.

const safeAddress = /^(?:https?:|blob:|\/(?!\/)|\?|#)/i;
const addressed = new Set(['href', 'src', 'action']);

/**
 * An element with its attributes and children.
 * Functions under `on…` are listeners, `dataset` is an object, true and false set and leave out an attribute.
 * @param {string} name
 * @param {Record<string, any>} [attributes]
 * @param {...(Node|string|number|null|undefined|false|Array<any>)} children
 * @returns {any}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) set(made, key, value);
  made.append(...flat(children));
  return made;
}

/** Sets one attribute as `element` does. @param {Element} target @param {string} key @param {any} value */
export function set(target, key, value) {
  if (key.startsWith('on')) {
    if (typeof value === 'function') target.addEventListener(key.slice(2), value);
  } else if (key === 'dataset') {
    Object.assign(/** @type {HTMLElement} */ (target).dataset, value);
  } else if (value === null || value === undefined || value === false) {
    target.removeAttribute(key);
  } else if (addressed.has(key) && !safeAddress.test(String(value))) {
    throw new TypeError(`not an address that a page may use: ${key}`);
  } else {
    target.setAttribute(key, value === true ? '' : String(value));
  }
}

/** Puts these children in the place of all others. @param {Element} target @param {...any} children */
export function fill(target, ...children) {
  target.replaceChildren(...flat(children));
  return target;
}

/** Sets the text only where it changed, so that a live region does not speak twice. */
export function write(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/** @param {string} selector @param {ParentNode} [within] @returns {any} */
export const find = (selector, within = document) => within.querySelector(selector);

/** @returns {Array<Node|string>} */
function flat(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));
}
