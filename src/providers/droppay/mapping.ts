import { type FailureCode, referenceAtProvider } from '../../domain/payment';
import type {
  Finding,
  Opening,
  ProviderCall,
  ProviderEnd,
  ProviderMoney,
  Taking,
} from '../../domain/provider-answer';
import {
  type Authorization,
  type Charge,
  CHARGED_BY_GRANT,
  DROPPAY_CURRENCY,
  type PayToken,
} from './schemas';
import { declinedBy, notSent, succeededWith, unclear } from '../answers';

/** What an authorization's meaning depends on besides itself. */
export interface ReadingContext {
  /** The authorization that was asked for. */
  id: string;
  posId: string;
  /** Whether a charge may have been sent: then only a count tells that nothing was taken. */
  afterCharge: boolean;
}

const ENDS: ReadonlyMap<string, [end: ProviderEnd['end'], code: FailureCode, message: string]> = new Map([
  ['EXPIRED', ['expired', 'authorization_ended', 'the authorization has expired at DropPay']],
  ['REVOKED', ['failed', 'authorization_ended', 'the payer withdrew the authorization']],
  ['REFUSED', ['failed', 'payer_refused', 'the payer refused in the DropPay app']],
  ['CANCELLED', ['cancelled', 'authorization_ended', 'the authorization was cancelled at DropPay']],
]);

/**
 * What an authorization that was read means for the payment (docs/providers/droppay.md §2.2). A count of
 * charges outweighs every status; a count that is missing where it matters, and every unknown label, is
 * `unclear`.
 */
export function findingOf(authorization: Authorization, { id, posId, afterCharge }: ReadingContext): Finding {
  const { status, successCount, maxCount } = authorization;
  const stranger = strangerTo(authorization, id, posId);
  if (stranger) return stranger;
  const chargedByGrant = authorization.policy === CHARGED_BY_GRANT;
  if (chargedByGrant ? status === 'GRANTED' : successCount !== null && successCount > 0) {
    return withMoney(authorization, 'paid', chargedByGrant ? 1 : (successCount ?? 1));
  }
  if (!chargedByGrant && successCount === null && (afterCharge || status === 'GRANTED')) {
    return unclear('DropPay does not say how many charges succeeded');
  }
  if (status === 'WAITING') return { state: 'open' };
  // That there is one charge at most is the provider's own guard against a second one.
  if (status === 'GRANTED' && (maxCount ?? 1) !== 1)
    return unclear(`the authorization allows ${maxCount} charges`);
  if (status === 'GRANTED') return withMoney(authorization, 'authorized', 1);
  return endOf(status);
}

/** An authorization that is not the one that was asked for, or not of this POS; null when it is. */
export function strangerTo(authorization: Authorization, id: string, posId: string): Finding | null {
  if (authorization.id !== id) return unclear(`asked for ${id}, DropPay answered with another`);
  if (authorization.posId === null || authorization.posId === posId) return null;
  return unclear(`the authorization belongs to POS ${authorization.posId}, not to ${posId}`);
}

/** The end that a status of an authorization that takes no more money stands for. */
export function endOf(status: string | null): Finding {
  const end = status === null ? undefined : ENDS.get(status);
  if (!end || status === null) return unclear('DropPay gives a status that is not documented');
  return { state: 'ended', end: end[0], code: end[1], message: end[2], providerCode: status };
}

/** What the payer is shown (docs/providers/droppay.md §3.5: the link is the returned one, never built). */
export function openingOf({ id, sharing }: Authorization): Opening {
  if (sharing === null || !/^https?:\/\//.test(sharing)) {
    const detail = `DropPay created authorization ${id} without a link for the payer`;
    return { outcome: 'unknown', detail, providerReference: id };
  }
  return {
    outcome: 'opened',
    providerReference: id,
    nextAction: { type: 'redirect', url: sharing, qr: sharing },
  };
}

