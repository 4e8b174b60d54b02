import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { type ProviderId, PROVIDERS } from '../src/domain/payment';
import { LocalSystem } from '../src/local/system';
import { stopAllProcesses, stopAllProcessesOnSignal } from '../src/local/processes';
import { EventReceiver } from './event-receiver';
import { MemoryWatch } from './memory';
import { outageReport, overloadReport } from './report';
import { measureOutage, measureOverload, type Run } from './scenarios';
import { Traffic } from './traffic';

interface Options {
  scenario: 'overload' | 'outage';
  minutes: string;
  provider: ProviderId;
  rate?: string;
  concurrency: string;
  maxInFlight?: string;
  oneQueue?: true;
  callsPerSecond?: string;
  name?: string;
  seconds: string;
}

const say = (line: string) => process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);

async function main(options: Options): Promise<void> {
  if (!PROVIDERS.includes(options.provider)) throw new Error(`--provider is one of ${PROVIDERS.join(', ')}`);
  stopAllProcessesOnSignal(() => say('stopping'));
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-load-'));
  const receiver = await EventReceiver.start();
  const system = await startSystem(options, directory, receiver);
  const traffic = new Traffic(system, receiver);
  const { api, worker } = { api: system.running('api').pid, worker: system.running('worker').pid };
  const memory = new MemoryWatch({ api, worker }, traffic.began);
  const run: Run = { system, traffic, memory, say, cores: availableParallelism() };
  const problems =
    options.scenario === 'overload'
      ? overloadReport(await measureOverload(run, Number(options.seconds)))
      : outageReport(
          await measureOutage(run, {
            provider: options.provider,
            minutes: Number(options.minutes),
            rate: options.rate === undefined ? null : Number(options.rate),
            oneQueue: options.oneQueue === true,
            concurrency: Number(options.concurrency),
            callsPerSecond: options.callsPerSecond === undefined ? null : Number(options.callsPerSecond),
            name: options.name ?? (options.oneQueue ? 'outage-one-queue' : 'outage'),
          }),
        );
  await system.stop();
  await receiver.stop();
  if (problems.length === 0) rmSync(directory, { recursive: true, force: true });
  else {
    say(`not as it should be:\n- ${problems.join('\n- ')}\nLogs: ${directory}`);
    process.exitCode = 1;
  }
}

function startSystem(options: Options, directory: string, receiver: EventReceiver): Promise<LocalSystem> {
  const binary = process.env['TEMPORAL_CLI_PATH'];
  if (!binary) throw new Error('TEMPORAL_CLI_PATH is not set: use `npm run load`');
  const hook = require.resolve('../scripts/setup/typescript-loader.cjs');
  return LocalSystem.start({
    temporal: { binary },
    directory,
    inherited: process.env,
    onStep: (step) => say(`starting: ${step}`),
    environment: {
      HOLDFAST_RATE_LIMIT: '0',
      HOLDFAST_LOG_LEVEL: 'warn',
      HOLDFAST_EVENTS_URL: receiver.url,
      HOLDFAST_EVENTS_SECRETS: `whsec_${randomBytes(32).toString('base64')}`,
      HOLDFAST_PROVIDER_CONCURRENCY: options.concurrency,
      ...(options.callsPerSecond !== undefined && {
        HOLDFAST_PROVIDER_RATE: `0,${options.provider}:${options.callsPerSecond}`,
      }),
      ...(options.maxInFlight !== undefined && { HOLDFAST_MAX_IN_FLIGHT: options.maxInFlight }),
    },
    ...(options.oneQueue && {
      workerArguments: ['--require', hook, require.resolve('./one-queue-worker.ts')],
    }),
  });
}

new Command('load')
  .description('measures Holdfast on this machine, against the sandbox; results go to bench/results')
  .requiredOption('--scenario <name>', 'overload or outage')
  .option('--seconds <n>', 'overload: how long ten times the capacity is asked for', '60')
  .option(
    '--minutes <n>',
    'outage: how long the provider hangs; calm before and recovery after take half of it',
    '10',
  )
  .option('--provider <id>', 'outage: which provider hangs', 'pomelo')
  .option(
    '--rate <n>',
    'outage: payments a second at all providers together; default a quarter of the capacity measured',
  )
  .option('--concurrency <n>', 'calls in flight per provider', '50')
  .option('--max-in-flight <n>', 'creates that wait for a worker at once; default that of the api')
  .option('--one-queue', 'outage: all calls share one queue and as many slots, for comparison')
  .option(
    '--calls-per-second <n>',
    'outage: most calls to the provider that hangs (HOLDFAST_PROVIDER_RATE); no limit by default',
  )
  .option('--name <name>', 'outage: what the files of the results are called')
  .action((options: Options) => main(options))
  .parseAsync()
  .catch(async (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    await stopAllProcesses();
    process.exit(1);
  });
