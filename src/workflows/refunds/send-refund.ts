import { ActivityFailure, condition, sleep } from '@temporalio/workflow';
import { gapBeforeLookUp, WATCH_WINDOW_MS } from '../../domain/look-up-schedule';
import type { RefundCall, RefundFinding, Refunding } from '../../domain/provider-answer';
import type { RefundFailure } from '../../domain/refund';
import { NO_WORKER_FREE, wasNeverStarted } from '../payment/provider-calls';
import type { RefundPort } from '../payment/provider-port';

/** A refund, and where the provider may tell how it ended. */
type RefundOrder = RefundCall & { webhookUrl: string };

const HOUR_MS = 3_600_000;
const FIRST_GAP_MS = 5_000;
const LONGEST_GAP_MS = HOUR_MS;
/** A refund to a card may take days. */
const REFUND_WATCH_MS = 14 * 24 * HOUR_MS;

/** Look-ups of one refund that callbacks may cause beside the planned ones: its history must not grow without end. */
const MOST_CALLED_LOOK_UPS = 100;

/** Callbacks about a payment's refunds: each wakes the look-up of the one in progress. */
export interface RefundCallbacks {
  /** Whether one came that no look-up has followed. */
  waiting: boolean;
}

/** How giving money back ended. `unknown`: a person has to find out. */
export type RefundEnd =
  | { status: 'succeeded' }
  | { status: 'failed'; failure: RefundFailure; detail: string }
  | { status: 'unknown'; detail: string };

/**
 * Gives money back, at most once: what was not sent is tried again, what may have been carried out is asked about and never
 * sent again.
 */
export async function sendRefund(
  port: RefundPort,
  call: RefundOrder,
  callbacks?: RefundCallbacks,
): Promise<RefundEnd> {
  const giveUpAt = Date.now() + WATCH_WINDOW_MS;
  for (let tries = 0; ; tries += 1) {
    const answer = await send(port, call);
    if (answer.outcome === 'succeeded') return { status: 'succeeded' };
    if (answer.outcome === 'declined') return failed('declined', answer.message, answer.providerCode);
    if (answer.outcome !== 'not_sent') {
      const providerRefundReference =
        'providerRefundReference' in answer ? (answer.providerRefundReference ?? null) : null;
      return untilKnown(port, { ...call, providerRefundReference }, answer, callbacks);
    }
    if (Date.now() > giveUpAt) return failed('not_sent', answer.detail);
    await sleep(gapBeforeLookUp(tries, Date.now() - (giveUpAt - WATCH_WINDOW_MS)));
  }
}

async function send(port: RefundPort, call: RefundOrder): Promise<Refunding> {
  try {
    return await port.send(call);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    if (wasNeverStarted(error)) return { outcome: 'not_sent', detail: NO_WORKER_FREE };
    return { outcome: 'unknown', detail: 'the worker that was giving the money back did not report back' };
  }
}

/** That the provider does not know a refund proves nothing: it may learn of it later. */
async function untilKnown(
  port: RefundPort,
  call: RefundCall,
  answer: Refunding,
  callbacks?: RefundCallbacks,
): Promise<RefundEnd> {
  const detail = 'detail' in answer ? answer.detail : 'the provider has not decided';
  if (!port.lookUp) return { status: 'unknown', detail };
  const wait = callbacks ? untilCalled(callbacks) : sleep;
  const began = Date.now();
  for (let lookUps = 0; Date.now() < began + REFUND_WATCH_MS; lookUps += 1) {
    await wait(Math.min(FIRST_GAP_MS * 2 ** Math.min(lookUps, 16), LONGEST_GAP_MS));
    if (callbacks) callbacks.waiting = false;
    const finding = await lookUpRefund(port.lookUp, call);
    if (finding?.state === 'failed') return failed('declined', finding.message, finding.providerCode);
    if (finding?.state !== 'succeeded') continue;
    const asAsked = finding.amount === call.amount && finding.currency === call.currency;
    return asAsked
      ? { status: 'succeeded' }
      : {
          status: 'unknown',
          detail: `the provider gave back ${finding.amount} ${finding.currency} (minor units)`,
        };
  }
  return { status: 'unknown', detail };
}

/** Waits that long, or until a callback comes. */
function untilCalled(callbacks: RefundCallbacks): (ms: number) => Promise<unknown> {
  let left = MOST_CALLED_LOOK_UPS;
  return async (ms) => {
    const called = await condition(() => callbacks.waiting && left > 0, ms);
    if (called) left -= 1;
  };
}

export async function lookUpRefund(
  ask: NonNullable<RefundPort['lookUp']>,
  call: RefundCall,
): Promise<RefundFinding | null> {
  try {
    return await ask(call);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    return null;
  }
}

function failed(code: RefundFailure['code'], message: string, providerCode?: string): RefundEnd {
  return {
    status: 'failed',
    failure: { code, message, ...(providerCode && { providerCode }) },
    detail: message,
  };
}
