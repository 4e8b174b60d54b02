import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { EVENTS_QUEUE, providerQueue, TASK_QUEUE } from '../../src/contract/workflow';
import { PROVIDERS } from '../../src/domain/payment';
import type { LocalSystem } from '../../src/local/system';
import { type ProcessEnd, type RunningProcess, startProcess } from '../../src/local/processes';
import { dataConverter } from '../../src/temporal/data-converter';
import { eventually } from '../support/eventually';
import { temporalCliPath } from '../support/temporal-binaries';
import type { Shop } from './shop';

const DEPLOYMENT = 'holdfast';

/** A worker of one release, beside others. */
export interface ReleaseWorker {
  pid: number;
  logFile: string;
  /** SIGTERM, and waits until it is gone. */
  stop(): Promise<ProcessEnd>;
}

/** Workers of several releases in one system, and who gets the work: what an operator does in a deploy. */
export class WorkerReleases {
  private readonly running: RunningProcess[] = [];

  private constructor(
    private readonly system: LocalSystem,
    private readonly connection: Connection,
    readonly client: Client,
    /** Whether the workers are versions of a Temporal Worker Deployment. */
    private readonly versioned: boolean,
  ) {}

  static async of(shop: Shop, versioned: boolean): Promise<WorkerReleases> {
    const connection = await Connection.connect({ address: shop.system.temporalAddress });
    const client = new Client({ connection, dataConverter: dataConverter(shop.encryptionKeys()) });
    return new WorkerReleases(shop.system, connection, client, versioned);
  }

  /** Stops the workers that still run. */
  async close(): Promise<void> {
    for (const worker of this.running) await worker.stop();
    await this.connection.close();
  }

  /** Starts a worker and waits until it asks for work. */
  async start(buildId: string, dist: string): Promise<ReleaseWorker> {
    const running = await startProcess({
      name: `Worker ${buildId}`,
      command: process.execPath,
      args: ['--enable-source-maps', join(dist, 'worker/main.js')],
      env: {
        ...this.system.environment,
        ...(this.versioned && { HOLDFAST_DEPLOYMENT_NAME: DEPLOYMENT, HOLDFAST_BUILD_ID: buildId }),
        HOLDFAST_METRICS_PORT: '0',
      },
      logFile: this.system.logFile('worker').replace(/\.log$/, `-${buildId}.log`),
      readyWhen: async () => true,
      stopTimeoutMs: 60_000,
    });
    this.running.push(running);
    await this.untilPolling(running);
    return { ...running, stop: async () => (await running.stop(), running.ended) };
  }

  /** Gives all work to that version. */
  setCurrent(buildId: string): Promise<void> {
    return this.operate('set-current-version', buildId);
  }

  /** Gives the work of that part of all workflows to it, in per cent. */
  ramp(buildId: string, percentage: number): Promise<void> {
    return this.operate('set-ramping-version', buildId, '--percentage', String(percentage));
  }

  private async operate(command: string, buildId: string, ...more: string[]): Promise<void> {
    if (!this.versioned) return;
    const address = ['--address', this.system.temporalAddress];
    const version = ['--deployment-name', DEPLOYMENT, '--build-id', buildId];
    const all = ['worker', 'deployment', command, ...address, ...version, '--yes', ...more];
    await untilAccepted(() => promisify(execFile)(temporalCliPath(), all));
  }

  private async untilPolling({ pid, name }: RunningProcess): Promise<void> {
    const calls = [TASK_QUEUE, EVENTS_QUEUE, ...PROVIDERS.map(providerQueue)];
    const queues = [[TASK_QUEUE, WORKFLOWS] as const, ...calls.map((queue) => [queue, ACTIVITIES] as const)];
    for (const [queue, type] of queues) {
      await eventually(
        () => this.pollersOf(queue, type),
        (identities) => identities.some((identity) => identity.startsWith(`${pid}@`)),
      ).catch((error: unknown) => {
        throw new Error(`${name} takes no work from ${queue}`, { cause: error });
      });
    }
  }

  private async pollersOf(name: string, taskQueueType: number): Promise<string[]> {
    const taskQueue = { name };
    const { workflowService } = this.connection;
    const { pollers } = await workflowService.describeTaskQueue({
      namespace: 'default',
      taskQueue,
      taskQueueType,
    });
    return (pollers ?? []).map(({ identity }) => identity ?? '');
  }
}

/** The server refuses until it knows all queues of the version, some moments after they are polled. */
async function untilAccepted(command: () => Promise<unknown>): Promise<void> {
  const giveUpAt = Date.now() + 60_000;
  for (;;) {
    const refusal = await command().then(
      () => null,
      (error: Error) => error,
    );
    if (!refusal) return;
    if (Date.now() > giveUpAt) throw refusal;
    await delay(250);
  }
}

/** temporal.api.enums.v1.TaskQueueType */
const WORKFLOWS = 1;
const ACTIVITIES = 2;
