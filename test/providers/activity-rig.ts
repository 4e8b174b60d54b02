import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';

/** What Temporal tells an activity about itself. */
export interface ActivityRun {
  /** Which of Temporal's tries it is. */
  attempt?: number;
  /** How long the workflow waits for it. */
  startToCloseTimeoutMs?: number;
  /** How long ago the workflow asked for it. */
  askedBeforeMs?: number;
}

/**
 * Runs an activity in the surroundings that Temporal gives it. The environment's own default is a call that was asked for
 * at the beginning of 1970: an activity that minds its deadline would find every call late and send nothing.
 */
export function runActivity<T>(activity: () => Promise<T>, run: ActivityRun = {}): Promise<T> {
  const { attempt = 1, startToCloseTimeoutMs = 30_000, askedBeforeMs = 0 } = run;
  const currentAttemptScheduledTimestampMs = Date.now() - askedBeforeMs;
  const info = { attempt, startToCloseTimeoutMs, currentAttemptScheduledTimestampMs };
  return new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR') }).run(activity);
}

/** What an activity tells Temporal. */
export async function failureOf(promise: Promise<unknown>): Promise<ApplicationFailure> {
  const outcome = await promise.catch((error: unknown) => error);
  if (outcome instanceof ApplicationFailure) return outcome;
  throw new Error(`expected an ApplicationFailure, got ${JSON.stringify(outcome)}`);
}
