import type { RefundCall, Refunding } from '../../domain/provider-answer';
import { LOG_IN } from '../access-tokens';
import { refundingOf } from './refund-mapping';
import { DROPPAY_CURRENCY } from './schemas';
import { notSent, reasonOf } from '../answers';
import { ProviderError } from '../provider-error';
import type { DropPayAccount, DropPayAccounts } from './accounts';
import { assertTimeLeft, lastMomentToSend } from './sending';

/** DropPay's limit of a refund's reason, in characters (docs/providers/droppay.md §3.7). */
const MAX_REASON_LENGTH = 512;

/**
 * Gives money of a charge back with one POST (docs/providers/droppay.md §3.7). Never rejects, and is never repeated:
 * a refund cannot be looked up, so one without an answer stays unknown.
 *
 * @param deadline when the caller stops waiting, in ms since the epoch
 */
export async function placeRefund(
  accounts: DropPayAccounts,
  call: RefundCall,
  deadline: number,
): Promise<Refunding> {
  let account: DropPayAccount;
  try {
    account = accounts.of(call.connection);
  } catch (error) {
    return notSent(`the refund was not sent: ${reasonOf(error)}`);
  }
  const { chargeReference: chargeId, amount, currency, reason } = call;
  const { refundPath } = account.settings;
  if (refundPath === undefined) {
    return declined('refunds at DropPay are off: set refundPath or DROPPAY_REFUND_PATH of this connection');
  }
  if (chargeId === null) {
    return declined("the charge id is not known: refund it in DropPay's console");
  }
  if (currency !== DROPPAY_CURRENCY || amount <= 0) {
    return declined(`DropPay refunds amounts above zero in ${DROPPAY_CURRENCY} only`);
  }
  if (reason !== null && [...reason].length > MAX_REASON_LENGTH) {
    return declined(`DropPay takes a reason of at most ${MAX_REASON_LENGTH} characters`);
  }
  const sendBefore = lastMomentToSend(account, deadline);
  try {
    const refund = await accounts.withToken(account, (token) => {
      assertTimeLeft('refund', sendBefore);
      return account.client.refund(token, refundPath, { chargeId, amount, reason });
    });
    return refundingOf(refund, { chargeId, amount });
  } catch (error) {
    return refundingWithout(error);
  }
}

function refundingWithout(error: unknown): Refunding {
  if (error instanceof ProviderError) {
    const { kind, call, message, providerCode } = error;
    // A refused access token, like "not now", is an answer from before anything was done (§6 rule 5).
    const beforeAnything = kind === 'rate_limited' || providerCode === '401/102';
    if (kind === 'not_sent' || call === LOG_IN || beforeAnything) return notSent(message);
    if (kind !== 'outcome_unknown') return declined(message, providerCode);
  }
  return { outcome: 'unknown', detail: `the refund's outcome is not known: ${reasonOf(error)}` };
}

function declined(message: string, providerCode?: string): Refunding {
  return { outcome: 'declined', message, ...(providerCode && { providerCode }) };
}
