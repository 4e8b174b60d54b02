import { Gauge, type Registry } from 'prom-client';
import { countOpenWork, type Count, type OpenWork, type QueueState, readQueues } from './open-work';
import type { TemporalCalls } from './temporal-calls';

/** Scrapes of several Prometheus servers cost Temporal one round of questions. */
const KEPT_MS = 15_000;
const DEADLINE_MS = 5_000;

/**
 * What has not come to its end, as gauges that are read from Temporal when somebody scrapes. What could not be read is
 * absent, never zero or old: `holdfast_temporal_reachable` and `holdfast_open_work_counted` say so.
 */
export class OpenWorkGauges {
  private refreshed: { at: number; done: Promise<void> } | undefined;
  private readonly reachable: Gauge;
  private readonly counted: Gauge;
  private readonly payments: Gauge<'provider' | 'status'>;
  private readonly overdue: Gauge<'provider' | 'status' | 'by'>;
  private readonly cutOff: Gauge<'provider'>;
  private readonly refundsCutOff: Gauge;
  private readonly eventsCutOff: Gauge;
  private readonly refunds: Gauge<'status'>;
  private readonly refundsOlder: Gauge<'status' | 'than'>;
  private readonly events: Gauge;
  private readonly eventsOlder: Gauge<'than'>;
  private readonly pollers: Gauge<'task_queue' | 'kind'>;
  private readonly waiting: Gauge<'task_queue' | 'kind'>;
  private readonly oldest: Gauge<'task_queue' | 'kind'>;

  constructor(
    private readonly calls: TemporalCalls,
    registry: Registry,
  ) {
    const gauge = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
      new Gauge({ name, help, labelNames, registers: [registry] });
    this.reachable = gauge('holdfast_temporal_reachable', 'Whether Temporal answers this process');
    this.counted = gauge('holdfast_open_work_counted', 'Whether the counts of open work could be read');
    this.payments = gauge('holdfast_payments_open', 'Payments that have not ended', ['provider', 'status']);
    this.overdue = gauge(
      'holdfast_payments_overdue',
      'Those among them whose expiry passed longer ago than that',
      ['provider', 'status', 'by'],
    );
    this.cutOff = gauge(
      'holdfast_payments_cut_off',
      'Payments whose workflow failed or was terminated in the last day',
      ['provider'],
    );
    this.refundsCutOff = gauge(
      'holdfast_refunds_cut_off',
      'Payments whose workflow of refunds failed or was terminated in the last day',
    );
    this.eventsCutOff = gauge(
      'holdfast_event_queues_cut_off',
      'Payments whose workflow of events failed or was terminated in the last day',
    );
    this.refunds = gauge('holdfast_refunds_open', 'Payments with a refund that has not ended', ['status']);
    this.refundsOlder = gauge(
      'holdfast_refunds_open_older',
      'Those among them whose first refund was asked for longer ago than that',
      ['status', 'than'],
    );
    this.events = gauge('holdfast_event_queues_open', 'Payments with events that their backend did not take');
    this.eventsOlder = gauge(
      'holdfast_event_queues_open_older',
      'Those among them that wait longer than that',
      ['than'],
    );
    const queue: ('task_queue' | 'kind')[] = ['task_queue', 'kind'];
    this.pollers = gauge('holdfast_task_queue_pollers', 'Workers that ask a task queue for work', queue);
    this.waiting = gauge('holdfast_task_queue_waiting', 'Tasks that wait for a worker, about', queue);
    this.oldest = gauge(
      'holdfast_task_queue_oldest_seconds',
      'How long the oldest of them has waited',
      queue,
    );
  }

  /** Reads everything anew, unless it was read a moment ago. Never rejects. */
  refresh(): Promise<void> {
    const now = Date.now();
    if (!this.refreshed || now - this.refreshed.at > KEPT_MS) {
      this.refreshed = { at: now, done: this.read(now) };
    }
    return this.refreshed.done;
  }

  private async read(now: number): Promise<void> {
    const { client } = this.calls;
    const inTime = async <T>(ask: () => Promise<T>) => client.withDeadline(now + DEADLINE_MS, ask);
    const counting = async (query: string) => (await client.workflow.count(query)).count;
    const [queues, work] = await Promise.allSettled([
      inTime(() => readQueues(this.calls, now)),
      inTime(() => countOpenWork(counting, now)),
    ]);
    this.forget();
    this.reachable.set(queues.status === 'fulfilled' ? 1 : 0);
    this.counted.set(work.status === 'fulfilled' ? 1 : 0);
    if (queues.status === 'fulfilled') this.showQueues(queues.value);
    if (work.status === 'fulfilled') this.showWork(work.value);
  }

  private forget(): void {
    for (const gauge of [this.payments, this.overdue, this.cutOff]) gauge.reset();
    for (const gauge of [this.refunds, this.refundsOlder, this.eventsOlder]) gauge.reset();
    for (const gauge of [this.pollers, this.waiting, this.oldest]) gauge.reset();
    for (const gauge of [this.events, this.refundsCutOff, this.eventsCutOff]) gauge.remove();
  }

  private showWork({ payments, overdue, cutOff, refunds, events }: OpenWork): void {
    for (const { provider, status, count } of payments) {
      this.payments.set({ provider, status }, count);
    }
    for (const { count, ...labels } of overdue) this.overdue.set(labels, count);
    for (const { provider, count } of cutOff.payments) this.cutOff.set({ provider }, count);
    this.refundsCutOff.set(cutOff.refunds);
    this.eventsCutOff.set(cutOff.events);
    for (const { status, count } of refunds) {
      this.refunds.set({ status }, count.all);
      show(count, (than, older) => this.refundsOlder.set({ status, than }, older));
    }
    this.events.set(events.all);
    show(events, (than, older) => this.eventsOlder.set({ than }, older));
  }

  private showQueues(queues: QueueState[]): void {
    for (const { queue, kind, pollers, waiting, oldestSeconds } of queues) {
      const labels = { task_queue: queue, kind };
      this.pollers.set(labels, pollers);
      this.waiting.set(labels, waiting);
      this.oldest.set(labels, oldestSeconds);
    }
  }
}

function show({ older }: Count, set: (than: string, count: number) => void): void {
  for (const [than, count] of Object.entries(older)) set(than, count);
}
