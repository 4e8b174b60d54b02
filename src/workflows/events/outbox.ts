import { CancellationScope, condition, proxyActivities, uuid4 } from '@temporalio/workflow';
import type { EventActivities } from '../../activities/events';
import { EVENTS_QUEUE } from '../../contract/workflow';
import type { BackendEvent } from '../../domain/backend-event';
import type { PaymentRequest } from '../../domain/payment';

const SECOND = 1_000;

const { deliverEvent, queueEvent } = proxyActivities<EventActivities>({
  summary: 'tell the backend',
  taskQueue: EVENTS_QUEUE,
  startToCloseTimeout: 20 * SECOND,
  retry: { initialInterval: SECOND, maximumInterval: 60 * SECOND },
});

/**
 * Events to the backend, delivered in order beside the payment, which does not wait for them. The payment itself tries each
 * once; a backend that does not take an event gets it, and all that follow, from `events/<paymentId>`. What comes after
 * the payment (refunds, late truth) goes there at once, so that nothing overtakes an event that the payment still sends.
 */
export class Outbox {
  private readonly queue: BackendEvent[] = [];
  private delivering = false;

  /**
   * @param prefix of the events' ids, for people who read them
   * @param poster whether the payment's own workflow posts, or one that came after it
   */
  constructor(
    private readonly request: Pick<PaymentRequest, 'id' | 'notify'>,
    private readonly prefix: string,
    private readonly poster: 'payment' | 'aftermath',
  ) {}

  post(type: BackendEvent['type'], data: BackendEvent['data']): void {
    if (!this.request.notify) return;
    // Random: several workflows, and runs of them, post about one payment, and their counts would meet.
    const id = `msg_${this.prefix}_${uuid4().slice(0, 8)}`;
    this.queue.push({ id, paymentId: this.request.id, type, timestamp: new Date().toISOString(), data });
    // Whoever cancels the workflow in Temporal does not mean its events.
    if (!this.delivering) void CancellationScope.nonCancellable(() => this.deliver());
  }

  flushed(): Promise<void> {
    return condition(() => this.queue.length === 0);
  }

  private async deliver(): Promise<void> {
    this.delivering = true;
    for (let event = this.queue[0]; event; event = this.queue[0]) {
      await (this.poster === 'payment' ? deliverEvent(event) : queueEvent(event));
      this.queue.shift();
    }
    this.delivering = false;
  }
}
