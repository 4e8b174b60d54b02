import type { Session } from './session';
import type { Circumstances, SessionDesk } from './session-desk';

/** What a payer, a bank, or time, can do to a session. */
export const PAYER_ACTIONS = [
  'open',
  'approve',
  'refuse',
  'cancel',
  'expire',
  'pay-late',
  'pay-again',
] as const;
export type PayerAction = (typeof PAYER_ACTIONS)[number];

/**
 * Does it, has the webhook sent and returns the changed session; rejects with WrongState when it cannot be
 * done.
 */
export async function payerActs(
  desk: SessionDesk,
  session: Session,
  action: PayerAction,
  how: Circumstances = {},
): Promise<Session> {
  switch (action) {
    case 'open':
      return desk.look(session);
    case 'approve':
      return desk.pay(session, how);
    case 'refuse':
    case 'cancel':
      return desk.fail(session, action, how);
    case 'expire':
      return desk.expire(session, how);
    case 'pay-late':
      return desk.payLate(session, how);
    case 'pay-again':
      return desk.payAgain(session, how);
  }
}
