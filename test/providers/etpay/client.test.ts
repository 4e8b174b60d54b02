import { EtPayClient } from '../../../src/providers/etpay/client';
import { ProviderError } from '../../../src/providers/provider-error';
import { forTests, goneAddress } from '../local-server';
import { type WireAnswer, WireServer } from '../wire-server';
import * as v from './vectors';
import { PATIENT, soonWhereItHangs } from '../../support/patience';

const wire = forTests(new WireServer());
let client: EtPayClient;
beforeEach(() => {
  client = new EtPayClient(v.settingsFor(`${wire.url}/`, PATIENT));
});
afterEach(() => client.close());

const wanted = {
  merchantOrderId: v.ORDER_ID,
  orderAmount: 15990,
  description: 'Two tickets',
  webhookUrl: 'https://pay.example/w',
  returnUrl: 'https://pay.example/r',
};
const initialize = () => client.initializeSession(wanted);
const check = () => client.checkPaymentStatus(v.ORDER_ID);

async function errorOf(promise: Promise<unknown>): Promise<ProviderError> {
  const outcome = await promise.catch((error: unknown) => error);
  if (outcome instanceof ProviderError) return outcome;
  throw new Error(`expected a ProviderError, got ${JSON.stringify(outcome)}`);
}

describe('initializeSession', () => {
  test('sends the documented body and reads both tokens', async () => {
    wire.on(v.INITIALIZE, { status: 200, json: { ...v.SESSION_ANSWER, something: 'else' } });
    await expect(initialize()).resolves.toEqual({
      sessionToken: v.SESSION_TOKEN,
      signatureToken: v.SIGNATURE_TOKEN,
    });
    const [request] = wire.requests;
    expect(request).toMatchObject({ authorization: undefined, contentType: 'application/json' });
    expect(request?.text).toContain('"order_amount":15990,');
    expect(JSON.parse(request?.text ?? '')).toEqual({
      merchant_code: 'cl_test',
      merchant_api_token: 'test-api-token',
      merchant_order_id: v.ORDER_ID,
      order_amount: 15990,
      metadata: [{ name: 'description', value: 'Two tickets', show: true }],
      payment_completed_url: 'https://pay.example/r',
      payment_cancellation_url: 'https://pay.example/r',
      payment_webhook_url: 'https://pay.example/w',
    });
  });

  test('sends the optional fields under their names', async () => {
    wire.on(v.INITIALIZE, { status: 200, json: v.SESSION_ANSWER });
    await client.initializeSession({
      ...wanted,
      customerEmail: 'ada@example.org',
      customerPhone: '5512345678',
      userBankCode: 'mx_bbva',
      userRut: '111111111',
      targetFlow: 'codi',
    });
    expect(JSON.parse(wire.requests[0]?.text ?? '')).toMatchObject({
      customer_email: 'ada@example.org',
      customer_phone: '5512345678',
      user_bank_code: 'mx_bbva',
      user_rut: '111111111',
      target_flow: 'codi',
    });
  });

  test.each([
    { token: undefined },
    { token: '' },
    { token: '..' },
    { token: 'a b' },
    { token: 7 },
    { signature_token: undefined },
    { signature_token: '' },
  ])('never guesses: %j', async (change) => {
    wire.on(v.INITIALIZE, { status: 200, json: { ...v.SESSION_ANSWER, ...change } });
    const error = await errorOf(initialize());
    expect(error).toMatchObject({ kind: 'outcome_unknown', httpStatus: 200 });
    expect(error.message).toContain(Object.keys(change)[0]);
    expect(wire.requests).toHaveLength(1);
  });
});

