import {
  type ActivityFailure,
  type ActivityOptions,
  ApplicationFailure,
  TimeoutFailure,
} from '@temporalio/workflow';
import { CALL_WAITS_AT_MOST_MS, providerQueue } from '../../contract/workflow';
import type { ProviderId } from '../../domain/payment';

const SECOND = 1_000;

/**
 * Reads, and writes that may be repeated freely. Two tries: the payment's own plan of look-ups is the patient retry. The
 * time-outs leave room for a few HTTP calls of 10 s each.
 */
const READ: ActivityOptions = {
  scheduleToStartTimeout: CALL_WAITS_AT_MOST_MS,
  startToCloseTimeout: 40 * SECOND,
  scheduleToCloseTimeout: 90 * SECOND,
  retry: { initialInterval: SECOND, maximumAttempts: 2 },
};

/**
 * The call that takes the money: never repeated by Temporal. With its default retries, a worker that dies while the
 * provider answers would charge twice. When no worker is free in time it is not made at all: see `wasNeverStarted`.
 */
const TAKE: ActivityOptions = {
  scheduleToStartTimeout: CALL_WAITS_AT_MOST_MS,
  startToCloseTimeout: 45 * SECOND,
  retry: { maximumAttempts: 1 },
};

/** How the calls to one provider are made: in its own queue, so that they wait for no other provider. */
export function callsTo(provider: ProviderId): { READ: ActivityOptions; TAKE: ActivityOptions } {
  const taskQueue = providerQueue(provider);
  return { READ: { ...READ, taskQueue }, TAKE: { ...TAKE, taskQueue } };
}

/**
 * Whether no worker took this call, so that it certainly was not made. Temporal writes down which worker takes a call before
 * it hands the call over, and a call that has waited too long it hands to nobody. True only of calls that are tried once: of
 * a call that is repeated, this is about its last try, and an earlier one may have been made.
 */
export function wasNeverStarted({ cause }: ActivityFailure): boolean {
  return cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START';
}

/** Whether a call may have been made although nobody reported what became of it: its worker died, for instance. */
export function mayHaveBeenMade(failure: ActivityFailure): boolean {
  return !(failure.cause instanceof ApplicationFailure) && !wasNeverStarted(failure);
}

/** Whether trying again would not help: the request or the configuration is wrong. */
export function isFinalFailure({ cause }: ActivityFailure): boolean {
  return cause instanceof ApplicationFailure && cause.nonRetryable === true;
}

/** Of a call that was never started. */
export const NO_WORKER_FREE = 'no worker was free to make the call in time';
