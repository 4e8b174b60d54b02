import { referenceAtProvider } from '../../domain/payment';
import type { Finding, ProviderEnd, Taking } from '../../domain/provider-answer';
import { checkAmount } from './capabilities';
import { NO_SUCH_ORDER, provesNothingStarted } from './codes';
import { endOf, expireTimeOf, findingOfOrder, settledAfter } from './mapping';
import type { PlacedOrder } from './schemas';
import { declinedBy, notSent, reasonOf, succeededWith, unclear } from '../answers';
import { ProviderError } from '../provider-error';
import type { PayerMaxOrderCall } from './activities';
import type { PayerMaxAccount, PayerMaxAccounts } from './accounts';

/** One order on its way. */
interface Ordering {
  account: PayerMaxAccount;
  call: PayerMaxOrderCall;
  outTradeNo: string;
  /** When it can no longer appear or be paid, RFC 3339. */
  settledAfter: string;
}

/**
 * Takes the money with one `orderAndPay`, and asks how the order stands when its answer leaves that open (docs/providers/
 * payermax.md §3.3, §4). Never rejects: whatever happens is told by what it means for the money.
 */
export async function placeOrder(accounts: PayerMaxAccounts, call: PayerMaxOrderCall): Promise<Taking> {
  let ordering: Ordering;
  try {
    const unwritable = checkAmount(call.amount, call.currency);
    if (unwritable !== null) return refusedBy(unwritable);
    const account = accounts.of(call.connection);
    ordering = {
      account,
      call,
      outTradeNo: referenceAtProvider(call.paymentId, call.attempt),
      settledAfter: settledAfter(call.expireTimeSeconds, account.settings.assumed, Date.now()),
    };
  } catch (error) {
    return notSent(`the order was not sent: ${reasonOf(error)}`);
  }
  try {
    return await takingOf(ordering, await send(ordering));
  } catch (error) {
    return takingWithout(ordering, error);
  }
}

/**
 * Reads an order. An ORDER_NOT_EXIST counts without a signature, as PayerMax may leave errors unsigned (§12 row 8).
 *
 * @throws ProviderError when it cannot be asked
 */
export async function findOrder(account: PayerMaxAccount, outTradeNo: string): Promise<Finding> {
  try {
    return findingOfOrder(await account.client.orderQuery(outTradeNo), outTradeNo);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    if (error.providerCode === NO_SUCH_ORDER) return { state: 'absent' };
    const { kind, message } = error;
    if (kind === 'outcome_unknown' || kind === 'declined') return unclear(message);
    throw error;
  }
}

function send({ account, call, outTradeNo }: Ordering): Promise<PlacedOrder> {
  return account.client.orderAndPay({
    outTradeNo,
    amount: call.amount,
    currency: call.currency,
    subject: call.description,
    country: call.country,
    userId: call.userId,
    paymentToken: call.paymentToken,
    sessionKey: call.sessionKey,
    clientIp: call.clientIp,
    userAgent: call.userAgent,
    expireTimeSeconds: expireTimeOf(call.expireTimeSeconds),
    returnUrl: call.returnUrl,
    webhookUrl: call.webhookUrl,
  });
}

async function takingOf(ordering: Ordering, placed: PlacedOrder): Promise<Taking> {
  if (placed.outTradeNo !== ordering.outTradeNo)
    return unknown(ordering, 'the answer is about another order');
  const end = endOf(placed.status, null);
  if (end) return takingOfEnd(ordering, end);
  if (placed.status === 'SUCCESS') return takingOfSuccess(ordering);
  if (placed.status !== 'PENDING') return unknown(ordering, 'the order has a status that is not documented');
  const url = placed.redirectUrl;
  const mayOpen = url !== null && /^https?:\/\//i.test(url);
  return { outcome: 'pending', ...(mayOpen && { nextAction: { type: 'redirect', url } }) };
}

/** The answer holds no amount: the order is paid when reading it says so, as callbacks are confirmed by a look-up too. */
async function takingOfSuccess(ordering: Ordering): Promise<Taking> {
  const finding = await readAfterwards(ordering);
  return finding?.state === 'paid' ? succeededWith(finding) : { outcome: 'pending' };
}

/** The answer does not say why, so the order is read for its code. A success that it shows counts more. */
async function takingOfEnd(ordering: Ordering, end: ProviderEnd): Promise<Taking> {
  const finding = await readAfterwards(ordering);
  if (finding?.state === 'paid') return succeededWith(finding);
  return declinedBy(finding?.state === 'ended' ? finding : end);
}

async function takingWithout(ordering: Ordering, error: unknown): Promise<Taking> {
  const detail = `the order's outcome is not known: ${reasonOf(error)}`;
  if (!(error instanceof ProviderError)) return unknown(ordering, detail);
  const { kind, message, providerCode } = error;
  if (kind === 'not_sent') return notSent(message);
  if (provesNothingStarted(providerCode)) {
    return kind === 'rate_limited'
      ? notSent(message)
      : refusedBy(message, providerCode, kind === 'declined' ? 'declined' : 'provider_refused_request');
  }
  // PayerMax has read the order and says something else than how it stands.
  const finding = providerCode === undefined ? null : await readAfterwards(ordering);
  if (finding?.state === 'paid') return succeededWith(finding);
  if (finding?.state === 'ended') return declinedBy(finding);
  if (finding?.state === 'open') return { outcome: 'pending' };
  return unknown(ordering, detail);
}

/** Null when PayerMax could not be asked: the payment's own look-ups follow anyway. */
async function readAfterwards({ account, outTradeNo }: Ordering): Promise<Finding | null> {
  try {
    return await findOrder(account, outTradeNo);
  } catch {
    return null;
  }
}

function unknown(ordering: Ordering, detail: string): Taking {
  return { outcome: 'unknown', detail, settledAfter: ordering.settledAfter };
}

function refusedBy(
  message: string,
  providerCode?: string,
  code: ProviderEnd['code'] = 'provider_refused_request',
): Taking {
  return declinedBy({ end: 'failed', code, message, providerCode });
}
