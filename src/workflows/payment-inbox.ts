import { ApplicationFailure, condition, setHandler } from '@temporalio/workflow';
import {
  cancelUpdate,
  type ConfirmInput,
  confirmUpdate,
  CREATE_WAIT_MS,
  createUpdate,
  paymentQuery,
  providerEventSignal,
  recheckUpdate,
  type RefusalCode,
  type ResolveInput,
  resolveUpdate,
} from '../contract/workflow';
import type { Payment, PaymentRequest } from '../domain/payment';
import type { ProviderEvent } from '../domain/provider-answer';
import type { PaymentRecord } from './payment-record';

/** What the payment has to attend to next. */
export type Turn = 'cancel' | 'look_up' | 'deadline' | 'resolved';

/** An update waits this long for its effect; then it answers how the payment stands, and the effect still comes. */
const UPDATE_WAIT_MS = 10_000;
/** A callback that was seen before asks for a look-up at most this often. */
const REPEATED_HINT_GAP_MS = 5_000;

/** Everything that reaches a payment from outside: requests of backends and operators, callbacks, and the clock. */
export class PaymentInbox {
  /** Called when a cancellation is asked for while the payment is being opened. */
  onCancel: (() => void) | undefined;
  private lookUpDue = Infinity;
  private lastLookUp = 0;
  private lookUpsStarted = 0;
  private lookUpsDigested = 0;
  private cancelAsked = false;
  private resolved = false;
  private closed = false;
  private readonly seenEvents = new Set<string>();

  constructor(
    private readonly request: PaymentRequest,
    private readonly record: PaymentRecord,
    private readonly mayCancel: () => boolean,
  ) {
    setHandler(paymentQuery, () => record.payment);
    setHandler(providerEventSignal, (event) => this.receive(event));
    setHandler(createUpdate, () => this.firstAnswer());
    setHandler(recheckUpdate, () => this.recheck());
    setHandler(cancelUpdate, () => this.cancel(), { validator: () => this.checkCancellable() });
    setHandler(confirmUpdate, (_input: ConfirmInput) => this.record.payment, {
      validator: (_input: ConfirmInput): void =>
        refuse('not_confirmable', `a ${request.provider} payment has nothing to confirm`),
    });
    setHandler(resolveUpdate, (input) => this.resolve(input), {
      validator: (input) => this.checkResolvable(input),
    });
  }

  /** Waits for the next thing to attend to, at the latest until `deadline` (epoch milliseconds). */
  async next(deadline: number): Promise<Turn> {
    this.lookUpsDigested = this.lookUpsStarted;
    for (;;) {
      if (this.resolved) return 'resolved';
      if (this.takeCancellation()) return 'cancel';
      const now = Date.now();
      if (now >= deadline) return 'deadline';
      if (now >= this.lookUpDue) return 'look_up';
      const wake = Math.min(deadline, this.lookUpDue);
      const woken = () => this.resolved || this.cancelAsked || this.lookUpDue < wake;
      await (wake === Infinity ? condition(woken) : condition(woken, wake - now));
    }
  }

  /** Plans a look-up (epoch milliseconds), unless an earlier one is already due. */
  lookUpBy(at: number): void {
    this.lookUpDue = Math.min(this.lookUpDue, at);
  }

  /** No look-up until somebody asks for one. */
  forgetLookUp(): void {
    this.lookUpDue = Infinity;
  }

  /** The provider is being asked: whatever was due is done by it. */
  lookUpStarts(): void {
    this.lookUpsStarted += 1;
    this.lastLookUp = Date.now();
    this.lookUpDue = Infinity;
  }

  /** Whether a cancellation was asked for; asking takes it. */
  takeCancellation(): boolean {
    const asked = this.cancelAsked;
    this.cancelAsked = false;
    return asked;
  }

  askToCancel(): void {
    this.cancelAsked = true;
    this.onCancel?.();
  }

  /** Lets every waiting update answer. */
  close(): void {
    this.closed = true;
    this.lookUpsDigested = Infinity;
  }

  /** A callback asks for a look-up; it is never believed by itself. */
  private receive({ id, statement }: ProviderEvent): void {
    const repeated = this.seenEvents.has(id);
    if (!repeated) this.record.note({ from: 'provider', type: 'callback', detail: statement });
    this.seenEvents.add(id);
    const due = repeated ? this.lastLookUp + REPEATED_HINT_GAP_MS : Date.now();
    this.lookUpBy(due);
  }

  private async firstAnswer() {
    const { fingerprint, requestId } = this.request;
    await condition(() => this.record.status !== 'processing' || this.closed, CREATE_WAIT_MS);
    return { payment: this.record.payment, fingerprint, requestId };
  }

  private async recheck(): Promise<Payment> {
    const mine = this.lookUpsStarted + 1;
    this.record.note({ from: 'backend', type: 'recheck', detail: 'asked to look again' });
    this.lookUpBy(0);
    await condition(() => this.lookUpsDigested >= mine || this.closed, UPDATE_WAIT_MS);
    return this.record.payment;
  }

  private async cancel(): Promise<Payment> {
    this.record.note({ from: 'backend', type: 'cancel_requested', detail: 'asked to cancel' });
    this.askToCancel();
    const over = () =>
      !['processing', 'requires_action', 'requires_confirmation'].includes(this.record.status);
    await condition(() => over() || this.closed, UPDATE_WAIT_MS);
    if (this.record.status === 'succeeded')
      refuse('not_cancellable', 'the payment succeeded before it could be cancelled');
    return this.record.payment;
  }

  private checkCancellable(): void {
    if (!this.mayCancel())
      refuse(
        'not_cancellable',
        `money was or may have been taken, or the payment has ended (${this.record.status})`,
      );
  }

  private resolve({ decision, note, by }: ResolveInput): Payment {
    const { amount, amountReceived } = this.record.payment;
    const fact = {
      from: 'operator',
      type: 'resolved',
      detail: `${by} decided ${decision}: ${note}`,
    } as const;
    if (decision === 'succeeded') {
      this.record.become('succeeded', fact, {
        amountReceived: amountReceived || amount,
        review: null,
        failure: null,
      });
    } else {
      const failure = { code: 'resolved_as_failed', message: note } as const;
      this.record.become('failed', fact, { amountReceived: 0, review: null, failure });
    }
    this.resolved = true;
    return this.record.payment;
  }

  private checkResolvable({ decision }: ResolveInput): void {
    if (this.record.status !== 'needs_review') {
      refuse('nothing_to_resolve', `the payment is ${this.record.status}, not needs_review`);
    }
    if (decision === 'refund')
      refuse('not_refundable', `${this.request.provider} payments cannot be refunded here`);
  }
}

/** Refuses an update: its type is the API's error code. */
function refuse(code: RefusalCode, message: string): never {
  throw ApplicationFailure.nonRetryable(message, code);
}
