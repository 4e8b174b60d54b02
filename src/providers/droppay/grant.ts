import type { Finding, ProviderCall, Taking } from '../../domain/provider-answer';
import { takingAfterGrantRefusal, whyNotGrantable } from './acquirer-mapping';
import { LOG_IN } from '../access-tokens';
import { describe } from './mapping';
import type { Authorization } from './schemas';
import { declinedBy, notSent, reasonOf, succeededWith, unclear } from '../answers';
import { ProviderError } from '../provider-error';
import type { DropPayAccounts } from './accounts';
import { type AcquirerAccount, acquirerOf, interpretWith } from './acquirer';
import { assertTimeLeft, lastMomentToSend } from './sending';

/** A confirmation of one authorization, on its way. */
interface Granting {
  accounts: DropPayAccounts;
  account: AcquirerAccount;
  id: string;
  /** After this instant (ms since the epoch) nothing is sent. */
  sendBefore: number;
}

/**
 * Confirms a waiting authorization of the Acquirer device, which is the taking of its money: reads it, then PATCHes it
 * once (docs/providers/droppay.md §6 rule 6). Never rejects: whatever happens is told by what it means for the money.
 *
 * @param deadline when the caller stops waiting, in ms since the epoch
 */
export async function grantAuthorization(
  accounts: DropPayAccounts,
  call: ProviderCall,
  deadline: number,
): Promise<Taking> {
  if (call.providerReference === null) return notSent('the payment has no authorization at DropPay yet');
  let granting: Granting;
  let before: Authorization;
  try {
    const account = acquirerOf(accounts, call.connection);
    const sendBefore = lastMomentToSend(account, deadline);
    granting = { accounts, account, id: call.providerReference, sendBefore };
    before = await read(granting);
  } catch (error) {
    return notSent(`the authorization could not be read: ${reasonOf(error)}`);
  }
  // Whoever confirms again has proof that no earlier confirmation took effect.
  const finding = findingIn(granting, before);
  if (finding.state === 'ended') return declinedBy(finding);
  if (finding.state === 'paid') return succeededWith(finding);
  if (finding.state !== 'open') return notSent(`there is nothing to confirm: ${describe(finding)}`);
  const refusal = whyNotGrantable(before, call);
  return refusal === null ? grant(granting) : notSent(refusal);
}

async function grant(granting: Granting): Promise<Taking> {
  const { accounts, account, id, sendBefore } = granting;
  let answer: Authorization;
  try {
    answer = await accounts.withToken(account, (token) => {
      assertTimeLeft('confirm authorization', sendBefore);
      return account.client.grantAuthorization(token, id);
    });
  } catch (error) {
    if (error instanceof ProviderError) {
      if (error.kind === 'not_sent' || error.call === LOG_IN) return notSent(error.message);
      if (error.kind !== 'outcome_unknown') return afterRefusal(granting, error);
    }
    return afterDoubt(granting, reasonOf(error));
  }
  const finding = findingIn(granting, answer);
  if (finding.state === 'paid') return succeededWith(finding);
  return afterDoubt(granting, 'DropPay accepted it with an answer that does not show it granted');
}

/** Only GRANTED tells something now: what still waits may be granted by the PATCH that is on its way. */
async function afterDoubt(granting: Granting, doubt: string): Promise<Taking> {
  const settled = settledFromNow(granting);
  const finding = await readAfterwards(granting);
  if (finding.state === 'paid') return succeededWith(finding);
  const detail = `the confirmation's outcome is not known: ${doubt}; asked again, ${describe(finding)}`;
  return { outcome: 'unknown', detail, settledAfter: settled };
}

async function afterRefusal(granting: Granting, error: ProviderError): Promise<Taking> {
  const settled = settledFromNow(granting);
  return takingAfterGrantRefusal(await readAfterwards(granting), error, settled);
}

async function readAfterwards(granting: Granting): Promise<Finding> {
  try {
    return findingIn(granting, await read(granting));
  } catch (error) {
    return unclear(reasonOf(error));
  }
}

function read({ accounts, account, id }: Granting): Promise<Authorization> {
  return accounts.withToken(account, (token) => account.client.getAuthorization(token, id));
}

/** As it stands, whatever was sent: what `WAITING` proves is for the caller to say. */
function findingIn({ account, id }: Granting, authorization: Authorization): Finding {
  return interpretWith(account, false)(authorization, id);
}

function settledFromNow({ account }: Granting): string {
  return new Date(Date.now() + account.settings.assumed.settleMarginMs).toISOString();
}
