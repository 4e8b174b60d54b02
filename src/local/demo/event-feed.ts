import { setTimeout as delay } from 'node:timers/promises';
import type { BackendEvent } from '../../domain/backend-event';

const POLL_MS = 100;

/** What a backend was told, read from the sample receiver's list as it grows. */
export class EventFeed {
  private readonly events: BackendEvent[] = [];
  private readonly seen = new Set<string>();
  private following = true;
  private readonly ended: Promise<void>;

  /**
   * @param url the receiver's list; null: there is no receiver, and nothing ever comes
   * @param onEvent called once per event, in the order of their coming
   */
  constructor(
    private readonly url: string | null,
    private readonly onEvent: (event: BackendEvent) => void,
  ) {
    this.ended = this.follow();
  }

  /** Types of the events of one payment and of its refunds, in the order of their coming. */
  typesOf(paymentId: string): string[] {
    return this.events.filter((event) => paymentIdOf(event) === paymentId).map(({ type }) => type);
  }

  /** Waits until events of these types have come for a payment. False: not in time, or there is no receiver. */
  async has(paymentId: string, types: readonly string[], withinMs: number): Promise<boolean> {
    const giveUpAt = Date.now() + withinMs;
    for (;;) {
      const come = this.typesOf(paymentId);
      if (types.every((type) => come.includes(type))) return true;
      if (this.url === null || Date.now() > giveUpAt) return false;
      await delay(POLL_MS);
    }
  }

  async stop(): Promise<void> {
    this.following = false;
    await this.ended;
  }

  private async follow(): Promise<void> {
    while (this.following && this.url !== null) {
      // A receiver that does not answer now is asked again; missing events fail the demo by themselves.
      await this.read(this.url).catch(() => undefined);
      await delay(POLL_MS);
    }
  }

  private async read(url: string): Promise<void> {
    const { data } = (await (await fetch(url)).json()) as { data: { event: BackendEvent }[] };
    for (const { event } of data.filter((received) => !this.seen.has(received.event.id))) {
      this.seen.add(event.id);
      this.events.push(event);
      this.onEvent(event);
    }
  }
}

/** Which payment an event is about; a refund's event is about the refund's payment. */
export function paymentIdOf({ data }: Pick<BackendEvent, 'data'>): string {
  return 'payment' in data ? data.payment.id : data.refund.paymentId;
}
