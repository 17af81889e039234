// All that a page says comes from one file a language. A new language: a file in assets/words, and a line here.

/** @type {Record<string, string>} */
export const languages = {
  en: 'English',
  fr: 'Français',
};

const remembered = 'heatsink.language';
let language = 'en';
/** @type {Record<string, string|Record<string, string>>} */
let words = {};
let plurals = new Intl.PluralRules(language);

/** The language that is spoken now. */
export const currentLanguage = () => language;

/** The one chosen here before, else the first of the browser's that we speak, else English. */
export function preferredLanguage() {
  const chosen = recall();
  if (chosen && chosen in languages) return chosen;
  const spoken = navigator.languages.map((tag) => tag.toLowerCase().split('-')[0]);
  return spoken.find((tag) => tag in languages) ?? 'en';
}

/**
 * Loads a language and translates the page.
 * @param {string} [choice]
 * @param {string[]} [files] further files beside the common one: 'ops' is assets/words/ops.en.json
 */
export async function loadWords(choice = preferredLanguage(), files = []) {
  useWords(choice, await fetchWords([`${choice}.json`, ...files.map((file) => `${file}.${choice}.json`)]));
  document.documentElement.lang = choice;
  translate(document);
}

/** Further words for a part of a page that is only fetched when somebody asks for it. @param {string[]} files */
export async function addWords(files) {
  const more = await fetchWords(files.map((file) => `${file}.${language}.json`));
  words = { ...words, ...more };
}

/** @param {string[]} names */
async function fetchWords(names) {
  const parts = await Promise.all(names.map(async (name) => (await fetch(`/assets/words/${name}`)).json()));
  return Object.assign({}, ...parts);
}

/** Speaks these words from now on. @param {string} choice @param {typeof words} table */
export function useWords(choice, table) {
  language = choice;
  words = table;
  plurals = new Intl.PluralRules(choice);
}

/** Remembers a choice for the next visit. @param {string} choice */
export function rememberLanguage(choice) {
  try { localStorage.setItem(remembered, choice); } catch { /* a browser that keeps nothing: then it is for this visit */ }
}

/**
 * What is said under a key, with `{name}` replaced by values.name. An entry with plural forms is chosen by values.count, by the
 * number itself where it has that ("0"), else by the language's rule; numbers are written as the language writes them. An unknown key says itself, so that a gap is seen and nothing breaks.
 * @param {string} key
 * @param {Record<string, string|number>} [values]
 */
export function say(key, values = {}) {
  const entry = words[key];
  if (entry === undefined) return key;
  const form = typeof entry === 'string' ? entry : entry[String(values.count)] ?? entry[plurals.select(Number(values.count))] ?? entry.other;
  return form.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === 'number' ? formatNumber(value) : value;
  });
}

/** Whether something is said under this key. @param {string} key */
export const knows = (key) => key in words;

/** Translates what stands in the page: data-say for the text, data-say-label, -placeholder, -title for attributes. @param {ParentNode} within */
export function translate(within) {
  for (const node of within.querySelectorAll('[data-say]')) node.textContent = say(/** @type {any} */ (node).dataset.say);
  for (const [data, attribute] of [['say-label', 'aria-label'], ['say-placeholder', 'placeholder'], ['say-title', 'title'], ['say-alt', 'alt']]) {
    for (const node of within.querySelectorAll(`[data-${data}]`)) node.setAttribute(attribute, say(node.getAttribute(`data-${data}`)));
  }
}

/** @param {number} value @param {Intl.NumberFormatOptions} [options] */
export const formatNumber = (value, options) => new Intl.NumberFormat(language, options).format(value);

/** The time of day. @param {number} milliseconds */
export const formatTime = (milliseconds) => new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' }).format(milliseconds);

/** Day and time. @param {number} milliseconds */
export const formatDate = (milliseconds) => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(milliseconds);

/** A duration in the largest unit that fits: "3 hours". @param {number} seconds */
export function formatDuration(seconds) {
  const [size, unit] = seconds >= 5400 ? [3600, 'hour'] : seconds >= 90 ? [60, 'minute'] : [1, 'second'];
  return formatNumber(Math.max(0, Math.round(seconds / size)), { style: 'unit', unit, unitDisplay: 'long' });
}

function recall() {
  try { return localStorage.getItem(remembered); } catch { return null; }
}
