import { http } from '../sandbox-client';
import { startCallbackReceiver, startGateway, type Gateway } from './gateway-client';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const BACK = 'https://shop.example/return?order=1#end';

async function threeDs(outTradeNo: string, fields: Record<string, unknown> = {}): Promise<string> {
  const answer = await gateway.pay(outTradeNo, { subject: '3DS', frontCallbackUrl: BACK, ...fields });
  return answer.body.data.redirectUrl;
}
/** What a browser without JavaScript would do: the form's own address. */
async function press(pageUrl: string, button: string) {
  const page = await http('GET', pageUrl);
  const form = new RegExp(`<form method="post" action="([^"]+)"><button[^>]*>${button}`).exec(page.text);
  if (form?.[1] === undefined) throw new Error(`no button ${button} in ${page.text}`);
  return http('POST', new URL(form[1], pageUrl).href);
}

it('shows card, amount and subject, and runs no script', async () => {
  const page = await http('GET', await threeDs('shown', { totalAmount: 7.4, currency: 'EUR' }));
  expect(page.status).toBe(200);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  for (const text of ['444433******1111', 'EUR 7.40', '3DS']) expect(page.text).toContain(text);
  expect(page.text).not.toContain('<script');
});

it.each([
  ['Yes, pay', 'SUCCESS', 1, 'APPLY_SUCCESS'],
  ['No, decline', 'FAILED', 0, 'AUTH_FAILED'],
])('%s ends as %s, calls back and leads back with the status', async (button, status, charges, code) => {
  const receiver = await startCallbackReceiver();
  const reference = `ends_${status}`;
  const page = await threeDs(reference, { notifyUrl: receiver.url });
  expect((await gateway.ledger(reference)).charges).toEqual([]);
  const answer = await press(page, button);
  expect(answer.status).toBe(303);
  expect(answer.headers.get('location')).toBe(`https://shop.example/return?order=1&status=${status}#end`);
  expect((await gateway.query(reference)).data.status).toBe(status);
  expect((await gateway.ledger(reference)).charges).toHaveLength(charges);
  await receiver.arrived(1);
  expect(receiver.received[0]?.body).toMatchObject({ code, data: { status } });
  const again = await http('GET', page);
  expect(again.text).not.toContain('<form');
  await receiver.close();
});

it('Walk away changes nothing; the page can be opened again', async () => {
  const page = await threeDs('left');
  const answer = await press(page, 'Walk away');
  expect([answer.status, (await gateway.query('left')).data.status]).toEqual([200, 'PENDING']);
  expect(answer.text).toContain('href="https://shop.example/return?order=1&amp;status=PENDING#end"');
  expect((await press(page, 'Yes, pay')).status).toBe(303);
});

it('tells a payer who comes too late', async () => {
  const page = await threeDs('late');
  await gateway.act('late', 'expire');
  const answer = await http('POST', `${page}/approve`);
  expect(answer.status).toBe(409);
  expect(answer.text).toContain('This payment has expired');
  expect((await gateway.ledger('late')).charges).toEqual([]);
});

it('without a way back says so', async () => {
  const answer = await press(await threeDs('no_way_back', { frontCallbackUrl: undefined }), 'Yes, pay');
  expect(answer.status).toBe(200);
  expect(answer.text).toContain('You can close this page.');
});

it('is there only for orders that need it', async () => {
  const { tradeToken } = (await gateway.pay('no_3ds', { subject: 'PENDING' })).body.data;
  for (const key of [tradeToken, 'T0']) {
    expect((await http('GET', `${gateway.url}/payermax/3ds/${key}`)).status).toBe(404);
    expect((await http('POST', `${gateway.url}/payermax/3ds/${key}/approve`)).status).toBe(404);
  }
  expect((await gateway.query('no_3ds')).data.status).toBe('PENDING');
});
