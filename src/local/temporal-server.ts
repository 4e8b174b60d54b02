import { Connection } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProcessFailedToStart, startProcess } from './processes';

export interface DevelopmentServerOptions {
  /** Path of the Temporal CLI. */
  binary: string;
  /** Port of the gRPC front end on 127.0.0.1; a free one by default. */
  port?: number;
  /** Port of the Web UI; none by default. */
  uiPort?: number | null;
  /** Keeps everything in this file; in memory by default. */
  databaseFile?: string;
  /** Namespaces besides `default`. */
  namespaces?: readonly string[];
  /** Where the Web UI has payloads decrypted. */
  codecEndpoint?: string;
  logFile?: string;
}

export interface DevelopmentServer {
  /** host:port */
  address: string;
  uiUrl: string | null;
  pid: number;
  logFile: string;
  /** Ends it in good order: what it keeps on disk is whole. */
  stop: () => Promise<void>;
  /** SIGKILL: what a crash looks like. */
  kill: () => void;
}

const HOST = '127.0.0.1';

/**
 * The server's defaults are for clusters. It has one history shard here, whose queues are read at most 20 times a
 * second unless told otherwise, and every hop of a payment would cost up to 50 ms.
 */
const TUNING = {
  'history.transferProcessorMaxPollRPS': 2000,
  'history.timerProcessorMaxPollRPS': 2000,
  'history.visibilityProcessorMaxPollRPS': 2000,
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  'system.enableActivityEagerExecution': true,
  'frontend.rps': 20000,
  'frontend.namespaceRPS': 20000,
};

/** The default journal costs 108 fsyncs a payment; these settings survive any kill (not a power cut). */
const ON_DISK = ['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=1'];

/**
 * Starts `temporal server start-dev` and waits until it answers with all its namespaces. It ends with this process.
 * @throws ProcessFailedToStart with the end of its log, for instance when a given port is taken
 */
export async function startDevelopmentServer(options: DevelopmentServerOptions): Promise<DevelopmentServer> {
  if (options.port === undefined) return startOnFreePort(options);
  // Whoever has the port would answer for the server that cannot start.
  await listenBriefly(options.port).catch((error: Error) => {
    throw new ProcessFailedToStart(
      `The Temporal dev server cannot have port ${options.port}: ${error.message}`,
    );
  });
  return startOnPort(options, options.port);
}

/** Between looking for a free port and listening on it somebody else may have taken it. */
async function startOnFreePort(options: DevelopmentServerOptions, triesLeft = 3): Promise<DevelopmentServer> {
  try {
    return await startOnPort(options, await freePort());
  } catch (error) {
    const taken = error instanceof ProcessFailedToStart && error.message.includes('address already in use');
    if (!taken || triesLeft <= 1) throw error;
    return startOnFreePort(options, triesLeft - 1);
  }
}

async function startOnPort(options: DevelopmentServerOptions, port: number): Promise<DevelopmentServer> {
  const address = `${HOST}:${port}`;
  const namespaces = ['default', ...(options.namespaces ?? [])];
  const { pid, logFile, stop, kill } = await startProcess({
    name: 'The Temporal dev server',
    command: options.binary,
    args: developmentServerArguments(options, port),
    logFile: options.logFile ?? join(tmpdir(), `temporal-dev-server-${randomUUID()}.log`),
    readyWhen: () => serves(address, namespaces),
    readyTimeoutMs: 60_000,
  });
  const { uiPort = null } = options;
  return { address, uiUrl: uiPort === null ? null : `http://localhost:${uiPort}`, pid, logFile, stop, kill };
}

/** The command line of a dev server on the given port. */
export function developmentServerArguments(options: DevelopmentServerOptions, port: number): string[] {
  const { uiPort = null, databaseFile, namespaces = [], codecEndpoint } = options;
  return [
    ...['server', 'start-dev', '--ip', HOST, '--port', String(port), '--log-level', 'warn'],
    ...(uiPort === null ? ['--headless'] : ['--ui-port', String(uiPort)]),
    ...(codecEndpoint === undefined ? [] : ['--ui-codec-endpoint', codecEndpoint]),
    ...(databaseFile === undefined ? [] : ['--db-filename', databaseFile, ...ON_DISK]),
    ...namespaces.flatMap((namespace) => ['--namespace', namespace]),
    ...Object.entries(TUNING).flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${value}`]),
  ];
}

/** A TCP port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  return listenBriefly(0);
}

async function listenBriefly(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(port, HOST, () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error(HOST)),
      );
    });
  });
}

/**
 * A connection for asking whether a server is up: it tries again at once, and leaves no retry behind when it is closed.
 * `ensureConnected` fails after a second.
 */
export function impatientConnection(address: string): Connection {
  const channelArgs = { 'grpc.initial_reconnect_backoff_ms': 50, 'grpc.max_reconnect_backoff_ms': 50 };
  return Connection.lazy({ address, connectTimeout: 1000, channelArgs, interceptors: [] });
}

async function serves(address: string, namespaces: readonly string[]): Promise<boolean> {
  const connection = impatientConnection(address);
  try {
    await connection.ensureConnected();
    const service = 'temporal.api.workflowservice.v1.WorkflowService';
    const { status } = await connection.healthService.check({ service });
    for (const namespace of namespaces) await connection.workflowService.describeNamespace({ namespace });
    return Number(status) === SERVING;
  } finally {
    await connection.close();
  }
}

/** grpc.health.v1.HealthCheckResponse.ServingStatus */
const SERVING = 1;
