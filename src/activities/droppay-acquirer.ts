import type { Finding, Opening, ProviderCall } from '../domain/provider-answer';
import { acquirerFindingOf, acquirerOpeningOf } from '../providers/droppay/acquirer-mapping';
import { ProviderError } from '../providers/provider-error';
import type { DropPayAccount, DropPayAccounts } from './droppay-accounts';
import { cancelAuthorization, getAuthorization, type Interpret } from './droppay-authorization';
import { openWith } from './droppay-opening';

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
    provider: 'DropPay',
    call: 'find account',
    message: `connection "${connection}" has no Acquirer POS: set acquirerPosId or DROPPAY_ACQUIRER_POS_ID`,
  });
}

/** Announces a payment that a terminal takes (docs/providers/droppay.md §3.5). */
export async function createAcquirerAuthorization(
  accounts: DropPayAccounts,
  call: ProviderCall & { webhookUrl: string },
): Promise<Opening> {
  const account = acquirerOf(accounts, call.connection);
  return openWith(
    call,
    (wanted) =>
      accounts.withToken(account, (token) =>
        account.client.createAcquirerAuthorization(token, account.acquirerPosId, wanted),
      ),
    (created) => acquirerOpeningOf(created, call, account, Date.now()),
  );
}

/** Reads a payment of the Acquirer device. */
export async function getAcquirerAuthorization(
  accounts: DropPayAccounts,
  call: ProviderCall,
): Promise<Finding> {
  const account = acquirerOf(accounts, call.connection);
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
