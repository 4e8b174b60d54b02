import { startReceiver } from '../sandbox-client';
import { startEtpaySandbox, verifiedClaims, type EtpaySandbox } from './etpay-client';

let sandbox: EtpaySandbox;
beforeEach(async () => {
  sandbox = await startEtpaySandbox();
});
afterEach(() => sandbox.close());

const stateOf = async (key: string): Promise<string> =>
  (await sandbox.control('GET', `/etpay/payments/${key}`)).body.state;
const advance = (advanceMs: number) => sandbox.control('POST', '/clock', { advanceMs });

it('a session lives 30 minutes and ends in silence', async () => {
  const receiver = await startReceiver();
  const { token } = await sandbox.session({ payment_webhook_url: receiver.url });
  await advance(29 * 60_000);
  expect(await stateOf(token)).toBe('CREATED');
  await advance(60_000);
  expect(await stateOf(token)).toBe('EXPIRED');
  expect((await sandbox.status({ session_token: token })).body).toEqual([]);
  const { deliveries } = (await sandbox.control('GET', '/etpay/webhooks/deliveries')).body;
  expect(deliveries).toEqual([]);
  const late = await sandbox.act(token, 'approve');
  expect([late.status, late.body.error.message]).toEqual([
    409,
    `Cannot approve ${token}: the session is EXPIRED: pay-late or pay-again does more.`,
  ]);
  await receiver.close();
});

it('another life, and a failure webhook at its end, by switch', async () => {
  const receiver = await startReceiver();
  await sandbox.settings({ sessionLifeMs: 5_000, expiryWebhook: true });
  const session = await sandbox.session({ payment_webhook_url: receiver.url });
  await advance(5_000);
  await receiver.arrived(1);
  const claims = verifiedClaims(receiver.received[0]?.body.payment, session.signature_token);
  expect(claims).toMatchObject({ payment_status: 'error', reason: 'session_expired' });
  expect(await stateOf(session.token)).toBe('EXPIRED');
  expect((await sandbox.ledger('ORDER-1001')).charges).toEqual([]);
  await receiver.close();
});

it('a paid session does not expire', async () => {
  const { token } = await sandbox.session();
  await sandbox.act(token, 'approve');
  await advance(86_400_000);
  expect(await stateOf(token)).toBe('PAID');
});

it.each(['refuse', 'cancel', 'expire'])('a success may come after %s', async (end) => {
  const receiver = await startReceiver();
  const session = await sandbox.session({ payment_webhook_url: receiver.url });
  await sandbox.act(session.token, end);
  expect((await sandbox.act(session.token, 'pay-again')).status).toBe(409);
  const paid = await sandbox.act(session.token, 'pay-late');
  expect(paid.body).toMatchObject({ state: 'PAID', amountMinor: 15990 });
  const notices = end === 'expire' ? 1 : 2;
  await receiver.arrived(notices);
  const claims = verifiedClaims(receiver.received[notices - 1]?.body.payment, session.signature_token);
  expect(claims.payment_status).toBe('success');
  expect((await sandbox.ledger('ORDER-1001')).charges).toMatchObject([
    { id: claims.payment_token, amountMinor: 15990 },
  ]);
  await receiver.close();
});

it('a session may be paid twice: two payment tokens, two charges (E10)', async () => {
  const { token } = await sandbox.session();
  expect((await sandbox.act(token, 'pay-late')).status).toBe(409);
  await sandbox.act(token, 'approve');
  await sandbox.act(token, 'pay-again');
  const { body } = await sandbox.status({ merchant_order_id: 'ORDER-1001' });
  const tokens = body.map((each: { payment_token: string }) => each.payment_token);
  expect([new Set(tokens).size, body[0].payment_status, body[1].payment_status]).toEqual([
    2,
    'success',
    'success',
  ]);
  const { charges, refunds } = await sandbox.ledger('ORDER-1001');
  expect(charges.map(({ id }: { id: string }) => id)).toEqual(tokens);
  expect(refunds).toEqual([]);
});

it('finds a payment by session token, payment token and the newest of an order id', async () => {
  const [first, second] = [await sandbox.session(), await sandbox.session()];
  expect((await sandbox.act('ORDER-1001', 'open')).body).toMatchObject({
    id: second.token,
    state: 'IN_FUNNEL',
  });
  const paid = (await sandbox.act(first.token, 'approve')).body;
  expect(await stateOf(paid.attempts[0].id)).toBe('PAID');
  expect(await stateOf(second.token)).toBe('IN_FUNNEL');
  expect((await sandbox.act('nobody', 'approve')).status).toBe(404);
  expect((await sandbox.act(second.token, 'tickle')).status).toBe(404);
  const wrong = await sandbox.act(second.token, 'approve', { bank: 'mx_bbva' });
  expect([wrong.status, wrong.body.error.message]).toEqual([400, expect.stringContaining('cl_estado')]);
  expect((await sandbox.act(second.token, 'approve', { amuont: 1 })).status).toBe(400);
});

it('adds accounts, each with settings of its own', async () => {
  const add = (change: Record<string, unknown>) =>
    sandbox.control('POST', '/etpay/accounts', { merchantCode: 'mx_a', merchantApiToken: 'a', ...change });
  expect((await add({})).body).toEqual({
    merchantCode: 'mx_a',
    businessName: 'Sandbox Shop SpA',
    currency: 'MXN',
  });
  expect((await add({ merchantApiToken: 'b' })).body.error.message).toContain('merchantCode');
  expect((await add({ merchantCode: 'mx_b' })).body.error.message).toContain('merchantApiToken');
  expect((await add({ merchantCode: 'pe_b' })).status).toBe(400);
  await sandbox.settings({ failureLabel: 'mine' });
  const label = async (query: string) =>
    (await sandbox.control('GET', `/etpay/settings${query}`)).body.failureLabel;
  expect([await label(''), await label(`?clientId=${sandbox.merchantCode}`)]).toEqual(['error', 'mine']);
  expect((await sandbox.control('POST', '/etpay/settings', { returnShape: 'odd' })).status).toBe(400);
  const listed = (await sandbox.control('GET', '/etpay/accounts')).text;
  for (const code of ['cl_sandbox', 'mx_sandbox', 'mx_a', sandbox.merchantCode]) {
    expect(listed).toContain(`"merchantCode":"${code}"`);
  }
  expect(listed).not.toContain(sandbox.apiToken);
});

it('forgets everything but the default accounts', async () => {
  await sandbox.session();
  await sandbox.control('POST', '/etpay/settings', { failureLabel: 'other' });
  await sandbox.control('POST', '/reset');
  expect((await sandbox.initialize()).status).toBe(401);
  expect((await sandbox.control('GET', '/etpay/ledger')).body).toEqual({
    payments: [],
    charges: [],
    refunds: [],
  });
  expect((await sandbox.control('GET', '/etpay/settings')).body.failureLabel).toBe('error');
  expect((await sandbox.control('GET', '/etpay/accounts')).body.accounts).toHaveLength(2);
});
