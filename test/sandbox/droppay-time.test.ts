import { startTestSandbox, type TestSandbox } from './sandbox-client';

const AUTHORIZATION = '/shop/v1/pos/authorization';

// Instants are counted from one fixed moment: no test here depends on how fast it runs.
const START_MS = Date.parse('2026-01-31T10:00:00+01:00');

let sandbox: TestSandbox;
beforeEach(async () => {
  sandbox = await startTestSandbox({ now: () => START_MS });
});
afterEach(() => sandbox.close());

const advance = (advanceMs: number) => sandbox.control('POST', '/clock', { advanceMs });
const read = async (id: string) => (await sandbox.api('GET', `${AUTHORIZATION}/${id}`)).body;
const setting = (change: Record<string, unknown>) => sandbox.control('POST', '/droppay/settings', change);

it('refuses a lapsed pay token until a GET renews it with another val (V11)', async () => {
  const granted = await sandbox.granted();
  expect(granted.pay_token).toMatchObject({
    date_issued: '2026-01-31T10:00:00+01:00',
    date_expiring: '2026-01-31T10:03:00+01:00',
  });
  await advance(180_000);
  expect((await read(granted.id)).pay_token).toEqual(granted.pay_token);
  await advance(1_000);
  const late = await sandbox.charge(granted.pay_token.val);
  expect([late.status, late.body.code]).toEqual([403, '291']);

  const renewed = await read(granted.id);
  expect(renewed.pay_token.date_expiring).toBe('2026-01-31T10:06:01+01:00');
  expect(renewed.pay_token.val).not.toBe(granted.pay_token.val);
  expect((await sandbox.charge(granted.pay_token.val)).body.code).toBe('291');
  expect((await sandbox.charge(renewed.pay_token.val)).body.status).toBe('DONE');
});

it('keeps the val at renewal by switch', async () => {
  await setting({ valChangesOnRenewal: false });
  const granted = await sandbox.granted();
  await advance(181_000);
  expect((await sandbox.charge(granted.pay_token.val)).body.code).toBe('291');
  expect((await read(granted.id)).pay_token).toMatchObject({
    val: granted.pay_token.val,
    date_expiring: '2026-01-31T10:06:01+01:00',
  });
  expect((await sandbox.charge(granted.pay_token.val)).status).toBe(200);
});

it('gives a pay token the life that is set', async () => {
  await setting({ payTokenLifeMs: 5_000 });
  expect((await sandbox.granted()).pay_token.date_expiring).toBe('2026-01-31T10:00:05+01:00');
});

it('expires a WAITING authorization after 15 minutes; then 409/200 (V10)', async () => {
  const { id } = await sandbox.create();
  await advance(899_999);
  expect((await read(id)).status).toBe('WAITING');
  await advance(1);
  expect((await read(id)).status).toBe('EXPIRED');
  const answer = await sandbox.api('DELETE', `${AUTHORIZATION}/${id}`);
  expect([answer.status, answer.body.code]).toEqual([409, '200']);
});

it('expires after the waiting life that is set for one account', async () => {
  await setting({ clientId: sandbox.clientId, waitingLifeMs: 1_000 });
  const { id } = await sandbox.create();
  await advance(1_000);
  expect((await read(id)).status).toBe('EXPIRED');
});

it('expires a GRANTED authorization when its charge window ends', async () => {
  const granted = await sandbox.granted({ charge_date_end: '2026-01-31T10:01:00+01:00' });
  expect(granted.charge_date_end).toBe('2026-01-31T10:01:00+01:00');
  await advance(60_000);
  const answer = await sandbox.charge(granted.pay_token.val);
  expect([answer.status, answer.body.code]).toEqual([409, '200']);
});

it('ends access tokens after their life, and at once when revoked', async () => {
  await setting({ accessTokenLifeMs: 60_000 });
  const login = await sandbox.api('POST', '/oa2/v1/ac/token', sandbox.login);
  expect(login.body.expires_in).toBe(60);
  await sandbox.logIn();
  const { id } = await sandbox.create();
  await advance(60_000);
  expect((await sandbox.api('GET', `${AUTHORIZATION}/${id}`)).body.code).toBe('102');

  await sandbox.logIn();
  expect((await sandbox.api('GET', `${AUTHORIZATION}/${id}`)).status).toBe(200);
  const revoked = await sandbox.control('POST', '/droppay/tokens/revoke', { clientId: sandbox.clientId });
  expect(revoked.body.revoked).toBeGreaterThanOrEqual(1);
  expect((await sandbox.api('GET', `${AUTHORIZATION}/${id}`)).body.code).toBe('102');
});

it('tells the same time in control as on the wire', async () => {
  expect((await advance(90_000)).body).toEqual({ now: '2026-01-31T09:01:30.000Z' });
  expect((await sandbox.create()).date_creation).toBe('2026-01-31T10:01:30+01:00');
});
