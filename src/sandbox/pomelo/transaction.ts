import { ERRORS, PomeloRefusal } from './errors';
import type { SignMethod } from './signing';

export type State =
  | 'INITIATED'
  | 'QR_CODE_GENERATED'
  | 'AUTHORIZED'
  | 'CONFIRMED'
  | 'REFUND_REQUESTED'
  | 'REFUNDED'
  | 'CANCELLED'
  | 'EXPIRED'
  | 'FAILED'
  | 'VOIDED'
  | 'REMITTED';

/** One entry of a transaction's past; `trigger` says who or what brought it about. */
export interface Step {
  readonly state: State;
  readonly atMs: number;
  readonly trigger: string;
}

/** A transaction; amounts are integer cents, instants epoch milliseconds. */
export interface Transaction {
  readonly id: string;
  readonly appId: string;
  readonly signMethod: SignMethod;
  readonly state: State;
  readonly amountMinor: number;
  readonly currency: string;
  readonly localId: string | undefined;
  readonly customerReference: string | undefined;
  readonly provider: string | undefined;
  readonly redirectUrl: string | undefined;
  readonly attemptFailureUrl: string | undefined;
  readonly webhookUrl: string | undefined;
  readonly preAuthorized: boolean;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly expiresMs: number;
  readonly declinedAttempts: number;
  /** The payer has paid, and the confirmation is on its way. */
  readonly confirming: boolean;
  readonly refundedMinor: number;
  readonly history: readonly Step[];
}

const ENDED_UNPAID: readonly State[] = ['CANCELLED', 'EXPIRED', 'FAILED'];

const NEXT: Readonly<Record<State, readonly State[]>> = {
  INITIATED: ['QR_CODE_GENERATED', ...ENDED_UNPAID],
  QR_CODE_GENERATED: ['AUTHORIZED', 'CONFIRMED', ...ENDED_UNPAID],
  AUTHORIZED: ['CONFIRMED', 'VOIDED'],
  CONFIRMED: ['REFUND_REQUESTED', 'VOIDED', 'REMITTED'],
  REMITTED: ['REFUND_REQUESTED'],
  // Back to CONFIRMED: the refund was turned down, or was of a part.
  REFUND_REQUESTED: ['REFUNDED', 'CONFIRMED'],
  REFUNDED: [],
  // Whether these are final is unknown (§2): a payment that was on its way may still arrive.
  CANCELLED: ['CONFIRMED'],
  EXPIRED: ['CONFIRMED'],
  FAILED: ['CONFIRMED'],
  VOIDED: [],
};

/** The moved transaction (docs/providers/pomelo.md §2); throws PomeloRefusal for steps that are not drawn there. */
export function moved(transaction: Transaction, { state, atMs, trigger }: Step): Transaction {
  if (!NEXT[transaction.state].includes(state)) throw wrongState(transaction);
  return {
    ...transaction,
    state,
    updatedMs: atMs,
    history: [...transaction.history, { state, atMs, trigger }],
  };
}

export function isPayable({ state, confirming }: Transaction): boolean {
  return state === 'QR_CODE_GENERATED' && !confirming;
}

/** Neither paid nor going to be, as far as a reader can tell. */
export function endedUnpaid({ state }: Transaction): boolean {
  return ENDED_UNPAID.includes(state);
}

export function wrongState({ state }: Transaction): PomeloRefusal {
  return new PomeloRefusal(ERRORS.wrongState, `Transaction is ${state}`);
}
