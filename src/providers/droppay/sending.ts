import { CALL_TIMEOUT_MS } from '../http';
import { ProviderError } from '../provider-error';
import { PROVIDER } from './client';
import type { DropPayAccount } from './accounts';

/**
 * The last moment to send a call that moves money, in ms since the epoch: after it nobody would wait for the answer.
 *
 * @param deadline when the caller stops waiting, in ms since the epoch
 */
export function lastMomentToSend({ settings }: DropPayAccount, deadline: number): number {
  return deadline - (settings.callTimeoutMs ?? CALL_TIMEOUT_MS);
}

/** @throws ProviderError `not_sent` when that moment has passed */
export function assertTimeLeft(call: string, sendBefore: number): void {
  if (Date.now() <= sendBefore) return;
  throw new ProviderError({
    kind: 'not_sent',
    provider: PROVIDER,
    call,
    message: 'no time left to send it',
  });
}
