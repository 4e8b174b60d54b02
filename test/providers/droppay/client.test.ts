import { DropPayClient } from '../../../src/providers/droppay/client';
import { ProviderError } from '../../../src/providers/provider-error';
import * as v from './vectors';
import { forTests } from '../local-server';
import { type WireAnswer, WireServer } from '../wire-server';
import { PATIENT, soonWhereItHangs } from '../../support/patience';

const wire = forTests(new WireServer());
let client: DropPayClient;
beforeEach(() => {
  client = new DropPayClient(v.settingsFor(`${wire.url}/`, PATIENT));
});
afterEach(() => client.close());

const wanted = {
  amount: 1230,
  description: 'Order 1001',
  merchantCustomId: '1001',
  webhookUrl: 'https://u:p@shop.example/hooks/droppay',
  returnUrl: 'https://shop.example/o/1001/',
};
const create = () => client.createAuthorization('aa11', wanted);
const read = () => client.getAuthorization('aa11', 'CHTTEST0001');
const charge = (amount = 1230) => client.charge('aa11', v.V3_TOKEN.val, amount, 'Order 1001');

async function errorOf(promise: Promise<unknown>): Promise<ProviderError> {
  const outcome = await promise.catch((error: unknown) => error);
  if (outcome instanceof ProviderError) return outcome;
  throw new Error(`expected a ProviderError, got ${JSON.stringify(outcome)}`);
}

describe('what is sent and read', () => {
  test('V1: the login', async () => {
    wire.on(v.LOGIN, { status: 200, json: v.V1_ANSWER });
    await expect(client.logIn()).resolves.toEqual({ accessToken: 'aa11', expiresInSeconds: 3600 });
    const [request] = wire.requests;
    expect(request).toMatchObject({ authorization: undefined, contentType: 'application/json' });
    expect(JSON.parse(request?.text ?? '')).toEqual({
      grant_type: 'authorization_code',
      code: 'test-code',
      client_id: 'test-key',
      client_secret: 'test-secret',
      scope: 'app',
    });
  });

  test('V2: create, with the amount written exactly', async () => {
    wire.on(v.CREATE, { status: 200, json: v.V2_ANSWER });
    await expect(create()).resolves.toMatchObject({
      id: 'CHTTEST0001',
      status: 'WAITING',
      chargeAmount: 1230,
      maxCount: 1,
      sharing: 'https://dp.link/u/10/CHTTEST0001',
    });
    const [request] = wire.requests;
    expect(request).toMatchObject({ authorization: 'Bearer aa11', contentType: 'application/json' });
    expect(request?.text).toContain('"charge_amount":12.30,');
    expect(JSON.parse(request?.text ?? '')).toEqual(v.V2_REQUEST);
  });

  test('V3: a granted authorization', async () => {
    wire.on(v.READ, { status: 200, json: v.V3_GRANTED });
    await expect(read()).resolves.toEqual({
      id: 'CHTTEST0001',
      status: 'GRANTED',
      policy: null,
      posId: 'POSTEST1',
      chargeAmount: 1230,
      maxCount: 1,
      successCount: 0,
      merchantCustomId: '1001',
      sharing: 'https://dp.link/u/10/CHTTEST0001',
      payToken: { value: v.V3_TOKEN.val, expiresAt: '2026-01-31T10:03:00+01:00', chargesLeft: 1 },
    });
    expect(wire.requests[0]).toMatchObject({
      authorization: 'Bearer aa11',
      text: '',
      contentType: undefined,
    });
  });

  test('V4: a charge', async () => {
    wire.on(v.CHARGE, { status: 200, json: v.V4_ANSWER });
    await expect(charge()).resolves.toEqual({
      id: 'CHATEST0001',
      authorizationId: 'CHTTEST0001',
      status: 'DONE',
      amount: 1230,
    });
    const [request] = wire.requests;
    expect(request?.text).toContain('"amount":12.30,');
    expect(JSON.parse(request?.text ?? '')).toEqual(v.V4_REQUEST);
  });

  test.each([
    [1, '0.01'],
    [10, '0.10'],
    [100, '1.00'],
    [29, '0.29'],
    [113999, '1139.99'],
    [9007199254740991, '90071992547409.91'],
  ])('%i cents are written as %s', async (cents, text) => {
    wire.on(v.CHARGE, { status: 200, json: v.V4_ANSWER });
    await charge(cents);
    expect(wire.requests[0]?.text).toMatch(new RegExp(`^\\{"amount":${text.replace('.', '\\.')},`));
  });

  test('V13: the Acquirer device is confirmed by PATCH', async () => {
    wire.on(v.PATCH, { status: 200, json: { ...v.V2_ANSWER, policy: 'CHARGED', status: 'GRANTED' } });
    const granted = await client.grantAuthorization('aa11', 'CHTTEST0001');
    expect(granted).toMatchObject({ status: 'GRANTED', policy: 'CHARGED' });
    expect(wire.requests.map(({ method, text }) => [method, text])).toEqual([
      ['PATCH', '{"status":"GRANTED"}'],
    ]);
  });

  test.each([
    ['with a body', { status: 200, json: { ...v.V2_ANSWER, status: 'CANCELLED' } }],
    ['without one', { status: 204 }],
  ])('DELETE takes a 2xx %s', async (_, answer) => {
    wire.on(v.DELETE, answer);
    await expect(client.deleteAuthorization('aa11', 'CHTTEST0001')).resolves.toBeUndefined();
  });

  test('V14, V15: the misspelt count and the sparse create answer of the quick start', async () => {
    wire.on(v.CREATE, { status: 200, json: v.V15_ANSWER });
    await expect(create()).resolves.toMatchObject({
      id: 'CHTTEST0002',
      status: null,
      maxCount: 1,
      successCount: null,
      chargeAmount: 500,
    });
  });

  test('an id goes into the path as one segment', async () => {
    wire.on('GET /shop/v1/pos/authorization/..%2Fcharge%3Fa', { status: 200, json: v.V3_GRANTED });
    await client.getAuthorization('aa11', '../charge?a');
    expect(wire.requests).toHaveLength(1);
  });
});

