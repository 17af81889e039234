// One glance: is everybody served?

import { element, fill, write } from '../common/dom.js';
import { say } from '../common/words.js';
import { duration, figure, list, roundDuration, share } from '../status/amounts.js';
import { makeAnnouncer } from '../status/announcer.js';
import { glyph } from '../status/glyphs.js';
import { headline, remarks } from './headline.js';
import { column, total } from './window.js';

function sentence({ key, values }) {
  const said = { count: values.plans?.length ?? 0 };
  if (values.plans) said.plans = list(values.plans);
  if (values.plan) said.plan = values.plan;
  if (values.delay) said.delay = duration(values.delay);
  if (values.target) said.target = roundDuration(values.target);
  return say(`ops.headline.${key}`, said);
}

const PARTS = ['demand', 'waits', 'ladder', 'fleet', 'refusals', 'calibration', 'heavy', 'cost', 'levers', 'rights', 'audit'];
const FACTS = ['asked', 'delivered', 'waiting', 'painting', 'spent', 'held'];

export function headlinePanel() {
  const announcer = makeAnnouncer();
  const title = element('p', { class: 'headline-sentence' });
  const sign = element('div', { class: 'headline-sign' });
  const values = new Map(FACTS.map((name) => [name, element('dd', { class: 'digits' }, '–')]));
  const facts = element('dl', { class: 'facts' }, FACTS.map((name) => element('div', {}, element('dt', {}, say(`ops.fact.${name}`)), values.get(name))));
  const notes = element('ul', { class: 'remarks', role: 'list' });
  const jump = element(
    'nav',
    { class: 'jump', 'aria-label': say('ops.jump') },
    element('ul', { role: 'list' }, PARTS.map((name) => element('li', {}, element('a', { href: `#panel-${name}` }, say(`ops.${name}.title`))))),
  );
  const spoken = element('p', { class: 'visually-hidden', role: 'status' });
  const section = element(
    'section',
    { class: 'headline', 'aria-labelledby': 'headline-title' },
    element('h2', { id: 'headline-title', class: 'visually-hidden' }, say('ops.headline.title')),
    sign, element('div', { class: 'headline-words' }, title, notes), facts, jump, spoken,
  );
  let tone = '';
  let remarked = '';

  return {
    element: section,
    showState(state) {
      const found = headline(state);
      const text = sentence(found);
      write(title, text);
      if (tone !== found.tone) {
        tone = found.tone;
        section.dataset.tone = tone;
        fill(sign, glyph(tone));
      }
      if (announcer.decide(JSON.stringify([found.key, found.values.plans]), state.at)) write(spoken, text);
      const others = remarks(state).map(({ key, values: { names } }) => say(`ops.remark.${key}`, { names: list(names), count: names.length }));
      if (remarked !== others.join('\n')) {
        remarked = others.join('\n');
        fill(notes, others.map((remark) => element('li', {}, remark)));
      }
      write(values.get('waiting'), figure(state.plans.reduce((sum, plan) => sum + plan.waiting_pictures, 0)));
      write(values.get('painting'), figure(state.running_pictures));
    },
    showWindow(window) {
      const names = Object.keys(window.columns);
      // The mean of half a minute: a number that jumps each second is not read.
      const recent = (values_) => {
        const known = values_.slice(-6).filter((value) => value !== null);
        return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
      };
      const ofPlans = (what) => recent(total(window, names.filter((name) => name.startsWith('plans.') && name.endsWith(`.${what}`))));
      const tell = (name, value, format) => write(values.get(name), value === null ? '–' : format(value));
      const [spent, capacity] = [recent(column(window, 'device_seconds')), recent(column(window, 'capacity'))];
      tell('asked', ofPlans('asked'), figure);
      tell('delivered', ofPlans('delivered'), figure);
      tell('spent', capacity ? Math.min(1, spent / capacity) : null, share);
      const sum = (name) => column(window, name).reduce((all, value) => all + (value ?? 0), 0);
      tell('held', sum('estimates') > 0 ? sum('estimates_held') / sum('estimates') : null, share);
    },
  };
}
