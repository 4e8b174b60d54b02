import type { DropPayAcquirerActivities, DropPayActivities } from '../../src/providers/droppay/activities';
import type { EtPayActivities } from '../../src/providers/etpay/activities';
import type { PayerMaxActivities } from '../../src/providers/payermax/activities';
import type { PomeloActivities } from '../../src/providers/pomelo/activities';
import type { RefundActivities } from '../../src/activities/refunds';
import { type NextAction, referenceAtProvider } from '../../src/domain/payment';
import type {
  Finding,
  Opening,
  ProviderCall,
  ProviderMoney,
  RefundCall,
  RefundFinding,
  Refunding,
  Taking,
} from '../../src/domain/provider-answer';

interface Answers {
  open: Opening;
  read: Finding;
  stop: Finding;
  take: Taking;
  refund: Refunding;
  find_refund: RefundFinding;
}
type Question = keyof Answers;
type Call<Q extends Question> = Q extends 'refund' | 'find_refund' ? RefundCall : ProviderCall;
export type Answer<Q extends Question> = (call: Call<Q>) => Answers[Q] | Promise<Answers[Q]>;
type Activities = PayerMaxActivities &
  PomeloActivities &
  EtPayActivities &
  DropPayAcquirerActivities &
  Pick<DropPayActivities, 'dropPayRefund'> &
  RefundActivities;

/** The money that was asked for, as the provider repeats it. */
export function moneyOf({
  paymentId,
  amount,
  currency,
}: Pick<ProviderCall, 'paymentId' | 'amount' | 'currency'>): ProviderMoney {
  return { amount, currency, reference: referenceAtProvider(paymentId), chargeReference: 'CHARGE' };
}

/** What any provider knows of one payment. Faults are scripted per question, first in first out. */
export class FakeAccount {
  finding: Answer<'read'> = () => ({ state: 'open' });
  refundsHandedOver = 0;
  private readonly scripts = new Map<Question, unknown[]>();

  /** The next answer to that question; further ones queue up behind it. */
  next<Q extends Question>(question: Q, answer: Answer<Q>, times = 1): this {
    const queue = this.scripts.get(question) ?? [];
    this.scripts.set(question, [...queue, ...Array.from({ length: times }, () => answer)]);
    return this;
  }

  /** No scripted answers any more: the provider behaves. */
  heal(): void {
    this.scripts.clear();
  }

  async answer<Q extends Question>(question: Q, call: Call<Q>, usual: Answer<Q>): Promise<Answers[Q]> {
    const scripted = this.scripts.get(question)?.shift() as Answer<Q> | undefined;
    return (scripted ?? usual)(call);
  }

  /** The payer has paid. */
  pay(change: Partial<ProviderMoney> = {}): void {
    this.finding = (call) => ({ state: 'paid', ...moneyOf(call), ...change });
  }
}

/** The activities of every story but DropPay POS, over payments in memory. */
export class FakeAccounts {
  private readonly accounts = new Map<string, FakeAccount>();

  of(paymentId: string): FakeAccount {
    const account = this.accounts.get(paymentId) ?? new FakeAccount();
    this.accounts.set(paymentId, account);
    return account;
  }

  activities(): Activities {
    const page = this.opens({ type: 'redirect', url: 'https://provider.example/page' });
    const form = { sessionKey: 'session', clientKey: 'client', environment: 'sandbox' };
    return {
      payerMaxApplySession: this.opens({ type: 'dropin', ...form }),
      payerMaxOrderAndPay: this.take,
      payerMaxOrderQuery: this.read,
      payerMaxRefund: this.refund,
      payerMaxRefundQuery: this.findRefund,
      pomeloCreateTransaction: page,
      pomeloGetTransaction: this.read,
      etPayInitializeSession: page,
      etPayCheckStatus: this.read,
      dropPayCreateAcquirerAuthorization: this.opens({ type: 'confirm' }),
      dropPayGetAcquirerAuthorization: this.read,
      dropPayCancelAcquirerAuthorization: this.stop,
      dropPayGrantAuthorization: this.take,
      dropPayRefund: this.refund,
      handOverRefunds: async ({ payment }, seen) => {
        this.of(payment.id).refundsHandedOver += seen.length;
      },
    };
  }

  private opens(nextAction: NextAction) {
    return (call: ProviderCall) =>
      this.of(call.paymentId).answer('open', call, () => ({
        outcome: 'opened',
        providerReference: `T${referenceAtProvider(call.paymentId)}`,
        nextAction,
      }));
  }

  private readonly read = (call: ProviderCall) => {
    const account = this.of(call.paymentId);
    return account.answer('read', call, account.finding);
  };

  /** Whoever is not waiting for a payer any more is not stopped. */
  private readonly stop = (call: ProviderCall) => {
    const account = this.of(call.paymentId);
    return account.answer('stop', call, async () => {
      const before = await account.finding(call);
      if (before.state !== 'open') return before;
      const end = { end: 'cancelled', code: 'authorization_ended', message: 'stopped' } as const;
      account.finding = () => ({ state: 'ended', ...end });
      return account.finding(call);
    });
  };

  private readonly take = (call: ProviderCall) => {
    const account = this.of(call.paymentId);
    return account.answer('take', call, () => {
      account.pay();
      return { outcome: 'succeeded', ...moneyOf(call) };
    });
  };

  private readonly refund = (call: RefundCall) =>
    this.of(call.paymentId).answer('refund', call, () => ({ outcome: 'succeeded' }));

  private readonly findRefund = (call: RefundCall) =>
    this.of(call.paymentId).answer('find_refund', call, ({ amount, currency }) => ({
      state: 'succeeded',
      amount,
      currency,
    }));
}
