import type { Client } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { toFailure } from '../../src/providers/failure';
import {
  PROVIDER_CALL_SECONDS,
  PROVIDER_CALLS,
  ProviderCallMetrics,
  providerOfActivity,
} from '../../src/activities/provider-call-metrics';
import { activitiesOf } from '../../src/activities/index';
import { readWorkerConfig } from '../../src/config/index';
import { PROVIDERS } from '../../src/domain/payment';
import { ProviderError, type ProviderErrorKind } from '../../src/providers/provider-error';
import { RecordedMetrics } from '../support/recorded-metrics';

/** What calls no provider. */
const OTHERS = /event|payment(Open|Closed)|handOver/i;

test('every activity that calls a provider is counted for it, and each provider has some', () => {
  const config = readWorkerConfig({
    HOLDFAST_API_KEYS: 'shop:a-key-of-this-test',
    HOLDFAST_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32).toString('base64')}`,
    HOLDFAST_TOKEN_SECRETS: `t1:${Buffer.alloc(32).toString('base64')}`,
  });
  const names = Object.keys(activitiesOf(config, {} as Client));
  const counted = new Set(names.map(providerOfActivity));
  expect(names.filter((name) => providerOfActivity(name) === null && !OTHERS.test(name))).toEqual([]);
  expect([...counted].sort()).toEqual(expect.arrayContaining([...PROVIDERS].sort()));
});

test.each([
  ['dropPayCharge', 'droppay-pos'],
  ['dropPayGrantAuthorization', 'droppay-acquirer'],
  ['dropPayCancelAcquirerAuthorization', 'droppay-acquirer'],
  ['dropPayLogIn', 'droppay'],
  ['payerMaxRefund', 'payermax'],
  ['etPayCheckStatus', 'etpay'],
  ['deliverEvent', null],
])('%s is a call of %s', (activity, provider) => {
  expect(providerOfActivity(activity)).toBe(provider);
});

async function recordedOf(activityType: string, work: () => Promise<unknown>) {
  const metricMeter = new RecordedMetrics();
  const interceptors = [() => ({ inbound: new ProviderCallMetrics() })];
  const environment = new MockActivityEnvironment(
    { activityType },
    { interceptors, metricMeter, logger: new DefaultLogger('ERROR') },
  );
  const end = await environment.run(work).then(
    (result) => ({ result }),
    (error: unknown) => ({ error }),
  );
  return { end, recorded: metricMeter.all };
}

const failing = (kind: ProviderErrorKind) => async (): Promise<never> => {
  await Promise.resolve();
  throw toFailure(new ProviderError({ kind, provider: 'PayerMax', call: 'read', message: 'm' }));
};

test.each<[string, () => Promise<unknown>, string]>([
  ['what was read', () => Promise.resolve({ state: 'unclear', detail: 'pay_1 is odd' }), 'unclear'],
  ['what became of a write', () => Promise.resolve({ outcome: 'unknown', detail: 'd' }), 'unknown'],
  ['any other answer', () => Promise.resolve({ accessToken: {} }), 'answered'],
  ['the kind of a failure', failing('unauthenticated'), 'unauthenticated'],
  ['a failure nobody foresees', () => Promise.reject(new TypeError('pay_1')), 'defect'],
])('counts %s, with labels of few values', async (_what, work, outcome) => {
  const { recorded } = await recordedOf('payerMaxOrderQuery', work);
  // The SDK's own labels of every activity.
  const activity = { activityType: 'payerMaxOrderQuery', namespace: 'test', taskQueue: 'test' };
  const labels = { ...activity, provider: 'payermax', call: 'payerMaxOrderQuery' };
  const seconds: unknown = expect.any(Number);
  expect(recorded).toEqual([
    { name: PROVIDER_CALLS, value: 1, labels: { ...labels, outcome } },
    { name: PROVIDER_CALL_SECONDS, value: seconds, labels },
  ]);
});

test('passes on what the activity answers or throws, and counts nothing that is no call of a provider', async () => {
  const answer = { outcome: 'opened' };
  expect((await recordedOf('pomeloCreate', () => Promise.resolve(answer))).end).toEqual({ result: answer });
  const error = new Error('x');
  expect((await recordedOf('pomeloCreate', () => Promise.reject(error))).end).toEqual({ error });
  expect((await recordedOf('sendEvent', () => Promise.resolve('taken'))).recorded).toEqual([]);
});
