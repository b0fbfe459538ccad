// Who was there, on the devices at hand: a roster without network, a code on the wall, a telephone without scripts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  LANGUAGES, WIDTHS, flash, follow, go, looksRight, noSidewaysScroll, open, refusedAt, send, speaks,
} from './harness.mjs';

/** A little after the start of today's first session, by the clock of the demo. */
const NOW = new Date('2016-12-31T00:58:00Z');

let sidan;
before(async () => {
  sidan = await open();
});
after(() => sidan?.close());

/** The roster of a session of the class that runs today: the last but one is in the morning. */
async function openRoster(page, fromEnd = 2) {
  await go(page, '/classes?status=running');
  await follow(page, '/classes/');
  await follow(page, '/classes/', '/roster');
  const sessions = page.locator('nav.tabs a');
  await sessions.nth((await sessions.count()) - fromEnd).click();
  await page.waitForLoadState();
}

/** The offline roster, with its names read and its state told. */
async function openOffline(page) {
  await page.clock.setFixedTime(NOW);
  await go(page, '/offline-roster');
  await page.waitForFunction(() => document.querySelector('#state').dataset.waiting === '0' && document.querySelector('.roll .one'));
}

const person = (page, n) => page.locator('.roll .one').nth(n);
const answers = (page, n, presence) => person(page, n).locator(`label:has([value=${presence}])`).click();
const waits = (page, count) => page.waitForFunction((n) => document.querySelector('#state').dataset.waiting === n, `${count}`);

/** A small picture, as a browser draws it. */
async function picture() {
  let drawn;
  await sidan.visit({ width: 64 }, async (page) => {
    drawn = await page.screenshot({ type: 'png' });
  });
  return drawn;
}

test('a roster is marked without network, kept over a reload, and sent when there is network again', async () => {
  let names = [];
  await sidan.visit({ width: 360 }, async (page) => {
    await sidan.signIn(page, 'institution');
    await openOffline(page);
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    await page.waitForFunction(async () => Boolean(await caches.match('/offline-roster')));

    await page.context().setOffline(true);
    await page.reload();
    await person(page, 0).waitFor();
    assert.match(await page.textContent('#state'), /没有网络/);

    await answers(page, 0, 'present');
    await waits(page, 1);
    await answers(page, 1, 'late');
    assert.equal(await page.getAttribute('#state', 'data-waiting'), '1', 'who came late has a time before it is kept');
    await person(page, 1).locator('[type=time]').first().fill('08:45');
    await person(page, 1).locator('[type=time]').first().blur();
    await waits(page, 2);
    assert.match(await page.textContent('#state'), /没有网络.*2 条没有送出/s);
    names = await page.locator('.roll .name b').allTextContents();
    await noSidewaysScroll(page);

    await page.context().setOffline(false);
    await waits(page, 0);
    assert.match(await page.textContent('#state'), /都已送出/);
    assert.ok(await page.locator('#refused').isHidden(), 'nothing was refused');

    await openRoster(page);
    const row = (name) => page.locator('.roll .one', { hasText: name });
    assert.ok(await row(names[0]).locator('[value=present]').isChecked());
    assert.ok(await row(names[1]).locator('[value=late]').isChecked());
  });

  await sidan.visit({}, async (page) => {
    await sidan.signIn(page, 'institution');
    await openOffline(page);
    const sent = page.waitForResponse((response) => response.url().endsWith('/marks'));
    await page.locator('.roll .one', { hasText: names[0] }).locator('label:has([value=absent])').click();
    assert.equal((await sent).status(), 200);
    await waits(page, 0);
    await openRoster(page);
    assert.match(await page.locator('.roll .one', { hasText: names[0] }).textContent(), /记录不一致/);
    await go(page, '/roster-devices');
    assert.equal(await page.locator('main tbody tr').count(), 2);
  });
});

