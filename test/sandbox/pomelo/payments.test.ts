import { startPomelo, type TestPomelo } from './pomelo-client';

const NOW = '2030-01-01T10:00:00.000Z';
const at = (offsetMs: number) => new Date(Date.parse(NOW) + offsetMs).toISOString();
const HOUR = 3_600_000;

let pomelo: TestPomelo;
beforeEach(async () => {
  pomelo = await startPomelo({ now: () => Date.parse(NOW) });
});
afterEach(() => pomelo.close());

const stateOf = async (id: string): Promise<string> => (await pomelo.read(id)).state;
const paid = async (localId: string, fields: Record<string, unknown> = {}): Promise<string> => {
  const { id } = await pomelo.create({ localId, ...fields });
  await pomelo.act(id, 'approve');
  return id;
};

it('takes the money once, when the payer approves', async () => {
  const { id } = await pomelo.create({ localId: 'once' });
  expect((await pomelo.act('once', 'approve')).body).toMatchObject({
    id,
    state: 'CONFIRMED',
    provider: 'card',
  });
  const again = await pomelo.act('once', 'approve');
  expect([again.status, again.body.error.message]).toEqual([
    409,
    `Cannot approve ${id}: Transaction is CONFIRMED.`,
  ]);
  const { charges, refunds } = await pomelo.ledger('once');
  expect(charges).toEqual([
    {
      id: expect.stringMatching(/^charge-/),
      paymentId: id,
      reference: 'once',
      amountMinor: 2000,
      currency: 'GBP',
      at: NOW,
      voidedAt: null,
    },
  ]);
  expect(refunds).toEqual([]);
  expect(await stateOf(id)).toBe('CONFIRMED');
});

it('keeps the ledgers of two references apart', async () => {
  await paid('mine');
  await paid('yours', { amount: 500 });
  const mine = await pomelo.ledger('mine');
  expect([mine.payments.length, mine.charges.length]).toEqual([1, 1]);
  expect((await pomelo.ledger()).charges).toHaveLength(2);
  expect(await pomelo.ledger('nobody')).toEqual({ payments: [], charges: [], refunds: [] });
});

it('stays payable after a declined attempt, under the same id', async () => {
  const { id } = await pomelo.create({ localId: 'retry' });
  for (const declinedAttempts of [1, 2]) {
    expect((await pomelo.act(id, 'decline-attempt')).body).toMatchObject({
      declinedAttempts,
      state: 'QR_CODE_GENERATED',
    });
  }
  await pomelo.act(id, 'approve');
  expect((await pomelo.ledger('retry')).charges).toHaveLength(1);
});

it.each([
  ['cancel', 'CANCELLED'],
  ['expire', 'CANCELLED'],
  ['fail', 'FAILED'],
])('%s ends unpaid, and pay-late is the late truth', async (name, state) => {
  const { id } = await pomelo.create({ localId: 'late' });
  expect((await pomelo.act(id, 'pay-late')).status).toBe(409);
  await pomelo.act(id, name);
  expect(await stateOf(id)).toBe(state);
  for (const refused of [
    'approve',
    'decline-attempt',
    'cancel',
    'expire',
    'fail',
    'capture',
    'void',
    'remit',
  ]) {
    expect([refused, (await pomelo.act(id, refused)).status]).toEqual([refused, 409]);
  }
  expect((await pomelo.ledger('late')).charges).toEqual([]);
  await pomelo.act(id, 'pay-late');
  expect(await stateOf(id)).toBe('CONFIRMED');
  expect((await pomelo.ledger('late')).charges).toHaveLength(1);
});

it('expires at `expires`, not before', async () => {
  const { id } = await pomelo.create({ expires: at(HOUR) });
  await pomelo.advance(HOUR - 1);
  expect(await stateOf(id)).toBe('QR_CODE_GENERATED');
  await pomelo.advance(1);
  expect(await stateOf(id)).toBe('CANCELLED');
});

