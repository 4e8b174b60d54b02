import { WithStartWorkflowOperation } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  type ClosedPayment,
  createRefundUpdate,
  REFUNDS_WORKFLOW,
  type RefundAnswer,
  type RefundsMemo,
  type RefundsWorkflow,
  refundsWorkflowIdOf,
  resolveRefundUpdate,
  type ResolveInput,
} from '../contract/workflow';
import { describePayment } from '../domain/description';
import type { Refund, RefundRequest } from '../domain/refund';
import { Problem } from './problem';
import type { TemporalCalls } from './temporal-calls';
import { isCutOffByClose } from './temporal-errors';

/** Temporal as the place where refunds are kept: one workflow per payment. */
export class RefundStore {
  constructor(private readonly calls: TemporalCalls) {}

  /**
   * Asks for a refund, or meets the one that the same key asked for before.
   * @throws Problem not_refundable when the time for refunds is over
   * @throws WorkflowUpdateFailedError when the workflow refuses
   */
  async create(closed: ClosedPayment, request: RefundRequest, updateId: string): Promise<RefundAnswer> {
    const { payment, private: hidden } = closed;
    const memo: RefundsMemo = { refunds: [], caller: hidden.caller };
    const startWorkflowOperation = new WithStartWorkflowOperation<RefundsWorkflow>(REFUNDS_WORKFLOW, {
      workflowId: refundsWorkflowIdOf(payment.id),
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'USE_EXISTING',
      taskQueue: this.calls.taskQueue,
      args: [closed],
      memo: { ...memo },
      staticSummary: describePayment(payment),
    });
    // Nobody reads the handle when the update fails: its rejection is the same error.
    startWorkflowOperation.workflowHandle().catch(() => undefined);
    try {
      return await this.calls.untilDone('update', () =>
        this.calls.client.workflow.startUpdateWithStart(createRefundUpdate, {
          args: [request],
          waitForStage: 'ACCEPTED',
          updateId,
          startWorkflowOperation,
        }),
      );
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError) && !isCutOffByClose(error)) throw error;
      throw new Problem('not_refundable', 'the time in which this payment could be refunded is over');
    }
  }

  /**
   * A person's decision about a refund under review.
   * @returns null when the workflow of refunds has closed
   */
  resolve(paymentId: string, refundId: string, input: ResolveInput): Promise<Refund | null> {
    return this.calls.update(refundsWorkflowIdOf(paymentId), resolveRefundUpdate, [refundId, input]);
  }
}
