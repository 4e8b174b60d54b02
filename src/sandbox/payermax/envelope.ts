import type { IncomingCall } from '../call-serving';
import type { SandboxClock } from '../clock';
import { isJsonObject, type Json } from '../exact-json';
import type { Account, Accounts } from './accounts';
import { PayerMaxRefusal } from './errors';
import { checkedParams, envelopeSchema } from './requests';
import { isSignedBy } from './signing';

const LONGEST_WAY_MS = 120_000;

/**
 * The merchant and the data of a request: its signature over the exact bytes first, then the envelope, then its
 * time (docs/providers/payermax.md §3.0, §9). Refuses whatever is not right.
 */
export function openEnvelope(
  accounts: Accounts,
  clock: SandboxClock,
  call: IncomingCall,
): { account: Account; data: Json } {
  if (!/^application\/json\b/i.test(call.header('content-type') ?? '')) {
    throw new PayerMaxRefusal('PARAMS_INVALID', 'Content-Type: must be application/json');
  }
  if (call.bodyError || !isJsonObject(call.body)) {
    throw new PayerMaxRefusal('PARAMS_INVALID', 'The body is not a JSON object');
  }
  const account = accounts.get(textAt(call, 'appId') ?? '');
  if (account === undefined) {
    throw new PayerMaxRefusal('MERCHANT_APP_INVALID', 'There is no such appId, or no key for it');
  }
  if (!isSignedBy(call.rawBody, call.header('sign'), account.merchantPublicKey)) {
    throw new PayerMaxRefusal('SIGN_VERIFY_FAILED', 'The signature is missing or wrong');
  }
  const envelope = checkedParams(call.body, envelopeSchema);
  if (envelope.merchantNo !== undefined && envelope.merchantNo !== account.merchantNo) {
    throw new PayerMaxRefusal('MERCHANT_INVALID', 'The merchantNo does not belong to the appId');
  }
  if (Math.abs(clock.now() - Date.parse(envelope.requestTime)) > LONGEST_WAY_MS) {
    throw new PayerMaxRefusal('REQ_TIME_OVER_TIME', 'requestTime is more than two minutes off');
  }
  return { account, data: envelope.data };
}

/** A text of the unchecked body, for finding out whom a call concerns. */
export function textAt(call: IncomingCall, ...path: readonly string[]): string | undefined {
  let value: Json | undefined = call.body;
  for (const key of path) value = isJsonObject(value) ? value[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}
