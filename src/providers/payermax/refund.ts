import type { RefundCall, RefundFinding, Refunding } from '../../domain/provider-answer';
import { checkAmount } from './capabilities';
import { provesNothingStarted } from './codes';
import { findingOfRefund } from './mapping';
import type { PlacedRefund } from './schemas';
import { notSent, reasonOf, unclear } from '../answers';
import { ProviderError } from '../provider-error';
import type { PayerMaxAccount, PayerMaxAccounts } from './accounts';

type Refunded = RefundCall & { webhookUrl: string };

/**
 * Gives money back with one `refund`, and asks how the refund stands when its answer leaves that open (docs/providers/
 * payermax.md §3.5, §7.8). Never rejects: whatever happens is told by what it means for the money.
 */
export async function placeRefund(accounts: PayerMaxAccounts, call: Refunded): Promise<Refunding> {
  let account: PayerMaxAccount;
  try {
    const unwritable = checkAmount(call.amount, call.currency);
    if (unwritable !== null) return { outcome: 'declined', message: unwritable };
    account = accounts.of(call.connection);
  } catch (error) {
    return notSent(`the refund was not sent: ${reasonOf(error)}`);
  }
  try {
    return refundingOf(
      call,
      await account.client.refund({
        outRefundNo: call.refundReference,
        outTradeNo: call.providerReference,
        amount: call.amount,
        currency: call.currency,
        reason: call.reason,
        webhookUrl: call.webhookUrl,
      }),
    );
  } catch (error) {
    return refundingWithout(account, call, error);
  }
}

/**
 * Reads a refund.
 *
 * @throws ProviderError when it cannot be asked
 */
export async function findRefund(account: PayerMaxAccount, call: RefundCall): Promise<RefundFinding> {
  try {
    return findingOfRefund(await account.client.refundQuery(call.refundReference), call);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const { kind, message, providerCode } = error;
    if (providerCode !== undefined && account.settings.assumed.noSuchRefundCodes.includes(providerCode)) {
      return { state: 'absent' };
    }
    if (kind === 'outcome_unknown' || kind === 'declined') return unclear(message);
    throw error;
  }
}

function refundingOf(
  { refundReference }: Refunded,
  { outRefundNo, refundTradeNo, status }: PlacedRefund,
): Refunding {
  if (outRefundNo !== refundReference) {
    return { outcome: 'unknown', detail: 'the answer is about another refund' };
  }
  const reference = refundTradeNo !== null && { providerRefundReference: refundTradeNo };
  switch (status) {
    case 'REFUND_PENDING':
    // Documented for the notification only (§2), and the answer holds no amount: a look-up confirms it.
    // falls through
    case 'REFUND_SUCCESS':
      return { outcome: 'pending', ...reference };
    case 'REFUND_FAILED':
      return { outcome: 'declined', message: 'PayerMax says that the refund failed', providerCode: status };
    default:
      return { outcome: 'unknown', detail: 'the refund has a status that is not documented' };
  }
}

async function refundingWithout(
  account: PayerMaxAccount,
  call: Refunded,
  error: unknown,
): Promise<Refunding> {
  const detail = `the refund's outcome is not known: ${reasonOf(error)}`;
  if (!(error instanceof ProviderError)) return { outcome: 'unknown', detail };
  const { kind, message, providerCode } = error;
  const refused: Refunding = { outcome: 'declined', message, providerCode };
  if (kind === 'not_sent') return notSent(message);
  if (provesNothingStarted(providerCode)) {
    return kind === 'rate_limited' ? notSent(message) : refused;
  }
  if (providerCode === undefined) return { outcome: 'unknown', detail };
  const finding = await readAfterwards(account, call);
  switch (finding?.state) {
    case 'pending':
      return { outcome: 'pending' };
    case 'failed':
      return refused;
    case 'succeeded':
      return finding.amount === call.amount && finding.currency === call.currency
        ? { outcome: 'succeeded' }
        : { outcome: 'unknown', detail: 'PayerMax shows a refund of another amount under our number' };
    case 'absent':
      // A signed no, and no such refund: nothing was started. Without the signature it may only be late.
      return kind === 'declined' ? refused : { outcome: 'unknown', detail };
    default:
      return { outcome: 'unknown', detail };
  }
}

/** Null when PayerMax could not be asked: the refund's own look-ups follow anyway. */
async function readAfterwards(account: PayerMaxAccount, call: RefundCall): Promise<RefundFinding | null> {
  try {
    return await findRefund(account, call);
  } catch {
    return null;
  }
}
