import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  setHandler,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { SEARCH_ATTRIBUTES } from '../contract/search-attributes';
import {
  type ClosedPayment,
  createRefundUpdate,
  providerEventSignal,
  type RefundAnswer,
  refundsSeenSignal,
  type RefundsState,
  type ResolveInput,
  resolveRefundUpdate,
} from '../contract/workflow';
import type { RefundEventType } from '../domain/backend-event';
import { gapInSilence, isAskedAgainUnderReview } from '../domain/look-up-schedule';
import { referenceAtProvider } from '../domain/payment';
import type { SeenRefund } from '../domain/provider-answer';
import { idsOfSeen } from '../domain/seen-refund';
import { mostUrgentStatus, type Refund, refundableAmount, type RefundRequest } from '../domain/refund';
import { Outbox } from './outbox';
import { isPatched } from './patches';
import { PORTS } from './stories/index';
import { giveBack, lookUpRefund, type RefundCallbacks } from './refunding';

const DAY_MS = 86_400_000;
/** The longest that a provider refunds after a payment (docs/providers/payermax.md §3.5), and a margin. */
const REFUND_WINDOW_MS = 200 * DAY_MS;
const UPDATE_WAIT_MS = 10_000;

/** Every refund of one payment, one after the other, so that their sum never passes what was taken. */
export async function paymentRefunds(closed: ClosedPayment, carried?: RefundsState): Promise<Refund[]> {
  const refunds = new Refunds(closed, carried);
  return CancellationScope.nonCancellable(() => refunds.run());
}

class Refunds {
  private readonly state: RefundsState;
  private readonly outbox: Outbox;
  private dirty = true;
  /** Whether something changed that the loop has to attend to. */
  private changed = false;
  /** Whether a callback asks to look again at what needs a review. */
  private asked = false;
  private readonly callbacks: RefundCallbacks = { waiting: false };

  constructor(
    private readonly closed: ClosedPayment,
    carried?: RefundsState,
  ) {
    this.state = carried ?? { refunds: [], answers: {}, providerReferences: {} };
    this.outbox = new Outbox(
      closed.request,
      `${closed.payment.id}_refunds_${workflowInfo().runId.slice(0, 8)}`,
      'aftermath',
    );
    setHandler(createRefundUpdate, (request: RefundRequest) => this.create(request), {
      validator: (request: RefundRequest) => this.checkRefundable(request),
    });
    setHandler(resolveRefundUpdate, (id: string, input: ResolveInput) => this.resolve(id, input), {
      validator: (id: string, _input: ResolveInput) => this.checkResolvable(id),
    });
    setHandler(refundsSeenSignal, (seen) => this.see(seen));
    setHandler(providerEventSignal, () => {
      this.asked = this.callbacks.waiting = true;
    });
  }

  async run(): Promise<Refund[]> {
    const closeAt = Date.now() + REFUND_WINDOW_MS;
    const somethingToDo = () => this.dirty || this.changed || this.asked;
    for (;;) {
      this.changed = false;
      this.publish();
      const next = this.state.refunds.find(({ id, status }) => status === 'processing' && this.isOurs(id));
      if (next) {
        await this.carryOut(next);
        continue;
      }
      if (this.asked) {
        await this.lookAgain();
        continue;
      }
      if (workflowInfo().continueAsNewSuggested) {
        await this.outbox.flushed();
        await condition(allHandlersFinished);
        // What came meanwhile is not handed on: it is looked into first.
        if (this.asked) continue;
        await continueAsNew(this.closed, this.state);
      }
      if (this.owesAnAnswer()) {
        const gap = gapInSilence(this.state.unanswered ?? 0, 0);
        this.asked = !(await condition(somethingToDo, gap)) || this.asked;
        continue;
      }
      if (Date.now() < closeAt) await condition(somethingToDo, closeAt - Date.now());
      // A refund under review stays until somebody decides.
      else if (this.isUndecided()) await condition(somethingToDo);
      else {
        await this.outbox.flushed();
        await condition(allHandlersFinished);
        if (!somethingToDo()) return this.state.refunds;
      }
    }
  }

