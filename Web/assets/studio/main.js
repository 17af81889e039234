// The studio begins: everything is brought up here and told of the others; what it does is in the other files.
import { ApiError, ask, fetchBlob } from '../common/api.js';
import { element, fill, find, write } from '../common/dom.js';
import { icon } from '../common/icons.js';
import { scriptAddress } from '../common/trusted.js';
import { currentLanguage, formatDuration, languages, loadWords, rememberLanguage, say } from '../common/words.js';
import { canOfferNotifications, createArrivals } from './arrivals.js';
import { createComposer } from './composer.js';
import { createConnection } from './connection.js';
import { createConversation } from './conversation.js';
import { randomIdentifier } from './identifier.js';
import { createOutbox } from './outbox.js';
import { entry as newEntry } from './outbox-plan.js';
import { receivePhotos } from './photos.js';
import { createSession } from './session.js';
import { forgetEverything, openStore } from './storage.js';
import { toast } from './toasts.js';
import { createWall, styleName } from './wall.js';
import { again, knownModels, wish } from './wish.js';

const pageSize = 12;
const begun = Date.now();
const models = { ...knownModels };
const announce = (/** @type {string} */ text) => write(find('#spoken'), text);
const complain = (/** @type {any} */ error) => toast(error.message || say(error.isNetwork ? 'notice.offline' : 'error.unknown'));

await loadWords();
for (const node of document.querySelectorAll('[data-icon]')) node.prepend(icon(/** @type {any} */ (node).dataset.icon));
document.documentElement.classList.add('is-ready');

const session = createSession(drawAccount);
const wall = createWall((style) => {
  composer.change({ style: style && { index: style.index, name: style.name }, does: 'style' });
  composer.redraw();
  find('#style-dialog')?.close();
});
const composer = createComposer({
  onSend: (desk) => {
    put(wish(desk, models, wall.styles[0]?.name ?? 'Amber Dawn'));
    if (desk.base) { wall.choose(null); composer.change({ style: null }); }
  },
  onStyle: wall.choose,
  onHint: (text) => notice('hint', text),
});
const outbox = createOutbox({
  store: openStore('outbox'),
  send,
  onAccepted: (entry, job) => {
    conversation.adopt(entry, job);
    arrivals.accepted(job, entry.createdAt < begun);
    connection.start();
    conversation.showEnd();
  },
  onChange: () => conversation.setEntries(outbox.list()),
  allowanceSeconds: session.allowanceSeconds,
  cancel: (job) => ask(`/v1/jobs/${job.id}`, { method: 'DELETE' }),
});
const conversation = createConversation({
  announce,
  sending: outbox.sending,
  acts: {
    goOn: composer.takePicture,
    vary: (job) => put(again(job, job.model === models.styles ? wall.other(job.style)?.name ?? null : null, models)),
    retry: (job) => { put(again(job, null, models)); conversation.remove(job.id); },
    share: async (job, picture) => (await import('./sharing.js')).openSharing(job, picture),
    label: async (job, picture) => (await import('./label.js')).openLabel(job, picture, { styleOf, onDelete: () => removeJob(job.id) }),
    cancel: async (job) => {
      try { heard([await ask(`/v1/jobs/${job.id}`, { method: 'DELETE' })]); } catch (error) { complain(error); }
    },
    dismiss: (job) => conversation.remove(job.id),
    withdraw: outbox.withdraw,
    editAgain: (key) => {
      const entry = outbox.list().find((each) => each.key === key);
      if (!entry) return;
      if (entry.photo) composer.takePhoto(new File([entry.photo], entry.photoName));
      composer.write(String(entry.fields.prompt));
      outbox.withdraw(key);
    },
    signIn: openAccount,
    notifyMe: canOfferNotifications() ? () => Notification.requestPermission() : null,
    styles: () => wall.styles,
    isStyling: (model) => model === models.styles,
  },
});
const arrivals = createArrivals((job) => conversation.reveal(job));
const connection = createConnection({
  listeners: {
    account: session.use,
    job: (job) => heard([job]),
    partial_image: conversation.heardPartial,
    deleted: ({ id }) => conversation.remove(id),
    crowd: ({ waiting_pictures: count }) => write(find('#crowd'), count > 0 ? say('crowd', { count }) : ''),
  },
  isWaiting: conversation.isWaiting,
  onState: (isConnected) => {
    notice('network', isConnected ? '' : say('notice.offline'), isConnected ? 0 : 4000);
    if (isConnected) outbox.hurry('offline');
  },
  onReturn: () => { outbox.hurry('offline'); refresh().catch(() => {}); },
});

/** How the page's language calls a style. @param {string} name */
function styleOf(name) {
  const style = wall.styles.find((each) => each.name === name);
  return style ? styleName(style) : name;
}

function heard(/** @type {any[]} */ jobs) {
  conversation.heardAll(jobs);
  arrivals.heard(jobs);
}

/** Writes a wish down and sends it. */
async function put(/** @type {any} */ parts) {
  await outbox.add(newEntry({ key: randomIdentifier(), ...parts }, Date.now()));
  conversation.showEnd();
}

