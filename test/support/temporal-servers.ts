import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Connection } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess } from '../../src/local/processes';
import {
  type DevelopmentServer,
  type DevelopmentServerOptions,
  freePort,
  impatientConnection,
  startDevelopmentServer,
} from '../../src/local/temporal-server';
import { temporalCliPath, testServerPath } from './temporal-binaries';

/** Carries the shared dev server's address from Jest's global set-up to the test files. */
export const SHARED_DEV_SERVER_ADDRESS = 'HOLDFAST_TEST_TEMPORAL_ADDRESS';

/**
 * Address of the dev server that all files of the projects `integration` and `e2e` share. Payments of other files
 * are on it: use ids and references of your own, or a namespace of your own (`createNamespace`).
 */
export function sharedDevServerAddress(): string {
  const address = process.env[SHARED_DEV_SERVER_ADDRESS];
  if (address) return address;
  throw new Error('No shared dev server: only the projects integration and e2e of jest.config.js have one.');
}

/** A dev server of one's own (about 1 s): for tests that restart it, keep it on disk or need it undisturbed. */
export async function startDevServer(
  options: Partial<DevelopmentServerOptions> = {},
): Promise<DevelopmentServer> {
  return startDevelopmentServer({ binary: temporalCliPath(), ...options });
}

/** Makes a namespace with a new name and waits until workflows can be started in it. */
export async function createNamespace(address: string, prefix = 'test'): Promise<string> {
  const namespace = `${prefix}-${randomUUID().slice(0, 8)}`;
  const connection = await Connection.connect({ address });
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    });
    await connection.withDeadline(Date.now() + 15_000, () => untilUsable(connection, namespace));
  } finally {
    await connection.close();
  }
  return namespace;
}

async function untilUsable(connection: Connection, namespace: string): Promise<void> {
  for (;;) {
    try {
      await connection.workflowService.listWorkflowExecutions({ namespace, pageSize: 1 });
      return;
    } catch (error) {
      if (!String(error).includes('not found')) throw error;
    }
  }
}

interface TimeSkippingServer {
  address: string;
  stop: () => Promise<void>;
}

/** A time-skipping server of one's own (about 1 s). It has ONE clock: never share it between test files. */
async function startTimeSkippingServer(): Promise<TimeSkippingServer> {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const { stop } = await startProcess({
    name: 'The time-skipping test server',
    command: testServerPath(),
    args: [String(port)],
    logFile: join(tmpdir(), `temporal-test-server-${randomUUID()}.log`),
    readyWhen: () => answers(address),
  });
  return { address, stop };
}

/** A time-skipping server of one's own with clients for it; `teardown` ends both. */
export async function startTimeSkippingEnvironment(): Promise<TestWorkflowEnvironment> {
  const { address, stop } = await startTimeSkippingServer();
  const environment = await createTimeSkippingEnvironment(address);
  const teardown = environment.teardown.bind(environment);
  environment.teardown = async () => {
    await teardown();
    await stop();
  };
  return environment;
}

/**
 * The SDK's public way starts the server itself, gives it 5 s (too few on a busy machine) and loses it when the test
 * process is killed; its public way to an existing server does not skip time. Its own constructor does both.
 */
async function createTimeSkippingEnvironment(address: string): Promise<TestWorkflowEnvironment> {
  const { create } = TestWorkflowEnvironment as unknown as {
    create: (options: object) => Promise<TestWorkflowEnvironment>;
  };
  const options = { server: { type: 'existing' }, supportsTimeSkipping: true, namespace: 'default', address };
  return create.call(TestWorkflowEnvironment, options);
}

async function answers(address: string): Promise<boolean> {
  const connection = impatientConnection(address);
  try {
    await connection.ensureConnected();
    return true;
  } finally {
    await connection.close();
  }
}
