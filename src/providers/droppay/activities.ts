import { Context } from '@temporalio/activity';
import { CALL_WAITS_AT_MOST_MS } from '../../contract/workflow';
import type {
  Finding,
  Opening,
  ProviderCall,
  RefundCall,
  Refunding,
  Taking,
} from '../../domain/provider-answer';
import type { DropPaySettings } from './config';
import { findingOf, openingOf } from './mapping';
import type { AccessTokens } from '../access-tokens';
import { type DropPayAccount, DropPayAccounts } from './accounts';
import {
  cancelAcquirerAuthorization,
  createAcquirerAuthorization,
  getAcquirerAuthorization,
} from './acquirer';
import { cancelAuthorization, getAuthorization, type Interpret } from './authorization';
import { chargeAuthorization } from './charge';
import { grantAuthorization } from './grant';
import { openWith } from './opening';
import { placeRefund } from './refund';
import { retryable } from '../failure';

/** What the workflows of payments by link or QR code may ask of DropPay (the DropPay device). */
export interface DropPayActivities {
  /** Asks for a payment. Moves no money, may be repeated. */
  dropPayCreateAuthorization(
    call: ProviderCall & { webhookUrl: string; returnUrl: string },
  ): Promise<Opening>;
  /** Reads the payment. */
  dropPayGetAuthorization(call: ProviderCall): Promise<Finding>;
  /** Undoes the payment if it still can be undone; answers what the provider says afterwards. */
  dropPayCancelAuthorization(call: ProviderCall): Promise<Finding>;
  /** Takes the money. Never rejects; schedule it with one attempt only. */
  dropPayCharge(call: ProviderCall): Promise<Taking>;
  /**
   * Gives money of a charge back, once per charge. Never rejects; schedule it with one attempt only. There is no
   * look-up of refunds.
   */
  dropPayRefund(call: RefundCall): Promise<Refunding>;
}

/** What the workflows of payments that a terminal takes may ask of DropPay (the Acquirer device). */
export interface DropPayAcquirerActivities {
  /**
   * Announces a payment. By default moves no money and may be repeated; with `assumed.acquirerCreatedGranted` it takes
   * the money, and a lost answer is an Opening `unknown`.
   */
  dropPayCreateAcquirerAuthorization(call: ProviderCall & { webhookUrl: string }): Promise<Opening>;
  /**
   * Reads the payment. While `call.takingSent`, `authorized` means that our confirmation took no effect so far and may
   * be sent once it can no longer arrive late.
   */
  dropPayGetAcquirerAuthorization(call: ProviderCall): Promise<Finding>;
  /** Undoes the payment if it still can be undone; answers what the provider says afterwards. */
  dropPayCancelAcquirerAuthorization(call: ProviderCall): Promise<Finding>;
  /** Confirms the payment, which takes the money. Never rejects; schedule it with one attempt only. */
  dropPayGrantAuthorization(call: ProviderCall): Promise<Taking>;
}

export interface DropPayActivityDeps {
  /** DropPay accounts by connection name. */
  connections: Readonly<Record<string, DropPaySettings>>;
  accessTokens: AccessTokens;
}

/**
 * Everything a worker does at DropPay. What moves money never rejects; all else rejects with `ApplicationFailure` (see
 * failure.ts).
 */
export function createDropPayActivities({
  connections,
  accessTokens,
}: DropPayActivityDeps): DropPayActivities & DropPayAcquirerActivities {
  const accounts = new DropPayAccounts(connections, accessTokens);
  return {
    dropPayCreateAuthorization: (call) => retryable(() => createAuthorization(accounts, call)),
    dropPayGetAuthorization: (call) => retryable(() => readAuthorization(accounts, call)),
    dropPayCancelAuthorization: (call) => retryable(() => undoAuthorization(accounts, call)),
    dropPayCharge: (call) => chargeAuthorization(accounts, call, deadline()),
    dropPayRefund: (call) => placeRefund(accounts, call, deadline()),
    dropPayCreateAcquirerAuthorization: (call) =>
      retryable(() => createAcquirerAuthorization(accounts, call, deadline())),
    dropPayGetAcquirerAuthorization: (call) => retryable(() => getAcquirerAuthorization(accounts, call)),
    dropPayCancelAcquirerAuthorization: (call) =>
      retryable(() => cancelAcquirerAuthorization(accounts, call)),
    dropPayGrantAuthorization: (call) => grantAuthorization(accounts, call, deadline()),
  };
}

/**
 * When the workflow stops waiting for the activity that runs now, in ms since the epoch. Our own clock alone would not do: a
 * process that is halted after it has taken the call, and goes on much later, must not move money then. So it goes by when
 * the server scheduled the call, too.
 */
function deadline(): number {
  const { startToCloseTimeoutMs, currentAttemptScheduledTimestampMs: scheduled } = Context.current().info;
  return Math.min(Date.now(), scheduled + CALL_WAITS_AT_MOST_MS) + startToCloseTimeoutMs;
}

async function createAuthorization(
  accounts: DropPayAccounts,
  call: ProviderCall & { webhookUrl: string; returnUrl: string },
): Promise<Opening> {
  const account = accounts.of(call.connection);
  const { returnUrl } = call;
  return openWith(
    call,
    (wanted) =>
      accounts.withToken(account, (token) =>
        account.client.createAuthorization(token, { ...wanted, returnUrl }),
      ),
    openingOf,
  );
}

async function readAuthorization(accounts: DropPayAccounts, call: ProviderCall): Promise<Finding> {
  const account = accounts.of(call.connection);
  return getAuthorization(accounts, account, call, interpretWith(account, call));
}

async function undoAuthorization(accounts: DropPayAccounts, call: ProviderCall): Promise<Finding> {
  const account = accounts.of(call.connection);
  return cancelAuthorization(accounts, account, call, interpretWith(account, call));
}

function interpretWith({ settings: { posId } }: DropPayAccount, { takingSent }: ProviderCall): Interpret {
  return (authorization, id) => findingOf(authorization, { id, posId, afterCharge: takingSent });
}
