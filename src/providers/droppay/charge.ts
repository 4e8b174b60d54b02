import type { Finding, ProviderCall, Taking } from '../../domain/provider-answer';
import { LOG_IN } from '../access-tokens';
import {
  chargeable,
  chargeReferenceOf,
  describe,
  findingOf,
  moneyOfCharge,
  settledAfter,
  takingAfterRefusal,
  wasRenewed,
} from './mapping';
import type { Authorization, PayToken } from './schemas';
import { declinedBy, notSent, reasonOf, succeededWith } from '../answers';
import { ProviderError } from '../provider-error';
import type { DropPayAccount, DropPayAccounts } from './accounts';
import { assertTimeLeft, lastMomentToSend } from './sending';

/** A charge of one authorization, on its way. */
interface Charging {
  accounts: DropPayAccounts;
  account: DropPayAccount;
  call: ProviderCall;
  id: string;
  /** After this instant (ms since the epoch) no charge is sent: nobody would wait for its answer. */
  sendBefore: number;
}

/** What came back for one sent charge. */
type Sent =
  | { kind: 'final'; taking: Taking }
  /** A 200 that does not say what was taken; it may name the charge. */
  | { kind: 'unreadable'; chargeReference: string | null }
  | { kind: 'refused'; error: ProviderError };

/**
 * Takes the money of a granted authorization: reads it, which renews its pay token, and charges in one go, so
 * that the token never leaves this process (docs/providers/droppay.md §6 rules 4 and 5). Never rejects:
 * whatever happens is told by what it means for the money.
 *
 * @param deadline when the caller stops waiting, in ms since the epoch
 */
export async function chargeAuthorization(
  accounts: DropPayAccounts,
  call: ProviderCall,
  deadline: number,
): Promise<Taking> {
  if (call.providerReference === null) return notSent('the payment has no authorization at DropPay yet');
  let charging: Charging;
  let before: Authorization;
  try {
    const account = accounts.of(call.connection);
    const sendBefore = lastMomentToSend(account, deadline);
    charging = { accounts, account, call, id: call.providerReference, sendBefore };
    before = await read(charging);
  } catch (error) {
    return notSent(`the authorization could not be read: ${reasonOf(error)}`);
  }
  // Whoever charges again has proof that no earlier charge took anything.
  const finding = findingIn(charging, before, false);
  if (finding.state === 'ended') return declinedBy(finding);
  if (finding.state === 'paid') return succeededWith(finding);
  if (finding.state !== 'authorized') return notSent(`there is nothing to charge: ${describe(finding)}`);
  const checked = chargeable(before, call);
  return 'refusal' in checked ? notSent(checked.refusal) : chargeWith(charging, checked.payToken, true);
}

async function chargeWith(charging: Charging, payToken: PayToken, mayRenew: boolean): Promise<Taking> {
  const sent = await send(charging, payToken);
  if (sent.kind === 'final') return sent.taking;
  const settled = settledBy(charging, payToken);
  let after: Authorization;
  try {
    after = await read(charging);
  } catch (error) {
    return {
      outcome: 'unknown',
      detail: `the charge could not be confirmed: ${reasonOf(error)}`,
      settledAfter: sent.kind === 'unreadable' ? NEVER : settled,
    };
  }
  const finding = findingIn(charging, after, true);
  if (sent.kind === 'unreadable') return takingAfterUnreadable(finding, sent.chargeReference);
  const { error } = sent;
  if (finding.state === 'authorized') {
    if (error.kind === 'rate_limited') return { ...notSent(error.message), retryAfterMs: error.retryAfterMs };
    const renewed = mayRenew && after.payToken && wasRenewed(payToken, after.payToken);
    const checked = renewed ? chargeable(after, charging.call) : undefined;
    if (checked && 'payToken' in checked) return chargeWith(charging, checked.payToken, false);
    if (error.providerCode === '401/102') return notSent(error.message);
  }
  return takingAfterRefusal(finding, error, settled);
}

async function send(charging: Charging, payToken: PayToken): Promise<Sent> {
  const { accounts, account, call, id } = charging;
  try {
    const charge = await accounts.withToken(account, (accessToken) => {
      assertTimeLeft('charge', charging.sendBefore);
      return account.client.charge(accessToken, payToken.value, call.amount, call.description);
    });
    const money = moneyOfCharge(charge, id);
    return money
      ? final(succeededWith(money))
      : { kind: 'unreadable', chargeReference: chargeReferenceOf(charge, id) };
  } catch (error) {
    return sentWithout(charging, payToken, error);
  }
}

function sentWithout(charging: Charging, payToken: PayToken, error: unknown): Sent {
  if (error instanceof ProviderError) {
    if (error.kind === 'not_sent' || error.call === LOG_IN) return final(notSent(error.message));
    if (error.kind !== 'outcome_unknown') return { kind: 'refused', error };
    if (error.httpStatus !== undefined && error.httpStatus < 300) {
      return { kind: 'unreadable', chargeReference: null };
    }
  }
  const detail = `the charge was sent and its outcome is not known: ${reasonOf(error)}`;
  return final({ outcome: 'unknown', detail, settledAfter: settledBy(charging, payToken) });
}

/** No look-up without a charge settles such a payment: the provider shows the charge, or a person decides. */
const NEVER = '9999-12-31T23:59:59.999Z';

/**
 * The quick start says that a 200 means paid (docs/providers/droppay.md §3.6), so a reading without a charge
 * proves nothing.
 */
function takingAfterUnreadable(finding: Finding, chargeReference: string | null): Taking {
  if (finding.state === 'paid')
    return succeededWith({ ...finding, ...(chargeReference && { chargeReference }) });
  const detail = `the charge was answered with a 200 that cannot be read, and ${describe(finding)}`;
  return { outcome: 'unknown', detail, settledAfter: NEVER };
}

function read({ accounts, account, id }: Charging): Promise<Authorization> {
  return accounts.withToken(account, (accessToken) => account.client.getAuthorization(accessToken, id));
}

function findingIn({ account, id }: Charging, authorization: Authorization, afterCharge: boolean): Finding {
  return findingOf(authorization, { id, posId: account.settings.posId, afterCharge });
}

function settledBy({ account }: Charging, payToken: PayToken): string {
  return settledAfter(payToken, account.settings.assumed, Date.now());
}

function final(taking: Taking): Sent {
  return { kind: 'final', taking };
}
