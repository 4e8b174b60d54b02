import { fork } from 'node:child_process';
import { join } from 'node:path';
import cliProgress from 'cli-progress';
import { CHECKOUT } from '../prepare.mjs';

const CHUNK = 500;

/**
 * Hands chunks of schedules to as many processes, until all were played. Which schedules they are depends on the seed alone.
 * @returns what every chunk came to, and how long all took
 */
export async function playMany({ schedules, seed, processes }) {
  const chunks = chunksOf(schedules, seed);
  const bar = new cliProgress.SingleBar(
    {
      format: '{bar} {value}/{total} schedules, {eta_formatted} left, {broken} broken',
      noTTYOutput: true,
      notTTYSchedule: 30_000,
      etaBuffer: 50,
    },
    cliProgress.Presets.shades_classic,
  );
  const began = Date.now();
  const results = [];
  bar.start(schedules, 0, { broken: 0 });
  const played = (count) => bar.increment(count, { broken: results.filter(({ broken }) => broken).length });
  try {
    await Promise.all(Array.from({ length: processes }, () => work(chunks, results, played)));
  } finally {
    bar.stop();
  }
  return { results, seed, processes, seconds: (Date.now() - began) / 1_000 };
}

function chunksOf(schedules, seed) {
  const chunks = [];
  for (let left = schedules; left > 0; left -= CHUNK) {
    const index = chunks.length;
    chunks.push({ index, seed: (seed * 1_000_003 + index) % 2 ** 31, schedules: Math.min(left, CHUNK) });
  }
  return chunks;
}

/** One process, chunk after chunk. One that dies breaks off the run: its schedules would be missing. */
function work(chunks, results, played) {
  return new Promise((resolve, reject) => {
    const child = fork(join(CHECKOUT, 'test/simulation/play-chunks.ts'), {
      execArgv: ['--require', join(CHECKOUT, 'scripts/setup/typescript-loader.cjs')],
      cwd: CHECKOUT,
    });
    const next = () => {
      const chunk = chunks.shift();
      if (chunk) child.send(chunk);
      else child.disconnect();
    };
    child.on('message', (message) => {
      if ('played' in message) return played(message.played);
      if ('result' in message) {
        results.push(message.result);
        // Told at once: a run takes half an hour, and its end may never come.
        if (message.result.broken) console.error(`\n${message.result.broken}\n`);
      }
      next();
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`a process ended with ${code}`)),
    );
  });
}
