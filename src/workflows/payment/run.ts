import { ApplicationFailure, CancellationScope } from '@temporalio/workflow';
import type { ClosedPayment, ConfirmInput } from '../../contract/workflow';
import { WATCH_WINDOW_MS } from '../../domain/look-up-schedule';
import { type NextAction, type Payment, type PaymentRequest, problemOfRequest } from '../../domain/payment';
import { beginPayment } from './begin';
import { capture, type Capture } from './capturing';
import { cancelByOperator } from './handlers';
import { judgeLate } from './late-truth';
import { lookUp } from './look-ups';
import { type Create, open } from './opening';
import type { ProviderPort } from './provider-port';
import type { PaymentState } from './state';
import { StoryEnd } from './verdicts';
import { untilAuthorized, untilConfirmed, untilPaid } from './waiting';
import { watchUntilCertain } from './watch';

/** The verbs that stories are made of. Each waits for one thing, and leaves the story when the payment ends. */
export interface Story {
  /** Makes the payment known to the provider; the next step of the payer or the backend. */
  open(create: Create): Promise<NextAction>;
  /** Until the payer has agreed. */
  untilAuthorized(): Promise<void>;
  /** Until the backend gives its word. */
  untilConfirmed(): Promise<ConfirmInput>;
  /** Until the provider, on whose page the payer pays, says how it ended. */
  untilPaid(): Promise<never>;
  /** Takes the money, exactly once. */
  capture(take: Capture): Promise<never>;
}

/**
 * Runs one payment: the story says what the provider wants in which order; everything that keeps money safe is in this
 * folder. Returns when the payment's end is certain.
 * @throws ApplicationFailure `invalid_request` when it was started with something that is no payment
 */
export async function runPayment(
  request: PaymentRequest,
  port: ProviderPort,
  tell: (story: Story) => Promise<unknown>,
): Promise<Payment> {
  assertPayment(request);
  const state = beginPayment(request, port);
  return heedingCancellation(state, async () => {
    try {
      await tell(storyOf(state));
    } catch (error) {
      if (!(error instanceof StoryEnd)) throw error;
    }
    return watchUntilCertain(state, WATCH_WINDOW_MS);
  });
}

/**
 * Asks once more about a payment that has closed, and watches it for a while.
 * @throws ApplicationFailure `invalid_request` when it was started with something that is no payment
 */
export async function runLatePayment(
  { request, payment, private: hidden }: ClosedPayment,
  port: ProviderPort,
  watchForMs: number,
): Promise<Payment> {
  assertPayment(request);
  const state = beginPayment(request, port, { payment, private: hidden });
  return heedingCancellation(state, async () => {
    judgeLate(state, await lookUp(state));
    return watchUntilCertain(state, watchForMs, true);
  });
}

function assertPayment(request: PaymentRequest): void {
  const problem = problemOfRequest(request);
  if (problem) throw ApplicationFailure.nonRetryable(problem, 'invalid_request');
}

/** Whoever cancels the workflow in Temporal wishes to cancel the payment; nothing that keeps money safe is cut off by it. */
function heedingCancellation(state: PaymentState, run: () => Promise<Payment>): Promise<Payment> {
  CancellationScope.current().cancelRequested.catch(() => cancelByOperator(state));
  return CancellationScope.nonCancellable(run);
}

function storyOf(state: PaymentState): Story {
  return {
    open: (create) => open(state, create),
    untilAuthorized: () => untilAuthorized(state),
    untilConfirmed: () => untilConfirmed(state),
    untilPaid: () => untilPaid(state),
    capture: (take) => capture(state, take),
  };
}
