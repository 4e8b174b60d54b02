import { http, startTestSandbox, type TestSandbox } from './sandbox-client';

const AUTHORIZATION = '/shop/v1/pos/authorization';

let sandbox: TestSandbox;
beforeEach(async () => {
  sandbox = await startTestSandbox();
});
afterEach(() => sandbox.close());

const act = (key: string, action: string) =>
  sandbox.control('POST', `/droppay/authorizations/${key}/${action}`);

it('is healthy', async () => {
  const companies = ['droppay', 'payermax', 'etpay', 'pomelo'];
  expect((await sandbox.control('GET', '/health')).body).toEqual({ status: 'ok', companies });
});

it('names the field that is wrong, the route that is missing, the JSON that is none', async () => {
  const wrong = await sandbox.control('POST', '/droppay/settings', { payTokenLifeMs: 'long', sped: 1 });
  expect(wrong.status).toBe(400);
  expect(wrong.body.error.message).toContain('payTokenLifeMs: ');
  expect(wrong.body.error.message).toContain('"sped"');
  const missing = await sandbox.control('GET', '/nowhere');
  expect([missing.status, missing.body.error.message]).toEqual([
    404,
    expect.stringContaining('/control/nowhere'),
  ]);
  const broken = await sandbox.control('POST', '/clock', '{"advanceMs":');
  expect([broken.status, broken.body.error.message]).toEqual([400, 'The body is not valid JSON.']);
  expect((await sandbox.control('POST', '/clock', { advanceMs: -1 })).status).toBe(400);
});

it('acts for the payer by id or by reference, once', async () => {
  const { id } = await sandbox.create({
    merchant_custom_id: 'order-1',
    loopback_uri: 'https://shop.example/',
  });
  expect((await act('order-1', 'approve')).body).toMatchObject({
    id,
    reference: 'order-1',
    status: 'GRANTED',
    amountMinor: 1230,
    currency: 'EUR',
    chargeSuccessCount: 0,
    returnUrl: `https://shop.example/?dps=1&dpcht=${id}`,
  });
  const again = await act(id, 'approve');
  expect([again.status, again.body.error.message]).toEqual([
    409,
    `Cannot approve ${id}: Authorization is GRANTED.`,
  ]);
  expect((await act(id, 'revoke')).body.status).toBe('REVOKED');
  expect((await act('nobody', 'approve')).status).toBe(404);
  expect((await act(id, 'tickle')).status).toBe(404);
});

it('takes the newest of several authorizations with one reference', async () => {
  const first = await sandbox.create({ merchant_custom_id: 'same' });
  const second = await sandbox.create({ merchant_custom_id: 'same' });
  expect((await act('same', 'refuse')).body.id).toBe(second.id);
  const { authorizations } = (await sandbox.control('GET', '/droppay/ledger?reference=same')).body;
  expect(authorizations).toMatchObject([
    { id: first.id, status: 'WAITING' },
    { id: second.id, status: 'REFUSED' },
  ]);
});

it('has no payer for an Acquirer authorization', async () => {
  const { id } = await sandbox.create({ pos_id: sandbox.acquirerPosId });
  expect((await act(id, 'approve')).status).toBe(409);
  expect((await act(id, 'expire')).body.status).toBe('EXPIRED');
});

it('keeps every call and no secret', async () => {
  const read = await sandbox.granted({
    merchant_custom_id: 'order-2',
    webhooks: { ALL: 'https://u:hush@shop.example/hooks/per-payment' },
  });
  await sandbox.charge(read.pay_token.val);
  await sandbox.api('GET', '/nowhere');
  const shown = await sandbox.control('GET', '/droppay/calls');
  for (const secret of [sandbox.token, 'shh', 'conn"', 'hush', 'per-payment', read.pay_token.val]) {
    expect(shown.text).not.toContain(secret);
  }
  expect(shown.body.calls.map(({ call }: { call: string }) => call)).toEqual([
    'token',
    'create',
    'read',
    'charge',
    'unrecognised',
  ]);
  expect(shown.body.calls[3]).toEqual({
    id: 4,
    call: 'charge',
    method: 'POST',
    path: '/droppay/shop/v1/pos/charge',
    at: expect.any(String),
    reference: 'order-2',
    clientId: sandbox.clientId,
    subject: read.id,
    request: { pay_token_val: '[redacted]', description: 'Order 1001', amount: 12.3 },
    effect: { httpStatus: 200, code: null },
    answer: { httpStatus: 200 },
    fault: null,
  });
  const mine = (await sandbox.control('GET', '/droppay/calls?reference=order-2')).body;
  expect(Object.keys(mine.counts)).toEqual(['create', 'read', 'charge']);
});

