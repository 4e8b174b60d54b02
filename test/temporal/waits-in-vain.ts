import { ActivityFailure, proxyActivities } from '@temporalio/workflow';
import { wasNeverStarted } from '../../src/workflows/payment/provider-calls';

/** Calls `take` on that queue, and says whether the call was never started. */
export async function waitsInVain(
  taskQueue: string,
  waitMs: number,
): Promise<'taken' | 'never_started' | 'other'> {
  const { take } = proxyActivities<{ take(): Promise<void> }>({
    taskQueue,
    scheduleToStartTimeout: waitMs,
    startToCloseTimeout: 5_000,
    retry: { maximumAttempts: 1 },
  });
  try {
    await take();
    return 'taken';
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return wasNeverStarted(error) ? 'never_started' : 'other';
  }
}
