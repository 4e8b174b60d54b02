import { apiConnections } from '../../src/providers/index';
import { readConnections } from '../../src/config/connections';
import { ApiRig, goodRequest, SHOP_KEY, untouchableClient } from './api-rig';

let api: ApiRig;
beforeAll(async () => {
  api = await ApiRig.start(untouchableClient());
});
afterAll(() => api.stop());

const longMetadata = Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`k${i}`, 'v']));

/** field, change, expected code, expected path in `errors` (the field itself unless named) */
const BAD: [string, Record<string, unknown>, number, string, string?][] = [
  ['provider', { provider: undefined }, 400, 'invalid_request'],
  ['provider', { provider: 7 }, 400, 'invalid_request'],
  ['provider', { provider: 'paypal' }, 422, 'unknown_provider'],
  ['amount', { amount: undefined }, 400, 'invalid_request'],
  ['amount', { amount: 0 }, 400, 'invalid_request'],
  ['amount', { amount: -1 }, 400, 'invalid_request'],
  ['amount', { amount: 12.5 }, 400, 'invalid_request'],
  ['amount', { amount: '1250' }, 400, 'invalid_request'],
  ['amount', { amount: 2 ** 53 }, 400, 'invalid_request'],
  ['amount', { amount: 100_000_000 }, 422, 'unsupported_amount'],
  ['currency', { currency: undefined }, 400, 'invalid_request'],
  ['currency', { currency: 'eur' }, 400, 'invalid_request'],
  ['currency', { currency: 'ABC' }, 400, 'invalid_request'],
  ['currency', { currency: 'USD' }, 422, 'unsupported_currency'],
  ['reference', { reference: undefined }, 400, 'invalid_request'],
  ['reference', { reference: '' }, 400, 'invalid_request'],
  ['reference', { reference: ' ' }, 400, 'invalid_request'],
  ['reference', { reference: 'x'.repeat(65) }, 400, 'invalid_request'],
  ['reference', { reference: 'a\u0000b' }, 400, 'invalid_request'],
  ['description', { description: undefined }, 400, 'invalid_request'],
  ['description', { description: 'x'.repeat(141) }, 400, 'invalid_request'],
  ['description', { description: 'half a pair \ud800' }, 400, 'invalid_request'],
  ['returnUrl', { returnUrl: 'javascript:alert(1)' }, 400, 'invalid_request'],
  ['returnUrl', { returnUrl: 'shop.example' }, 400, 'invalid_request'],
  ['returnUrl', { returnUrl: `https://shop.example/${'x'.repeat(2048)}` }, 400, 'invalid_request'],
  ['expiresInSeconds', { expiresInSeconds: 0 }, 400, 'invalid_request'],
  ['expiresInSeconds', { expiresInSeconds: 1.5 }, 400, 'invalid_request'],
  ['expiresInSeconds', { expiresInSeconds: 59 }, 422, 'unsupported_expiry'],
  ['expiresInSeconds', { expiresInSeconds: 86_401 }, 422, 'unsupported_expiry'],
  ['customer', { customer: 'Ada' }, 400, 'invalid_request'],
  ['customer', { customer: { id: '' } }, 400, 'invalid_request', 'customer.id'],
  ['customer', { customer: { name: 'x'.repeat(141) } }, 400, 'invalid_request', 'customer.name'],
  ['customer', { customer: { email: 'ada' } }, 400, 'invalid_request', 'customer.email'],
  ['customer', { customer: { phone: '0039' } }, 400, 'invalid_request', 'customer.phone'],
  ['customer', { customer: { country: 'Italy' } }, 400, 'invalid_request', 'customer.country'],
  ['customer', { customer: { nick: 'x' } }, 400, 'invalid_request', 'customer.nick'],
  ['metadata', { metadata: longMetadata }, 400, 'invalid_request'],
  ['metadata', { metadata: { cart: 9 } }, 400, 'invalid_request', 'metadata.cart'],
  ['metadata', { metadata: { cart: 'x'.repeat(501) } }, 400, 'invalid_request', 'metadata.cart'],
  ['metadata', { metadata: { ['k'.repeat(41)]: 'v' } }, 400, 'invalid_request', `metadata.${'k'.repeat(41)}`],
  ['connection', { connection: 7 }, 400, 'invalid_request'],
  ['connection', { connection: 'second' }, 422, 'unknown_connection'],
  ['providerOptions', { providerOptions: 'none' }, 400, 'invalid_request'],
  [
    'providerOptions',
    { providerOptions: { country: 'IT' } },
    400,
    'invalid_request',
    'providerOptions.country',
  ],
  ['colour', { colour: 'red' }, 400, 'invalid_request'],
];