describe('checkPaymentStatus', () => {
  test('asks with the API token and our order id only, and reads the list', async () => {
    wire.on(v.STATUS, { status: 200, json: [v.CLAIMS, null] });
    await expect(check()).resolves.toEqual([
      {
        merchantOrderId: v.ORDER_ID,
        paymentToken: 'payTok0001',
        sessionToken: v.SESSION_TOKEN,
        money: { amount: 15990, currency: 'CLP' },
        status: 'success',
        providerCode: 'success',
      },
      null,
    ]);
    expect(wire.requests[0]).toMatchObject({ contentType: 'application/json' });
    expect(JSON.parse(wire.requests[0]?.text ?? '')).toEqual({
      merchant_api_token: 'test-api-token',
      merchant_order_id: v.ORDER_ID,
    });
  });

  test.each<[string, WireAnswer]>([
    ['an empty list', { status: 200, json: [] }],
    ['a 404 of ETpay', { status: 404, json: { message: 'not found' } }],
  ])('%s knows nothing', async (_, answer) => {
    wire.on(v.STATUS, answer);
    await expect(check()).resolves.toEqual([]);
  });

  test.each<[string, WireAnswer]>([
    ['HTML', { status: 404, text: '<html>' }],
    ['no body', { status: 404 }],
  ])("a 404 with %s is not ETpay's word about a payment", async (_, answer) => {
    wire.on(v.STATUS, answer);
    const error = await errorOf(check());
    expect(error.kind).toBe('unavailable');
    expect(error.message).toContain('ETPAY_API_URL');
  });

  test.each([{}, { message: 'no match' }, v.CLAIMS, null, 'success'])('%j is no list', async (json) => {
    wire.on(v.STATUS, { status: 200, json });
    expect(await errorOf(check())).toMatchObject({ kind: 'outcome_unknown' });
  });
});

describe('errors', () => {
  test.each<[string, WireAnswer, object]>([
    ['a 400', { status: 400, json: { message: 'bad' } }, { kind: 'invalid_request', providerCode: '400' }],
    ['a 401', { status: 401, json: { message: 'no' } }, { kind: 'unauthenticated', providerCode: '401' }],
    ['a 403 with HTML', { status: 403, text: '<html>' }, { kind: 'unauthenticated', providerCode: '403' }],
    ['a 422', { status: 422 }, { kind: 'invalid_request', providerCode: '422' }],
    [
      'a 429',
      { status: 429, headers: { 'retry-after': '9' } },
      { kind: 'rate_limited', retryAfterMs: 9_000 },
    ],
    ['a 500', { status: 500, json: { message: 'oops' } }, { kind: 'unavailable' }],
    ['a redirect', { status: 302, headers: { location: '/' } }, { kind: 'unavailable' }],
    ['a time-out', 'hang', { kind: 'unavailable' }],
    ['a reset', 'reset', { kind: 'unavailable' }],
    ['a 200 without a body', { status: 200 }, { kind: 'unavailable' }],
    ['a 200 with HTML', { status: 200, text: '<html>' }, { kind: 'unavailable' }],
  ])('%s is the same for both calls, and is not repeated here', async (_, answer, expected) => {
    client = new EtPayClient(v.settingsFor(wire.url, soonWhereItHangs(answer)));
    wire.on(v.INITIALIZE, answer).on(v.STATUS, answer);
    expect(await errorOf(initialize())).toMatchObject({ ...expected, call: 'initialize session' });
    expect(await errorOf(check())).toMatchObject({ ...expected, call: 'check payment status' });
    expect(wire.requests).toHaveLength(2);
  });

  test('a 404 of the session call is a refusal', async () => {
    wire.on(v.INITIALIZE, { status: 404 });
    expect(await errorOf(initialize())).toMatchObject({ kind: 'invalid_request', providerCode: '404' });
  });

  test('nobody there is not sent', async () => {
    const url = await goneAddress(new WireServer());
    const lost = new EtPayClient(v.settingsFor(url));
    expect(await errorOf(lost.checkPaymentStatus(v.ORDER_ID))).toMatchObject({ kind: 'not_sent' });
    await lost.close();
  });

  test('never show the API token or what the provider wrote', async () => {
    const echo = (request: { text: string }) => ({ status: 400, json: { message: `bad ${request.text}` } });
    const odd = (request: { text: string }) => ({ status: 200, json: { token: request.text } });
    wire.on(v.INITIALIZE, echo, odd).on(v.STATUS, echo);
    for (const error of [await errorOf(initialize()), await errorOf(initialize()), await errorOf(check())]) {
      expect(JSON.stringify(error) + error.message + error.stack).not.toMatch(/test-api-token|Two tickets/);
    }
  });
});
