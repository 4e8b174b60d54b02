import { createUpdateIdOf, fingerprintOf, paymentIdOf, refundIdOf } from '../../src/api/idempotency';
import type { PaymentStore } from '../../src/api/payment-store';
import { Problem } from '../../src/api/problem';
import type { RefundStore } from '../../src/api/refund-store';
import { asProblems } from '../../src/api/refused-update';
import type { StoredPayment } from '../../src/api/stored-payment';
import { cancelUpdate, confirmUpdate } from '../../src/contract/workflow';
import { capabilitiesOf } from '../../src/providers/capabilities';
import type { Payment, PaymentRequest } from '../../src/domain/payment';
import { type Refund, refundableAmount } from '../../src/domain/refund';
import { isEnd } from '../../src/domain/status';
import { underTest } from '../companies/index';
import type { RecordedAnswer } from '../model/recorded-run';
import type { Decision, Schedule } from './schedule';
import { seenPayment, seenRefund } from './seen';
import type { Agenda } from './virtual-time';

const CALLER = 'shop';
const KEY = 'order-1';
const BY = { note: 'a person looked', by: 'ada' };

type Known = Partial<RecordedAnswer>;

/** The backend's calls, through the API's own stores: what its routes do around them is repeated here in short. */
export class Shop {
  readonly answers: RecordedAnswer[] = [];
  readonly paymentId = paymentIdOf(CALLER, KEY);
  private requests = 0;

  constructor(
    private readonly agenda: Agenda,
    private readonly schedule: Schedule,
    private readonly store: PaymentStore,
    private readonly refunds: RefundStore,
    private readonly seams: Seams,
  ) {}

  create(answerLost = false): Promise<void> {
    return this.call('create', { answerLost }, async () => {
      const asked = this.request();
      const answer = await this.store.create(asked, this.seams.updateIdOf(KEY, asked.requestId));
      const replayed = answer.requestId !== asked.requestId;
      return { status: 201, replayed, payment: seenPayment(answer.payment) };
    });
  }

  read(): Promise<void> {
    return this.call('read', {}, async () => ({ payment: seenPayment((await this.stored()).payment) }));
  }

  readRefunds(): Promise<void> {
    return this.call('read_refunds', {}, async () => ({
      refunds: (await this.stored()).refunds.map(seenRefund),
    }));
  }

  recheck(): Promise<void> {
    return this.call('recheck', {}, async () => {
      const { payment } = await this.stored();
      await asProblems(() => this.store.recheck(payment.id));
      return { payment: seenPayment((await this.stored()).payment) };
    });
  }

  cancel(): Promise<void> {
    return this.call('cancel', {}, () =>
      this.update(() => this.store.update(this.paymentId, cancelUpdate, []), 'not_cancellable'),
    );
  }

  confirm(): Promise<void> {
    const input = { paymentToken: 'pt', clientIp: '203.0.113.7', userAgent: 'browser' };
    return this.call('confirm', {}, () =>
      this.update(() => this.store.update(this.paymentId, confirmUpdate, [input]), 'not_confirmable'),
    );
  }

  resolve(decision: Decision): Promise<void> {
    return this.call('resolve', { decision }, () =>
      this.update(() => this.store.resolve(this.paymentId, { decision, ...BY }), 'nothing_to_resolve'),
    );
  }

  refund(key: number, amount: number | null, answerLost = false): Promise<void> {
    const about = { refundKey: `refund-${key}`, refundAmount: amount, answerLost };
    return this.call('refund', about, async () => {
      const stored = await this.stored();
      this.requests += 1;
      const wanted = {
        id: refundIdOf(CALLER, stored.payment.id, about.refundKey),
        amount,
        reason: null,
        fingerprint: fingerprintOf({ amount }),
        requestId: `request-${this.requests}`,
      };
      checkRefundable(stored, wanted.id, amount);
      const updateId = this.seams.updateIdOf(about.refundKey, wanted.requestId);
      const closed = this.store.asClosed(stored);
      const answer = await asProblems(() => this.refunds.create(closed, wanted, updateId));
      if (answer.fingerprint !== wanted.fingerprint) throw new Problem('idempotency_key_reused', 'reused');
      return { status: 201, refund: seenRefund(answer.refund) };
    });
  }

