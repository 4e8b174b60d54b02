import { ERRORS, PomeloRefusal } from './errors';
import { newLedgerId } from './identifiers';
import type { Ledger, Refund } from './ledger';
import { endedUnpaid, isPayable, wrongState, type State, type Transaction } from './transaction';
import type { TransactionDesk } from './transaction-desk';

/** What may be said with an act; most acts take nothing. */
export interface ActOptions {
  readonly provider?: string | undefined;
  /** Integer cents; absent: all that is not refunded yet. */
  readonly amountMinor?: number | undefined;
  readonly refundReference?: string | undefined;
}

export interface ActServices {
  readonly desk: TransactionDesk;
  readonly ledger: Ledger;
}

type Act = (services: ActServices, transaction: Transaction, options: ActOptions) => Transaction;

/** What the payer, the clerk at the dashboard, the company or time can do to a transaction. */
export const ACTS = {
  approve,
  'decline-attempt': declineAttempt,
  cancel: ({ desk }, transaction) => desk.moveAndTell(payable(transaction), 'CANCELLED', 'CUSTOMER'),
  expire: ({ desk }, transaction) => desk.expire(transaction),
  fail: ({ desk }, transaction) => desk.moveAndTell(transaction, 'FAILED', 'SYSTEM'),
  capture: from('AUTHORIZED', 'CONFIRMED', 'MERCHANT'),
  void: ({ desk }, transaction) => desk.moveAndTell(transaction, 'VOIDED', 'MERCHANT'),
  remit: ({ desk }, transaction) => desk.moveAndTell(transaction, 'REMITTED', 'SYSTEM'),
  'pay-late': ({ desk }, transaction) => {
    if (!endedUnpaid(transaction)) throw wrongState(transaction);
    return desk.moveAndTell(transaction, 'CONFIRMED', 'CUSTOMER');
  },
  'request-refund': requestRefund,
  'complete-refund': completeRefund,
  'turn-down-refund': turnDownRefund,
  refund: (services, transaction, options) =>
    completeRefund(services, requestRefund(services, transaction, options)),
} as const satisfies Record<string, Act>;
export type ActName = keyof typeof ACTS;

/** Does it, sends the webhooks and returns the changed transaction; throws PomeloRefusal when it cannot be done. */
export function act(
  services: ActServices,
  name: ActName,
  transaction: Transaction,
  options: ActOptions = {},
): Transaction {
  const run: Act = ACTS[name];
  return run(services, transaction, options);
}

function approve({ desk }: ActServices, transaction: Transaction, options: ActOptions): Transaction {
  const { providers } = desk.accountOf(transaction);
  const provider = transaction.provider ?? options.provider ?? providers[0];
  if (provider === undefined || !providers.includes(provider)) {
    throw new PomeloRefusal(ERRORS.invalidInput, `provider: is not one of ${providers.join(', ')}`);
  }
  const paid = desk.put({ ...payable(transaction), provider });
  return paid.preAuthorized ? desk.moveAndTell(paid, 'AUTHORIZED', 'CUSTOMER') : desk.confirm(paid);
}

/** The state stays, so nobody is told: the payer may try again (docs/providers/pomelo.md §2). */
function declineAttempt({ desk }: ActServices, transaction: Transaction): Transaction {
  const { declinedAttempts } = payable(transaction);
  return desk.put({ ...transaction, declinedAttempts: declinedAttempts + 1 });
}

function requestRefund(
  { desk, ledger }: ActServices,
  transaction: Transaction,
  options: ActOptions,
): Transaction {
  const left = transaction.amountMinor - transaction.refundedMinor;
  const amountMinor = options.amountMinor ?? left;
  if (amountMinor > left) {
    throw new PomeloRefusal(ERRORS.invalidInput, `amountMinor: only ${left} are left to refund`);
  }
  if (amountMinor < transaction.amountMinor && desk.settingsOf(transaction).partialRefunds === 'off') {
    throw new PomeloRefusal(ERRORS.invalidInput, 'amountMinor: set partialRefunds to refund a part');
  }
  const requested = desk.move(transaction, 'REFUND_REQUESTED', 'MERCHANT');
  ledger.putRefund({
    id: newLedgerId('refund'),
    paymentId: transaction.id,
    reference: transaction.localId ?? null,
    refundReference: options.refundReference ?? null,
    amountMinor,
    currency: transaction.currency,
    status: 'REQUESTED',
    at: new Date(requested.updatedMs).toISOString(),
  });
  return desk.tell(requested);
}

function completeRefund({ desk, ledger }: ActServices, transaction: Transaction): Transaction {
  const refund = openRefund(ledger, transaction);
  const refundedMinor = transaction.refundedMinor + refund.amountMinor;
  const { partialRefunds } = desk.settingsOf(transaction);
  const ofAPart = partialRefunds === 'off' ? 'CONFIRMED' : partialRefunds;
  const state = refundedMinor === transaction.amountMinor ? 'REFUNDED' : ofAPart;
  const refunded = desk.move({ ...transaction, refundedMinor }, state, 'SYSTEM');
  ledger.putRefund({ ...refund, status: 'DONE' });
  return desk.tell(refunded);
}

function turnDownRefund({ desk, ledger }: ActServices, transaction: Transaction): Transaction {
  const refund = openRefund(ledger, transaction);
  const back = desk.move(transaction, 'CONFIRMED', 'SYSTEM');
  ledger.putRefund({ ...refund, status: 'TURNED_DOWN' });
  return desk.tell(back);
}

function openRefund(ledger: Ledger, transaction: Transaction): Refund {
  const refund = ledger.openRefundOf(transaction.id);
  if (refund === undefined) throw wrongState(transaction);
  return refund;
}

function from(state: State, to: State, trigger: string): Act {
  return ({ desk }, transaction) => {
    if (transaction.state !== state) throw wrongState(transaction);
    return desk.moveAndTell(transaction, to, trigger);
  };
}

function payable(transaction: Transaction): Transaction {
  if (!isPayable(transaction)) throw wrongState(transaction);
  return transaction;
}
