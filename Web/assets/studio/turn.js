// One wish and what became of it: asked, held, waiting, being painted, done, or over.
import { element, fill, write } from '../common/dom.js';
import { icon } from '../common/icons.js';
import { say } from '../common/words.js';
import { createCompare } from './compare.js';
import { isOver } from './jobs.js';
import { appealLink, changedInWords, refusalInWords, takenDownCard, takenDownMarks } from './rights.js';
import { createSheet } from './sheet.js';
import { createWaitPanel, heldInWords, loweredInWords } from './wait-panel.js';
import { styleName } from './wall.js';

/**
 * @typedef {object} Acts what can be done with a turn
 * @property {(job: any, picture: number) => void} goOn
 * @property {(job: any) => void} vary
 * @property {(job: any) => void} retry
 * @property {(job: any, picture: number) => void} share
 * @property {(job: any, picture: number) => void} label
 * @property {(job: any) => void} cancel
 * @property {(job: any) => void} dismiss
 * @property {(key: string) => void} withdraw
 * @property {(key: string) => void} editAgain
 * @property {() => void} signIn
 * @property {(() => void)|null} notifyMe
 * @property {() => Array<{index: number, name: string}>} styles
 * @property {(model: any) => boolean} isStyling whether a model paints photos in styles
 */

