// People at their pages, in a real browser: every role comes in and finds its pages in order, in both languages.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LANGUAGES, fillSignIn, follow, go, looksRight, noSidewaysScroll, open, speaks } from './harness.mjs';

const ROLES = [
  'trainee', 'village_worker', 'enterprise', 'institution', 'assessor', 'county_clerk', 'county_checker',
  'finance_officer', 'supervisor', 'auditor', 'administrator',
];

/** Pages beside home, and who reads them. */
const PAGES = [
  ['trainee', '/my-courses'],
  ['trainee', '/mailbox'],
  ['village_worker', '/villages/360923106206'],
  ['enterprise', '/orders'],
  ['institution', '/claims'],
  ['institution', '/venues'],
  ['institution', '/venues/new'],
  ['institution', '/trainers/new'],
  ['county_clerk', '/trainers'],
  ['assessor', '/assessments'],
  ['county_clerk', '/orders'],
  ['county_clerk', '/claims'],
  ['county_checker', '/claims'],
  ['county_checker', '/revocations'],
  ['finance_officer', '/claims'],
  ['supervisor', '/targets'],
];

let sidan;
before(async () => {
  sidan = await open();
});
after(() => sidan?.close());

const named = (...parts) => parts.join('-').replace(/[^\w-]+/g, '-');

for (const language of LANGUAGES) {
  test(`the public pages are in order in ${language}`, async () => {
    await sidan.visit({ language }, async (page) => {
      await go(page, '/sign-in');
      await speaks(page, language);
      await looksRight(page, named('sign-in', language));
      await go(page, '/catalogue');
      await speaks(page, language);
      await looksRight(page, named('catalogue', language));
      await follow(page, '/classes/');
      await looksRight(page, named('class', language));
    });
  });

  test(`a certificate that never was is told so in ${language}`, async () => {
    await sidan.visit({ language }, async (page) => {
      await go(page, '/verify/NO-SUCH-SERIAL', 404);
      await looksRight(page, named('verify-unknown', language));
    });
  });

  test(`a wrong password is told at the top and at the field in ${language}`, async () => {
    await sidan.visit({ language }, async (page) => {
      await go(page, '/sign-in');
      await fillSignIn(page, 'nobody', 'not the password');
      assert.equal(new URL(page.url()).pathname, '/sign-in');
      assert.ok(await page.locator('.summary-error[role=alert]').isVisible());
      assert.equal(await page.inputValue('input[name=password]'), '', 'a password is not sent back');
      await looksRight(page, named('sign-in-refused', language));
    });
  });

  for (const role of ROLES) {
    test(`a ${role} signs in and comes home in ${language}`, async () => {
      await sidan.visit({ language }, async (page) => {
        await sidan.signIn(page, role);
        await speaks(page, language);
        assert.ok((await page.textContent('header .who')).includes(sidan.account(role).name));
        await looksRight(page, named('home', role, language));
      });
    });
  }

  for (const [role, address] of PAGES) {
    test(`a ${role} reads ${address} in ${language}`, async () => {
      await sidan.visit({ language }, async (page) => {
        await sidan.signIn(page, role);
        await go(page, address);
        assert.ok(new URL(page.url()).pathname.startsWith(address), `${address} is read, not the sign-in`);
        await speaks(page, language);
        await looksRight(page, named(address.slice(1), role, language));
      });
    });
  }
}

test('the other language is one link away and leads back to the same page', async () => {
  await sidan.visit({ language: 'zh-CN' }, async (page) => {
    await go(page, '/catalogue');
    await page.click('header a[hreflang=en]');
    await page.waitForLoadState();
    await speaks(page, 'en');
    assert.equal(new URL(page.url()).pathname, '/catalogue');
  });
});

test('signing in and out needs no script and fits a small telephone', async () => {
  await sidan.visit({ width: 320, javaScript: false }, async (page) => {
    await sidan.signIn(page, 'trainee');
    await noSidewaysScroll(page);
    await page.click('form[action="/sign-out"] button');
    await page.waitForLoadState();
    assert.equal(new URL(page.url()).pathname, '/sign-in');
    await go(page, '/');
    assert.equal(await page.locator('form[action="/sign-out"]').count(), 0);
  });
});

test('a plan is laid out and changed line by line without a script on a telephone', async () => {
  await sidan.visit({ width: 360, javaScript: false }, async (page) => {
    await sidan.signIn(page, 'institution');
    await go(page, '/courses?status=listed');
    await page.locator('tbody a[href^="/courses/"]').first().click();
    await follow(page, '/classes/new');
    await page.fill('#first_day', '2017-04-10');
    await page.click('button[value=plan]');
    await page.waitForLoadState();
    assert.equal(await page.locator('fieldset.session').count(), 6);
    await noSidewaysScroll(page);
    await page.check('[name="rows[1].out"]');
    await page.fill('[name="rows[0].to"]', '11:45');
    await page.click('button[value=update]');
    await page.waitForLoadState();
    assert.equal(await page.locator('fieldset.session').count(), 5);
    assert.equal(await page.inputValue('[name="rows[0].to"]'), '11:45');
    await page.click('button[value=add]');
    await page.waitForLoadState();
    assert.equal(await page.locator('fieldset.session').count(), 6);
    assert.equal(await page.inputValue('[name="rows[5].day"]'), '2017-04-13');
    await noSidewaysScroll(page);
  });
});

test('large type fits a telephone', async () => {
  await sidan.visit({ width: 360 }, async (page) => {
    await sidan.signIn(page, 'village_worker');
    await go(page, '/size/large?next=/');
    assert.equal(await page.getAttribute('html', 'data-size'), 'elder');
    await looksRight(page, 'home-village_worker-large');
  });
});