describe('lenient reading', () => {
  const readAs = (change: object) => {
    wire.on(v.READ, { status: 200, json: { ...v.V3_GRANTED, ...change } });
    return read();
  };

  test.each([
    [{ charge_amount: '12.30' }, { chargeAmount: 1230 }],
    [{ charge_amount: 50 }, { chargeAmount: 5000 }],
    [{ charge_amount: 0.29 }, { chargeAmount: 29 }],
    [{ charge_success_count: '1' }, { successCount: 1 }],
    [{ charge_max_count: '2' }, { maxCount: 2 }],
    [
      { pay_token: { val: 't', charge_max_count: 1 } },
      { payToken: { value: 't', expiresAt: null, chargesLeft: 1 } },
    ],
    [
      { pay_token: null, status: null, sharing: null },
      { payToken: null, status: null, sharing: null },
    ],
    [{ brand: { any: 'thing' }, new_field: 1 }, { id: 'CHTTEST0001' }],
  ])('%j', async (wireFields, read) => {
    await expect(readAs(wireFields)).resolves.toMatchObject(read);
  });

  test.each([
    { charge_amount: 12.345 },
    { charge_amount: -1 },
    { charge_amount: 'twelve' },
    { charge_success_count: -1 },
    { charge_success_count: 0.5 },
    { charge_success_count: 'none' },
    { id: '' },
    { id: 7 },
  ])('never guesses: %j', async (change) => {
    const error = await errorOf(readAs(change));
    expect(error).toMatchObject({ kind: 'outcome_unknown', httpStatus: 200 });
    expect(error.message).toContain(Object.keys(change)[0]);
  });
});

