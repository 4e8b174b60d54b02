import { http, startReceiver } from '../sandbox-client';
import {
  decodedJwt,
  startEtpaySandbox,
  verifiedClaims,
  type EtpaySandbox,
  type OpenedSession,
} from './etpay-client';

type Receiver = Awaited<ReturnType<typeof startReceiver>>;

let sandbox: EtpaySandbox;
let receiver: Receiver;
beforeEach(async () => {
  sandbox = await startEtpaySandbox();
  receiver = await startReceiver();
});
afterEach(async () => {
  await sandbox.close();
  await receiver.close();
});

const hooked = (fields: Record<string, unknown> = {}): Promise<OpenedSession> =>
  sandbox.session({ payment_webhook_url: receiver.url, ...fields });
const rule = (order: Record<string, unknown>) => sandbox.control('POST', '/etpay/webhooks/rules', order);
const send = async (order: Record<string, unknown>) => sandbox.control('POST', '/etpay/webhooks/send', order);
const claimsAt = (index: number, session: OpenedSession) =>
  verifiedClaims(receiver.received[index]?.body.payment, session.signature_token);
const labels = async () =>
  (await sandbox.control('GET', '/etpay/webhooks/deliveries')).body.deliveries.map(
    ({ label, state }: { label: string; state: string }) => `${label} ${state}`,
  );

it('posts {payment: jwt}, signed HS256 with the key of the session, for success and failure', async () => {
  const [paid, failed] = [await hooked(), await hooked({ merchant_order_id: 'ORDER-1002' })];
  await sandbox.act(paid.token, 'approve');
  await receiver.arrived(1);
  await sandbox.act(failed.token, 'refuse');
  await receiver.arrived(2);
  expect(receiver.received.map(({ body }) => Object.keys(body))).toEqual([['payment'], ['payment']]);
  expect(decodedJwt(receiver.received[0]?.body.payment).header).toEqual({ alg: 'HS256', typ: 'JWT' });
  const claims = claimsAt(0, paid);
  expect(claims).not.toHaveProperty('iat');
  expect([claims]).toEqual((await sandbox.status({ session_token: paid.token })).body);
  expect(claimsAt(1, failed)).toMatchObject({ payment_status: 'error', reason: 'bank_refused' });
  expect(() => claimsAt(1, paid)).toThrow('signature refused');
});

it('falls back to the addresses registered at onboarding', async () => {
  const account = { merchantCode: 'mx_registered', merchantApiToken: 'registered' };
  const registered = { webhookUrl: receiver.url, completedUrl: 'https://shop.example/registered' };
  await sandbox.control('POST', '/etpay/accounts', { ...account, ...registered });
  const session = await sandbox.session({
    merchant_code: account.merchantCode,
    merchant_api_token: account.merchantApiToken,
  });
  const { returnUrl } = (await sandbox.act(session.token, 'approve')).body;
  expect(returnUrl).toContain('https://shop.example/registered?jwt=');
  await receiver.arrived(1);
  expect(claimsAt(0, session)).toMatchObject({ merchant_currency: 'MXN' });
});

it('names failures as set', async () => {
  await sandbox.settings({ failureLabel: 'rejected' });
  const session = await hooked();
  await sandbox.act(session.token, 'cancel');
  await receiver.arrived(1);
  expect(claimsAt(0, session)).toMatchObject({
    payment_status: 'rejected',
    reason: 'user_cancelled',
  });
  expect((await sandbox.status({ session_token: session.token })).body[0].payment_status).toBe('rejected');
});

it('adds iat and exp by switch, by its own clock', async () => {
  await sandbox.settings({ jwtIssuedAt: true, jwtLifeMs: 60_000 });
  const session = await hooked();
  const before = Math.floor(Date.now() / 1000);
  await sandbox.act(session.token, 'approve');
  await receiver.arrived(1);
  const { iat, exp } = claimsAt(0, session);
  expect(iat).toBeGreaterThanOrEqual(before);
  expect([60, 61]).toContain(exp - iat);
  expect((await sandbox.status({ session_token: session.token })).body[0]).not.toHaveProperty('iat');
});

