// The built console in a real browser, against a platform of fixed sales: what an operator can do,
// that every page is accessible, and that nothing outside the platform is ever asked for anything.
import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CHROMIUM, openBrowser, violations } from '../browser';
import { DIAGNOSTICS, LOAN_FILE, Platform } from './platform';

if (!CHROMIUM) process.stderr.write('\nSKIPPED: page tests need Chromium (apt-get install chromium, or set CHROMIUM)\n\n');

const SHOTS = process.env['SHOTS'];
const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

describe.skipIf(!CHROMIUM)('the console', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let platform: Platform;
  let origin: string;
  let foreign: string[];
  let faults: string[];

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    platform = new Platform();
    origin = await platform.start();
    context = await browser.newContext({ viewport: DESKTOP, reducedMotion: 'reduce' });
    page = await context.newPage();
    foreign = [];
    faults = [];
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(origin) && !url.startsWith('data:')) foreign.push(url);
    });
    page.on('pageerror', (error) => faults.push(error.message));
  });
  afterEach(async () => {
    await context.close();
    platform.stop();
    expect(foreign).toEqual([]);
    expect(faults).toEqual([]);
    expect(platform.foreignPaths).toEqual([]);
  });

  async function logIn(hash = ''): Promise<void> {
    await page.goto(`${origin}/${hash}`);
    await page.getByRole('button', { name: 'Olga Operator' }).click();
    await page.getByRole('button', { name: 'Account of operator' }).waitFor();
  }

  async function shoot(name: string): Promise<void> {
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png` });
  }

  async function expectAccessible(name: string): Promise<void> {
    await shoot(name);
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize(PHONE);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow, 'nothing may be wider than a phone').toBeLessThanOrEqual(0);
    await shoot(`${name}-phone`);
    await page.setViewportSize(DESKTOP);
  }

  const drawn = () => page.locator('.djs-shape[data-element-id="check"]').waitFor();

  async function dropFile(name: string): Promise<void> {
    const transfer = await page.evaluateHandle((fileName) => {
      const data = new DataTransfer();
      data.items.add(new File(['<definitions/>'], fileName));
      return data;
    }, name);
    await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
    await page.getByText('Drop the BPMN file to deploy it').waitFor();
    await shoot('drop');
    await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  }

  test('asks who you are, and an expired session leads back there', async () => {
    await page.goto(origin);
    await page.getByRole('button', { name: 'Olga Operator' }).waitFor();
    await expectAccessible('login');
    await logIn();
    platform.expired = true;
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  });

  test('shows what is deployed and what runs, filtered by status', async () => {
    await logIn();
    await page.getByRole('link', { name: /Cash loan.*1 incident.*4 running/s }).waitFor();
    await page.getByRole('cell', { name: 'LOAN-2026-0141' }).waitFor();
    await expectAccessible('home');
    await page.goto(`${origin}/#/?status=cancelled`);
    const rows = page.getByRole('table', { name: 'Instances' }).locator('tbody tr');
    await expect.poll(() => rows.count()).toBe(1);
    expect(await rows.first().innerText()).toContain('Cancelled');
  });

  test('shows a process with its diagram and what it costs', async () => {
    await logIn('#/processes/loan');
    await drawn();
    expect(await page.getByRole('definition').allInnerTexts()).toEqual(['14', '8', '2', '$0.236']);
    await page.getByRole('cell', { name: 'Path 2 Fill in the application → Score the applicant → Accepted?' }).waitFor();
    expect(await page.locator('.bjs-powered-by').isVisible()).toBe(true);
    await expectAccessible('process');
  });

  test('starts an instance, once its variables are JSON, and shows it', async () => {
    await logIn('#/processes/loan');
    await page.getByRole('button', { name: 'Start an instance' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Business key').fill(' LOAN-7 ');
    await dialog.getByLabel('Variables (JSON)').fill('[1]');
    await dialog.getByRole('button', { name: 'Start' }).click();
    await dialog.getByText('This must be a JSON object').waitFor();
    await expectAccessible('start');
    await dialog.getByLabel('Variables (JSON)').fill('{"channel": "web"}');
    await dialog.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('heading', { name: 'LOAN-2026-0141' }).waitFor();
    expect(platform.started).toEqual([{ variables: { channel: 'web' }, businessKey: 'LOAN-7', version: 3 }]);
  });

  test('shows the path of an instance on its diagram', async () => {
    await logIn('#/instances/01JD3Q8V7Z5N2K4M6P8R0T2W4Y');
    await drawn();
    await page.locator('[data-element-id="bureau"].dpc-incident').waitFor();
    expect(await page.locator('.dpc-completed').count()).toBe(5);
    expect(await page.locator('[data-element-id="check"].dpc-active').count()).toBe(1);
    expect(await page.locator('.djs-connection.dpc-taken').count()).toBe(6);
    expect(await page.locator('.dpc-badge-times').innerText()).toBe('2×');
    await page.getByRole('button', { name: /Check the documents/ }).first().click();
    expect(await page.locator('[data-element-id="check"].selected .djs-outline').count()).toBe(1);
    await expectAccessible('instance');
    await page.getByRole('tab', { name: /Variables/ }).click();
    await page.getByText('Zofia Żółkiewska').waitFor();
    const count = page.getByRole('tab', { name: /Variables/ }).locator('.mantine-Badge-label');
    expect(await count.innerText()).toBe('12');
    expect(await count.evaluate((label) => label.scrollWidth <= label.clientWidth)).toBe(true);
    await expectAccessible('variables');
  });

  test('retries an incident with only the variables that were edited', async () => {
    await logIn('#/instances/01JD3Q8V7Z5N2K4M6P8R0T2W4Y');
    await drawn();
    await page.getByRole('button', { name: 'Edit variables and retry' }).click();
    const dialog = page.getByRole('dialog');
    const field = dialog.getByLabel('Variables (JSON)');
    const variables = JSON.parse(await field.inputValue());
    await field.fill('{ broken');
    await dialog.getByRole('button', { name: 'Retry' }).click();
    await dialog.getByText('This is not valid JSON.').waitFor();
    await expectAccessible('edit');
    await field.fill(JSON.stringify({ ...variables, amount: 20000 }));
    await dialog.getByRole('button', { name: 'Retry' }).click();
    await expect.poll(() => page.locator('.dpc-incident').count()).toBe(0);
    expect(platform.resolutions).toEqual([{ action: 'retry', variables: { amount: 20000 } }]);
  });

  test('cancels an instance once the operator has confirmed it', async () => {
    await logIn('#/instances/01JD3Q8V7Z5N2K4M6P8R0T2W4Y');
    const cancel = page.getByRole('button', { name: 'Cancel instance' });
    await cancel.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Keep it running' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await cancel.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel instance' }).click();
    await page.getByText('The instance has been cancelled.').waitFor();
    await expect.poll(() => cancel.count()).toBe(0);
    expect(await page.locator('main').innerText()).toContain('Cancelled');
  });

  test('is worked with the keyboard alone', async () => {
    await page.goto(origin);
    await page.getByRole('button', { name: 'Olga Operator' }).press('Enter');
    await page.getByRole('cell', { name: 'LOAN-2026-0141' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').innerText()).toBe('Skip to content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').innerText()).toContain('Cash loan');
    await page.getByRole('link', { name: 'LOAN-2026-0141' }).press('Enter');
    await drawn();
    await page.getByRole('tab', { name: 'History' }).press('ArrowRight');
    await page.getByText('group: back-office').waitFor();
    expect(await page.title()).toContain('LOAN-2026-0141');
  });

  test('deploys a chosen file and shows its figures', async () => {
    await logIn();
    await page.locator('input[type=file]').setInputFiles(LOAN_FILE);
    await page.getByText('loan.bpmn has been compiled').waitFor();
    await drawn();
    expect(platform.deployed).toHaveLength(1);
    expect(platform.deployed[0]).toContain('<?xml');
    expect(await page.getByRole('definition').first().innerText()).toBe('14');
    await expectAccessible('deployed');
  });

  test('sends a process together with its decisions', async () => {
    await logIn();
    const decision = { name: 'scoring.dmn', mimeType: 'application/xml', buffer: Buffer.from('<dmn/>') };
    const process = { name: 'loan.bpmn', mimeType: 'application/xml', buffer: readFileSync(LOAN_FILE) };
    await page.locator('input[type=file]').setInputFiles([decision, process]);
    await page.getByText('loan.bpmn has been compiled').waitFor();
    expect(platform.deployed[0]).toMatch(/filename="loan.bpmn"[^]*filename="scoring.dmn"/);
  });

  test('shows the diagnostics of a refused file on their elements', async () => {
    platform.refuses = true;
    await logIn();
    await page.locator('input[type=file]').setInputFiles(LOAN_FILE);
    await drawn();
    expect(await page.locator('.dpc-badge-error').count()).toBe(2);
    const list = page.getByRole('list', { name: 'Diagnostics' });
    expect(await list.getByRole('button').count()).toBe(DIAGNOSTICS.length);
    await list.getByRole('button', { name: /BPMN-131/ }).click();
    expect(await page.locator('[data-element-id="late"].selected .djs-outline').count()).toBe(1);
    await expectAccessible('refused');
  });

  test('takes a file that is dropped on the page, and says why it cannot draw it', async () => {
    platform.refuses = true;
    await logIn();
    await dropFile('bare.bpmn');
    await page.getByText('The diagram cannot be drawn').waitFor();
    await dropFile('notes.txt');
    await page.getByText('“notes.txt” is no BPMN').waitFor();
  });
});
