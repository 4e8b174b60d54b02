import { http, startTestSandbox, type TestSandbox } from './sandbox-client';

const AUTHORIZATION = '/shop/v1/pos/authorization';
const TOKEN = '/oa2/v1/ac/token';
const HEX_32 = /^[0-9a-f]{32}$/;

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox({ publicUrl: 'https://sandbox.example/' });
});
afterAll(() => sandbox.close());

function setting(change: Record<string, unknown>) {
  return sandbox.control('POST', '/droppay/settings', { clientId: sandbox.clientId, ...change });
}

describe('access token', () => {
  it('answers a login with a bearer token (V1)', async () => {
    const answer = await sandbox.api('POST', TOKEN, sandbox.login);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      token_type: 'bearer',
      access_token: expect.stringMatching(HEX_32),
      expires_in: 3600,
      refresh_token: expect.stringMatching(HEX_32),
    });
  });

  it('logs the default account in', async () => {
    const login = { ...sandbox.login, client_id: 'sandbox-app', client_secret: 'sandbox-secret' };
    const { body } = await sandbox.api('POST', TOKEN, { ...login, code: 'sandbox-connection' });
    for (const pos_id of ['POSSANDBOX1', 'POSSANDBOXACQ1']) {
      const order = { description: 'Order', charge_amount: 1, pos_id };
      expect((await sandbox.api('POST', AUTHORIZATION, order, body.access_token)).status).toBe(200);
    }
  });

  it.each([
    ['a missing field', { scope: undefined }, 400, '100'],
    ['a missing code', { code: undefined }, 400, '100'],
    ['an unknown field', { surprise: 1 }, 400, '101'],
    ['another grant type', { grant_type: 'password' }, 400, '101'],
    ['a number for a text', { client_id: 7 }, 400, '101'],
    ['a wrong secret', { client_secret: 'no' }, 401, '100'],
    ['a wrong code', { code: 'no' }, 401, '100'],
    ['an unknown application', { client_id: 'nobody' }, 401, '100'],
    ['another scope', { scope: 'user' }, 401, '101'],
  ])('refuses %s', async (_what, change, status, code) => {
    const answer = await sandbox.api('POST', TOKEN, { ...sandbox.login, ...change });
    expect([answer.status, answer.body]).toEqual([status, { code, description: expect.any(String) }]);
  });

  it('refuses a body that is no JSON', async () => {
    const answer = await sandbox.api('POST', TOKEN, '{"grant_type": "authorization_code",}');
    expect([answer.status, answer.body.code]).toEqual([400, '101']);
  });

  it('renews by PUT with all fields, and by grant type refresh_token', async () => {
    const { refresh_token } = (await sandbox.api('POST', TOKEN, sandbox.login)).body;
    const put = await sandbox.api('PUT', TOKEN, { ...sandbox.login, refresh_token });
    expect([put.status, put.body.access_token]).toEqual([200, expect.stringMatching(HEX_32)]);
    const { code: _code, ...withoutCode } = sandbox.login;
    const assumed = await sandbox.api('POST', TOKEN, {
      ...withoutCode,
      grant_type: 'refresh_token',
      refresh_token,
    });
    expect(assumed.status).toBe(200);

    expect((await sandbox.api('PUT', TOKEN, sandbox.login)).body.code).toBe('100');
    const wrong = await sandbox.api('PUT', TOKEN, { ...sandbox.login, refresh_token: 'no' });
    expect([wrong.status, wrong.body.code]).toEqual([401, '100']);
  });

  it('refuses calls without a live token with 401/102 (V8)', async () => {
    for (const token of ['', 'made-up']) {
      const answer = await http('GET', `${sandbox.url}/droppay${AUTHORIZATION}/CHTX`, undefined, token);
      expect([answer.status, answer.body.code]).toEqual([401, '102']);
      expect(answer.headers.get('content-type')).toContain('application/json');
    }
  });

  it('kills the old token at a new login only when told to', async () => {
    const { id } = await sandbox.create();
    const old = sandbox.token;
    await sandbox.logIn();
    expect((await sandbox.api('GET', `${AUTHORIZATION}/${id}`, undefined, old)).status).toBe(200);
    await setting({ newTokenKillsOld: true });
    await sandbox.logIn();
    expect((await sandbox.api('GET', `${AUTHORIZATION}/${id}`, undefined, old)).status).toBe(401);
    expect((await sandbox.api('GET', `${AUTHORIZATION}/${id}`)).status).toBe(200);
    await setting({ newTokenKillsOld: false });
  });
});