it.each([
  ['flipped_signature', 'signature refused'],
  ['no_signature', 'signature refused'],
  ['alg_none', 'alg none refused'],
  ['alg_hs512', 'alg HS512 refused'],
  ['alg_rs256', 'alg RS256 refused'],
  ['other_session_key', 'signature refused'],
  ['changed_amount', 'signature refused'],
])('sends %s by rule: a careful receiver refuses it', async (shape, reason) => {
  await rule({ shape, times: 1 });
  const session = await hooked();
  await sandbox.act(session.token, 'approve');
  await receiver.arrived(1);
  expect(() => claimsAt(0, session)).toThrow(reason);
  expect(decodedJwt(receiver.received[0]?.body.payment).payload).toMatchObject({
    session_token: session.token,
  });
});

it.each([
  ['changed_amount_signed', { merchant_amount: 1 }],
  // E11
  ['unknown_session', { session_token: expect.stringMatching(/^\w{64}$/) }],
])('sends %s by rule: it holds with the key, and is false', async (shape, lie) => {
  await rule({ shape, times: 1 });
  const session = await hooked();
  await sandbox.act(session.token, 'approve');
  await receiver.arrived(1);
  const [truth] = (await sandbox.status({ session_token: session.token })).body;
  const said = claimsAt(0, session);
  expect(said).toEqual({ ...truth, ...lie });
  expect(said).not.toEqual(truth);
});

it('sends bodies without a JWT (E12)', async () => {
  const { token } = await hooked();
  await send({ payment: token, shape: 'empty' });
  await send({ payment: token, shape: 'not_text' });
  await send({ payment: token, body: ['anything'] });
  await send({ payment: token, text: '"not an object"' });
  expect(receiver.received.map(({ text }) => text)).toEqual([
    '{}',
    '{"payment":1}',
    '["anything"]',
    '"not an object"',
  ]);
});

it('sends a signed lie about an open session, and leaves the truth alone', async () => {
  const session = await hooked();
  const sent = await send({ payment: session.token, claims: { payment_status: 'odd', code: null } });
  expect(sent.body).toMatchObject({ state: 'delivered', label: 'odd' });
  const claims = claimsAt(0, session);
  expect(claims).toMatchObject({ payment_status: 'odd', merchant_amount: 15990 });
  expect(claims).not.toHaveProperty('code');
  expect((await sandbox.status({ session_token: session.token })).body).toEqual([]);
  expect(await sandbox.ledger('ORDER-1001')).toMatchObject({ payments: [{ state: 'CREATED' }], charges: [] });
});

it('sends a failure after the success (E9)', async () => {
  const session = await hooked();
  await sandbox.act(session.token, 'approve');
  await receiver.arrived(1);
  await send({ payment: session.token, claims: { payment_status: 'error', payment_token: 'payTok0002' } });
  expect(claimsAt(1, session)).toMatchObject({ payment_status: 'error', payment_token: 'payTok0002' });
  expect((await sandbox.ledger('ORDER-1001')).payments[0].state).toBe('PAID');
});

it('sends a success after the failure (E8)', async () => {
  const session = await hooked();
  await sandbox.act(session.token, 'refuse');
  await receiver.arrived(1);
  await sandbox.act(session.token, 'pay-late');
  await receiver.arrived(2);
  expect([0, 1].map((at) => claimsAt(at, session).payment_status)).toEqual(['error', 'success']);
  expect((await sandbox.ledger('ORDER-1001')).charges).toHaveLength(1);
});

it('needs an address to send to', async () => {
  const { token } = await sandbox.session();
  expect((await send({ payment: token })).status).toBe(409);
  expect((await send({ payment: token, url: receiver.url })).body.state).toBe('delivered');
  expect((await send({ payment: 'nobody' })).status).toBe(404);
});

