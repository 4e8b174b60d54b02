import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type ClosedPayment,
  createRefundUpdate,
  providerEventSignal,
  type RefundAnswer,
  refundsSeenSignal,
  type RefundsState,
  type ResolveInput,
  resolveRefundUpdate,
} from '../../contract/workflow';
import { capabilitiesOf } from '../../providers/capabilities';
import { gapInSilence, isAskedAgainUnderReview } from '../../domain/look-up-schedule';
import { referenceAtProvider } from '../../domain/payment';
import { type Refund, refundableAmount, type RefundRequest } from '../../domain/refund';
import { PORTS } from '../stories';
import { writeSeenRefunds } from './dashboard-refunds';
import { RefundLedger } from './refund-ledger';
import { lookUpRefund, type RefundCallbacks, sendRefund } from './send-refund';

const DAY_MS = 86_400_000;
/** The longest that a provider refunds after a payment (docs/providers/payermax.md §3.5), and a margin. */
const REFUND_WINDOW_MS = 200 * DAY_MS;
const UPDATE_WAIT_MS = 10_000;

/** Every refund of one payment, one after the other, so that their sum never passes what was taken. */
export async function paymentRefunds(closed: ClosedPayment, carried?: RefundsState): Promise<Refund[]> {
  const refunds = new Refunds(closed, carried ?? { refunds: [], answers: {}, providerReferences: {} });
  return CancellationScope.nonCancellable(() => refunds.run());
}

class Refunds {
  private readonly ledger: RefundLedger;
  /** Whether something changed that the loop has to attend to. */
  private changed = false;
  /** Whether a callback asks to look again at what needs a review. */
  private asked = false;
  private readonly callbacks: RefundCallbacks = { waiting: false };

  constructor(
    private readonly closed: ClosedPayment,
    private readonly state: RefundsState,
  ) {
    this.ledger = new RefundLedger(closed, state, () => (this.changed = true));
    const { payment } = closed;
    setHandler(createRefundUpdate, (request: RefundRequest) => this.create(request), {
      validator: (request: RefundRequest) => this.checkRefundable(request),
    });
    setHandler(resolveRefundUpdate, (id: string, input: ResolveInput) => this.resolve(id, input), {
      validator: (id: string, _input: ResolveInput) => this.checkResolvable(id),
    });
    setHandler(refundsSeenSignal, (seen) => {
      if (seen) writeSeenRefunds(this.ledger, payment.id, payment.amountReceived, seen);
    });
    setHandler(providerEventSignal, () => {
      this.asked = this.callbacks.waiting = true;
    });
  }

  /** Until nothing can be refunded any more and nobody has to decide. */
  async run(): Promise<Refund[]> {
    const closeAt = Date.now() + REFUND_WINDOW_MS;
    for (;;) {
      this.changed = false;
      const next = this.ledger.nextToSend();
      if (next) await this.carryOut(next);
      else if (this.asked) await this.lookAgain();
      else if (workflowInfo().continueAsNewSuggested) await this.goOnAsNew();
      else if (this.owesAnAnswer()) await this.untilAskedAgain();
      else if (Date.now() < closeAt) await condition(() => this.hasWork(), closeAt - Date.now());
      // A refund under review stays until somebody decides.
      else if (this.ledger.undecided().length > 0) await condition(() => this.hasWork());
      else {
        await this.ledger.flushed();
        await condition(allHandlersFinished);
        if (!this.hasWork()) return this.state.refunds;
      }
    }
  }

  private hasWork(): boolean {
    return this.changed || this.asked;
  }

  private async goOnAsNew(): Promise<void> {
    await this.ledger.flushed();
    await condition(allHandlersFinished);
    // A callback that came meanwhile is looked into first: the next run would not know of it.
    if (!this.asked) await continueAsNew(this.closed, this.state);
  }

  /** Whether the provider was asked about a refund under review and did not answer: then it is asked again. */
  private owesAnAnswer(): boolean {
    return isAskedAgainUnderReview(this.state.unanswered ?? 0) && this.ledger.undecided().length > 0;
  }

