import {
  ActivityFailure,
  condition,
  log,
  metricMeter,
  proxyActivities,
  setHandler,
  sleep,
  upsertMemo,
} from '@temporalio/workflow';
import type { EventActivities } from '../../activities/events';
import { EVENTS_GIVEN_UP } from '../../contract/metrics';
import { enqueueEventSignal, EVENTS_QUEUE } from '../../contract/workflow';
import { type BackendEvent, EVENT_LIFE_MS, gapBeforeTry } from '../../domain/backend-event';

const SECOND = 1_000;
const IDLE_BEFORE_CLOSING_MS = 60 * SECOND;
const LONGEST_GAP_BEFORE_PAYMENT_CLOSES_MS = 600 * SECOND;

const { sendEvent } = proxyActivities<EventActivities>({
  summary: 'tell the backend',
  taskQueue: EVENTS_QUEUE,
  startToCloseTimeout: 20 * SECOND,
  retry: { maximumAttempts: 1 },
});
const { isPaymentOpen } = proxyActivities<EventActivities>({
  summary: 'has the payment told all?',
  taskQueue: EVENTS_QUEUE,
  startToCloseTimeout: 20 * SECOND,
  retry: { initialInterval: SECOND, maximumInterval: 60 * SECOND },
});

interface Waiting {
  event: BackendEvent;
  afterPayment: boolean;
  /** Whether it was tried before it came here. */
  tried: boolean;
}

/**
 * The events of one payment that its backend did not take at once, and all that come after the payment: in order, at
 * widening gaps, for three days each. A backend that answers 410 Gone is told nothing more about this payment, which the
 * memo says.
 *
 * @param gone whether it has answered so already
 */
export async function paymentEvents(gone = false): Promise<void> {
  const queue: Waiting[] = [];
  const seen = new Set<string>();
  setHandler(enqueueEventSignal, (event, order) => {
    if (!event || seen.has(event.id)) return;
    // The payment has tried to send its first event before it handed it over; the others come untried.
    const tried = seen.size === 0 && !order?.afterPayment;
    seen.add(event.id);
    insert(queue, { event, afterPayment: order?.afterPayment ?? false, tried });
  });
  if (gone) return;
  let paymentClosed = false;
  for (;;) {
    await condition(() => queue.length > 0, IDLE_BEFORE_CLOSING_MS);
    if (queue[0]?.afterPayment && !paymentClosed) {
      await untilPaymentClosed(queue);
      paymentClosed = queue[0].afterPayment;
    }
    // An event may come in the moment in which the wait ends: ask the queue, not how the wait ended.
    const next = queue[0];
    if (!next) return;
    if ((await untilTaken(next.event, next.tried ? 1 : 0)) === 'gone') return upsertMemo({ gone: true });
    queue.splice(queue.indexOf(next), 1);
  }
}

/** What the payment itself says comes before all that follows it, however late it is handed over. */
function insert(queue: Waiting[], waiting: Waiting): void {
  const behind = waiting.afterPayment ? -1 : queue.findIndex(({ afterPayment }) => afterPayment);
  queue.splice(behind < 0 ? queue.length : behind, 0, waiting);
}

/**
 * Waits until the payment's own workflow has closed, so that it posts nothing more; or until it hands over an event, which
 * goes first.
 */
async function untilPaymentClosed(queue: readonly Waiting[]): Promise<void> {
  const own = () => queue[0]?.afterPayment === false;
  for (let gap = SECOND; !own(); gap = Math.min(2 * gap, LONGEST_GAP_BEFORE_PAYMENT_CLOSES_MS)) {
    const { paymentId } = (queue[0] as Waiting).event;
    if (!(await isPaymentOpen(paymentId))) return;
    await condition(own, gap);
  }
}

async function untilTaken(event: BackendEvent, triesBefore: number): Promise<'taken' | 'gone' | 'given_up'> {
  const giveUpAt = Date.parse(event.timestamp) + EVENT_LIFE_MS;
  for (let tries = triesBefore; ; tries += 1) {
    if (tries > 0) await sleep(Math.max(Math.min(gapBeforeTry(tries), giveUpAt - Date.now()), 1));
    try {
      return await sendEvent(event);
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
    }
    if (Date.now() < giveUpAt) continue;
    log.warn('gave up an event: its backend did not take it for three days', {
      id: event.id,
      type: event.type,
    });
    metricMeter.createCounter(EVENTS_GIVEN_UP).add(1);
    return 'given_up';
  }
}
