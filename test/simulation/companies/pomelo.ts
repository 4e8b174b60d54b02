import type { Finding, SeenRefund } from '../../../src/domain/provider-answer';
import type { ActivityEnd } from '../activity-calls';
import {
  type Activity,
  type Call,
  callOf,
  Company,
  type DashboardAct,
  openedPage,
  type Page,
  type PayerAct,
  referenceOf,
  REFUSED,
  UNUSABLE,
} from './company';

interface Transaction extends Page {
  state: 'INITIATED' | 'CONFIRMED' | 'CANCELLED' | 'EXPIRED' | 'REFUND_REQUESTED' | 'REFUNDED';
  expiresAt: number;
}

/** A hosted page; its webhooks prove nothing, its dashboard refunds. */
export class Pomelo extends Company {
  private readonly transactions: Transaction[] = [];
  private refunds = 0;

  readonly activities: Readonly<Record<string, Activity>> = {
    pomeloCreateTransaction: { kind: 'open', run: (call) => this.open(call) },
    pomeloGetTransaction: {
      kind: 'read',
      run: (call) => this.reply(call.fault, () => this.finding(call)),
    },
  };

  payer(act: PayerAct, reference: string): void {
    const transaction = this.transactions.find(({ id }) => id === reference);
    if (!transaction) return;
    // A bank may confirm after the page has expired (§2: whether an end is final is unknown).
    const payable = transaction.state === 'INITIATED' || transaction.state === 'EXPIRED';
    if (act === 'approve' && payable) {
      this.charge(transaction.amount, transaction.currency);
      this.move(transaction, 'CONFIRMED');
    }
    if (act === 'decline' && transaction.state === 'INITIATED') this.move(transaction, 'CANCELLED');
  }

  override dashboard(act: DashboardAct): void {
    const paid = this.transactions.find(({ state }) => state === 'CONFIRMED');
    const requested = this.transactions.find(({ state }) => state === 'REFUND_REQUESTED');
    if (act === 'dashboard_refund_turned_down' && requested) this.move(requested, 'CONFIRMED');
    if (act !== 'dashboard_refund' || !paid) return;
    this.move(paid, 'REFUND_REQUESTED');
    this.world.later(this.world.dice.roll(7_200_000), () => {
      if (paid.state !== 'REFUND_REQUESTED') return;
      this.giveBack(paid.amount, paid.currency, true);
      this.move(paid, 'REFUNDED');
    });
  }

  private open(call: Call): Promise<ActivityEnd> {
    const { amount, currency } = callOf(call);
    const { expiresAt, triedBefore } = call.args[0] as { expiresAt: string; triedBefore?: boolean };
    if (call.fault === 'refused') return this.reply(call.fault, () => REFUSED);
    const reference = referenceOf(callOf(call));
    let opened: object = UNUSABLE;
    const act = () => {
      const searched = call.attempt > 1 || triedBefore;
      const adopted = searched ? this.transactions.find((one) => one.state === 'INITIATED') : undefined;
      const transaction = adopted ?? {
        id: `t${this.transactions.length + 1}`,
        reference,
        amount,
        currency,
        state: 'INITIATED' as const,
        expiresAt: Date.parse(expiresAt),
      };
      if (!adopted) this.begin(transaction);
      opened = openedPage(transaction);
    };
    return this.ask(call.fault === 'unclear' ? 'ok' : call.fault, act, () =>
      call.fault === 'unclear' ? UNUSABLE : opened,
    );
  }

  private begin(transaction: Transaction): void {
    this.transactions.push(transaction);
    this.world.later(transaction.expiresAt - this.now, () => {
      if (transaction.state === 'INITIATED') this.move(transaction, 'EXPIRED');
    });
  }

  private move(transaction: Transaction, state: Transaction['state']): void {
    transaction.state = state;
    this.refunds += 1;
    this.world.callBack({ id: `${transaction.id}-${state}-${this.refunds}`, statement: state });
  }

  private finding(call: Call): Finding {
    const { providerReference } = callOf(call);
    const transaction = providerReference
      ? this.transactions.find(({ id }) => id === providerReference)
      : this.transactions[0];
    if (!transaction) return { state: 'absent' };
    const { id, state, amount, currency, reference, expiresAt } = transaction;
    const paid = (refunds: SeenRefund[]): Finding => ({
      state: 'paid',
      amount,
      currency,
      reference,
      refunds,
    });
    const refund = (status: SeenRefund['status']): SeenRefund => ({
      providerReference: `${id}/refund`,
      status,
      amount: null,
    });
    switch (state) {
      case 'INITIATED':
        return { state: 'open' };
      case 'CONFIRMED':
        return paid([]);
      case 'REFUND_REQUESTED':
        return paid([refund('processing')]);
      case 'REFUNDED':
        return paid([refund('succeeded')]);
      case 'CANCELLED':
        return this.now < expiresAt ? REFUSAL : EXPIRY;
      case 'EXPIRED':
        return EXPIRY;
    }
  }
}

const REFUSAL = {
  state: 'ended',
  end: 'failed',
  code: 'payer_refused',
  message: 'cancelled at Pomelo',
} as const;
const EXPIRY = {
  state: 'ended',
  end: 'expired',
  code: 'authorization_ended',
  message: 'out of time',
} as const;
