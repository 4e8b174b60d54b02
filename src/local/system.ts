import { Connection } from '@temporalio/client';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CONNECTION_VARIABLES } from '../config/connections';
import { sandboxAccounts } from '../config/development-defaults';
import { TASK_QUEUE } from '../contract/workflow';
import { type DevelopmentSecrets, developmentSecrets } from '../config/development-secrets';
import { type RunningProcess, startProcess } from './processes';
import { temporalSettings } from '../temporal/connection';
import { type DevelopmentServer, freePort, startDevelopmentServer } from './temporal-server';

/** The programs as users start them. */
const DIST = join(__dirname, '..', '..', 'dist');
const HOST = '127.0.0.1';

export interface LocalSystemOptions {
  /** Path of the Temporal CLI, for a dev server of this system's own; or the settings (`TEMPORAL_*`) of a cluster to use. */
  temporal: { binary: string } | { settings: Record<string, string> };
  /** Where logs, secrets and data go. */
  directory: string;
  /** Fixed ports for people; free ones by default. */
  ports?: Partial<LocalPorts>;
  /** Keeps Temporal's data in `directory` across restarts; in memory by default. */
  onDisk?: boolean;
  /** The environment that the processes inherit; settings of other systems in it are left out. */
  inherited: NodeJS.ProcessEnv;
  /** Settings for every process, on top of those of this system. */
  environment?: Record<string, string>;
  /** What Node is started with instead of the worker, to compare with another. */
  workerArguments?: readonly string[];
  /** Told each step as it begins. */
  onStep?: (step: string) => void;
}

export interface LocalPorts {
  api: number;
  sandbox: number;
  /** The sample receiver of events. */
  receiver: number;
  temporal: number;
  temporalUi: number | null;
  codec: number;
  metrics: number;
}

type Part = 'codecServer' | 'sandbox' | 'receiver' | 'worker' | 'api';

/** In reverse: the worker may still send events and call the sandbox while it ends. */
const STOP_ORDER = ['api', 'worker', 'receiver', 'sandbox', 'codecServer'] as const satisfies Part[];

/** Temporal, sandbox, receiver, worker and api on this machine, each a process of its own, as in production. */
export class LocalSystem {
  private devServer: DevelopmentServer | undefined;
  private readonly parts = new Map<Part, RunningProcess>();

  private constructor(
    private readonly options: LocalSystemOptions,
    readonly ports: LocalPorts,
    readonly apiKey: string,
    /** What its processes were started with: for further ones beside them. */
    readonly environment: Readonly<Record<string, string | undefined>>,
  ) {}

  /** @throws ProcessFailedToStart with the last lines of the log of the process that did not start */
  static async start(options: LocalSystemOptions): Promise<LocalSystem> {
    mkdirSync(options.directory, { recursive: true });
    const ports = await choosePorts(options.ports ?? {});
    const secrets = developmentSecrets(join(options.directory, 'secrets.json'));
    const apiKey = secrets.HOLDFAST_API_KEYS.split(':')[1] ?? '';
    const environment = environmentOf(options, ports, secrets);
    const system = new LocalSystem(options, ports, apiKey, environment);
    await system.startTemporal();
    if (ports.temporalUi !== null) await system.start('codecServer');
    await system.start('sandbox');
    if (hasReceiver(options)) await system.start('receiver');
    await Promise.all([system.start('worker'), system.start('api')]);
    return system;
  }

  get apiUrl(): string {
    return `http://localhost:${this.ports.api}`;
  }

  get sandboxUrl(): string {
    return `http://${HOST}:${this.ports.sandbox}`;
  }

  /** Where the sample receiver lists the events that came; null when this system has none. */
  get receivedEventsUrl(): string | null {
    return this.parts.has('receiver') ? `http://${HOST}:${this.ports.receiver}/events` : null;
  }

  get temporalAddress(): string {
    return this.environment['TEMPORAL_ADDRESS'] ?? '';
  }

  get temporalUiUrl(): string | null {
    return this.devServer?.uiUrl ?? null;
  }

  logFile(part: Part | 'temporal'): string {
    return join(this.options.directory, 'logs', `${part}.log`);
  }

  async startTemporal(): Promise<void> {
    if ('settings' in this.options.temporal) return;
    this.options.onStep?.('Temporal dev server');
    const { temporal, temporalUi, codec } = this.ports;
    this.devServer = await startDevelopmentServer({
      binary: this.options.temporal.binary,
      port: temporal,
      uiPort: temporalUi,
      logFile: this.logFile('temporal'),
      ...(temporalUi !== null && { codecEndpoint: `http://${HOST}:${codec}` }),
      ...(this.options.onDisk && { databaseFile: join(this.options.directory, 'temporal.sqlite') }),
    });
  }

  /** Starts one part and waits until it serves. */
  async start(part: Part): Promise<void> {
    this.options.onStep?.(PROGRAMS[part].name);
    const { name, script } = PROGRAMS[part];
    const { workerArguments } = this.options;
    const args = part === 'worker' && workerArguments ? workerArguments : [join(DIST, script)];
    const running = await startProcess({
      name,
      command: process.execPath,
      args: ['--enable-source-maps', ...args],
      env: this.environment,
      logFile: this.logFile(part),
      readyWhen: () => this.serves(part),
      readyTimeoutMs: 60_000,
      stopTimeoutMs: 60_000,
    });
    this.parts.set(part, running);
  }

