// Keeps the roster page for when there is no network. It keeps no data: names and marks are the page's own affair.
'use strict';

const PAGE = '/offline-roster';
const FILES = ['{style}', '{script}', '/static/favicon.svg', '/offline-roster.webmanifest'];
const KEPT = `sidan ${FILES.join(' ')}`;

const keep = async (request, answer) => {
  const cache = await caches.open(KEPT);
  await cache.put(request, answer);
};

self.addEventListener('install', (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(KEPT);
    await cache.addAll(FILES);
    const page = await fetch(PAGE, { credentials: 'same-origin' });
    // A page that sends one to sign in is not the roster.
    if (page.ok && !page.redirected) await cache.put(PAGE, page);
    await self.skipWaiting();
  })());
});

self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
    await self.clients.claim();
  })());
});

const page = async (request) => {
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) {
      await keep(PAGE, answer.clone());
      return answer;
    }
    return (await caches.match(PAGE)) ?? answer;
  } catch (trouble) {
    const kept = await caches.match(PAGE);
    if (kept) return kept;
    throw trouble;
  }
};

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== location.origin || event.request.method !== 'GET') return;
  if (event.request.mode === 'navigate' && url.pathname === PAGE) event.respondWith(page(event.request));
  else if (FILES.includes(url.pathname)) {
    event.respondWith(caches.match(event.request).then((kept) => kept ?? fetch(event.request)));
  }
});
