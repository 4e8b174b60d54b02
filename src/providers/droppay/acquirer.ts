import { Context } from '@temporalio/activity';
import type { Finding, Opening, ProviderCall } from '../../domain/provider-answer';
import { acquirerFindingOf, acquirerOpeningOf } from './acquirer-mapping';
import { unclear } from '../answers';
import { ProviderError } from '../provider-error';
import type { DropPayAccount, DropPayAccounts } from './accounts';
import { cancelAuthorization, getAuthorization, type Interpret } from './authorization';
import { PROVIDER } from './client';
import { openWith } from './opening';
import { assertTimeLeft, lastMomentToSend } from './sending';

const CREATE_LOST =
  'a call that was to create it never reported back: it may have taken the money, and DropPay has no look-up by our reference';

/** A DropPay account that has an Acquirer device. */
export interface AcquirerAccount extends DropPayAccount {
  acquirerPosId: string;
  /** Whether the device is taken to grant what it creates. */
  createdGranted: boolean;
}

/**
 * The account of a connection, with its Acquirer device.
 *
 * @throws ProviderError `invalid_request` when there is no such account, or it has no such device
 */
export function acquirerOf(accounts: DropPayAccounts, connection: string): AcquirerAccount {
  const account = accounts.of(connection);
  const { acquirerPosId, assumed } = account.settings;
  if (acquirerPosId !== undefined) {
    return { ...account, acquirerPosId, createdGranted: assumed.acquirerCreatedGranted };
  }
  throw new ProviderError({
    kind: 'invalid_request',
    provider: PROVIDER,
    call: 'find account',
    message: `connection "${connection}" has no Acquirer POS: set acquirerPosId or DROPPAY_ACQUIRER_POS_ID`,
  });
}

/**
 * Announces a payment that a terminal takes (docs/providers/droppay.md §3.5). Where the device grants what it creates, it is
 * asked once: DropPay cannot be asked by our reference what became of a call that was lost.
 *
 * @param deadline when the caller stops waiting, in ms since the epoch
 */
export async function createAcquirerAuthorization(
  accounts: DropPayAccounts,
  call: ProviderCall & { webhookUrl: string },
  deadline: number,
): Promise<Opening> {
  const account = acquirerOf(accounts, call.connection);
  if (!account.createdGranted) return create(accounts, account, call, deadline);
  // Workflows that began before this call was made once may still have it repeated.
  if (call.openingLost || Context.current().info.attempt > 1)
    return { outcome: 'unknown', detail: CREATE_LOST };
  try {
    return await create(accounts, account, call, deadline);
  } catch (error) {
    if (error instanceof ProviderError) throw error;
    return { outcome: 'unknown', detail: `creating the authorization broke off: ${String(error)}` };
  }
}

function create(
  accounts: DropPayAccounts,
  account: AcquirerAccount,
  call: ProviderCall & { webhookUrl: string },
  deadline: number,
): Promise<Opening> {
  const sendBefore = lastMomentToSend(account, deadline);
  return openWith(
    call,
    (wanted) =>
      accounts.withToken(account, (token) => {
        assertTimeLeft('create authorization', sendBefore);
        return account.client.createAcquirerAuthorization(token, account.acquirerPosId, wanted);
      }),
    (created) => acquirerOpeningOf(created, call, account, Date.now()),
  );
}

/** Reads a payment of the Acquirer device. */
export async function getAcquirerAuthorization(
  accounts: DropPayAccounts,
  call: ProviderCall,
): Promise<Finding> {
  const account = acquirerOf(accounts, call.connection);
  if (call.providerReference === null && call.openingLost && account.createdGranted) {
    return unclear(CREATE_LOST);
  }
  return getAuthorization(accounts, account, call, interpretWith(account, call.takingSent, call));
}

/** Undoes a payment of the Acquirer device if it still can be undone. */
export async function cancelAcquirerAuthorization(
  accounts: DropPayAccounts,
  call: ProviderCall,
): Promise<Finding> {
  const account = acquirerOf(accounts, call.connection);
  return cancelAuthorization(accounts, account, call, interpretWith(account, call.takingSent));
}

/** What authorizations of this account's Acquirer device mean. */
export function interpretWith(
  { acquirerPosId, createdGranted }: AcquirerAccount,
  grantSent: boolean,
  asked?: ProviderCall,
): Interpret {
  return (authorization, id) =>
    acquirerFindingOf(authorization, { id, acquirerPosId, grantSent, createdGranted, asked });
}
