import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CHECKOUT, prepare } from './prepare.mjs';

/** Plays many schedules of the simulation on all cores and writes bench/results/simulation.md and .json. */
async function main() {
  const { values } = parseArgs({
    options: {
      schedules: { type: 'string', default: '20000' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
      processes: { type: 'string', default: String(availableParallelism()) },
    },
  });
  const [schedules, seed, processes] = [values.schedules, values.seed, values.processes].map(Number);
  if (![schedules, seed, processes].every((number) => Number.isSafeInteger(number) && number >= 0))
    throw new Error('--schedules, --seed and --processes are whole numbers');
  await prepare(['dependencies']);
  // Only now are there packages to import.
  const { playMany } = await import('./simulate/play-many.mjs');
  const { reportOf, asMarkdown } = await import('./simulate/report.mjs');
  const report = reportOf(await playMany({ schedules, seed, processes }));
  const folder = join(CHECKOUT, 'bench/results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'simulation.json'), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(folder, 'simulation.md'), await asMarkdown(report));
  console.log(
    `${report.schedules} schedules, ${report.schedulesPerSecond} a second, ${report.broken.length} broken promises`,
  );
  process.exitCode = report.broken.length === 0 ? 0 : 1;
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
