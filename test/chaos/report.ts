import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { cpus, totalmem, type } from 'node:os';
import type { Figures, Spread } from './figures';
import type { RecordedRun } from '../model/recorded-run';
import { plotOf } from './plot';
import type { ChaosOptions, ChaosResult } from './run-chaos';

/** Where and with what a run was made. */
export interface Circumstances {
  commit: string;
  command: string;
  options: Omit<ChaosOptions, 'temporalCli' | 'directory' | 'onProgress'>;
}

/** Share of the payments that may end only by a deadline that is longer than the run. */
const MOST_LASTING_DOUBTS = 0.01;

/** What a run breaks if it is to fail: promises, books that nobody explains. */
export function problemsOf({ violations, stray, oddities, lastingDoubts, run }: ChaosResult): string[] {
  const mostDoubts = Math.max(3, run.payments.length * MOST_LASTING_DOUBTS);
  return [
    ...violations.map(({ rule, key, sentence }) => `${rule}, ${key}: ${sentence}`),
    ...stray.map((reference) => `money in the books that belongs to no payment: ${reference}`),
    ...oddities.map((oddity) => `unexpected: ${oddity}`),
    ...(lastingDoubts.length > mostDoubts
      ? [`${lastingDoubts.length} payments still wait for a deadline`]
      : []),
  ];
}

/** Writes `<out>.md`, `<out>.json` and `<out>.svg`. */
export function writeReport(
  out: string,
  result: ChaosResult,
  figures: Figures,
  circumstances: Circumstances,
): void {
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(`${out}.svg`, plotOf(result, figures));
  writeFileSync(`${out}.md`, markdownOf(out, result, figures, circumstances));
  const { run, createTimes, memory, struck, ...rest } = result;
  const broken = new Set([...result.violations.map(({ key }) => key), ...result.lastingDoubts]);
  const kept = {
    machine: machine(),
    ...circumstances,
    ...rest,
    figures,
    memory,
    samples: { creates: createTimes.length, struckCalls: struck.length },
    /** Everything that was seen of the payments that something is wrong with, or in doubt. */
    recorded: run.payments.filter(({ key }) => broken.has(key)),
  };
  writeFileSync(`${out}.json`, `${JSON.stringify(kept, null, 2)}\n`);
}

function machine(): string {
  const [cpu] = cpus();
  return `${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, ${type()}, Node ${process.versions.node}`;
}

function markdownOf(
  out: string,
  result: ChaosResult,
  figures: Figures,
  { commit, command, options }: Circumstances,
): string {
  const problems = problemsOf(result);
  const { summary, faulty } = figures;
  const { violations } = summary;
  return [
    '# Chaos',
    '',
    problems.length === 0
      ? `**No promise was broken** by ${summary.payments} payments.`
      : `**${problems.length} problems**, listed below.`,
    '',
    ...table(
      ['', ''],
      [
        ['machine', machine()],
        ['commit', commit],
        ['command', `\`${command}\``],
        ['seed', String(options.seed)],
        ['began', new Date(result.began).toISOString()],
        [
          'load',
          `${minutes(result.loadEnded - result.loadBegan)}, then ${minutes(result.ended - result.loadEnded)} until all was quiet and read`,
        ],
        ['payments a second', figures.paymentsPerSecond.toFixed(1)],
        ['calls of the backend', `${result.calls.made}, ${result.calls.repeated} of them had to be repeated`],
        ['deliveries of events', String(result.events)],
        ['calls that move money', sendings(result.run)],
      ],
    ),
    '## Outcomes',
    '',
    ...outcomes(figures),
    '## Broken promises',
    '',
    ...table(
      ['double charges', 'lost', 'sent again', 'unexplained or invented', 'others'],
      [
        [
          String(violations.double_charge),
          String(result.violations.filter(({ kind }) => kind === 'lost').length),
          String(violations.sent_again),
          String(violations.unexplained + violations.invented + result.stray.length),
          String(result.violations.filter(({ kind }) => !COUNTED.includes(kind)).length),
        ],
      ],
    ),
    ...problems.map((problem) => `- ${problem}`),
    ...(problems.length > 0 ? [''] : []),
    ...doubts(result),
    '## For a person',
    '',
    ...humans(figures),
    '## What went wrong on purpose',
    '',
    `${faulty.struck} of ${faulty.calls} calls to providers (${percent(faulty.struck, faulty.calls)}) and ` +
      `${faulty.webhooksStruck} of ${faulty.webhooks} webhooks (${percent(faulty.webhooksStruck, faulty.webhooks)}) were struck, ` +
      'as the sandbox counts them, besides what the disturbed processes and links lost.',
    '',
    ...faultKinds(result),
    ...acts(result),
    '## Time to the truth',
    '',
    'From the fault to the end of the payment that it struck, or to the person who has to decide. It includes the time that the payer ' +
      'still took. A process or link strikes all payments that are open at that time. In seconds.',
    '',
    ...table(
      ['', 'struck', 'p50', 'p99', 'max'],
      Object.entries(figures.timeToTruth).map(([kind, spread]) => [kind, ...spreadRow(spread, 1_000)]),
    ),
    '## Creating',
    '',
    'In milliseconds.',
    '',
    ...table(
      ['', 'creates', 'p50', 'p99', 'max'],
      [
        ['from the first try to the acknowledgement', ...spreadRow(figures.create.total, 1)],
        ['the try that was answered', ...spreadRow(figures.create.answered, 1)],
      ],
    ),
    `![Rate, latency and memory over time](./${out.split('/').at(-1)}.svg)`,
    '',
    ...ends(result),
  ].join('\n');
}

