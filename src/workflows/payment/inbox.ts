import { condition } from '@temporalio/workflow';
import type { ConfirmInput } from '../../contract/workflow';
import type { Finding, ProviderEvent } from '../../domain/provider-answer';
import type { PaymentRecord } from './record';

/** What the payment has to attend to next. */
export type Turn = 'cancel' | 'confirmed' | 'look_up' | 'deadline' | 'resolved' | 'refund';

/** A callback that was seen before asks for a look-up at most this often. */
const REPEATED_HINT_GAP_MS = 5_000;

/** What was asked of a payment from outside and has not been attended to: wishes, callbacks, and the clock. */
export class PaymentInbox {
  /** The next look-up that the payment planned for itself, and the one that somebody asked for (epoch ms). */
  private plannedLookUp = Infinity;
  private askedLookUp = Infinity;
  private lastLookUp = 0;
  /** How many look-ups have begun, and how many are over: who asks for one waits for one that began after it asked. */
  lookUpsStarted = 0;
  lookUpsDigested = 0;
  /** The backend's word, once it has given it, and whether the story knows of it. */
  confirmation: ConfirmInput | undefined;
  confirmationTold = false;
  /** The successes that the provider has signed, and its last signed failure. */
  readonly paidProofs: (Finding & { state: 'paid' })[] = [];
  endedProof: (Finding & { state: 'ended' }) | undefined;
  /** Whether a person decided to give the money back, and that has not begun. */
  refundAsked = false;
  /** How the refund that a person decided on has ended: with a problem, or null; undefined while nobody knows. */
  refundProblem: string | null | undefined;
  /** Whether the payment has ended: every waiting update answers then. */
  closed = false;
  private cancelAsked = false;
  private resolved = false;
  private readonly seenEvents = new Set<string>();

  constructor(private readonly record: PaymentRecord) {}

  /** Waits for the next thing to attend to, at the latest until `deadline` (epoch milliseconds). */
  async next(deadline: number): Promise<Turn> {
    this.lookUpsDigested = this.lookUpsStarted;
    for (;;) {
      const asked = this.takeWish();
      if (asked) return asked;
      const now = Date.now();
      if (now >= deadline) return 'deadline';
      if (now >= this.lookUpDue) return 'look_up';
      const wake = Math.min(deadline, this.lookUpDue);
      const woken = () => this.hasWish() || this.lookUpDue < wake;
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

  askForLookUp(at: number): void {
    this.askedLookUp = Math.min(this.askedLookUp, at);
  }

  /** Whether somebody asked for a look-up that has not been made. */
  get lookUpAsked(): boolean {
    return this.askedLookUp !== Infinity;
  }

  /** The provider is being asked: whatever was due is done by it. */
  lookUpStarts(): void {
    this.lookUpsStarted += 1;
    this.lastLookUp = Date.now();
    this.plannedLookUp = this.askedLookUp = Infinity;
  }

  askToCancel(): void {
    this.cancelAsked = true;
  }

  /** Whether a cancellation was asked for; asking takes it. */
  takeCancellation(): boolean {
    const asked = this.cancelAsked;
    this.cancelAsked = false;
    return asked;
  }

  /** A person has ended the review. */
  resolve(): void {
    this.resolved = true;
  }

  askForRefund(): void {
    this.refundProblem = undefined;
    this.refundAsked = true;
  }

  /** The refund that a person decided on has ended: with a problem, or null. */
  refundEnded(problem: string | null): void {
    this.refundAsked = false;
    this.refundProblem = problem;
  }

  /** A callback asks for a look-up; it is never believed by itself. What cannot be read (not encrypted by us) is null. */
  receive(event: ProviderEvent | null): void {
    if (!event) return;
    const repeated = this.seenEvents.has(event.id);
    if (!repeated) this.record.note({ from: 'provider', type: 'callback', detail: event.statement });
    this.seenEvents.add(event.id);
    if (event.proven?.state === 'paid') this.paidProofs.push(event.proven);
    if (event.proven?.state === 'ended') this.endedProof = event.proven;
    this.askForLookUp(repeated ? this.lastLookUp + REPEATED_HINT_GAP_MS : Date.now());
  }

  private get lookUpDue(): number {
    return Math.min(this.plannedLookUp, this.askedLookUp);
  }

  private hasWish(): boolean {
    const confirmed = this.confirmation !== undefined && !this.confirmationTold;
    return this.resolved || this.refundAsked || this.cancelAsked || confirmed;
  }

  /** A person's decision comes before what is asked for. */
  private takeWish(): Turn | null {
    if (this.resolved) {
      this.resolved = false;
      return 'resolved';
    }
    if (this.refundAsked) {
      this.refundAsked = false;
      return 'refund';
    }
    if (this.takeCancellation()) return 'cancel';
    if (!this.confirmation || this.confirmationTold) return null;
    this.confirmationTold = true;
    return 'confirmed';
  }
}