describe('errors', () => {
  test.each([
    ['V8', v.V8_TOKEN_EXPIRED, { kind: 'unauthenticated', httpStatus: 401, providerCode: '401/102' }],
    ['V9', v.V9_NO_BODY, { kind: 'invalid_request', httpStatus: 400, providerCode: '400' }],
    ['V10', v.V10_SAME_PARTY, { kind: 'declined', httpStatus: 403, providerCode: '403/200' }],
    ['V10', v.V10_EXPIRED, { kind: 'declined', httpStatus: 409, providerCode: '409/200' }],
    ['policy', { status: 400, json: { code: '202' } }, { kind: 'invalid_request', providerCode: '400/202' }],
    [
      'a numeric code',
      { status: 400, json: { code: 101 } },
      { kind: 'invalid_request', providerCode: '400/101' },
    ],
    ['not found', { status: 404 }, { kind: 'invalid_request', providerCode: '404' }],
    ['HTML', { status: 403, text: '<html>' }, { kind: 'unauthenticated', providerCode: '403' }],
    ['unknown', { status: 409, json: { code: '999' } }, { kind: 'declined', providerCode: '409/999' }],
    [
      'a code that is none',
      { status: 409, json: { code: 'a b' } },
      { kind: 'declined', providerCode: '409' },
    ],
  ])('%s %j is the same for a read and a charge', async (_, answer: WireAnswer, expected) => {
    wire.on(v.READ, answer).on(v.CHARGE, answer);
    expect(await errorOf(read())).toMatchObject({
      ...expected,
      provider: 'DropPay',
      call: 'get authorization',
    });
    expect(await errorOf(charge())).toMatchObject({ ...expected, provider: 'DropPay', call: 'charge' });
  });

  test('V10: the same code under two statuses means two things', async () => {
    wire.on(v.CHARGE, v.V10_SAME_PARTY, v.V10_EXPIRED);
    const messages = [(await errorOf(charge())).message, (await errorOf(charge())).message];
    expect(messages).toEqual([
      'DropPay, charge: payer and payee are the same',
      'DropPay, charge: the authorization has expired',
    ]);
  });

  test.each<[string, WireAnswer]>([
    ['a 500', { status: 500, json: { code: '100' } }],
    ['a redirect', { status: 302, headers: { location: '/' } }],
    ['a time-out', 'hang'],
    ['a reset', 'reset'],
    ['a 200 without a body', { status: 200 }],
    ['a 200 with HTML', { status: 200, text: '<html>' }],
  ])('%s: a read may be repeated, a charge may not', async (_, answer) => {
    client = new DropPayClient(v.settingsFor(wire.url, soonWhereItHangs(answer)));
    wire.on(v.READ, answer).on(v.CHARGE, answer).on(v.CREATE, answer).on(v.PATCH, answer);
    expect((await errorOf(read())).kind).toBe('unavailable');
    expect((await errorOf(create())).kind).toBe('unavailable');
    expect((await errorOf(charge())).kind).toBe('outcome_unknown');
    expect((await errorOf(client.grantAuthorization('aa11', 'CHTTEST0001'))).kind).toBe('outcome_unknown');
    expect(wire.sent(v.CHARGE)).toHaveLength(1);
    expect(wire.sent(v.PATCH)).toHaveLength(1);
  });

  test.each([
    ['401/100', { status: 401, json: { code: '100' } }],
    ['an unknown 4xx', { status: 400, json: { code: '299' } }],
    ['a 409', { status: 409 }],
  ])('a login refused with %s means that the settings are wrong', async (_, answer: WireAnswer) => {
    wire.on(v.LOGIN, answer);
    expect((await errorOf(client.logIn())).kind).toBe('unauthenticated');
  });

  test.each([{ expires_in: 0 }, { expires_in: -5 }, { access_token: '' }, { access_token: 'a\nb' }])(
    'a login answer with %j is not believed',
    async (change) => {
      wire.on(v.LOGIN, { status: 200, json: { ...v.V1_ANSWER, ...change } });
      expect((await errorOf(client.logIn())).kind).toBe('outcome_unknown');
    },
  );

  test('never show a secret, a token or what the provider wrote', async () => {
    const echo = (request: { text: string; authorization?: string }) => ({
      status: 400,
      json: { code: '101', description: `${request.text} ${request.authorization}` },
    });
    wire.on(v.LOGIN, echo).on(v.CHARGE, echo);
    const errors = [await errorOf(client.logIn()), await errorOf(charge())];
    for (const error of errors) {
      expect(JSON.stringify(error) + error.message + error.stack).not.toMatch(
        /test-secret|test-code|aa11|6f0e4a52/,
      );
    }
  });
});
