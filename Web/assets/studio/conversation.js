// The conversation: a turn for each request that is on its way and each job that the server tells of.
import { find } from '../common/dom.js';
import { say } from '../common/words.js';
import { clockLead, inOrder, isOver, later } from './jobs.js';
import { recall, remember } from './storage.js';
import { createTurn } from './turn.js';
import { whenInWords, whereInWords } from './wait-panel.js';
import { mayAnnounce, narrow, told } from './waiting.js';

/** @param {{acts: import('./turn.js').Acts, sending: () => string, announce: (text: string) => void}} parts */
export function createConversation({ acts, sending, announce }) {
  const root = find('#conversation');
  const list = find('#turns');
  const welcome = find('#welcome');
  /** @type {Map<string, any>} */
  const jobs = new Map();
  /** @type {Map<string, ReturnType<typeof createTurn>>} */
  const turns = new Map();
  /** @type {Set<string>} */
  const hidden = new Set();
  /** Where in time a turn stands, for those that were asked for here. @type {Map<string, number>} */
  const places = new Map();
  let lead = 0;
  /** @type {any[]} */
  let entries = [];
  /** @type {Record<string, {shown: import('./waiting.js').Interval, to: number}>} */
  const waits = recall('waits', {});
  let lastSpoken = 0;
  let spokenWhere = '';

  const turnFor = (/** @type {string} */ key) => {
    let turn = turns.get(key);
    if (!turn) {
      turn = createTurn(acts);
      turns.set(key, turn);
    }
    return turn;
  };

  /** What is shown of the waiting is remembered: also after a reload it must not widen. */
  function narrowed(job, now) {
    const heard = told(job, now);
    const known = waits[job.id];
    const shown = narrow(known?.shown ?? null, heard, now);
    if (shown) waits[job.id] = { shown, to: known && !shown.moved ? known.to : Math.max(known?.to ?? 0, shown.high) };
    return shown;
  }

  function drawJob(job, now = Date.now()) {
    const wait = waits[job.id];
    turnFor(job.id).showJob(job, wait?.shown ?? null, wait?.to ?? now, now);
  }

  /** Puts the turns in order; a job that nobody here knows waits for the answer to what is just being sent: it may be that. */
  function arrange() {
    const shown = [...jobs.values()].filter((job) => !hidden.has(job.id) && (turns.has(job.id) || !sending()));
    for (const job of shown) if (!turns.has(job.id)) drawJob(job);
    const all = [...shown.map((job) => ({ key: job.id, at: places.get(job.id) ?? job.created_at * 1000 })), ...entries.map((entry) => ({ key: entry.key, at: entry.createdAt + lead }))];
    const nodes = inOrder(all, ({ at }) => at).map(({ key }) => turnFor(key).node);
    nodes.forEach((node, index) => { if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null); });
    while (list.children.length > nodes.length) list.lastChild.remove();
    root.hidden = nodes.length === 0;
    welcome.hidden = nodes.length > 0;
    document.documentElement.classList.toggle('is-talking', nodes.length > 0);
  }

  function heard(job) {
    const now = Date.now();
    const known = jobs.get(job.id);
    const next = later(known, job);
    lead = clockLead(lead, job, now);
    jobs.set(job.id, next);
    if (isOver(next)) {
      if (waits[job.id]) { delete waits[job.id]; remember('waits', waits); }
    } else {
      narrowed(next, now);
      remember('waits', waits);
    }
    if (turns.has(job.id)) drawJob(next, now);
    arrange();
    speak(next, known, now);
  }

  /** Said aloud: an end at once, what lies between at most every twenty seconds. */
  function speak(job, known, now) {
    if (!known || known.status === job.status && isOver(job)) return;
    if (job.status === 'completed') return announce(say('spoken.completed', { words: job.prompt ?? '' }));
    if (isOver(job)) return announce(job.error?.message ?? say(`over.${job.status}`));
    const where = whereInWords(job);
    if (where === spokenWhere || !mayAnnounce(lastSpoken, now)) return;
    lastSpoken = now;
    spokenWhere = where;
    announce(`${where} ${whenInWords(waits[job.id]?.shown ?? null, now)}`);
  }

  function tick() {
    const now = Date.now();
    for (const job of jobs.values()) if (!isOver(job) && turns.has(job.id)) drawJob(job, now);
    drawEntries(now);
  }
  function drawEntries(now) {
    for (const entry of entries) turnFor(entry.key).showEntry(entry, entry.key === sending(), now);
  }

  return {
    heard,
    heardAll(/** @type {any[]} */ all) {
      for (const job of all) {
        // What was cancelled is over and done with by the next visit.
        if (job.status === 'cancelled' && !jobs.has(job.id)) continue;
        heard(job);
      }
    },
    heardPartial(partial) { turns.get(partial.job)?.showPartial(partial); },
    setEntries(/** @type {any[]} */ next) {
      for (const old of entries) if (!next.some((entry) => entry.key === old.key) && turns.has(old.key)) turns.delete(old.key);
      entries = next;
      drawEntries(Date.now());
      arrange();
    },
    /** The turn of a request becomes that of its job, in its place. */
    adopt(entry, job) {
      const turn = turns.get(entry.key);
      turns.delete(entry.key);
      entries = entries.filter((each) => each.key !== entry.key);
      lead = clockLead(lead, job, Date.now());
      places.set(job.id, entry.createdAt + lead);
      if (turn && !turns.has(job.id)) turns.set(job.id, turn);
      heard(job);
    },
    remove(/** @type {string} */ id) {
      hidden.add(id);
      turns.delete(id);
      arrange();
    },
    reveal(job) {
      hidden.delete(job.id);
      jobs.set(job.id, later(jobs.get(job.id), job));
      arrange();
      turns.get(job.id)?.focus();
    },
    showEnd() { list.lastElementChild?.scrollIntoView({ block: 'end', behavior: 'smooth' }); },
    clear() { jobs.clear(); turns.clear(); entries = []; hidden.clear(); arrange(); },
    tick,
    isWaiting: () => entries.length > 0 || [...jobs.values()].some((job) => !isOver(job)),
    waitingJobs: () => [...jobs.values()].filter((job) => !isOver(job)),
    oldest: () => inOrder([...jobs.values()])[0] ?? null,
    find: (/** @type {string} */ id) => jobs.get(id),
  };
}
