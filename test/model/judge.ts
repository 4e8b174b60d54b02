import { judgeEvents } from './event-rules';
import { judgeReplays } from './idempotency-rules';
import { judgeMoney } from './money-rules';
import type { RecordedPayment, RecordedRun } from './recorded-run';
import { judgeRefunds } from './refund-rules';
import { judgeSendings } from './sending-rules';
import { judgeForward, judgeFreshness, judgeViews } from './view-rules';
import type { Violation } from './violation';

/**
 * Every promise that a run broke: docs/api.md, docs/events.md and docs/payment-life-cycle.md as rules. It knows nothing of
 * Holdfast's code. The run must be quiet: nothing more happens without news from outside.
 */
export function judge(run: RecordedRun): Violation[] {
  return run.payments.flatMap(judgePayment);
}

/** The same of one payment. */
function judgePayment(payment: RecordedPayment): Violation[] {
  return [
    ...judgeMoney(payment),
    ...judgeRefunds(payment),
    ...judgeSendings(payment),
    ...judgeViews(payment),
    ...judgeForward(payment),
    ...judgeFreshness(payment),
    ...judgeReplays(payment),
    ...judgeEvents(payment),
  ];
}
