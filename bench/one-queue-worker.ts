import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { activitiesOf } from '../src/activities/index';
import { readWorkerConfig } from '../src/config/index';
import { TASK_QUEUE } from '../src/contract/workflow';
import { LEAVES_A_WORKER_AFTER_MS, OTHER_CALLS } from '../src/worker/payment-workers';
import { connectWorker } from '../src/temporal/connection';
import { dataConverter } from '../src/temporal/data-converter';

/** The worker for comparison: as many slots as all of the real one's together, and one queue for all calls. */
async function main(): Promise<void> {
  const config = readWorkerConfig(process.env);
  Runtime.install({
    telemetryOptions: { metrics: { prometheus: { bindAddress: `127.0.0.1:${config.metricsPort}` } } },
  });
  const { connection, namespace, client } = await connectWorker(process.env, config.encryptionKeys);
  const ofProviders = Object.values(config.providerLimits).reduce(
    (sum, { concurrency }) => sum + concurrency,
    0,
  );
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: TASK_QUEUE,
    activities: activitiesOf(config, client),
    dataConverter: dataConverter(config.encryptionKeys),
    workflowsPath: require.resolve('../src/workflows'),
    interceptors: { workflowModules: [require.resolve('./one-queue')] },
    stickyQueueScheduleToStartTimeout: LEAVES_A_WORKER_AFTER_MS,
    maxCachedWorkflows: config.cachedWorkflows,
    maxConcurrentWorkflowTaskExecutions: 40,
    // Events to backends have slots of their own too, and so have the calls that are nobody's.
    maxConcurrentActivityTaskExecutions: ofProviders + 2 * OTHER_CALLS,
  });
  try {
    await worker.run();
  } finally {
    await (connection satisfies NativeConnection).close();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
