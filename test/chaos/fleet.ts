import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { type RunningProcess, startProcess } from '../../src/local/processes';
import { type DevelopmentServer, freePort, startDevelopmentServer } from '../../src/local/temporal-server';
import { accountsAt } from '../companies/accounts';
import { CONNECTION, WAITS } from './payment-plan';
import { Link } from './link';

const HOST = '127.0.0.1';
const DIST = join(__dirname, '..', '..', 'dist');

export const APIS = ['api-1', 'api-2'] as const;
export const WORKERS = ['worker-1', 'worker-2'] as const;
const MEMBERS = ['temporal', 'sandbox', ...APIS, ...WORKERS] as const;
export type Member = (typeof MEMBERS)[number];
type ApiName = (typeof APIS)[number];
type WorkerName = (typeof WORKERS)[number];

/** Every way between two processes, and so everything that can be cut. */
export const LINKS = [
  ...APIS.map((api) => `backend→${api}` as const),
  ...APIS.map((api) => `${api}→temporal` as const),
  ...WORKERS.map((worker) => `${worker}→temporal` as const),
  ...WORKERS.map((worker) => `${worker}→sandbox` as const),
  ...WORKERS.map((worker) => `${worker}→receiver` as const),
  'sandbox→api',
] as const;
export type LinkName = (typeof LINKS)[number];

/** The metrics answer as soon as the process lives; a poller shows that it takes work. */
const POLLS = /^temporal_num_pollers\{[^}]*"workflow_task"[^}]*\} [1-9]/m;

/** A process that ended though nobody had ended it. */
export interface UnexpectedEnd {
  member: Member;
  at: number;
  end: string;
}

export interface FleetOptions {
  temporalCli: string;
  /** Logs, data and settings go here. */
  directory: string;
  receiverPort: number;
  eventsSecret: string;
  /** Given the fleet before anything is started, so that it can be stopped at any time. */
  onFleet?: (fleet: Fleet) => void;
  onStep?: (step: string) => void;
}

/** Temporal, sandbox, two APIs and two workers as processes of their own, with a link between any two that talk. */
export class Fleet {
  readonly apiKey = randomBytes(24).toString('base64url');
  readonly unexpectedEnds: UnexpectedEnd[] = [];
  private readonly secrets = {
    HOLDFAST_API_KEYS: `chaos:${this.apiKey}`,
    HOLDFAST_ENCRYPTION_KEYS: `chaos:${randomBytes(32).toString('base64')}`,
    HOLDFAST_TOKEN_SECRETS: `chaos:${randomBytes(32).toString('base64')}`,
  };
  private readonly running = new Map<Member, RunningProcess | DevelopmentServer>();
  private readonly paused = new Set<Member>();
  /** Those whose end is our doing. */
  private readonly taken = new Set<Member>();
  private stopping = false;

  private constructor(
    private readonly options: FleetOptions,
    private readonly ports: Readonly<Record<Member | `${WorkerName}-metrics`, number>>,
    readonly links: ReadonlyMap<LinkName, Link>,
  ) {}

  static async start(options: FleetOptions): Promise<Fleet> {
    mkdirSync(options.directory, { recursive: true });
    const names = [...MEMBERS, ...WORKERS.map((worker) => `${worker}-metrics` as const)];
    const entries: [string, number][] = [];
    for (const name of names) entries.push([name, await freePort()]);
    const ports = Object.fromEntries(entries) as Record<(typeof names)[number], number>;
    const fleet = new Fleet(options, ports, await openLinks(ports, options.receiverPort));
    options.onFleet?.(fleet);
    // What went wrong can be read in Temporal's data only with these.
    writeFileSync(join(options.directory, 'secrets.json'), JSON.stringify(fleet.secrets), { mode: 0o600 });
    for (const first of ['temporal', 'sandbox'] as const) await fleet.begin(first);
    // The first API registers the search attributes; the others find them.
    await fleet.begin('api-1');
    await Promise.all((['api-2', ...WORKERS] as const).map((member) => fleet.begin(member)));
    return fleet;
  }

  link(name: LinkName): Link {
    const link = this.links.get(name);
    if (!link) throw new Error(`there is no link ${name}`);
    return link;
  }

  /** Where the backend reaches the APIs. */
  get apiUrls(): string[] {
    return APIS.map((api) => this.link(`backend→${api}`).url);
  }

  /** The payers' own way to the provider: never disturbed. */
  get sandboxUrl(): string {
    return `http://${HOST}:${this.ports.sandbox}`;
  }

  /** Past every link, for questions of the harness. */
  get temporalAddress(): string {
    return `${HOST}:${this.ports.temporal}`;
  }

  logFile(member: Member): string {
    return join(this.options.directory, 'logs', `${member}.log`);
  }

  pids(): Map<Member, number> {
    return new Map([...this.running].map(([member, { pid }]) => [member, pid]));
  }

  /** SIGKILL. */
  async kill(member: Member): Promise<void> {
    const process = this.running.get(member);
    if (!process) return;
    this.taken.add(member);
    this.running.delete(member);
    this.paused.delete(member);
    process.kill();
    if ('ended' in process) await process.ended;
    else await process.stop();
  }

  /** Starts what was killed, and waits until it serves. */
  async begin(member: Member): Promise<void> {
    if (this.running.has(member) || this.stopping) return;
    this.options.onStep?.(member);
    const started = member === 'temporal' ? await this.beginTemporal() : await this.beginProgram(member);
    if (this.stopping) return started.kill();
    this.taken.delete(member);
    this.running.set(member, started);
    if ('ended' in started) this.watch(member, started);
  }

