/** A payment as the company keeps it; amounts are integer minor units. */
export interface Payment {
  readonly id: string;
  readonly reference: string;
  readonly state: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly createdMs: number;
}

/** Money taken. */
export interface Charge {
  readonly id: string;
  readonly paymentId: string;
  readonly reference: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly at: string;
}

/** Money given back. */
export interface Refund {
  readonly id: string;
  readonly paymentId: string;
  readonly reference: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly status: string;
  readonly at: string;
}

/** What really happened at the company: what tests compare payments with. */
export class Ledger {
  private readonly payments = new Map<string, Payment>();
  private readonly charges: Charge[] = [];
  private readonly refunds: Refund[] = [];

  /** Stores a new or changed payment. */
  put(payment: Payment): Payment {
    this.payments.set(payment.id, payment);
    return payment;
  }

  /** By id, or else the newest with this reference. */
  find(idOrReference: string): Payment | undefined {
    const ofReference = [...this.payments.values()].filter(({ reference }) => reference === idOrReference);
    return this.payments.get(idOrReference) ?? ofReference.at(-1);
  }

  addCharge(charge: Charge): void {
    this.charges.push(charge);
  }

  addRefund(refund: Refund): void {
    this.refunds.push(refund);
  }

  /** Everything, or what belongs to one reference, oldest first. */
  entries(reference: string | undefined) {
    const wanted = (entry: { readonly reference: string }): boolean =>
      reference === undefined || entry.reference === reference;
    return {
      payments: [...this.payments.values()].filter(wanted),
      charges: this.charges.filter(wanted),
      refunds: this.refunds.filter(wanted),
    };
  }

  reset(): void {
    this.payments.clear();
    this.charges.length = 0;
    this.refunds.length = 0;
  }
}
