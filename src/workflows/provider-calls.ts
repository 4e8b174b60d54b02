import { ActivityCancellationType, type ActivityOptions } from '@temporalio/workflow';

const SECOND = 1_000;

/** Reads, and writes that may be repeated freely. Two tries: the payment's own look-ups are the patient retry. */
export const READ: ActivityOptions = {
  startToCloseTimeout: 30 * SECOND,
  scheduleToCloseTimeout: 60 * SECOND,
  retry: { initialInterval: SECOND, maximumAttempts: 2 },
};

/** The call that makes a payment known to the provider, repeated until it answers or the payment expires. */
export const OPEN: ActivityOptions = {
  startToCloseTimeout: 30 * SECOND,
  retry: { initialInterval: SECOND, backoffCoefficient: 2, maximumInterval: 30 * SECOND },
  cancellationType: ActivityCancellationType.TRY_CANCEL,
};

/**
 * The call that takes the money: never repeated by Temporal. With its default retries, a worker that dies while the
 * provider answers would charge twice.
 */
export const TAKE: ActivityOptions = {
  startToCloseTimeout: 45 * SECOND,
  retry: { maximumAttempts: 1 },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
};