  /** SIGSTOP: it lives, and does nothing. */
  pause(member: Member): void {
    const pid = this.running.get(member)?.pid;
    if (pid === undefined) return;
    process.kill(pid, 'SIGSTOP');
    this.paused.add(member);
  }

  resume(member: Member): void {
    const pid = this.running.get(member)?.pid;
    if (this.paused.delete(member) && pid !== undefined) process.kill(pid, 'SIGCONT');
  }

  /** Everything that may be disturbed works again. */
  async restore(): Promise<void> {
    for (const link of this.links.values()) link.heal();
    for (const member of [...this.paused]) this.resume(member);
    for (const member of MEMBERS) await this.begin(member);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    for (const member of [...this.paused]) this.resume(member);
    for (const link of this.links.values()) link.heal();
    for (const member of [...MEMBERS].reverse()) {
      this.taken.add(member);
      // A worker lets its calls finish for up to 50 s; nobody waits for them here.
      this.running.get(member)?.kill();
      if (member === 'temporal') await this.running.get(member)?.stop();
    }
    await Promise.all([...this.links.values()].map((link) => link.close()));
  }

  private beginTemporal(): Promise<DevelopmentServer> {
    return startDevelopmentServer({
      binary: this.options.temporalCli,
      port: this.ports.temporal,
      databaseFile: join(this.options.directory, 'temporal.sqlite'),
      logFile: this.logFile('temporal'),
    });
  }

  private beginProgram(member: Exclude<Member, 'temporal'>): Promise<RunningProcess> {
    const { script, env, readyUrl, readyText = /^/ } = this.program(member);
    return startProcess({
      name: member,
      command: process.execPath,
      args: ['--enable-source-maps', join(DIST, script)],
      env: { ...inherited(), NODE_ENV: 'development', ...env },
      logFile: this.logFile(member),
      readyWhen: async () => {
        const answer = await fetch(readyUrl, { signal: AbortSignal.timeout(2_000) });
        return answer.ok && readyText.test(await answer.text());
      },
      readyTimeoutMs: 120_000,
    });
  }

  private program(member: Exclude<Member, 'temporal'>) {
    const at = `http://${HOST}:${this.ports[member]}`;
    if (member === 'sandbox') {
      const env = {
        HOLDFAST_SANDBOX_PORT: String(this.ports.sandbox),
        HOLDFAST_SANDBOX_ALLOW_LOOPBACK_HTTP_WEBHOOKS: 'true',
      };
      return { script: 'sandbox/main.js', env, readyUrl: `${at}/control/health` };
    }
    if (isApi(member)) {
      const env = {
        ...this.shared(member, this.sandboxUrl),
        HOLDFAST_PORT: String(this.ports[member]),
        HOLDFAST_EVENTS_URL: this.link('worker-1→receiver').url,
      };
      return { script: 'api/main.js', env, readyUrl: `${at}/healthz` };
    }
    const env = {
      ...this.shared(member, this.link(`${member}→sandbox`).url),
      HOLDFAST_METRICS_PORT: String(this.ports[`${member}-metrics`]),
      HOLDFAST_EVENTS_URL: this.link(`${member}→receiver`).url,
    };
    return {
      script: 'worker/main.js',
      env,
      readyUrl: `http://${HOST}:${this.ports[`${member}-metrics`]}/metrics`,
      readyText: POLLS,
    };
  }

  private shared(member: ApiName | WorkerName, sandboxUrl: string) {
    const connections = join(this.options.directory, `connections-${member}.json`);
    writeFileSync(connections, JSON.stringify(accountsAt(sandboxUrl, CONNECTION, WAITS)));
    return {
      ...this.secrets,
      TEMPORAL_ADDRESS: `${HOST}:${this.link(`${member}→temporal`).port}`,
      HOLDFAST_PUBLIC_URL: this.link('sandbox→api').url,
      HOLDFAST_CONNECTIONS: connections,
      HOLDFAST_EVENTS_SECRETS: this.options.eventsSecret,
      HOLDFAST_RATE_LIMIT: '0',
      HOLDFAST_LOG_LEVEL: 'warn',
    };
  }

  /** What ends by itself is noted and started again, as a supervisor would. */
  private watch(member: Member, started: RunningProcess): void {
    void started.ended.then(async ({ code, signal }) => {
      if (this.taken.has(member) || this.stopping || this.running.get(member) !== started) return;
      this.running.delete(member);
      this.unexpectedEnds.push({ member, at: Date.now(), end: signal ?? `code ${code}` });
      await this.begin(member).catch(() => undefined);
    });
  }
}

async function openLinks(
  ports: Readonly<Record<Member, number>>,
  receiver: number,
): Promise<Map<LinkName, Link>> {
  const destinationsOf = (name: LinkName): number[] => {
    const to = name.slice(name.indexOf('→') + 1);
    if (to === 'api') return APIS.map((api) => ports[api]);
    return [to === 'receiver' ? receiver : ports[to as Member]];
  };
  const opened = await Promise.all(LINKS.map((name) => Link.open(name, destinationsOf(name))));
  return new Map(LINKS.map((name, index) => [name, opened[index] as Link]));
}

function isApi(member: ApiName | WorkerName): member is ApiName {
  return (APIS as readonly string[]).includes(member);
}

/** The caller's own settings are for other systems. */
function inherited(): NodeJS.ProcessEnv {
  const settings = /^(HOLDFAST|TEMPORAL|DROPPAY|PAYERMAX|POMELO|ETPAY)_/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !settings.test(name)));
}
