import { failureOf, runActivity } from '../activity-rig';
import {
  createEtPayActivities,
  type EtPayActivities,
  type EtPaySessionCall,
} from '../../../src/providers/etpay/activities';
import type { ProviderCall } from '../../../src/domain/provider-answer';
import { forTests } from '../local-server';
import { type WireAnswer, WireServer } from '../wire-server';
import * as v from './vectors';
import { PATIENT, soonWhereItHangs } from '../../support/patience';

const wire = forTests(new WireServer());
let activities: EtPayActivities;
beforeEach(() => {
  activities = activitiesWith(PATIENT);
});

const CALL: ProviderCall = {
  paymentId: 'pay_1001',
  connection: 'default',
  providerReference: 'pay1001',
  amount: 15990,
  currency: 'CLP',
  description: 'Two tickets',
  attempt: 1,
  takingSent: false,
};
const MEXICO = { connection: 'mexico', currency: 'MXN', amount: 3900 };

function open(change: Partial<EtPaySessionCall> = {}) {
  const urls = { webhookUrl: 'https://pay.example/w', returnUrl: 'https://pay.example/r' };
  return runActivity(() =>
    activities.etPayInitializeSession({ ...CALL, providerReference: null, ...urls, ...change }),
  );
}

const check = (change: Partial<ProviderCall> = {}) =>
  runActivity(() => activities.etPayCheckStatus({ ...CALL, ...change }));

function activitiesWith(settings: object): EtPayActivities {
  const mexico = v.settingsFor(wire.url, { merchantCode: 'mx_test', ...settings });
  return createEtPayActivities({ connections: { default: v.settingsFor(wire.url, settings), mexico } });
}

const sent = (n = 0): unknown => JSON.parse(wire.requests[n]?.text ?? '');

const SESSION = { status: 200, json: v.SESSION_ANSWER };
const UNANSWERED: [string, WireAnswer, object][] = [
  ['a 503', { status: 503 }, { type: 'unavailable' }],
  ['a reset', 'reset', { type: 'unavailable' }],
  ['a time-out', 'hang', { type: 'unavailable' }],
  ['a 200 with HTML', { status: 200, text: '<html>' }, { type: 'unavailable' }],
  [
    'a 429',
    { status: 429, headers: { 'retry-after': '9' } },
    { type: 'rate_limited', nextRetryDelay: 9_000 },
  ],
];

describe('etPayInitializeSession', () => {
  test('sends the payer to the hosted page and keeps both tokens', async () => {
    wire.on(v.INITIALIZE, SESSION);
    await expect(open()).resolves.toEqual({
      outcome: 'opened',
      providerReference: 'pay1001',
      nextAction: { type: 'redirect', url: `${wire.url}/pmt/session/${v.SESSION_TOKEN}` },
      callbackSecrets: { signatureToken: v.SIGNATURE_TOKEN, sessionToken: v.SESSION_TOKEN },
    });
    expect(sent()).toEqual({
      merchant_code: 'cl_test',
      merchant_api_token: 'test-api-token',
      merchant_order_id: 'pay1001',
      order_amount: 15990,
      metadata: [{ name: 'description', value: 'Two tickets', show: true }],
      payment_completed_url: 'https://pay.example/r',
      payment_cancellation_url: 'https://pay.example/r',
      payment_webhook_url: 'https://pay.example/w',
    });
  });

  test('sends what is known of the customer, the phone in Mexico only', async () => {
    wire.on(v.INITIALIZE, SESSION);
    const customer = { customerEmail: 'ada@example.org', customerPhone: '+52 55 1234 5678' };
    await open({ ...customer, options: { userBankCode: 'CL_BCI', userRut: '111111111' } });
    await open({ ...customer, ...MEXICO, options: { targetFlow: 'spei' } });
    expect(sent(0)).toMatchObject({
      customer_email: 'ada@example.org',
      user_bank_code: 'cl_bci',
      user_rut: '111111111',
    });
    expect(sent(0)).not.toHaveProperty('customer_phone');
    expect(sent(1)).toMatchObject({
      merchant_code: 'mx_test',
      order_amount: 39,
      customer_phone: '5512345678',
      target_flow: 'spei',
    });
  });

  test('every attempt has the same order id', async () => {
    wire.on(v.INITIALIZE, SESSION);
    await open({ attempt: 2 });
    expect(sent()).toMatchObject({ merchant_order_id: 'pay1001' });
  });

  test.each<[Partial<EtPaySessionCall>, string]>([
    [{ currency: 'MXN' }, 'CLP'],
    [{ ...MEXICO, currency: 'CLP' }, 'MXN'],
    [{ currency: 'EUR' }, 'CLP'],
    [{ amount: 0 }, 'above zero'],
    [{ ...MEXICO, amount: 1050 }, 'whole pesos'],
    [{ options: { userRut: 'x' } }, 'userRut'],
    [{ options: { concat: '&' } }, 'concat'],
  ])('%j is refused without a call', async (change, why) => {
    await expect(open(change)).resolves.toMatchObject({
      outcome: 'refused',
      end: 'failed',
      code: 'provider_refused_request',
      message: expect.stringContaining(why),
    });
    expect(wire.requests).toHaveLength(0);
  });

  test('a refusal is an answer', async () => {
    wire.on(v.INITIALIZE, { status: 400, json: { message: 'bad order' } });
    await expect(open()).resolves.toMatchObject({ outcome: 'refused', providerCode: '400' });
  });

  test('wrong credentials are final', async () => {
    wire.on(v.INITIALIZE, { status: 401 });
    expect(await failureOf(open())).toMatchObject({ type: 'unauthenticated', nonRetryable: true });
  });

  test.each(UNANSWERED)('%s may be repeated: nobody holds that session', async (_, answer, expected) => {
    activities = activitiesWith(soonWhereItHangs(answer));
    wire.on(v.INITIALIZE, answer, SESSION);
    expect(await failureOf(open())).toMatchObject({ ...expected, nonRetryable: false });
    await expect(open()).resolves.toMatchObject({ outcome: 'opened' });
  });

  test.each(['token', 'signature_token'])('an answer without %s is unknown', async (field) => {
    wire.on(v.INITIALIZE, { status: 200, json: { ...v.SESSION_ANSWER, [field]: undefined } });
    await expect(open()).resolves.toMatchObject({
      outcome: 'unknown',
      detail: expect.stringContaining(field),
    });
  });

  test('a connection this worker does not have is named', async () => {
    const failure = await failureOf(open({ connection: 'peru' }));
    expect(failure).toMatchObject({ type: 'invalid_request', nonRetryable: true });
    expect(failure.message).toContain('"peru"');
  });
});

