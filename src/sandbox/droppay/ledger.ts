import type { Authorization } from './authorization';

/** Money taken; amounts are integer euro cents. */
export interface Charge {
  readonly id: string;
  readonly authorizationId: string;
  readonly reference: string | null;
  readonly amountMinor: number;
  readonly at: string;
}

export interface Refund extends Charge {
  readonly chargeId: string;
  readonly reason: string | null;
  readonly status: 'DONE' | 'FAILED' | 'ACCOUNTED';
}

/** What really happened at the company: what tests compare payments with. */
export class Ledger {
  private readonly authorizations = new Map<string, Authorization>();
  private readonly authorizationOfPayToken = new Map<string, string>();
  private readonly newestOfReference = new Map<string, string>();
  private readonly charges = new Map<string, Charge>();
  private readonly refunds = new Map<string, Refund>();

  /** Stores a new or changed authorization; every pay token it ever had keeps leading to it. */
  put(authorization: Authorization): Authorization {
    const isNew = !this.authorizations.has(authorization.id);
    this.authorizations.set(authorization.id, authorization);
    if (isNew && authorization.reference !== undefined) {
      this.newestOfReference.set(authorization.reference, authorization.id);
    }
    if (authorization.payToken !== undefined) {
      this.authorizationOfPayToken.set(authorization.payToken.val, authorization.id);
    }
    return authorization;
  }

  get(id: string): Authorization | undefined {
    return this.authorizations.get(id);
  }

  /** By id, or else the newest with this reference: references need not be unique. */
  find(idOrReference: string): Authorization | undefined {
    return this.get(idOrReference) ?? this.get(this.newestOfReference.get(idOrReference) ?? '');
  }

  findByPayToken(val: string): Authorization | undefined {
    return this.get(this.authorizationOfPayToken.get(val) ?? '');
  }

  addCharge(charge: Charge): void {
    this.charges.set(charge.id, charge);
  }

  getCharge(id: string): Charge | undefined {
    return this.charges.get(id);
  }

  addRefund(refund: Refund): void {
    this.refunds.set(refund.chargeId, refund);
  }

  /** A charge can be refunded only once, so its refund is found by it. */
  getRefundOf(chargeId: string): Refund | undefined {
    return this.refunds.get(chargeId);
  }

  /** Everything, or what belongs to one reference, oldest first. */
  entries(reference: string | undefined) {
    const wanted = (entry: { reference?: string | null | undefined }): boolean =>
      reference === undefined || entry.reference === reference;
    return {
      authorizations: [...this.authorizations.values()].filter(wanted),
      charges: [...this.charges.values()].filter(wanted),
      refunds: [...this.refunds.values()].filter(wanted),
    };
  }

  reset(): void {
    this.authorizations.clear();
    this.authorizationOfPayToken.clear();
    this.newestOfReference.clear();
    this.charges.clear();
    this.refunds.clear();
  }
}
