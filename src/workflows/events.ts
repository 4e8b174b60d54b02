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
import type { EventActivities } from '../activities/events';
import { enqueueEventSignal, EVENTS_QUEUE } from '../contract/workflow';
import { type BackendEvent, EVENT_LIFE_MS, gapBeforeTry } from '../domain/backend-event';

const SECOND = 1_000;
const IDLE_BEFORE_CLOSING_MS = 60 * SECOND;

const { sendEvent } = proxyActivities<EventActivities>({
  summary: 'tell the backend again',
  taskQueue: EVENTS_QUEUE,
  startToCloseTimeout: 20 * SECOND,
  retry: { maximumAttempts: 1 },
});

/**
 * The events of one payment that its backend did not take at once: in order, at widening gaps, for three days each. A
 * backend that answers 410 Gone is told nothing more about this payment, which the memo says.
 *
 * @param gone whether it has answered so already
 */
export async function paymentEvents(gone = false): Promise<void> {
  const queue: BackendEvent[] = [];
  const seen = new Set<string>();
  setHandler(enqueueEventSignal, (event) => {
    if (!event || seen.has(event.id)) return;
    seen.add(event.id);
    queue.push(event);
  });
  if (gone) return;
  // Who handed the first one over has tried it.
  for (let tries = 1; ; tries = 0) {
    await condition(() => queue.length > 0, IDLE_BEFORE_CLOSING_MS);
    // An event may come in the moment in which the wait ends: ask the queue, not how the wait ended.
    const event = queue[0];
    if (!event) return;
    if ((await untilTaken(event, tries)) === 'gone') return upsertMemo({ gone: true });
    queue.shift();
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
    metricMeter.createCounter('holdfast_events_given_up_total').add(1);
    return 'given_up';
  }
}
