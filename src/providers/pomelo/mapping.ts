import type { Finding, Opening, ProviderEnd, ProviderMoney, SeenRefund } from '../../domain/provider-answer';
import { unclear } from '../answers';
import type { PomeloSettings } from './config';
import type { NewTransaction } from './client';
import type { Transaction } from './schemas';

/** What a transaction's meaning depends on besides itself. */
export interface ReadingContext {
  /** The transaction that was asked for. */
  id: string;
  /** When it can no longer be paid (RFC 3339). */
  expiresAt: string;
  now: number;
  assumed: Pick<PomeloSettings['assumed'], 'clockMarginMs' | 'voidedWasPaid'>;
}

const OPEN_STATES: ReadonlySet<string> = new Set(['INITIATED', 'QR_CODE_GENERATED']);

const REFUND_STATES: ReadonlyMap<string, SeenRefund['status']> = new Map([
  ['REFUND_REQUESTED', 'processing'],
  ['REFUNDED', 'succeeded'],
]);

const EXPIRED: ProviderEnd = {
  end: 'expired',
  code: 'authorization_ended',
  message: 'the transaction ran out of time at Pomelo',
};
const REFUSED: ProviderEnd = {
  end: 'failed',
  code: 'payer_refused',
  message: 'the transaction was cancelled at Pomelo before its time was up',
};
const FAILED: ProviderEnd = { end: 'failed', code: 'declined', message: 'the payment failed at Pomelo' };

/**
 * What a transaction that was read means for the payment (docs/providers/pomelo.md §2). Every state that is
 * not mapped is `unclear`, and so is AUTHORIZED: we never ask for money to be reserved, and reserved is not
 * taken.
 */
export function findingOf(transaction: Transaction, context: ReadingContext): Finding {
  const { id, state } = transaction;
  if (id !== context.id) return unclear(`asked for transaction ${context.id}, Pomelo answered with another`);
  if (state === null) return unclear('Pomelo gives no state');
  if (OPEN_STATES.has(state)) return { state: 'open' };
  if (state === 'CONFIRMED') return paid(transaction, []);
  // Paid out to the merchant: it says nothing about what was given back.
  if (state === 'REMITTED') return paid(transaction);
  const refundStatus = REFUND_STATES.get(state);
  if (refundStatus) return paid(transaction, [refundOf(transaction, refundStatus, null)]);
  if (state === 'VOIDED') return findingOfVoided(transaction, context);
  const end = endOf(state, context);
  return end ? { state: 'ended', ...end, providerCode: state } : unclear(unknownState(state));
}

/**
 * The answer to a create: the page that the payer is sent to (docs/providers/pomelo.md §11 no. 18). One that
 * is for something else than was asked is not shown to anybody.
 */
export function openingOf(transaction: Transaction, wanted: NewTransaction): Opening {
  const { id, link } = transaction;
  const difference = differenceOf(transaction, wanted);
  if (difference) {
    return {
      outcome: 'unknown',
      detail: `Pomelo created transaction ${id} with ${difference}`,
      providerReference: id,
    };
  }
  if (link === null) {
    const detail = `Pomelo created transaction ${id} without a link for the payer`;
    return { outcome: 'unknown', detail, providerReference: id };
  }
  return {
    outcome: 'opened',
    providerReference: id,
    nextAction: { type: 'redirect', url: link, qr: link },
  };
}

/**
 * Whether a transaction that was found by our reference can stand for the create whose answer was lost: it is
 * what was asked for and has not ended.
 */
export function isAdoptable(
  transaction: Transaction,
  wanted: NewTransaction,
  context: ReadingContext,
): boolean {
  const { state } = findingOf(transaction, context);
  return (state === 'open' || state === 'paid') && differenceOf(transaction, wanted) === null;
}

function endOf(state: string, { expiresAt, now, assumed }: ReadingContext): ProviderEnd | null {
  if (state === 'EXPIRED') return EXPIRED;
  if (state === 'FAILED') return FAILED;
  if (state !== 'CANCELLED') return null;
  // One state for two ends, and no field that tells them apart (§7).
  return now >= Date.parse(expiresAt) - assumed.clockMarginMs ? EXPIRED : REFUSED;
}

/** Reversed before it was settled (§2): the payer paid, and has everything back. */
function findingOfVoided(transaction: Transaction, { assumed }: ReadingContext): Finding {
  if (!assumed.voidedWasPaid)
    return unclear('Pomelo says VOIDED, which does not tell whether it was ever paid');
  return paid(transaction, [refundOf(transaction, 'succeeded', transaction.amount)]);
}

function paid({ amount, currency, localId }: Transaction, refunds?: SeenRefund[]): Finding {
  if (amount === null || currency === null) return unclear('Pomelo says that it was paid, but not how much');
  const money: ProviderMoney = { amount, currency, reference: localId };
  return { state: 'paid', ...money, ...(refunds && { refunds }) };
}

/** A transaction shows one refund at most, and no id of it: the transaction's own id names it (§3.5). */
function refundOf({ id }: Transaction, status: SeenRefund['status'], amount: number | null): SeenRefund {
  return { providerReference: `${id}/refund`, status, amount };
}

/** How an answer contradicts what was asked; a field that is absent contradicts nothing. */
function differenceOf({ amount, currency, localId }: Transaction, wanted: NewTransaction): string | null {
  if (amount !== null && amount !== wanted.amount) return `amount ${amount} instead of ${wanted.amount}`;
  if (currency !== null && currency !== wanted.currency) return 'another currency';
  return localId !== null && localId !== wanted.localId ? 'another reference' : null;
}

function unknownState(state: string): string {
  if (state === 'AUTHORIZED') return 'Pomelo says that the money is reserved, which was not asked for';
  const label = /^[A-Z_]{1,32}$/.test(state) ? `${state}, ` : '';
  return `Pomelo gives ${label}a state that is not documented`;
}
