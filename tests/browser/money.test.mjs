// After the payment, by hand: a line that was drawn is looked at, what should not have been paid is asked back by another
// person, and whoever was paid reads why and until when. From every figure the way leads down to the minutes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LANGUAGES, flash, follow, go, looksRight, open, refusedAt, send, speaks } from './harness.mjs';

let sidan;
before(async () => {
  sidan = await open();
});
after(() => sidan?.close());

for (const language of LANGUAGES) {
  test(`what was drawn is looked at and asked back, in ${language}`, async () => {
    let clawback = '';

    await sidan.visit({ language }, async (page) => {
      await sidan.signIn(page, 'supervisor');
      await go(page, '/samples');
      await looksRight(page, `samples-${language}`);
      await follow(page, '/samples/');
      await looksRight(page, `sample-${language}`);
      const run = new URL(page.url()).pathname;

      // One is in order ...
      if (language === 'zh-CN') {
        await go(page, `${run}?status=chosen`);
        await follow(page, '/sample-items/');
        await page.fill('#note', '签到、照片和打款都对得上。');
        await send(page, 'form[action$="/assure"]');
        assert.ok(await flash(page));
      }

      // ... and one is not: it says what, and what was typed is kept.
      await go(page, `${run}?status=chosen`);
      await follow(page, '/sample-items/');
      await speaks(page, language);
      await looksRight(page, `sample-item-${language}`);
      await page.locator('details.ask summary').click();
      await page.fill('#finding', '第三次课本人在外地。');
      await send(page, 'form[action$="/doubt"]');
      await refusedAt(page, 'fault');
      assert.equal(await page.inputValue('#finding'), '第三次课本人在外地。');
      await looksRight(page, `sample-doubt-${language}`);
      await page.selectOption('#fault', { index: 1 });
      await send(page, 'form[action$="/doubt"]');
      assert.ok(await flash(page));

      await follow(page, '/clawbacks/new?item=');
      await page.fill('#amount', '9000000');
      await page.selectOption('#fault', { index: 1 });
      await page.fill('#note', '第三次课本人在外地。');
      await send(page, 'form[action="/clawbacks"]');
      await refusedAt(page, 'amount');
      await looksRight(page, `clawback-new-${language}`);
    });

    // What was asked for by somebody else waits for a second person.
    await sidan.visit({ language }, async (page) => {
      await sidan.signIn(page, 'county_checker');
      await go(page, '/clawbacks?status=requested');
      await looksRight(page, `clawbacks-${language}`);
      await follow(page, '/clawbacks/0');
      clawback = new URL(page.url()).pathname;
      await looksRight(page, `clawback-decide-${language}`);
      await send(page, 'form[action$="/approve"]');
      assert.ok(await flash(page));
    });

    await sidan.visit({ language }, async (page) => {
      await sidan.signIn(page, 'finance_officer');
      await go(page, clawback);
      await looksRight(page, `clawback-collect-${language}`);
      await send(page, 'form[action$="/invoice"]');
      assert.ok(await flash(page));
      await page.fill('#amount', '9000000');
      await page.fill('#document_no', `银收-${language}`);
      await send(page, 'form[action$="/receive"]');
      await refusedAt(page, 'amount');
      await page.fill('#amount', '100');
      await page.fill('#received_on', '2016-12-31');
      await send(page, 'form[action$="/receive"]');
      assert.ok(await flash(page));
      await looksRight(page, `clawback-part-${language}`);

      // The pot's figures lead to their postings.
      await follow(page, '/funds/');
      await looksRight(page, `pot-after-${language}`);
      await page.locator('dl.sum a').nth(3).click();
      await page.waitForLoadState();
      assert.match(page.url(), /account=paid/);
    });

    await sidan.visit({ language }, async (page) => {
      await sidan.signIn(page, 'institution');
      await go(page, clawback);
      await speaks(page, language);
      await follow(page, clawback, '/invoice');
      await looksRight(page, `clawback-invoice-${language}`);
    });
  });

  test(`an auditor goes from a payment down to the minutes and up to the pot, in ${language}`, async () => {
    await sidan.visit({ language }, async (page) => {
      await sidan.signIn(page, 'auditor');
      await go(page, '/batches?status=reconciled');
      await follow(page, '/batches/');
      await follow(page, '/claims/');
      await looksRight(page, `claim-paid-${language}`);
      await page.locator('main tbody a[href*="/lines/"]').first().click();
      await page.waitForLoadState();
      await speaks(page, language);
      await looksRight(page, `proof-${language}`);
      await follow(page, '/funds/');
      assert.ok(await page.locator('dl.sum').count(), 'the sum of the pot');
    });
  });

  test(`what is paid, to whom and by whom is seen as pictures, in ${language}`, async () => {
    const tours = {
      finance_officer: ['/funds', '/funds/trial', '/batches', '/payee-accounts', '/standards', '/delegations'],
      county_checker: ['/sanctions', '/risk'],
      institution: ['/payee-accounts', '/clawbacks', '/standards'],
    };
    for (const [role, addresses] of Object.entries(tours)) {
      await sidan.visit({ language }, async (page) => {
        await sidan.signIn(page, role);
        for (const address of addresses) {
          await go(page, address);
          await looksRight(page, `${role}${address.replaceAll('/', '-')}-${language}`);
        }
      });
    }
  });
}
