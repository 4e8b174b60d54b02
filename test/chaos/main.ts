import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Presets, SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError } from 'commander';
import { PROVIDERS, type ProviderId } from '../../src/domain/payment';
import { FAULT_PRESETS } from './fault-plan';
import { figuresOf } from './figures';
import type { Fleet } from './fleet';
import { problemsOf, writeReport } from './report';
import { type ChaosOptions, type Phase, runChaos } from './run-chaos';

interface Arguments {
  payments: number;
  providers: ProviderId[];
  seed: number;
  faults: number;
  rate: number;
  callsAtOnce: number;
  open: number;
  gap: number;
  nemesis: boolean;
  minutes?: number;
  out: string;
}

const command = new Command('chaos')
  .description(
    'Runs payments on real processes while these, their network and the providers fail, and judges them.',
  )
  .option('--payments <count>', 'how many payments', whole, 1_000)
  .option('--providers <list>', 'all, or a list with commas', providersOf, [...PROVIDERS])
  .option('--seed <number>', 'the same seed plans the same payments, faults and acts', whole, 1)
  .option(
    '--faults <rate>',
    `share of provider calls that go wrong, or ${Object.keys(FAULT_PRESETS).join(', ')}`,
    faultRateOf,
    0.15,
  )
  .option('--rate <number>', 'payments started a second', positive, 4)
  .option('--calls-at-once <count>', 'calls of the backend at one time', whole, 16)
  .option('--open <count>', 'payments open at one time', whole, 300)
  .option(
    '--gap <seconds>',
    'how long the system is left alone between two acts: so much to three times as much',
    positive,
    4,
  )
  .option('--no-nemesis', 'leaves processes and links alone')
  .option(
    '--minutes <count>',
    'ends after so long, however it goes; by default what the payments need and half an hour',
    positive,
  )
  .option('--out <path>', 'report: <path>.md, .json, .svg', 'bench/results/chaos');

async function main(): Promise<void> {
  const given = command.parse().opts<Arguments>();
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-chaos-'));
  const bar = new SingleBar(
    { format: BAR, hideCursor: true, noTTYOutput: !process.stderr.isTTY, notTTYSchedule: 15_000 },
    Presets.shades_classic,
  );
  const options: ChaosOptions = {
    ...settingsOf(given),
    temporalCli: temporalCli(),
    directory,
    onProgress: showOn(bar),
  };
  bar.start(given.payments, 0, { phase: 'starting', note: '' });
  const result = await runChaos(options, stopOnSignal).finally(() => bar.stop());
  const figures = figuresOf(result);
  const out = resolve(given.out);
  writeReport(out, result, figures, {
    commit: commitOf(),
    command: commandLine(),
    options: settingsOf(given),
  });
  const problems = problemsOf(result);
  for (const problem of problems) console.error(problem);
  console.log(`${given.payments} payments, ${problems.length} problems: ${out}.md`);
  if (problems.length === 0) rmSync(directory, { recursive: true, force: true });
  else console.error(`Logs and Temporal's data are kept in ${directory}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

const BAR = '{bar} {value}/{total} | {phase} | {duration_formatted} {note}';
const HALF_AN_HOUR_MS = 30 * 60_000;

function settingsOf(given: Arguments) {
  const { payments, providers, seed, faults, rate, callsAtOnce, open, gap, nemesis, minutes } = given;
  // Disturbed, the load takes a multiple of its time.
  const endsWithinMs = minutes ? minutes * 60_000 : (payments / rate) * 4_000 + HALF_AN_HOUR_MS;
  return {
    payments,
    providers,
    seed,
    faultRate: faults,
    rate,
    callsAtOnce,
    mostOpen: open,
    nemesis: nemesis ? { healthyMs: [gap * 1_000, gap * 3_000] as const } : null,
    endsWithinMs,
  };
}

function showOn(bar: SingleBar) {
  let phase: Phase = 'starting';
  return (now: Phase, done: number, note?: string) => {
    // What settles is counted anew.
    const isNew = now !== phase;
    phase = now;
    bar.update(done, { phase: now, ...(note !== undefined && { note }), ...(isNew && { note: note ?? '' }) });
  };
}

/** Ctrl-C leaves nothing running; what is stopped (SIGSTOP) is killed like the rest. */
function stopOnSignal(fleet: Fleet): void {
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    process.once(signal, () => void fleet.stop().finally(() => process.exit(128 + number)));
  }
}

function temporalCli(): string {
  const path = process.env['TEMPORAL_CLI_PATH'];
  if (!path) throw new Error('TEMPORAL_CLI_PATH is not set: start this by `npm run chaos`');
  return path;
}

function commitOf(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

function commandLine(): string {
  return ['npm run chaos --', ...process.argv.slice(2)].join(' ');
}

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('must be a whole number');
  return Number(text);
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('must be a number above 0');
  return value;
}

function faultRateOf(text: string): number {
  const rate = FAULT_PRESETS[text] ?? Number(text);
  if (!(rate >= 0 && rate <= 0.5))
    throw new InvalidArgumentError(`must be 0 to 0.5, or ${Object.keys(FAULT_PRESETS).join(', ')}`);
  return rate;
}

function providersOf(text: string): ProviderId[] {
  if (text === 'all') return [...PROVIDERS];
  return text.split(',').map((name) => {
    const provider = PROVIDERS.find((each) => each === name);
    if (!provider) throw new InvalidArgumentError(`must be all, or some of ${PROVIDERS.join(',')}`);
    return provider;
  });
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
