import { SANDBOX_CREDENTIALS, SANDBOX_MEXICO_CREDENTIALS } from '../../../src/sandbox/etpay/accounts';
import { http } from '../sandbox-client';
import { startEtpaySandbox, type EtpaySandbox } from './etpay-client';

let sandbox: EtpaySandbox;
beforeEach(async () => {
  sandbox = await startEtpaySandbox();
});
afterEach(() => sandbox.close());

const fault = (order: Record<string, unknown>) => sandbox.control('POST', '/etpay/faults', order);

describe('initialize', () => {
  it('answers a token and a signature_token, new each time, and keeps the amount', async () => {
    const [first, second] = [await sandbox.session(), await sandbox.session()];
    for (const token of [first.token, first.signature_token, second.token, second.signature_token]) {
      expect(token).toMatch(/^[A-Za-z0-9]{64}$/);
    }
    expect(new Set(Object.values({ ...first, a: second.token, b: second.signature_token })).size).toBe(4);
    expect((await sandbox.ledger('ORDER-1001')).payments).toMatchObject([
      { id: first.token, state: 'CREATED', amountMinor: 15990, currency: 'CLP' },
      { id: second.token, state: 'CREATED', amountMinor: 15990, currency: 'CLP' },
    ]);
  });

  it('takes every documented field, and JSON without a media type', async () => {
    const fields = {
      merchant_code: sandbox.merchantCode,
      merchant_api_token: sandbox.apiToken,
      merchant_order_id: 'x'.repeat(64),
      order_amount: 1,
      customer_email: 'payer@shop.example',
      customer_phone: '5512345678',
      metadata: [{ name: 'Seat', value: 'A1', show: true }],
      payment_completed_url: 'https://shop.example/ok',
      payment_cancellation_url: 'https://shop.example/ko',
      payment_webhook_url: 'https://shop.example/hook',
      concat: '&',
      user_bank_code: 'CL_ESTADO',
      user_rut: '111111111',
      is_rut_block: 'true',
      target_flow: 'spei',
    };
    const answer = await fetch(`${sandbox.url}/etpay/api/session/initialize`, {
      method: 'POST',
      body: JSON.stringify(fields),
      headers: { 'content-type': 'text/plain' },
    });
    expect([answer.status, Object.keys((await answer.json()) as object)]).toEqual([
      200,
      ['token', 'signature_token'],
    ]);
  });

  it.each([
    ['no order id', { merchant_order_id: undefined }, 'merchant_order_id: '],
    ['an underscore', { merchant_order_id: 'pay_1' }, 'merchant_order_id: '],
    ['65 characters', { merchant_order_id: 'x'.repeat(65) }, 'merchant_order_id: '],
    ['an order id that is a number', { merchant_order_id: 1001 }, 'merchant_order_id: '],
    ['a fraction', { order_amount: 10.5 }, 'order_amount: '],
    ['zero', { order_amount: 0 }, 'order_amount: '],
    ['a text amount', { order_amount: '15990' }, 'order_amount: '],
    ['a phone of 9 digits', { customer_phone: '551234567' }, 'customer_phone: '],
    ['metadata without show', { metadata: [{ name: 'a', value: 'b' }] }, 'metadata.0.show: '],
    ["another country's bank", { user_bank_code: 'mx_bbva' }, 'user_bank_code: '],
    ['another flow', { target_flow: 'card' }, 'target_flow: '],
    ['a misspelt field', { payment_webook_url: 'https://shop.example' }, 'payment_webook_url'],
  ])('refuses %s with 400 and a message', async (_what, fields, message) => {
    const answer = await sandbox.initialize(fields);
    expect([answer.status, Object.keys(answer.body)]).toEqual([400, ['message']]);
    expect(answer.body.message).toContain(message);
    expect((await sandbox.control('GET', '/etpay/ledger')).body.payments).toEqual([]);
  });

  it('refuses a hyphen only by switch', async () => {
    await sandbox.settings({ orderIdLettersAndDigitsOnly: true });
    expect((await sandbox.initialize()).status).toBe(400);
    expect((await sandbox.initialize({ merchant_order_id: 'ORDER1001' })).status).toBe(200);
  });

  it.each([
    ['a wrong token', () => ({ merchant_api_token: 'guess' })],
    ['a wrong code', () => ({ merchant_code: 'cl_nobody' })],
    ["another merchant's code", () => ({ merchant_code: SANDBOX_CREDENTIALS.merchantCode })],
  ])('refuses %s with 401', async (_what, fields) => {
    expect((await sandbox.initialize(fields())).status).toBe(401);
  });

  it('answers text that is no JSON, other methods and other paths with a message', async () => {
    expect((await sandbox.api('/session/initialize', '{"merchant_code":')).status).toBe(400);
    const got = await http('GET', `${sandbox.url}/etpay/api/session/initialize`);
    expect([got.status, got.headers.get('allow'), got.body]).toEqual([
      405,
      'POST',
      { message: 'Method not allowed' },
    ]);
    expect((await sandbox.api('/nowhere', {})).status).toBe(404);
  });
});

