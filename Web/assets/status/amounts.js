// Durations, rates and shares as people write them, in the language that is spoken.

import { currentLanguage, formatNumber, say } from '../common/words.js';

/** @returns {[number, string]} a duration's number in the unit that suits it, and the unit's key. */
function suited(seconds) {
  if (seconds < 90) return [seconds, 'seconds'];
  if (seconds < 5400) return [seconds / 60, 'minutes'];
  return [seconds / 3600, 'hours'];
}

/** Two figures say enough of a time that is an estimate. */
function twoFigures(value) {
  return formatNumber(value, value < 9.95 ? { minimumFractionDigits: 1, maximumFractionDigits: 1 } : { maximumFractionDigits: 0 });
}

/** `4.2 s`, `12 s`, `3.5 min`. */
export function duration(seconds) {
  if (seconds < 0.05) return say('amount.seconds', { value: 0 });
  const [value, unit] = suited(seconds);
  return say(`amount.${unit}`, { value: twoFigures(value) });
}

/** `15 s`, `300 s` as `5 min`: a time that somebody chose, without figures that say nothing. */
export function roundDuration(seconds) {
  const [value, unit] = suited(seconds);
  return say(`amount.${unit}`, { value: formatNumber(value, { maximumFractionDigits: 1 }) });
}

/** `3 to 10 s`: rounded away from each other, so that what is said still holds. */
export function interval(low, high) {
  const [, unit] = suited(high);
  const size = { seconds: 1, minutes: 60, hours: 3600 }[unit];
  const places = high / size < 5 ? 1 : 0;
  const scale = 10 ** places;
  const first = Math.floor((low / size) * scale) / scale;
  const last = Math.ceil((high / size) * scale) / scale;
  const write = (value) => formatNumber(value, { maximumFractionDigits: places });
  // Nothing takes no time at all.
  if (first === 0) return say('amount.under', { value: say(`amount.${unit}`, { value: write(last) }) });
  if (first === last) return say(`amount.${unit}`, { value: write(last) });
  return say('amount.between', { low: write(first), high: say(`amount.${unit}`, { value: write(last) }) });
}

/** A number with as many figures as are worth reading. */
export function figure(value) {
  const size = Math.abs(value);
  const places = size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : 2;
  return formatNumber(value, { maximumFractionDigits: places });
}

export function perSecond(value) {
  return say('amount.per-second', { value: figure(value) });
}

export function share(value, places = 0) {
  return formatNumber(value, { style: 'percent', maximumFractionDigits: places });
}

/** The language that is spoken, in the reader's own country: British and American clocks differ. */
function locale() {
  const language = currentLanguage();
  return navigator.languages.find((tag) => tag.toLowerCase().startsWith(`${language}-`)) ?? language;
}

/** The time with its seconds, by the reader's clock. */
export function clock(seconds) {
  return new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(seconds * 1000);
}

/** The time without its seconds. */
export function minute(seconds) {
  return new Intl.DateTimeFormat(locale(), { hour: 'numeric', minute: '2-digit' }).format(seconds * 1000);
}

/** The day and the time. */
export function moment(seconds) {
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' }).format(seconds * 1000);
}

/** Names in a row, as the language joins them: `free, guest and plus`. */
export function list(names) {
  return new Intl.ListFormat(currentLanguage()).format(names);
}
