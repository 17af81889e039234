// The page about rights: the policy in force, a form not to be imitated, and what became of a request or a decision.

import { ApiError, ask } from '../common/api.js';
import { element, fill, find, write } from '../common/dom.js';
import { loadWords, preferredLanguage, say } from '../common/words.js';
import { showLanguages } from '../status/languages.js';
import { addressOf, sourceOf, typedIn, wantedBy, wantedIn } from './addresses.js';
import { decisionView } from './decision-view.js';
import { optOutForm } from './opt-out-form.js';
import { optOutView } from './opt-out-view.js';
import { policyView } from './policy-view.js';
import { complaintOf } from './sending.js';
import { isPending } from './standing.js';

const LOOK_AGAIN_MILLISECONDS = 30_000;

// A number may be sent before the words are there: it is looked up then, too.
const words = loadWords(preferredLanguage(), ['status', 'rights']);
const [found, policy, form, search, number, complaint, spoken] = ['#found', '#policy', '#form', '#search', '#number', '#number-complaint', '#spoken'].map((name) => find(name));
/** @type {{wanted: any, text: string, isPending: boolean}|null} what is shown now */
let shown = null;

/** @param {any} document_ @param {{isNew?: boolean, isQuiet?: boolean}} [how] */
function show(document_, { isNew = false, isQuiet = false } = {}) {
  const wanted = wantedIn(document_.id);
  const view = document_.object === 'opt_out' ? optOutView(document_, { onChange: show, isNew }) : decisionView(document_, { onChange: show });
  shown = { wanted, text: JSON.stringify(document_), isPending: isPending(document_) };
  fill(found, view.node);
  found.hidden = false;
  write(spoken, view.heading.textContent);
  if (isQuiet) return;
  view.heading.focus({ preventScroll: true });
  found.scrollIntoView({ block: 'start' });
}

function showMissing(error) {
  shown = null;
  const isUnknown = error instanceof ApiError && error.status === 404;
  const heading = element('h2', { tabindex: -1 }, say(isUnknown ? 'rights.not-found' : 'rights.not-reached'));
  fill(found, element('article', { class: 'card stack found' }, heading, element('p', {}, isUnknown ? say('rights.not-found-meaning') : complaintOf(error))));
  found.hidden = false;
  write(spoken, heading.textContent);
  heading.focus({ preventScroll: true });
}

async function look(wanted) {
  try {
    show(await ask(sourceOf(wanted)));
  } catch (error) {
    showMissing(error);
  }
}

/** What waits for somebody's word is looked at again while the page is; nothing moves where nothing has changed. */
async function lookAgain() {
  if (document.hidden || !shown?.isPending) return;
  const { wanted, text } = shown;
  const next = await ask(sourceOf(wanted)).catch(() => null);
  if (next && shown?.text === text && JSON.stringify(next) !== text) show(next, { isQuiet: true });
}

function lookUp() {
  const wanted = wantedIn(number.value);
  write(complaint, wanted ? '' : say('rights.no-number'));
  if (!wanted) {
    number.setAttribute('aria-invalid', 'true');
    return number.focus();
  }
  number.removeAttribute('aria-invalid');
  history.pushState(null, '', addressOf(wanted));
  look(wanted);
}

search.addEventListener('submit', async (event) => {
  event.preventDefault();
  await words;
  lookUp();
});

await words;
document.title = say('rights.page-title');
showLanguages(find('#languages'));
addEventListener('popstate', () => {
  const wanted = wantedBy(location.search);
  if (wanted) return look(wanted);
  shown = null;
  found.hidden = true;
  fill(found);
});
document.addEventListener('visibilitychange', lookAgain);
setInterval(lookAgain, LOOK_AGAIN_MILLISECONDS);

fill(form, optOutForm((request) => {
  history.pushState(null, '', addressOf({ kind: 'opt-out', id: request.id }));
  show(request, { isNew: true });
}));
const [wanted, typed] = [wantedBy(location.search), typedIn(location.search)];
if (typed !== null) number.value = typed;
if (wanted) look(wanted);
else if (typed !== null) lookUp();
try {
  fill(policy, policyView(await ask('/v1/policy')));
} catch (error) {
  fill(policy, element('p', { class: 'complaint' }, complaintOf(error)));
}
