import { type Client, WithStartWorkflowOperation, WorkflowNotFoundError } from '@temporalio/client';
import { type UpdateDefinition, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { ListPaymentsQuery } from '../contract/http';
import { SEARCH_ATTRIBUTES } from '../contract/search-attributes';
import {
  type CreateAnswer,
  createUpdate,
  type PaymentMemo,
  type PaymentWorkflow,
  providerEventSignal,
  TASK_QUEUE,
  WORKFLOW_TYPES,
} from '../contract/workflow';
import { describePayment } from '../domain/description';
import { newPayment, type Payment, type PaymentRequest, workflowIdOf } from '../domain/payment';
import type { ProviderEvent } from '../domain/provider-answer';
import { paymentSearchAttributes } from '../temporal/search-attributes';
import {
  decodeCursor,
  type Listed,
  type Page,
  type PaymentIndex,
  readPage,
  type Span,
} from './payment-listing';
import { invalidRequest, temporarilyUnavailable } from './problem';
import { isCutOffByClose, isUnavailable } from './temporal-errors';

/** A create or another update waits at most 10 s in the workflow: after this nobody is working. */
const UPDATE_DEADLINE_MS = 15_000;
const READ_DEADLINE_MS = 5_000;
/** How far the API's clock, which dates payments, may be from the server's, which dates workflows. */
const CLOCK_SLACK_MS = 60_000;

/** Temporal as the place where payments are kept. */
export class PaymentStore {
  constructor(
    private readonly client: Client,
    private readonly taskQueue = TASK_QUEUE,
  ) {}

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
        taskQueue: this.taskQueue,
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
      return await this.within(UPDATE_DEADLINE_MS, () =>
        this.client.workflow.executeUpdateWithStart(createUpdate, { updateId, startWorkflowOperation }),
      );
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError) && !isCutOffByClose(error)) throw error;
      return this.answerOfClosed(request.id, error);
    }
  }

  /** What is kept of a payment, open or closed; null when there is none. One `describe`, no worker needed. */
  async read(paymentId: string): Promise<PaymentMemo | null> {
    try {
      const handle = this.client.workflow.getHandle(workflowIdOf(paymentId));
      const { memo } = await this.within(READ_DEADLINE_MS, () => handle.describe());
      return memo as unknown as PaymentMemo;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    }
  }

  /**
   * Sends an update to the payment's workflow.
   * @returns null when the workflow has closed
   * @throws WorkflowUpdateFailedError when the workflow refuses
   */
  async update<Args extends [unknown, ...unknown[]] | []>(
    paymentId: string,
    definition: UpdateDefinition<Payment, Args>,
    args: Args,
  ): Promise<Payment | null> {
    const handle = this.client.workflow.getHandle(workflowIdOf(paymentId));
    // The overloads for "no arguments" and "some" cannot be chosen for a generic tuple.
    const execute = handle.executeUpdate.bind(handle) as (
      definition: unknown,
      options: { args: Args },
    ) => Promise<Payment>;
    try {
      return await this.within(UPDATE_DEADLINE_MS, () => execute.call(handle, definition, { args }));
    } catch (error) {
      if (error instanceof WorkflowNotFoundError || isCutOffByClose(error)) return null;
      throw error;
    }
  }

  /**
   * Hands a callback to the payment's workflow.
   * @returns false when no open workflow has this payment
   */
  async signal(paymentId: string, event: ProviderEvent, deadlineMs: number): Promise<boolean> {
    try {
      const handle = this.client.workflow.getHandle(workflowIdOf(paymentId));
      await this.within(deadlineMs, () => handle.signal(providerEventSignal, event));
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }

  /** The caller's own payments, newest first. */
  async list(caller: string, query: ListPaymentsQuery): Promise<Page> {
    const position = query.cursor === undefined ? null : decodeCursor(query.cursor);
    if (query.cursor !== undefined && !position) {
      throw invalidRequest([{ path: 'cursor', message: 'cursor must be the nextCursor of an earlier page' }]);
    }
    const after = query.createdAfter === undefined ? 0 : Date.parse(query.createdAfter);
    const before = query.createdBefore === undefined ? Infinity : Date.parse(query.createdBefore);
    const range = {
      from: Math.max(0, after - CLOCK_SLACK_MS),
      to: Math.min(before, Date.now()) + CLOCK_SLACK_MS,
    };
    const isAsked = ({ payment }: Listed) => {
      const createdAt = Date.parse(payment.createdAt);
      if (query.reference !== undefined && payment.reference !== query.reference) return false;
      return createdAt < before && (query.createdAfter === undefined || createdAt > after);
    };
    const index = this.index(visibilityFilter(caller, query));
    const fetch = async (span: Span) => (await index.fetch(span)).filter(isAsked);
    return readPage({ count: (span) => index.count(span), fetch }, range, query.limit, position);
  }

  /** @throws when Temporal or the namespace is out of reach */
  async checkReachable(): Promise<void> {
    const { connection, options } = this.client;
    await this.client.withDeadline(Date.now() + READ_DEADLINE_MS, () =>
      connection.workflowService.describeNamespace({ namespace: options.namespace }),
    );
  }

  private index(filter: string): PaymentIndex {
    const { workflow } = this.client;
    return {
      count: async (span) =>
        (await this.within(READ_DEADLINE_MS, () => workflow.count(`${filter} AND ${startedIn(span)}`))).count,
      fetch: (span) =>
        this.within(READ_DEADLINE_MS, async () => {
          const listed: Listed[] = [];
          for await (const { memo, startTime } of workflow.list({
            query: `${filter} AND ${startedIn(span)}`,
          })) {
            const { payment } = memo as unknown as PaymentMemo;
            listed.push({ payment, startedAt: startTime.getTime() });
          }
          return listed;
        }),
    };
  }

  /** Not the stored first answer, which the server no longer gives, but how the payment stands. */
  private async answerOfClosed(paymentId: string, error: unknown): Promise<CreateAnswer> {
    const memo = await this.read(paymentId);
    if (!memo?.fingerprint) throw error;
    return { payment: memo.payment, fingerprint: memo.fingerprint, requestId: '' };
  }

  private async within<T>(deadlineMs: number, call: () => Promise<T>): Promise<T> {
    try {
      return await this.client.withDeadline(Date.now() + deadlineMs, call);
    } catch (error) {
      if (isUnavailable(error))
        throw temporarilyUnavailable('Temporal or all workers are out of reach; try again');
      throw error;
    }
  }
}

