import fc from 'fast-check';
import { type Played, play } from './play';
import type { Schedule } from './schedule';
import type { Seams } from './shop';
import type { WorkflowRuntime } from './workflow-runtime';

export interface CheckOptions {
  seed: number;
  schedules: number;
  /** Of fast-check: which schedule, and which of its shrunk forms. */
  path?: string;
  seams?: Seams;
  /** Only broken promises of these kinds count; all when absent. */
  kinds?: readonly string[];
  onPlayed?: (played: Played, schedule: Schedule) => void;
  /** Whether a failing schedule is made smaller; takes a while. */
  shrink?: boolean;
}

/** A schedule that broke a promise, and how to play it again. */
export interface Broken {
  seed: number;
  path: string;
  schedule: Schedule;
  /** What it broke: rule and sentence. */
  why: string;
  kinds: string[];
}

/** Plays that making a schedule smaller may take: enough for nearly all, and never hours. */
const MOST_SHRINKING_PLAYS = 400;

class PromiseBroken extends Error {
  override name = 'PromiseBroken';

  constructor(readonly played: Played) {
    super(played.violations.map(({ kind, rule, sentence }) => `${kind} (${rule}): ${sentence}`).join('\n'));
  }
}

/** Plays many schedules; the first that breaks a promise, made as small as can be, or null. */
export async function checkSchedules(
  runtime: WorkflowRuntime,
  schedules: fc.Arbitrary<Schedule>,
  { seed, schedules: numRuns, path, seams, kinds, onPlayed, shrink = true }: CheckOptions,
): Promise<Broken | null> {
  let shrinking = 0;
  const property = fc.asyncProperty(schedules, async (schedule) => {
    if (shrinking > 0 && ++shrinking > MOST_SHRINKING_PLAYS) return;
    let isBroken = true;
    try {
      const played = await play(runtime, schedule, seams);
      isBroken = played.violations.some(({ kind }) => kinds?.includes(kind) ?? true);
      if (isBroken) throw new PromiseBroken(played);
      if (shrinking === 0) onPlayed?.(played, schedule);
    } finally {
      if (isBroken) shrinking = Math.max(shrinking, 1);
    }
  });
  const details = await fc.check(property, {
    seed,
    numRuns,
    endOnFailure: !shrink,
    ...(path !== undefined && { path }),
  });
  if (!details.failed) return null;
  const error = details.errorInstance;
  return {
    seed: details.seed,
    path: details.counterexamplePath ?? '',
    schedule: details.counterexample?.[0] as Schedule,
    why: error instanceof PromiseBroken ? error.message : String((error as Error | null)?.stack ?? error),
    kinds: error instanceof PromiseBroken ? error.played.violations.map(({ kind }) => kind) : ['crashed'],
  };
}

/** How a failure is told to people. */
export function describeBroken({ seed, path, schedule, why }: Broken, provider: string): string {
  return [
    why,
    '',
    `schedule: ${JSON.stringify(schedule)}`,
    '',
    `again: PROVIDER=${provider} SEED=${seed} SCHEDULE_PATH=${path} npm test -- test/simulation/simulation.test.ts`,
  ].join('\n');
}