  private async untilAskedAgain(): Promise<void> {
    const gap = gapInSilence(this.state.unanswered ?? 0, 0);
    this.asked = !(await condition(() => this.hasWork(), gap)) || this.asked;
  }

  private async create(request: RefundRequest): Promise<RefundAnswer> {
    const { answers } = this.state;
    const stored = answers[request.id];
    if (stored) return stored;
    if (!this.ledger.find(request.id)) this.ledger.add(request, this.amountOf(request), 'us');
    await condition(() => this.ledger.find(request.id)?.status !== 'processing', UPDATE_WAIT_MS);
    const refund = this.ledger.find(request.id) as Refund;
    const answer = { refund, fingerprint: request.fingerprint, requestId: request.requestId };
    return (answers[request.id] ??= answer);
  }

  /** A repeat of a refund that exists is always let through: it gets the stored answer. */
  private checkRefundable(request: RefundRequest | null): void {
    if (!request) throw refusal('invalid_request', 'a refund request must be encrypted by us');
    if (!this.ledger.find(request.id)) this.amountOf(request);
  }

  private amountOf({ amount }: RefundRequest): number {
    const { payment, private: hidden } = this.closed;
    if (payment.providerReference === null || hidden.refundInDoubt) {
      const message = 'the provider does not know the payment, or an earlier refund of it is in doubt';
      throw refusal('not_refundable', message);
    }
    const left = payment.amountReceived - payment.amountRefunded;
    const rule = capabilitiesOf(payment.provider).refund;
    const refundable = refundableAmount(left, this.ledger.refunds, rule, amount);
    if ('amount' in refundable) return refundable.amount;
    throw refusal(refundable.code, refundable.message);
  }

  private async carryOut(refund: Refund): Promise<void> {
    const { payment } = this.closed;
    const { refunds: port } = PORTS[payment.provider];
    if (!port || payment.providerReference === null) {
      const failure = { code: 'not_sent', message: 'the provider has no refunds' } as const;
      this.ledger.change(refund.id, { status: 'failed', failure });
      return;
    }
    this.callbacks.waiting = false;
    if (this.ledger.undecided().length === 0) this.state.unanswered = 0;
    const end = await sendRefund(port, this.callOf(refund), this.callbacks);
    if (end.status === 'unknown') this.ledger.change(refund.id, { status: 'needs_review' });
    else if (end.status === 'failed') {
      this.ledger.change(refund.id, { status: 'failed', failure: end.failure });
    } else this.ledger.change(refund.id, { status: 'succeeded' });
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
    const ask = PORTS[this.closed.payment.provider].refunds?.lookUp;
    if (!ask) return;
    let silent = false;
    for (const refund of this.ledger.undecided()) {
      const finding = await lookUpRefund(ask, this.callOf(refund));
      silent ||= finding === null;
      if (this.ledger.find(refund.id)?.status !== 'needs_review') continue;
      if (finding?.state === 'succeeded' && finding.amount === refund.amount) {
        this.ledger.change(refund.id, { status: 'succeeded' });
      }
      if (finding?.state === 'failed') {
        const failure = { code: 'declined', message: finding.message } as const;
        this.ledger.change(refund.id, { status: 'failed', failure });
      }
    }
    this.state.unanswered = silent ? (this.state.unanswered ?? 0) + 1 : 0;
  }

  private resolve(id: string, { decision, note }: ResolveInput): Refund {
    if (decision === 'succeeded') return this.ledger.change(id, { status: 'succeeded' });
    const failure = { code: 'resolved_as_failed', message: note } as const;
    return this.ledger.change(id, { status: 'failed', failure });
  }

  private checkResolvable(id: string): void {
    if (this.ledger.find(id)?.status !== 'needs_review') {
      throw refusal('nothing_to_resolve', 'this refund needs no review');
    }
  }
}

function refusal(code: string, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, code);
}
