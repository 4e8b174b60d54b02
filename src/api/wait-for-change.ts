import { setTimeout as sleep } from 'node:timers/promises';
import type { Response } from 'express';
import type { PaymentMemo } from '../contract/workflow';
import { isEnd } from '../domain/status';
import type { PaymentStore } from './payment-store';

const FIRST_GAP_MS = 250;
const LONGEST_GAP_MS = 2_000;

/** Aborted when the client leaves or the process stops: nothing needs to be held for it any longer. */
export function untilGone(response: Response, stopping: AbortSignal): AbortSignal {
  const left = new AbortController();
  response.once('close', () => left.abort());
  return AbortSignal.any([left.signal, stopping]);
}

/**
 * Reads a payment again, with widening gaps, until it is no longer as `known`, has ended, `waitMs` passed or the client
 * is `gone`.
 * @returns how it stands then
 */
export async function waitForChange(
  store: PaymentStore,
  known: PaymentMemo,
  waitMs: number,
  gone: AbortSignal,
): Promise<PaymentMemo> {
  const deadline = Date.now() + waitMs;
  const { id, status, updatedAt } = known.payment;
  let latest = known;
  for (let gap = FIRST_GAP_MS; !isEnd(latest.payment.status); gap = Math.min(gap * 1.5, LONGEST_GAP_MS)) {
    const rest = deadline - Date.now();
    if (rest <= 0 || gone.aborted) break;
    await sleep(Math.min(gap, rest), undefined, { signal: gone }).catch(() => undefined);
    if (gone.aborted) break;
    latest = (await store.read(id)) ?? latest;
    if (latest.payment.status !== status || latest.payment.updatedAt !== updatedAt) break;
  }
  return latest;
}
