import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { enqueueEventSignal, EVENTS_WORKFLOW, eventsWorkflowIdOf } from '../../src/contract/workflow';
import type { BackendEvent } from '../../src/domain/backend-event';
import { workflowIdOf } from '../../src/domain/payment';
import type { RecordedDelivery } from '../model/recorded-run';
import type { Activity, Call } from './companies/company';
import type { Schedule } from './schedule';
import { seenPayment, seenRefund } from './seen';
import type { ActivityEnd } from './activity-calls';
import type { Agenda } from './virtual-time';

/**
 * The backend that is told of events, and the activities that tell it: src/activities/events.ts step by step, without HTTP
 * and signatures.
 */
export class Backend {
  readonly deliveries: RecordedDelivery[] = [];

  constructor(
    private readonly agenda: Agenda,
    private readonly schedule: Schedule,
    private readonly start: number,
    private readonly client: () => Client,
  ) {}

  readonly activities: Readonly<Record<string, Activity>> = {
    deliverEvent: { kind: 'tell', run: (call) => this.deliver(call) },
    queueEvent: { kind: 'tell', run: (call) => this.queue(call) },
    isPaymentOpen: { kind: 'tell', run: (call) => this.isPaymentOpen(call) },
    sendEvent: { kind: 'tell', run: (call) => this.send(call) },
  };

  private async deliver(call: Call): Promise<ActivityEnd> {
    const event = call.args[0] as BackendEvent;
    if (call.fault === 'dies_without_effect') return { lost: true };
    try {
      const state = await this.stateOf(event);
      if (state === 'gone') return { result: undefined };
      const taken = state === 'free' && (await this.post(event, call.fault));
      if (!taken) await this.handOver(event);
    } catch {
      return { error: { type: 'unavailable', message: 'Temporal is out of reach', retryable: true } };
    }
    return call.fault.startsWith('dies') ? { lost: true } : { result: undefined };
  }

  private async queue(call: Call): Promise<ActivityEnd> {
    const event = call.args[0] as BackendEvent;
    if (call.fault === 'dies_without_effect') return { lost: true };
    try {
      if ((await this.stateOf(event)) !== 'gone') await this.handOver(event, { afterPayment: true });
    } catch {
      return { error: { type: 'unavailable', message: 'Temporal is out of reach', retryable: true } };
    }
    return call.fault.startsWith('dies') ? { lost: true } : { result: undefined };
  }

  private async isPaymentOpen(call: Call): Promise<ActivityEnd> {
    if (call.fault.startsWith('dies')) return { lost: true };
    try {
      const workflowId = workflowIdOf(String(call.args[0]));
      const { status } = await this.client().workflow.getHandle(workflowId).describe();
      return { result: status.name === 'RUNNING' };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return { result: false };
      return { error: { type: 'unavailable', message: 'Temporal is out of reach', retryable: true } };
    }
  }

  private async send(call: Call): Promise<ActivityEnd> {
    const event = call.args[0] as BackendEvent;
    if (call.fault === 'dies_without_effect') return { lost: true };
    const taken = await this.post(event, call.fault);
    if (call.fault.startsWith('dies')) return { lost: true };
    return taken
      ? { result: 'taken' }
      : { error: { type: 'backend_unavailable', message: 'not taken', retryable: false } };
  }

  private async stateOf({ paymentId }: BackendEvent): Promise<'free' | 'waiting' | 'gone'> {
    try {
      const { status, memo } = await this.client()
        .workflow.getHandle(eventsWorkflowIdOf(paymentId))
        .describe();
      if ((memo as { gone?: boolean } | undefined)?.gone) return 'gone';
      return status.name === 'RUNNING' ? 'waiting' : 'free';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'free';
      throw error;
    }
  }

  private async handOver(event: BackendEvent, ...order: object[]): Promise<void> {
    await this.client().workflow.signalWithStart(EVENTS_WORKFLOW, {
      workflowId: eventsWorkflowIdOf(event.paymentId),
      taskQueue: 'holdfast',
      signal: enqueueEventSignal,
      signalArgs: [event, ...order] as [BackendEvent],
      args: [],
    });
  }

  /** @returns whether the sender hears that it was taken */
  private async post({ id, type, timestamp, data }: BackendEvent, fault: Call['fault']): Promise<boolean> {
    await this.agenda.pause(20);
    const { now } = this.agenda;
    const down = this.schedule.backendDown.some(
      ({ from, seconds }) => now >= this.start + from * 1_000 && now < this.start + (from + seconds) * 1_000,
    );
    const taken = !down && (fault === 'ok' || fault.endsWith('with_effect'));
    this.deliveries.push({
      at: now,
      webhookId: id,
      taken,
      type,
      timestamp,
      ...('payment' in data && { payment: seenPayment(data.payment) }),
      ...('refund' in data && { refund: seenRefund(data.refund) }),
    });
    return taken && !fault.startsWith('lost');
  }
}
