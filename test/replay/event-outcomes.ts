import { ApplicationFailure } from '@temporalio/common';
import { enqueueEventSignal, EVENTS_WORKFLOW, eventsWorkflowIdOf } from '../../src/contract/workflow';
import type { BackendEvent } from '../../src/domain/backend-event';
import { newPayment } from '../../src/domain/payment';
import type { StoryRig } from '../workflows/story-rig';
import { HOUR, type Outcomes } from './outcome';

/** A backend: what it answers next, and what it took. */
export class FakeBackend {
  private readonly answers = new Map<string, ('refused' | 'gone')[]>();
  /** Payments whose own workflow still has something to say. */
  readonly open = new Set<string>();
  private readonly takenOf = new Map<string, string[]>();

  next(paymentId: string, answer: 'refused' | 'gone', times = 1): void {
    this.answers.set(paymentId, Array<typeof answer>(times).fill(answer));
  }

  heal(paymentId: string): void {
    this.answers.delete(paymentId);
  }

  /** The types of events that it took about a payment, in order. */
  took(paymentId: string): readonly string[] {
    return this.takenOf.get(paymentId) ?? [];
  }

  readonly isPaymentOpen = async (paymentId: string): Promise<boolean> => this.open.has(paymentId);

  readonly sendEvent = async ({ paymentId, type }: BackendEvent): Promise<'taken' | 'gone'> => {
    const answer = this.answers.get(paymentId)?.shift();
    if (answer === 'refused') throw ApplicationFailure.nonRetryable('HTTP 503', 'backend_unavailable');
    if (answer === 'gone') return 'gone';
    this.takenOf.set(paymentId, [...this.took(paymentId), type]);
    return 'taken';
  };
}

/** Where events wait for their backend. */
export class EventStage {
  constructor(
    readonly rig: StoryRig,
    readonly backend: FakeBackend,
  ) {}

  async event(type: BackendEvent['type'], id = this.rig.newId()): Promise<BackendEvent> {
    const payment = newPayment(await this.rig.request({ id }));
    const timestamp = payment.createdAt;
    return { id: `msg_${id}_${type}`, paymentId: id, type, timestamp, data: { payment } };
  }

  async handOver(...events: BackendEvent[]): Promise<void> {
    for (const event of events) await this.signal([event]);
  }

  /** What is to come behind all that the payment itself says. */
  queue(event: BackendEvent): Promise<void> {
    return this.signal([event, { afterPayment: true }]);
  }

  private async signal(args: [BackendEvent, { afterPayment: boolean }?]): Promise<void> {
    const [event] = args;
    await this.rig.workflows.signalWithStart(EVENTS_WORKFLOW, {
      workflowId: eventsWorkflowIdOf(event.paymentId),
      taskQueue: 'holdfast',
      args: [],
      signal: enqueueEventSignal,
      signalArgs: args,
    });
  }

  handle(id: string) {
    return this.rig.workflows.getHandle(eventsWorkflowIdOf(id));
  }

  async ended(id: string): Promise<string> {
    await this.handle(id).result();
    return id;
  }

  /** What its backend took, and what is remembered of it. */
  async shown(id: string): Promise<{ took: readonly string[]; gone: boolean }> {
    const memo = (await this.handle(id).describe()).memo as { gone?: boolean } | undefined;
    return { took: this.backend.took(id), gone: memo?.gone === true };
  }
}

const OPENED = 'payment.requires_action';
const SUCCEEDED = 'payment.succeeded';
const REFUNDED = 'refund.succeeded';

/** Every way in which events that were not taken at once can go, by name. */
export const EVENT_OUTCOMES: Outcomes<EventStage> = {
  'taken-at-the-next-try': {
    shows: { took: [OPENED], gone: false },
    async play(stage) {
      const event = await stage.event(OPENED);
      await stage.handOver(event);
      return stage.ended(event.paymentId);
    },
  },
  'taken-in-order-after-an-hour': {
    shows: { took: [OPENED, SUCCEEDED], gone: false },
    async play(stage) {
      const first = await stage.event(OPENED);
      const { paymentId } = first;
      stage.backend.next(paymentId, 'refused', 6);
      await stage.handOver(first, first, await stage.event(SUCCEEDED, paymentId));
      return stage.ended(paymentId);
    },
  },
  'one-more-after-all-was-caught-up': {
    shows: { took: [OPENED, SUCCEEDED], gone: false },
    async play(stage) {
      const first = await stage.event(OPENED);
      const { paymentId } = first;
      await stage.handOver(first);
      await stage.rig.env.sleep(10_000);
      await stage.handOver(await stage.event(SUCCEEDED, paymentId));
      return stage.ended(paymentId);
    },
  },
  'of-a-refund': {
    shows: { took: [REFUNDED], gone: false },
    async play(stage) {
      const event = await stage.event(REFUNDED);
      await stage.queue(event);
      return stage.ended(event.paymentId);
    },
  },
  'of-a-refund-behind-those-of-its-payment': {
    shows: { took: [OPENED, SUCCEEDED, REFUNDED], gone: false },
    async play(stage) {
      const refunded = await stage.event(REFUNDED);
      const { paymentId } = refunded;
      stage.backend.open.add(paymentId);
      await stage.queue(refunded);
      await stage.rig.env.sleep(10_000);
      await stage.handOver(await stage.event(OPENED, paymentId), await stage.event(SUCCEEDED, paymentId));
      stage.backend.open.delete(paymentId);
      return stage.ended(paymentId);
    },
  },
  'given-up-after-three-days-and-the-next-taken': {
    shows: { took: [SUCCEEDED], gone: false },
    async play(stage) {
      const first = await stage.event(OPENED);
      const { paymentId } = first;
      stage.backend.next(paymentId, 'refused', 1_000);
      await stage.handOver(first);
      await stage.rig.env.sleep(71 * HOUR);
      await stage.handOver(await stage.event(SUCCEEDED, paymentId));
      await stage.rig.env.sleep(1.5 * HOUR);
      stage.backend.heal(paymentId);
      return stage.ended(paymentId);
    },
  },
  'gone-while-others-waited': {
    shows: { took: [], gone: true },
    async play(stage) {
      const first = await stage.event(OPENED);
      const { paymentId } = first;
      stage.backend.next(paymentId, 'gone');
      await stage.handOver(first, await stage.event(SUCCEEDED, paymentId));
      return stage.ended(paymentId);
    },
  },
  'gone-at-the-first-try': {
    shows: { took: [], gone: true },
    async play(stage) {
      const id = stage.rig.newId();
      await stage.rig.workflows.start(EVENTS_WORKFLOW, {
        workflowId: eventsWorkflowIdOf(id),
        taskQueue: 'holdfast',
        args: [true],
        memo: { gone: true },
      });
      return stage.ended(id);
    },
  },
};
