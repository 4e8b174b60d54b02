import { existsSync } from 'node:fs';
import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { ProviderCallMetrics } from '../activities/provider-call-metrics';
import { EVENTS_QUEUE, providerQueue, TASK_QUEUE } from '../contract/workflow';
import { PROVIDERS } from '../domain/payment';
import {
  DEFAULT_CACHED_WORKFLOWS,
  DEFAULT_PROVIDER_LIMITS,
  type ProviderLimits,
} from '../config/worker-limits';
import { dataConverter } from '../temporal/data-converter';
import type { EncryptionKey } from '../temporal/payload-encryption';
import type { DeploymentVersion } from '../config/worker-version';
import { beginsWithPatch } from '../workflows/patches';

const SECOND = 1_000;

/** Calls in flight that are no provider's: events to backends, and what workflows ask of Temporal itself. */
export const OTHER_CALLS = 50;

/**
 * After a worker died, its payments wait this long for it before another worker takes them. One that is only behind must not
 * lose them by that: each would be rebuilt from its history, which puts it further behind.
 */
export const LEAVES_A_WORKER_AFTER_MS = 5 * SECOND;

export interface PaymentWorkerOptions {
  connection: NativeConnection;
  namespace: string;
  keyRing: readonly EncryptionKey[];
  /** All of them, whichever queue they are called on. */
  activities: object;
  /** The defaults where absent. */
  providerLimits?: ProviderLimits;
  /** Workflows kept in memory; the default where absent. */
  cachedWorkflows?: number;
  /** Where the bundled workflows are; absent: they are bundled at start. */
  workflowBundlePath?: string;
  /** Null, the default: unversioned. */
  deployment?: DeploymentVersion | null;
  /** Whether workflows begin with that patch here; by default as this release does. */
  beginsWith?: (patchId: string) => boolean;
}

/** What each of a process's workers has in common. */
type SharedOptions = Pick<
  WorkerOptions,
  | 'connection'
  | 'namespace'
  | 'activities'
  | 'dataConverter'
  | 'interceptors'
  | 'shutdownGraceTime'
  | 'workerDeploymentOptions'
>;

/**
 * The workers of one process: one that runs workflows, and one per provider and for events, each with slots of its own, so
 * that a provider or a backend that hangs holds up nothing but its own calls. They share one connection.
 */
export async function createPaymentWorkers(options: PaymentWorkerOptions): Promise<PaymentWorkers> {
  const { connection, namespace, activities, keyRing } = options;
  const { providerLimits = DEFAULT_PROVIDER_LIMITS, deployment = null } = options;
  const shared: SharedOptions = {
    connection,
    namespace,
    activities,
    dataConverter: dataConverter(keyRing),
    interceptors: { activity: [() => ({ inbound: new ProviderCallMetrics() })] },
    ...versionOf(deployment),
    // A call that may be taking money is let finish: longer than the longest of them.
    shutdownGraceTime: 50 * SECOND,
  };
  const workers = await Promise.all([
    createWorkflowWorker(shared, options),
    createCallWorker(shared, EVENTS_QUEUE, { concurrency: OTHER_CALLS, perSecond: null }),
    ...PROVIDERS.map((id) => createCallWorker(shared, providerQueue(id), providerLimits[id])),
  ]);
  return new PaymentWorkers(workers);
}

/** Several workers that run and stop as one. */
export class PaymentWorkers {
  constructor(private readonly workers: readonly Worker[]) {}

  /** Until all have stopped; when one fails, all stop. */
  async run(): Promise<void> {
    const ends = await Promise.allSettled(this.workers.map((worker) => this.runOne(worker)));
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** Lets calls to providers finish first: `run` tells when. */
  shutdown(): void {
    for (const worker of this.workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  }

  private async runOne(worker: Worker): Promise<void> {
    try {
      await worker.run();
    } finally {
      this.shutdown();
    }
  }
}

/**
 * A worker for every story. It takes calls to providers too: none is made on its queue any more, but some of a payment that
 * is older than the queues of providers may wait there.
 */
export function createWorkflowWorker(
  shared: SharedOptions,
  options: Pick<PaymentWorkerOptions, 'workflowBundlePath' | 'beginsWith' | 'cachedWorkflows'> = {},
  taskQueue = TASK_QUEUE,
): Promise<Worker> {
  const { beginsWith = beginsWithPatch, cachedWorkflows = DEFAULT_CACHED_WORKFLOWS } = options;
  return Worker.create({
    ...shared,
    ...workflowSource(options.workflowBundlePath),
    taskQueue,
    patchActivationCallback: ({ patchId }) => beginsWith(patchId),
    stickyQueueScheduleToStartTimeout: LEAVES_A_WORKER_AFTER_MS,
    maxCachedWorkflows: cachedWorkflows,
    maxConcurrentWorkflowTaskExecutions: 40,
    maxConcurrentActivityTaskExecutions: OTHER_CALLS,
  });
}

function createCallWorker(
  shared: SharedOptions,
  taskQueue: string,
  { concurrency, perSecond }: { concurrency: number; perSecond: number | null },
): Promise<Worker> {
  return Worker.create({
    ...shared,
    taskQueue,
    maxConcurrentActivityTaskExecutions: concurrency,
    ...(perSecond !== null && { maxTaskQueueActivitiesPerSecond: perSecond }),
  });
}

/** A running workflow moves with its deployment's current version: every version can run every workflow. */
function versionOf(deployment: DeploymentVersion | null): Pick<WorkerOptions, 'workerDeploymentOptions'> {
  if (!deployment) return {};
  return {
    workerDeploymentOptions: {
      version: deployment,
      useWorkerVersioning: true,
      defaultVersioningBehavior: 'AUTO_UPGRADE',
    },
  };
}

function workflowSource(
  bundlePath: string | undefined,
): Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'> {
  if (bundlePath && existsSync(bundlePath)) return { workflowBundle: { codePath: bundlePath } };
  return { workflowsPath: require.resolve('../workflows') };
}
