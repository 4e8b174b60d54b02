import { ApplicationFailure, CancellationScope, condition, setHandler } from '@temporalio/workflow';
import {
  cancelUpdate,
  type ConfirmInput,
  confirmUpdate,
  CREATE_WAIT_MS,
  type CreateAnswer,
  createUpdate,
  paymentQuery,
  providerEventSignal,
  recheckUpdate,
  type RefusalCode,
  type ResolveInput,
  resolveUpdate,
} from '../../contract/workflow';
import type { Payment } from '../../domain/payment';
import { isOpen } from '../../domain/status';
import type { Fact } from '../../domain/timeline';
import {
  ALREADY_GIVING_BACK,
  type Refusal,
  whyNotCancellable,
  whyNotConfirmable,
  whyNotResolvable,
} from './permissions';
import type { PaymentState } from './state';

/** An update waits this long for its effect; then it answers how the payment stands, and the effect still comes. */
const UPDATE_WAIT_MS = 10_000;
/** Temporal takes 2,000 updates of one workflow; the rest is kept for `resolve`, which must always be possible. */
const MOST_UPDATES = 1_000;

/** From now on the payment takes every message of docs/architecture.md, "Messages". */
export function handleMessages(state: PaymentState): void {
  const { record, inbox } = state;
  let updates = 0;
  /** Somebody who cancels the workflow in the Temporal UI must not cut off those who wait for an answer. */
  const unimpeded = <T>(handle: () => Promise<T>) => CancellationScope.nonCancellable(handle);
  const counted = <T>(handle: () => Promise<T>) => {
    updates += 1;
    return unimpeded(handle);
  };
  const checkRoom = () => {
    if (updates >= MOST_UPDATES) refuse('rate_limited', 'this payment was asked about too often');
  };
  setHandler(paymentQuery, () => record.payment);
  setHandler(providerEventSignal, (event) => inbox.receive(event));
  setHandler(createUpdate, () => unimpeded(() => firstAnswer(state)));
  setHandler(recheckUpdate, () => counted(() => recheck(state)), { validator: checkRoom });
  setHandler(cancelUpdate, () => counted(() => cancel(state)), {
    validator: () => {
      checkRoom();
      refuseIf(whyNotCancellable(state));
    },
  });
  setHandler(confirmUpdate, (input: ConfirmInput) => counted(() => confirm(state, input)), {
    validator: (_input: ConfirmInput) => {
      checkRoom();
      refuseIf(whyNotConfirmable(state));
    },
  });
  setHandler(resolveUpdate, (input: ResolveInput) => unimpeded(() => resolve(state, input)), {
    validator: (input: ResolveInput) => refuseIf(whyNotResolvable(state, input)),
  });
}

/** A cancellation in the Temporal UI asks the same as the backend's `cancel`. When it is refused, there is nobody to tell. */
export function cancelByOperator(state: PaymentState): void {
  state.record.note({ from: 'operator', type: 'cancel_requested', detail: 'asked to cancel in Temporal' });
  if (!whyNotCancellable(state)) state.inbox.askToCancel();
}

async function firstAnswer({ request, record, inbox }: PaymentState): Promise<CreateAnswer> {
  const { fingerprint, requestId } = request;
  await condition(() => record.status !== 'processing' || inbox.closed, CREATE_WAIT_MS);
  return { payment: record.payment, fingerprint, requestId };
}

async function recheck({ record, inbox }: PaymentState): Promise<Payment> {
  const mine = inbox.lookUpsStarted + 1;
  record.note({ from: 'backend', type: 'recheck', detail: 'asked to look again' });
  inbox.askForLookUp(0);
  await condition(() => inbox.lookUpsDigested >= mine || inbox.closed, UPDATE_WAIT_MS);
  return record.payment;
}

async function cancel({ record, inbox }: PaymentState): Promise<Payment> {
  record.note({ from: 'backend', type: 'cancel_requested', detail: 'asked to cancel' });
  inbox.askToCancel();
  await condition(() => !isOpen(record.status) || inbox.closed, UPDATE_WAIT_MS);
  if (record.status === 'succeeded') {
    refuse('not_cancellable', 'the payment succeeded before it could be cancelled');
  }
  return record.payment;
}

async function confirm(state: PaymentState, input: ConfirmInput): Promise<Payment> {
  const { record, inbox } = state;
  inbox.confirmation = input;
  // The payer may have one more step to take: that is an answer too.
  const answered = () =>
    record.status !== 'processing' &&
    inbox.confirmationTold &&
    (state.stage === 'capturing' || record.status !== 'requires_action');
  await condition(() => answered() || inbox.closed, UPDATE_WAIT_MS);
  return record.payment;
}

async function resolve(state: PaymentState, { decision, note, by }: ResolveInput): Promise<Payment> {
  const { record, inbox } = state;
  const { amount, amountReceived } = record.payment;
  const detail = `${by} decided ${decision}: ${note}`;
  const fact = { from: 'operator', type: 'resolved', detail } as const;
  if (decision === 'refund') return refund(state, fact);
  if (decision === 'succeeded') {
    const received = amountReceived || amount;
    record.become('succeeded', fact, { amountReceived: received, review: null, failure: null });
  } else {
    const failure = { code: 'resolved_as_failed', message: note } as const;
    record.become('failed', fact, { amountReceived: 0, review: null, failure });
  }
  inbox.resolve();
  // The payment may be waiting for the provider: whoever reads meanwhile must not see it as it was.
  record.publish();
  return record.payment;
}

async function refund({ record, inbox }: PaymentState, fact: Fact): Promise<Payment> {
  record.append(fact);
  // Two decisions may have been let in before either was carried out.
  if (inbox.refundAsked) refuseIf(ALREADY_GIVING_BACK);
  inbox.askForRefund();
  await condition(() => inbox.refundProblem !== undefined || inbox.closed, UPDATE_WAIT_MS);
  if (inbox.refundProblem) refuse('not_refundable', inbox.refundProblem);
  return record.payment;
}

function refuseIf(refusal: Refusal | null): void {
  if (refusal) refuse(refusal.code, refusal.message);
}

/** Refuses an update: its type is the API's error code. */
function refuse(code: RefusalCode, message: string): never {
  throw ApplicationFailure.nonRetryable(message, code);
}
