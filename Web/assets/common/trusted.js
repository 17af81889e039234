// The content security policy lets no text become a script's address, save these.

const scripts = new Set(['/assets/studio/service-worker.js', '/assets/studio/proof-worker.js']);
const checked = (/** @type {string} */ path) => {
  if (!scripts.has(path)) throw new TypeError('not one of our scripts');
  return path;
};
const policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy('heatsink', { createScriptURL: checked });

/** The address of one of our own workers, in the form that the browser wants. @param {string} path @returns {any} */
export const scriptAddress = (path) => policy?.createScriptURL(path) ?? checked(path);
