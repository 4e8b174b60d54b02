import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { startChromium } from '../../browser/payer';
import { describeInChromium } from '../../support/chromium';
import { startGateway, type Gateway } from './gateway-client';
import { patience } from '../../support/patience';

const NEXT_YEAR = String(new Date().getUTCFullYear() + 1).slice(2);

let gateway: Gateway;
let shop: Server;
let browser: Browser;
let page: Page;

/** A shop's page of another origin, which allows only what a careful checkout page would. */
function shopPage(): string {
  return `<!doctype html><title>Shop</title><div id="card"></div>
<script src="${gateway.url}/payermax/dropin/js/pmdropin.min.js"></script>`;
}

async function openShop(options: Record<string, unknown> = {}): Promise<string> {
  const { sessionKey, clientKey } = await gateway.session();
  const { port } = shop.address() as AddressInfo;
  await page.goto(`http://127.0.0.1:${port}/`);
  await page.evaluate(
    `window.events = [];
     window.card = PMdropin.create('card', ${JSON.stringify({ sessionKey, clientKey, sandbox: true, ...options })});
     card.on('form-check', (value) => events.push(value));
     new Promise((resolve) => { card.on('ready', resolve); card.mount('#card'); })`,
  );
  return sessionKey;
}
const inForm = <T>(expression: string): Promise<T> => page.frames().at(-1)!.evaluate(expression);
const form = () => page.frameLocator('iframe[title="Card details"]');
async function fill(card: { number?: string; cvv?: string } = {}): Promise<void> {
  await form()
    .getByLabel('Card number')
    .fill(card.number ?? '4444 3333 2222 1111');
  await form().getByLabel('Expiry date').fill(`12/${NEXT_YEAR}`);
  await form()
    .getByLabel('Security code')
    .fill(card.cvv ?? '123');
}
/** Of `rgb(r, g, b)`: 0 is black, 1 is white. */
function brightness(colour = ''): number {
  const parts = [...colour.matchAll(/\d+/g)].slice(0, 3).map(([digits]) => Number(digits));
  return parts.reduce((sum, part) => sum + part, 0) / (3 * 255);
}
const canMakePayment = (): Promise<{ code: string; data: { paymentToken: string } | null }> =>
  page.evaluate(`card.emit('canMakePayment')`);

describeInChromium('the card form in Chromium', (chromium) => {
  jest.setTimeout(patience(60_000));

  beforeAll(async () => {
    gateway = await startGateway();
    shop = createServer((_request, response) => {
      const policy = `default-src 'none'; script-src ${gateway.url}; frame-src ${gateway.url}`;
      response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy });
      response.end(shopPage());
    }).listen(0, '127.0.0.1');
    await once(shop, 'listening');
    browser = await startChromium(chromium);
  });
  afterAll(async () => {
    await browser.close();
    shop.close();
    await gateway.close();
  });
  beforeEach(async () => {
    page = await browser.newPage();
  });
  afterEach(() => page.close());

  it('makes a payment token that pays, and tells when the form is complete', async () => {
    const sessionKey = await openShop();
    await fill();
    const events = await page.evaluate('events');
    expect(events).toEqual([{ isFormValid: false }, { isFormValid: false }, { isFormValid: true }]);
    const { code, data } = await canMakePayment();
    expect(code).toBe('APPLY_SUCCESS');
    expect(data).toMatchObject({ cardOrg: 'VISA', maskCardNumber: '444433******1111' });
    const order = await gateway.order('from_the_browser');
    const paymentDetail = { ...order.paymentDetail, sessionKey, paymentToken: data?.paymentToken };
    const paid = await gateway.call('orderAndPay', { ...order, paymentDetail });
    expect(paid.body.data.status).toBe('SUCCESS');
  });

  it('says which field is wrong, to the page and to the payer', async () => {
    await openShop();
    await fill({ number: '4444333322221112' });
    expect(await canMakePayment()).toMatchObject({ code: 'CARD_INVALID', data: null });
    const number = form().getByLabel('Card number');
    expect(await number.getAttribute('aria-invalid')).toBe('true');
    expect(await form().getByRole('alert').textContent()).toBe('Check the card number.');
    await number.fill('5555555555554444');
    expect(await number.getAttribute('aria-invalid')).toBeNull();
    expect((await canMakePayment()).code).toBe('APPLY_SUCCESS');
  });

  it('ties a label and a problem of its own to every input', async () => {
    await openShop();
    const inputs = form().locator('input');
    for (const id of ['cardNumber', 'expiry', 'cvv', 'cardHolderFullName']) {
      const input = form().locator(`#${id}`);
      expect(await inForm(`document.querySelector('#${id}').labels.length`)).toBe(1);
      const described = form().locator(`#${await input.getAttribute('aria-describedby')}`);
      expect(await described.getAttribute('role')).toBe('alert');
    }
    expect(await inputs.count()).toBe(4);
    await form().getByLabel('Security code').fill('1');
    await form().getByLabel('Card number').focus();
    expect(await form().getByRole('alert').textContent()).toBe('Check the security code.');
  });

  it.each([
    ['dark', undefined],
    ['light', undefined],
    ['light', 'dark'],
  ] as const)(
    'is readable to a payer whose screen is %s, in a shop whose theme is %s',
    async (colorScheme, theme) => {
      await page.emulateMedia({ colorScheme });
      await openShop(theme ? { theme } : {});
      const [ink, paper]: string[] = await inForm(
        '[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]',
      );
      const dark = (theme ?? colorScheme) === 'dark';
      expect(brightness(paper) < 0.5).toBe(dark);
      expect(Math.abs(brightness(ink) - brightness(paper))).toBeGreaterThan(0.6);
    },
  );

  it('freezes the form with setDisabled, and frees it again', async () => {
    await openShop({ hideCardHolderName: true, theme: 'dark' });
    expect(await form().getByLabel('Name on card').isVisible()).toBe(false);
    for (const disabled of [true, false]) {
      await page.evaluate(`card.emit('setDisabled', ${disabled})`);
      const state = disabled ? ':disabled' : ':enabled';
      await form().locator(`#cardNumber${state}`).waitFor();
    }
  });

  it('refuses a session that is over, and resolves when nothing answers', async () => {
    await openShop();
    await fill();
    // Until cleared: a browser tries again by itself when a connection that it kept is reset.
    await gateway.control('POST', '/payermax/faults', { call: 'cardToken', kind: 'reset', times: null });
    expect((await canMakePayment()).code).toBe('UNKNOWN_ISSUE');
    await gateway.control('DELETE', '/payermax/faults');
    await gateway.advance(1_800_001);
    expect((await canMakePayment()).code).toBe('PARAMS_INVALID');
  });

  it('has no wallets, and wants both keys', async () => {
    await openShop();
    const load = `new Promise((resolve) => {
      const wallet = PMdropin.create('googlepay', { clientKey: 'c', sessionKey: 's' });
      wallet.on('load', resolve);
      wallet.mount(document.querySelector('#card'));
    })`;
    expect(await page.evaluate(load)).toMatchObject({ code: 'UNKNOWN_ISSUE' });
    await expect(page.evaluate(`PMdropin.create('card', { clientKey: 'c' })`)).rejects.toThrow(
      'sessionKey is required',
    );
    await expect(page.evaluate(`PMdropin.create('cash', {})`)).rejects.toThrow('the type must be');
  });
});
