import { ApplicationFailure, CancellationScope, condition, setHandler } from '@temporalio/workflow';
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
import type { Finding, ProviderEvent } from '../domain/provider-answer';
import type { Fact } from '../domain/timeline';
import { isPatched } from './patches';
import type { PaymentRecord } from './payment-record';

/** What the payment has to attend to next. */
export type Turn = 'cancel' | 'confirmed' | 'look_up' | 'deadline' | 'resolved' | 'refund';

/** An update waits this long for its effect; then it answers how the payment stands, and the effect still comes. */
const UPDATE_WAIT_MS = 10_000;
/** A callback that was seen before asks for a look-up at most this often. */
const REPEATED_HINT_GAP_MS = 5_000;
/** Temporal takes 2,000 updates of one workflow; the rest is kept for `resolve`, which must always be possible. */
const MOST_UPDATES = 1_000;

export const GIVING_BACK = 'the money is being given back';

/** What the payment allows now. */
export interface InboxRules {
  /** Why it cannot be cancelled, or null when it can. */
  whyNotCancellable: () => string | null;
  mayConfirm: () => boolean;
  canRefund: () => boolean;
  /** Why no decision can be taken now, or null. */
  whyNotResolvable: () => string | null;
}

/** Everything that reaches a payment from outside: requests of backends and operators, callbacks, and the clock. */
export class PaymentInbox {
  /** The next look-up that the payment planned for itself, and the one that somebody asked for (epoch ms). */
  private plannedLookUp = Infinity;
  private askedLookUp = Infinity;
  private lastLookUp = 0;
  private lookUpsStarted = 0;
  private lookUpsDigested = 0;
  private updates = 0;
  /** The backend's word, once it has given it. */
  confirmation: ConfirmInput | undefined;
  /** The successes that the provider has signed, and its last signed failure. */
  readonly paidProofs: (Finding & { state: 'paid' })[] = [];
  endedProof: (Finding & { state: 'ended' }) | undefined;
  private confirmationTold = false;
  private refundAsked = false;
  private refundProblem: string | null | undefined;
  private cancelAsked = false;
  private resolved = false;
  private closed = false;
  private readonly seenEvents = new Set<string>();

  constructor(
    private readonly request: PaymentRequest,
    private readonly record: PaymentRecord,
    private readonly rules: InboxRules,
  ) {
    setHandler(paymentQuery, () => record.payment);
    setHandler(providerEventSignal, (event) => this.receive(event));
    setHandler(createUpdate, () => unimpeded(() => this.firstAnswer()));
    setHandler(recheckUpdate, () => unimpeded(() => this.recheck()), { validator: () => this.checkRoom() });
    setHandler(cancelUpdate, () => unimpeded(() => this.cancel()), {
      validator: () => this.checkCancellable(),
    });
    setHandler(confirmUpdate, (input: ConfirmInput) => unimpeded(() => this.confirm(input)), {
      validator: (_input: ConfirmInput) => this.checkConfirmable(),
    });
    setHandler(resolveUpdate, (input: ResolveInput) => unimpeded(() => this.resolve(input)), {
      validator: (input: ResolveInput) => this.checkResolvable(input),
    });
  }

  /** Waits for the next thing to attend to, at the latest until `deadline` (epoch milliseconds). */
  async next(deadline: number): Promise<Turn> {
    this.lookUpsDigested = this.lookUpsStarted;
    for (;;) {
      if (this.takeResolution()) return 'resolved';
      if (this.takeRefund()) return 'refund';
      if (this.takeCancellation()) return 'cancel';
      if (this.takeConfirmation()) return 'confirmed';
      const now = Date.now();
      if (now >= deadline) return 'deadline';
      if (now >= this.lookUpDue) return 'look_up';
      const wake = Math.min(deadline, this.lookUpDue);
      const woken = () => this.somethingAsked() || this.lookUpDue < wake;
      await (wake === Infinity ? condition(woken) : condition(woken, wake - now));
    }
  }

  planLookUp(at: number): void {
    this.plannedLookUp = at;
  }

  /** From now on only somebody's asking causes a look-up. */
  forgetPlannedLookUp(): void {
    this.plannedLookUp = Infinity;
  }

  /** The provider is being asked: whatever was due is done by it. */
  lookUpStarts(): void {
    this.lookUpsStarted += 1;
    this.lastLookUp = Date.now();
    this.plannedLookUp = this.askedLookUp = Infinity;
  }

  /** Whether a cancellation was asked for; asking takes it. */
  takeCancellation(): boolean {
    const asked = this.cancelAsked;
    this.cancelAsked = false;
    return asked;
  }

  askToCancel(): void {
    this.cancelAsked = true;
  }

  /** Whether somebody asked for a look-up that has not been made. */
  get lookUpAsked(): boolean {
    return this.askedLookUp !== Infinity;
  }

  /** Lets every waiting update answer. */
  close(): void {
    this.closed = true;
  }

  private get lookUpDue(): number {
    return Math.min(this.plannedLookUp, this.askedLookUp);
  }

  /** Whether a person decided to give the money back, and that has not begun. */
  get refundDecided(): boolean {
    return this.refundAsked;
  }

  /** The refund that a person decided on has ended: with a problem, or null. */
  refundEnded(problem: string | null): void {
    this.refundAsked = false;
    this.refundProblem = problem;
  }

  private somethingAsked(): boolean {
    const confirmed = this.confirmation !== undefined && !this.confirmationTold;
    return this.resolved || this.refundAsked || this.cancelAsked || confirmed;
  }

