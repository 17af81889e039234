// An answer on the page: the picture, what is to be thought of it, and what that rests on.

import { element } from '../common/dom.js';
import { formatNumber, say } from '../common/words.js';
import { glyph } from '../status/glyphs.js';
import { factList, recordSection, signatureSection, statementSection, watermarkSection } from './sections.js';
import { grouped, verdictOf, whole } from './verdict.js';

let shownAddress = null;

function pictureOf(file) {
  if (shownAddress) URL.revokeObjectURL(shownAddress);
  shownAddress = URL.createObjectURL(file);
  const picture = element('img', { src: shownAddress, alt: say('verify.your-picture') });
  // Not every browser draws every kind of picture that the server reads.
  picture.addEventListener('error', () => picture.remove());
  return element('div', { class: 'shown' }, picture);
}

function fileSection(answer, file) {
  const size = `${formatNumber(answer.width)} × ${formatNumber(answer.height)}, ${answer.format.toUpperCase()}`;
  return {
    title: say('verify.section-file'),
    note: null,
    facts: [[say('verify.fact-file'), file.name || say('verify.pasted')], [say('verify.fact-size'), size], [say('verify.fact-sha256'), element('code', {}, grouped(answer.sha256))]],
  };
}

const sectionElement = ({ title, note, facts }) =>
  element('section', { class: 'part' }, element('h3', {}, title), note && element('p', { class: 'remark' }, note), factList(facts));

/** In the words of the library that reads credentials, which speaks English alone. */
function findingsOf({ findings }) {
  if (findings.length === 0) return null;
  return element('details', { class: 'findings' }, element('summary', {}, say('verify.findings')), element('ul', { lang: 'en' }, findings.map((finding) => element('li', {}, finding))));
}

/** @param {any} told the server's answer @param {File} file */
export function answerElement(told, file) {
  const answer = whole(told);
  const { key, tone, meaning, isUnderstood } = verdictOf(told);
  const name = answer.credentials.signed_by ?? say('verify.somebody');
  const title = say(`verify.${key}`, { name });
  const heading = element('h2', { tabindex: -1 }, title);
  const sections = [signatureSection(answer), statementSection(answer), watermarkSection(answer), recordSection(answer), fileSection(answer, file)];
  const node = element(
    'article',
    { class: 'verdict' },
    pictureOf(file),
    element(
      'div',
      { class: 'stack' },
      element('div', { class: 'verdict-head' }, element('span', { class: `sign tone-${tone}` }, glyph(tone)), heading),
      element('p', {}, say(`verify.${meaning}`, { name })),
      answer.taken_down && element('p', { class: 'remark warn' }, say('verify.taken-down'), ' ', answer.decision && element('a', { href: `/rights?decision=${encodeURIComponent(answer.decision)}` }, say('verify.taken-down-why'))),
      !isUnderstood && answer.explanation ? element('p', { class: 'soft', lang: 'en' }, answer.explanation) : null,
      sections.filter(Boolean).map(sectionElement),
      findingsOf(answer.credentials),
    ),
  );
  return { node, heading, title };
}
