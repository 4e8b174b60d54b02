import type { Effect } from '../http';
import type { ProviderErrorKind } from '../provider-error';
import type { Proof } from './signature';

/** The call was accepted. Never says how the order stands (docs/providers/payermax.md §3.0). */
export const ACCEPTED = 'APPLY_SUCCESS';
export const NO_SUCH_ORDER = 'ORDER_NOT_EXIST';

/** Codes that prove that nothing was started: the number and the payment token are still good (§4, §7.3). */
const NOT_STARTED: ReadonlyMap<string, [ProviderErrorKind, string]> = new Map([
  ['REQ_TIME_OVER_TIME', ['rate_limited', "our clock and PayerMax's differ by more than two minutes"]],
  ['TOO_MANY_REQUEST', ['rate_limited', 'too many requests at once']],
  ['SIGN_VERIFY_FAILED', ['unauthenticated', 'our signature was refused: check privateKey']],
  ['ILLEGAL_IP_REQUEST', ['unauthenticated', 'our address is not on their allow-list']],
  ['AUTHENTICATE_FAILED', ['unauthenticated', 'the account is not authorised']],
  ['MERCHANT_INVALID', ['unauthenticated', 'the merchant is not known or not active: check merchantNo']],
  ['MERCHANT_APP_INVALID', ['unauthenticated', 'the app is not known or has no key: check appId']],
  ['CONTRACT_INVALID', ['unauthenticated', 'the contract does not cover this']],
  ['ONBOARD_ERROR', ['unauthenticated', 'the merchant is not fully set up']],
  ['PARAMS_INVALID', ['invalid_request', 'a parameter is missing or wrong']],
  ['AMOUNT_INVALID', ['invalid_request', 'the amount is wrong']],
  ['AMOUNT_LIMIT', ['invalid_request', 'the amount is outside the limits']],
  ['AMOUNT_LIMIT_MINIMUM', ['invalid_request', 'the amount is below the minimum']],
  ['AMOUNT_LIMIT_MAXIMUM', ['invalid_request', 'the amount is above the maximum']],
  ['CURRENCY_INVALID', ['invalid_request', 'the currency is not offered']],
  ['COUNTRY_INVALID', ['invalid_request', 'the country is not offered']],
  ['PAYMENT_METHOD_NOT_EXIST', ['declined', 'the payment method is not offered']],
  ['PAYMENT_METHOD_SUSPEND', ['declined', 'the payment method is suspended']],
]);

/** Nothing is known yet: ask again (§4). */
const UNDECIDED = new Set(['SYSTEM_ERROR', 'UNEXPECTED_ERROR', 'REQUEST_TIMEOUT', 'PAYMENT_PROCESSING']);

/** A clear no to a refund or a look-up (§3.4, §4). */
const REFUSED = new Set([NO_SUCH_ORDER, 'REFUND_FAILED', 'REFUND_NO_INVALID', 'REFUND_INSUFFICIENT_BALANCE']);

/**
 * What an answer with this code means for a call. Of a call that may have moved money, only a code that proves
 * that nothing was started is believed without a signature (§12 row 8); what is not mapped is unknown.
 */
export function meaningOf(code: string, effect: Effect, proof: Proof): [ProviderErrorKind, string] {
  const notStarted = NOT_STARTED.get(code);
  if (notStarted) return notStarted;
  if (effect === 'repeatable' && UNDECIDED.has(code)) return ['unavailable', 'busy'];
  const believed = effect === 'repeatable' || proof === 'signed';
  if (believed && REFUSED.has(code)) return ['declined', 'refused'];
  return ['outcome_unknown', 'this does not say what became of it'];
}

/** Whether a code proves that the call had no effect at all. */
export function provesNothingStarted(code: string | undefined): boolean {
  return code !== undefined && NOT_STARTED.has(code);
}
