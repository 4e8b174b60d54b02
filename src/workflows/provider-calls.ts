import type { ActivityOptions } from '@temporalio/workflow';

const SECOND = 1_000;

/**
 * Reads, and writes that may be repeated freely. Two tries: the payment's own plan of look-ups is the patient retry. The
 * time is that of a few calls of 10 s each.
 */
export const READ: ActivityOptions = {
  startToCloseTimeout: 40 * SECOND,
  scheduleToCloseTimeout: 90 * SECOND,
  retry: { initialInterval: SECOND, maximumAttempts: 2 },
};

/**
 * The call that takes the money: never repeated by Temporal. With its default retries, a worker that dies while the
 * provider answers would charge twice.
 */
export const TAKE: ActivityOptions = {
  startToCloseTimeout: 45 * SECOND,
  retry: { maximumAttempts: 1 },
};
