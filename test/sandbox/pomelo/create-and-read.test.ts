import { SANDBOX_CREDENTIALS } from '../../../src/sandbox/pomelo/accounts';
import { startPomelo, type TestPomelo } from './pomelo-client';

// Instants are counted from one fixed moment: no test here depends on how fast it runs.
const NOW = '2030-01-01T10:00:00.000Z';
const at = (offsetMs: number) => new Date(Date.parse(NOW) + offsetMs).toISOString();
const HOUR = 3_600_000;

let pomelo: TestPomelo;
beforeEach(async () => {
  pomelo = await startPomelo({ now: () => Date.parse(NOW) });
});
afterEach(() => pomelo.close());

it('v1 creates a payable transaction that charges nobody, and reads it', async () => {
  const fields = {
    localId: 'att_7c1f',
    customerReference: 'Order 123',
    provider: 'card',
    webhook: 'https://shop.example/hooks/pomelo',
    redirectUrl: 'https://shop.example/return/123',
    expires: at(2 * HOUR),
  };
  const answer = await pomelo.api('POST', '/transactions', pomelo.v1Body(fields));
  expect(answer.status).toBe(201);
  const { id } = answer.body;
  expect(id).toMatch(/^[0-9a-f]{24}$/);
  expect(answer.body).toEqual({
    id,
    created: NOW,
    state: 'QR_CODE_GENERATED',
    amount: 2000,
    currency: 'GBP',
    ...fields,
    url: `${pomelo.url}/pomelo/pay/${id}`,
    qr: { url: `${pomelo.url}/pomelo/qr/${id}.svg` },
  });
  expect(await pomelo.read(id)).toEqual(answer.body);
  expect(await pomelo.ledger('att_7c1f')).toMatchObject({
    payments: [{ id, reference: 'att_7c1f', amountMinor: 2000, currency: 'GBP', state: 'QR_CODE_GENERATED' }],
    charges: [],
    refunds: [],
  });
});

it('v2 creates without a signature, and ignores one', async () => {
  const created = await pomelo.createV2({ localId: 'v2', signature: 'whatever', apiVersion: '9' });
  expect(created).toMatchObject({ state: 'QR_CODE_GENERATED', localId: 'v2', expires: at(24 * HOUR) });
  expect(await pomelo.read(created.id)).toEqual(created);
});

it('makes another transaction of a repeated create: localId need not be unique', async () => {
  const [first, second] = [
    await pomelo.create({ localId: 'same' }),
    await pomelo.create({ localId: 'same' }),
  ];
  expect(first.id).not.toBe(second.id);
  expect((await pomelo.ledger('same')).payments).toHaveLength(2);
  expect((await pomelo.act('same', 'cancel')).body.id).toBe(second.id);
});

it.each(['amount', 'currency', 'signature', 'deviceId', 'appVersion', 'apiVersion', 'signMethod'])(
  'v1 refuses a missing %s',
  async (field) => {
    const { [field]: _left, ...body } = pomelo.v1Body();
    const answer = await pomelo.api('POST', '/transactions', body);
    expect([answer.status, answer.body]).toEqual([
      400,
      { code: 'PP-V-400', message: `${field}: is required` },
    ]);
  },
);

it.each([
  ['amount', { amount: 99 }],
  ['amount', { amount: 100.5 }],
  ['amount', { amount: '2000' }],
  ['currency', { currency: 'USD' }],
  ['provider', { provider: 'cheque' }],
  ['webhook', { webhook: 'http://shop.example/hook' }],
  ['webhook', { webhook: 'https://' }],
  ['redirectUrl', { redirectUrl: '/return' }],
  ['expires', { expires: '2030-01-01 12:00' }],
  ['expires', { expires: '2030-01-01T13:00:00+01:00' }],
  ['expires', { expires: at(HOUR - 1) }],
  ['expires', { expires: at(2160 * HOUR + 1) }],
  ['customerReference', { customerReference: 'x'.repeat(141) }],
])('refuses a wrong %s: %j', async (field, fields) => {
  for (const [path, body] of [
    ['/transactions', pomelo.v1Body(fields)],
    ['/v2/transactions', { amount: 2000, currency: 'GBP', ...fields }],
  ] as const) {
    const answer = await pomelo.api('POST', path, body);
    expect([answer.status, answer.body.code]).toEqual([400, 'PP-V-400']);
    expect(answer.body.message).toMatch(new RegExp(`^${field}: `));
  }
  expect((await pomelo.ledger()).payments).toEqual([]);
});