  /** A callback that was acknowledged is not used up by a provider that is silent. */
  private owesAnAnswer(): boolean {
    const asking = isAskedAgainUnderReview(this.state.unanswered ?? 0);
    return asking && this.isUndecided() && isPatched('reviews-are-asked-about-until-answered');
  }

  private isUndecided(): boolean {
    return this.state.refunds.some(({ status }) => status === 'needs_review');
  }

  private async create(request: RefundRequest): Promise<RefundAnswer> {
    const stored = this.state.answers[request.id];
    if (stored) return stored;
    if (!this.find(request.id)) this.add(request, this.amountOf(request));
    await condition(() => this.find(request.id)?.status !== 'processing', UPDATE_WAIT_MS);
    const refund = this.find(request.id) as Refund;
    const answer = { refund, fingerprint: request.fingerprint, requestId: request.requestId };
    return (this.state.answers[request.id] ??= answer);
  }

  private add(request: RefundRequest, amount: number): void {
    const { payment } = this.closed;
    const now = new Date().toISOString();
    this.state.refunds.push({
      id: request.id,
      object: 'refund',
      paymentId: payment.id,
      amount,
      currency: payment.currency,
      status: 'processing',
      reason: request.reason,
      failure: null,
      createdAt: now,
      updatedAt: now,
    });
    this.state.providerReferences[request.id] = referenceAtProvider(request.id);
    this.showChange();
  }

  /** A repeat of a refund that exists is always let through: it gets the stored answer. */
  private checkRefundable(request: RefundRequest | null): void {
    if (!request) throw refusal('invalid_request', 'a refund request must be encrypted by us');
    if (!this.find(request.id)) this.amountOf(request);
  }

  private amountOf({ amount }: RefundRequest): number {
    const { payment } = this.closed;
    const { rule } = PORTS[payment.provider].refunds;
    const left = payment.amountReceived - payment.amountRefunded;
    if (payment.providerReference === null || this.closed.private.refundInDoubt) {
      throw refusal(
        'not_refundable',
        'the provider does not know the payment, or an earlier refund of it is in doubt',
      );
    }
    const refundable = refundableAmount(left, this.state.refunds, rule, amount);
    if ('amount' in refundable) return refundable.amount;
    throw refusal(refundable.code, refundable.message);
  }

  private async carryOut(refund: Refund): Promise<void> {
    const { payment } = this.closed;
    const { refunds } = PORTS[payment.provider];
    if (refunds.rule === 'none' || payment.providerReference === null) {
      const failure = { code: 'not_sent', message: 'the provider has no refunds' } as const;
      this.change(refund.id, { status: 'failed', failure });
      return;
    }
    this.callbacks.waiting = false;
    if (!this.isUndecided()) this.state.unanswered = 0;
    const end = await giveBack(refunds, this.callOf(refund), this.callbacks);
    if (end.status === 'unknown') this.change(refund.id, { status: 'needs_review' });
    else if (end.status === 'failed') this.change(refund.id, { status: 'failed', failure: end.failure });
    else this.change(refund.id, { status: 'succeeded' });
  }

  private callOf(refund: Refund) {
    const { request, payment, private: hidden } = this.closed;
    return {
      paymentId: payment.id,
      refundReference: referenceAtProvider(refund.id),
      connection: payment.connection,
      providerReference: payment.providerReference ?? '',
      chargeReference: hidden.chargeReference ?? null,
      amount: refund.amount,
      currency: refund.currency,
      reason: refund.reason,
      providerRefundReference: null,
      webhookUrl: request.urls.webhook,
    };
  }