/** @param {Acts} acts */
export function createTurn(acts) {
  const title = element('h2', { class: 'asked-words', tabindex: -1 });
  const how = element('p', { class: 'asked-how small soft' });
  const photo = element('img', { class: 'asked-photo', alt: say('turn.photo'), width: 56, height: 56, hidden: true, onerror: () => { photo.hidden = true; } });
  const sheet = createSheet();
  const below = element('div', { class: 'below' });
  const node = element('article', { class: 'turn' }, element('header', { class: 'asked' }, photo, element('div', {}, title, how)), sheet.node, below);
  let stage = '';
  let picture = 0;
  /** @type {any} */
  let panel = null;
  /** @type {any} */
  let current = null;
  let photoAddress = '';

  const entering = (/** @type {string} */ next, /** @type {() => any} */ build) => {
    if (stage === next) return;
    const hadFocus = below.contains(document.activeElement);
    stage = next;
    fill(below, build());
    if (hadFocus) title.focus({ preventScroll: true });
  };
  const styleOf = (name) => acts.styles().find((style) => style.name === name) ?? (name ? { name } : null);

  function head(words, styleWanted, photoSource) {
    const style = styleOf(styleWanted);
    const isStyleAlone = style && words === style.name;
    write(title, isStyleAlone ? styleName(style) : words);
    write(how, style && !isStyleAlone ? styleName(style) : '');
    if (photoSource && photoSource !== photoAddress) {
      if (photoAddress.startsWith('blob:')) URL.revokeObjectURL(photoAddress);
      photoAddress = photoSource;
      photo.hidden = false;
      photo.src = photoSource;
    }
  }
  const faintPhoto = (address) => sheet.show({ src: address, alt: '', kind: 'photo' });

  function showEntry(entry, isSending, now) {
    const words = String(entry.fields.prompt);
    head(words, acts.isStyling(entry.fields.model) ? words : null, entry.photo ? (photoAddress || URL.createObjectURL(entry.photo)) : entry.photoPath && `${entry.photoPath}?side=160`);
    sheet.pencil(title.textContent);
    sheet.tape(true);
    if (entry.photo && photoAddress.startsWith('blob:')) faintPhoto(photoAddress);
    const refused = entry.state === 'refused';
    node.classList.toggle('is-waiting', !refused);
    // No sheet for what is not painted: the reason and the ways on from it stand where one looks.
    node.classList.toggle('is-over', refused);
    if (refused) {
      entering('refused', () => element('div', { class: 'waiting' }, refusalInWords(entry.decision ? 'moderation_blocked' : null, heldInWords(entry, false, now), entry.decision),
        element('div', { class: 'row' },
          element('button', { type: 'button', class: 'button', onclick: () => acts.editAgain(entry.key) }, say('turn.editAgain')),
          appealLink(entry.decision, 'moderation_blocked'),
          element('button', { type: 'button', class: 'button quiet', onclick: () => acts.withdraw(entry.key) }, say('turn.dismiss')))));
      return;
    }
    if (entry.reason === 'session' && entry.notBefore === Infinity) {
      entering('session', () => element('div', { class: 'waiting' }, element('p', {}, say('held.session')),
        element('div', { class: 'row' }, element('button', { type: 'button', class: 'button main', onclick: acts.signIn }, say('account.signIn')),
          element('button', { type: 'button', class: 'button quiet', onclick: () => acts.withdraw(entry.key) }, say('wait.cancel')))));
      return;
    }
    entering('held', () => (panel = createWaitPanel({ onCancel: () => acts.withdraw(entry.key), onNotify: null })).node);
    panel.hold(heldInWords(entry, isSending, now), entry.state === 'waiting');
  }

  function showJob(job, shown, to, now) {
    const isNews = current?.id !== job.id || current.status !== job.status || takenDownMarks(current) !== takenDownMarks(job);
    current = job;
    head(job.prompt ?? '', job.style, job.photo && `${job.photo}?side=160`);
    node.classList.toggle('is-waiting', !isOver(job));
    if (job.status === 'completed') return isNews && showDone(job);
    if (isOver(job)) return isNews && showOver(job);
    sheet.pencil(title.textContent);
    sheet.tape(true);
    if (job.photo && !sheet.layers.querySelector('.layer')) faintPhoto(`${job.photo}?side=512`);
    node.style.setProperty('--progress', String(job.progress ?? 0));
    entering(`waiting ${job.id}`, () => (panel = createWaitPanel({ onCancel: () => acts.cancel(current), onNotify: acts.notifyMe })).node);
    panel.update(job, shown, to, now);
  }

  function showDone(job) {
    sheet.tape(false);
    choose(job.pictures[picture] ? picture : 0);
    const lowered = loweredInWords(job);
    const many = job.pictures.length > 1;
    const compareButton = job.photo && act('compare', say('act.compare'), (event) => compare(event.currentTarget), { 'aria-pressed': 'false' });
    entering(`done ${job.id} ${takenDownMarks(job)}`, () => [
      many && element('div', { class: 'strip', role: 'group', 'aria-label': say('turn.pictures') }, job.pictures.map((each, index) => element('button', {
        type: 'button', class: 'strip-item', 'aria-pressed': String(index === picture), 'aria-label': say('turn.pictureOf', { number: index + 1, count: job.pictures.length }),
        onclick: (event) => {
          for (const other of event.currentTarget.parentNode.children) other.setAttribute('aria-pressed', String(other === event.currentTarget));
          choose(index);
        },
      }, each.taken_down ? element('span', { class: 'strip-gone' }) : element('img', { src: `${each.url}?side=128`, alt: '', width: 64, height: 64, loading: 'lazy' })))),
      lowered && element('p', { class: 'lowered small' }, lowered),
      changedInWords(job.rights),
      element('div', { class: 'acts' },
        act('brush', say('act.goOn'), () => acts.goOn(job, picture)),
        compareButton,
        act('dice', acts.isStyling(job.model) ? say('act.otherStyle') : say('act.vary'), () => acts.vary(job)),
        element('a', { class: 'act', href: downloadAddress(), download: '', onclick: (event) => { event.currentTarget.setAttribute('href', downloadAddress()); } }, icon('down'), element('span', {}, say('act.save'))),
        act('share', say('act.share'), () => acts.share(job, picture)),
        act('info', say('act.label'), () => acts.label(job, picture))),
    ]);
  }
  const downloadAddress = () => `${current.pictures[picture].url}?download=1`;
  const act = (symbol, label, onclick, more = {}) => element('button', { type: 'button', class: 'act', onclick, ...more }, icon(symbol), element('span', {}, label));

  function choose(/** @type {number} */ index) {
    picture = index;
    const each = current.pictures[index];
    if (!each) return;
    sheet.shape(each.width, each.height);
    const hang = (/** @type {string|null} */ decision) => { node.classList.add('is-taken-down'); sheet.place(takenDownCard(decision)); };
    if (each.taken_down) return hang(each.taken_down);
    node.classList.remove('is-taken-down');
    sheet.show({
      src: `${each.url}?side=1024`,
      srcset: `${each.url}?side=512 512w, ${each.url}?side=1024 1024w`,
      alt: each.revised_prompt || say('turn.alt', { words: current.prompt ?? '' }),
      kind: 'final',
      onGone: hang,
    });
  }

  function compare(button) {
    const open = sheet.layers.querySelector('.compare');
    button.setAttribute('aria-pressed', String(!open));
    if (open) return open.remove();
    const overlay = createCompare(`${current.photo}?side=1024`, say('turn.photo'));
    sheet.layers.append(overlay);
    overlay.querySelector('input')?.focus({ preventScroll: true });
  }

  function showOver(job) {
    sheet.tape(false);
    node.classList.add('is-over');
    const words = job.error?.message ?? say(`over.${job.status}`);
    entering(`over ${job.id}`, () => element('div', { class: 'over' }, refusalInWords(job.error?.code ?? null, words, job.error?.decision),
      element('div', { class: 'row' },
        appealLink(job.error?.decision ?? null, job.error?.code),
        element('button', { type: 'button', class: 'button', onclick: () => acts.retry(job) }, say('over.again')),
        element('button', { type: 'button', class: 'button quiet', onclick: () => acts.dismiss(job) }, say('turn.dismiss')))));
  }

  return {
    node,
    showEntry,
    showJob,
    /** A picture on its way, sharper each time. */
    showPartial(partial) {
      if (!current || isOver(current) || partial.picture !== 0) return;
      sheet.show({ src: partial.url, alt: say('turn.partial'), kind: 'partial', blur: Math.max(0, 6 - 3 * partial.partial_image_index) });
    },
    focus() { title.focus({ preventScroll: true }); node.scrollIntoView({ block: 'center', behavior: 'smooth' }); },
    get job() { return current; },
  };
}