for (const language of LANGUAGES) {
  test(`the offline roster and its devices are in order in ${language}`, async () => {
    await sidan.visit({ language }, async (page) => {
      await sidan.signIn(page, 'institution');
      await openOffline(page);
      await speaks(page, language);
      await looksRight(page, `offline-roster-${language}`);
      await go(page, '/roster-devices');
      await looksRight(page, `roster-devices-${language}`);
    });
  });

  test(`the wall shows a code of eight digits and nothing that leads astray, in ${language}`, async () => {
    await sidan.visit({ language }, async (page) => {
      await sidan.signIn(page, 'institution');
      await openRoster(page);
      // The page renews itself by a header; here it is told and held back, so that one code is looked at.
      await page.route('**/code', async (route) => {
        const response = await route.fetch();
        const { refresh, ...headers } = response.headers();
        assert.ok(Number.parseInt(refresh, 10) > 0, 'the code is renewed');
        await route.fulfill({ response, headers });
      });
      await follow(page, '/classes/', '/code');
      await speaks(page, language);
      assert.equal(await page.locator('header').count(), 0);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        assert.match((await page.textContent('.wall .code')).replace(/\s/g, ''), /^\d{8}$/);
        const drawn = await page.locator('svg.qr').boundingBox();
        assert.ok(drawn.width >= 200 && Math.abs(drawn.width - drawn.height) < 2, `the code is drawn ${drawn.width} wide`);
        assert.ok((await page.getAttribute('svg.qr path:last-child', 'd')).length > 500);
      }
      await looksRight(page, `wall-${language}`);
    });
  });

  test(`a trainee without a class today is told so, without scripts, in ${language}`, async () => {
    await sidan.visit({ language, width: 360, javaScript: false }, async (page) => {
      await sidan.signIn(page, 'trainee');
      await go(page, '/check-in');
      await speaks(page, language);
      assert.equal(await page.locator('form[action="/check-in"]').count(), 0);
      await noSidewaysScroll(page);
    });
    await sidan.visit({ language }, async (page) => {
      await sidan.signIn(page, 'trainee');
      await go(page, '/check-in');
      await looksRight(page, `check-in-${language}`);
    });
  });

  test(`a roster, a request with a photo, its decision, a leave and the simulator need no script, in ${language}`, async () => {
    const telephone = { language, width: 360, javaScript: false };
    const places = [];
    const here = (page) => places.push(new URL(page.url()).pathname + new URL(page.url()).search);
    let request = '';

    await sidan.visit(telephone, async (page) => {
      await sidan.signIn(page, 'institution');
      await openRoster(page);
      const people = page.locator('.roll .one');
      const count = await people.count();
      for (let n = 0; n < count; n += 1) await people.nth(n).locator('[value=present]').check({ force: true });
      await noSidewaysScroll(page);
      await send(page, 'form[action$="/roster"]');
      assert.ok(await flash(page));
      await noSidewaysScroll(page);

      here(page);
      await follow(page, '/classes/', '/mark-requests/new');
      here(page);
      await page.selectOption('#seat', { index: language === 'en' ? 3 : 2 });
      await page.check('[name=kind][value=by_hand]');
      await page.check('[name=presence][value=present]');
      await page.fill('#reason', '手机没电，没有扫上码');
      await page.setInputFiles('#file', { name: 'hall.png', mimeType: 'image/png', buffer: await picture() });
      await noSidewaysScroll(page);
      await send(page, 'form[action$="/mark-requests"]');
      assert.ok(await flash(page), 'the request was taken');
      request = new URL(page.url()).pathname;
      await noSidewaysScroll(page);

      await openRoster(page);
      await follow(page, '/classes/', '/tries');
      here(page);
      await page.locator('details.ask summary').click();
      await page.selectOption('#seat', { index: 1 });
      await page.check('[name=way][value=roster]');
      await page.fill('#at', '2016-12-31T08:40');
      await send(page, 'form[action$="/simulation"]');
      assert.ok(await page.locator('.verdict').count(), 'the simulator answers');
      await noSidewaysScroll(page);
    });

    await sidan.visit(telephone, async (page) => {
      await sidan.signIn(page, 'trainee');
      await go(page, '/my-courses');
      await follow(page, '/enrolments/', '/leave');
      await page.locator('[name=session_id]').nth(language === 'en' ? 1 : 0).check();
      await send(page, 'form[action$="/leave"]');
      await refusedAt(page, 'reason');
      await page.fill('#reason', '家里有事');
      await noSidewaysScroll(page);
      await send(page, 'form[action$="/leave"]');
      assert.ok(await flash(page), 'leave was asked for');
      await noSidewaysScroll(page);
    });

    await sidan.visit(telephone, async (page) => {
      await sidan.signIn(page, 'county_clerk');
      await go(page, '/mark-requests');
      await noSidewaysScroll(page);
      await follow(page, request);
      assert.equal((await page.request.get(`${request}/photo`)).status(), 200);
      await noSidewaysScroll(page);
    });

    // The rules of axe need a script of their own: the same pages once more, before and after the decision.
    await sidan.visit({ language }, async (page) => {
      await sidan.signIn(page, 'institution');
      for (const [n, place] of [...places, '/mark-requests', request].entries()) {
        await go(page, place);
        await speaks(page, language);
        await looksRight(page, `attendance-${n}-${language}`);
      }
    });
    await sidan.visit({ language }, async (page) => {
      await sidan.signIn(page, 'county_clerk');
      await go(page, request);
      await looksRight(page, `mark-request-decide-${language}`);
    });
    await sidan.visit(telephone, async (page) => {
      await sidan.signIn(page, 'county_clerk');
      await go(page, request);
      await send(page, 'form[action$="/approve"]');
      assert.ok(await flash(page), 'the decision was taken');
      await noSidewaysScroll(page);
    });
    await sidan.visit({ language }, async (page) => {
      await sidan.signIn(page, 'trainee');
      await go(page, '/my-courses');
      await follow(page, '/enrolments/', '/leave');
      await looksRight(page, `leave-${language}`);
      await go(page, '/my-courses');
      await follow(page, '/enrolments/', '/attendance');
      await looksRight(page, `standing-${language}`);
    });
  });
}