describe('etPayCheckStatus', () => {
  const OURS = { ...v.CLAIMS, merchant_order_id: 'pay1001' };
  const answer = (...json: unknown[]) => wire.on(v.STATUS, { status: 200, json });

  test('asks for our order and finds its payment', async () => {
    answer(OURS);
    await expect(check()).resolves.toEqual({
      state: 'paid',
      amount: 15990,
      currency: 'CLP',
      reference: 'pay1001',
      chargeReference: 'payTok0001',
    });
    expect(sent()).toEqual({ merchant_api_token: 'test-api-token', merchant_order_id: 'pay1001' });
  });

  test('a payment whose opening is unknown can be asked for all the same', async () => {
    answer(OURS);
    await expect(check({ providerReference: null })).resolves.toMatchObject({ state: 'paid' });
    expect(sent()).toMatchObject({ merchant_order_id: 'pay1001' });
  });

  test('E10: received twice is the sum, which nobody asked for', async () => {
    answer(OURS, { ...OURS, payment_token: 'payTok0003' });
    await expect(check()).resolves.toMatchObject({ state: 'paid', amount: 31980 });
  });

  test('whole pesos of Mexico are minor units again', async () => {
    answer({ ...OURS, merchant_amount: 39, merchant_currency: 'MXN' });
    await expect(check(MEXICO)).resolves.toMatchObject({ state: 'paid', amount: 3900, currency: 'MXN' });
  });

  test.each<[string, WireAnswer, object]>([
    ['an empty list', { status: 200, json: [] }, { state: 'absent' }],
    ['a 404', { status: 404, json: { message: 'none' } }, { state: 'absent' }],
    ['a failure', { status: 200, json: [{ ...OURS, payment_status: 'error' }] }, { state: 'open' }],
    ['the payment of another order', { status: 200, json: [v.CLAIMS] }, { state: 'unclear' }],
    ['no list', { status: 200, json: { message: 'hello' } }, { state: 'unclear' }],
  ])('%s', async (_, wireAnswer, expected) => {
    wire.on(v.STATUS, wireAnswer);
    await expect(check()).resolves.toMatchObject(expected);
  });

  test.each(UNANSWERED)('%s is asked again', async (_, wireAnswer, expected) => {
    activities = activitiesWith(soonWhereItHangs(wireAnswer));
    wire.on(v.STATUS, wireAnswer);
    expect(await failureOf(check())).toMatchObject({ ...expected, nonRetryable: false });
  });

  test.each([
    [400, 'invalid_request'],
    [403, 'unauthenticated'],
  ])('HTTP %i is final', async (status, type) => {
    wire.on(v.STATUS, { status });
    expect(await failureOf(check())).toMatchObject({ type, nonRetryable: true });
  });
});
