import type { Browser } from 'playwright-core';
import type { NewPayment } from '../../src/client';
import { serveTryItPage, type TryItPage } from '../../src/local/try-it/server';
import { World } from '../conformance/world';
import { describeInChromium } from '../support/chromium';
import { Payer, startChromium } from './payer';

const NARROW = { width: 360, height: 640 };
const LONG_WORD = 'Donaudampfschifffahrtsgesellschaftskapitän'.repeat(3);
const ORDER = { reference: 'R'.repeat(64), description: LONG_WORD } as const;
const ORDERS: Readonly<Record<string, NewPayment>> = {
  droppay: { ...ORDER, provider: 'droppay-pos', amount: 99_999_999, currency: 'EUR' },
  pomelo: { ...ORDER, provider: 'pomelo', amount: 2000, currency: 'GBP' },
  etpay: { ...ORDER, provider: 'etpay', amount: 15990, currency: 'CLP' },
  payermax: {
    ...ORDER,
    description: '3DS',
    provider: 'payermax',
    amount: 1999,
    currency: 'USD',
    customer: { id: 'u_77', country: 'US' },
  },
};

/** Every page that a payer or a developer may open on a telephone, with the longest words that it can show. */
describeInChromium('on a narrow screen no page scrolls sideways:', (path) => {
  let world: World;
  let browser: Browser;
  let tryIt: TryItPage;
  let payer: Payer | undefined;

  beforeAll(async () => {
    [world, browser] = await Promise.all([World.start(), startChromium(path)]);
    tryIt = await serveTryItPage({ apiUrl: world.apiUrl, apiKey: world.apiKey }, 0);
  });
  afterAll(async () => {
    await browser?.close();
    await tryIt?.close();
    await world?.stop();
  });
  afterEach(() => payer?.leave());

  async function open(address: string): Promise<Payer> {
    payer = await Payer.at(browser, address, { viewport: NARROW });
    await fits(payer);
    return payer;
  }

  async function fits({ page }: Payer): Promise<void> {
    const wider = await page.evaluate(`[...document.querySelectorAll('*')]
      .filter((each) => each.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
      .map((each) => each.outerHTML.slice(0, 120))`);
    expect({ page: await page.title(), wider, overflow: await payer?.overflow() }).toEqual({
      page: await page.title(),
      wider: [],
      overflow: 0,
    });
  }

  const ordered = (company: string) => world.create(ORDERS[company] as NewPayment, world.newKey().key);

  /** Opens the checkout, then the company's page behind it. */
  async function payAt(company: string): Promise<Payer> {
    const { checkoutUrl } = await ordered(company);
    const opened = await open(checkoutUrl);
    await opened.follow('Pay now');
    await fits(opened);
    return opened;
  }

  test('DropPay, to approve and after it was refused', async () => {
    const opened = await payAt('droppay');
    await opened.press('Refuse');
    await fits(opened);
    await opened.follow('Back to the shop');
    await fits(opened);
  });

  test('Pomelo, to pay and after walking away', async () => {
    const opened = await payAt('pomelo');
    await opened.press('Walk away without answering');
    await fits(opened);
  });

  test('ETpay, to choose a bank, at the bank, and when it is done', async () => {
    const opened = await payAt('etpay');
    await opened.page.locator('form[action*="/bank/"] button').first().click();
    await fits(opened);
    await opened.press('Approve and close the page');
    await fits(opened);
  });

  test("PayerMax, the card form alone and in the checkout, the bank's question and its answer", async () => {
    const payment = await ordered('payermax');
    const opened = await open(payment.checkoutUrl);
    await opened.enterCard({ number: '4444333322221111', cvv: '123' });
    await fits(opened);
    const form = await opened.page.locator('iframe').getAttribute('src');
    const alone = await Payer.at(browser, form ?? '', { viewport: NARROW });
    expect(await alone.overflow()).toBe(0);
    await alone.leave();
    await opened.press('Pay 19.99 USD');
    await opened.page.getByRole('heading', { name: 'Your bank asks: is this you?' }).waitFor();
    await fits(opened);
    await opened.press('Walk away without answering');
    await fits(opened);
  });

  test('the pages to try it on', async () => {
    const { id } = await ordered('pomelo');
    await (await open(tryIt.url)).leave();
    await open(`${tryIt.url}/payments/${id}`);
  });
});