  /** The provider's late word ends a refund that was in doubt. */
  private async lookAgain(): Promise<void> {
    this.asked = false;
    const { refunds } = PORTS[this.closed.payment.provider];
    if (refunds.rule === 'none' || !refunds.lookUp) return;
    let silent = false;
    for (const refund of this.state.refunds.filter(({ status }) => status === 'needs_review')) {
      const finding = await lookUpRefund(refunds.lookUp, this.callOf(refund));
      silent ||= finding === null;
      if (this.find(refund.id)?.status !== 'needs_review') continue;
      if (finding?.state === 'succeeded' && finding.amount === refund.amount) {
        this.change(refund.id, { status: 'succeeded' });
      }
      if (finding?.state === 'failed') {
        this.change(refund.id, { status: 'failed', failure: { code: 'declined', message: finding.message } });
      }
    }
    this.state.unanswered = silent ? (this.state.unanswered ?? 0) + 1 : 0;
  }

  private resolve(id: string, { decision, note }: ResolveInput): Refund {
    if (decision === 'succeeded') return this.change(id, { status: 'succeeded' });
    return this.change(id, { status: 'failed', failure: { code: 'resolved_as_failed', message: note } });
  }

  private checkResolvable(id: string): void {
    if (this.find(id)?.status !== 'needs_review')
      throw refusal('nothing_to_resolve', 'this refund needs no review');
  }

  /**
   * Refunds made at the provider's own dashboard. One without an amount is of all that is left; one that the provider no longer
   * shows was turned down.
   */
  private see(seen: SeenRefund[] | null): void {
    if (!seen) return;
    const idsOf = ({ providerReference }: SeenRefund) =>
      idsOfSeen(this.closed.payment.id, providerReference, this.state.refunds);
    const shown = seen.map((one) => idsOf(one).id);
    for (const { id, status } of this.state.refunds) {
      if (status !== 'processing' || this.isOurs(id) || shown.includes(id)) continue;
      const failure = { code: 'declined', message: 'the provider no longer shows it' } as const;
      this.change(id, { status: 'failed', failure });
    }
    for (const one of seen) {
      const { id, nextId } = idsOf(one);
      const known = this.find(id)?.status;
      const onlyForward = isPatched('a-refund-asked-for-again-is-another');
      if (known === undefined) this.addSeen(id, one);
      else if (known === 'failed' && onlyForward) this.addSeen(nextId, one);
      else if (known !== one.status && (known === 'processing' || !onlyForward)) {
        this.change(id, { status: one.status });
      }
    }
  }

  private addSeen(id: string, { status, amount }: SeenRefund): void {
    const { amountReceived } = this.closed.payment;
    const refundable = refundableAmount(amountReceived, this.state.refunds, 'full_and_partial', amount);
    const request = { id, amount, reason: null, fingerprint: '', requestId: '' };
    this.add(request, 'amount' in refundable ? refundable.amount : (amount ?? 0));
    delete this.state.providerReferences[id];
    this.change(id, { status });
  }

  private isOurs(id: string): boolean {
    return id in this.state.providerReferences;
  }

  private find(id: string): Refund | undefined {
    return this.state.refunds.find((refund) => refund.id === id);
  }

  private change(id: string, change: Partial<Refund>): Refund {
    const index = this.state.refunds.findIndex((refund) => refund.id === id);
    const changed = {
      ...(this.state.refunds[index] as Refund),
      ...change,
      updatedAt: new Date().toISOString(),
    };
    this.state.refunds[index] = changed;
    this.showChange();
    const type = EVENTS[changed.status];
    if (type) this.outbox.post(type, { refund: changed });
    return changed;
  }

  /** Another refund may be in progress for days: what changes beside it is seen at once. */
  private showChange(): void {
    this.dirty = this.changed = true;
    if (isPatched('changes-show-at-once')) this.publish();
  }

  private publish(): void {
    if (!this.dirty) return;
    upsertMemo({ refunds: this.state.refunds, caller: this.closed.private.caller });
    const status = mostUrgentStatus(this.state.refunds);
    if (status && isPatched('refunds-show-their-status')) {
      upsertSearchAttributes([{ key: SEARCH_ATTRIBUTES.status, value: status }]);
    }
    this.dirty = false;
  }
}

const EVENTS: Readonly<Partial<Record<Refund['status'], RefundEventType>>> = {
  succeeded: 'refund.succeeded',
  failed: 'refund.failed',
  needs_review: 'refund.needs_review',
};

function refusal(code: string, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, code);
}