function startMemo(request: PaymentRequest, payment: Payment): Record<string, unknown> {
  const { caller, returnUrl, fingerprint } = request;
  const memo: PaymentMemo = { payment, timeline: [], private: { caller, ...(returnUrl && { returnUrl }) } };
  return { ...memo, fingerprint };
}

function visibilityFilter(caller: string, { status, provider, reference }: ListPaymentsQuery): string {
  const types = Object.values(WORKFLOW_TYPES).map(quoted).join(', ');
  const {
    caller: callerKey,
    status: statusKey,
    provider: providerKey,
    reference: referenceKey,
  } = SEARCH_ATTRIBUTES;
  return [
    `WorkflowType IN (${types})`,
    `${callerKey.name} = ${quoted(caller)}`,
    ...(status ? [`${statusKey.name} = ${quoted(status)}`] : []),
    ...(provider ? [`${providerKey.name} = ${quoted(provider)}`] : []),
    ...(reference ? referenceFilter(referenceKey.name, reference) : []),
  ].join(' AND ');
}

function startedIn({ from, to }: Span): string {
  return `StartTime >= '${new Date(from).toISOString()}' AND StartTime < '${new Date(to).toISOString()}'`;
}

/**
 * Visibility on SQL cannot match a value with a double quote or a backslash (server 1.29 escapes them once too often):
 * up to the first of them it narrows the search, and the exact comparison is ours.
 */
function referenceFilter(name: string, reference: string): string[] {
  const matchable = /^[^"\\]*/.exec(reference)?.[0] ?? '';
  if (matchable === reference) return [`${name} = ${quoted(reference)}`];
  return matchable === '' ? [] : [`${name} STARTS_WITH ${quoted(matchable)}`];
}

function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
