import { setTimeout as delay } from 'node:timers/promises';
import type { OnePayment } from './one-payment';

export interface LoadOptions {
  /** Payments started a second. */
  rate: number;
  /** So many may be open at one time: when the system falls behind, the load waits for it. */
  mostOpen: number;
}

const LOOK_AGAIN_MS = 50;

/** Starts one payment after the other and returns when all have been played. */
export async function playAll(
  payments: readonly OnePayment[],
  { rate, mostOpen }: LoadOptions,
  over: AbortSignal,
): Promise<void> {
  const open = new Set<OnePayment>();
  const plays: Promise<void>[] = [];
  let nextAt = Date.now();
  for (const payment of payments) {
    nextAt = Math.max(nextAt, Date.now() - 1_000) + 1_000 / rate;
    while (!over.aborted && (Date.now() < nextAt || open.size >= mostOpen)) {
      await delay(Math.max(Math.min(nextAt - Date.now(), LOOK_AGAIN_MS), 1));
    }
    if (over.aborted) break;
    open.add(payment);
    plays.push(payment.play().finally(() => open.delete(payment)));
  }
  await Promise.all(plays);
}