it.each([
  ['apiVersion', { apiVersion: '1.0' }],
  ['signMethod', { signMethod: 'sha256' }],
])('v1 refuses a wrong %s', async (field, fields) => {
  const answer = await pomelo.api('POST', '/transactions', pomelo.v1Body(fields));
  expect([answer.status, answer.body.message]).toEqual([400, expect.stringMatching(`^${field}: `)]);
});

it('takes what is just within the bounds', async () => {
  expect((await pomelo.create({ amount: 100 })).amount).toBe(100);
  expect((await pomelo.create({ expires: at(HOUR) })).expires).toBe(at(HOUR));
  expect((await pomelo.create({ expires: '2030-01-01T12:12:12.000001Z' })).expires).toBe(
    '2030-01-01T12:12:12.000Z',
  );
  expect((await pomelo.create({ expires: at(2160 * HOUR) })).expires).toBe(at(2160 * HOUR));
  await pomelo.set({ refuseExpiryBeyond90Days: false });
  expect((await pomelo.create({ expires: at(9000 * HOUR) })).expires).toBe(at(9000 * HOUR));
});

it('refuses http webhooks on this machine unless the sandbox allows them', async () => {
  expect((await pomelo.create({ webhook: 'http://127.0.0.1:9/hook' })).webhook).toBe(
    'http://127.0.0.1:9/hook',
  );
  const strict = await startPomelo({ allowLoopbackHttpWebhooks: false });
  const refused = await strict.api(
    'POST',
    '/transactions',
    strict.v1Body({ webhook: 'http://127.0.0.1:9/hook' }),
  );
  const inAccount = await strict.pomelo('POST', `/accounts/${strict.merchant.appId}/webhooks`, {
    webhookUrls: ['http://127.0.0.1:9/hook'],
  });
  await strict.close();
  expect([refused.status, refused.body.message]).toEqual([
    400,
    'webhook: must be a valid URL starting with https://',
  ]);
  expect(inAccount.status).toBe(400);
});

it('refuses what is no JSON, or is not said to be', async () => {
  const broken = await pomelo.api('POST', '/v2/transactions', '{"amount":');
  expect([broken.status, broken.body.message]).toEqual([400, 'body: is not JSON']);
  const list = await pomelo.api('POST', '/v2/transactions', '[]');
  expect([list.status, list.body.message]).toEqual([400, expect.stringMatching('^body: ')]);
  const plain = await fetch(`${pomelo.url}/pomelo/public/v2/transactions`, {
    method: 'POST',
    headers: { authorization: pomelo.merchant.apiKey, 'content-type': 'text/plain' },
    body: '{"amount":2000,"currency":"GBP"}',
  });
  expect([plain.status, ((await plain.json()) as { message: string }).message]).toEqual([
    400,
    'Content-Type: must be application/json',
  ]);
});

it('wants the bare key, and the app id that belongs to it', async () => {
  const { apiKey } = pomelo.merchant;
  const unauthorized = { statusCode: 401, message: 'Unauthorized', code: 'PP-C-004' };
  for (const wrong of [null, `Bearer ${apiKey}`, 'stranger', '']) {
    const answer = await pomelo.api('GET', '/me', undefined, wrong);
    expect([answer.status, answer.body]).toEqual([401, unauthorized]);
  }
  const { appId } = SANDBOX_CREDENTIALS;
  const other = await pomelo.api('POST', '/transactions', pomelo.v1Body({ deviceId: appId }));
  expect([other.status, other.body.code]).toEqual([401, 'PP-D-401']);
  await pomelo.set({ wrongDeviceIdStatus: 400 });
  expect((await pomelo.api('POST', '/transactions', pomelo.v1Body({ deviceId: appId }))).status).toBe(400);
});

it('has a default account with both currencies', async () => {
  const { appId, apiKey } = SANDBOX_CREDENTIALS;
  const answer = await pomelo.api('GET', '/me', undefined, apiKey);
  expect([answer.status, answer.body]).toEqual([
    200,
    {
      id: `company-of-${appId}`,
      tradingName: 'Sandbox Shop Ltd',
      enabledCurrencies: ['GBP', 'EUR'],
      paymentProviders: [{ value: 'card' }, { value: 'sandbox-wallet' }],
    },
  ]);
  await pomelo.set({ meAsArray: true });
  expect((await pomelo.api('GET', '/me')).body).toMatchObject([{ enabledCurrencies: ['GBP', 'EUR'] }]);
});