describe('check_payment_status', () => {
  it('is [] while nothing was paid, and lists the payment by each key afterwards', async () => {
    const { token } = await sandbox.session();
    expect((await sandbox.status({ session_token: token })).body).toEqual([]);
    const paid = (await sandbox.act(token, 'approve', { bank: 'cl_bci' })).body;
    const paymentToken = paid.attempts[0].id;
    const expected = {
      payment_token: paymentToken,
      session_token: token,
      merchant_order_id: 'ORDER-1001',
      merchant_amount: 15990,
      merchant_currency: 'CLP',
      user_bank: 'Bci',
      user_rut: '111111111',
      user_account: 'Cuenta Corriente 12345678',
      payment_status: 'success',
      payment_date: expect.stringMatching(/^\d{2}-\d{2}-\d{4} \d{2}:\d{2}:\d{2}$/),
      validationWeb: true,
      validationMail: false,
      reason: '',
      code: '',
      confirmated_at: '',
    };
    for (const keys of [
      { session_token: token },
      { merchant_order_id: 'ORDER-1001' },
      { payment_token: paymentToken },
      { session_token: token, merchant_order_id: 'ORDER-1001', payment_token: paymentToken },
      { merchant_order_id: 'ORDER-1001', merchant_code: sandbox.merchantCode },
    ]) {
      const answer = await sandbox.status(keys);
      expect([answer.status, answer.body]).toEqual([200, [expected]]);
    }
    for (const keys of [
      { session_token: 'other' },
      { merchant_order_id: 'ORDER-1002' },
      { payment_token: token },
      { session_token: token, merchant_order_id: 'ORDER-1002' },
    ]) {
      expect((await sandbox.status(keys)).body).toEqual([]);
    }
  });

  it('takes the order id as an integer', async () => {
    await sandbox.session({ merchant_order_id: '1001' });
    await sandbox.act('1001', 'approve');
    expect((await sandbox.status({ merchant_order_id: 1001 })).body).toHaveLength(1);
  });

  it('lists both payments of an order whose two sessions were paid (E10)', async () => {
    const [first, second] = [await sandbox.session(), await sandbox.session()];
    await sandbox.act(second.token, 'approve');
    await sandbox.act(first.token, 'approve');
    const { body } = await sandbox.status({ merchant_order_id: 'ORDER-1001' });
    expect(body.map((each: { session_token: string }) => each.session_token)).toEqual([
      first.token,
      second.token,
    ]);
    expect(new Set(body.map((each: { payment_token: string }) => each.payment_token)).size).toBe(2);
    expect((await sandbox.ledger('ORDER-1001')).charges).toMatchObject([
      { amountMinor: 15990, currency: 'CLP', reference: 'ORDER-1001', sessionId: first.token },
      { amountMinor: 15990, currency: 'CLP', reference: 'ORDER-1001', sessionId: second.token },
    ]);
  });

  it("needs a key and the merchant's own token, and shows nobody else's payments", async () => {
    const { token } = await sandbox.session();
    await sandbox.act(token, 'approve');
    expect((await sandbox.status({})).status).toBe(400);
    expect((await sandbox.status({ session_token: token, merchant_api_token: 'guess' })).status).toBe(401);
    expect((await sandbox.status({ session_token: token, merchant_code: 'cl_x' })).status).toBe(401);
    const { merchantApiToken } = SANDBOX_CREDENTIALS;
    for (const keys of [{ session_token: token }, { merchant_order_id: 'ORDER-1001' }]) {
      expect((await sandbox.status({ ...keys, merchant_api_token: merchantApiToken })).body).toEqual([]);
    }
  });

  it('by switch: failures left out, open ones listed, 404, a lag, amounts as text', async () => {
    const failed = await sandbox.session();
    await sandbox.act(failed.token, 'refuse');
    const open = await sandbox.session();
    const listed = async (): Promise<unknown[]> => {
      const { body } = await sandbox.status({ merchant_order_id: 'ORDER-1001' });
      return body.map((each: Record<string, unknown>) => [
        each.session_token,
        each.payment_status,
        'payment_token' in each,
      ]);
    };
    expect(await listed()).toEqual([[failed.token, 'error', true]]);
    await sandbox.settings({ statusListsOpen: true, openLabel: 'waiting' });
    expect(await listed()).toEqual([
      [failed.token, 'error', true],
      [open.token, 'waiting', false],
    ]);
    await sandbox.settings({ statusListsOpen: false, statusListsFailures: false, noMatchIs404: true });
    const none = await sandbox.status({ merchant_order_id: 'ORDER-1001' });
    expect([none.status, none.body]).toEqual([404, { message: 'No payment found' }]);
    await sandbox.settings({ noMatchIs404: false, statusLagMs: 60_000, amountAsText: true });
    await sandbox.act(open.token, 'approve');
    expect(await listed()).toEqual([]);
    await sandbox.control('POST', '/clock', { advanceMs: 60_000 });
    expect((await sandbox.status({ session_token: open.token })).body).toMatchObject([
      { payment_status: 'success', merchant_amount: '15990' },
    ]);
  });
});

