// The public page: one sentence, what each plan may expect, live and calm.

import { ask } from '../common/api.js';
import { element, fill, find, write } from '../common/dom.js';
import { openStream } from '../common/stream.js';
import { loadWords, preferredLanguage, say } from '../common/words.js';
import { clock, figure, interval, list, share } from './amounts.js';
import { makeAnnouncer } from './announcer.js';
import { freshness } from './freshness.js';
import { glyph } from './glyphs.js';
import { showKeyed } from './keyed.js';
import { showLanguages } from './languages.js';
import { reasonElement } from './reasons.js';
import { mixOf, qualityOf, standing } from './standing.js';

await loadWords(preferredLanguage(), ['status']);
document.title = say('status.page-title');
showLanguages(find('#languages'));

const [title, sign, spoken, live, stale, rows, facts] = ['#sentence', '#sign', '#spoken', '#live', '#stale', '#plans', '#facts'].map((name) => find(name));
const announcer = makeAnnouncer();
const seconds = () => performance.now() / 1000;
let newsAt = null;
let status = null;
let tone = '';

function mixWords(given) {
  const { rung, better, share: part } = mixOf(given);
  return better ? say('status.mix', { model: given.model, rung, better, share: share(part) }) : say('status.rung', { model: given.model, rung });
}

function makePlan() {
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }),
    element('td', { class: 'eta' }),
    element('td', {}, element('p', { class: 'strong' }), element('p', { class: 'why' }), element('p', { class: 'small soft' })),
  );
}

function expected(plan) {
  if (plan.refusing || plan.eta_low_seconds === null) return say('status.no-new');
  return interval(plan.eta_low_seconds, plan.eta_high_seconds);
}

function showPlan(row, plan) {
  const [name, eta, quality] = row.cells;
  write(name, plan.name);
  const text = expected(plan);
  if (eta.dataset.text !== text + plan.deferring) {
    eta.dataset.text = text + plan.deferring;
    fill(eta, element('span', { class: 'eta-words' }, text), plan.deferring ? element('span', { class: 'chip warn' }, say('status.deferred')) : null);
  }
  const [words, why, mix] = quality.children;
  write(words, say(`status.quality-${qualityOf(plan)}`));
  if (why.dataset.why !== plan.why) {
    why.dataset.why = plan.why;
    fill(why, reasonElement(plan.why));
  }
  write(mix, plan.rungs.map(mixWords).join(' · '));
}

function show(next) {
  status = next;
  newsAt = seconds();
  const found = standing(status);
  const text = say(`status.headline-${found.key}`, { plans: list(found.plans), count: found.plans.length });
  write(title, text);
  if (tone !== found.tone) {
    tone = found.tone;
    sign.className = `sign tone-${tone}`;
    fill(sign, glyph(tone));
  }
  if (announcer.decide(text, newsAt)) write(spoken, text);
  showKeyed(rows, status.plans, (plan) => plan.name, makePlan, showPlan);
  write(facts, say('status.facts', { waiting: figure(status.waiting_jobs), running: figure(status.fleet.running_pictures) }));
  find('#content').hidden = false;
  showFreshness();
}

function showFreshness() {
  const found = freshness(newsAt, seconds());
  document.body.classList.toggle('is-stale', found === 'stale');
  live.dataset.freshness = found;
  live.hidden = false;
  write(live, found === 'waiting' ? say('status.waiting') : say(`live.${found}`, { time: clock(status.at) }));
  stale.hidden = found !== 'stale';
  if (found === 'stale') write(stale, say('live.stale-long', { time: clock(status.at) }));
}

/** The stream tells what changed; where nothing does, asking now and then shows that it still is so. */
async function askAnew() {
  try {
    show(await ask('/status'));
  } catch {
    showFreshness();
  }
}
openStream('/status/events', { status: show });
askAnew();
setInterval(showFreshness, 1000);
setInterval(() => seconds() - (newsAt ?? 0) > 4 && askAnew(), 4000);