test.each(BAD)('bad %s %j is %i %s', async (field, change, status, code, path = field) => {
  const { status: answered, headers, body } = await api.create(goodRequest(change));
  expect({ status: answered, code: body['code'] }).toEqual({ status, code });
  expect(headers.get('content-type')).toMatch('application/problem+json');
  const errors = body['errors'] as { path: string; message: string }[];
  expect(errors.map((error) => error.path)).toEqual([path]);
  expect(errors[0]?.message).not.toBe('');
});

const CARD = { provider: 'payermax', customer: { id: 'u_77', country: 'IT' } };
const BANK = { provider: 'etpay', currency: 'CLP' };

/** What only one provider asks for or cannot take: change, expected status and code, expected paths in `errors` */
const BAD_FOR_PROVIDER: [Record<string, unknown>, number, string, string[]][] = [
  [{ provider: 'payermax' }, 400, 'invalid_request', ['customer.id', 'customer.country']],
  [{ provider: 'payermax', customer: { id: 'u_77' } }, 400, 'invalid_request', ['customer.country']],
  [{ ...CARD, amount: 1_234, currency: 'KWD' }, 422, 'unsupported_amount', ['amount']],
  [{ ...CARD, amount: 150_050, currency: 'IDR' }, 422, 'unsupported_amount', ['amount']],
  [{ ...CARD, currency: 'XOF' }, 422, 'unsupported_currency', ['currency']],
  [{ ...CARD, expiresInSeconds: 1_799 }, 422, 'unsupported_expiry', ['expiresInSeconds']],
  [
    { ...CARD, providerOptions: { componentList: ['CASH'] } },
    400,
    'invalid_request',
    ['providerOptions.componentList.0'],
  ],
  [{ ...CARD, providerOptions: { sessionKey: 's' } }, 400, 'invalid_request', ['providerOptions.sessionKey']],
  [{ provider: 'pomelo', amount: 99 }, 422, 'unsupported_amount', ['amount']],
  [{ provider: 'pomelo', currency: 'JPY' }, 422, 'unsupported_currency', ['currency']],
  [{ provider: 'pomelo', expiresInSeconds: 3_600 }, 422, 'unsupported_expiry', ['expiresInSeconds']],
  [{ provider: 'pomelo', providerOptions: { v: 1 } }, 400, 'invalid_request', ['providerOptions.v']],
  [{ ...BANK, currency: 'EUR' }, 422, 'unsupported_currency', ['currency']],
  [{ ...BANK, currency: 'MXN', amount: 1_000 }, 422, 'unsupported_currency', ['currency']],
  [
    { ...BANK, providerOptions: { userBankCode: 'santander' } },
    400,
    'invalid_request',
    ['providerOptions.userBankCode'],
  ],
  [{ ...BANK, providerOptions: { concat: '&' } }, 400, 'invalid_request', ['providerOptions.concat']],
  [{ provider: 'droppay-acquirer', currency: 'USD' }, 422, 'unsupported_currency', ['currency']],
];

test.each(BAD_FOR_PROVIDER)('%j is %i %s', async (change, status, code, paths) => {
  const { status: answered, body } = await api.create(goodRequest(change));
  expect({ status: answered, code: body['code'] }).toEqual({ status, code });
  expect((body['errors'] as { path: string }[]).map(({ path }) => path)).toEqual(paths);
});