it("shows nothing of a stranger's transactions, nor of unknown ones", async () => {
  const { id } = await pomelo.create();
  const missing = { code: 'PP-T-404', message: 'Transaction not found' };
  const asStranger = await pomelo.api('GET', `/transactions/${id}`, undefined, SANDBOX_CREDENTIALS.apiKey);
  expect([asStranger.status, asStranger.body]).toEqual([404, missing]);
  const unknown = await pomelo.api('GET', '/transactions/5e22e1037ac57f000841efff');
  expect([unknown.status, unknown.body]).toEqual([404, missing]);
  const list = await pomelo.api('GET', '/transactions', undefined, SANDBOX_CREDENTIALS.apiKey);
  expect(list.body).toEqual({ count: 0, items: [] });
});

it('omits error codes by switch', async () => {
  await pomelo.set({ omitErrorCodes: true });
  expect((await pomelo.api('GET', '/transactions/none')).body).toEqual({ message: 'Transaction not found' });
});

it('lists in pages of 20, newest first, or as set', async () => {
  const ids: string[] = [];
  for (let n = 0; n < 23; n += 1) ids.push((await pomelo.createV2({ localId: `n${n}` })).id);
  const page = async (query: string) => (await pomelo.api('GET', `/transactions${query}`)).body;
  const idsOf = ({ items }: { items: { id: string }[] }) => items.map(({ id }) => id);
  const newestFirst = [...ids].reverse();
  const first = await page('');
  expect([first.count, idsOf(first)]).toEqual([23, newestFirst.slice(0, 20)]);
  expect(first.items[0]).toEqual(await pomelo.read(newestFirst[0] ?? ''));
  expect(await page('?page=1')).toEqual(first);
  expect(idsOf(await page('?page=2'))).toEqual(newestFirst.slice(20));
  expect(await page('?page=3')).toEqual({ count: 23, items: [] });
  await pomelo.set({ listPageSize: 5, listOldestFirst: true, listCountAsText: true });
  const third = await page('?page=3');
  expect([third.count, idsOf(third)]).toEqual(['23', ids.slice(10, 15)]);
  for (const wrong of ['0', '-1', '1.5', 'two', '']) {
    expect((await pomelo.api('GET', `/transactions?page=${wrong}`)).status).toBe(400);
  }
});

it('cancels by switch only; unknown routes are the gateway’s', async () => {
  const { id } = await pomelo.create();
  const forbidden = { message: 'Forbidden' };
  for (const [method, path] of [
    ['POST', `/transactions/${id}/cancel`],
    ['DELETE', `/transactions/${id}`],
    ['POST', `/transactions/${id}/refund`],
    ['GET', '/nowhere'],
  ] as const) {
    const answer = await pomelo.api(method, path);
    expect([answer.status, answer.body]).toEqual([403, forbidden]);
  }
  expect((await pomelo.read(id)).state).toBe('QR_CODE_GENERATED');
  await pomelo.set({ cancelCall: true });
  const cancelled = await pomelo.api('POST', `/transactions/${id}/cancel`);
  expect([cancelled.status, cancelled.body.state]).toEqual([200, 'CANCELLED']);
  const again = await pomelo.api('POST', `/transactions/${id}/cancel`);
  expect([again.status, again.body]).toEqual([
    400,
    { code: 'PP-T-400', message: 'Transaction is CANCELLED' },
  ]);
});

it('spells the answer as the sources do, by switch', async () => {
  await pomelo.set({ createStatus: 200, omitUrl: true, qrSpelling: 'qrcode' });
  const bare = await pomelo.api('POST', '/transactions', pomelo.v1Body());
  expect([bare.status, bare.body.url, bare.body.qr]).toEqual([200, undefined, undefined]);
  expect(bare.body.qrcode.url).toBe(`${pomelo.url}/pomelo/qr/${bare.body.id}.svg`);
  await pomelo.set({ qrSpelling: 'none' });
  expect(Object.keys(await pomelo.read(bare.body.id)).filter((key) => /qr|url$/i.test(key))).toEqual([]);
  await pomelo.set({ siblingFields: true });
  expect(await pomelo.read(bare.body.id)).toMatchObject({
    updated: NOW,
    history: [
      { state: 'INITIATED', updatedDate: NOW, trigger: 'API' },
      { state: 'QR_CODE_GENERATED', updatedDate: NOW, trigger: 'SYSTEM' },
    ],
    payAmount: 2000,
    payCurrency: 'GBP',
  });
});
