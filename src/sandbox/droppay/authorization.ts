import { randomUUID } from 'node:crypto';
import type { Account, Device } from './accounts';
import { DropPayRefusal, ERRORS } from './errors';
import type { Json } from '../exact-json';

export type Status = 'WAITING' | 'GRANTED' | 'EXPIRED' | 'REVOKED' | 'REFUSED' | 'CANCELLED';
export type Policy = 'CHARGED' | 'BOOKED' | 'CHARGEABLE';

/** The right to charge, short-lived; instants are epoch milliseconds. */
export interface PayToken {
  readonly val: string;
  readonly issuedMs: number;
  readonly expiringMs: number;
}

/** An Authorization; amounts are integer euro cents, instants epoch milliseconds. */
export interface Authorization {
  readonly id: string;
  readonly account: Account;
  readonly posId: string;
  readonly device: Device;
  readonly policy: Policy;
  readonly status: Status;
  readonly description: string;
  readonly chargeCents: number;
  readonly maxCharges: number;
  readonly successfulCharges: number;
  readonly chargeFromMs: number;
  readonly chargeUntilMs: number | undefined;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly reference: string | undefined;
  readonly label: string | undefined;
  readonly webhookUrl: string | undefined;
  readonly loopbackUri: string | undefined;
  readonly scheme: string | undefined;
  readonly schemeData: Json | undefined;
  readonly payToken: PayToken | undefined;
}

const NEXT: Readonly<Record<Status, readonly Status[]>> = {
  WAITING: ['GRANTED', 'REFUSED', 'CANCELLED', 'EXPIRED'],
  GRANTED: ['EXPIRED', 'REVOKED'],
  EXPIRED: [],
  REVOKED: [],
  REFUSED: [],
  CANCELLED: [],
};

/** The moved authorization (docs/providers/droppay.md §2.2); refuses steps that the table does not have. */
export function moved(authorization: Authorization, status: Status, nowMs: number): Authorization {
  if (!NEXT[authorization.status].includes(status)) throw wrongState(authorization);
  return { ...authorization, status, updatedMs: nowMs };
}

/** A fresh pay token. Its end falls on a whole second, so that the printed instant is the true one. */
export function newPayToken(nowMs: number, lifeMs: number, val: string = randomUUID()): PayToken {
  return { val, issuedMs: nowMs, expiringMs: Math.ceil((nowMs + lifeMs) / 1000) * 1000 };
}

/** A read gives a pay token whose life ran out a new one, while there is something left to charge (§2.4). */
export function renewed(
  authorization: Authorization,
  nowMs: number,
  options: { readonly payTokenLifeMs: number; readonly valChangesOnRenewal: boolean },
): Authorization {
  const old = authorization.payToken;
  if (authorization.status !== 'GRANTED' || old === undefined || nowMs <= old.expiringMs)
    return authorization;
  if (chargesLeft(authorization) === 0) return authorization;
  const val = options.valChangesOnRenewal ? undefined : old.val;
  return { ...authorization, payToken: newPayToken(nowMs, options.payTokenLifeMs, val) };
}

export function chargesLeft(authorization: Authorization): number {
  return authorization.maxCharges - authorization.successfulCharges;
}

/** Refuses a charge outside the authorization's scope (§3.6); `val` is the pay token the caller sent. */
export function checkCharge(authorization: Authorization, val: string, cents: number, nowMs: number): void {
  if (authorization.status !== 'GRANTED') throw wrongState(authorization);
  if (authorization.policy === 'CHARGED') {
    throw new DropPayRefusal(ERRORS.chargedByPolicy, 'The policy CHARGED leaves nothing to charge');
  }
  if (chargesLeft(authorization) <= 0) throw new DropPayRefusal(ERRORS.noChargesLeft, 'No charges left');
  const token = authorization.payToken;
  if (token === undefined || token.val !== val || nowMs > token.expiringMs) {
    throw new DropPayRefusal(ERRORS.stalePayToken, 'Pay token expired');
  }
  if (nowMs < authorization.chargeFromMs) {
    throw new DropPayRefusal(ERRORS.outsideChargeWindow, 'Charges are not allowed yet');
  }
  const inScope =
    authorization.policy === 'BOOKED'
      ? cents <= authorization.chargeCents
      : cents === authorization.chargeCents;
  if (!inScope) throw new DropPayRefusal(ERRORS.amountOutOfScope, 'The amount is not the authorized one');
}

function wrongState({ status }: Authorization): DropPayRefusal {
  return status === 'EXPIRED'
    ? new DropPayRefusal(ERRORS.authorizationExpired, 'Authorization expired')
    : new DropPayRefusal(ERRORS.wrongState, `Authorization is ${status}`);
}