test('pesos with centavos are refused where the account is Mexican', async () => {
  const { connections } = api.settings;
  const mexican = await ApiRig.start(untouchableClient(), {
    connections: { ...connections, etpay: { default: { currency: 'MXN' } } },
  });
  const { status, body } = await mexican.create(goodRequest({ ...BANK, currency: 'MXN', amount: 1_050 }));
  expect({ status, code: body['code'] }).toEqual({ status: 422, code: 'unsupported_amount' });
  expect(body['detail']).toContain('MXN without decimals');
  await mexican.stop();
});

test.each([CARD, { ...CARD, providerOptions: { componentList: ['CARD'] } }, BANK, { provider: 'pomelo' }])(
  '%j is taken',
  async (change) => {
    expect((await api.create(goodRequest(change))).status).toBe(500);
    expect(api.logs.join('')).toContain('must not touch Temporal');
  },
);

test('every bad field is named at once', async () => {
  const { body } = await api.create({ provider: 'droppay-pos', amount: 0, currency: 'x', extra: 1 });
  const paths = (body['errors'] as { path: string }[]).map(({ path }) => path);
  expect(paths.sort()).toEqual(['amount', 'currency', 'description', 'extra', 'reference']);
});

test.each([[[]], ['text'], [7], [null]])('a body that is %j is not a payment', async (body) => {
  const answer = await api.create(JSON.stringify(body));
  expect(answer).toMatchObject({
    status: 400,
    body: { code: 'invalid_request', detail: 'the body must be a JSON object' },
  });
});

test('no body at all is refused', async () => {
  const answer = await api.call({
    method: 'POST',
    path: '/v1/payments',
    headers: { 'idempotency-key': 'k' },
  });
  expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
});

test.each([
  [{}, 'idempotency_key_missing'],
  [{ 'idempotency-key': 'x'.repeat(256) }, 'idempotency_key_invalid'],
  [{ 'idempotency-key': 'a b' }, 'idempotency_key_invalid'],
  [{ 'idempotency-key': 'caf\u00e9' }, 'idempotency_key_invalid'],
])('idempotency key %j is %s', async (headers, code) => {
  const answer = await api.call({ method: 'POST', path: '/v1/payments', body: goodRequest(), headers });
  expect(answer).toMatchObject({ status: 400, body: { code } });
});

test('malformed JSON, too large, wrong type', async () => {
  const send = (body: string, type: string) =>
    api.call({
      method: 'POST',
      path: '/v1/payments',
      body,
      headers: { 'content-type': type, 'idempotency-key': 'k' },
    });
  expect(await send('{"amount":', 'application/json')).toMatchObject({
    status: 400,
    body: { code: 'malformed_json' },
  });
  const large = JSON.stringify({ description: 'x'.repeat(64 * 1024) });
  expect(await send(large, 'application/json')).toMatchObject({
    status: 413,
    body: { code: 'body_too_large' },
  });
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/json; charset=latin1',
  ]) {
    expect(await send('{}', type)).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } });
  }
});

describe('in production', () => {
  let production: ApiRig;
  beforeAll(async () => {
    production = await ApiRig.start(untouchableClient(), {
      production: true,
      connections: apiConnections(readConnections({}, [])),
    });
  });
  afterAll(() => production.stop());

  test('returnUrl must be https', async () => {
    const { status, body } = await production.create(goodRequest({ returnUrl: 'http://shop.example/' }));
    expect(status).toBe(400);
    expect(body['errors']).toEqual([{ path: 'returnUrl', message: 'returnUrl must be https in production' }]);
  });

  test.each(['https://shop.example/', 'http://localhost:8080/', 'http://127.0.0.1/'])(
    'returnUrl %s passes, and a provider without account is named',
    async (returnUrl) => {
      const { status, body } = await production.create(goodRequest({ returnUrl }));
      expect({ status, code: body['code'] }).toEqual({ status: 422, code: 'provider_not_configured' });
    },
  );
});

test('a good request reaches Temporal: the client of these tests can be touched', async () => {
  const { status, body, text } = await api.create(goodRequest());
  expect({ status, code: body['code'] }).toEqual({ status: 500, code: 'internal_error' });
  expect(text).not.toContain('touch');
  expect(api.logs.join('')).toContain('must not touch Temporal');
  expect(api.logs.join('')).not.toContain(SHOP_KEY);
});
