import { randomBytes } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { type TestWorkflowEnvironment, TimeSkippingWorkflowClient } from '@temporalio/testing';
import { DefaultLogger, makeTelemetryFilterString, MetricsBuffer, Runtime } from '@temporalio/worker';
import { EVENTS_GIVEN_UP } from '../../src/contract/metrics';
import {
  enqueueEventSignal,
  EVENTS_WORKFLOW,
  eventsWorkflowIdOf,
  TASK_QUEUE,
} from '../../src/contract/workflow';
import { createPaymentWorkers, type PaymentWorkers } from '../../src/worker/payment-workers';
import { dataConverter } from '../../src/temporal/data-converter';
import { sampleEvent } from '../client/sample-events';
import { startTimeSkippingEnvironment } from '../support/temporal-servers';

const KEY_RING = [{ id: 'test', key: randomBytes(32) }];
const metrics = new MetricsBuffer();
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: {
    logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) },
    metrics: { buffer: metrics },
  },
});

let env: TestWorkflowEnvironment;
let workers: PaymentWorkers;
let running: Promise<void>;
beforeAll(async () => {
  env = await startTimeSkippingEnvironment();
  workers = await createPaymentWorkers({
    connection: env.nativeConnection,
    namespace: env.namespace ?? 'default',
    keyRing: KEY_RING,
    activities: {
      sendEvent: () => {
        throw ApplicationFailure.nonRetryable('the backend answered 500', 'backend_unavailable');
      },
    },
  });
  running = workers.run();
});
afterAll(async () => {
  workers.shutdown();
  await running;
  await env.teardown();
});

/** What was counted by that name since the last time, with the labels it has on every process. */
function counted(metric: string) {
  return [...metrics.retrieveUpdates()]
    .filter(({ metric: { name } }) => name === metric)
    .map(({ value, attributes }) => ({ value, attributes }));
}

test('an event that is given up is counted once, with the labels that workers show from zero on', async () => {
  const workflows = new TimeSkippingWorkflowClient({
    connection: env.connection,
    dataConverter: dataConverter(KEY_RING),
  });
  const event = { ...sampleEvent(), timestamp: new Date(await env.currentTimeMs()).toISOString() };
  counted(EVENTS_GIVEN_UP);
  const handle = await workflows.signalWithStart(EVENTS_WORKFLOW, {
    workflowId: eventsWorkflowIdOf(event.paymentId),
    taskQueue: TASK_QUEUE,
    signal: enqueueEventSignal,
    signalArgs: [event],
  });
  await handle.result();
  const attributes = { namespace: 'default', taskQueue: TASK_QUEUE, workflowType: EVENTS_WORKFLOW };
  expect(counted(EVENTS_GIVEN_UP)).toEqual([{ value: 1, attributes }]);
});
