import { startTestSandbox, type TestSandbox } from './sandbox-client';

const AUTHORIZATION = '/shop/v1/pos/authorization';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox({ publicUrl: 'https://sandbox.example/' });
});
afterAll(() => sandbox.close());

function setting(change: Record<string, unknown>) {
  return sandbox.control('POST', '/droppay/settings', { clientId: sandbox.clientId, ...change });
}

describe('charge', () => {
  it('takes the money (V4), once: a second try is refused and seen', async () => {
    const reference = 'charge-once';
    const read = await sandbox.granted({ merchant_custom_id: reference });
    const first = await sandbox.charge(read.pay_token.val);
    expect(first.status).toBe(200);
    expect(first.text).toContain('"amount":12.30,');
    expect(first.body).toEqual({
      id: expect.stringMatching(/^CHA/),
      authorization_id: read.id,
      status: 'DONE',
      amount: 12.3,
      description: 'Order 1001',
      pay_token_val: read.pay_token.val,
      date_creation: expect.any(String),
    });
    const again = await sandbox.charge(read.pay_token.val);
    expect([again.status, again.body.code]).toEqual([409, '291']);

    const after = (await sandbox.api('GET', `${AUTHORIZATION}/${read.id}`)).body;
    expect([after.charge_success_count, after.pay_token.charge_available]).toEqual([1, 0]);
    const ledger = (await sandbox.control('GET', `/droppay/ledger?reference=${reference}`)).body;
    expect(ledger.charges).toEqual([
      { id: first.body.id, authorizationId: read.id, reference, amountMinor: 1230, at: expect.any(String) },
    ]);
    const calls = (await sandbox.control('GET', `/droppay/calls?call=charge&reference=${reference}`)).body;
    expect(calls.counts).toEqual({ charge: { total: 2, accepted: 1, refused: 1, notApplied: 0 } });
    expect(calls.calls[1].effect).toEqual({ httpStatus: 409, code: '291' });
  });

  it('takes it once of twenty at the same time', async () => {
    const read = await sandbox.granted({ merchant_custom_id: 'race' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => sandbox.charge(read.pay_token.val)));
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    expect((await sandbox.control('GET', '/droppay/ledger?reference=race')).body.charges).toHaveLength(1);
  });

  it('allows as many charges as charge_max_count', async () => {
    const read = await sandbox.granted({ charge_max_count: 2 });
    expect((await sandbox.charge(read.pay_token.val)).status).toBe(200);
    expect((await sandbox.charge(read.pay_token.val)).status).toBe(200);
    expect((await sandbox.charge(read.pay_token.val)).status).toBe(409);
  });

  it.each([
    [12.29, 409, '293'],
    [12.31, 409, '293'],
    [12.301, 400, '101'],
  ])('refuses %d for an authorization of 12.30', async (amount, status, code) => {
    const read = await sandbox.granted();
    const answer = await sandbox.charge(read.pay_token.val, amount);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('takes less, never more, under BOOKED', async () => {
    const read = await sandbox.granted({ policy: 'BOOKED' });
    expect((await sandbox.charge(read.pay_token.val, 12.31)).status).toBe(409);
    expect((await sandbox.charge(read.pay_token.val, 10)).text).toContain('"amount":10.00,');
  });

  it('counts CHARGED as taken at the grant and refuses a charge', async () => {
    const read = await sandbox.granted({ policy: 'CHARGED', merchant_custom_id: 'charged-policy' });
    expect(read.charge_success_count).toBe(1);
    const ledger = (await sandbox.control('GET', '/droppay/ledger?reference=charged-policy')).body;
    expect(ledger.charges.map((charge: { amountMinor: number }) => charge.amountMinor)).toEqual([1230]);
    expect((await sandbox.charge(read.pay_token.val)).body.code).toBe('296');
  });

  it('refuses a made-up pay token and missing fields', async () => {
    const unknown = await sandbox.charge('made-up');
    expect([unknown.status, unknown.body.code]).toEqual([403, '290']);
    const answer = await sandbox.api('POST', '/shop/v1/pos/charge', { amount: 1 });
    expect([answer.status, answer.body.code]).toEqual([400, '100']);
  });

  it('refuses outside the window', async () => {
    const read = await sandbox.granted({ charge_date_start: '2999-01-01T00:00:00+01:00' });
    expect((await sandbox.charge(read.pay_token.val)).body.code).toBe('292');
  });

  it('refuses a revoked authorization', async () => {
    const read = await sandbox.granted();
    await sandbox.control('POST', `/droppay/authorizations/${read.id}/revoke`);
    const answer = await sandbox.charge(read.pay_token.val);
    expect([answer.status, answer.body.code]).toEqual([409, '290']);
  });
});

describe('refund', () => {
  const refund = (charge_id: string, amount: number, more: Record<string, unknown> = {}) =>
    sandbox.api('POST', '/shop/v1/pos/refund', { charge_id, amount, ...more });
  const charged = async (reference: string): Promise<string> => {
    const read = await sandbox.granted({ merchant_custom_id: reference });
    return (await sandbox.charge(read.pay_token.val)).body.id;
  };

  it('gives back a part, once', async () => {
    const chargeId = await charged('refund-part');
    const answer = await refund(chargeId, 2.3, { reason: 'broken' });
    expect([answer.status, answer.body.status, answer.body.charge_id]).toEqual([200, 'DONE', chargeId]);
    expect(answer.text).toContain('"amount":2.30,');
    const second = await refund(chargeId, 1);
    expect([second.status, second.body.code]).toEqual([409, '294']);
    const { refunds } = (await sandbox.control('GET', '/droppay/ledger?reference=refund-part')).body;
    expect(refunds).toMatchObject([{ chargeId, amountMinor: 230, reason: 'broken', status: 'DONE' }]);
    const calls = (await sandbox.control('GET', '/droppay/calls?call=refund&reference=refund-part')).body;
    expect(calls.counts.refund).toEqual({ total: 2, accepted: 1, refused: 1, notApplied: 0 });
  });

  it('refuses too much, an unknown charge and a long reason', async () => {
    const chargeId = await charged('refund-bad');
    expect((await refund(chargeId, 12.31)).body.code).toBe('101');
    expect((await refund('CHANONE', 1)).body.code).toBe('103');
    expect((await refund(chargeId, 1, { reason: 'x'.repeat(513) })).body.code).toBe('101');
    expect((await refund(chargeId, 12.3)).status).toBe(200);
  });

  it('FAILED by switch gives nothing back', async () => {
    const chargeId = await charged('refund-failed');
    await setting({ refundStatus: 'FAILED' });
    expect((await refund(chargeId, 1)).body.status).toBe('FAILED');
    await setting({ refundStatus: 'DONE' });
    expect((await sandbox.control('GET', '/droppay/ledger?reference=refund-failed')).body.refunds).toEqual(
      [],
    );
  });
});
