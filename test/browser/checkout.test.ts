import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import type { NewPayment } from '../../src/client';
import { type Payment, type ProviderId, PROVIDERS } from '../../src/domain/payment';
import { underTest } from '../companies/index';
import { World } from '../conformance/world';
import { describeInChromium } from '../support/chromium';
import { Payer, PHONE, startChromium } from './payer';

const TEST_CARD = { number: '4444333322221111', cvv: '123' };
const PAID = 'Paid. Thank you!';

describeInChromium('the checkout page in Chromium', (path) => {
  let world: World;
  let browser: Browser;
  let shop: Server;
  let thanks: string;
  const payers: Payer[] = [];

  beforeAll(async () => {
    shop = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>Thanks</title>');
    }).listen(0, '127.0.0.1');
    await once(shop, 'listening');
    thanks = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/thanks?cart=9`;
    [world, browser] = await Promise.all([World.start(), startChromium(path)]);
  });
  afterAll(async () => {
    await browser?.close();
    shop?.close();
    await world?.stop();
  });
  /** Whatever a test is about: no browser had anything to complain about. */
  afterEach(async () => {
    const all = payers.splice(0);
    await Promise.all(all.map((payer) => payer.leave()));
    expect(all.flatMap(({ complaints }) => complaints)).toEqual([]);
  });

  function order(provider: ProviderId, change: Partial<NewPayment> = {}): Promise<Payment> {
    const { amount, currency, customer } = underTest(provider).order;
    const asked = { amount, currency, reference: 'order-1042', description: 'Two tickets' };
    const payer = customer && { customer: { ...customer, id: 'u_77' } };
    return world.create({ ...asked, ...payer, provider, ...change }, world.newKey().key);
  }

  async function openAt(address: string, options: BrowserContextOptions = {}): Promise<Payer> {
    const payer = await Payer.at(browser, address, options);
    payers.push(payer);
    return payer;
  }

  async function paid({ id, amount }: Payment): Promise<void> {
    expect(await world.api.get(id)).toMatchObject({ status: 'succeeded', amountReceived: amount });
  }

  test('DropPay: the link leads to the app, and approving leads back to a page that says paid', async () => {
    const payment = await order('droppay-pos');
    const payer = await openAt(payment.checkoutUrl);
    await payer.reads('Waiting for you to approve the payment.');
    await payer.page.getByText('12.50 EUR').waitFor();
    await payer.follow('Pay now');
    await payer.page.getByRole('heading', { name: 'Pay with DropPay' }).waitFor();
    await payer.press('Approve');
    await payer.page.waitForURL((url) => url.pathname === `/checkout/${payment.id}`);
    await payer.reads(PAID);
    await paid(payment);
  });

  test('DropPay: the page updates itself when the code was scanned with a phone', async () => {
    const payment = await order('droppay-pos', { returnUrl: thanks });
    const payer = await openAt(payment.checkoutUrl);
    await payer.page.getByRole('img', { name: /^QR code/ }).waitFor();
    const next = payment.nextAction;
    if (next?.type !== 'redirect' || !next.qr) throw new Error('there is no code to scan');
    const phone = await openAt(next.qr, { viewport: PHONE });
    let loads = 0;
    payer.page.on('load', () => (loads += 1));
    await phone.press('Approve');
    await payer.reads(PAID);
    expect(loads).toBe(0);
    expect(await payer.page.getByRole('link', { name: 'Pay now' }).count()).toBe(0);
    await payer.follow('Back to the shop');
    await payer.page.waitForURL(thanks);
    await paid(payment);
  });

  test('DropPay: what the payer refuses is declined', async () => {
    const { id, checkoutUrl } = await order('droppay-pos');
    const payer = await openAt(checkoutUrl);
    await payer.follow('Pay now');
    await payer.press('Refuse');
    await payer.page.getByRole('heading', { name: 'You refused this payment' }).waitFor();
    await payer.follow('Back to the shop');
    await payer.reads('The payment was declined. Nothing was taken.');
    expect(await world.api.get(id)).toMatchObject({ status: 'failed', amountReceived: 0 });
  });

  test('DropPay: without JavaScript the page has its link and reloads itself', async () => {
    const payment = await order('droppay-pos');
    const payer = await openAt(payment.checkoutUrl, { javaScriptEnabled: false });
    const link = payer.page.getByRole('link', { name: 'Pay now' });
    const phone = await openAt((await link.getAttribute('href')) ?? '');
    await phone.press('Approve');
    await payer.reads(PAID);
  });

  test('DropPay Acquirer: the page waits for the terminal until the backend confirms', async () => {
    const payment = await order('droppay-acquirer');
    const payer = await openAt(payment.checkoutUrl);
    await payer.reads('Waiting for the terminal: please pay there.');
    expect(await payer.page.getByRole('link').count()).toBe(0);
    await world.api.confirm(payment.id);
    await payer.reads(PAID);
    await paid(payment);
  });

  test('PayerMax: a card typed into the form pays', async () => {
    const payment = await order('payermax', { returnUrl: thanks });
    const payer = await openAt(payment.checkoutUrl);
    await payer.reads('Enter your card.');
    await payer.enterCard(TEST_CARD);
    await payer.press('Pay 19.99 USD');
    await payer.reads(PAID);
    expect(await payer.page.locator('iframe').count()).toBe(0);
    await paid(payment);
  });

  test('PayerMax: a mistyped card is named, and the corrected one pays', async () => {
    const payment = await order('payermax');
    const payer = await openAt(payment.checkoutUrl);
    await payer.enterCard({ ...TEST_CARD, number: '4444333322221112' });
    await payer.press('Pay 19.99 USD');
    await payer.page.getByText('Please check the card details.').waitFor();
    expect((await world.api.get(payment.id)).status).toBe('requires_action');
    await payer.enterCard(TEST_CARD);
    await payer.press('Pay 19.99 USD');
    await payer.reads(PAID);
    await paid(payment);
  });

  test.each([
    ['Yes, pay', PAID, 'succeeded'],
    ['No, decline', 'The payment was declined. Nothing was taken.', 'failed'],
  ] as const)('PayerMax: the bank asks, the payer answers "%s"', async (answer, saying, status) => {
    const payment = await order('payermax', { description: '3DS' });
    const payer = await openAt(payment.checkoutUrl);
    await payer.enterCard(TEST_CARD);
    await payer.press('Pay 19.99 USD');
    await payer.page.getByRole('heading', { name: 'Your bank asks: is this you?' }).waitFor();
    await payer.press(answer);
    await payer.page.waitForURL((url) => url.pathname === `/checkout/${payment.id}`);
    await payer.reads(saying);
    expect((await world.api.get(payment.id)).status).toBe(status);
  });

  test('Pomelo: the hosted page leads back to a page that says paid', async () => {
    const payment = await order('pomelo');
    const payer = await openAt(payment.checkoutUrl);
    await payer.follow('Pay now');
    await payer.page.getByRole('heading', { name: 'Pay with Pomelo Pay' }).waitFor();
    await payer.press('Pay');
    await payer.page.waitForURL((url) => url.pathname === `/checkout/${payment.id}`);
    await payer.reads(PAID);
    await paid(payment);
  });

  test('ETpay: the bank page leads back to the shop', async () => {
    const payment = await order('etpay', { returnUrl: thanks });
    const payer = await openAt(payment.checkoutUrl);
    await payer.page.getByText('15990 CLP').waitFor();
    await payer.follow('Pay now');
    await payer.page.getByRole('heading', { name: 'Pay by bank transfer' }).waitFor();
    await payer.page.locator('form[action*="/bank/"] button').first().click();
    await payer.press('Approve the transfer');
    await payer.page.waitForURL(thanks);
    await world.until(payment.id, ['succeeded']);
    await payer.page.goto(payment.checkoutUrl);
    await payer.reads(PAID);
    await paid(payment);
  });

  test('PayerMax: the button shows that the payment is under way, and two clicks are one', async () => {
    const payment = await order('payermax');
    const payer = await openAt(payment.checkoutUrl);
    await payer.enterCard(TEST_CARD);
    const sent: string[] = [];
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    await payer.page.route(/\/confirm/, async (route) => {
      sent.push(route.request().url());
      await held;
      await route.continue();
    });
    await payer.page.getByRole('button', { name: 'Pay 19.99 USD' }).dblclick();
    const busy = payer.page.getByRole('button', { name: 'One moment…' });
    await busy.waitFor();
    expect([await busy.isDisabled(), await busy.getAttribute('aria-busy')]).toEqual([true, 'true']);
    letGo();
    await payer.reads(PAID);
    expect(sent).toHaveLength(1);
    await paid(payment);
  });

  test.each(PROVIDERS)('%s: nothing is wider than a small phone', async (provider) => {
    const description = 'Donaudampfschifffahrtsgesellschaftskapitän'.repeat(3);
    const { checkoutUrl } = await order(provider, { description });
    const payer = await openAt(checkoutUrl, { viewport: PHONE });
    if (provider === 'payermax') await payer.enterCard(TEST_CARD);
    expect(await payer.overflow()).toBe(0);
  });

  test('an address that opens nothing says so', async () => {
    const { checkoutUrl } = await order('droppay-pos');
    const payer = await openAt(`${checkoutUrl}x`);
    await payer.page.getByRole('heading', { name: 'There is no payment at this address' }).waitFor();
    await payer.reads('Ask the shop for a new link.');
    // The browser tells of the page's own 404.
    expect(payer.complaints.splice(0)).toEqual([expect.stringContaining('404')]);
  });
});
