import { WithStartWorkflowOperation } from '@temporalio/client';
import {
  TypedSearchAttributes,
  type SearchAttributePair,
  type UpdateDefinition,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/common';
import { paymentSearchAttributes as pairsOf, SEARCH_ATTRIBUTES } from '../contract/search-attributes';
import {
  type ClosedPayment,
  type CreateAnswer,
  createUpdate,
  LATE_WORKFLOW,
  type LateWorkflow,
  lateWorkflowIdOf,
  type PaymentMemo,
  type PaymentWorkflow,
  providerEventSignal,
  recheckUpdate,
  type ResolveInput,
  resolveUpdate,
  WORKFLOW_TYPES,
} from '../contract/workflow';
import { capabilitiesOf } from '../providers/capabilities';
import { describePayment } from '../domain/description';
import { newPayment, type Payment, type PaymentRequest, workflowIdOf } from '../domain/payment';
import type { ProviderEvent } from '../domain/provider-answer';
import { paymentSearchAttributes } from '../temporal/search-attributes';
import { PaymentHolders } from './payment-holders';
import { closedPayment, type StoredPayment } from './stored-payment';
import { READ_DEADLINE_MS, type TemporalCalls } from './temporal-calls';
import { isCutOffByClose } from './temporal-errors';

/** What late workflows hand on to the next: a memo has room for no more. */
const LONGEST_EARLIER_TIMELINE = 1_000;

/** What a payment's later workflows need besides its memo. */
export type LinksOf = (payment: Payment) => Pick<PaymentRequest, 'urls' | 'notify'>;

/** Temporal as the place where payments are kept. */
export class PaymentStore {
  private readonly holders: PaymentHolders;

  constructor(
    private readonly calls: TemporalCalls,
    private readonly linksOf: LinksOf,
  ) {
    this.holders = new PaymentHolders(calls);
  }

  /**
   * Starts the payment, or meets the one that the same key started before.
   * @throws Problem temporarily_unavailable
   */
  async create(request: PaymentRequest, updateId: string): Promise<CreateAnswer> {
    const payment = newPayment(request);
    const startWorkflowOperation = new WithStartWorkflowOperation<PaymentWorkflow>(
      WORKFLOW_TYPES[request.provider],
      {
        workflowId: workflowIdOf(request.id),
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        workflowIdConflictPolicy: 'USE_EXISTING',
        taskQueue: this.calls.taskQueue,
        args: [request],
        memo: startMemo(request, payment),
        typedSearchAttributes: paymentSearchAttributes(payment, request.caller),
        staticSummary: describePayment(payment),
        staticDetails: `${request.description}\n\nAsked for by ${request.caller}, request ${request.requestId}.`,
      },
    );
    // Nobody reads the handle when the update fails: its rejection is the same error.
    startWorkflowOperation.workflowHandle().catch(() => undefined);
    try {
      return await this.calls.untilDone('create', () =>
        this.calls.client.workflow.startUpdateWithStart(createUpdate, {
          updateId,
          waitForStage: 'ACCEPTED',
          startWorkflowOperation,
        }),
      );
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError) && !isCutOffByClose(error)) throw error;
      return this.answerOfClosed(request.id, error);
    }
  }

  /** What is kept of a payment, open or closed; null when there is none. No worker needed. */
  read(paymentId: string, deadlineMs = READ_DEADLINE_MS): Promise<StoredPayment | null> {
    return this.holders.read(paymentId, deadlineMs);
  }

  /**
   * Sends an update to the payment's own workflow.
   * @returns null when it has closed
   * @throws WorkflowUpdateFailedError when it refuses
   */
  update<Args extends [unknown, ...unknown[]] | []>(
    paymentId: string,
    definition: UpdateDefinition<Payment, Args>,
    args: Args,
  ): Promise<Payment | null> {
    return this.holders.update(paymentId, 'step', definition, args);
  }

  /**
   * A person's decision, for whichever workflow has the payment now.
   * @returns null when all have closed
   */
  resolve(paymentId: string, input: ResolveInput): Promise<Payment | null> {
    return this.holders.update(paymentId, 'truth', resolveUpdate, [input]);
  }

  /** Asks the provider now. A payment that has closed is asked about by a late workflow. */
  async recheck(paymentId: string): Promise<void> {
    if (await this.holders.update(paymentId, 'truth', recheckUpdate, [])) return;
    const stored = await this.read(paymentId);
    if (!stored || !mayBeNews(stored.payment)) return;
    const startWorkflowOperation = new WithStartWorkflowOperation<LateWorkflow>(LATE_WORKFLOW, {
      ...this.lateOptions(stored),
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    startWorkflowOperation.workflowHandle().catch(() => undefined);
    try {
      await this.calls.untilDone('update', () =>
        this.calls.client.workflow.startUpdateWithStart(recheckUpdate, {
          waitForStage: 'ACCEPTED',
          startWorkflowOperation,
        }),
      );
    } catch (error) {
      // It has looked, and found that there is nothing more to come.
      if (!isCutOffByClose(error)) throw error;
    }
  }

  /**
   * Hands a callback to the workflow that it concerns: that of refunds, of the payment, or, when the payment has closed and
   * the callback may be news, a late one.
   */
  async deliver(
    paymentId: string,
    event: ProviderEvent,
    deadlineMs: number,
  ): Promise<'signalled' | 'signalled_late' | 'no_news'> {
    const concern = event.refundReference === undefined ? 'truth' : 'refund';
    const taker = await this.holders.signal(paymentId, concern, providerEventSignal, [event], deadlineMs);
    if (taker !== null) return taker === 'late' ? 'signalled_late' : 'signalled';
    // Read only now: what was known before they closed may not be the end.
    const stored = await this.read(paymentId);
    if (!stored || !(mayBeNews(stored.payment) || isAnotherCharge(event, stored))) return 'no_news';
    await this.calls.within(deadlineMs, () =>
      this.calls.client.workflow.signalWithStart<LateWorkflow, [ProviderEvent]>(LATE_WORKFLOW, {
        ...this.lateOptions(stored),
        signal: providerEventSignal,
        signalArgs: [event],
      }),
    );
    return 'signalled_late';
  }

  /**
   * Tells the payment's own workflow.
   * @returns false when it has closed
   */
  async hint(paymentId: string, event: ProviderEvent, deadlineMs: number): Promise<boolean> {
    return (await this.holders.signal(paymentId, 'step', providerEventSignal, [event], deadlineMs)) !== null;
  }

  /** What a workflow that goes on with this payment is started with. */
  asClosed(stored: StoredPayment): ClosedPayment {
    return closedPayment(stored, this.linksOf(stored.payment));
  }

  /** @throws when Temporal or the namespace is out of reach */
  async checkReachable(): Promise<void> {
    const { connection, options } = this.calls.client;
    await this.calls.within(READ_DEADLINE_MS, () =>
      connection.workflowService.describeNamespace({ namespace: options.namespace }),
    );
  }

  /** Without a status among the search attributes: listings tell by it whether the late workflow has changed anything. */
  private lateOptions(stored: StoredPayment) {
    const closed = this.asClosed(stored);
    const { payment, private: hidden } = closed;
    const attributes = pairsOf(payment, hidden.caller).filter(({ key }) => key !== SEARCH_ATTRIBUTES.status);
    const memo: PaymentMemo = {
      payment,
      timeline: [],
      private: hidden,
      earlierTimeline: stored.lateTimeline.slice(-LONGEST_EARLIER_TIMELINE),
    };
    return {
      workflowId: lateWorkflowIdOf(payment.id),
      workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
      taskQueue: this.calls.taskQueue,
      args: [closed] as [ClosedPayment],
      memo: { ...memo },
      typedSearchAttributes: new TypedSearchAttributes(attributes as SearchAttributePair[]),
      staticSummary: describePayment(payment),
    };
  }

  /** Not the stored first answer, which the server no longer gives, but how the payment stands. */
  private async answerOfClosed(paymentId: string, error: unknown): Promise<CreateAnswer> {
    const stored = await this.read(paymentId);
    if (!stored?.fingerprint) throw error;
    return { payment: stored.payment, fingerprint: stored.fingerprint, requestId: '' };
  }
}

/** A success is never undone: after it only refunds can be news, where look-ups show them. */
function mayBeNews({ status, provider }: Payment): boolean {
  return status !== 'succeeded' || capabilitiesOf(provider).seesRefunds;
}

/** The provider signed that money was received which is not the money that we know of. */
function isAnotherCharge(
  { proven }: ProviderEvent,
  { private: { chargeReference } }: StoredPayment,
): boolean {
  return (
    proven?.state === 'paid' &&
    proven.chargeReference !== undefined &&
    chargeReference !== undefined &&
    proven.chargeReference !== chargeReference
  );
}

function startMemo(request: PaymentRequest, payment: Payment): Record<string, unknown> {
  const { caller, returnUrl, fingerprint } = request;
  const memo: PaymentMemo = { payment, timeline: [], private: { caller, ...(returnUrl && { returnUrl }) } };
  return { ...memo, fingerprint };
}