  private takeConfirmation(): boolean {
    if (!this.confirmation || this.confirmationTold) return false;
    this.confirmationTold = true;
    return true;
  }

  private takeRefund(): boolean {
    const asked = this.refundAsked;
    this.refundAsked = false;
    return asked;
  }

  private takeResolution(): boolean {
    const { resolved } = this;
    this.resolved = false;
    return resolved;
  }

  /** A callback asks for a look-up; it is never believed by itself. What cannot be read (not encrypted by us) is null. */
  private receive(event: ProviderEvent | null): void {
    if (!event) return;
    const repeated = this.seenEvents.has(event.id);
    if (!repeated) this.record.note({ from: 'provider', type: 'callback', detail: event.statement });
    this.seenEvents.add(event.id);
    if (event.proven?.state === 'paid') this.paidProofs.push(event.proven);
    if (event.proven?.state === 'ended') this.endedProof = event.proven;
    this.askForLookUp(repeated ? this.lastLookUp + REPEATED_HINT_GAP_MS : Date.now());
  }

  private askForLookUp(at: number): void {
    this.askedLookUp = Math.min(this.askedLookUp, at);
  }

  private async firstAnswer() {
    const { fingerprint, requestId } = this.request;
    await condition(() => this.record.status !== 'processing' || this.closed, CREATE_WAIT_MS);
    return { payment: this.record.payment, fingerprint, requestId };
  }

  private async recheck(): Promise<Payment> {
    this.updates += 1;
    const mine = this.lookUpsStarted + 1;
    this.record.note({ from: 'backend', type: 'recheck', detail: 'asked to look again' });
    this.askForLookUp(0);
    await condition(() => this.lookUpsDigested >= mine || this.closed, UPDATE_WAIT_MS);
    return this.record.payment;
  }

  private async cancel(): Promise<Payment> {
    this.updates += 1;
    this.record.note({ from: 'backend', type: 'cancel_requested', detail: 'asked to cancel' });
    this.askToCancel();
    const over = () =>
      !['processing', 'requires_action', 'requires_confirmation'].includes(this.record.status);
    await condition(() => over() || this.closed, UPDATE_WAIT_MS);
    if (this.record.status === 'succeeded') {
      refuse('not_cancellable', 'the payment succeeded before it could be cancelled');
    }
    return this.record.payment;
  }

  private checkCancellable(): void {
    this.checkRoom();
    const why = this.rules.whyNotCancellable();
    if (why) refuse('not_cancellable', why);
  }

  private async confirm(input: ConfirmInput): Promise<Payment> {
    this.updates += 1;
    this.confirmation = input;
    // The payer may have one more step to take: that is an answer too.
    const answered = () =>
      this.record.status !== 'processing' && this.confirmationTold && this.collectingBegan();
    await condition(() => answered() || this.closed, UPDATE_WAIT_MS);
    return this.record.payment;
  }

  private collectingBegan(): boolean {
    return (
      this.record.timeline.some(({ type }) => type === 'collecting') ||
      this.record.status !== 'requires_action'
    );
  }

  private checkConfirmable(): void {
    this.checkRoom();
    if (this.confirmation || !this.rules.mayConfirm()) {
      refuse(
        'not_confirmable',
        `a ${this.request.provider} payment that is ${this.record.status} has nothing to confirm`,
      );
    }
  }

  private checkRoom(): void {
    if (this.updates >= MOST_UPDATES) refuse('rate_limited', 'this payment was asked about too often');
  }

  private async resolve({ decision, note, by }: ResolveInput): Promise<Payment> {
    const { amount, amountReceived } = this.record.payment;
    const fact = {
      from: 'operator',
      type: 'resolved',
      detail: `${by} decided ${decision}: ${note}`,
    } as const;
    if (decision === 'refund') return this.refund(fact);
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
    // The payment may be waiting for the provider: whoever reads meanwhile must not see it as it was.
    if (isPatched('changes-show-at-once')) this.record.publish();
    return this.record.payment;
  }

  private async refund(fact: Fact): Promise<Payment> {
    if (isPatched('decisions-stand')) this.record.append(fact);
    else this.record.note(fact);
    if (this.refundAsked) refuse('nothing_to_resolve', GIVING_BACK);
    this.refundProblem = undefined;
    this.refundAsked = true;
    await condition(() => this.refundProblem !== undefined || this.closed, UPDATE_WAIT_MS);
    if (this.refundProblem) refuse('not_refundable', this.refundProblem);
    return this.record.payment;
  }

  private checkResolvable(input: ResolveInput | null): void {
    if (!input?.by || !input.note)
      refuse('invalid_request', 'a decision needs `decision`, `note` and `by`, encrypted by us');
    if (this.record.status !== 'needs_review') {
      refuse('nothing_to_resolve', `the payment is ${this.record.status}, not needs_review`);
    }
    const why = this.refundAsked ? GIVING_BACK : this.rules.whyNotResolvable();
    if (why) refuse('nothing_to_resolve', why);
    if (input.decision === 'refund' && !this.rules.canRefund()) {
      refuse('not_refundable', 'nothing was received, or this provider has no refunds');
    }
  }
}

/** A cancellation of the workflow in the Temporal UI is a wish about the payment; it must not cut off who waits for it. */
function unimpeded<T>(handle: () => Promise<T>): Promise<T> {
  return CancellationScope.nonCancellable(handle);
}

/** Refuses an update: its type is the API's error code. */
function refuse(code: RefusalCode, message: string): never {
  throw ApplicationFailure.nonRetryable(message, code);
}
