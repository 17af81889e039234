// What may stand in a request or an appeal, and what is wrong with what does. Values in, values out.

/** In characters; `other_names` is a number of names. As the server has them. */
export const LIMITS = { name: 100, other_names: 39, evidence: 10_000, look: 100, contact: 300, text: 4_000 };

export const KINDS = ['artist', 'right-holder'];
export const SCOPES = ['style', 'name', 'works'];

/** As people count: one for what takes two units of UTF-16. @param {string} text */
export const characters = (text) => [...text].length;

/** One name a line; each once. @param {string} text */
export const namesFrom = (text) => [...new Set(text.split('\n').map((line) => line.trim()).filter(Boolean))];

const required = (/** @type {string} */ text, /** @type {number} */ most) => (text === '' ? 'missing' : characters(text) > most ? 'too-long' : null);
const optional = (/** @type {string} */ text, /** @type {number} */ most) => (characters(text) > most ? 'too-long' : null);
const faults = (/** @type {Record<string, string|null>} */ found) => Object.fromEntries(Object.entries(found).filter(([, problem]) => problem !== null));

/**
 * What is wrong with a request, by the field's name; empty where it can be sent.
 * @param {{name: string, other_names: string[], scope: string[], evidence: string, look: string, contact: string}} wish
 */
export function requestProblems(wish) {
  return faults({
    name: required(wish.name, LIMITS.name),
    other_names: wish.other_names.length > LIMITS.other_names ? 'too-many' : wish.other_names.some((name) => characters(name) > LIMITS.name) ? 'name-too-long' : null,
    scope: wish.scope.length === 0 ? 'none-chosen' : null,
    evidence: required(wish.evidence, LIMITS.evidence),
    look: optional(wish.look, LIMITS.look),
    contact: optional(wish.contact, LIMITS.contact),
  });
}

/** @param {{text: string, contact: string}} appeal */
export const appealProblems = (appeal) => faults({ text: required(appeal.text, LIMITS.text), contact: optional(appeal.contact, LIMITS.contact) });

/** What is sent: without the fields that were left empty. @param {Record<string, any>} wish */
export const filled = (wish) => Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== ''));

/** The field that a refusal is about: the server may name one of several values, as in `other_names[3]`. @param {string|null} param */
export const fieldOf = (param) => /^[a-z_]+/.exec(param ?? '')?.[0] ?? null;
