// A page of work that goes on keeps itself up to date: it asks for itself again and takes over what changed, so that focus
// and place stay. Who listens instead of looking is told every tenth of the way, not every second.
(() => {
  'use strict';

  const SOON = 1000;
  const LATER = 5000;
  const region = document.querySelector('[data-live]');
  const told = document.getElementById('live-told');
  const main = document.querySelector('main');
  if (!region || !told || !main) return;

  const same = (ours, theirs) => ours.length === theirs.length && ours.every((one, i) => one.nodeName === theirs[i].nodeName);

  const takeOver = (ours, theirs) => {
    if (ours.nodeType === Node.TEXT_NODE) {
      if (ours.data !== theirs.data) ours.data = theirs.data;
      return;
    }
    for (const { name, value } of theirs.attributes ?? []) {
      if (ours.getAttribute(name) !== value) ours.setAttribute(name, value);
    }
    const [here, there] = [[...ours.childNodes], [...theirs.childNodes]];
    if (same(here, there)) here.forEach((one, i) => takeOver(one, there[i]));
    else ours.replaceChildren(...there);
  };

  const bar = region.querySelector('progress');
  const tenth = () => (bar ? Math.floor(bar.position * 10) : 0);
  let passed = tenth();

  /** The work is over: the page becomes what it is now. Whoever stood in it stands at its title. */
  const becomes = (page) => {
    const stood = main.contains(document.activeElement);
    main.replaceChildren(...page.querySelector('main').childNodes);
    const told = document.getElementById('live-told') ?? main.appendChild(document.createElement('p'));
    told.className = 'vh';
    told.setAttribute('role', 'status');
    const title = main.querySelector('h1');
    if (stood && title) {
      title.tabIndex = -1;
      title.focus();
    }
    const state = main.querySelector('.head .state');
    // A region speaks of what changes in it, so it has to be there before.
    setTimeout(() => { told.textContent = state ? state.textContent : document.title; }, 200);
  };

  const look = async () => {
    if (document.hidden) return SOON;
    const answer = await fetch(location.href, { credentials: 'same-origin', cache: 'no-store' });
    if (answer.redirected || (answer.status >= 400 && answer.status < 500)) {
      location.reload();
      return null;
    }
    if (!answer.ok) return LATER;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.querySelector('[data-live]');
    document.title = page.title;
    if (!fresh) {
      becomes(page);
      return null;
    }
    takeOver(region, fresh);
    if (tenth() !== passed) {
      passed = tenth();
      told.textContent = bar.getAttribute('aria-label');
    }
    return SOON;
  };

  const again = (wait) => {
    if (wait !== null) setTimeout(() => look().catch(() => LATER).then(again), wait);
  };
  again(SOON);
})();