  /** SIGKILL, and waits until it is gone: what a crash looks like. */
  async kill(part: Part): Promise<void> {
    const running = this.running(part);
    running.kill();
    await running.ended;
  }

  async killTemporal(): Promise<void> {
    this.devServer?.kill();
    await this.devServer?.stop();
  }

  /** Stops everything in good order, the last started first. */
  async stop(): Promise<void> {
    for (const part of STOP_ORDER) await this.parts.get(part)?.stop();
    await this.devServer?.stop();
  }

  running(part: Part): RunningProcess {
    const running = this.parts.get(part);
    if (!running) throw new Error(`${PROGRAMS[part].name} was not started`);
    return running;
  }

  private async serves(part: Part): Promise<boolean> {
    if (part === 'worker') return this.workerPolls();
    const { api, sandbox, receiver, codec } = this.ports;
    const url = {
      api: `http://${HOST}:${api}/readyz`,
      sandbox: `http://${HOST}:${sandbox}/control/health`,
      receiver: `http://${HOST}:${receiver}/events`,
      codecServer: `http://${HOST}:${codec}/healthz`,
    }[part];
    return (await fetch(url)).ok;
  }

  /** The metrics port answers as soon as the process lives; a poller shows that it takes work. */
  private async workerPolls(): Promise<boolean> {
    if (!(await fetch(`http://${HOST}:${this.ports.metrics}/metrics`)).ok) return false;
    const { connectionOptions, namespace = 'default' } = temporalSettings(this.environment);
    const connection = await Connection.connect(connectionOptions);
    try {
      const { pollers } = await connection.workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name: TASK_QUEUE },
        taskQueueType: 1,
      });
      return (pollers?.length ?? 0) > 0;
    } finally {
      await connection.close();
    }
  }
}

const PROGRAMS: Record<Part, { name: string; script: string }> = {
  codecServer: { name: 'Codec server', script: 'codec-server/main.js' },
  sandbox: { name: 'Sandbox', script: 'sandbox/main.js' },
  receiver: { name: 'Receiver of events', script: 'local/receiver.js' },
  worker: { name: 'Worker', script: 'worker/main.js' },
  api: { name: 'API', script: 'api/main.js' },
};

/** Every provider is the sandbox, at the accounts of development. */
function environmentOf(
  options: LocalSystemOptions,
  ports: LocalPorts,
  secrets: DevelopmentSecrets,
): Record<string, string | undefined> {
  const environment = {
    ...withoutSettings(options.inherited),
    ...secrets,
    NODE_ENV: 'development',
    ...('settings' in options.temporal
      ? options.temporal.settings
      : { TEMPORAL_ADDRESS: `${HOST}:${ports.temporal}` }),
    HOLDFAST_PORT: String(ports.api),
    HOLDFAST_PUBLIC_URL: `http://localhost:${ports.api}`,
    HOLDFAST_METRICS_PORT: String(ports.metrics),
    HOLDFAST_CODEC_PORT: String(ports.codec),
    HOLDFAST_SANDBOX_PORT: String(ports.sandbox),
    HOLDFAST_SANDBOX_ALLOW_LOOPBACK_HTTP_WEBHOOKS: 'true',
    ...sandboxAccounts(`http://${HOST}:${ports.sandbox}`),
    ...(ports.temporalUi !== null && { HOLDFAST_CODEC_ORIGINS: `http://localhost:${ports.temporalUi}` }),
    ...(hasReceiver(options) && receiverSettings(ports.receiver)),
    ...options.environment,
  };
  return environment;
}

/** Whoever names a receiver of their own gets the events there. */
function hasReceiver({ environment }: LocalSystemOptions): boolean {
  return (
    environment?.['HOLDFAST_EVENTS_URL'] === undefined && existsSync(join(DIST, PROGRAMS.receiver.script))
  );
}

/** The secret is new at each start: worker and receiver start together. */
function receiverSettings(port: number): Record<string, string> {
  return {
    HOLDFAST_RECEIVER_PORT: String(port),
    HOLDFAST_EVENTS_URL: `http://${HOST}:${port}/`,
    HOLDFAST_EVENTS_SECRETS: `whsec_${randomBytes(32).toString('base64')}`,
  };
}

/** The caller's own settings are for other systems: a demo must not reach a real provider with them. */
export function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isSetting = (name: string) =>
    /^(HOLDFAST|TEMPORAL)_/.test(name) || CONNECTION_VARIABLES.includes(name);
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isSetting(name)));
}

async function choosePorts(wanted: Partial<LocalPorts>): Promise<LocalPorts> {
  const pick = (port: number | undefined) => port ?? freePort();
  return {
    api: await pick(wanted.api),
    sandbox: await pick(wanted.sandbox),
    receiver: await pick(wanted.receiver),
    temporal: await pick(wanted.temporal),
    temporalUi: wanted.temporalUi ?? null,
    codec: await pick(wanted.codec),
    metrics: await pick(wanted.metrics),
  };
}
