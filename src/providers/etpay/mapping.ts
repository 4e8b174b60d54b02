import type { Finding, Opening, ProviderMoney } from '../../domain/provider-answer';
import { unclear } from '../answers';
import { type EtPayPayment, type Session, wordOf } from './schemas';

/** What was asked of ETpay. Amount in ISO 4217 minor units. */
export interface AskedOfEtPay {
  merchantOrderId: string;
  amount: number;
  currency: string;
}

/** A payment that was made. */
type PaidPayment = EtPayPayment & { money: NonNullable<EtPayPayment['money']> };

/** The one label that is certain (docs/providers/etpay.md §2). */
const SUCCESS = 'success';

/**
 * [assumed] Only `success` is published. A label that sounds like another spelling of it, and every label that does not
 * clearly say that the payment failed, proves nothing in either direction (docs/providers/etpay.md §2).
 */
const LIKE_SUCCESS = /^\W*(success|[eé]xit)/i;
const LIKE_FAILURE =
  /^\W*(err|fail|fall|unsuccess|unpaid|reject|rech|refus|declin|deni|deneg|cancel|abort|abandon|anul|expir|venc|time.?out|no (fue|se)\b)/i;

/** Where the payer goes (docs/providers/etpay.md §3.2), and what the session's callbacks are checked with. */
export function openingOf(
  { sessionToken, signatureToken }: Session,
  merchantOrderId: string,
  pmtUrl: string,
): Opening {
  const url = `${pmtUrl.replace(/\/+$/, '')}/session/${encodeURIComponent(sessionToken)}`;
  return {
    outcome: 'opened',
    providerReference: merchantOrderId,
    nextAction: { type: 'redirect', url },
    callbackSecrets: { signatureToken, sessionToken },
  };
}

/**
 * What one payment says whose signature was checked (docs/providers/etpay.md §4.3 step 5): only `success` is paid,
 * and a final no is an end. Amount and currency are told as they are: who asked compares them.
 */
export function provenFinding(payment: EtPayPayment): Finding {
  if (payment.status === SUCCESS) {
    return isPaid(payment) ? { state: 'paid', ...moneyOf(payment) } : unclear(NO_AMOUNT);
  }
  if (!isRefusal(payment))
    return unclear(`ETpay announces ${describeStatus(payment)}, which decides nothing`);
  const { providerCode } = payment;
  return {
    state: 'ended',
    end: 'failed',
    code: 'declined',
    message: 'the bank transfer was not made',
    ...(providerCode && { providerCode }),
  };
}

/**
 * What the status list of one order means (docs/providers/etpay.md §3.3, §6). Nothing in it but a success decides
 * anything: whether open and failed attempts are listed is unknown, and a failure is no proof that no success follows.
 * Payments of other orders are never taken for ours.
 *
 * Several successes with different payment tokens mean that the money was received more than once. They are told as
 * `paid` with what was received in all, which differs from what was asked and so becomes a case for a person.
 */
export function findingOf(payments: readonly (EtPayPayment | null)[], asked: AskedOfEtPay): Finding {
  if (payments.length === 0) return { state: 'absent' };
  const readable = payments.filter((payment) => payment !== null);
  const ours = readable.filter(({ merchantOrderId }) => merchantOrderId === asked.merchantOrderId);
  const paid = ours.filter(isPaid);
  if (ours.some(({ status, money }) => status === SUCCESS && money === null)) return unclear(NO_AMOUNT);
  if (ours.some(soundsLikeSuccess)) return unclear('ETpay shows a status that is not quite its "success"');
  const money = received(distinct(paid), asked);
  if (money) return { state: 'paid', ...money };
  return ours.length < payments.length
    ? unclear('ETpay answered with payments that are not of this order, or cannot be read')
    : { state: 'open' };
}

/** How a payment's status is shown to people. */
export function describeStatus({ status }: EtPayPayment): string {
  return wordOf(status) ?? (status === null ? 'no status' : 'a status in free text');
}

const NO_AMOUNT = 'ETpay says success, but no amount that can be read';

function isPaid(payment: EtPayPayment): payment is PaidPayment {
  return payment.status === SUCCESS && payment.money !== null;
}

function isRefusal({ status }: EtPayPayment): boolean {
  return status !== null && LIKE_FAILURE.test(status);
}

function soundsLikeSuccess({ status }: EtPayPayment): boolean {
  return status !== null && status !== SUCCESS && LIKE_SUCCESS.test(status);
}

function moneyOf({ money, merchantOrderId, paymentToken }: PaidPayment): ProviderMoney {
  return { ...money, reference: merchantOrderId, ...(paymentToken && { chargeReference: paymentToken }) };
}

/** The same payment listed twice is one; two amounts under one token are two. */
function distinct(payments: PaidPayment[]): PaidPayment[] {
  const seen = new Map(
    payments.map((payment, index) => {
      const { paymentToken, money } = payment;
      return [JSON.stringify([paymentToken ?? index, money.amount, money.currency]), payment];
    }),
  );
  return [...seen.values()];
}

/** What was received in all; never equal to what was asked when it came in more than one payment. */
function received(payments: PaidPayment[], asked: AskedOfEtPay): ProviderMoney | null {
  const [first, ...more] = payments;
  if (!first) return null;
  if (more.length === 0) return moneyOf(first);
  const amount = payments.reduce((sum, { money }) => sum + money.amount, 0);
  const { currency } = first.money;
  const oneCurrency = payments.every(({ money }) => money.currency === currency);
  if (!oneCurrency || amount === asked.amount) {
    const odd = payments.find(
      ({ money }) => money.amount !== asked.amount || money.currency !== asked.currency,
    );
    return moneyOf(odd ?? first);
  }
  const chargeReference = payments.flatMap(({ paymentToken }) => paymentToken ?? []).join(', ');
  return { amount, currency, reference: asked.merchantOrderId, ...(chargeReference && { chargeReference }) };
}