describe('faults', () => {
  it('loses the answer of initialize while the session exists, by our reference only', async () => {
    await fault({
      call: 'initialize',
      kind: 'reset',
      apply: 'before',
      match: { reference: 'LOST', clientId: sandbox.merchantCode },
    });
    await sandbox.session();
    await expect(sandbox.initialize({ merchant_order_id: 'LOST' })).rejects.toThrow();
    expect((await sandbox.ledger('LOST')).payments).toMatchObject([{ state: 'CREATED' }]);
    const { counts, calls } = (await sandbox.control('GET', '/etpay/calls?reference=LOST')).body;
    expect(counts).toEqual({ initialize: { total: 1, accepted: 1, refused: 0, notApplied: 0 } });
    expect(calls[0]).toMatchObject({ answer: 'none', effect: { httpStatus: 200 } });
  });

  it.each(['session_token', 'payment_token', 'merchant_order_id'])(
    'finds the status call by %s',
    async (key) => {
      const { token } = await sandbox.session();
      const paid = (await sandbox.act(token, 'approve')).body;
      const keys: Record<string, string> = {
        session_token: token,
        payment_token: paid.attempts[0].id,
        merchant_order_id: 'ORDER-1001',
      };
      await fault({ call: 'status', kind: 'status', status: 503, match: { reference: 'ORDER-1001' } });
      expect((await sandbox.status({ [key]: keys[key] })).status).toBe(503);
      expect((await sandbox.status({ [key]: keys[key] })).status).toBe(200);
    },
  );

  it('overrides every element of the status list', async () => {
    const { token } = await sandbox.session();
    await sandbox.act(token, 'approve');
    await sandbox.act(token, 'pay-again');
    await fault({ call: 'status', kind: 'override', body: { payment_status: 'odd', code: null } });
    const { body } = await sandbox.status({ session_token: token });
    expect(body).toHaveLength(2);
    for (const each of body) {
      expect(each).toMatchObject({ payment_status: 'odd', merchant_amount: 15990 });
      expect(each).not.toHaveProperty('code');
    }
    expect((await sandbox.status({ session_token: token })).body[0].payment_status).toBe('success');
  });

  it.each([
    [{ kind: 'garbage' }, 200, '{"truncated":'],
    [{ kind: 'status', status: 200, body: { not: 'a list' } }, 200, '{"not":"a list"}'],
    [{ kind: 'wrong_content_type' }, 200, '[]'],
    [{ kind: 'slow', ms: 20 }, 200, '[]'],
  ])('%j', async (order, status, text) => {
    await fault({ call: 'status', ...order });
    const answer = await sandbox.status({ session_token: 'none' });
    expect([answer.status, answer.text]).toEqual([status, text]);
  });
});

it('has a Chilean and a Mexican account by default; MXN are whole pesos, minor units in the ledger', async () => {
  for (const [credentials, currency, amountMinor] of [
    [SANDBOX_CREDENTIALS, 'CLP', 39],
    [SANDBOX_MEXICO_CREDENTIALS, 'MXN', 3900],
  ] as const) {
    const keys = {
      merchant_code: credentials.merchantCode,
      merchant_api_token: credentials.merchantApiToken,
    };
    const { token } = await sandbox.session({ ...keys, order_amount: 39 });
    await sandbox.act(token, 'approve');
    const listed = await sandbox.status({ ...keys, session_token: token });
    expect(listed.body).toMatchObject([{ merchant_amount: 39, merchant_currency: currency }]);
    const { charges } = await sandbox.ledger('ORDER-1001');
    expect(charges.at(-1)).toMatchObject({ id: listed.body[0].payment_token, amountMinor, currency });
    expect((await sandbox.initialize({ ...keys, order_amount: 39.5 })).status).toBe(400);
  }
});
