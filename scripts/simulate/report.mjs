import { execFileSync } from 'node:child_process';
import { format, resolveConfig } from 'prettier';
import { CHECKOUT } from '../prepare.mjs';

/** The figures of a run, as bench/results/simulation.json keeps them. */
export function reportOf({ results, seed, processes, seconds }) {
  const stories = {};
  for (const result of results) {
    const story = (stories[result.provider] ??= emptyStory());
    for (const key of ['schedules', 'charges', 'refunds', 'activations', 'replays'])
      story[key] += result[key];
    for (const key of ['outcomes', 'reviewReasons', 'faults']) addAll(story[key], result[key]);
  }
  const schedules = sum(results, 'schedules');
  return {
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: CHECKOUT, encoding: 'utf8' }).trim(),
    node: process.version,
    seed,
    processes,
    seconds: Math.round(seconds),
    schedules,
    schedulesPerSecond: Math.round((10 * schedules) / seconds) / 10,
    workflowTasks: sum(results, 'activations'),
    rebuiltFromHistory: sum(results, 'replays'),
    broken: results.flatMap(({ broken }) => broken ?? []),
    stories,
  };
}

/** The same for people. */
export async function asMarkdown(report) {
  const stories = Object.entries(report.stories).sort();
  const total = emptyStory();
  for (const [, story] of stories) {
    total.schedules += story.schedules;
    for (const key of ['outcomes', 'reviewReasons', 'faults']) addAll(total[key], story[key]);
  }
  const columns = [...stories, ['all', total]];
  const text = [
    '# Simulation',
    `\`npm run simulate -- --schedules ${report.schedules} --seed ${report.seed}\` at ${report.commit}, Node ${report.node}, ` +
      `${report.processes} processes: ${report.schedules} schedules in ${report.seconds} s ` +
      `(${report.schedulesPerSecond} a second), ${report.workflowTasks} workflow tasks, ` +
      `${report.rebuiltFromHistory} times a workflow was built anew from its history. ` +
      `**Broken promises: ${report.broken.length}.** What it is: [testing](../../docs/testing.md).`,
    '## How the payments ended',
    table('Ended as', columns, ({ outcomes }) => outcomes),
    '## What waits for a person',
    'As share of all payments, many of which meet several faults. In most schedules a person decides once or twice about what waits: ' +
      'counted is what waits still.',
    table('Reason', columns, ({ reviewReasons }) => reviewReasons, share),
    '## What calls and callbacks met',
    table('Fault', columns, ({ faults }) => faults),
    ...report.broken.map((broken) => `\`\`\`\n${broken}\n\`\`\``),
  ].join('\n\n');
  const path = `${CHECKOUT}/bench/results/simulation.md`;
  return format(text, { ...(await resolveConfig(path)), filepath: path });
}

function emptyStory() {
  return {
    schedules: 0,
    charges: 0,
    refunds: 0,
    activations: 0,
    replays: 0,
    outcomes: {},
    reviewReasons: {},
    faults: {},
  };
}

function table(title, columns, countsOf, show = (times) => times) {
  const names = [...new Set(columns.flatMap(([, story]) => Object.keys(countsOf(story))))].sort();
  const rows = names.map((name) => [
    name,
    ...columns.map(([, story]) => show(countsOf(story)[name] ?? 0, story.schedules)),
  ]);
  const heads = [title, ...columns.map(([name]) => name)];
  return [heads, heads.map((_, index) => (index === 0 ? '---' : '---:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function share(times, of) {
  return `${((100 * times) / of).toFixed(2)} %`;
}

function sum(results, key) {
  return results.reduce((total, result) => total + result[key], 0);
}

function addAll(counts, more) {
  for (const [name, times] of Object.entries(more)) counts[name] = (counts[name] ?? 0) + times;
}
