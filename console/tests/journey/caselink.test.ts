// An applicant without an account buys a loan over a case link: the built page, in a real browser, against the platform.
import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CHROMIUM, openBrowser, violations } from '../browser';
import { advance, ORIGIN, rest, Staff } from './platform';

if (!CHROMIUM) process.stderr.write('\nSKIPPED: journeys need Chromium (apt-get install chromium, or set CHROMIUM)\n\n');

const SHOTS = process.env['SHOTS'];
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1200, height: 900 };
const ELIGIBLE = { Imię: 'Łucja', Nazwisko: 'Żółć', 'Adres e-mail': 'lucja@example.pl' };

describe.skipIf(!CHROMIUM || !ORIGIN)('a case link', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let staff: Staff;
  let foreign: string[];

  beforeAll(async () => {
    browser = await openBrowser();
    staff = await Staff.logIn();
  });
  afterAll(() => browser.close());

  async function openContext(locale: string): Promise<void> {
    context = await browser.newContext({ viewport: PHONE, locale, reducedMotion: 'reduce', hasTouch: true });
    page = await context.newPage();
    page.on('request', (request) => {
      if (!request.url().startsWith(ORIGIN)) foreign.push(request.url());
    });
    page.on('pageerror', (error) => foreign.push(error.message));
  }

  beforeEach(async () => {
    foreign = [];
    await openContext('pl-PL');
  });
  afterEach(async () => {
    await context.close();
    expect(foreign).toEqual([]);
  });

  async function expectAccessible(name: string): Promise<void> {
    for (const [size, viewport] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
      await page.setViewportSize(viewport);
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/case-${name}-${size}.png`, fullPage: true });
      expect(await violations(page)).toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, 'nothing may be wider than the screen').toBeLessThanOrEqual(0);
    }
    await page.setViewportSize(PHONE);
  }

  const field = (name: string) => page.getByLabel(name);
  const send = () => page.getByRole('button', { name: 'Wyślij' }).click();
  const draftSaved = () => page.getByText('Zapisano. Można wrócić później tym samym łączem.').waitFor();

  test('is worked from the first field to the contract, and nothing typed is lost on the way', async () => {
    const id = await staff.start('cash-loan', 'CASE-1', { channel: 'web', riskNote: 'inside' });
    const { url } = await staff.issueLink(id);
    await page.goto(url);
    await page.getByRole('heading', { level: 1, name: 'Kredyt gotówkowy' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('pl');
    await page.getByText('Numer sprawy: CASE-1').waitFor();
    await expectAccessible('form');

    await send();
    const summary = page.getByRole('alert').filter({ hasText: 'Pola do poprawy: 7' });
    await summary.waitFor();
    expect(await summary.evaluate((alert) => alert === document.activeElement)).toBe(true);
    await expectAccessible('refused');

    for (const [name, value] of Object.entries(ELIGIBLE)) await field(name).fill(value);
    await field('Wiek w latach').fill('34');
    await field('Numer PESEL').fill('44051401350');
    await field('Kwota').fill('20000,50');
    await field('Okres w miesiącach').fill('500');
    await field('Miesięczny dochód netto').fill('9000');
    expect(await field('Proszę napisać więcej').count()).toBe(0);
    await field('Cel pożyczki').selectOption({ label: 'Inny cel' });
    await field('Proszę napisać więcej').fill('Rower');
    await draftSaved();
    await page.reload();
    await expect.poll(() => field('Imię').inputValue()).toBe('Łucja');
    expect(await field('Kwota').inputValue()).toBe('20000,5');

    await send();
    await page.getByText('Pola do poprawy: 2').waitFor();
    expect(await field('Numer PESEL').getAttribute('aria-invalid')).toBe('true');
    expect(await field('Okres w miesiącach').getAttribute('aria-describedby')).toBeTruthy();
    await page.getByText('Co najwyżej 120.').first().waitFor();
    await page.getByRole('link', { name: 'Numer PESEL' }).click();
    expect(await field('Numer PESEL').evaluate((input) => input === document.activeElement)).toBe(true);
    await page.keyboard.press('Control+A');
    await page.keyboard.type('44051401359');
    await field('Okres w miesiącach').fill('36');
    await send();
    await page.getByText('Wysłano. Dziękujemy.').waitFor();
    await page.getByText('Teraz nie trzeba nic robić.', { exact: false }).waitFor();
    await expectAccessible('sent');

    expect(await staff.variables(id)).toMatchObject({ amount: 20000.5, termMonths: 36, purposeDetails: 'Rower', age: 34 });
    await staff.complete(id, { approved: true });
    const button = page.getByRole('button', { name: /^Pobierz .*\.pdf$/ });
    await button.waitFor();
    await expectAccessible('contract');
    const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
    expect((await readFile(await download.path())).subarray(0, 5).toString()).toBe('%PDF-');

    await staff.publish('contract-signed', 'CASE-1');
    await page.getByText('Wszystko gotowe.', { exact: false }).waitFor();
    await button.waitFor();
    await expectAccessible('completed');
  });

  test('shows of the case only what is meant for the applicant', async () => {
    const id = await staff.start('cash-loan', 'CASE-2', { riskNote: 'inside' });
    const { url } = await staff.issueLink(id);
    const seen: Promise<string>[] = [];
    page.on('response', (response) => {
      if (/\/(instances|tasks)/.test(response.url())) seen.push(response.text());
    });
    await page.goto(url);
    await field('Imię').waitFor();
    const texts = await Promise.all(seen);
    expect(texts.length).toBeGreaterThan(2);
    expect(texts.filter((text) => text.includes('riskNote'))).toEqual([]);
  });

  test('says so when somebody else was first', async () => {
    const id = await staff.start('cash-loan', 'CASE-3');
    const { url } = await staff.issueLink(id);
    await page.goto(url);
    await field('Imię').fill('Jan');
    await draftSaved();
    const fields = { lastName: 'Nowak', email: 'jan@example.pl', age: 40, amount: 900, termMonths: 6, monthlyIncome: 9000 };
    await staff.complete(id, { firstName: 'Jan', ...fields });
    await send();
    await page.getByText('Ten krok został już wykonany albo minął jego czas.').waitFor();
    expect(await page.getByRole('button', { name: 'Wyślij' }).count()).toBe(0);
  });

  test('speaks English to whoever speaks neither language, and explains what ended it', async () => {
    await context.close();
    await openContext('de-DE');
    const id = await staff.start('cash-loan', 'CASE-4');
    const [withdrawn, shortLived] = [await staff.issueLink(id), await staff.issueLink(id, 'PT10M')];
    await page.goto(withdrawn.url);
    await page.getByLabel('First name').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await staff.revokeLink(withdrawn.id);
    await page.reload();
    await page.getByRole('heading', { name: 'This link no longer works' }).waitFor();
    await page.getByText('It has been withdrawn, or the address is not complete.').waitFor();
    await expectAccessible('withdrawn');

    await advance('PT11M');
    await rest();
    await page.clock.setFixedTime(Date.now() + 365 * 24 * 3600 * 1000);
    await page.goto(shortLived.url);
    await page.getByText(/^It expired on /).waitFor();
    await page.goto(`${ORIGIN}/#/case/link.half`);
    await page.getByText('the address is not complete', { exact: false }).waitFor();
  });
});
