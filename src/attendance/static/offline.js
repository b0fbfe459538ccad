// The roster without network. Names of the days around are kept on this device; each tap is signed with a key that never
// leaves it, kept in order, and sent when there is a network. What the server refuses stays in sight until it is put away.
(() => {
  'use strict';

  const say = document.getElementById('texts').dataset;
  const main = document.getElementById('roster');
  const state = document.getElementById('state');
  const refusedList = document.getElementById('refused');
  const OFTEN = 20000;
  const AT_ONCE = 40;

  // --- what is kept on the device ---

  const open = () => new Promise((done, fail) => {
    const ask = indexedDB.open('sidan-roster', 1);
    ask.onupgradeneeded = () => {
      ask.result.createObjectStore('facts');
      ask.result.createObjectStore('outbox', { keyPath: 'sequence' });
      ask.result.createObjectStore('refused', { keyPath: 'sequence' });
    };
    ask.onsuccess = () => done(ask.result);
    ask.onerror = () => fail(ask.error);
  });

  const answer = (ask) => new Promise((done, fail) => {
    ask.onsuccess = () => done(ask.result);
    ask.onerror = () => fail(ask.error);
  });

  let db;
  const store = (name, mode = 'readonly') => db.transaction(name, mode).objectStore(name);
  const fact = (name) => answer(store('facts').get(name));
  const keepFact = (name, value) => answer(store('facts', 'readwrite').put(value, name));

  // --- the key ---

  const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));

  const keys = async () => {
    const kept = await fact('keys');
    if (kept) return kept;
    const made = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
    await keepFact('keys', made);
    return made;
  };

  const signature = async (text) => {
    const { privateKey } = await keys();
    return base64(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, new TextEncoder().encode(text)));
  };

  // --- marks ---

  /** The next number, and the mark under it, in one step: two taps never share a number. */
  const write = async (mark) => {
    const device = await fact('device');
    const sequence = await new Promise((done, fail) => {
      const change = db.transaction('facts', 'readwrite');
      const facts = change.objectStore('facts');
      const ask = facts.get('sequence');
      let next;
      ask.onsuccess = () => { next = (ask.result ?? 0) + 1; facts.put(next, 'sequence'); };
      change.oncomplete = () => done(next);
      change.onerror = () => fail(change.error);
    });
    const made = { sequence, ...mark, made_at: new Date().toISOString() };
    const text = ['sidan-mark-1', device.id, sequence, made.session_id, made.enrolment_id, made.presence,
      made.in_at ?? '', made.out_at ?? '', made.made_at].join('\n');
    made.signature = await signature(text);
    await answer(store('outbox', 'readwrite').put(made));
    const said = (await fact('said')) ?? {};
    said[`${mark.session_id}/${mark.enrolment_id}`] = { presence: mark.presence, in_at: mark.in_at, out_at: mark.out_at };
    await keepFact('said', said);
    await tell();
    send();
  };

  // --- the network ---

  const post = (path, fields) => fetch(path, {
    method: 'POST', credentials: 'same-origin', redirect: 'manual', body: new URLSearchParams(fields),
  });

  /** What the server has for the days around; false where it cannot be reached or one has to sign in. */
  const refresh = async () => {
    const got = await fetch('/offline-roster/data', { credentials: 'same-origin', redirect: 'manual', cache: 'no-store' });
    if (!got.ok) return got.type === 'opaqueredirect' || got.status === 401 ? 'sign-in' : false;
    const rosters = await got.json();
    await keepFact('rosters', rosters);
    if (!(await fact('device'))) {
      const { publicKey } = await keys();
      const point = base64(await crypto.subtle.exportKey('raw', publicKey));
      const name = `${navigator.userAgentData?.platform ?? navigator.platform} ${new Date().toISOString().slice(0, 10)}`;
      const made = await post('/roster-devices', { _csrf: rosters.csrf, name, public_key: point });
      if (!made.ok) return false;
      await keepFact('device', await made.json());
    }
    return true;
  };

  let sending = false;
  const send = async () => {
    if (sending) return;
    sending = true;
    try {
      const reached = await refresh();
      await keepFact('signedOut', reached === 'sign-in');
      for (;;) {
        const waiting = await answer(store('outbox').getAll(null, AT_ONCE));
        if (reached !== true || waiting.length === 0) break;
        const [device, rosters] = [await fact('device'), await fact('rosters')];
        const told = await post(`/roster-devices/${device.id}/marks`, { _csrf: rosters.csrf, marks: JSON.stringify(waiting) });
        if (!told.ok) break;
        for (const verdict of await told.json()) {
          const mark = waiting.find((one) => one.sequence === verdict.sequence);
          if (verdict.outcome === 'refused') await answer(store('refused', 'readwrite').put({ ...mark, message: verdict.message }));
          await answer(store('outbox', 'readwrite').delete(verdict.sequence));
        }
      }
      if (reached === true) await forget();
    } catch {
      // No network: what is kept stays, and goes another time.
    } finally {
      sending = false;
      await tell();
    }
  };

  /** Words on sessions that are no longer kept are of no use here. */
  const forget = async () => {
    const rosters = await fact('rosters');
    const known = new Set(rosters.classes.flatMap((one) => one.sessions.map((session) => session.id)));
    const said = Object.entries((await fact('said')) ?? {}).filter(([place]) => known.has(place.split('/')[0]));
    await keepFact('said', Object.fromEntries(said));
  };

  // --- what is seen ---

  const el = (name, fields = {}, ...inside) => {
    const made = document.createElement(name);
    for (const [field, value] of Object.entries(fields)) {
      if (value === false || value === undefined) continue;
      made.setAttribute(field, value === true ? '' : value);
    }
    made.append(...inside.filter((one) => one !== undefined));
    return made;
  };

  const clock = (instant) => new Date(instant).toLocaleTimeString(say.lang, { hour: '2-digit', minute: '2-digit', hour12: false, timeZone: 'Asia/Shanghai' });
  const dayOf = (instant) => new Date(instant).toLocaleDateString(say.lang, { month: 'short', day: 'numeric', weekday: 'short', timeZone: 'Asia/Shanghai' });
  const dayIn = (instant) => new Date(instant).toLocaleDateString('sv', { timeZone: 'Asia/Shanghai' });

  const tell = async () => {
    const waiting = (await answer(store('outbox').getAll())).length;
    const signedOut = await fact('signedOut');
    const words = [navigator.onLine ? say.online : say.offline];
    words.push(waiting === 0 ? say.allSent : say.waiting.replace('{n}', waiting));
    state.replaceChildren(words.join('　'));
    state.dataset.waiting = waiting;
    if (signedOut) state.append('　', el('a', { href: '/sign-in?next=/offline-roster' }, say.signIn));
    const refused = await answer(store('refused').getAll());
    refusedList.hidden = refused.length === 0;
    refusedList.querySelector('ul').replaceChildren(...refused.map((one) => {
      const away = el('button', { type: 'button', class: 'btn' }, say.putAway);
      away.addEventListener('click', async () => { await answer(store('refused', 'readwrite').delete(one.sequence)); await tell(); });
      return el('li', {}, `${nameOf(one.enrolment_id)} ${say[one.presence]}: ${one.message} `, away);
    }));
  };

  let rosters = { classes: [] };
  const nameOf = (enrolment) => rosters.classes.flatMap((one) => one.people).find((one) => one.enrolment_id === enrolment)?.name ?? '';

  const ANSWERS = [['present', '', 'check'], ['late', 'late', 'clock'], ['absent', 'away', 'cross'], ['leave', 'leave', 'pause']];
  const icon = (name) => {
    const SVG = 'http://www.w3.org/2000/svg';
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('class', 'i');
    svg.setAttribute('aria-hidden', 'true');
    const use = document.createElementNS(SVG, 'use');
    use.setAttribute('href', `#i-${name}`);
    svg.append(use);
    return svg;
  };

  const person = (session, one, said, stands) => {
    const mark = said[`${session.id}/${one.enrolment_id}`] ?? stands.find((mark) => mark.enrolment_id === one.enrolment_id);
    const name = `mark-${one.enrolment_id}`;
    const time = (word, value) => el('input', { class: 'short', type: 'time', id: `${word}-${one.enrolment_id}`, value: value ? clock(value) : undefined });
    const [came, went] = [time('in', mark?.in_at), time('out', mark?.out_at)];
    const instant = (input) => (input.value ? new Date(`${dayIn(session.starts_at)}T${input.value}:00+08:00`).toISOString() : null);
    const take = async () => {
      const presence = line.querySelector(`input[name="${name}"]:checked`)?.value;
      if (!presence) return;
      const late = presence === 'late';
      if (late && !came.value) { came.focus(); return; }
      await write({
        session_id: session.id, enrolment_id: one.enrolment_id, presence,
        in_at: late ? instant(came) : null, out_at: late ? instant(went) : null,
      });
    };
    const cell = ([presence, kind, sign], first) => {
      const input = el('input', { type: 'radio', name, value: presence, id: first ? name : undefined, checked: mark?.presence === presence });
      return el('label', { class: kind }, input, el('span', {}, icon(sign), say[presence]));
    };
    const line = el('div', { class: 'one', role: 'group', 'aria-labelledby': `n-${one.enrolment_id}` },
      el('p', { class: 'name', id: `n-${one.enrolment_id}` }, el('b', {}, one.name), el('small', {}, say.tail.replace('{tail}', one.tail))),
      el('div', { class: 'marks' }, ...ANSWERS.map((answer, n) => cell(answer, n === 0))),
      el('div', { class: 'times' },
        el('div', { class: 'field' }, el('label', { for: came.id }, say.in), came),
        el('div', { class: 'field' }, el('label', { for: went.id }, say.out), went)));
    line.addEventListener('change', take);
    return line;
  };

  const show = async () => {
    rosters = (await fact('rosters')) ?? { classes: [] };
    const now = Date.now();
    const sessions = rosters.classes.flatMap((one) => one.sessions.map((session) => ({ one, session })));
    sessions.sort((a, b) => a.session.starts_at.localeCompare(b.session.starts_at));
    if (sessions.length === 0) {
      main.replaceChildren(el('p', { class: 'note' }, say.nothing));
      return;
    }
    const asked = new URLSearchParams(location.hash.slice(1)).get('session');
    const due = sessions.find(({ session }) => session.id === asked)
      ?? sessions.find(({ session }) => Date.parse(session.ends_at) > now) ?? sessions.at(-1);
    const choose = el('select', { id: 'session' }, ...sessions.map(({ one, session }) => {
      const words = `${dayOf(session.starts_at)} ${clock(session.starts_at)} ${say.session.replace('{n}', session.ordinal)} ${one.title}`;
      return el('option', { value: session.id, selected: session === due.session }, words);
    }));
    choose.addEventListener('change', () => { location.hash = `session=${choose.value}`; });
    const said = (await fact('said')) ?? {};
    main.replaceChildren(
      el('div', { class: 'field' }, el('label', { for: 'session' }, say.choose), choose),
      el('div', {},
        el('h2', {}, `${due.one.title} ${say.session.replace('{n}', due.session.ordinal)}`),
        el('p', { class: 'note' }, `${dayOf(due.session.starts_at)} ${clock(due.session.starts_at)}–${clock(due.session.ends_at)}　${due.one.venue}`)),
      el('div', { class: 'roll-wrap' }, el('div', { class: 'roll' }, ...due.one.people.map((one) => person(due.session, one, said, due.session.marks)))));
  };

  const begin = async () => {
    db = await open();
    if ('serviceWorker' in navigator) await navigator.serviceWorker.register('/offline-worker.js', { scope: '/offline-roster' });
    await show();
    await tell();
    await send();
    await show();
    addEventListener('hashchange', show);
    addEventListener('online', send);
    addEventListener('offline', tell);
    setInterval(send, OFTEN);
  };
  begin().catch(() => { state.textContent = say.impossible; });
})();