/** Why this authorization must not be charged for this payment, or its pay token when it may be. */
export function chargeable(
  authorization: Authorization,
  call: ProviderCall,
): { payToken: PayToken } | { refusal: string } {
  const { status, payToken, maxCount, successCount, merchantCustomId } = authorization;
  if (status !== 'GRANTED') return { refusal: 'the payer has not granted the authorization' };
  if (authorization.chargeAmount !== call.amount || call.currency !== DROPPAY_CURRENCY) {
    return { refusal: 'the authorization is for another amount' };
  }
  if (merchantCustomId !== null && merchantCustomId !== referenceAtProvider(call.paymentId, call.attempt)) {
    return { refusal: 'the authorization is for another payment' };
  }
  if (successCount !== 0 || (maxCount ?? 1) !== 1 || (payToken?.chargesLeft ?? 1) !== 1) {
    return { refusal: 'the authorization does not have exactly one charge left' };
  }
  return payToken ? { payToken } : { refusal: 'the authorization has no pay token' };
}

/**
 * The money a charge's 200 proves to be taken; null when the answer is anything but `DONE` with an amount for
 * this authorization. Then only reading the authorization tells (docs/providers/droppay.md §3.6).
 */
export function moneyOfCharge(charge: Charge, authorizationId: string): ProviderMoney | null {
  if (charge.status !== 'DONE' || charge.amount === null) return null;
  if (charge.authorizationId !== null && charge.authorizationId !== authorizationId) return null;
  const chargeReference = chargeReferenceOf(charge, authorizationId);
  return {
    amount: charge.amount,
    currency: DROPPAY_CURRENCY,
    reference: null,
    ...(chargeReference && { chargeReference }),
  };
}

/**
 * The charge's id (`CHA…`), which only this answer shows and a refund needs; null when the answer may be about
 * another charge, or about one that failed.
 */
export function chargeReferenceOf(
  { id, status, authorizationId: answered }: Charge,
  authorizationId: string,
): string | null {
  const ours = answered === null || answered === authorizationId;
  return ours && (status === null || status === 'DONE') ? id : null;
}

/**
 * What a charge that DropPay refused came to, by the authorization as it was read afterwards.
 *
 * @param refusedAs how the charge was refused
 * @param settledAfter until when the charge could still be carried out, when the reading proves nothing
 */
export function takingAfterRefusal(
  finding: Finding,
  refusedAs: { message: string; providerCode?: string },
  settledAfter: string,
): Taking {
  switch (finding.state) {
    case 'paid':
      return succeededWith(finding);
    case 'ended':
      return declinedBy(finding);
    case 'authorized': {
      const { message, providerCode } = refusedAs;
      // A refusal without a code of theirs may come from something in between: it says nothing about the payer.
      if (!providerCode) return notSent(message);
      return {
        outcome: 'declined',
        end: 'failed',
        code: 'declined',
        message,
        providerCode,
      };
    }
    default:
      return {
        outcome: 'unknown',
        detail: `the charge was refused, but the authorization does not confirm it: ${describe(finding)}`,
        settledAfter,
      };
  }
}

/**
 * When a charge with this pay token can no longer be carried out (RFC 3339): the token's end, at least a whole life from
 * now because DropPay's clock may differ from ours, and a margin.
 */
export function settledAfter(
  payToken: PayToken,
  { payTokenLifeMs, settleMarginMs }: { payTokenLifeMs: number; settleMarginMs: number },
  nowMs: number,
): string {
  const stated = payToken.expiresAt === null ? Number.NaN : Date.parse(payToken.expiresAt);
  const end = Math.max(Number.isNaN(stated) ? 0 : stated, nowMs + payTokenLifeMs);
  return new Date(end + settleMarginMs).toISOString();
}

/** Whether DropPay has renewed the pay token, which it does when the old one's life has run out (§2.4). */
export function wasRenewed(used: PayToken, now: PayToken): boolean {
  return used.value !== now.value || used.expiresAt !== now.expiresAt;
}

/** A finding in words for people. */
export function describe(finding: Finding): string {
  return finding.state === 'unclear' ? finding.detail : `it is ${finding.state}`;
}

/** A finding with the authorization's amount for so many charges; `unclear` without one. */
export function withMoney(
  authorization: Authorization,
  state: 'paid' | 'authorized',
  charges: number,
): Finding {
  const { chargeAmount, merchantCustomId } = authorization;
  if (chargeAmount === null) return unclear(`DropPay says ${state}, but no amount`);
  return { state, amount: chargeAmount * charges, currency: DROPPAY_CURRENCY, reference: merchantCustomId };
}
