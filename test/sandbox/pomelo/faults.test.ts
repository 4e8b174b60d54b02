import { startPomelo, type TestPomelo } from './pomelo-client';

let pomelo: TestPomelo;
beforeEach(async () => {
  pomelo = await startPomelo();
  await pomelo.set({ cancelCall: true });
});
afterEach(() => pomelo.close());

const fault = async (order: Record<string, unknown>) => {
  const answer = await pomelo.pomelo('POST', '/faults', order);
  if (answer.status !== 201) throw new Error(answer.text);
};
const calls = async (query: string) => (await pomelo.pomelo('GET', `/calls?${query}`)).body;

const CREATES = [
  ['v1', '/transactions'],
  ['v2', '/v2/transactions'],
] as const;

it.each(CREATES)('loses the answer of a %s create, not the transaction', async (_name, path) => {
  await fault({ call: 'create', kind: 'reset', apply: 'before', match: { reference: 'lost' } });
  const body = pomelo.v1Body({ localId: 'lost' });
  await expect(pomelo.api('POST', path, body)).rejects.toThrow();
  expect((await pomelo.ledger('lost')).payments).toHaveLength(1);
  const { items } = (await pomelo.api('GET', '/transactions')).body;
  expect(items).toMatchObject([{ localId: 'lost', state: 'QR_CODE_GENERATED' }]);
  expect((await calls('reference=lost')).counts.create).toMatchObject({ total: 1, accepted: 1 });
});

it.each(CREATES)('fails a %s create that never happened', async (_name, path) => {
  await fault({ call: 'create', kind: 'status', status: 500, match: { reference: 'no' } });
  const other = await pomelo.api('POST', path, pomelo.v1Body({ localId: 'other' }));
  const struck = await pomelo.api('POST', path, pomelo.v1Body({ localId: 'no' }));
  expect([other.status, struck.status]).toEqual([201, 500]);
  expect((await pomelo.ledger('no')).payments).toEqual([]);
});

it('strikes every call, by our reference where it is known', async () => {
  const { id } = await pomelo.create({ localId: 'ours' });
  const { id: otherId } = await pomelo.create({ localId: 'theirs' });
  for (const call of ['read', 'cancel']) {
    await fault({ call, kind: 'status', status: 503, match: { reference: 'ours' } });
  }
  for (const call of ['list', 'me']) {
    await fault({ call, kind: 'status', status: 503, match: { clientId: pomelo.merchant.appId } });
  }
  const statusOf = async (method: string, path: string) => (await pomelo.api(method, path)).status;
  expect(await statusOf('GET', `/transactions/${otherId}`)).toBe(200);
  expect(await statusOf('GET', `/transactions/${id}`)).toBe(503);
  expect(await statusOf('GET', `/transactions/${id}`)).toBe(200);
  expect(await statusOf('POST', `/transactions/${id}/cancel`)).toBe(503);
  expect(await statusOf('POST', `/transactions/${id}/cancel`)).toBe(200);
  for (const path of ['/transactions', '/me']) {
    expect([await statusOf('GET', path), await statusOf('GET', path)]).toEqual([503, 200]);
  }
});

it('answers garbage, another type, late or another truth', async () => {
  const { id } = await pomelo.create({ localId: 'odd' });
  const match = { reference: 'odd' };
  await fault({ call: 'read', kind: 'garbage', match });
  const garbage = await pomelo.api('GET', `/transactions/${id}`);
  expect([garbage.status, garbage.body]).toEqual([200, undefined]);
  await fault({ call: 'read', kind: 'wrong_content_type', match });
  const html = await pomelo.api('GET', `/transactions/${id}`);
  expect(html.headers.get('content-type')).toBe('text/html');
  await fault({ call: 'read', kind: 'slow', ms: 50, match });
  expect((await pomelo.read(id)).state).toBe('QR_CODE_GENERATED');
  const lie = { state: 'TELEPORTED', amount: 1, currency: 'XXX', localId: 'else', url: null, qr: null };
  await fault({ call: 'read', kind: 'override', body: lie, match });
  const { url: _url, qr: _qr, ...lied } = lie;
  const told = await pomelo.read(id);
  expect(told).toMatchObject({ id, ...lied });
  expect([told.url, told.qr]).toEqual([undefined, undefined]);
  expect((await pomelo.ledger('odd')).payments).toMatchObject([
    { amountMinor: 2000, state: 'QR_CODE_GENERATED' },
  ]);
});

it('hangs and cuts', async () => {
  await fault({ call: 'create', kind: 'hang', ms: 20, apply: 'after', match: { reference: 'hung' } });
  await expect(pomelo.create({ localId: 'hung' })).rejects.toThrow('fetch failed');
  while ((await pomelo.ledger('hung')).payments.length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect((await pomelo.ledger('hung')).payments).toMatchObject([{ state: 'QR_CODE_GENERATED' }]);
});

it('keeps every call and no secret', async () => {
  const addresses = {
    webhook: 'https://shop.example/hooks/per-payment',
    redirectUrl: 'https://shop.example/return/token',
  };
  const { id } = await pomelo.create({ localId: 'log', ...addresses });
  await pomelo.read(id);
  await pomelo.api('POST', '/transactions', pomelo.v1Body({ localId: 'log', amount: 1 }));
  await pomelo.api('GET', '/nowhere');
  const shown = await pomelo.pomelo('GET', '/calls');
  const { signature } = pomelo.v1Body();
  for (const secret of [pomelo.merchant.apiKey, 'per-payment', 'return/token', String(signature)]) {
    expect(shown.text).not.toContain(secret);
  }
  expect(shown.body.calls.map(({ call }: { call: string }) => call)).toEqual([
    'create',
    'read',
    'create',
    'unrecognised',
  ]);
  const { calls: mine, counts } = await calls('reference=log');
  expect(mine[0]).toMatchObject({
    path: '/pomelo/public/transactions',
    subject: null,
    clientId: pomelo.merchant.appId,
    request: { amount: 2000, localId: 'log', signature: '[redacted]', webhook: '[redacted]' },
    effect: { httpStatus: 201, code: null },
  });
  expect(counts).toMatchObject({
    create: { total: 2, accepted: 1, refused: 1 },
    read: { total: 1, accepted: 1 },
  });
  expect(mine[2].effect).toEqual({ httpStatus: 400, code: 'PP-V-400' });
});
