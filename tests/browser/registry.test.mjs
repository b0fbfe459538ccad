// The registry in a real browser: people and their records, files on their way in and out, sheets of areas, who may have what.
// In both languages, by day and by night, on a telephone and on a desk, and in large type.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LANGUAGES, audit, fitsLarge, flash, go, looksRight, noSidewaysScroll, open, refusedAt, send, speaks } from './harness.mjs';

const PAGES = [
  ['trainee', '/my-data'],
  ['trainee', '/corrections'],
  ['village_worker', '/people'],
  ['village_worker', '/people/new'],
  ['village_worker', '/people/services?area=360923106206'],
  ['village_worker', '/villages/360923106206/posting'],
  ['county_clerk', '/people?poverty_status=exited&sex=female'],
  ['county_clerk', '/imports'],
  ['county_clerk', '/imports/new'],
  ['county_clerk', '/corrections'],
  ['county_clerk', '/duplicates'],
  ['county_clerk', '/eligibility'],
  ['county_clerk', '/eligibility/flags'],
  ['county_clerk', '/exclusions'],
  ['county_clerk', '/exports'],
  ['county_clerk', '/exports/new?list=people'],
  ['county_clerk', '/confirm?to=%2Fpeople'],
  ['supervisor', '/villages/360000'],
  ['supervisor', '/villages/360900'],
  ['supervisor', '/villages/360923'],
  ['supervisor', '/villages/360923106'],
  ['supervisor', '/villages/360923106206'],
];

let sidan;
before(async () => {
  sidan = await open();
});
after(() => sidan?.close());

const named = (...parts) => parts.join('-').replace(/[^\w-]+/g, '-');

/** The pages of one thing, each found from the one before. */
const TRAILS = [
  ['village_worker', '/people', '/people/', ['', '/eligibility', '/reveal']],
  ['county_clerk', '/people', '/people/', ['', '/eligibility', '/reveal']],
  ['county_clerk', '/corrections', '/corrections/', ['']],
  ['county_checker', '/corrections?status=awaiting_second', '/corrections/', ['']],
  ['county_clerk', '/duplicates', '/duplicates/', ['']],
  ['county_clerk', '/exclusions', '/exclusions/', ['']],
  ['county_checker', '/exports', '/exports/', ['', '/refuse']],
];

for (const language of LANGUAGES) {
  for (const [role, address] of PAGES) {
    test(`a ${role} reads ${address} in ${language}`, async () => {
      await sidan.visit({ language }, async (page) => {
        await sidan.signIn(page, role);
        await go(page, address);
        await speaks(page, language);
        const name = named('registry', role, address.slice(1), language);
        await looksRight(page, name);
        await fitsLarge(page, name);
      });
    });
  }

  for (const [role, list, start, ends] of TRAILS) {
    test(`a ${role} goes from ${list} to one and its pages in ${language}`, async () => {
      await sidan.visit({ language }, async (page) => {
        await sidan.signIn(page, role);
        await go(page, list);
        // The last part of the address of a thing is its id.
        const links = page.locator(`main a[href^="${start}"]`);
        const hrefs = await links.evaluateAll((all) => all.map((one) => one.getAttribute('href')));
        const one = hrefs.find((href) => /\/[0-9a-f-]{36}$/.test(href));
        assert.ok(one, `${list} leads to one`);
        for (const end of ends) {
          await go(page, one + end);
          await speaks(page, language);
          const name = named('registry', role, start.slice(1), end.slice(1), language);
          await looksRight(page, name);
          await fitsLarge(page, name);
        }
      });
    });
  }

  test(`a form that comes back names each field that is wrong, in ${language}`, async () => {
    await sidan.visit({ language }, async (page) => {
      await sidan.signIn(page, 'village_worker');
      await go(page, '/people/new');
      await send(page, 'main form');
      await refusedAt(page, 'education');
      const label = await page.textContent('label[for=education]');
      const told = await page.textContent('.summary-error a[href="#education"]');
      assert.ok(told.startsWith(label), `${told} says that it is of ${label}`);
      await looksRight(page, named('registry-form-refused', language));
    });
  });
}

const HEAD = '姓名,身份证号,民族,文化程度,健康状况,劳动能力,所在村,户编号,与户主关系,贫困状态,主要致贫原因,就业状况';
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** An identity number of nobody: its county does not exist. */
function number(n) {
  const born = new Date(Date.UTC(1960, 0, 1 + Math.floor(n / 900))).toISOString().slice(0, 10).replaceAll('-', '');
  const body = `369971${born}${100 + (n % 900)}`;
  const sum = WEIGHTS.reduce((so, weight, i) => so + weight * Number(body[i]), 0);
  return body + '10X98765432'[sum % 11];
}

