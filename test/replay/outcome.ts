import { ApplicationFailure } from '@temporalio/common';
import type { Taking } from '../../src/domain/provider-answer';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** One way in which a workflow can go. */
export interface Outcome<Stage> {
  /** What there is to see in the end. */
  shows: object;
  /** Brings it about; answers the payment's id. */
  play(stage: Stage): Promise<string>;
}

/** Ways in which a workflow can go, by name. */
export type Outcomes<Stage> = Readonly<Record<string, Outcome<Stage>>>;

// What providers answer.
export const outOfReach = (): Promise<never> => Promise.reject(new Error('out of reach'));
/** Asks to be left in peace for hours: a watch of two days then takes few look-ups, and its history stays short. */
export const notForHours = (): Promise<never> => {
  const details = [{ retryAfterMs: 20 * HOUR }];
  throw ApplicationFailure.create({ message: 'HTTP 429', type: 'rate_limited', nonRetryable: true, details });
};
export const refusesCredentials = (): Promise<never> => {
  throw ApplicationFailure.nonRetryable('the provider refuses the credentials', 'unauthenticated');
};
export const unclear = () => ({ state: 'unclear', detail: 'status SOMETHING' }) as const;
export const notSent: Taking = { outcome: 'not_sent', detail: 'connection refused' };
export const notSentForLong: Taking = { ...notSent, retryAfterMs: HOUR / 2 };
export const lost = (settledAfter: string): Taking => ({
  outcome: 'unknown',
  detail: 'connection reset',
  settledAfter,
});
export const LONG_AGO = '2000-01-01T00:00:00Z';
/** Skipping time goes far: recordings end in other centuries. */
export const NEVER = '9999-12-31T00:00:00Z';

// What a payment shows.
export const failedWith = (code: string) => ({ status: 'failed', failure: { code }, review: null });
export const reviewed = (reason: string) => ({ status: 'needs_review', review: { reason } });
export const expired = { status: 'expired', amountReceived: 0, failure: null, review: null };
export const cancelled = { status: 'cancelled', amountReceived: 0, failure: null, review: null };
export const paid = { status: 'succeeded', amountReceived: 1250, review: null };