describe('authorization on the DropPay device', () => {
  it('is created WAITING with a link to the payer page (V2)', async () => {
    const request = {
      description: 'Order 1001',
      charge_amount: 12.3,
      pos_id: sandbox.posId,
      merchant_custom_id: '1001',
      webhooks: { ALL: 'https://u:p@shop.example/hooks/droppay' },
      loopback_uri: 'https://shop.example/o/1001/',
    };
    const answer = await sandbox.api('POST', AUTHORIZATION, request);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      ...request,
      id: expect.stringMatching(/^CHT[A-Z0-9]{10}$/),
      charge_max_count: 1,
      charge_success_count: 0,
      status: 'WAITING',
      sharing: `https://sandbox.example/droppay/app/10/${answer.body.id}`,
    });
    expect(answer.body.date_creation).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+01:00$/);
    expect(answer.body.pay_token).toBeUndefined();
  });

  it.each([
    [12.3, '12.30'],
    [0.01, '0.01'],
    [0.29, '0.29'],
    [50, '50.00'],
    [1234567.89, '1234567.89'],
  ])('writes %d with exact decimals', async (charge_amount, digits) => {
    const order = { description: 'Order', charge_amount, pos_id: sandbox.posId };
    const answer = await sandbox.api('POST', AUTHORIZATION, order);
    expect(answer.text).toContain(`"charge_amount":${digits},`);
  });

  it.each([
    ['a missing description', { description: undefined }, 400, '100'],
    ['a missing amount', { charge_amount: undefined }, 400, '100'],
    ['a missing POS', { pos_id: undefined }, 400, '100'],
    ['a description of 513 characters', { description: 'x'.repeat(513) }, 400, '101'],
    ['three decimals', { charge_amount: 1.005 }, 400, '101'],
    ['zero', { charge_amount: 0 }, 400, '101'],
    ['a negative amount', { charge_amount: -1 }, 400, '101'],
    ['an amount as text', { charge_amount: '12.30' }, 400, '101'],
    ['an unknown property', { surprise: 1 }, 400, '101'],
    ['another webhook key', { webhooks: { all: 'https://shop.example' } }, 400, '101'],
    ['a bad date', { charge_date_end: 'tomorrow' }, 400, '102'],
    ['an unknown POS', { pos_id: 'POSNONE' }, 400, '103'],
    ['an unknown policy', { policy: 'TRUSTED' }, 400, '202'],
    ['the POS of somebody else', { pos_id: 'POSSANDBOX1' }, 403, '101'],
  ])('refuses %s', async (_what, change, status, code) => {
    const order = { description: 'Order', charge_amount: 1, pos_id: sandbox.posId, ...change };
    const answer = await sandbox.api('POST', AUTHORIZATION, order);
    expect([answer.status, answer.body]).toEqual([status, { code, description: expect.any(String) }]);
  });

  it('shows a pay token of 180 s once the payer approved (V3)', async () => {
    const read = await sandbox.granted();
    expect(read).toMatchObject({ status: 'GRANTED', charge_success_count: 0 });
    expect(read.pay_token).toEqual({
      val: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      date_issued: expect.any(String),
      date_expiring: expect.any(String),
      charge_available: 1,
    });
    const lifeMs = Date.parse(read.pay_token.date_expiring) - Date.parse(read.pay_token.date_issued);
    expect([180_000, 181_000]).toContain(lifeMs);
  });

  it('answers unknown ids and paths 404, and wrong methods 405, without body or Content-Type (V9)', async () => {
    for (const [method, path, status] of [
      ['GET', `${AUTHORIZATION}/CHTNONE`, 404],
      ['GET', '/shop/v2/pos', 404],
      ['PUT', AUTHORIZATION, 405],
    ] as const) {
      const answer = await sandbox.api(method, path);
      expect([answer.status, answer.text, answer.headers.get('content-type')]).toEqual([status, '', null]);
    }
  });

  it('hides authorizations of other accounts', async () => {
    const { id } = await sandbox.create();
    const login = { ...sandbox.login, client_id: 'sandbox-app', client_secret: 'sandbox-secret' };
    const other = (await sandbox.api('POST', TOKEN, { ...login, code: 'sandbox-connection' })).body
      .access_token;
    const answer = await sandbox.api('GET', `${AUTHORIZATION}/${id}`, undefined, other);
    expect([answer.status, answer.body.code]).toEqual([403, '101']);
  });

  it('is cancelled by DELETE while WAITING, and only then', async () => {
    const { id } = await sandbox.create();
    const cancelled = await sandbox.api('DELETE', `${AUTHORIZATION}/${id}`);
    expect([cancelled.status, cancelled.body.status]).toEqual([200, 'CANCELLED']);
    expect((await sandbox.api('GET', `${AUTHORIZATION}/${id}`)).body.status).toBe('CANCELLED');
    expect((await sandbox.api('DELETE', `${AUTHORIZATION}/${id}`)).status).toBe(409);

    const granted = await sandbox.granted();
    const late = await sandbox.api('DELETE', `${AUTHORIZATION}/${granted.id}`);
    expect([late.status, late.body.code]).toEqual([409, '290']);
    expect((await sandbox.api('GET', `${AUTHORIZATION}/${granted.id}`)).body.status).toBe('GRANTED');
  });

  it('is not confirmed by PATCH', async () => {
    const { id } = await sandbox.create();
    const answer = await sandbox.api('PATCH', `${AUTHORIZATION}/${id}`, { status: 'GRANTED' });
    expect([answer.status, answer.body.code]).toEqual([409, '295']);
  });

  it('answers like the quick start by switch: no status, charge_maxcount (V14, V15)', async () => {
    await setting({ quickStartCreateAnswer: true });
    const answer = await sandbox.create({ description: 'Order 1002', charge_amount: 5 });
    await setting({ quickStartCreateAnswer: false });
    expect(answer).toEqual({
      id: expect.any(String),
      description: 'Order 1002',
      charge_amount: 5,
      charge_date_start: expect.any(String),
      pos_id: sandbox.posId,
      charge_maxcount: 1,
      sharing: expect.stringContaining(answer.id),
    });
  });
});

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
    expect((await sandbox.charge('made-up')).body.code).toBe('290');
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
    expect((await sandbox.charge(read.pay_token.val)).body.code).toBe('290');
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