/** A file of so many villagers from the n-th on; every tenth went to a school that no list knows. */
function file(from, count) {
  const line = (n) =>
    `陈大勇,${number(n)},汉族,${n % 10 === 0 ? '私塾' : '初中'},健康,普通劳动力,镜山村,Q-${n},户主,建档立卡,因病,务农`;
  const rows = Array.from({ length: count }, (_, i) => line(from + i));
  return { name: '名单.csv', mimeType: 'text/csv', buffer: Buffer.from(`\uFEFF${[HEAD, ...rows].join('\r\n')}\r\n`) };
}

async function sendFile(page, sent) {
  await go(page, '/imports/new');
  await page.setInputFiles('#file', sent);
  await send(page, 'main form');
  assert.ok(await flash(page));
  return new URL(page.url()).pathname;
}

test('a file is checked and loaded while the page tells how far it is, without a reload and without losing the place', async () => {
  await sidan.visit({ width: 360 }, async (page) => {
    await sidan.signIn(page, 'county_clerk');
    const path = await sendFile(page, file(1, 45_000));
    await looksRight(page, 'registry-import-sent');
    await send(page, `form[action="${path}/check"]`);

    // A mark that a reload would wipe out, and a place that one would lose.
    await page.evaluate(() => {
      globalThis.stayed = true;
      globalThis.told = [];
      const region = document.getElementById('live-told');
      new MutationObserver(() => globalThis.told.push(region.textContent)).observe(region, { childList: true });
    });
    await page.focus(`form[action="${path}/cancel"] button`);
    const seen = await page.getAttribute('progress', 'value');
    await page.waitForFunction((before) => document.querySelector('progress')?.value > Number(before), seen, { timeout: 60_000 });
    const where = () => page.evaluate(() => document.activeElement.closest('form')?.getAttribute('action') ?? document.activeElement.localName);
    assert.equal(await where(), `${path}/cancel`, 'the place is kept while the figures change');
    await audit(page);
    await page.waitForSelector('progress', { state: 'detached', timeout: 120_000 });
    assert.equal(await where(), 'h1', 'whoever stood in what is gone stands at the title');
    assert.ok(await page.evaluate(() => globalThis.stayed), 'the page was not loaded again');
    assert.ok((await page.evaluate(() => globalThis.told)).length > 0, 'who listens was told');
    assert.ok(await page.locator('#rejects').count());
    await looksRight(page, 'registry-import-checked');
    await fitsLarge(page, 'registry-import-checked');
    await page.click('details.ask summary');
    await send(page, `form[action="${path}/cancel"]`);
    assert.ok(await flash(page));
    await looksRight(page, 'registry-import-cancelled');
  });
});

test('a file is loaded, and what was refused is told', async () => {
  await sidan.visit({ width: 360 }, async (page) => {
    await sidan.signIn(page, 'county_clerk');
    const path = await sendFile(page, file(50_001, 20));
    await send(page, `form[action="${path}/check"]`);
    await page.waitForSelector('progress', { state: 'detached', timeout: 60_000 });
    await page.check('[name=mode][value=good_rows]');
    await send(page, `form[action="${path}/load"]`);
    await page.waitForSelector('progress', { state: 'detached', timeout: 60_000 });
    assert.ok(await page.locator('main a[href="/people"].main').count(), 'the page leads to the people');
    assert.ok(await page.locator(`main a[href="${path}/rejects.csv"]`).count());
    await looksRight(page, 'registry-import-done');
    await fitsLarge(page, 'registry-import-done');
  });
});

test('without scripts the page of a file at work is asked for again by itself', async () => {
  await sidan.visit({ width: 360, javaScript: false, language: 'en' }, async (page) => {
    await sidan.signIn(page, 'county_clerk');
    const path = await sendFile(page, file(60_000, 15_000));
    await send(page, `form[action="${path}/check"]`);
    let loads = 0;
    page.on('framenavigated', () => (loads += 1));
    await page.waitForSelector('progress', { state: 'detached', timeout: 120_000 });
    assert.ok(loads > 0);
    assert.ok(await page.locator('#rejects').count());
    await noSidewaysScroll(page);
  });
});
