import type { Transaction } from './transaction';

/** Money taken; amounts are integer cents. */
export interface Charge {
  readonly id: string;
  readonly paymentId: string;
  readonly reference: string | null;
  readonly amountMinor: number;
  readonly currency: string;
  readonly at: string;
  /** When it was reversed before settlement. */
  readonly voidedAt: string | null;
}

/** Money given back through the dashboard. */
export interface Refund {
  readonly id: string;
  readonly paymentId: string;
  readonly reference: string | null;
  readonly refundReference: string | null;
  readonly amountMinor: number;
  readonly currency: string;
  readonly status: 'REQUESTED' | 'DONE' | 'TURNED_DOWN';
  readonly at: string;
}

/** What really happened at the company: what tests compare payments with. */
export class Ledger {
  private readonly transactions = new Map<string, Transaction>();
  private readonly newestOfReference = new Map<string, string>();
  private readonly charges = new Map<string, Charge>();
  private readonly refunds = new Map<string, Refund>();

  /** Stores a new or changed transaction. */
  put(transaction: Transaction): Transaction {
    const isNew = !this.transactions.has(transaction.id);
    this.transactions.set(transaction.id, transaction);
    if (isNew && transaction.localId !== undefined) {
      this.newestOfReference.set(transaction.localId, transaction.id);
    }
    return transaction;
  }

  get(id: string): Transaction | undefined {
    return this.transactions.get(id);
  }

  /** By id, or else the newest with this localId: they need not be unique. */
  find(idOrReference: string): Transaction | undefined {
    return this.get(idOrReference) ?? this.get(this.newestOfReference.get(idOrReference) ?? '');
  }

  /** An account's transactions, oldest first. */
  ofAccount(appId: string): readonly Transaction[] {
    return [...this.transactions.values()].filter((transaction) => transaction.appId === appId);
  }

  putCharge(charge: Charge): void {
    this.charges.set(charge.id, charge);
  }

  chargeOf(paymentId: string): Charge | undefined {
    return [...this.charges.values()].find((charge) => charge.paymentId === paymentId);
  }

  putRefund(refund: Refund): void {
    this.refunds.set(refund.id, refund);
  }

  /** The refund that was requested and not yet decided: at most one at a time. */
  openRefundOf(paymentId: string): Refund | undefined {
    return [...this.refunds.values()].find(
      (refund) => refund.paymentId === paymentId && refund.status === 'REQUESTED',
    );
  }

  /** Everything, or what belongs to one localId, oldest first. */
  entries(reference: string | undefined) {
    const wanted = (entry: { readonly reference: string | null }): boolean =>
      reference === undefined || entry.reference === reference;
    return {
      payments: [...this.transactions.values()].filter(({ localId }) =>
        wanted({ reference: localId ?? null }),
      ),
      charges: [...this.charges.values()].filter(wanted),
      refunds: [...this.refunds.values()].filter(wanted),
    };
  }

  reset(): void {
    for (const store of [this.transactions, this.newestOfReference, this.charges, this.refunds])
      store.clear();
  }
}
