import { referenceAtProvider } from '../../domain/payment';
import type { Finding, Opening, ProviderCall, Taking } from '../../domain/provider-answer';
import { declinedBy, notSent, succeededWith, unclear } from '../answers';
import { describe, endOf, strangerTo, withMoney } from './mapping';
import { type Authorization, CHARGED_BY_GRANT, DROPPAY_CURRENCY } from './schemas';

/** What the meaning of an authorization of the Acquirer device depends on besides itself. */
export interface AcquirerReadingContext {
  /** The authorization that was asked for. */
  id: string;
  acquirerPosId: string;
  /** Whether a confirmation (PATCH) may have been sent. */
  grantSent: boolean;
  /** Whether the device is taken to grant what it creates (`assumed.acquirerCreatedGranted`). */
  createdGranted: boolean;
  /** What was asked for, where the answer is compared with it. */
  asked?: ProviderCall;
}

/**
 * What an authorization of the Acquirer device means for the payment (docs/providers/droppay.md §2.2, §2.3). The grant
 * is the charge, so the status alone tells: the count of charges is "fixed to 1" there. After a PATCH whose end is not
 * known, `WAITING` says that it took no effect, which makes the money takable: `authorized`.
 */
export function acquirerFindingOf(authorization: Authorization, context: AcquirerReadingContext): Finding {
  const { status, policy } = authorization;
  const { id, acquirerPosId, grantSent, createdGranted, asked } = context;
  const stranger = strangerTo(authorization, id, acquirerPosId);
  if (stranger) return stranger;
  if (policy !== null && policy !== CHARGED_BY_GRANT) {
    return unclear(`the authorization has another policy than ${CHARGED_BY_GRANT}: its grant takes no money`);
  }
  if (status === 'GRANTED') return withMoney(authorization, 'paid', 1);
  if (status === 'WAITING') {
    // With its money, so that the difference is seen before it is granted.
    const differs =
      asked && authorization.chargeAmount !== null && whyNotGrantable(authorization, asked) !== null;
    return grantSent || differs ? withMoney(authorization, 'authorized', 1) : { state: 'open' };
  }
  // Only a granted authorization is revoked, and a granted one may expire: whether its money stays taken, nobody says.
  const maybeTaken = status === 'REVOKED' || (status === 'EXPIRED' && (grantSent || createdGranted));
  return maybeTaken
    ? unclear(`the authorization is ${status}, and may have been granted before`)
    : endOf(status);
}

/**
 * What the backend has to do about a new authorization: confirm it while it waits. A granted one is never confirmed:
 * its money is taken, the first look-up finds it paid, and until then there is only to wait. When granting at creation
 * was not reckoned with, earlier create calls without an answer may have taken money too: a person has to look.
 */
export function acquirerOpeningOf(
  authorization: Authorization,
  { amount }: ProviderCall,
  { acquirerPosId, createdGranted }: Pick<AcquirerReadingContext, 'acquirerPosId' | 'createdGranted'>,
  nowMs: number,
): Opening {
  const { id, chargeAmount } = authorization;
  // The answer to a create call need not hold a status (§3.5).
  const status = authorization.status ?? 'WAITING';
  const finding = acquirerFindingOf(
    { ...authorization, status, chargeAmount: chargeAmount ?? amount },
    { id, acquirerPosId, grantSent: false, createdGranted },
  );
  const unusable = (detail: string): Opening => ({ outcome: 'unknown', detail, providerReference: id });
  if (chargeAmount !== null && chargeAmount !== amount) {
    return unusable('DropPay created the authorization for another amount');
  }
  if (finding.state === 'open') {
    return { outcome: 'opened', providerReference: id, nextAction: { type: 'confirm' } };
  }
  if (finding.state !== 'paid') {
    return unusable(`the authorization that DropPay created cannot be confirmed: ${describe(finding)}`);
  }
  if (!createdGranted) {
    return unusable(
      'DropPay granted the authorization as it created it: set assumed.acquirerCreatedGranted of this connection',
    );
  }
  const nextCheckAt = new Date(nowMs).toISOString();
  return { outcome: 'opened', providerReference: id, nextAction: { type: 'wait', nextCheckAt } };
}

/** Why this authorization must not be confirmed for this payment; null when it may be. */
export function whyNotGrantable(authorization: Authorization, call: ProviderCall): string | null {
  const { status, chargeAmount, merchantCustomId } = authorization;
  if (status !== 'WAITING') return 'the authorization does not wait for a confirmation';
  if (chargeAmount !== call.amount || call.currency !== DROPPAY_CURRENCY) {
    return 'the authorization is for another amount';
  }
  if (merchantCustomId !== null && merchantCustomId !== referenceAtProvider(call.paymentId, call.attempt)) {
    return 'the authorization is for another payment';
  }
  return null;
}

/** How DropPay refused a confirmation. */
export interface GrantRefusal {
  kind: string;
  message: string;
  /** `<HTTP status>/<code>` (docs/providers/droppay.md §3.9). */
  providerCode?: string;
  retryAfterMs?: number;
}

/**
 * What a confirmation that DropPay refused came to, by the authorization as it was read afterwards.
 *
 * @param settledAfter until when the confirmation could still be carried out, when the reading proves nothing
 */
export function takingAfterGrantRefusal(
  finding: Finding,
  { kind, message, providerCode, retryAfterMs }: GrantRefusal,
  settledAfter: string,
): Taking {
  if (finding.state === 'paid') return succeededWith(finding);
  if (finding.state === 'ended') return declinedBy(finding);
  if (finding.state !== 'open') {
    const detail = `the confirmation was refused, but the authorization does not confirm it: ${describe(finding)}`;
    return { outcome: 'unknown', detail, settledAfter };
  }
  if (kind === 'rate_limited') {
    return { ...notSent(message), ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }
  // An access token that is refused is refused before anything is done (§6 rule 5).
  if (providerCode === '401/102') return notSent(message);
  const end =
    providerCode === '409/200'
      ? ({ end: 'expired', code: 'authorization_ended' } as const)
      : ({ end: 'failed', code: 'declined' } as const);
  return declinedBy({ ...end, message, providerCode });
}