it('expires as EXPIRED by switch, and after the default life without `expires`', async () => {
  await pomelo.set({ expiredState: 'EXPIRED', defaultLifeMs: 2 * HOUR });
  const { id } = await pomelo.create();
  await pomelo.advance(2 * HOUR);
  expect(await stateOf(id)).toBe('EXPIRED');
});

it('never expires what was paid', async () => {
  const id = await paid('paid', { expires: at(HOUR) });
  await pomelo.advance(2 * HOUR);
  expect(await stateOf(id)).toBe('CONFIRMED');
});

it('confirms later by switch, even after the expiry, and takes no second payment meanwhile', async () => {
  await pomelo.set({ confirmationDelayMs: 2 * HOUR });
  const { id } = await pomelo.create({ localId: 'slow', expires: at(HOUR) });
  expect((await pomelo.act(id, 'approve')).body).toMatchObject({
    state: 'QR_CODE_GENERATED',
    confirming: true,
  });
  for (const refused of ['approve', 'cancel']) expect((await pomelo.act(id, refused)).status).toBe(409);
  await pomelo.advance(HOUR);
  expect(await stateOf(id)).toBe('CANCELLED');
  expect((await pomelo.ledger('slow')).charges).toEqual([]);
  await pomelo.advance(HOUR);
  expect(await stateOf(id)).toBe('CONFIRMED');
  expect((await pomelo.ledger('slow')).charges).toMatchObject([{ amountMinor: 2000, at: at(2 * HOUR) }]);
});

it('is INITIATED first by switch, and not payable', async () => {
  await pomelo.set({ initiatedMs: 5_000 });
  const { id, state } = await pomelo.create();
  expect([state, (await pomelo.act(id, 'approve')).status]).toEqual(['INITIATED', 409]);
  await pomelo.advance(5_000);
  expect(await stateOf(id)).toBe('QR_CODE_GENERATED');
});

it('authorises, and charges at capture only', async () => {
  const { id } = await pomelo.createV2({ localId: 'pre', isPreAuthorization: true });
  expect((await pomelo.act(id, 'approve')).body.state).toBe('AUTHORIZED');
  expect((await pomelo.ledger('pre')).charges).toEqual([]);
  expect((await pomelo.act(id, 'capture')).body.state).toBe('CONFIRMED');
  expect((await pomelo.ledger('pre')).charges).toHaveLength(1);
  expect((await pomelo.act(id, 'capture')).status).toBe(409);
});

it('voids and remits', async () => {
  const voided = await paid('void');
  await pomelo.act(voided, 'void');
  expect(await stateOf(voided)).toBe('VOIDED');
  expect((await pomelo.ledger('void')).charges).toMatchObject([{ amountMinor: 2000, voidedAt: NOW }]);
  const remitted = await paid('remit');
  await pomelo.act(remitted, 'remit');
  expect(await stateOf(remitted)).toBe('REMITTED');
  expect((await pomelo.act(remitted, 'refund')).body.state).toBe('REFUNDED');
});

it('refunds in two steps', async () => {
  const id = await paid('back');
  await pomelo.act(id, 'request-refund', { refundReference: 'case 7' });
  expect(await stateOf(id)).toBe('REFUND_REQUESTED');
  const refund = {
    id: expect.stringMatching(/^refund-/),
    paymentId: id,
    reference: 'back',
    refundReference: 'case 7',
    amountMinor: 2000,
    currency: 'GBP',
    at: NOW,
  };
  expect((await pomelo.ledger('back')).refunds).toEqual([{ ...refund, status: 'REQUESTED' }]);
  expect((await pomelo.act(id, 'request-refund')).status).toBe(409);
  await pomelo.act(id, 'complete-refund');
  expect(await stateOf(id)).toBe('REFUNDED');
  const after = await pomelo.ledger('back');
  expect(after.refunds).toEqual([{ ...refund, status: 'DONE' }]);
  expect(after.charges).toHaveLength(1);
  expect((await pomelo.act(id, 'refund')).status).toBe(409);
});

