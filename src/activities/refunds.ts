import type { Client } from '@temporalio/client';
import {
  type ClosedPayment,
  REFUNDS_WORKFLOW,
  refundsSeenSignal,
  refundsWorkflowIdOf,
} from '../contract/workflow';
import type { SeenRefund } from '../domain/provider-answer';

/** What workflows may ask of the world about refunds that others made. */
export interface RefundActivities {
  /** Tells `refunds/<paymentId>` of refunds made at the provider's dashboard. May be repeated. */
  handOverRefunds(closed: ClosedPayment, seen: SeenRefund[]): Promise<void>;
}

/** @param taskQueue of the payment workflows */
export function createRefundActivities(client: Client, taskQueue: string): RefundActivities {
  return {
    async handOverRefunds(closed, seen) {
      await client.workflow.signalWithStart(REFUNDS_WORKFLOW, {
        workflowId: refundsWorkflowIdOf(closed.payment.id),
        taskQueue,
        signal: refundsSeenSignal,
        signalArgs: [seen],
        args: [closed],
      });
    },
  };
}
