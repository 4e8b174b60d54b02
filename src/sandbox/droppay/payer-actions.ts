import type { Authorization, Status } from './authorization';
import type { AuthorizationDesk } from './authorization-desk';
import { DropPayRefusal, ERRORS } from './errors';
import type { Notification } from '../webhook-delivery';

/** What a payer, or time, can do to an authorization. */
export const PAYER_ACTIONS = ['approve', 'refuse', 'revoke', 'expire'] as const;
export type PayerAction = (typeof PAYER_ACTIONS)[number];

const LEADS_TO: Readonly<Record<PayerAction, Status>> = {
  approve: 'GRANTED',
  refuse: 'REFUSED',
  revoke: 'REVOKED',
  expire: 'EXPIRED',
};

/**
 * Does it, sends the webhook and returns the changed authorization; throws DropPayRefusal when it cannot be
 * done.
 */
export function payerActs(
  desk: AuthorizationDesk,
  notify: (notification: Notification) => void,
  authorization: Authorization,
  action: PayerAction,
): Authorization {
  if (authorization.device === 'ACQUIRER' && action !== 'expire') {
    throw new DropPayRefusal(
      ERRORS.wrongDevice,
      'An Acquirer authorization has no payer: the merchant confirms it by PATCH',
    );
  }
  const changed = desk.move(authorization, LEADS_TO[action]);
  notify(desk.notification(changed));
  return changed;
}

/**
 * Where the app leads the payer who approved: `dps=1&dpcht={id}` appended (docs/providers/droppay.md §4.5).
 */
export function approvedReturnUrl(loopbackUri: string, authorizationId: string): string {
  const hashAt = loopbackUri.indexOf('#');
  const [address, fragment] =
    hashAt === -1 ? [loopbackUri, ''] : [loopbackUri.slice(0, hashAt), loopbackUri.slice(hashAt)];
  const joint = !address.includes('?') ? '?' : /[?&]$/.test(address) ? '' : '&';
  return `${address}${joint}dps=1&dpcht=${authorizationId}${fragment}`;
}
