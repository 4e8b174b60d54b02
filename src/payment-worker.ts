import { existsSync } from 'node:fs';
import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { TASK_QUEUE } from './contract/workflow';
import { dataConverter } from './temporal/data-converter';
import type { EncryptionKey } from './temporal/payload-encryption';

const SECOND = 1_000;

export interface PaymentWorkerOptions {
  connection: NativeConnection;
  namespace: string;
  keyRing: readonly EncryptionKey[];
  activities: object;
  /** Where the bundled workflows are; absent: they are bundled at start. */
  workflowBundlePath?: string;
  taskQueue?: string;
}

/** A worker for every payment story. `run()` it; `shutdown()` lets calls to providers finish first. */
export function createPaymentWorker(options: PaymentWorkerOptions): Promise<Worker> {
  const { connection, namespace, keyRing, activities, taskQueue = TASK_QUEUE } = options;
  return Worker.create({
    connection,
    namespace,
    taskQueue,
    activities,
    dataConverter: dataConverter(keyRing),
    ...workflowSource(options.workflowBundlePath),
    // A call that may be taking money is let finish: longer than the longest of them.
    shutdownGraceTime: 50 * SECOND,
    // After a worker died, its payments wait this long for it before another worker takes them.
    stickyQueueScheduleToStartTimeout: SECOND,
    maxCachedWorkflows: 2_000,
    maxConcurrentActivityTaskExecutions: 200,
    maxConcurrentWorkflowTaskExecutions: 40,
  });
}

function workflowSource(
  bundlePath: string | undefined,
): Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'> {
  if (bundlePath && existsSync(bundlePath)) return { workflowBundle: { codePath: bundlePath } };
  return { workflowsPath: require.resolve('./workflows') };
}
