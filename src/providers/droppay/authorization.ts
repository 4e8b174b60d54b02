import { Context } from '@temporalio/activity';
import type { Finding, ProviderCall } from '../../domain/provider-answer';
import type { Authorization } from './schemas';
import { unclear } from '../answers';
import { ProviderError } from '../provider-error';
import type { DropPayAccount, DropPayAccounts } from './accounts';

/** What an authorization that was read means on one kind of device. */
export type Interpret = (authorization: Authorization, id: string) => Finding;

/**
 * Reads an authorization.
 *
 * @throws ProviderError when it cannot be asked
 */
export async function getAuthorization(
  accounts: DropPayAccounts,
  account: DropPayAccount,
  { providerReference: id, takingSent }: ProviderCall,
  interpret: Interpret,
): Promise<Finding> {
  if (id === null) return { state: 'absent' };
  try {
    const authorization = await accounts.withToken(account, (token) =>
      account.client.getAuthorization(token, id),
    );
    return interpret(authorization, id);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    if (error.kind === 'outcome_unknown') return unclear(error.message);
    if (error.httpStatus !== 404) throw error;
    // An authorization whose money was taken does not vanish: after that, "not found" more likely comes from
    // something in between.
    return takingSent ? unclear('DropPay does not find the authorization') : { state: 'absent' };
  }
}

/**
 * Undoes an authorization if it still can be undone, and reads what became of it: that is the answer, whatever DELETE
 * said (docs/providers/droppay.md §9).
 *
 * @throws ProviderError when it cannot be asked
 */
export async function cancelAuthorization(
  accounts: DropPayAccounts,
  account: DropPayAccount,
  call: ProviderCall,
  interpret: Interpret,
): Promise<Finding> {
  const { providerReference: id } = call;
  if (id === null) return { state: 'absent' };
  try {
    await accounts.withToken(account, (token) => account.client.deleteAuthorization(token, id));
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const { kind, httpStatus, providerCode } = error;
    Context.current().log.info('DropPay did not cancel, reading what it says', {
      kind,
      httpStatus,
      providerCode,
    });
  }
  return getAuthorization(accounts, account, call, interpret);
}