/** Sends one request; with the same key it is the same job, however often. @param {import('./outbox-plan.js').Entry} entry */
async function send(entry) {
  await session.ensure();
  let { photo } = entry;
  if (!photo && entry.photoPath) {
    photo = await fetchBlob(entry.photoPath);
    await outbox.keep({ ...entry, photo });
  }
  const headers = { Prefer: 'respond-async', 'Idempotency-Key': entry.key };
  const path = `/v1/images/${entry.endpoint}`;
  try {
    if (!photo) return await ask(path, { method: 'POST', headers, body: entry.fields });
    const body = new FormData();
    for (const [name, value] of Object.entries(entry.fields)) body.append(name, String(value));
    body.append('image', photo, entry.photoName || 'photo');
    return await ask(path, { method: 'POST', headers, body });
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) session.forget();
    throw error;
  }
}

/** @type {Map<string, {text: string, timer: number}>} */
const notices = new Map();
/** One calm line above the desk; what the network says goes before what the desk says. */
function notice(kind, text, delay = 0) {
  const known = notices.get(kind);
  if (known?.text === text) return;
  clearTimeout(known?.timer);
  const show = () => {
    const node = find('#notice');
    const current = notices.get('network')?.text || notices.get('hint')?.text || '';
    node.hidden = !current;
    write(node, current);
  };
  notices.set(kind, { text, timer: setTimeout(show, delay) });
}

function drawAccount(/** @type {any} */ account) {
  const button = find('#allowance');
  const allowance = account?.allowance;
  button.hidden = !allowance && account?.credits == null;
  if (allowance) write(button, allowance.remaining > 0 ? say('allowance.left', { count: allowance.remaining }) : say('allowance.none', { when: formatDuration(allowance.resets_in_seconds) }));
  else if (account?.credits != null) write(button, say('allowance.credits', { count: account.credits }));
  if (allowance?.remaining > 0) outbox.hurry('allowance');
}

async function refresh() {
  if (!session.account) return;
  const { data, has_more: hasMore } = await ask(`/v1/jobs?limit=${pageSize}`);
  heard(data.reverse());
  find('#earlier').hidden = !hasMore;
}

async function enter(/** @type {any} */ account) {
  if (!account) return;
  await refresh();
  connection.start();
  outbox.hurry('session');
  const list = await ask('/v1/models');
  const styling = list.data.find((model) => model.kind === 'restyle');
  models.styles = styling?.id ?? models.styles;
  models.words = list.data.find((model) => model.accepts?.includes('generations') && model.kind === 'flow')?.id ?? models.words;
  if (styling?.styles?.length) wall.show(styling.styles);
}

async function removeJob(/** @type {string} */ id) {
  await ask(`/v1/gallery/${id}`, { method: 'DELETE' });
  conversation.remove(id);
  arrivals.forget(id);
}

/** Another account, or none: nothing of the last one stays on the page. */
async function changeAccount(/** @type {any} */ account, isForgotten = false) {
  connection.stop();
  conversation.clear();
  if (isForgotten) await forgetEverything();
  session.use(account);
  await enter(account);
}

async function openAccount() {
  (await import('./account.js')).openAccount({ session, changeAccount, drawLanguages });
}

find('#open-account').addEventListener('click', openAccount);
find('#allowance').addEventListener('click', openAccount);
find('#open-gallery').addEventListener('click', async () => {
  (await import('./gallery.js')).openGallery({ isKnown: Boolean(session.account), remove: removeJob, reveal: conversation.reveal, openAccount });
});
find('#open-options').addEventListener('click', async () => (await import('./options.js')).openOptions(composer));
find('#style-chip').addEventListener('click', async () => (await import('./style-dialog.js')).openStyles(wall.node));
find('#earlier').addEventListener('click', async (/** @type {Event} */ event) => {
  const oldest = conversation.oldest();
  const { data, has_more: hasMore } = await ask(`/v1/jobs?limit=${pageSize}&after=${oldest.id}`);
  heard(data.reverse());
  /** @type {any} */ (event.target).hidden = !hasMore;
});

receivePhotos(composer.takePhoto, () => toast(say('composer.notAPicture')));
document.addEventListener('click', async (event) => {
  if (/** @type {any} */ (event.target).closest?.('[data-act=example]')) {
    composer.takePhoto(new File([await fetchBlob('/assets/styles/example-photo.webp')], say('welcome.ourName'), { type: 'image/webp' }));
  }
});

function drawExamples() {
  fill(find('#examples'), [0, 1, 2, 3, 4, 5].map((number) => element('li', {}, element('button', { type: 'button', class: 'example', onclick: () => composer.write(say(`example.${number}`)) },
    element('img', { src: `/assets/styles/words-${number}.webp`, width: 208, height: 208, alt: '', loading: number > 2 ? 'lazy' : 'eager' }),
    element('span', {}, say(`example.${number}`))))));
}

function drawLanguages(/** @type {any} */ select) {
  fill(select, Object.entries(languages).map(([code, name]) => element('option', { value: code, lang: code, selected: code === currentLanguage() }, name)));
  select.onchange = async () => {
    rememberLanguage(select.value);
    location.reload();
  };
}

drawExamples();
drawLanguages(find('#language'));
wall.show(await (await fetch('/assets/styles/styles.json')).json());
await composer.restore();
setInterval(conversation.tick, 1000);
session.load().then(enter).catch(() => notice('network', say('notice.offline'))).finally(() => { arrivals.settle(); outbox.restore(); });
if ('serviceWorker' in navigator) navigator.serviceWorker.register(scriptAddress('/assets/studio/service-worker.js'), { scope: '/' }).catch(() => {});