it('changes settings for all or for one account', async () => {
  const settings = async (query = ''): Promise<unknown> =>
    (await sandbox.control('GET', `/droppay/settings${query}`)).body.payTokenLifeMs;
  await sandbox.control('POST', '/droppay/settings', { clientId: sandbox.clientId, payTokenLifeMs: 5_000 });
  expect([await settings(), await settings(`?clientId=${sandbox.clientId}`)]).toEqual([180_000, 5_000]);
});

it('refuses an account whose ids are taken', async () => {
  const account = {
    clientId: 'new',
    clientSecret: 's',
    connectionCode: 'c',
    pos: [{ id: 'POSNEW', device: 'DROPPAY' }],
  };
  const add = async (change: Record<string, unknown>): Promise<number> =>
    (await sandbox.control('POST', '/droppay/accounts', { ...account, ...change })).status;
  expect(await add({ clientId: 'sandbox-app' })).toBe(409);
  expect(await add({ pos: [{ id: 'POSSANDBOX1', device: 'DROPPAY' }] })).toBe(409);
  expect(await add({ pos: [] })).toBe(400);
  expect(await add({})).toBe(201);
  const { accounts } = (await sandbox.control('GET', '/droppay/accounts')).body;
  expect(accounts.map(({ clientId }: { clientId: string }) => clientId)).toEqual([
    'sandbox-app',
    sandbox.clientId,
    'new',
  ]);
});

it('forgets everything at reset', async () => {
  const read = await sandbox.granted();
  await sandbox.charge(read.pay_token.val);
  await sandbox.control('POST', '/droppay/faults', { call: 'read', kind: 'status', times: null });
  await sandbox.control('POST', '/droppay/settings', { payTokenLifeMs: 1 });
  await sandbox.control('POST', '/clock', { advanceMs: 86_400_000 });
  expect((await sandbox.control('POST', '/reset')).body).toEqual({ reset: true });
  expect((await sandbox.control('GET', '/droppay/ledger')).body).toEqual({
    authorizations: [],
    charges: [],
    refunds: [],
  });
  expect((await sandbox.control('GET', '/droppay/faults')).body).toEqual({ faults: [] });
  expect((await sandbox.control('GET', '/droppay/calls')).body.calls).toEqual([]);
  expect((await sandbox.control('GET', '/droppay/settings')).body.payTokenLifeMs).toBe(180_000);
  const { now } = (await sandbox.control('GET', '/clock')).body;
  expect(Math.abs(Date.parse(now) - Date.now())).toBeLessThan(60_000);
  const old = await http(
    'GET',
    `${sandbox.url}/droppay${AUTHORIZATION}/${read.id}`,
    undefined,
    sandbox.token,
  );
  expect(old.status).toBe(401);
});

it('closes while a call hangs, and rejects when its port is taken', async () => {
  const own = await startTestSandbox();
  const port = Number(new URL(own.url).port);
  await expect(startTestSandbox({ port })).rejects.toThrow('EADDRINUSE');
  await own.control('POST', '/droppay/faults', { call: 'token', kind: 'hang' });
  const hanging = own.api('POST', '/oa2/v1/ac/token', own.login).catch(() => 'cut');
  while ((await own.control('GET', '/droppay/calls?call=token')).body.calls.length < 2) continue;
  await own.close();
  expect(await hanging).toBe('cut');
});
