import type { SignalDefinition, UpdateDefinition } from '@temporalio/common';
import {
  lateWorkflowIdOf,
  type PaymentMemo,
  type RefundsMemo,
  refundsWorkflowIdOf,
} from '../contract/workflow';
import { workflowIdOf } from '../domain/payment';
import { isEnd } from '../domain/status';
import { mergeStored, type StoredPayment } from './stored-payment';
import type { TemporalCalls } from './temporal-calls';

/**
 * A workflow that knows of a payment. Its own has it until that closes. Afterwards a late one has it, whenever there may be
 * news. The workflow of its refunds stands beside either.
 */
export type Holder = 'own' | 'late' | 'refunds';

const WORKFLOW_ID_OF: Readonly<Record<Holder, (paymentId: string) => string>> = {
  own: workflowIdOf,
  late: lateWorkflowIdOf,
  refunds: refundsWorkflowIdOf,
};

/** Which workflows are asked, in this order. The first that is open takes the message: it knows more than what was read before. */
const ASKED = {
  /** Confirm, cancel, the payer's return: none of them concerns a payment that has closed. */
  step: ['own'],
  /** A review to end, a question to the provider, a callback: a late workflow takes over when the payment's own has closed. */
  truth: ['own', 'late'],
  /**
   * A callback about a refund. When none was asked for here, it was made at the provider's dashboard: the payment's own or late
   * workflow looks into that.
   */
  refund: ['refunds', 'own', 'late'],
} as const satisfies Record<string, readonly Holder[]>;
export type Concern = keyof typeof ASKED;

/** Knows which workflow has a payment now. */
export class PaymentHolders {
  constructor(private readonly calls: TemporalCalls) {}

  /**
   * Sends an update to the workflow that has the payment.
   * @returns null when all that could take it have closed
   * @throws WorkflowUpdateFailedError when it refuses
   */
  async update<Result, Args extends [unknown, ...unknown[]] | []>(
    paymentId: string,
    concern: Concern,
    definition: UpdateDefinition<Result, Args>,
    args: Args,
  ): Promise<Result | null> {
    for (const holder of ASKED[concern]) {
      const result = await this.calls.update(WORKFLOW_ID_OF[holder](paymentId), definition, args);
      if (result !== null) return result;
    }
    return null;
  }

  /** @returns who took it; null when all that could have closed */
  async signal<Args extends unknown[]>(
    paymentId: string,
    concern: Concern,
    definition: SignalDefinition<Args>,
    args: Args,
    deadlineMs: number,
  ): Promise<Holder | null> {
    for (const holder of ASKED[concern]) {
      const workflowId = WORKFLOW_ID_OF[holder](paymentId);
      if (await this.calls.signal(workflowId, definition, args, deadlineMs)) return holder;
    }
    return null;
  }

  /** What all of them keep of a payment, open or closed; null when there is none. No worker needed. */
  async read(paymentId: string, deadlineMs: number): Promise<StoredPayment | null> {
    const describe = <Memo>(holder: Holder) =>
      this.calls.describe<Memo>(WORKFLOW_ID_OF[holder](paymentId), deadlineMs);
    const own = await describe<PaymentMemo>('own');
    if (!own) return null;
    // Late ones begin when it has closed, refunds when it has ended: before, there is nobody else to ask.
    const mayHaveRefunds = !own.running || isEnd(own.memo.payment.status);
    const [late, refunds] = await Promise.all([
      own.running ? null : describe<PaymentMemo>('late'),
      mayHaveRefunds ? describe<RefundsMemo>('refunds') : null,
    ]);
    return mergeStored(own.memo, { late: late?.memo ?? null, refunds: refunds?.memo ?? null });
  }
}
