import { startTestSandbox, type TestSandbox } from './sandbox-client';

const AUTHORIZATION = '/shop/v1/pos/authorization';
const TOKEN = '/oa2/v1/ac/token';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox({ publicUrl: 'https://sandbox.example/' });
});
afterAll(() => sandbox.close());

function setting(change: Record<string, unknown>) {
  return sandbox.control('POST', '/droppay/settings', { clientId: sandbox.clientId, ...change });
}

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
