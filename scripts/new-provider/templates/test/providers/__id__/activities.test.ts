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
  webhookUrl: 'https://pay.example/w',
  returnUrl: 'https://pay.example/r',
  expiresAt: '2026-01-31T10:00:00Z',
};

const wire = forTests(new WireServer());
const activities = () =>
  create$Pascal$Activities({ connections: { default: v.settingsFor(wire.url, PATIENT) } });

const create = (change: Partial<$Pascal$CreateCall> = {}) =>
  runActivity(() => activities().$camel$CreatePayment({ ...CALL, ...change }));
const read = () => runActivity(() => activities().$camel$GetPayment(CALL));

test('asks for a page', async () => {
  wire.on(v.route('create'), { status: 200, json: v.wirePayment() });
  expect(await create()).toMatchObject({ outcome: 'opened', nextAction: { type: 'redirect' } });
});

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
