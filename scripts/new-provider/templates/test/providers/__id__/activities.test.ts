import { runActivity } from '../activity-rig';
import { create$Pascal$Activities, type $Pascal$CreateCall } from '../../../src/providers/$id$/activities';
import { forTests } from '../local-server';
import { WireServer } from '../wire-server';
import { PATIENT } from '../../support/patience';
import * as v from './vectors';

const CALL: $Pascal$CreateCall = {
  paymentId: 'pay_1001',
  connection: 'default',
  providerReference: null,
  amount: v.ASKED.amount,
  currency: v.ASKED.currency,
  description: 'Two tickets',
  attempt: 1,
  takingSent: false,
  //: hosted-page form
  webhookUrl: 'https://pay.example/w',
  //: all
  returnUrl: 'https://pay.example/r',
  expiresAt: '2026-01-31T10:00:00Z',
};

const wire = forTests(new WireServer());
const activities = () => create$Pascal$Activities({ default: v.settingsFor(wire.url, PATIENT) });

const create = (change: Partial<$Pascal$CreateCall> = {}) =>
  runActivity(() => activities().$camel$CreatePayment({ ...CALL, ...change }));
const read = () => runActivity(() => activities().$camel$GetPayment(CALL));

//: hosted-page reserve-and-capture
test('asks for a page', async () => {
  wire.on(v.route('create'), { status: 200, json: v.wirePayment() });
  expect(await create()).toMatchObject({ outcome: 'opened', nextAction: { type: 'redirect' } });
});
//: form
test('asks for a form', async () => {
  wire.on(v.route('create'), { status: 200, json: v.wirePayment() });
  expect(await create()).toMatchObject({ outcome: 'opened', nextAction: { type: 'dropin' } });
});
//: all

test('what $Name$ refuses has failed, and is not asked again', async () => {
  wire.on(v.route('create'), { status: 400, json: {} });
  expect(await create()).toMatchObject({ outcome: 'refused', code: 'provider_refused_request' });
  expect(wire.requests).toHaveLength(1);
});

test('reads the payment', async () => {
  wire.on(v.route('read'), { status: 200, json: v.wirePayment() });
  expect(await read()).toEqual({ state: 'open' });
});

test('an answer of another shape decides nothing', async () => {
  wire.on(v.route('read'), { status: 200, json: [] });
  expect(await read()).toMatchObject({ state: 'unclear' });
});

test('$Name$ being down may be tried again', async () => {
  wire.on(v.route('read'), { status: 503, text: '' });
  await expect(read()).rejects.toMatchObject({ type: 'unavailable', nonRetryable: false });
});

test('an account that the worker does not have is a final failure', async () => {
  await expect(create({ connection: 'nowhere' })).rejects.toMatchObject({
    type: 'invalid_request',
    nonRetryable: true,
    message: expect.stringContaining('"nowhere"'),
  });
});
//: form reserve-and-capture

const DAY = 24 * 60 * 60_000;

const capture = (change: { connection?: string } = {}) => {
  const taking = { ...CALL, providerReference: 'p1', settlesWithinMs: DAY };
  //: form
  const payer = { paymentToken: 'token', clientIp: '203.0.113.7', userAgent: 'Mozilla/5.0' };
  return runActivity(() => activities().$camel$CapturePayment({ ...taking, ...payer, ...change }));
  //: reserve-and-capture
  return runActivity(() => activities().$camel$CapturePayment({ ...taking, ...change }));
  //: form reserve-and-capture
};

test('takes the money', async () => {
  wire.on(v.route('capture'), { status: 200, json: v.wirePayment(v.paid()) });
  const { amount, currency } = v.ASKED;
  expect(await capture()).toMatchObject({ outcome: 'succeeded', amount, currency });
});

test.each([
  ['HTTP 500', { status: 500, text: 'down' }],
  ['a lost connection', 'reset'],
  ['no answer in time', 'hang'],
  ['JSON of another shape', { status: 200, json: [] }],
] as const)(
  'whether money was taken is unknown after %s, and it is asked for once',
  async (_name, answer) => {
    wire.on(v.route('capture'), answer);
    expect(await capture()).toMatchObject({ outcome: 'unknown', settledAfter: expect.any(String) });
    expect(wire.requests).toHaveLength(1);
  },
);

test('nothing was taken with an account that the worker does not have', async () => {
  expect(await capture({ connection: 'nowhere' })).toMatchObject({ outcome: 'not_sent' });
});
//: reserve-and-capture

test('gives the payment up, and says what a reading finds', async () => {
  wire
    .on(v.route('void'), { status: 500, text: 'down' })
    .on(v.route('read'), { status: 200, json: v.wirePayment() });
  const stop = () => activities().$camel$VoidPayment({ ...CALL, why: 'cancelled' });
  await expect(runActivity(stop)).rejects.toMatchObject({ type: 'unavailable', nonRetryable: false });
  wire.reset();
  wire.on(v.route('void'), { status: 400, json: {} });
  wire.on(v.route('read'), { status: 200, json: v.wirePayment() });
  expect(await runActivity(stop)).toEqual({ state: 'open' });
});
//: all
