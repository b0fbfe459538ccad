// What the browser tests stand on: a demo server of their own, a browser, and the checks that hold for every page.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { access, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SHOTS = fileURLToPath(new URL('shots/', import.meta.url));
const PROGRAM = process.env.SIDAN_BIN ?? path.join(ROOT, 'target/debug/sidan');
const BROWSER = process.env.CHROMIUM ?? '/usr/bin/chromium';
const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A telephone and a desk: the widths at which every page is looked at. */
export const WIDTHS = [360, 1280];
export const LANGUAGES = ['zh-CN', 'en'];

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve, reject) => probe.once('listening', resolve).once('error', reject));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** A freshly made demo year in a folder of its own, served on a free port. */
async function startServer() {
  await access(PROGRAM);
  const [port, dataDir] = [await freePort(), await mkdtemp(path.join(tmpdir(), 'sidan-browser-'))];
  const url = `http://127.0.0.1:${port}`;
  const server = spawn(PROGRAM, ['demo', '--scale', '1000', '--fresh'], {
    cwd: ROOT,
    env: { ...process.env, ROCKET_PORT: `${port}`, ROCKET_DATA_DIR: dataDir, ROCKET_BASE_URL: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(path.join(dataDir, 'server.log'));
  server.stdout.pipe(log, { end: false });
  server.stderr.pipe(log, { end: false });
  const gone = new Promise((resolve) => server.once('exit', resolve));
  const killed = () => server.kill('SIGKILL');
  process.once('exit', killed);

  const stop = async () => {
    server.kill('SIGTERM');
    const late = setTimeout(killed, 20_000);
    const status = await gone;
    clearTimeout(late);
    process.off('exit', killed);
    await rm(dataDir, { recursive: true, force: true });
    return status;
  };

  const ready = async () => (await fetch(`${url}/health/ready`).catch(() => null))?.status === 200;
  const deadline = Date.now() + 120_000;
  while (!(await ready())) {
    if (server.exitCode !== null || Date.now() > deadline) {
      const told = await readFile(path.join(dataDir, 'server.log'), 'utf8');
      await stop();
      throw new Error(`the demo did not become ready:\n${told.split('\n').slice(-40).join('\n')}`);
    }
    await pause(200);
  }
  const accounts = JSON.parse(await readFile(path.join(dataDir, 'demo-accounts.json'), 'utf8'));
  return { url, accounts, stop };
}

/** Collects what a page does wrong on its own: errors, blocked parts, failed parts, calls to other servers. */
function watch(page, url) {
  const faults = [];
  page.on('pageerror', (error) => faults.push(`script error: ${error.message}`));
  page.on('console', (message) => {
    // Chromium also reports a page that answers 422 or 404 so; whether that is right, the test says.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      faults.push(`${page.url()}: ${message.text()}`);
    }
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`) && !request.url().startsWith('data:')) {
      faults.push(`${page.url()} calls ${request.url()}`);
    }
  });
  page.on('response', (response) => {
    if (response.status() >= 400 && response.request().resourceType() !== 'document') {
      faults.push(`${page.url()} misses ${response.url()} (${response.status()})`);
    }
  });
  return faults;
}

/** Starts server and browser. */
export async function open() {
  const server = await startServer();
  const browser = await chromium.launch({ executablePath: BROWSER, args: FLAGS }).catch(async (error) => {
    await server.stop();
    throw error;
  });

  return {
    /**
     * Runs a visit in a browser of its own, with no cookies of others, and fails when a page did something wrong on its own.
     * A visit that fails leaves its last page in the shots.
     */
    async visit({ width = 1280, dark = false, javaScript = true, language = 'zh-CN' }, story) {
      const context = await browser.newContext({
        baseURL: server.url,
        viewport: { width, height: 900 },
        colorScheme: dark ? 'dark' : 'light',
        javaScriptEnabled: javaScript,
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      const faults = watch(page, server.url);
      try {
        await page.goto(`/language/${language}`);
        await story(page);
        assert.deepEqual(faults, []);
      } catch (error) {
        await shot(page, `failed-${Date.now()}`).catch(() => {});
        throw error;
      } finally {
        await context.close();
      }
    },

    /** The demo's account of a role. */
    account(role) {
      const account = server.accounts.find((one) => one.role === role);
      assert.ok(account, `the demo has no account of a ${role}`);
      return account;
    },

    /** Signs in as a role by the form, as a person would. */
    async signIn(page, role) {
      const { login, password } = this.account(role);
      await page.goto('/sign-in');
      await fillSignIn(page, login, password);
      assert.equal(new URL(page.url()).pathname, '/', `a ${role} comes home after signing in`);
    },

    async close() {
      await browser.close();
      assert.equal(await server.stop(), 0, 'the server leaves with status 0 when told to stop');
    },
  };
}

export async function fillSignIn(page, login, password) {
  await page.fill('input[name=login]', login);
  await page.fill('input[name=password]', password);
  await page.press('input[name=password]', 'Enter');
  await page.waitForLoadState();
}

/** Goes to a page and expects an answer. */
export async function go(page, address, status = 200) {
  const response = await page.goto(address);
  assert.equal(response.status(), status, `${address} answers ${status}`);
}

/** Follows the first link of the page whose address starts, and ends, so. */
export async function follow(page, start, end = '') {
  const link = page.locator(`main a[href^="${start}"]${end && `[href$="${end}"]`}`).first();
  assert.ok(await link.count(), `${page.url()} has a link to ${start}…${end}`);
  await link.click();
  await page.waitForLoadState();
}

/** Sends a form by its main button. */
export async function send(page, form) {
  await page.locator(`${form} button`).last().click();
  await page.waitForLoadState();
}

/** What the page says came of the last step, when it went well. */
export async function flash(page) {
  const told = page.locator('.flash[role=status]');
  return (await told.count()) ? (await told.textContent()).trim() : '';
}

/** The form was refused: told at the top and at the field, which the summary leads to. */
export async function refusedAt(page, field) {
  assert.ok(await page.locator(`.summary-error[role=alert] a[href="#${field}"]`).count(), `the summary leads to ${field}`);
  assert.ok(await page.locator(`.field.wrong [name=${field}]`).count(), `${field} is marked`);
}

/** axe-core finds nothing against WCAG 2.2 AA or good practice on the page as it is shown now. */
export async function audit(page) {
  await page.evaluate(AXE);
  const violations = await page.evaluate(async (values) => {
    const found = await globalThis.axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] });
    return found.violations.map(({ id, help, nodes }) => ({
      id,
      help,
      places: nodes.map(({ target, failureSummary }) => `${target.join(' ')}\n      ${failureSummary.replace(/\s+/g, ' ')}`),
    }));
  }, RULES);
  const told = violations.map(({ id, help, places }) => `  ${id}: ${help}\n    ${places.join('\n    ')}`);
  assert.equal(violations.length, 0, `${await seen(page)} breaks rules of axe:\n${told.join('\n')}`);
}

/** Nothing is wider than the window, but for parts that scroll by themselves. */
export async function noSidewaysScroll(page) {
  const wide = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.body.querySelectorAll('*')]
      .filter((one) => one.getBoundingClientRect().right > width + 0.5 && !one.closest('.wide, .vh, svg[hidden]'))
      .slice(0, 5)
      .map((one) => `${one.localName}.${one.className} ends at ${Math.round(one.getBoundingClientRect().right)}`);
  });
  assert.deepEqual(wide, [], `${await seen(page)} scrolls sideways`);
}

/** The page's words are in this language, as far as its markup says. */
export async function speaks(page, language) {
  assert.equal(await page.getAttribute('html', 'lang'), language);
}

/** Looks at the page on a telephone and on a desk, by day and by night, and leaves a picture of each. */
export async function looksRight(page, name) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      await noSidewaysScroll(page);
      await audit(page);
      await shot(page, `${name}-${width}-${colorScheme}`);
    }
  }
}

/** Looks at the page in large type on a telephone: nothing sticks out, and axe finds nothing; then leaves large type. */
export async function fitsLarge(page, name) {
  const here = new URL(page.url()).pathname + new URL(page.url()).search;
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 360, height: 900 });
  await page.goto(`/size/large?next=${encodeURIComponent(here)}`);
  assert.equal(await page.getAttribute('html', 'data-size'), 'elder');
  await noSidewaysScroll(page);
  await audit(page);
  await shot(page, `${name}-large`);
  await page.goto(`/size/standard?next=${encodeURIComponent(here)}`);
}

export async function shot(page, name) {
  await mkdir(SHOTS, { recursive: true });
  await page.screenshot({ path: path.join(SHOTS, `${name}.png`), fullPage: true });
}

async function seen(page) {
  const { width } = page.viewportSize();
  const dark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
  return `${page.url()} at ${width} px, ${dark ? 'dark' : 'light'},`;
}
