// The four orders by hand: a seat taken, a roster marked, a claim approved and published, a certificate shown to a stranger.
// In both languages, each page looked at on a telephone and on a desk.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LANGUAGES, flash, follow, go, looksRight, open, refusedAt, send, speaks } from './harness.mjs';

let sidan;
before(async () => {
  sidan = await open();
});
after(() => sidan?.close());

/** Seats of the class on the page that are taken. */
const seatsTaken = (page) => page.locator('.seats .c-bar').count();

/** The claim's next step, by whoever is to take it: found from home, as that person would. */
async function claimOfToday(page, status) {
  await go(page, '/');
  await follow(page, `/claims?status=${status}`);
}

for (const language of LANGUAGES) {
  test(`a village worker takes a seat for a villager who was asked, in ${language}`, async () => {
    await sidan.visit({ language }, async (page) => {
      await sidan.signIn(page, 'village_worker');
      await go(page, '/catalogue?free=true');
      await follow(page, '/classes/');
      const before = await seatsTaken(page);
      await looksRight(page, `seat-whom-${language}`);

      // The first villager of the list who may sit there.
      const seat = 'form[action$="/enrolments"]';
      for (let n = 0; (await page.locator(seat).count()) === 0; n += 1) {
        await page.selectOption('#person', { index: n });
        await send(page, 'form[method=get]:has(#person)');
      }
      await speaks(page, language);
      await looksRight(page, `seat-may-${language}`);

      await page.fill('#consent_note', '12月30日在家中当面问过');
      await send(page, seat);
      await refusedAt(page, 'consent');
      assert.equal(await page.inputValue('#consent_note'), '12月30日在家中当面问过', 'what was typed is kept');
      await looksRight(page, `seat-no-consent-${language}`);

      await page.check('#consent');
      await send(page, seat);
      assert.ok(await flash(page));
      assert.equal(await seatsTaken(page), before + 1);
      assert.equal(await page.locator(seat).count(), 0, 'who sits there is not offered the seat again');
      await looksRight(page, `seat-taken-${language}`);
    });
  });

  test(`a trainee takes a seat on a telephone without scripts and gives it back, in ${language}`, async () => {
    await sidan.visit({ language, width: 360, javaScript: false }, async (page) => {
      await sidan.signIn(page, 'trainee');
      await go(page, '/catalogue?programme=entrepreneurship&free=true');
      await follow(page, '/classes/');
      const before = await seatsTaken(page);
      await page.check('#consent');
      await send(page, 'form[action$="/enrolments"]');
      assert.ok(await flash(page));
      assert.equal(await seatsTaken(page), before + 1);

      const address = page.url();
      await go(page, '/my-courses');
      await page.locator('.slip', { has: page.locator(`a[href="${new URL(address).pathname}"]`) }).locator('a[href$="/withdraw"]').click();
      await page.waitForLoadState();
      await send(page, 'form[action$="/withdraw"]');
      await refusedAt(page, 'reason');
      await page.locator('[name=reason]').first().check();
      await send(page, 'form[action$="/withdraw"]');
      assert.ok(await flash(page));
      await go(page, address);
      assert.equal(await seatsTaken(page), before);
    });
  });

  test(`an institution marks a roster, in ${language}`, async () => {
    await sidan.visit({ language }, async (page) => {
      await sidan.signIn(page, 'institution');
      await go(page, '/classes?status=running');
      await follow(page, '/classes/');
      await follow(page, '/classes/', '/roster');
      await page.locator('nav.tabs a').nth(4).click();
      await page.waitForLoadState();
      await speaks(page, language);

      const people = page.locator('.roll .one');
      const count = await people.count();
      for (let n = 0; n < count; n += 1) await people.nth(n).locator('label:has([value=present])').click();
      await people.nth(0).locator('label:has([value=absent])').click();
      await people.nth(1).locator('label:has([value=late])').click();
      await looksRight(page, `roster-marking-${language}`);

      await people.nth(1).locator('[type=time]').first().fill('13:00');
      await send(page, 'form[action$="/roster"]');
      assert.ok(await page.locator('.roll .one').nth(1).locator('[aria-invalid=true]').count(), 'nobody comes after the session');
      await page.locator('.roll .one').nth(1).locator('[type=time]').first().fill('09:00');
      await send(page, 'form[action$="/roster"]');
      assert.ok(await flash(page));

      const marked = async (answer) => page.locator(`.roll [value=${answer}]:checked`).count();
      assert.deepEqual([await marked('present'), await marked('late'), await marked('absent')], [count - 2, 1, 1]);
      await looksRight(page, `roster-marked-${language}`);
    });
  });

  test(`an assessing body looks at its class and is told what is wrong, in ${language}`, async () => {
    await sidan.visit({ language }, async (page) => {
      await sidan.signIn(page, 'assessor');
      await looksRight(page, `assessor-home-${language}`);
      await follow(page, '/classes/', '/results');
      await speaks(page, language);
      const form = 'form[action$="/results"]';
      const score = page.locator(`${form} [name^="score-"]`).first();
      await score.fill('85');
      await send(page, form);
      assert.ok(await page.locator('.summary-error').isVisible(), 'a score alone is no result');
      assert.equal(await page.locator(`${form} [name^="score-"]`).first().inputValue(), '85', 'what was typed is kept');
      await looksRight(page, `assessor-results-${language}`);
      await follow(page, '/classes/', '/results/file');
      await looksRight(page, `assessor-file-${language}`);
      await go(page, '/assessments');
      await looksRight(page, `assessments-${language}`);
    });
  });

  test(`a claim goes from the institution into the public notice, in ${language}`, async () => {
    let claim = '';

    await sidan.visit({ language }, async (page) => {
      await sidan.signIn(page, 'institution');
      if (language === 'zh-CN') {
        // A class that is closed and not yet claimed.
        await follow(page, '/classes/', '/claim');
        await looksRight(page, `claim-preview-${language}`);
        await send(page, 'form[action$="/claim"]');
        await refusedAt(page, 'contract_no');
        await looksRight(page, `claim-no-contract-${language}`);
        await page.fill('#contract_no', 'DL-2016-0088');
        await send(page, 'form[action$="/claim"]');
      } else {
        // A claim that came back.
        await claimOfToday(page, 'returned');
        await follow(page, '/claims/');
        await looksRight(page, `claim-returned-${language}`);
        await send(page, 'form[action$="/submit"]');
      }
      assert.ok(await flash(page));
      claim = new URL(page.url()).pathname;
      await looksRight(page, `claim-sent-${language}`);
    });

    await sidan.visit({ language }, async (page) => {
      await sidan.signIn(page, 'county_clerk');
      await claimOfToday(page, 'submitted');
      await follow(page, claim);
      await looksRight(page, `claim-first-${language}`);

      await follow(page, `${claim}/lines/`, '/refuse');
      await page.locator('[name=reason]').first().check();
      await looksRight(page, `claim-line-refuse-${language}`);
      await send(page, 'form[action$="/refuse"]');
      assert.ok(await flash(page));
      await looksRight(page, `claim-partial-${language}`);
      await send(page, 'form[action$="/approve"]');
      assert.ok(await flash(page));
    });

    await sidan.visit({ language }, async (page) => {
      await sidan.signIn(page, 'county_checker');
      await claimOfToday(page, 'first_approved');
      await follow(page, claim);
      await looksRight(page, `claim-second-${language}`);
      await send(page, 'form[action$="/confirm"]');
      assert.ok(await flash(page));
    });

    // Everybody may read who is to be paid for, and nothing else of them.
    await sidan.visit({ language }, async (page) => {
      await go(page, '/notices');
      await speaks(page, language);
      await looksRight(page, `notices-${language}`);
      await follow(page, '/notices/G-');
      await looksRight(page, `notice-${language}`);
      assert.ok(!/\d{15}/.test(await page.textContent('main')), 'no number in full');
    });

    await sidan.visit({ language }, async (page) => {
      await sidan.signIn(page, 'finance_officer');
      await go(page, claim);
      await looksRight(page, `claim-waits-${language}`);
      assert.equal(await page.locator('form[action$="/authorise"]').count(), 0, 'not before the notice is over');
      await go(page, '/batches');
      await looksRight(page, `batches-${language}`);
      await follow(page, '/batches/');
      await looksRight(page, `batch-${language}`);
    });

    await sidan.visit({ language }, async (page) => {
      await sidan.signIn(page, 'institution');
      await go(page, '/mailbox');
      await looksRight(page, `mailbox-institution-${language}`);
    });
  });

  test(`a trainee shows a certificate and a stranger verifies it, in ${language}`, async () => {
    let serial = '';
    await sidan.visit({ language }, async (page) => {
      await sidan.signIn(page, 'trainee');
      await go(page, '/my-courses');
      await follow(page, '/enrolments/', '/certificate');
      await looksRight(page, `certificate-${language}`);
      serial = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1));
    });
    await sidan.visit({ language }, async (page) => {
      await go(page, '/verify');
      await page.fill('#serial', serial);
      await send(page, 'form[action="/verify"]');
      await speaks(page, language);
      assert.ok(!(await page.textContent('main')).includes(sidan.account('trainee').name), 'a stranger sees a masked name');
      await looksRight(page, `verify-${language}`);
    });
  });
}
