import { type Payment, referenceAtProvider } from '../../src/domain/payment';
import { SandboxRig } from './sandbox-rig';
import { patience } from '../support/patience';

jest.setTimeout(patience(60_000));

let rig: SandboxRig;
beforeAll(async () => {
  rig = await SandboxRig.start();
});
afterAll(() => rig.stop());

const pageOf = ({ checkoutUrl }: Payment) => {
  const { pathname, search } = new URL(checkoutUrl);
  return rig.api.call({ path: pathname + search, key: null });
};
const confirmPath = ({ id }: Payment, token = rig.api.tokens.sign('checkout', id)) =>
  `/checkout/${id}/confirm?t=${token}`;
const submit = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  rig.api.call({ method: 'POST', path, body, key: null, headers: { 'user-agent': 'Test/1.0', ...headers } });
const orderCalls = async ({ id }: Payment) => {
  const query = `call=orderAndPay&reference=${referenceAtProvider(id)}`;
  const { calls } = await rig.control<{ calls: { request: { body?: unknown } }[] }>(
    'GET',
    `/payermax/calls?${query}`,
  );
  return calls;
};
const tokenOf = async (payment: Payment) => ({ paymentToken: (await rig.cardOf(payment)).paymentToken });

test('the page of a card payment loads its form from one origin only', async () => {
  const payment = await rig.created('payermax');
  const { headers, text } = await pageOf(payment);
  const policy = headers.get('content-security-policy') ?? '';
  const origin = rig.sandboxUrl;
  expect(policy).toContain(`script-src 'self' ${origin};`);
  expect(policy).toContain(`frame-src ${origin}`);
  expect(policy).not.toContain('unsafe');
  expect(text).toContain(`<script src="${origin}/payermax/dropin/js/pmdropin.min.js" defer>`);
  expect((await fetch(`${origin}/payermax/dropin/js/pmdropin.min.js`)).status).toBe(200);
  const assets = [...text.matchAll(/(?:src|href)="(\/checkout\/assets\/[^"]+)"/g)].map(
    ([, path]) => path ?? '',
  );
  expect(assets.length).toBeGreaterThan(2);
  for (const path of assets) expect((await rig.api.call({ path, key: null })).status).toBe(200);
});

test('other pages allow no stranger', async () => {
  const { headers } = await pageOf(await rig.created('pomelo'));
  expect(headers.get('content-security-policy')).toContain("script-src 'self';");
  expect(headers.get('content-security-policy')).not.toContain('frame-src');
});

test("the form's token pays, once, with the payer's own address and browser", async () => {
  const payment = await rig.created('payermax');
  const body = await tokenOf(payment);
  const answer = await submit(confirmPath(payment), body, { 'x-forwarded-for': '198.51.100.1' });
  expect(answer).toMatchObject({ status: 200, body: { redirectUrl: null } });
  await rig.until(payment, 'succeeded');
  const sent = JSON.stringify(await orderCalls(payment));
  expect(sent).toContain('127.0.0.1');
  expect(sent).not.toContain('198.51.100.1');
  expect(sent).toContain('Test/1.0');
  expect(await submit(confirmPath(payment), body)).toMatchObject({
    status: 409,
    body: { code: 'not_confirmable' },
  });
  expect(await orderCalls(payment)).toHaveLength(1);
  expect(rig.api.logs.join('')).not.toContain(body.paymentToken);
});

test('two submits at once are one order', async () => {
  const payment = await rig.created('payermax');
  const body = await tokenOf(payment);
  const answers = await Promise.all([1, 2].map(() => submit(confirmPath(payment), body)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  await rig.until(payment, 'succeeded');
  expect(await orderCalls(payment)).toHaveLength(1);
});

test('behind a trusted proxy the address is the one it names', async () => {
  const api = await rig.anotherApi({ trustProxy: 1 });
  const payment = await rig.created('payermax');
  const answer = await api.call({
    method: 'POST',
    path: confirmPath(payment),
    body: await tokenOf(payment),
    key: null,
    headers: { 'x-forwarded-for': '203.0.113.9' },
  });
  expect(answer.status).toBe(200);
  await rig.until(payment, 'succeeded');
  expect(JSON.stringify(await orderCalls(payment))).toContain('203.0.113.9');
  await api.stop();
});

test('one more step at the bank: the browser is told where', async () => {
  const payment = await rig.created('payermax', { description: '3DS' });
  const { status, body } = await submit(confirmPath(payment), await tokenOf(payment));
  expect(status).toBe(200);
  expect(String(body['redirectUrl'])).toContain(rig.sandboxUrl);
  expect((await pageOf(payment)).text).toContain('Pay now');
});

test('a declined card is told on the page', async () => {
  const payment = await rig.created('payermax', { description: 'FAILED' });
  await submit(confirmPath(payment), await tokenOf(payment));
  await rig.until(payment, 'failed');
  expect((await pageOf(payment)).text).toContain('declined');
});

test('only the right token opens the way, only with a card token, and only for cards', async () => {
  const payment = await rig.created('payermax');
  const body = await tokenOf(payment);
  const webhookToken = rig.api.tokens.sign('webhook', payment.id);
  expect((await submit(confirmPath(payment, webhookToken), body)).status).toBe(404);
  expect((await submit(`/checkout/${payment.id}/confirm`, body)).status).toBe(404);
  expect(await submit(confirmPath(payment), {})).toMatchObject({
    status: 400,
    body: { errors: [{ path: 'paymentToken' }] },
  });
  expect((await submit(confirmPath(payment), { ...body, clientIp: '8.8.8.8' })).status).toBe(400);
  expect((await submit(confirmPath(payment), 'x', { 'content-type': 'text/plain' })).status).toBe(415);
  expect(await orderCalls(payment)).toHaveLength(0);

  const terminal = await rig.created('droppay-acquirer');
  expect((await pageOf(terminal)).text).toContain('Waiting for the terminal');
  expect(await submit(confirmPath(terminal), body)).toMatchObject({
    status: 409,
    body: { code: 'not_confirmable' },
  });
  expect((await rig.get(terminal)).status).toBe('requires_confirmation');
});

describe("the backend's own word", () => {
  test('PayerMax needs the token, the address and the browser of the payer', async () => {
    const payment = await rig.created('payermax');
    const { status, body } = await rig.post(payment, 'confirm', {});
    expect(status).toBe(400);
    const paths = (body['errors'] as { path: string }[]).map(({ path }) => path);
    expect(paths).toEqual(['paymentToken', 'clientIp', 'userAgent']);
    expect((await rig.post(payment, 'confirm', await rig.cardOf(payment))).status).toBe(200);
    await rig.until(payment, 'succeeded');
  });

  test('a terminal payment needs none of it', async () => {
    const payment = await rig.created('droppay-acquirer');
    expect(await rig.post(payment, 'confirm', { userAgent: 'x' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'userAgent' }] },
    });
    expect((await rig.post(payment, 'confirm')).status).toBe(200);
    await rig.until(payment, 'succeeded');
  });

  test.each(['droppay-pos', 'pomelo', 'etpay'] as const)('%s has nothing to confirm', async (provider) => {
    const payment = await rig.created(provider);
    expect(await rig.post(payment, 'confirm')).toMatchObject({
      status: 409,
      body: { code: 'not_confirmable' },
    });
  });
});
