// The operator's page: who comes in, the room while the feed lasts, and the way out.

import { ask } from '../common/api.js';
import { fill, find, write } from '../common/dom.js';
import { loadWords, preferredLanguage, say } from '../common/words.js';
import { clock } from '../status/amounts.js';
import { showLanguages } from '../status/languages.js';
import { openFeed } from './feed.js';
import { showGate } from './gate.js';
import { buildRoom } from './room.js';

await loadWords(preferredLanguage(), ['status', 'ops', 'ops-rights']);
document.title = say('ops.page-title');

const [gate, place, live, stale, leave] = ['#gate', '#room', '#live', '#stale', '#leave'].map((name) => find(name));
let feed = null;

function showFreshness(freshness, at) {
  document.body.classList.toggle('is-stale', freshness === 'stale');
  live.dataset.freshness = freshness;
  write(live, freshness === 'waiting' ? say('live.waiting') : say(`live.${freshness}`, { time: clock(at) }));
  stale.hidden = freshness !== 'stale';
  if (freshness === 'stale') write(stale, say('live.stale-long', { time: clock(at) }));
}

function askWho(account) {
  feed?.close();
  feed = null;
  document.body.classList.remove('is-stale');
  live.hidden = leave.hidden = stale.hidden = place.hidden = true;
  fill(place);
  gate.hidden = false;
  showGate(gate, { account, onEnter: enter });
}

function enter() {
  gate.hidden = true;
  fill(gate);
  place.hidden = live.hidden = leave.hidden = false;
  showFreshness('waiting', null);
  let room = null;
  let waiting = null;
  let builtFor = '';
  feed = openFeed({
    onState(state) {
      // Plans are configured, not made while the server runs: after a restart there may be others.
      const plans = state.plans.map(({ name }) => name).join();
      if (builtFor !== plans) {
        builtFor = plans;
        room = buildRoom(place, state);
        if (waiting) room.showWindow(...waiting);
      }
      room.showState(state);
    },
    onWindow(...told) {
      waiting = told;
      room?.showWindow(...told);
    },
    onFreshness: showFreshness,
    onForbidden: async () => askWho((await ask('/v1/session')).account),
  });
}

leave.addEventListener('click', async () => {
  // The server ends the stream with the session, and the page would ask why.
  feed?.close();
  try {
    await ask('/v1/session', { method: 'DELETE' });
  } catch (error) {
    enter();
    throw error;
  }
  askWho(null);
  find('#gate-key')?.focus();
});
showLanguages(find('#languages'));

const { account } = await ask('/v1/session').catch(() => ({ account: null }));
if (account?.is_operator) enter();
else askWho(account);
