import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { toFailure } from '../../src/providers/failure';
import {
  PROVIDER_CALL_SECONDS,
  PROVIDER_CALLS,
  ProviderCallMetrics,
  providerCalled,
} from '../../src/activities/provider-call-metrics';
import { EVENTS_QUEUE, providerQueue, TASK_QUEUE } from '../../src/contract/workflow';
import { PROVIDERS } from '../../src/domain/payment';
import { ProviderError, type ProviderErrorKind } from '../../src/providers/provider-error';
import { RecordedMetrics } from '../support/recorded-metrics';

test.each(PROVIDERS)('what is called on the queue of %s is counted for it', (provider) => {
  expect(providerCalled(providerQueue(provider), 'anything', [])).toBe(provider);
});

test.each([
  [TASK_QUEUE, 'logIn', 'droppay'],
  [TASK_QUEUE, 'handOver', null],
  [EVENTS_QUEUE, 'deliverEvent', null],
])('on %s, %s is a call of %s', (taskQueue, activityType, provider) => {
  expect(providerCalled(taskQueue, activityType, ['droppay', 'default'])).toBe(provider);
});

const PAYERMAX = providerQueue('payermax');

async function recordedOf(activityType: string, taskQueue: string, work: () => Promise<unknown>) {
  const metricMeter = new RecordedMetrics();
  const interceptors = [() => ({ inbound: new ProviderCallMetrics() })];
  const environment = new MockActivityEnvironment(
    { activityType, taskQueue },
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
  const { recorded } = await recordedOf('payerMaxOrderQuery', PAYERMAX, work);
  // The SDK's own labels of every activity.
  const activity = { activityType: 'payerMaxOrderQuery', namespace: 'test', taskQueue: PAYERMAX };
  const labels = { ...activity, provider: 'payermax', call: 'payerMaxOrderQuery' };
  const seconds: unknown = expect.any(Number);
  expect(recorded).toEqual([
    { name: PROVIDER_CALLS, value: 1, labels: { ...labels, outcome } },
    { name: PROVIDER_CALL_SECONDS, value: seconds, labels },
  ]);
});

test('passes on what the activity answers or throws, and counts nothing that is no call of a provider', async () => {
  const answer = { outcome: 'opened' };
  expect(
    (await recordedOf('pomeloCreate', providerQueue('pomelo'), () => Promise.resolve(answer))).end,
  ).toEqual({ result: answer });
  const error = new Error('x');
  expect(
    (await recordedOf('pomeloCreate', providerQueue('pomelo'), () => Promise.reject(error))).end,
  ).toEqual({ error });
  expect((await recordedOf('sendEvent', EVENTS_QUEUE, () => Promise.resolve('taken'))).recorded).toEqual([]);
});
