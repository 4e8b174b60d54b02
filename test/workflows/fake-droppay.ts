import type { DropPayActivities } from '../../src/providers/droppay/activities';
import { referenceAtProvider } from '../../src/domain/payment';
import type { Finding, Opening, ProviderCall, Refunding, Taking } from '../../src/domain/provider-answer';

type Call = 'create' | 'read' | 'cancel' | 'charge';
type Answer = Finding | Opening | Taking;

/** What DropPay knows of one payment, at the port the workflows see. Faults are scripted per call, first in first out. */
export class FakePayment {
  state: 'waiting' | 'granted' | 'refused' | 'expired' | 'cancelled' = 'waiting';
  charges = 0;
  amount: number | undefined;
  readonly calls: Call[] = [];
  private readonly scripts = new Map<Call, ((call: ProviderCall) => Answer | Promise<Answer>)[]>();

  /** The next answer to `call`; further ones queue up behind it. */
  next(call: Call, answer: (call: ProviderCall) => Answer | Promise<Answer>, times = 1): this {
    const queue = this.scripts.get(call) ?? [];
    this.scripts.set(call, [...queue, ...Array.from({ length: times }, () => answer)]);
    return this;
  }

  /** No scripted answers any more: the provider behaves. */
  heal(): void {
    this.scripts.clear();
  }

  async answer<T extends Answer>(kind: Call, call: ProviderCall, normal: () => T): Promise<T> {
    this.calls.push(kind);
    const scripted = this.scripts.get(kind)?.shift();
    return scripted ? ((await scripted(call)) as T) : normal();
  }

  finding(call: ProviderCall): Finding {
    const money = {
      amount: this.amount ?? call.amount,
      currency: 'EUR',
      reference: referenceAtProvider(call.paymentId),
    };
    if (this.charges > 0) return { state: 'paid', ...money };
    const ended = { state: 'ended', code: 'authorization_ended', message: this.state } as const;
    switch (this.state) {
      case 'waiting':
        return { state: 'open' };
      case 'granted':
        return { state: 'authorized', ...money };
      case 'refused':
        return { ...ended, end: 'failed', code: 'payer_refused' };
      case 'expired':
      case 'cancelled':
        return { ...ended, end: this.state };
    }
  }

  charge(call: ProviderCall): Taking {
    this.charges += 1;
    return { outcome: 'succeeded', amount: call.amount, currency: 'EUR', reference: null };
  }
}

/** The activities of the stories, over payments in memory. */
export class FakeDropPay implements DropPayActivities {
  private readonly payments = new Map<string, FakePayment>();

  of(paymentId: string): FakePayment {
    const payment = this.payments.get(paymentId) ?? new FakePayment();
    this.payments.set(paymentId, payment);
    return payment;
  }

  readonly dropPayCreateAuthorization = (call: ProviderCall): Promise<Opening> =>
    this.of(call.paymentId).answer('create', call, () => ({
      outcome: 'opened',
      providerReference: `CHT${call.paymentId.slice(4, 12).toUpperCase()}`,
      nextAction: { type: 'redirect', url: 'https://dp.example/10/CHT', qr: 'https://dp.example/10/CHT' },
    }));

  readonly dropPayGetAuthorization = (call: ProviderCall): Promise<Finding> => {
    const payment = this.of(call.paymentId);
    return payment.answer('read', call, () => payment.finding(call));
  };

  readonly dropPayCancelAuthorization = (call: ProviderCall): Promise<Finding> => {
    const payment = this.of(call.paymentId);
    return payment.answer('cancel', call, () => {
      if (payment.state === 'waiting') payment.state = 'cancelled';
      return payment.finding(call);
    });
  };

  readonly dropPayCharge = (call: ProviderCall): Promise<Taking> => {
    const payment = this.of(call.paymentId);
    return payment.answer('charge', call, () => {
      const finding = payment.finding(call);
      if (finding.state === 'authorized') return payment.charge(call);
      if (finding.state === 'ended') return { ...finding, outcome: 'declined' };
      return { outcome: 'not_sent', detail: `nothing to charge: ${finding.state}` };
    });
  };

  readonly dropPayRefund = (): Promise<Refunding> => Promise.resolve({ outcome: 'succeeded' });
}