const COUNTED: readonly string[] = ['double_charge', 'lost', 'sent_again', 'unexplained', 'invented'];

function sendings({ payments }: RecordedRun): string {
  let all = 0;
  const distinct = new Set<string>();
  for (const { about, reference } of payments.flatMap(({ calls = [] }) => calls)) {
    if (about === 'state') continue;
    all += 1;
    distinct.add(`${about} ${reference}`);
  }
  return `${all}, ${all - distinct.size} of them repeats, allowed when the provider has said that the one before was not done`;
}

function outcomes({ summary }: Figures): string[] {
  const statuses = Object.keys(summary.outcomes).sort();
  return table(
    ['provider', 'payments', ...statuses],
    Object.entries(summary.byProvider).map(([provider, { payments, outcomes }]) => [
      provider,
      String(payments),
      ...statuses.map((status) => String(outcomes[status] ?? 0)),
    ]),
  );
}

function doubts({ lastingDoubts }: ChaosResult): string[] {
  if (lastingDoubts.length === 0) return [];
  return [
    `${lastingDoubts.length} only wait for time to pass, longer than the run (the messages of an end without money were lost, see ` +
      `docs/testing.md): ${lastingDoubts.join(', ')}.`,
    '',
  ];
}

function humans({ humans: causes, summary }: Figures): string[] {
  if (causes.length === 0) return ['Nothing.', ''];
  return [
    `${summary.needsReview} payments and ${summary.refundsNeedReview} refunds.`,
    '',
    ...table(
      ['provider', 'payments', 'under review', 'with a refund under review'],
      Object.entries(summary.byProvider).map(([provider, { payments, outcomes, refundsNeedReview }]) => {
        const shares = [outcomes['needs_review'] ?? 0, refundsNeedReview];
        return [provider, String(payments), ...shares.map((part) => `${part}, ${percent(part, payments)}`)];
      }),
    ),
    ...table(
      ['provider', 'what', 'reason', 'its calls were struck by', 'count'],
      causes.map(({ provider, what, reason, faults, count }) => [
        provider,
        what,
        reason,
        faults,
        String(count),
      ]),
    ),
  ];
}

function faultKinds({ faults }: ChaosResult): string[] {
  const kinds = [...new Set(faults.flatMap((fault) => Object.keys(fault.kinds)))].sort();
  return table(
    ['', ...faults.map(({ company }) => company)],
    [
      ['calls', ...faults.map(({ calls, struck }) => `${calls}, ${percent(struck, calls)} struck`)],
      ...kinds.map((kind) => [kind, ...faults.map((fault) => String(fault.kinds[kind] ?? 0))]),
    ],
  );
}

function acts({ acts: done }: ChaosResult): string[] {
  const counts = new Map<string, { count: number; ms: number }>();
  for (const { kind, target, from, until } of done) {
    const name = `${kind.replaceAll('_', ' ')} ${target}`;
    const known = counts.get(name) ?? { count: 0, ms: 0 };
    counts.set(name, { count: known.count + 1, ms: known.ms + until - from });
  }
  return table(
    ['process or link', 'times', 'seconds in all, until it worked again'],
    [...counts]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, { count, ms }]) => [name, String(count), (ms / 1_000).toFixed(1)]),
  );
}

function ends({ unexpectedEnds }: ChaosResult): string[] {
  if (unexpectedEnds.length === 0) return [];
  return [
    '## Processes that ended by themselves',
    '',
    ...table(
      ['process', 'when', 'how'],
      unexpectedEnds.map(({ member, at, end }) => [member, new Date(at).toISOString(), end]),
    ),
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}

function spreadRow({ count, p50, p99, max }: Spread, unit: number): string[] {
  const digits = unit === 1 ? 0 : 1;
  return [String(count), ...[p50, p99, max].map((value) => (value / unit).toFixed(digits))];
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;
}

function minutes(ms: number): string {
  return `${(ms / 60_000).toFixed(1)} min`;
}