  /** Decides about the first refund that needs a review, or about the first of all. */
  async resolveRefund(decision: 'succeeded' | 'failed'): Promise<void> {
    const all = (await this.stored().catch(() => null))?.refunds ?? [];
    const refund = all.find(({ status }) => status === 'needs_review') ?? all[0];
    if (!refund) return;
    await this.call('resolve_refund', { decision, refundId: refund.id }, async () => {
      const input = { decision, ...BY };
      const resolved: Refund | null = await asProblems(() =>
        this.refunds.resolve(this.paymentId, refund.id, input),
      );
      if (!resolved) throw new Problem('nothing_to_resolve', 'closed');
      return { refund: seenRefund(resolved) };
    });
  }

  /** What is kept of the payment; null when there is none. */
  known(): Promise<StoredPayment | null> {
    return this.store.read(this.paymentId);
  }

  private async stored(): Promise<StoredPayment> {
    const stored = await this.known();
    if (!stored) throw new Problem('not_found', 'no such payment');
    return stored;
  }

  private async update(
    send: () => Promise<Payment | null>,
    whenClosed: 'not_cancellable' | 'not_confirmable' | 'nothing_to_resolve',
  ) {
    await this.stored();
    const payment = await asProblems(send);
    if (!payment) throw new Problem(whenClosed, 'the payment has ended');
    return { payment: seenPayment(payment) };
  }

  private async call(
    call: RecordedAnswer['call'],
    { answerLost, ...about }: Known & { answerLost?: boolean },
    make: () => Promise<Known>,
  ): Promise<void> {
    const sentAt = this.agenda.now;
    const answered = (known: Known) =>
      this.answers.push({ call, sentAt, answeredAt: this.agenda.now, status: 200, ...about, ...known });
    try {
      const known = await make();
      answered(answerLost ? { status: 0 } : known);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      answered({ status: error.status, code: error.code });
    }
  }

  private request(): PaymentRequest {
    this.requests += 1;
    const { provider, amount, expiresInSeconds } = this.schedule;
    const { now } = this.agenda;
    const { currency } = underTest(provider).order;
    return {
      id: this.paymentId,
      caller: CALLER,
      provider,
      connection: 'default',
      amount,
      currency,
      reference: 'order-1',
      description: 'Two tickets',
      customer: { id: 'u1', country: 'IT' },
      metadata: {},
      providerOptions: {},
      createdAt: new Date(now).toISOString(),
      expiresAt: new Date(now + expiresInSeconds * 1_000).toISOString(),
      urls: LINKS,
      fingerprint: 'the same body',
      requestId: `request-${this.requests}`,
      notify: true,
    };
  }
}

/** Where a test of the tests may put something wrong into the API. */
export interface Seams {
  updateIdOf(key: string, requestId: string): string;
}

export const SOUND: Seams = { updateIdOf: createUpdateIdOf };

export const LINKS = {
  webhook: 'https://pay.example/w',
  return: 'https://pay.example/r',
  checkout: 'https://pay.example/c',
};

/** As the route of refunds refuses before it starts anything. */
function checkRefundable({ payment, refunds }: StoredPayment, id: string, amount: number | null): void {
  const { status, amountReceived, failure, provider } = payment;
  const { refund: rule } = capabilitiesOf(provider);
  const over = failure?.code === 'refunded_after_review' || !isEnd(status) || amountReceived === 0;
  if (rule === 'none' || over) throw new Problem('not_refundable', 'nothing to refund');
  if (refunds.some((refund) => refund.id === id)) return;
  const refundable = refundableAmount(amountReceived, refunds, rule, amount);
  if ('code' in refundable) throw new Problem(refundable.code, refundable.message);
}
