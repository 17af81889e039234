// A decision as whoever it concerns sees it: what was decided, why, and what became of an appeal.

import { element } from '../common/dom.js';
import { currentLanguage, say } from '../common/words.js';
import { moment } from '../status/amounts.js';
import { glyph } from '../status/glyphs.js';
import { appealForm } from './appeal-form.js';
import { factList, keptNumber, quotation, standingHead } from './parts.js';
import { appealStanding, decisionStanding, mayAppeal, ruleKey } from './standing.js';

const ENGLISH = 'en';

function reasonOf({ kind, reason, rule }) {
  if (kind === 'takedown') return reason && quotation(say('rights.operators-reason'), reason);
  const key = ruleKey(rule);
  const isForeign = currentLanguage() !== ENGLISH;
  // The server's sentence says more than the kind of rule, but in English alone.
  if (reason && !isForeign) return element('p', {}, reason);
  return [key && element('p', {}, say(`rights.${key}`)), reason && quotation(say('rights.in-english'), reason, ENGLISH)];
}

function pictureOf({ picture }) {
  if (!picture) return null;
  return element('figure', { class: 'released' },
    element('img', { src: picture, alt: say('rights.released-picture') }),
    element('figcaption', {}, element('a', { class: 'button', href: picture, download: '' }, say('rights.save-picture'))));
}

function appealOf(appeal) {
  const { key, tone } = appealStanding(appeal);
  return element('section', { class: 'stack part' },
    element('h3', {}, say('rights.appeal.title-made')),
    element('p', { class: 'appeal-standing' }, element('span', { class: `tone-${tone}` }, glyph(tone)), ' ', say(`rights.${key}`, { date: moment(appeal.decided_at ?? appeal.at) })),
    appeal.answer && quotation(say('rights.operators-answer'), appeal.answer));
}

/** @param {any} decision @param {{onChange: (decision: any) => void}} acts */
export function decisionView(decision, { onChange }) {
  const { key, tone } = decisionStanding(decision);
  const { heading, node } = standingHead(say(`rights.${key}`), tone);
  return {
    heading,
    node: element('article', { class: 'card stack found' },
      node,
      element('p', { class: 'soft' }, say(`rights.${key}-meaning`)),
      reasonOf(decision),
      pictureOf(decision),
      factList([
        ['rights.fact-at', moment(decision.at)],
        ['rights.fact-changed', decision.changed_at && decision.changed_at !== decision.at ? moment(decision.changed_at) : null],
        ['rights.fact-policy', decision.policy],
        ['rights.fact-rule', decision.rule && element('code', {}, decision.rule)],
      ]),
      keptNumber(say('rights.decision-number'), decision.id),
      decision.appeal && appealOf(decision.appeal),
      mayAppeal(decision) && element('section', { class: 'stack part', id: 'appeal' },
        element('h3', {}, say('rights.appeal.title')),
        element('p', {}, say('rights.appeal.about')),
        appealForm(decision.id, onChange))),
  };
}
