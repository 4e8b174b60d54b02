import { schedulesOf } from './arbitrary-schedule';
import { checkSchedules, describeBroken } from './check-schedules';
import { activityNames } from './activity-names';
import type { Played } from './play';
import { type ProviderId, PROVIDERS } from '../../src/domain/payment';
import { bundleWorkflows } from './workflow-bundle';
import { WorkflowRuntime } from './workflow-runtime';

/** Schedules of one provider that one process of the big run plays at a time. The providers take turns. */
interface Chunk {
  index: number;
  seed: number;
  schedules: number;
}

/** Figures of one chunk. */
interface ChunkResult extends Omit<Chunk, 'index'> {
  provider: ProviderId;
  outcomes: Record<string, number>;
  reviewReasons: Record<string, number>;
  faults: Record<string, number>;
  charges: number;
  refunds: number;
  activations: number;
  replays: number;
  /** What was broken, for people. */
  broken: string | null;
}

const TELL_EVERY = 25;

async function playChunk(runtime: WorkflowRuntime, { index, seed, schedules }: Chunk): Promise<ChunkResult> {
  const provider = PROVIDERS[index % PROVIDERS.length] as ProviderId;
  const result: ChunkResult = {
    provider,
    seed,
    schedules,
    outcomes: {},
    reviewReasons: {},
    faults: {},
    charges: 0,
    refunds: 0,
    activations: 0,
    replays: 0,
    broken: null,
  };
  let done = 0;
  const broken = await checkSchedules(runtime, schedulesOf(provider), {
    seed,
    schedules,
    onPlayed: (played) => {
      add(result, played);
      done += 1;
      if (done % TELL_EVERY === 0) process.send?.({ played: TELL_EVERY });
    },
  });
  process.send?.({ played: done % TELL_EVERY });
  return { ...result, schedules: done, broken: broken && describeBroken(broken, provider) };
}

function add(result: ChunkResult, { payment, faults, activations, replays }: Played): void {
  const { final, ledger } = payment;
  count(result.outcomes, final?.payment.status ?? 'unknown');
  if (final?.payment.review) count(result.reviewReasons, final.payment.review.reason);
  for (const [name, times] of Object.entries(faults)) count(result.faults, name, times);
  result.charges += ledger.charges.length;
  result.refunds += ledger.refunds.length;
  result.activations += activations;
  result.replays += replays;
}

function count(counts: Record<string, number>, name: string, times = 1): void {
  counts[name] = (counts[name] ?? 0) + times;
}

async function main(): Promise<void> {
  const runtime = WorkflowRuntime.create(await bundleWorkflows(), activityNames());
  process.on('message', (chunk: Chunk) => {
    playChunk(runtime, chunk).then(
      (result) => process.send?.({ result }),
      (error) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
  process.once('disconnect', () => process.exit(0));
  process.send?.({ ready: true });
}

void main();
