// Keeps the studio's own files for a start without a network. Newest first: what is kept is only for when nothing answers.

const name = 'heatsink-shell-1';
const shell = [
  '/studio',
  '/assets/manifest.webmanifest',
  '/assets/icons/icon.svg',
  '/assets/words/en.json',
  '/assets/words/fr.json',
  '/assets/styles/styles.json',
  ...['base.css', 'tokens.css', 'api.js', 'dialog.js', 'dom.js', 'icons.js', 'stream.js', 'trusted.js', 'words.js'].map((file) => `/assets/common/${file}`),
  ...['studio.css', 'account.js', 'arrivals.js', 'compare.js', 'composer.js', 'connection.js', 'conversation.js', 'gallery.js', 'identifier.js', 'jobs.js', 'label.js',
    'main.js', 'options.js', 'outbox-plan.js', 'outbox.js', 'passkeys.js', 'photos.js', 'proof-worker.js', 'rights.js', 'session.js', 'sha256.js', 'sharing.js', 'sheet.js',
    'storage.js', 'style-dialog.js', 'toasts.js', 'turn.js', 'wait-panel.js', 'waiting.js', 'wall.js', 'wish.js'].map((file) => `/assets/studio/${file}`),
];

// The page has fetched most of it a moment ago: that is not fetched a second time.
const justFetched = (path) => new Request(path, { cache: 'force-cache' });

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(name).then((cache) => cache.addAll(shell.map(justFetched))).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((each) => each !== name).map((each) => caches.delete(each)))).then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  const isShell = request.method === 'GET' && origin === self.location.origin && (pathname === '/studio' || pathname.startsWith('/assets/'));
  if (isShell) event.respondWith(newest(request, pathname));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(self.clients.matchAll({ type: 'window' }).then((pages) => pages.find((page) => new URL(page.url).pathname === '/studio')?.focus() ?? self.clients.openWindow('/studio')));
});

async function newest(request, pathname) {
  const cache = await caches.open(name);
  try {
    const response = await fetch(request);
    if (response.status === 200) cache.put(pathname, response.clone());
    if (response.status < 500) return response;
  } catch { /* no network: what was kept */ }
  return (await cache.match(pathname)) ?? Response.error();
}