describe('authorization on the Acquirer device', () => {
  const acquirer = (fields: Record<string, unknown> = {}) =>
    sandbox.create({ pos_id: sandbox.acquirerPosId, ...fields });

  it('is confirmed by PATCH, which takes the money; a charge is refused (V13)', async () => {
    const created = await acquirer({ policy: 'CHARGED', scheme: 'CREDIT', merchant_custom_id: 'acq' });
    expect(created).toMatchObject({ status: 'WAITING', policy: 'CHARGED', scheme: 'CREDIT' });
    expect(created.sharing).toBeUndefined();
    const path = `${AUTHORIZATION}/${created.id}`;
    const granted = await sandbox.api('PATCH', path, { status: 'GRANTED' });
    expect([granted.status, granted.body.status]).toEqual([200, 'GRANTED']);
    const { val } = (await sandbox.api('GET', path)).body.pay_token;
    expect((await sandbox.charge(val)).body.code).toBe('296');
    expect((await sandbox.api('PATCH', path, { status: 'GRANTED' })).body.code).toBe('290');
    const { charges } = (await sandbox.control('GET', '/droppay/ledger?reference=acq')).body;
    expect(charges.map((charge: { amountMinor: number }) => charge.amountMinor)).toEqual([1230]);
  });

  it('refuses other policies, schemes, counts and statuses', async () => {
    const order = { description: 'Order', charge_amount: 1, pos_id: sandbox.acquirerPosId };
    const refusal = async (fields: Record<string, unknown>): Promise<unknown> =>
      (await sandbox.api('POST', AUTHORIZATION, { ...order, ...fields })).body.code;
    expect(await refusal({ policy: 'CHARGEABLE' })).toBe('202');
    expect(await refusal({ scheme: 'SEPASCT' })).toBe('101');
    expect(await refusal({ charge_max_count: 2 })).toBe('101');
    expect(await refusal({ loopback_uri: 'https://shop.example' })).toBe('101');
    const { id } = await acquirer();
    expect((await sandbox.api('PATCH', `${AUTHORIZATION}/${id}`, { status: 'REFUSED' })).body.code).toBe(
      '101',
    );
  });

  it('is created GRANTED by switch', async () => {
    await setting({ acquirerCreatedGranted: true });
    const created = await acquirer({ merchant_custom_id: 'acq-granted' });
    await setting({ acquirerCreatedGranted: false });
    expect(created.status).toBe('GRANTED');
    expect((await sandbox.control('GET', '/droppay/ledger?reference=acq-granted')).body.charges).toHaveLength(
      1,
    );
  });
});