it('turns a refund down: CONFIRMED again, nothing given back, no second charge', async () => {
  const id = await paid('no');
  await pomelo.act(id, 'request-refund');
  expect((await pomelo.act(id, 'turn-down-refund')).body).toMatchObject({
    state: 'CONFIRMED',
    refundedMinor: 0,
  });
  const { charges, refunds } = await pomelo.ledger('no');
  expect([charges.length, refunds]).toMatchObject([1, [{ amountMinor: 2000, status: 'TURNED_DOWN' }]]);
  expect((await pomelo.act(id, 'turn-down-refund')).status).toBe(409);
});

it('refunds nothing that was not paid', async () => {
  const { id } = await pomelo.create({ localId: 'unpaid' });
  for (const name of ['refund', 'request-refund', 'complete-refund', 'turn-down-refund']) {
    expect([name, (await pomelo.act(id, name)).status]).toEqual([name, 409]);
  }
  expect((await pomelo.ledger('unpaid')).refunds).toEqual([]);
});

it('refunds parts by switch, never more than was paid', async () => {
  const id = await paid('parts');
  expect((await pomelo.act(id, 'refund', { amountMinor: 500 })).status).toBe(409);
  await pomelo.set({ partialRefunds: 'CONFIRMED' });
  expect((await pomelo.act(id, 'refund', { amountMinor: 500 })).body).toMatchObject({
    state: 'CONFIRMED',
    refundedMinor: 500,
  });
  expect((await pomelo.act(id, 'refund', { amountMinor: 1501 })).status).toBe(409);
  expect(await stateOf(id)).toBe('CONFIRMED');
  expect((await pomelo.act(id, 'refund')).body).toMatchObject({ state: 'REFUNDED', refundedMinor: 2000 });
  expect((await pomelo.ledger('parts')).refunds).toMatchObject([
    { amountMinor: 500, status: 'DONE' },
    { amountMinor: 1500, status: 'DONE' },
  ]);
});

it('shows a refunded part as REFUNDED by switch', async () => {
  await pomelo.set({ partialRefunds: 'REFUNDED' });
  const id = await paid('part');
  expect((await pomelo.act(id, 'refund', { amountMinor: 500 })).body).toMatchObject({
    state: 'REFUNDED',
    refundedMinor: 500,
  });
});

it('tells wrong orders what is wrong', async () => {
  const { id } = await pomelo.create();
  expect((await pomelo.act('nobody', 'approve')).status).toBe(404);
  expect((await pomelo.act(id, 'tickle')).status).toBe(404);
  expect((await pomelo.act(id, 'toString')).status).toBe(404);
  expect((await pomelo.act(id, 'cancel', { amountMinor: 1 })).body.error.message).toContain('"amountMinor"');
  expect((await pomelo.act(id, 'approve', { provider: 'cheque' })).status).toBe(409);
  const sped = await pomelo.pomelo('POST', '/settings', { sped: 1, expiredState: 'GONE' });
  expect([sped.status, sped.body.error.message]).toEqual([400, expect.stringContaining('expiredState: ')]);
  const taken = async (account: Record<string, string>) =>
    (await pomelo.pomelo('POST', '/accounts', account)).body.error.message;
  expect(await taken({ ...pomelo.merchant, apiKey: 'new' })).toMatch(/^appId /);
  expect(await taken({ ...pomelo.merchant, appId: 'new' })).toMatch(/^apiKey /);
  expect((await pomelo.pomelo('POST', '/accounts/none/webhooks', { webhookUrls: [] })).status).toBe(404);
});

it('forgets everything at reset', async () => {
  const id = await paid('gone');
  await pomelo.pomelo('POST', '/settings', { listPageSize: 3 });
  await pomelo.control('POST', '/reset');
  expect(await pomelo.ledger()).toEqual({ payments: [], charges: [], refunds: [] });
  expect((await pomelo.api('GET', `/transactions/${id}`)).status).toBe(401);
  const { accounts } = (await pomelo.pomelo('GET', '/accounts')).body;
  expect(accounts.map(({ appId }: { appId: string }) => appId)).toEqual(['sandbox-app']);
  expect((await pomelo.pomelo('GET', '/settings')).body.listPageSize).toBe(20);
});