it('says of one payment, or of all, what it is told to: signed, returned and listed alike', async () => {
  const session = await hooked({ payment_completed_url: 'https://shop.example/ok' });
  await sandbox.settings({ claims: { merchant_currency: 'USD' } });
  const paid = await sandbox.act(session.token, 'approve', {
    claims: { merchant_order_id: 'OTHER', validationMail: null },
  });
  await receiver.arrived(1);
  const claims = claimsAt(0, session);
  expect(claims).toMatchObject({
    merchant_currency: 'USD',
    merchant_order_id: 'OTHER',
    merchant_amount: 15990,
  });
  expect(claims).not.toHaveProperty('validationMail');
  expect((await sandbox.status({ session_token: session.token })).body).toEqual([claims]);
  const jwt = paid.body.returnUrl.replace('https://shop.example/ok?jwt=', '');
  expect(verifiedClaims(jwt, session.signature_token)).toEqual(claims);
  expect((await sandbox.ledger('ORDER-1001')).charges).toMatchObject([
    { amountMinor: 15990, currency: 'CLP', reference: 'ORDER-1001' },
  ]);
});

it('takes another amount than asked for where it is told to', async () => {
  const session = await hooked();
  await sandbox.act(session.token, 'approve', { amount: 100 });
  await receiver.arrived(1);
  expect(claimsAt(0, session)).toMatchObject({ merchant_amount: 100, payment_status: 'success' });
  expect((await sandbox.ledger('ORDER-1001')).charges).toMatchObject([{ amountMinor: 100 }]);
});

it('drops, duplicates (E7), delays and replays', async () => {
  await rule({ match: { reference: 'dropped' }, drop: true });
  await rule({ match: { reference: 'doubled' }, duplicates: 1 });
  await rule({ match: { reference: 'delayed' }, delayMs: 60_000 });
  for (const merchant_order_id of ['dropped', 'delayed', 'doubled']) {
    const { token } = await hooked({ merchant_order_id });
    await sandbox.act(token, 'approve');
  }
  await receiver.arrived(2);
  expect(receiver.received[1]?.text).toBe(receiver.received[0]?.text);
  expect(await labels()).toContain('success dropped');
  await sandbox.control('POST', '/clock', { advanceMs: 60_000 });
  await receiver.arrived(3);
  const { deliveries } = (await sandbox.control('GET', '/etpay/webhooks/deliveries?reference=delayed')).body;
  await sandbox.control('POST', `/etpay/webhooks/deliveries/${deliveries[0].id}/replay`);
  expect(receiver.received).toHaveLength(4);
  expect(receiver.received[3]?.text).toBe(receiver.received[2]?.text);
});

it('brings the late success before the failure where a rule says so', async () => {
  const session = await hooked();
  await rule({ reorder: true, times: 1 });
  await sandbox.act(session.token, 'refuse');
  await sandbox.act(session.token, 'pay-late');
  await receiver.arrived(2);
  expect(claimsAt(0, session).payment_status).toBe('success');
  expect(claimsAt(1, session).payment_status).toBe('error');
});

it('tries again as often as set, and not at all by default', async () => {
  await receiver.close();
  receiver = await startReceiver([500, 500, 200]);
  const once = await hooked({ merchant_order_id: 'once' });
  await sandbox.act(once.token, 'approve');
  await receiver.arrived(1);
  await sandbox.settings({ webhookRetries: 1, webhookRetryDelayMs: 5 });
  const twice = await hooked({ merchant_order_id: 'twice' });
  await sandbox.act(twice.token, 'approve');
  await receiver.arrived(3);
  expect(receiver.received[2]?.text).toBe(receiver.received[1]?.text);
});

it('shows no API token and no address of the shop in the call log', async () => {
  await hooked({ customer_email: 'payer@shop.example' });
  const shown = (await http('GET', `${sandbox.url}/control/etpay/calls`)).text;
  expect(shown).toContain('"order_amount":15990');
  for (const secret of [sandbox.apiToken, '/hooks/', 'payer@shop']) expect(shown).not.toContain(secret);
});
